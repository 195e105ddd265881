"""Drives a finance lease over its dates: the rents of every take-down, and what moves beside them.

Dates are those of the terms, holidays aside; a floating rate is the one of the take-down's day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from lessor.core.dates import add_months, whole_months_between, year_fraction
from lessor.core.numeric import Value, round_to, scan, total
from lessor.engine.debt.payment_days import MONTHS
from lessor.engine.debt.rental import (
    FinanceLeaseTerms,
    RentalFlows,
    RentalInputs,
    opening_rental,
    rental_date,
)
from lessor.engine.debt.rental_dates import RentDate
from lessor.engine.debt.rental_rents import (
    RentFlows,
    RentInputs,
    RentTerms,
    flat_rent,
    level_rent,
    opening_rents,
    period_growth,
    rent_date,
)
from lessor.engine.debt.schedule import RateTerms, whole_growth
from lessor.engine.debt.whole_periods import (
    principal_shares,
    whole_period_factors,
    whole_period_gains,
)
from lessor.forecast.lease_terms import Drawn, FinanceLease
from lessor.metrics.irr import IrrStatus, irr


class LeaseRow(NamedTuple):
    """A date of a take-down: what is financed, the rent with its parts, and what moves beside."""

    day: date
    financed: Value
    rent: RentFlows
    beside: RentalFlows


@dataclass(frozen=True)
class TakeDownRun:
    """One take-down over its term.

    `rate`: the rate a year on its day, as written; `periodic`: interest on 1 over a whole period
    of rent at that rate, or what the rents themselves contain where a table or a flat quote says
    them (None where they contain no rate). `rent`: the first that repays principal; `years`: the
    term. `worth`: that of rents and residual at the rate as written, None for a flat one.
    """

    drawn: Drawn
    years: Value
    rate: Value
    periodic: Value | None
    rent: Value
    worth: Value | None
    rows: tuple[LeaseRow, ...]


def run_take_downs(lease: FinanceLease) -> tuple[TakeDownRun, ...]:
    """Every take-down of a finance lease over its term."""
    drawn = lease.drawn()
    beside = lease.beside(total(each.financed for each in drawn))
    return tuple(_run(lease, each, beside) for each in drawn)


def rate_terms(lease: FinanceLease, rate: Value) -> RateTerms:
    """A rate a year of the lease, with the months between its compoundings and its rents."""
    facility = lease.facility
    return RateTerms(rate, MONTHS[facility.rate.compounding], MONTHS[facility.repayment.frequency])


def rent_count(dates: Sequence[RentDate]) -> int:
    """How many rents there are, a balloon that stands alone aside."""
    return sum(each.is_rent and not each.is_balloon for each in dates)


def _run(lease: FinanceLease, drawn: Drawn, beside: FinanceLeaseTerms) -> TakeDownRun:
    dates = lease.dates(drawn.start, drawn.end)
    rents = _rent_terms(lease, drawn, beside)
    rate = lease.rate_on(drawn.start, drawn.start)
    years = lease.kind.given(_years(drawn.start, drawn.end), "years")
    given = _rents_given(lease, drawn, dates, rents, rate * years)
    if given is not None:
        rents = rents._replace(profile="given")
        periodic = _rate_within(given, rents, dates, lease)
        growths = [beside.zero, *[beside.zero if periodic is None else periodic] * (len(dates) - 1)]
    else:
        periodic = whole_growth(rate_terms(lease, rate), lease.kind)
        growths = _growths(lease, drawn, dates)
        given = _principals(lease, drawn, dates, rents, rate_terms(lease, rate))
    points = _points(dates, growths, given, beside.zero)
    longer = _amortization(lease, drawn)
    if longer:
        more = sum(at.has_principal for at in longer) - points[0].principals_left
        points = [at._replace(principals_left=at.principals_left + more) for at in points]
    if rents.profile in ("level", "level_payment"):
        whole = points
        if longer:
            growths = _growths(lease, drawn, longer)
            whole = _points(longer, growths, [beside.zero] * len(longer), beside.zero)
        rents = rents._replace(level=_level(lease, rents, whole, periodic))
    flows, _ = scan(rent_date, rents, opening_rents(rents), points)
    first = next(flow.rent for flow, at in zip(flows, points, strict=True) if at.has_principal)
    rows = _rows(drawn, dates, flows, beside)
    worth = None
    if lease.facility.rate.quoted != "flat":
        worth = _worth(flows, _growths(lease, drawn, dates), rents.residual)
    return TakeDownRun(drawn, years, rate, periodic, first, worth, rows)


def _worth(flows: Sequence[RentFlows], growths: Sequence[Value], residual: Value) -> Value:
    """Rents and residual at the drawdown: each discounted by the growths up to its date."""
    worth = residual
    for flow, gain in zip(reversed(flows), reversed(growths), strict=True):
        worth = (worth + flow.rent) / (1 + gain)
    return worth


def _amortization(lease: FinanceLease, drawn: Drawn) -> tuple[RentDate, ...]:
    """The dates over which a profile would run that is cut off at the end; none unless said."""
    longer = lease.facility.repayment.amortization
    if longer is None:
        return ()
    return lease.dates(drawn.start, longer.after(lease.deal.closing_date))


def _years(start: date, end: date) -> Decimal:
    """A term in years: whole months / 12, else days / 365."""
    months = whole_months_between(start, end)
    if add_months(start, months) == end:
        return Decimal(months) / 12
    exact = year_fraction("actual/365", start, end)
    return Decimal(exact.numerator) / exact.denominator


def _rent_terms(lease: FinanceLease, drawn: Drawn, beside: FinanceLeaseTerms) -> RentTerms:
    said = lease.facility.repayment
    balloon = drawn.financed * lease.number(said.balloon, "repayment.balloon")
    if said.balloon_amount is not None:
        balloon = lease.money(said.balloon_amount, "repayment.balloon_amount") * drawn.share
    return RentTerms(
        profile=said.profile,
        financed=drawn.financed,
        balloon=balloon,
        residual=beside.residual * drawn.share,
        level=beside.zero,
        zero=beside.zero,
        is_rounded=lease.facility.rounding == "cent",
    )


def _rents_given(
    lease: FinanceLease,
    drawn: Drawn,
    dates: Sequence[RentDate],
    rents: RentTerms,
    flat: Value,
) -> list[Value] | None:
    """The rent of each date where a table or a flat quote says it; None where a rate finds it."""
    count = rent_count(dates)
    if lease.rental.rents:
        said = lease.table(drawn.share)
    elif lease.facility.rate.quoted == "flat":
        said = [_cents(flat_rent(rents, drawn.financed * flat, count), rents)] * count
    else:
        return None
    left = iter(said)
    return [next(left) if each.is_rent and not each.is_balloon else rents.zero for each in dates]


def _cents(amount: Value, rents: RentTerms) -> Value:
    return round_to(amount, 2) if rents.is_rounded else amount


def _rate_within(
    given: Sequence[Value], rents: RentTerms, dates: Sequence[RentDate], lease: FinanceLease
) -> Value | None:
    """The periodic rate that rents given contain, with balloon and residual; None for none."""
    flows = [float(rent) for rent in given]
    flows[0] -= float(rents.financed)
    last = max(index for index, each in enumerate(dates) if each.is_last_rent)
    flows[last] += float(rents.balloon)
    flows[-1] += float(rents.residual)
    found = irr(flows, near=0.0)
    if found.status == IrrStatus.NONE:
        return None
    return lease.kind.given(Decimal(repr(float(found.rate))), "rate within the rents")


def _growths(lease: FinanceLease, drawn: Drawn, dates: Sequence[RentDate]) -> list[Value]:
    """Interest on 1 since the date before, at the rate in force from then on."""
    kind = lease.kind
    growths: list[Value] = [kind.given(0)]
    for before, here in pairwise(dates):
        rate = rate_terms(lease, lease.rate_on(before.day, drawn.start))
        pieces = [kind.given(piece, "year fraction") for piece in here.pieces]
        growths.append(period_growth(rate, pieces))
    return growths


def _principals(
    lease: FinanceLease,
    drawn: Drawn,
    dates: Sequence[RentDate],
    rents: RentTerms,
    rate: RateTerms,
) -> list[Value]:
    """The principal of each date by a custom or frozen table; 0 where another rule says it."""
    steps = lease.facility.repayment.steps
    if rents.profile == "principal_table":
        repaid = rents.financed - rents.balloon - rents.residual
        shares = iter(_frozen_shares(_amortization(lease, drawn) or dates, rate, lease))
        return [repaid * next(shares) if at.has_principal else rents.zero for at in dates]
    due: list[Value] = []
    for each in dates:
        amount = rents.zero
        for row in each.rows:
            step, path = steps[row], f"repayment.steps[{row}]"
            if step.amount is not None:
                amount = amount + lease.money(step.amount, f"{path}.amount") * drawn.share
            else:
                share = lease.number(step.share or Decimal(0), f"{path}.share")
                amount = amount + drawn.financed * share
        due.append(amount)
    return due


def _frozen_shares(dates: Sequence[RentDate], rate: RateTerms, lease: FinanceLease) -> list[Value]:
    """The share of what is repaid that each level rent of whole equal periods repays."""
    count, is_advance = sum(at.has_principal for at in dates), dates[0].has_principal
    gains = whole_period_gains(rate, [rate.payment_months] * count, lease.kind)
    factors = whole_period_factors(gains, in_advance=is_advance, kind=lease.kind)
    return principal_shares(factors, gains, in_advance=is_advance)


def _points(
    dates: Sequence[RentDate], growths: Sequence[Value], given: Sequence[Value], zero: Value
) -> list[RentInputs]:
    left = sum(each.has_principal for each in dates)
    points = []
    for index, each in enumerate(dates):
        points.append(
            RentInputs(
                growth=growths[index],
                later_growth=growths[index + 1] if index + 1 < len(dates) else zero,
                scheduled=given[index],
                principals_left=left,
                is_rent=each.is_rent,
                has_principal=each.has_principal,
                is_last_rent=each.is_last_rent,
                is_end=each.is_end,
            )
        )
        left -= each.has_principal
    return points


def _level(
    lease: FinanceLease, rents: RentTerms, points: Sequence[RentInputs], periodic: Value
) -> Value:
    """The level rent: found on the dates; of whole equal periods, or as said, for level_payment."""
    said = lease.facility.repayment
    if rents.profile == "level":
        return _cents(level_rent(rents, points), rents)
    if said.payment is not None:
        return lease.money(said.payment, "repayment.payment")
    even = [
        point._replace(growth=point.growth if point is points[0] else periodic) for point in points
    ]
    return _cents(level_rent(rents, even), rents)


def _rows(
    drawn: Drawn,
    dates: Sequence[RentDate],
    flows: Sequence[RentFlows],
    beside: FinanceLeaseTerms,
) -> tuple[LeaseRow, ...]:
    zero, later = beside.zero, total(flow.rent for flow in flows)
    inputs = []
    for index, (at, flow) in enumerate(zip(dates, flows, strict=True)):
        later = later - flow.rent
        inputs.append(
            RentalInputs(
                financed=drawn.financed if index == 0 else zero,
                rent=flow.rent,
                interest=flow.interest,
                later_rents=zero if at.is_last_rent or at.is_end else later,
                end_share=drawn.share if at.is_end else zero,
                is_end=at.is_end,
            )
        )
    moved, _ = scan(rental_date, beside, opening_rental(beside), inputs)
    return tuple(
        LeaseRow(at.day, given.financed, flow, other)
        for at, given, flow, other in zip(dates, inputs, flows, moved, strict=True)
    )
