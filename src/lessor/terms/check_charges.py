"""Checks of charges and running costs: names, price tables, what charges say of each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from lessor.core.issue import Severity
from lessor.terms.charges import (
    RATING_ORDER,
    Commitment,
    Escalator,
    LateDelivery,
    PassThrough,
    RevenueShare,
    ServiceCredit,
    Usage,
)
from lessor.terms.check_service_credits import check_service_credits
from lessor.terms.costs import OneOffCost, RentShareCost, UseCost
from lessor.terms.deal import Deal
from lessor.terms.findings import Finding, above_zero, figure, known_name, one_of
from lessor.terms.leases import Lease, UsagePlan
from lessor.terms.meters import COST_PREFIX, CREDIT_CLAIM, DOWNTIME, LESSEE_REVENUE
from lessor.terms.source import Path

_TOKEN_METERS = ("tokens_in", "tokens_out", "tokens_cached")
_OWN_UNITS = {
    "gpu_seconds": {"unit", "gpu_second", "gpu_hour"},
    "kwh": {"unit", "kwh", "thousand", "million"},
    **{
        meter: {"unit", "thousand", "million", "thousand_tokens", "million_tokens"}
        for meter in _TOKEN_METERS
    },
}
_INPUT_OF = {
    DOWNTIME: "service_credit",
    CREDIT_CLAIM: "service_credit",
    LESSEE_REVENUE: "revenue_share",
}


def check_charges(deal: Deal) -> Iterator[Finding]:
    """Charges of all leases.

    Issues: choice-of-one, unknown-name, usage-missing, unit-mismatch, tiers-not-rising,
    tier-open-end, not-positive, circular-reference, charge-order, meter-not-priced, and those of
    `check_service_credits`; warnings tiers-not-monotone, without-effect.
    """
    for name, lease in deal.leases.items():
        path: Path = ("leases", name, "charges")
        for key, charge in lease.charges.items():
            here = (*path, key)
            yield from _escalator(getattr(charge, "escalator", None), here)
            for field, others in _references(charge).items():
                for index, other in enumerate(others):
                    where = (*here, field, index)
                    yield from known_name(other, where, "charge of this lease", lease.charges)
            if isinstance(charge, Usage):
                yield from _usage(charge, lease, here)
            elif isinstance(charge, RevenueShare):
                yield from _revenue_share(charge, lease, here)
            elif isinstance(charge, PassThrough):
                yield from _pass_through(deal, charge, here)
            elif isinstance(charge, LateDelivery):
                yield from _late_delivery(deal, charge, lease, here)
        yield from check_service_credits(lease, path)
        yield from _circles(lease, path)


def check_costs(deal: Deal) -> Iterator[Finding]:
    """Running costs.

    Issues: unknown-name, usage-missing, not-positive, dates-out-of-order, meter-not-priced.
    """
    known = (*deal.assets, *deal.leased_in)
    for name, cost in deal.costs.items():
        path: Path = ("costs", name)
        yield from known_name(getattr(cost, "asset", None), (*path, "asset"), "asset", known)
        yield from _escalator(cost.escalator, path)
        if cost.from_ is not None and cost.until is not None and cost.until <= cost.from_:
            yield Finding(
                "dates-out-of-order",
                (*path, "until"),
                f"until {cost.until} is not after the first day, {cost.from_}",
                "write the day after the last, or take one of the two away",
            )
        if isinstance(cost, RentShareCost | UseCost):
            yield from known_name(cost.lease, (*path, "lease"), "lease", deal.leases)
        if isinstance(cost, UseCost):
            yield from _meter_of_cost(deal, cost, path)
        if isinstance(cost, OneOffCost) and cost.escalator is not None:
            yield _without_effect((*path, "escalator"), "a cost paid once does not rise")


def _without_effect(path: Path, message: str) -> Finding:
    return Finding("without-effect", path, message, "take it away", Severity.WARNING)


def _escalator(escalator: Escalator | None, path: Path) -> Iterator[Finding]:
    if escalator is not None and escalator.every.is_zero:
        yield Finding(
            "not-positive",
            (*path, "escalator", "every"),
            f"a price cannot rise every {escalator.every}",
            "write the time between two rises, as 12 months",
        )


def _usage(charge: Usage, lease: Lease, path: Path) -> Iterator[Finding]:
    yield from _meter(charge.meter, lease, (*path, "meter"))
    allowed = _OWN_UNITS.get(charge.meter)
    if allowed is not None and charge.per not in allowed:
        yield Finding(
            "unit-mismatch",
            (*path, "per"),
            f"the meter {charge.meter} is not counted in '{charge.per}'",
            f"write one of {', '.join(sorted(allowed))}, or name another meter",
        )
    yield from above_zero(charge.package, (*path, "package"), "a package")
    if charge.mode in ("graduated", "volume"):
        yield from _needs(charge, path, "tiers", "price")
    elif charge.mode == "flat":
        yield from _needs(charge, path, "price", "tiers")
    else:
        yield from one_of(charge, path, ("price", "tiers"))
    if (charge.package is None) == (charge.mode == "package"):
        yield Finding(
            "choice-of-one",
            path if charge.package is None else (*path, "package"),
            f"`mode: {charge.mode}` and a package size do not go together"
            if charge.package
            else "`mode: package` needs the size of a package",
            "write `mode: package` with `package:`, or neither",
        )
    yield from _rising_tiers(charge.tiers, (*path, "tiers"))
    yield from _falling_totals(charge, path)


def _needs(charge: Usage, path: Path, needed: str, other: str) -> Iterator[Finding]:
    if getattr(charge, needed) in (None, []) or getattr(charge, other) not in (None, []):
        yield Finding(
            "choice-of-one",
            path,
            f"`mode: {charge.mode}` is priced by `{needed}`, and not by `{other}`",
            f"write `{needed}:` and no `{other}:`, or another mode",
        )


def _meter(meter: str, lease: Lease, path: Path) -> Iterator[Finding]:
    """The meter must be one that the usage plan fills, else nothing would ever be charged."""
    if is_input(meter):
        yield not_priced(meter, path)
        return
    plan = lease.usage or UsagePlan()
    filled = {"gpu_seconds", *plan.meters}
    lacking = ""
    if plan.kwh_per_gpu_hour is not None:
        filled.add("kwh")
    elif meter == "kwh":
        lacking = "kwh_per_gpu_hour: 0.9"
    if plan.tokens_per_gpu_hour is not None or plan.tokens_per_month is not None:
        filled.update(_TOKEN_METERS)
    elif meter in _TOKEN_METERS:
        lacking = "tokens_per_gpu_hour: 2_000_000"
    if meter in filled and lease.usage is not None:
        return
    if meter in filled or lacking:
        yield Finding(
            "usage-missing",
            path,
            f"the usage plan does not say how much of {meter} is used",
            f"add `usage: {{{lacking or 'utilisation: 70%'}}}` to the lease, with your own figure",
        )
        return
    known = (*sorted(filled | {"kwh", *_TOKEN_METERS}),)
    own = f"or declare a meter of your own, on the lease: usage: {{meters: {{{meter}: 1000}}}}"
    for finding in known_name(meter, path, "meter", known):
        yield finding._replace(remedy=f"{finding.remedy.rstrip('?')}; {own}")


def is_input(meter: str) -> bool:
    """Whether a meter brings evidence or amounts that a charge goes by, and no units to price."""
    return meter in _INPUT_OF or meter.startswith(COST_PREFIX)


def not_priced(meter: str, path: Path) -> Finding:
    """The Issue for a meter that is such an input, and is priced or planned in units."""
    kind = _INPUT_OF.get(meter, "pass_through")
    return Finding(
        "meter-not-priced",
        path,
        f"the meter {meter} has no units to price: it is what a {kind} goes by",
        f"write a charge of `kind: {kind}`, or name another meter",
    )


def _meter_of_cost(deal: Deal, cost: UseCost, path: Path) -> Iterator[Finding]:
    leases = [lease for name, lease in deal.leases.items() if cost.lease in (None, name)]
    found = [[*_meter(cost.meter, lease, (*path, "meter"))] for lease in leases]
    if found and all(found):
        yield from found[0]


def _revenue_share(charge: RevenueShare, lease: Lease, path: Path) -> Iterator[Finding]:
    yield from one_of(charge, path, ("share", "bands"))
    yield from _rising_tiers(charge.bands, (*path, "bands"))
    if charge.cap is not None and charge.floor is not None and charge.cap < charge.floor:
        yield Finding(
            "out-of-bounds",
            (*path, "cap"),
            f"the cap of {figure(charge.cap)} is below the floor of {figure(charge.floor)}",
            f"write a cap of at least {figure(charge.floor)}",
        )
    plan = lease.usage
    has_tokens = plan is not None and (plan.tokens_per_gpu_hour or plan.tokens_per_month)
    if plan is None or (plan.revenue_per_year is None and not (has_tokens and plan.prices)):
        yield Finding(
            "usage-missing",
            path,
            "the usage plan does not say what the lessee earns",
            "add `usage:` to the lease with `revenue_per_year:`, or with tokens and `prices:`",
        )


def _pass_through(deal: Deal, charge: PassThrough, path: Path) -> Iterator[Finding]:
    yield from known_name(charge.cost, (*path, "cost"), "cost", deal.costs)
    cost = deal.costs.get(charge.cost)
    if isinstance(cost, RentShareCost | UseCost):
        yield Finding(
            "charge-order",
            (*path, "cost"),
            f"'{charge.cost}' is a cost by {'rent' if cost.kind == 'share_of_rent' else 'use'}: "
            "it is known only after the leases have charged",
            "put it into the price of a charge instead, or name a cost of another kind",
        )
    if charge.price is not None and charge.margin != 0:
        yield Finding(
            "choice-of-one",
            (*path, "margin"),
            "price and margin are said, and each would do alone",
            "keep one of them: price or margin",
        )


def _late_delivery(deal: Deal, charge: LateDelivery, lease: Lease, path: Path) -> Iterator[Finding]:
    yield from one_of(charge, path, ("per_day", "share_of_rent"))
    asset = deal.assets.get(lease.capacity.asset or "")
    lots = asset.deliveries if asset is not None else []
    if lease.events.promised is None and all(lot.promised is None for lot in lots):
        yield Finding(
            "without-effect",
            path,
            "no day was promised, so that nothing can be late",
            "add `promised:` to the lease's events, or to the lots of its asset",
            Severity.WARNING,
        )


def _rising_tiers(tiers: Sequence[Any], path: Path) -> Iterator[Finding]:
    """Tiers and bands must rise; all but the last have an end, and the last has none."""
    for index, tier in enumerate(tiers):
        is_last = index == len(tiers) - 1
        if (tier.up_to is None) != is_last:
            yield Finding(
                "tier-open-end",
                (*path, index),
                "the last step has an end, so that what is beyond it has no price"
                if is_last
                else "only the last step can be without an end",
                "take `up_to` away from the last step, and give one to all others",
            )
        floor = Decimal(0) if index == 0 else tiers[index - 1].up_to
        if tier.up_to is not None and floor is not None and tier.up_to <= floor:
            yield Finding(
                "tiers-not-rising",
                (*path, index, "up_to"),
                f"a step up to {figure(tier.up_to)} comes after {figure(floor)}",
                "list the steps with `up_to` rising, each once",
            )


def _falling_totals(charge: Usage, path: Path) -> Iterator[Finding]:
    """Where all units take the price of the step reached, a lower price can lower the total."""
    if charge.mode != "volume":
        return
    for index in range(1, len(charge.tiers)):
        before, here = charge.tiers[index - 1], charge.tiers[index]
        if before.up_to is not None and here.price < before.price:
            yield Finding(
                "tiers-not-monotone",
                (*path, "tiers", index, "price"),
                f"beyond {figure(before.up_to + charge.included)} units the total falls from "
                f"{figure(before.up_to * before.price)} to {figure(before.up_to * here.price)}",
                "write `mode: graduated` if only the units of a step should take its price",
                Severity.WARNING,
            )


def _references(charge: Any) -> dict[str, list[str]]:
    """The charges that a charge is set against, by the field that names them."""
    if isinstance(charge, Commitment | ServiceCredit):
        return {"of": charge.of}
    return {"greater_of": charge.greater_of} if isinstance(charge, RevenueShare) else {}


def _order(lease: Lease, path: Path, in_circle: set[str]) -> Iterator[Finding]:
    """A charge can only be set against charges that are rated before it."""
    ordered = sorted(lease.charges, key=lambda name: RATING_ORDER.index(lease.charges[name].kind))
    place = {name: index for index, name in enumerate(ordered)}
    for name, charge in lease.charges.items():
        for field, others in _references(charge).items():
            for index, other in enumerate(others):
                if place.get(other, -1) > place[name] and name not in in_circle:
                    yield Finding(
                        "charge-order",
                        (*path, name, field, index),
                        f"'{other}' is rated after '{name}': its amount is not known yet",
                        f"charges are rated in this order: {', '.join(RATING_ORDER)}",
                    )


def _circles(lease: Lease, path: Path) -> Iterator[Finding]:
    """Charges that are set against each other, or against themselves, have no amount."""
    refers = {
        name: [other for others in _references(charge).values() for other in others]
        for name, charge in lease.charges.items()
    }
    found = circles(refers)
    yield from _order(lease, path, {name for circle in found for name in circle})
    for circle in found:
        name = circle[0]
        field = next(iter(_references(lease.charges[name])))
        yield circle_finding((*path, name, field), circle)


def circle_finding(path: Path, circle: list[str]) -> Finding:
    """The Issue for names that refer to each other in a circle."""
    return Finding(
        "circular-reference",
        path,
        f"it goes round in a circle: {' -> '.join([*circle, circle[0]])}",
        "take one of these references away",
    )


def circles(refers: dict[str, list[str]]) -> list[list[str]]:
    """Each circle among names that refer to others, once, from its first name on."""
    found: dict[frozenset[str], list[str]] = {}
    done: set[str] = set()
    for start in refers:
        trail = [start]
        branches = [iter(refers[start])]
        while branches:
            step = next(branches[-1], None)
            if step is None:
                branches.pop()
                done.add(trail.pop())
            elif step in trail:
                circle = trail[trail.index(step) :]
                found.setdefault(frozenset(circle), circle)
            elif step in refers and step not in done:
                trail.append(step)
                branches.append(iter(refers[step]))
    return list(found.values())
