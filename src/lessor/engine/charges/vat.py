"""VAT on a charge or a cost: the last station of the pipe, and the way into it.

Thresholds, floors and caps are compared net of VAT, so an amount with tax inside is stripped of it
before anything else happens to it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple, Protocol

from lessor.core.numeric import Kind, Value
from lessor.engine.charges.segment import Line


class VatTerms(NamedTuple):
    """The VAT rate of a charge (0 where it bears none), and whether its amounts hold the tax.

    zero: no money, as a value of the charge's kind.
    """

    rate: Value
    is_included: bool
    zero: Value


class VatRate(NamedTuple):
    """A rate with the path of the field that says it."""

    rate: Decimal
    path: str


class SaysVat(Protocol):
    """A record that may say its own rate, and whether tax is inside its amounts."""

    @property
    def vat(self) -> Decimal | None: ...
    @property
    def tax(self) -> str | None: ...


def lower_vat(said: SaysVat | None, path: str, kind: Kind, default: VatRate | None) -> VatTerms:
    """The VAT of the record at `path`: its own rate, else the default.

    `default` None says that VAT is off: every amount then stands as it is written, whatever it
    says of tax, since what was collected would never be paid on.
    """
    if default is None:
        return VatTerms(kind.given(0, "no VAT"), False, kind.given(0))
    if said is not None and said.vat is not None:
        rate = kind.number(said.vat, f"{path}.vat")
    else:
        rate = kind.number(default.rate, default.path)
    return VatTerms(rate, said is not None and said.tax == "included", kind.given(0))


def net_of(vat: VatTerms, amount: Value) -> Value:
    """`amount` as written, without VAT: amount / (1 + rate) where tax is included."""
    return amount / (1 + vat.rate) if vat.is_included else amount


def nothing_of(vat: VatTerms) -> Line:
    """The line of a charge that has nothing to say in a segment."""
    return Line(vat.zero, vat.zero, vat.zero)


def line_of(vat: VatTerms, quantity: Value, net: Value) -> Line:
    """The line of an amount net of VAT: vat = net x rate."""
    return Line(quantity, net, net * vat.rate)
