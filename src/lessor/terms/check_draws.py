"""Checks of how a loan is drawn, what its fees are charged on, and how it is repaid early."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from lessor.core.issue import Severity
from lessor.terms.deal import Deal
from lessor.terms.facilities import Advance, Facility, Fees
from lessor.terms.findings import (
    Finding,
    above_zero,
    figure,
    one_of,
    percent,
    rising,
    rising_days,
    without_effect,
)
from lessor.terms.loan_size import at_closing, principal_of
from lessor.terms.plan_dates import day_of, lots_of, maturity
from lessor.terms.source import Path

_SLACK = Decimal("1e-9")
_FEES = ("up_front", "on_draw", "undrawn", "discount", "exit")


def check_draws(deal: Deal) -> Iterator[Finding]:
    """Draws, availability, advance, fees and early repayment of each loan.

    Issues: missing-field, choice-of-one, not-positive, points-not-rising, draws-above-commitment,
    draw-outside-availability, draw-after-maturity, date-before-closing, dates-out-of-order,
    fee-on-nothing (a warning where it is the principal that is 0), shares-above-one; warning
    without-effect.
    """
    for name, facility in deal.facilities.items():
        path: Path = ("facilities", name)
        yield from _rule(facility, path)
        yield from _draws(deal, name, path)
        yield from _availability(deal, facility, (*path, "availability"))
        yield from _left_out(deal, facility, (*path, "availability", "until"))
        yield from _balance(deal, facility, (*path, "balance"))
        if facility.advance is not None:
            yield from _advance(deal, facility.advance, (*path, "advance"))
        yield from _fees(facility, (*path, "fees"))
        yield from _early(deal, facility, (*path, "early"))


def _rule(facility: Facility, path: Path) -> Iterator[Finding]:
    has_take_downs = facility.rental is not None and bool(facility.rental.take_downs)
    if facility.draw == "planned" and not facility.draws and not has_take_downs:
        yield Finding(
            "missing-field",
            (*path, "draw"),
            "the loan is drawn as planned, and no draw is planned",
            "add `draws: [{date: 2026-09-01, amount: 1_000_000}]`, or write another `draw:`",
        )
    if facility.draw != "planned" and facility.draws:
        yield without_effect(
            (*path, "draws"),
            f"planned draws have no effect with `draw: {facility.draw}`",
            "write `draw: planned`, or take them away",
        )
    if facility.draw == "delayed" and facility.advance is None:
        yield Finding(
            "missing-field",
            (*path, "draw"),
            "the loan is drawn against deliveries, and how much of them it lends is not said",
            "add `advance: {rate: 90%}`, with your own figure",
        )


def _draws(deal: Deal, name: str, path: Path) -> Iterator[Finding]:
    facility = deal.facilities[name]
    if facility.draw != "planned":
        return
    dates = [(draw.date, (*path, "draws", index)) for index, draw in enumerate(facility.draws)]
    yield from rising(facility.draws, (*path, "draws"), "date")
    for index, draw in enumerate(facility.draws):
        where: Path = (*path, "draws", index, "amount")
        yield from above_zero(draw.amount.amount, where, "a draw")
    for day, where in dates:
        yield from draw_in_time(deal, facility, day, (*where, "date"))
    drawn = [at_closing(deal, draw.amount) for draw in facility.draws]
    yield from within_commitment(deal, name, drawn, (*path, "draws"))


def draw_in_time(deal: Deal, facility: Facility, day: date, path: Path) -> Iterator[Finding]:
    """A draw lies between closing and the loan's end, and within its availability.

    Issues: date-before-closing, draw-after-maturity, draw-outside-availability.
    """
    end, available = maturity(deal, facility), facility.availability
    first = available.from_ and day_of(deal, available.from_)
    last = available.until and day_of(deal, available.until)
    if day < deal.closing_date:
        yield Finding(
            "date-before-closing",
            path,
            f"a draw on {day} comes before closing on {deal.closing_date}",
            "write a day from closing on; what was drawn before counts as drawn at closing",
        )
    elif end is not None and day >= end:
        yield Finding(
            "draw-after-maturity",
            path,
            f"a draw on {day} does not come before the loan's end on {end}",
            "write an earlier day, or a later `until:`",
        )
    elif (first is not None and day < first) or (last is not None and day > last):
        bounds = [f"from {first}"] if first else []
        bounds += [f"to {last}"] if last else []
        yield Finding(
            "draw-outside-availability",
            path,
            f"a draw on {day} lies outside of availability, {' '.join(bounds)}",
            "write a day within it, or a longer `availability:`",
        )


def within_commitment(
    deal: Deal, name: str, drawn: list[Decimal | None], path: Path
) -> Iterator[Finding]:
    """Draws (or take-downs) come to at most the principal. Issue: draws-above-commitment."""
    total = sum((amount for amount in drawn if amount is not None), Decimal(0))
    size = principal_of(deal, name)
    if size is not None and total > size * (1 + _SLACK):
        yield Finding(
            "draws-above-commitment",
            path,
            f"{figure(total)} {deal.currency} are drawn, and the principal is {figure(size)}",
            "lower the draws, or raise the principal",
        )


def _availability(deal: Deal, facility: Facility, path: Path) -> Iterator[Finding]:
    available, end = facility.availability, maturity(deal, facility)
    first = deal.closing_date if available.from_ is None else day_of(deal, available.from_)
    last = None if available.until is None else day_of(deal, available.until)
    if facility.draw == "at_closing" and (available.from_ or available.until):
        yield without_effect(path, "the loan is drawn at closing, whole")
        return
    if available.from_ is not None and end is not None and first >= end:
        yield Finding(
            "dates-out-of-order",
            (*path, "from"),
            f"the loan may be drawn from {first} on, and ends on {end}",
            "write an earlier day, or a later `until:` of its repayment",
        )
    if last is None:
        return
    if last < first or last < deal.closing_date:
        before = "its first day" if available.from_ is not None else "closing"
        yield Finding(
            "dates-out-of-order",
            (*path, "until"),
            f"the loan may be drawn to {last}, which is before {before}, {first}",
            "write a later day, or a time from closing, as 12 months",
        )
    elif end is not None and last > end:
        yield Finding(
            "dates-out-of-order",
            (*path, "until"),
            f"the loan may be drawn to {last}, and ends on {end}",
            f"write a day before {end}, or take it away",
        )


def _left_out(deal: Deal, facility: Facility, path: Path) -> Iterator[Finding]:
    """Lots that are accepted once the loan may no longer be drawn are not lent on."""
    said = facility.availability.until
    if said is None or facility.draw != "delayed":
        return
    last = day_of(deal, said)
    late = [
        (lot.accepted, name)
        for name, asset in deal.assets.items()
        for lot in lots_of(deal, asset)
        if lot.accepted > last
    ]
    if late:
        day, name = min(late)
        yield Finding(
            "draw-outside-availability",
            path,
            f"'{name}' is accepted on {day}, after the last day of draws, {last}: "
            "it is not lent on",
            "write a later day, if the loan is to pay for it",
            Severity.WARNING,
        )


def _balance(deal: Deal, facility: Facility, path: Path) -> Iterator[Finding]:
    """What is left of a loan is no more than the loan was."""
    balance, principal = facility.balance, facility.principal.amount
    if balance is None or principal is None:
        return
    left, whole = at_closing(deal, balance), at_closing(deal, principal)
    if left is not None and whole is not None and left > whole * (1 + _SLACK):
        yield Finding(
            "draws-above-commitment",
            path,
            f"{figure(left)} are left at closing of a loan of {figure(whole)}",
            "write as `principal` what the loan was when it was made",
        )


def _advance(deal: Deal, advance: Advance, path: Path) -> Iterator[Finding]:
    yield from above_zero(advance.rate, (*path, "rate"), "an advance rate")
    worn = all(asset.depreciation is not None for asset in deal.assets.values())
    if advance.of == "net_cost" and advance.life is None and not worn:
        yield Finding(
            "missing-field",
            path,
            "cost is taken net of straight-line wear, and no life is said",
            "add `life: 6 years`, with your own figure",
        )
    if advance.of == "cost" and advance.life is not None:
        yield without_effect(
            (*path, "life"), "a life is of `of: net_cost` only", "write `of: net_cost`"
        )
    if advance.life is not None and advance.life.is_zero:
        yield Finding(
            "not-positive",
            (*path, "life"),
            "a life of no time makes no sense",
            "write its length, as 6 years",
        )


def _fees(facility: Facility, path: Path) -> Iterator[Finding]:
    fees, principal = facility.fees, facility.principal
    if facility.draw == "at_closing" and fees.undrawn > 0:
        yield Finding(
            "fee-on-nothing",
            (*path, "undrawn"),
            "a fee on what is not drawn, of a loan that is drawn at closing, whole",
            "take it away, or write `draw: delayed` or `planned`",
        )
    charged = [name for name in _FEES if getattr(fees, name) > 0]
    is_nothing = 0 in (principal.share, principal.amount and principal.amount.amount)
    if charged and is_nothing:
        yield Finding(
            "fee-on-nothing",
            (*path, charged[0]),
            "a fee on a loan whose principal is 0",
            "write its principal, or take the fee away",
            Severity.WARNING,
        )
    yield from _kept_back(fees, path)


def _kept_back(fees: Fees, path: Path) -> Iterator[Finding]:
    kept = fees.up_front + fees.on_draw + fees.discount
    if kept >= 1:
        yield Finding(
            "shares-above-one",
            path,
            f"fees and discount take {percent(kept)} of what is drawn, and leave nothing",
            "make `up_front`, `on_draw` and `discount` sum to less than 100%",
        )


def _early(deal: Deal, facility: Facility, path: Path) -> Iterator[Finding]:
    early, end = facility.early, maturity(deal, facility)
    for index, row in enumerate(early.planned):
        where: Path = (*path, "planned", index)
        yield from one_of(row, where, ("share", "amount"))
        day = day_of(deal, row.date)
        if day < deal.closing_date:
            yield Finding(
                "date-before-closing",
                (*where, "date"),
                f"an early repayment on {day} comes before closing on {deal.closing_date}",
                "write a later day, or the principal as it is at closing",
            )
        elif end is not None and day >= end:
            yield Finding(
                "amortization-past-maturity",
                (*where, "date"),
                f"an early repayment on {day} does not come before the loan's end on {end}",
                "write an earlier day, or take the row away",
            )
    yield from rising_days(deal, early.premium, (*path, "premium"), "until")
    whole = early.make_whole_until and day_of(deal, early.make_whole_until)
    for index, step in enumerate(early.premium):
        if whole is not None and day_of(deal, step.until) <= whole:
            yield without_effect(
                (*path, "premium", index, "until"),
                f"up to {whole} the lender is paid the payments forgone, and no premium",
                "write a later day, or an earlier `make_whole_until:`",
            )
    if whole is None and early.make_whole_rate > 0:
        yield without_effect(
            (*path, "make_whole_rate"),
            "no payment forgone is paid for",
            "add `make_whole_until:`, or take it away",
        )
