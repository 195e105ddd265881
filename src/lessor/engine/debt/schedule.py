"""A loan's segments as values: year fractions, interest on 1, and the factors of its payments."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from typing import NamedTuple

from lessor.core.numeric import Kind, Value, compounded, discounted_ones, power, total
from lessor.engine.debt.payment_days import shortest_months
from lessor.engine.debt.structure import SegmentStructure
from lessor.terms.facilities import Facility

Convert = Callable[[Value, str | None], Value]
"""An amount and its currency to the amount in the currency of the deal."""


class SegmentTerms(NamedTuple):
    """A `SegmentStructure` with its numbers as values of one kind.

    `year_fraction` is that of the whole segment; `share_due`, `amount_due`: the share of the
    original principal, and the amount, that a table repays at its end. `service_years`: the part of
    a year that the agent is paid for then. `is_opening`: a payment period begins with it, though no
    payment comes before.
    """

    year_fraction: Value
    compounds: bool
    is_payment: bool
    is_principal_payment: bool
    is_last: bool
    payments_left: int
    share_due: Value
    amount_due: Value
    is_capitalised: bool = False
    is_available: bool = True
    service_years: Value | None = None
    is_opening: bool = False


class RateTerms(NamedTuple):
    """A rate a year, and the months between its compoundings (0: none) and its payments.

    `value` is the rate in force at closing where it changes.
    """

    value: Value
    compounding_months: int
    payment_months: int


class PaymentFactors(NamedTuple):
    """The factors of the level payment at the end of a segment; zeros where none falls.

    `growth`: interest on 1 over the whole payment period. `annuity`: worth at the start of the
    payment period of 1 paid on this and on every later date. `discount`: worth at that point of 1
    paid at maturity.
    """

    growth: Value
    annuity: Value
    discount: Value


def lower_segments(
    name: str,
    facility: Facility,
    plan: Sequence[SegmentStructure],
    *,
    kind: Kind,
    convert: Convert | None = None,
) -> tuple[SegmentTerms, ...]:
    """The plan of the loan `name` with its numbers as values of `kind`."""
    shares, amounts = _lower_rows(name, facility, kind, convert)
    nothing = kind.given(0)
    return tuple(
        SegmentTerms(
            year_fraction=kind.given(segment.year_fraction, "year fraction"),
            compounds=segment.compounds,
            is_payment=segment.is_payment,
            is_principal_payment=segment.is_principal_payment,
            is_last=segment.is_last,
            payments_left=segment.payments_left,
            share_due=_sum_of(shares, segment.steps, nothing),
            amount_due=_sum_of(amounts, segment.steps, nothing),
            is_capitalised=segment.is_capitalised,
            is_available=segment.is_available,
            service_years=kind.given(segment.service_years, "years of service")
            if segment.is_payment
            else None,
            is_opening=segment.is_opening,
        )
        for segment in plan
    )


def _lower_rows(
    name: str, facility: Facility, kind: Kind, convert: Convert | None
) -> tuple[dict[int, Value], dict[int, Value]]:
    """The rows of a custom profile: shares and amounts by the number of the row."""
    path = f"facilities.{name}.repayment.steps"
    shares: dict[int, Value] = {}
    amounts: dict[int, Value] = {}
    for row, step in enumerate(facility.repayment.steps):
        if step.share is not None:
            shares[row] = kind.number(step.share, f"{path}[{row}].share")
        if step.amount is not None:
            amount = kind.number(step.amount.amount, f"{path}[{row}].amount.amount")
            amounts[row] = amount if convert is None else convert(amount, step.amount.currency)
    return shares, amounts


def _sum_of(values: dict[int, Value], rows: Sequence[int], nothing: Value) -> Value:
    said = [values[row] for row in rows if row in values]
    return total(said) if said else nothing


def growth(rate: RateTerms, fraction: Value) -> Value:
    """Interest on 1 over a part of a year: rate x fraction.

    A rate quoted for longer than a payment period, with compounding every c months, grows by
    (1 + rate x c / 12) ** (fraction x 12 / c) - 1.

    >>> growth(RateTerms(0.12, compounding_months=1, payment_months=1), 0.25)
    0.03
    """
    months = rate.compounding_months
    if months <= rate.payment_months:
        return rate.value * fraction
    return power(1 + rate.value * months / 12, fraction * 12 / months) - 1


def whole_growth(rate: RateTerms, kind: Kind) -> Value:
    """Interest on 1 over one whole payment period of equal months, whatever its days.

    >>> from lessor.core.numeric import FLOAT
    >>> round(whole_growth(RateTerms(0.12, compounding_months=1, payment_months=3), FLOAT), 6)
    0.030301
    """
    months = rate.compounding_months
    if months in range(1, rate.payment_months):
        return compounded(1 + rate.value * months / 12, rate.payment_months // months) - 1
    return growth(rate, kind.given(rate.payment_months) / 12)


def annuity_factors(
    rate: RateTerms,
    segments: Sequence[SegmentTerms],
    *,
    kind: Kind,
    wanted: Collection[int] | None = None,
    alike: Sequence[Hashable] = (),
    has_balloon: bool = True,
) -> tuple[PaymentFactors, ...]:
    """The factors of every segment's payment, in one backward pass over the payment periods.

    annuity = (1 + annuity of the next payment) / (1 + growth), from 0 after maturity; discount =
    discount of the next payment / (1 + growth), from 1. A last payment that comes after all level
    ones (they are in advance) has a discount alone. `wanted`: the segments whose factors are asked
    for, all unless said. `alike`: for each segment a key that its payment period shares with those
    that grow alike, so that their growth is reckoned once. Without a balloon no discount is kept.
    """
    idle = PaymentFactors(kind.given(0), kind.given(0), kind.given(0))
    annuity, discount = idle.annuity, kind.given(1)
    found: dict[int, PaymentFactors] = {}
    known: dict[Hashable, tuple[Value, Value]] = {}
    asked = range(len(segments)) if wanted is None else frozenset(wanted)
    earliest = 0 if wanted is None else sorted(wanted)[0]
    since: list[Value] = []
    for first, end in reversed(_payment_periods(segments)):
        if end < earliest:
            break
        if not segments[end].is_principal_payment:
            continue
        key = alike[end] if len(alike) > 0 else end
        if key not in known:
            gain = period_growths(rate, segments[first : end + 1])[-1]
            known = {**known, key: (gain, 1 / (1 + gain))}
        gain, worth = known[key]
        if segments[end].payments_left:
            since.append(worth)
        discount = discount * worth if has_balloon else idle.discount
        if end in asked:
            annuity, since = discounted_ones(annuity, since), []
            found = {**found, end: PaymentFactors(gain, annuity, discount)}
    return tuple(found.get(index, idle) for index in range(len(segments)))


def _payment_periods(segments: Sequence[SegmentTerms]) -> list[tuple[int, int]]:
    """The first and the last segment of each payment period; what follows the last is in none."""
    periods: list[tuple[int, int]] = []
    first = 0
    for index, segment in enumerate(segments):
        first = index if segment.is_opening else first
        if segment.is_payment or segment.is_principal_payment:
            periods.append((first, index))
            first = index + 1
    return periods


def period_growths(
    rate: RateTerms, segments: Sequence[SegmentTerms], rates: Sequence[Value] = ()
) -> list[Value]:
    """Interest on 1 from the start of each segment's payment period to the end of the segment.

    `rates`: the rate of each segment, where they differ.
    """
    grown: list[Value] = []
    accrued: Value | None = None
    bearing: Value | None = None
    for index, segment in enumerate(segments):
        if segment.is_opening:
            accrued, bearing = None, None
        if segment.compounds:
            bearing = None if accrued is None else 1 + accrued
        in_force = rate._replace(value=rates[index]) if rates else rate
        gain = growth(in_force, segment.year_fraction)
        if bearing is not None:
            gain = bearing * gain
        accrued = gain if accrued is None else accrued + gain
        grown.append(accrued)
        if segment.is_payment or segment.is_principal_payment:
            accrued, bearing = None, None
    return grown


def payment_months(facility: Facility) -> int:
    """Months between two payments of a loan, the fewest that there are."""
    return shortest_months(facility)
