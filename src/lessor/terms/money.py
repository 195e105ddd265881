"""Money as a deal file writes it: an amount with its currency and whether tax is inside."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from lessor.terms.record import Record, field
from lessor.terms.scalars import Fraction, Number

TaxSaid = Literal["included", "excluded"]


class Money(Record):
    """An amount of money; a bare number in the file is an amount in the deal's currency."""

    amount: Number = field("the amount", unit="money")
    currency: str | None = field("its currency; the deal's own unless said", default=None)
    tax: TaxSaid | None = field("whether VAT is inside the amount", default=None)
    vat: Fraction | None = field(
        "the VAT rate of this amount; else the rate that `taxes.vat` names for its kind",
        unit="fraction",
        default=None,
        high=1,
    )


def as_money(value: Any) -> Any:
    """A bare number as an amount; anything else as it is."""
    return {"amount": value} if isinstance(value, str | int | Decimal) else value


MoneyField = Annotated[Money, BeforeValidator(as_money)]
