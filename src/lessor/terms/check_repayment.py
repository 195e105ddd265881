"""Checks of how a loan comes back: its profile, its rows, its days of payment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from lessor.core.dates import add_days, add_months
from lessor.core.issue import Severity
from lessor.terms.deal import Deal
from lessor.terms.facilities import Facility
from lessor.terms.findings import (
    Finding,
    above_zero,
    figure,
    known_name,
    one_of,
    percent,
    rising_days,
    without_effect,
)
from lessor.terms.interest import FREQUENCY_MONTHS
from lessor.terms.loan_size import at_closing, principal_of
from lessor.terms.plan_dates import day_of, maturity
from lessor.terms.repayment import GreatestOf, Repayment, RepaymentStep
from lessor.terms.source import Path

_ANNUITIES = ("level", "level_payment", "principal_table", "equal_principal")
_SLACK = Decimal("1e-9")
_LAST_DAY_OF_CALENDARS = date(2200, 12, 31)


def check_repayment(deal: Deal) -> Iterator[Finding]:
    """The repayment of each loan.

    Issues: choice-of-one, missing-field, unknown-name, not-positive, points-not-rising,
    shares-above-one, amortization-past-maturity, dates-out-of-order, out-of-bounds; warnings
    without-effect, payment-below-interest, days-off-unpublished.
    """
    for name, facility in deal.facilities.items():
        path: Path = ("facilities", name, "repayment")
        yield from _rows(deal, name, path)
        yield from _what_is_left(deal, facility, path)
        yield from _level_payment(deal, name, path)
        yield from _sculpted(deal, facility.repayment, path)
        if facility.repayment.greatest_of is not None:
            yield from _greatest_of(facility.repayment.greatest_of, (*path, "greatest_of"))
        yield from _calendars_reach(deal, facility, ("facilities", name))
        yield from _days_off_published(deal, facility, ("facilities", name, "dates"))
        if facility.dates is not None:
            yield from _dates(deal, facility, ("facilities", name, "dates"))


def _rows(deal: Deal, name: str, path: Path) -> Iterator[Finding]:
    repayment = deal.facilities[name].repayment
    steps = repayment.steps
    if repayment.profile == "custom" and not steps:
        yield Finding(
            "choice-of-one",
            path,
            "`profile: custom` has no rows",
            "add `steps:`, as [{after: 12 months, share: 20%}], or write `profile: bullet`",
        )
    if repayment.profile != "custom" and steps:
        yield without_effect(
            (*path, "steps"),
            f"rows have no effect with `profile: {repayment.profile}`",
            "write `profile: custom`, or take the rows away",
        )
    for index, step in enumerate(steps):
        yield from one_of(step, (*path, "steps", index), ("share", "amount"))
    yield from rising_days(deal, steps, (*path, "steps"), "after")
    yield from _rows_in_time(deal, deal.facilities[name], path)
    yield from _rows_and_balloon(deal, name, path)


def _rows_in_time(deal: Deal, facility: Facility, path: Path) -> Iterator[Finding]:
    end = maturity(deal, facility)
    for index, step in enumerate(facility.repayment.steps):
        day, where = day_of(deal, step.after), (*path, "steps", index, "after")
        if day < deal.closing_date:
            yield Finding(
                "date-before-closing",
                where,
                f"a row of {day} comes before closing on {deal.closing_date}",
                "write a day from closing on, and the principal as it is at closing",
            )
        elif end is not None and day > end:
            said = f"after {step.after}" if hasattr(step.after, "months") else f"of {day}"
            yield Finding(
                "amortization-past-maturity",
                where,
                f"a row {said} comes after the loan's end on {end}",
                "write an earlier day, or a later `until:`",
            )


def _rows_and_balloon(deal: Deal, name: str, path: Path) -> Iterator[Finding]:
    """Rows (with those repeated) and a balloon come to at most the principal."""
    repayment, size = deal.facilities[name].repayment, principal_of(deal, name)
    shares = [repayment.balloon]
    if repayment.balloon_amount is not None and size:
        shares.append((at_closing(deal, repayment.balloon_amount) or Decimal(0)) / size)
    if repayment.profile == "custom":
        times = _times(deal, deal.facilities[name])
        for step, count in zip(repayment.steps, times, strict=True):
            share = step.share or Decimal(0)
            if step.amount is not None and size:
                share = (at_closing(deal, step.amount) or Decimal(0)) / size
            shares.append(share * count)
    total = sum(shares, Decimal(0))
    if total > 1 + _SLACK:
        field = "steps" if repayment.profile == "custom" else "balloon_amount"
        yield Finding(
            "shares-above-one",
            (*path, field),
            f"the {'rows repay' if field == 'steps' else 'balloon is'} {percent(total)} "
            "of the principal",
            "make the shares (and a balloon) sum to at most 100%; the rest falls at maturity",
        )


def _times(deal: Deal, facility: Facility) -> list[int]:
    """How often each row is repaid before the next one, or before the end."""
    steps, end = facility.repayment.steps, maturity(deal, facility)
    days = [day_of(deal, step.after) for step in steps]
    times = []
    for index, step in enumerate(steps):
        following = days[index + 1] if index + 1 < len(days) else end
        times.append(_repeats(step, days[index], following))
    return times


def _repeats(step: RepaymentStep, first: date, following: date | None) -> int:
    if step.every is None or following is None or following <= first:
        return 1
    months = FREQUENCY_MONTHS[step.every]
    count = 1
    while add_months(first, months * count) < following:
        count += 1
    return count


def _what_is_left(deal: Deal, facility: Facility, path: Path) -> Iterator[Finding]:
    """A balloon is said once: as a share, an amount, or by a longer amortization."""
    repayment, end = facility.repayment, maturity(deal, facility)
    said = [
        name for name in ("balloon", "balloon_amount", "amortization") if getattr(repayment, name)
    ]
    if len(said) > 1:
        yield Finding(
            "choice-of-one",
            (*path, said[1]),
            f"{' and '.join(f'`{name}`' for name in said)} each say what is left at the end",
            "keep one of them",
        )
    if repayment.amortization is None:
        return
    where = (*path, "amortization")
    if repayment.profile not in _ANNUITIES:
        yield without_effect(
            where, f"`profile: {repayment.profile}` does not run over a time of its own"
        )
        return
    repaid = repayment.amortization.after(deal.closing_date)
    if end is not None and repaid < end:
        yield Finding(
            "dates-out-of-order",
            where,
            f"the loan would be repaid by {repaid}, before its end on {end}",
            f"write `until: {repayment.amortization}`, or a longer amortization",
        )


def _level_payment(deal: Deal, name: str, path: Path) -> Iterator[Finding]:
    facility = deal.facilities[name]
    repayment = facility.repayment
    if repayment.profile != "level_payment":
        if repayment.payment is not None:
            yield without_effect(
                (*path, "payment"),
                f"`profile: {repayment.profile}` finds its payments itself",
                "write `profile: level_payment`, or take it away",
            )
        if repayment.negative_amortization:
            yield without_effect(
                (*path, "negative_amortization"),
                f"the payments of `profile: {repayment.profile}` are never below the interest",
                "write `profile: level_payment`, or take it away",
            )
        return
    payment = None if repayment.payment is None else at_closing(deal, repayment.payment)
    size, rate = principal_of(deal, name), _first_rate(deal, facility)
    if payment is None or size is None or rate is None:
        return
    interest = size * rate * FREQUENCY_MONTHS[repayment.frequency] / 12
    if payment <= interest and interest and not repayment.negative_amortization:
        yield Finding(
            "payment-below-interest",
            (*path, "payment"),
            f"a payment of {figure(payment)} does not cover the first interest, about "
            f"{figure(round(interest, 2))}: all principal is left to the end",
            "write a higher payment, or `negative_amortization: yes`",
            Severity.WARNING,
        )


def _first_rate(deal: Deal, facility: Facility) -> Decimal | None:
    """The rate at closing; None where it cannot be told."""
    rate = facility.rate
    if rate.quoted == "flat" or rate.value is not None:
        return rate.value if rate.quoted == "annual" else None
    market = deal.rates.get(rate.index or "")
    points = [*market.observed, *market.forward] if market is not None else []
    known = [point.rate for point in points if point.date <= deal.closing_date]
    if not known:
        return None
    counted = known[-1] if rate.floor is None else max(known[-1], rate.floor)
    counted = counted if rate.cap is None else min(counted, rate.cap)
    return counted * rate.multiplier + rate.spread


def _sculpted(deal: Deal, repayment: Repayment, path: Path) -> Iterator[Finding]:
    if repayment.profile != "sculpted":
        for field in ("dscr", "case"):
            if getattr(repayment, field) != Repayment.model_fields[field].default:
                yield without_effect(
                    (*path, field),
                    f"`{field}` has no effect with `profile: {repayment.profile}`",
                    "write `profile: sculpted`, or take it away",
                )
        return
    if repayment.dscr is None:
        yield Finding(
            "missing-field",
            path,
            "`profile: sculpted` repays to a cover, and none is said",
            "add `dscr: 1.2`, with your own figure",
        )
    yield from above_zero(repayment.dscr, (*path, "dscr"), "a cover")
    yield from known_name(repayment.case, (*path, "case"), "case", ("base", *deal.cases))


def _greatest_of(limbs: GreatestOf, path: Path) -> Iterator[Finding]:
    if limbs.contract_cash is None and limbs.asset_base is None:
        yield Finding(
            "choice-of-one",
            path,
            "no further limb is said",
            "add `contract_cash:`, `asset_base:` with `life:`, or both",
        )
    if limbs.asset_base is not None and limbs.life is None:
        yield Finding(
            "missing-field",
            path,
            "the asset base is straight-line net cost, and no life is said",
            "add `life: 6 years`, with your own figure",
        )
    if limbs.asset_base is None and limbs.life is not None:
        yield without_effect((*path, "life"), "a life is of the limb `asset_base` only")
    if limbs.life is not None and limbs.life.is_zero:
        yield Finding(
            "not-positive",
            (*path, "life"),
            "a life of no time makes no sense",
            "write its length, as 6 years",
        )


def _calendars_reach(deal: Deal, facility: Facility, path: Path) -> Iterator[Finding]:
    """A loan whose business days are counted ends within the years of calendars."""
    end, lag = maturity(deal, facility), facility.rate.lag_days
    calendars = facility.dates is not None and facility.dates.calendar
    if (calendars or lag) and end is not None and end > _LAST_DAY_OF_CALENDARS:
        yield Finding(
            "out-of-bounds",
            (*path, "repayment", "until"),
            f"the loan ends on {end}, and business days are known to {_LAST_DAY_OF_CALENDARS}",
            "write an earlier end, or take calendar and lag away",
        )


def _days_off_published(deal: Deal, facility: Facility, path: Path) -> Iterator[Finding]:
    """A loan on China's calendar ends within the years whose days off are published."""
    dates, end = facility.dates, maturity(deal, facility)
    if dates is None or end is None or "china" not in dates.calendar:
        return
    if dates.convention == "none" and not facility.rate.lag_days:
        return
    # The table is read for the few loans that need it.
    from lessor.core.china_days_off import PUBLISHED

    last = date(max(PUBLISHED), 12, 31)
    if end > last:
        yield Finding(
            "days-off-unpublished",
            (*path, "calendar"),
            f"the loan ends on {end}, and China's days off are published to {last}: later years "
            "count statutory holidays alone, without the weekends moved for them",
            "read payment days after that as provisional: the notice moves some by a few days",
            Severity.WARNING,
        )


