"""Checks of loans: their size against the cost, and their dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from lessor.core.dates import add_months, whole_months_between
from lessor.core.issue import Severity
from lessor.terms.assets import Asset
from lessor.terms.deal import Deal
from lessor.terms.facilities import Facility
from lessor.terms.findings import Finding, figure, one_of, order_of, percent, rising
from lessor.terms.money import Money
from lessor.terms.plan_dates import lots_of, maturity
from lessor.terms.scalars import Duration
from lessor.terms.source import Path
from lessor.terms.tax_preset import taxes_in_force

_SLACK = Decimal("1e-9")


def check_facilities(deal: Deal) -> Iterator[Finding]:
    """Loans, each by itself and all against what they pay for.

    Issues: choice-of-one, debt-above-cost, maturity-before-closing, maturity-unknown,
    interest-only-too-long, draw-after-maturity, shares-above-one, points-not-rising;
    warning without-effect.
    """
    for name, facility in deal.facilities.items():
        path: Path = ("facilities", name)
        yield from one_of(facility.principal, (*path, "principal"), ("share", "amount"))
        yield from _maturity(deal, facility, (*path, "repayment"))
        yield from _profile(facility, (*path, "repayment"))
        yield from _drawn_in_time(deal, facility, (*path, "repayment"))
    yield from [*_shares(deal)] or _against_cost(deal)


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
    elif facility.repayment.interest_only.after(deal.closing_date) >= end:
        yield Finding(
            "interest-only-too-long",
            (*path, "interest_only"),
            f"{facility.repayment.interest_only} without principal reach the loan's end on {end}",
            "write a shorter time, or `profile: bullet`",
        )


def _drawn_in_time(deal: Deal, facility: Facility, path: Path) -> Iterator[Finding]:
    """A loan that is drawn as money is spent must stand as long as money is spent."""
    end, principal = maturity(deal, facility), facility.principal
    is_nothing = 0 in (principal.share, principal.amount and principal.amount.amount)
    if facility.draw == "at_closing" or is_nothing or end is None or end <= deal.closing_date:
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


def _profile(facility: Facility, path: Path) -> Iterator[Finding]:
    repayment = facility.repayment
    steps = repayment.steps
    if repayment.profile == "custom" and not steps:
        yield Finding(
            "choice-of-one",
            path,
            "`profile: custom` has no rows",
            "add `steps:`, as [{after: 12 months, share: 20%}], or write `profile: bullet`",
        )
    if repayment.profile != "custom" and steps:
        yield Finding(
            "without-effect",
            (*path, "steps"),
            f"rows have no effect with `profile: {repayment.profile}`",
            "write `profile: custom`, or take the rows away",
            Severity.WARNING,
        )
    yield from rising(steps, (*path, "steps"), "after")
    total = sum((step.share for step in steps), Decimal(0)) + repayment.balloon
    if total > 1:
        yield Finding(
            "shares-above-one",
            (*path, "steps"),
            f"the rows repay {percent(total)} of the principal",
            "make the shares (and a balloon) sum to at most 100%; the rest falls at maturity",
        )
    until = repayment.until
    if isinstance(until, Duration):
        for index, step in enumerate(steps):
            if order_of(step.after) > order_of(until):
                yield Finding(
                    "dates-out-of-order",
                    (*path, "steps", index, "after"),
                    f"a row after {step.after} comes after the loan's end, {until}",
                    f"write a time up to {until}",
                )


def _shares(deal: Deal) -> Iterator[Finding]:
    """Shares of one basis may not sum to more than all of it."""
    for basis in ("hardware", "capex", "total_uses"):
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
    sizes = _sizes(deal)
    if not sizes:
        return
    uses = _cost(deal, with_vat=True)
    if uses is None:
        return
    fees = sum(
        (size * deal.facilities[name].fees.up_front for name, size in sizes.items()), Decimal(0)
    )
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


def _sizes(deal: Deal) -> dict[str, Decimal]:
    """The principal of each loan at closing's rates; without those that cannot be told."""
    sizes = {}
    for name, facility in deal.facilities.items():
        principal = facility.principal
        if principal.amount is not None:
            size = _at_closing(deal, principal.amount)
        else:
            basis = _cost(deal, of=principal.of, with_vat=principal.of == "total_uses")
            size = None if basis is None else basis * (principal.share or 0)
        if size is not None:
            sizes[name] = size
    return sizes


def _cost(deal: Deal, *, of: str = "capex", with_vat: bool) -> Decimal | None:
    """What all assets (or the hardware) cost, in the deal's currency; None without a rate."""
    total = Decimal(0)
    for asset in deal.assets.values():
        if of == "hardware" and not is_hardware(asset):
            continue
        count = asset.quantity if asset.unit_cost is not None else Decimal(1)
        parts: list[tuple[Money | None, Decimal | int]] = [
            (asset.unit_cost or asset.cost, count),
            (asset.freight, 1),
            (asset.fit_out, 1),
        ]
        for money, units in parts:
            if money is None:
                continue
            amount = _at_closing(deal, money, with_vat)
            if amount is None:
                return None
            total += amount * units * (1 + asset.contingency)
    return total


def is_hardware(asset: Asset) -> bool:
    """Whether an asset counts as `hardware`: as it says, else servers do and others do not."""
    if asset.hardware is not None:
        return asset.hardware
    return asset.model is not None or asset.spec is not None


def _at_closing(deal: Deal, money: Money, with_vat: bool | None = None) -> Decimal | None:
    """An amount at the rate of closing; with or without VAT where that is asked for."""
    rate: Decimal | None = Decimal(1)
    if money.currency is not None and money.currency != deal.currency:
        rates = deal.exchange_rates.get(money.currency, [])
        known = [each for each in rates if each.date <= deal.closing_date]
        rate = max(known, key=lambda each: each.date).rate if known else None
    if rate is None:
        return None
    vat = taxes_in_force(deal.taxes).vat
    share = money.vat if money.vat is not None else vat.equipment if vat else Decimal(0)
    amount = money.amount * rate
    if with_vat is None or vat is None:
        return amount
    net = amount / (1 + share) if money.tax == "included" else amount
    return net * (1 + share) if with_vat else net
