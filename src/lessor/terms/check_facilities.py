"""Checks of loans: their size against the cost, their ends, and the time of construction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from lessor.core.dates import add_months, whole_months_between
from lessor.terms.deal import Deal
from lessor.terms.facilities import Facility
from lessor.terms.findings import Finding, figure, one_of, percent, without_effect
from lessor.terms.loan_size import at_closing, cost_of, principal_of
from lessor.terms.plan_dates import day_of, lots_of, maturity
from lessor.terms.source import Path
from lessor.terms.spv_parts import held

_SLACK = Decimal("1e-9")


def check_facilities(deal: Deal) -> Iterator[Finding]:
    """Loans, each by itself and all against what they pay for.

    Issues: choice-of-one, debt-above-cost, maturity-before-closing, maturity-unknown,
    interest-only-too-long, draw-after-maturity, dates-out-of-order; warning without-effect.
    """
    for name, facility in deal.facilities.items():
        path: Path = ("facilities", name)
        yield from one_of(facility.principal, (*path, "principal"), ("share", "amount"))
        yield from _maturity(deal, facility, (*path, "repayment"))
        yield from _drawn_in_time(deal, facility, (*path, "repayment"))
    yield from _construction(deal)
    for part in _borrowers(deal):
        yield from [*_shares(part)] or _against_cost(part)


def _maturity(deal: Deal, facility: Facility, path: Path) -> Iterator[Finding]:
    end = maturity(deal, facility)
    if end is None:
        yield Finding(
            "maturity-unknown",
            (*path, "until"),
            "the loan runs to the end of the leases, and the deal has none",
            "write a day or a time from closing, as 60 months",
        )
        return
    if end <= deal.closing_date:
        yield Finding(
            "maturity-before-closing",
            (*path, "until"),
            f"the loan ends on {end}, and begins at closing on {deal.closing_date}",
            "write a later day, or a time from closing, as 60 months",
        )
        return
    repayment = facility.repayment
    if repayment.interest_only.after(deal.closing_date) >= end:
        yield Finding(
            "interest-only-too-long",
            (*path, "interest_only"),
            f"{repayment.interest_only} without principal reach the loan's end on {end}",
            "write a shorter time, or `profile: bullet`",
        )
    if repayment.grace.after(deal.closing_date) >= end:
        yield Finding(
            "interest-only-too-long",
            (*path, "grace"),
            f"{repayment.grace} without any payment reach the loan's end on {end}",
            "write a shorter time, or `profile: bullet` with `paid_in_kind: 100%` of the rate",
        )


def _drawn_in_time(deal: Deal, facility: Facility, path: Path) -> Iterator[Finding]:
    """A loan that is drawn as money is spent must stand as long as money is spent."""
    end, principal = maturity(deal, facility), facility.principal
    is_nothing = 0 in (principal.share, principal.amount and principal.amount.amount)
    drawn_as_spent = facility.draw in ("pro_rata", "equity_first", "delayed")
    if not drawn_as_spent or is_nothing or end is None or end <= deal.closing_date:
        return
    # Beyond its availability a loan is not drawn, whatever is spent.
    if facility.availability.until is not None:
        return
    # The last payment falls at the end of its month of the plan, and pays back what that drew.
    months = whole_months_between(deal.closing_date, end)
    last = end if add_months(deal.closing_date, months) == end else None
    last = last or add_months(deal.closing_date, months + 1)
    spent = max(_days_of_spending(deal), default=None)
    if spent is not None and spent[0] >= last:
        yield Finding(
            "draw-after-maturity",
            (*path, "until"),
            f"the loan ends on {end}, and is drawn in part for '{spent[1]}', paid on {spent[0]}",
            "write a later end, `draw: at_closing`, or a loan of its own for what comes later",
        )


def _days_of_spending(deal: Deal) -> Iterator[tuple[date, str]]:
    """Each day on which something is paid for, with what it is."""
    for name, asset in deal.assets.items():
        for lot in lots_of(deal, asset):
            yield from ((payment.due(lot), name) for payment in asset.payments if payment.share > 0)
            if not asset.payments or asset.freight is not None or asset.fit_out is not None:
                yield lot.delivered, name


def _construction(deal: Deal) -> Iterator[Finding]:
    """Construction lies between closing and the end of the first loan that funds it."""
    if deal.construction is None:
        return
    path: Path = ("construction", "until")
    until = day_of(deal, deal.construction.until)
    ends = {name: maturity(deal, facility) for name, facility in deal.facilities.items()}
    known = {name: end for name, end in ends.items() if end is not None}
    if not deal.facilities:
        yield without_effect(("construction",), "no loan has interest or fees in this time")
    elif until <= deal.closing_date:
        yield Finding(
            "dates-out-of-order",
            path,
            f"construction ends on {until}, and begins at closing on {deal.closing_date}",
            "write a later day, or a time from closing, as 9 months",
        )
    elif known and until >= max(known.values()):
        last = max(known, key=lambda name: known[name])
        yield Finding(
            "dates-out-of-order",
            path,
            f"construction ends on {until}, and the last loan, '{last}', on {known[last]}",
            "write a day before loans end, or give the loan a later end",
        )


def _borrowers(deal: Deal) -> list[Deal]:
    """The deal by borrower: each SPV with the assets and loans it holds, and what none holds."""
    taken: dict[str, set[str]] = {"assets": set(), "facilities": set()}
    parts = []
    for spv in deal.spvs.values():
        own = {block: dict(held(deal, spv, block)) for block in taken}
        parts.append(deal.changed(**own))
        for block, names in taken.items():
            names.update(own[block])
    rest = {
        block: {name: record for name, record in getattr(deal, block).items() if name not in names}
        for block, names in taken.items()
    }
    return [*parts, deal.changed(**rest)]


def _shares(deal: Deal) -> Iterator[Finding]:
    """Shares of one basis may not sum to more than all of it."""
    for basis in ("hardware", "capex", "input_vat", "total_uses"):
        named = {
            name: facility.principal.share
            for name, facility in deal.facilities.items()
            if facility.principal.of == basis and facility.principal.share is not None
        }
        total = sum(named.values(), Decimal(0))
        if total > 1:
            last = [*named][-1]
            yield Finding(
                "debt-above-cost",
                ("facilities", last, "principal", "share"),
                f"the loans {', '.join(named)} sum to {percent(total)} of {basis}",
                "make the shares of one basis sum to at most 100%",
            )


def _against_cost(deal: Deal) -> Iterator[Finding]:
    """All loans together may not exceed what is bought, with its VAT and the loans' fees."""
    sizes = _debt(deal)
    uses = cost_of(deal, with_vat=True)
    # What construction and reserves add to the uses is known only when the plan has been run.
    if not sizes or uses is None or _has_further_uses(deal):
        return
    fees = sum((size * _fees(deal.facilities[name]) for name, size in sizes.items()), Decimal(0))
    total = sum(sizes.values(), Decimal(0))
    if total > (uses + fees) * (1 + _SLACK):
        last = [*sizes][-1]
        yield Finding(
            "debt-above-cost",
            ("facilities", last, "principal"),
            f"the loans sum to {figure(total)} {deal.currency}, and all that is bought costs "
            f"{figure(uses + fees)}",
            "lower the principal, or add what else it pays for under `assets:`",
        )


def _has_further_uses(deal: Deal) -> bool:
    funds = deal.construction is not None and deal.construction.interest == "funded"
    fills = any(
        account.funded != "from_cash"
        for spv in deal.spvs.values()
        for account in spv.accounts.values()
    )
    allowed = any(
        facility.sizing is not None and facility.sizing.above_cost
        for facility in deal.facilities.values()
    )
    return funds or fills or allowed


def _fees(facility: Facility) -> Decimal:
    return facility.fees.up_front + facility.fees.on_draw + facility.fees.discount


def _debt(deal: Deal) -> dict[str, Decimal]:
    """What each loan can come to at most; without those that cannot be told."""
    debt = {}
    for name, facility in deal.facilities.items():
        size = principal_of(deal, name)
        if size is None:
            continue
        if facility.draw == "delayed" and facility.advance is not None:
            cost = cost_of(deal, with_vat=True)
            size = size if cost is None else min(size, cost * facility.advance.rate)
        if facility.draw == "planned":
            drawn = [at_closing(deal, draw.amount) for draw in facility.draws]
            known = [amount for amount in drawn if amount is not None]
            size = min(size, sum(known, Decimal(0))) if len(known) == len(drawn) else size
        debt[name] = size
    return debt
