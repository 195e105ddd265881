"""Invoice lines from rated charges: money rounded once, and VAT by category on rounded lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import NamedTuple

from lessor.books.documents import Basis, DocumentLine, TaxLine
from lessor.core.money import Rounding, round_money, split_money
from lessor.engine.charges.lease import LeaseTerms
from lessor.engine.charges.segment import Line
from lessor.rating.rate import Rated

PRICE_PLACES = 12
PRICED = frozenset(("base_rent", "usage", "pass_through"))
"""Charges that have a price for one of what they count."""

COUNTED = PRICED | {"revenue_share"}
"""Charges whose quantity is worth a line even where it costs nothing."""

UNITS = {
    "minimum": "month",
    "maximum": "month",
    "service_credit": "share",
    "late_delivery": "day",
    "revenue_share": "money",
    "pass_through": "unit",
    "termination": "money",
}


class Rules(NamedTuple):
    """What turns a rated charge into a line: currency, rounding, the unit each charge counts."""

    currency: str
    rounding: Rounding
    units: dict[str, str]


def lines_of(
    terms: LeaseTerms, rated: Rated, rules: Rules, basis: Basis, places: Iterable[int]
) -> list[DocumentLine]:
    """The lines of the charges at `places` for one stretch; one with nothing to say has none."""
    found = []
    for place in places:
        line, kind = rated.flows.lines[place], terms.charges[place].kind
        # What was used at no price is said; a minimum that does not bind is not.
        if line.net == 0 and (line.quantity == 0 or kind not in COUNTED):
            continue
        found += _lines(terms, place, rated, rules, basis)
    return found


def _lines(
    terms: LeaseTerms, place: int, rated: Rated, rules: Rules, basis: Basis
) -> list[DocumentLine]:
    charge, line = terms.charges[place], rated.flows.lines[place]
    amount = round_money(line.net, rules.currency, rules.rounding)
    whole = DocumentLine(
        charge=charge.name,
        kind=charge.kind,
        basis=basis if charge.kind == "revenue_share" else "metered",
        start=rated.span.start,
        end=rated.span.end,
        quantity=line.quantity,
        unit=rules.units.get(charge.name) or UNITS[charge.kind],
        price=_price(charge.kind, line),
        amount=amount,
        unrounded=line.net,
        vat_rate=Decimal(0),
    )
    shares = _vat_rates(terms, place, rated)
    if len(shares) == 1:
        return [whole._replace(vat_rate=shares[0][1])]
    parts = split_money(amount, [net for _, _, net in shares], rules.currency)
    return [
        whole._replace(charge=f"{charge.name}: {of}", amount=part, unrounded=net, vat_rate=rate)
        for (of, rate, net), part in zip(shares, parts, strict=True)
    ]


def _vat_rates(terms: LeaseTerms, place: int, rated: Rated) -> list[tuple[str, Decimal, Decimal]]:
    """The VAT that a line bears: its own, or that of each rent which a credit takes back."""
    charge, line = terms.charges[place], rated.flows.lines[place]
    if charge.kind != "service_credit":
        return [(charge.name, charge.vat.rate, line.net)]
    rates = {terms.charges[of].vat.rate for of in charge.of}
    if len(rates) == 1:
        return [(charge.name, rates.pop(), line.net)]
    return [
        (terms.charges[of].name, terms.charges[of].vat.rate, -line.quantity * credited.net)
        for of in charge.of
        if (credited := rated.flows.lines[of]).net != 0
    ]


def _price(kind: str, line: Line) -> Decimal | None:
    """Net for one unit, to 12 places; over several steps of a table it is their average."""
    if kind not in PRICED or line.quantity == 0:
        return None
    with localcontext() as context:
        context.prec = 50
        context.rounding = ROUND_HALF_EVEN
        price = Decimal(line.net / line.quantity).quantize(Decimal(1).scaleb(-PRICE_PLACES))
    return plain(price)


def plain(number: Decimal) -> Decimal:
    """The number without zeros behind its last digit, and never in powers of ten."""
    cut = number.normalize()
    return cut.quantize(Decimal(1)) if cut == cut.to_integral_value() else cut


def taxes_of(lines: Sequence[DocumentLine], rules: Rules) -> tuple[TaxLine, ...]:
    """VAT by category: rate x the sum of the rounded lines that bear it, rounded once.

    Source: EN 16931, BR-CO-17 (a category's tax is worked out on its taxable amount).
    """
    bases: dict[Decimal, Decimal] = {}
    for line in lines:
        bases[line.vat_rate] = bases.get(line.vat_rate, Decimal(0)) + line.amount
    return tuple(
        TaxLine(rate, base, round_money(base * rate, rules.currency, rules.rounding))
        for rate, base in sorted(bases.items())
    )
