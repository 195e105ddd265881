"""Money as a deal file writes it: an amount with its currency and whether tax is inside."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from lessor.terms.record import Record, field
from lessor.terms.scalars import Currency, Fraction, Number

_BELOW_ONE = re.compile(r"^0?\.\d*[1-9]\d*$")
TaxSaid = Literal["included", "excluded"]


class Money(Record):
    """An amount of money; a bare number in the file is an amount in the deal's currency."""

    amount: Number = field("the amount", unit="money")
    currency: Currency | None = field("its currency; the deal's own unless said", default=None)
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


def share_or_amount(value: Any) -> Any:
    """A share as `20%` or 0.2, an amount, or a mapping; nobody means an amount below 1."""
    if not isinstance(value, str):
        return value
    text = value.strip().replace("_", "")
    is_share = text.endswith("%") or _BELOW_ONE.match(text) is not None
    return {"share": value} if is_share else {"amount": value}


MoneyField = Annotated[Money, BeforeValidator(as_money)]
