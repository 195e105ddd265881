"""The two sides of a lease as its documents name them: address, tax number, bank account."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator

from lessor.terms.record import Record, field


class BankAccount(Record):
    """The account that invoices are paid into."""

    name: str = field("the bank, with its branch")
    account: str = field("number of the account, or IBAN")
    holder: str | None = field("whose account it is; the lessor's unless said", default=None)
    bic: str | None = field("BIC of the bank (SWIFT code)", default=None)


class Party(Record):
    """A company as its documents name it."""

    name: str = field("name")
    address: str | None = field("postal address, a line each", default=None)
    tax_id: str | None = field(
        "number it is registered under for VAT; in China the unified social credit code",
        default=None,
    )
    contact: str | None = field("telephone, e-mail", default=None)


class Lessor(Party):
    """Who leases out, and invoices."""

    bank: BankAccount | None = field("where its invoices are paid", default=None)


class Lessee(Party):
    """Who rents."""

    grade: str | None = field("credit grade, as AAA to CCC or investment_grade", default=None)


def as_party(value: Any) -> Any:
    """A name alone, or a mapping."""
    return {"name": value} if isinstance(value, str) else value


LessorField = Annotated[Lessor, BeforeValidator(as_party)]
LesseeField = Annotated[Lessee, BeforeValidator(as_party)]