def _dates(deal: Deal, facility: Facility, path: Path) -> Iterator[Finding]:
    dates = facility.dates
    if dates is None:
        return
    days_off = [name for name in dates.calendar if name != "none"]
    if dates.convention != "none" and not days_off:
        yield without_effect(
            (*path, "convention"),
            "without a calendar no day is a holiday, and no payment moves",
            "add `calendar: sofr` (or china, weekdays, ...), or take it away",
        )
    if dates.convention == "none" and days_off and not facility.rate.lag_days:
        yield without_effect(
            (*path, "calendar"),
            "no payment moves for a holiday with `convention: none`",
            "write `convention: modified_following`, or take it away",
        )
    yield from _first_payment(deal, facility, path)


def _first_payment(deal: Deal, facility: Facility, path: Path) -> Iterator[Finding]:
    dates, end, closing = facility.dates, maturity(deal, facility), deal.closing_date
    if dates is None:
        return
    first, where = dates.first_payment, (*path, "first_payment")
    earliest = closing if facility.repayment.timing == "advance" else add_days(closing, 1)
    if first is not None and first < earliest:
        yield Finding(
            "dates-out-of-order",
            where,
            f"the first payment is on {first}, and the loan begins at closing on {closing}",
            f"write a day from {earliest} on",
        )
    elif first is not None and end is not None and first > end:
        yield Finding(
            "dates-out-of-order",
            where,
            f"the first payment is on {first}, and the loan ends on {end}",
            f"write a day up to {end}",
        )
    anchor = first or closing
    if dates.end_of_month and add_days(anchor, 1).month == anchor.month:
        yield without_effect(
            (*path, "end_of_month"),
            f"payments are rolled from {anchor}, which is not the last day of its month",
            "write the last day of a month as `first_payment:`, or take it away",
        )
