"""Checks of the deal as a whole: names, curves, the length of the plan, days before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from lessor.core.dates import whole_months_between
from lessor.core.issue import Severity
from lessor.terms.assets import MarketValue, Residual
from lessor.terms.check_charges import circle_finding, circles
from lessor.terms.deal import Curve, Deal
from lessor.terms.findings import Finding, known_name, one_of, rising
from lessor.terms.plan_dates import day_of, letting_end, maturity
from lessor.terms.reference import resale_curve_names
from lessor.terms.source import Path

LONGEST_PLAN_MONTHS = 600
_NAMED = (
    "assets",
    "leased_in",
    "leases",
    "costs",
    "facilities",
    "rates",
    "spvs",
    "cases",
    "curves",
)
_REFUSED_IN_NAMES = set(".[]\"'=")


def check_plan(deal: Deal) -> Iterator[Finding]:
    """The deal as a whole.

    Issues: name-malformed, choice-of-one, points-not-rising, unknown-name, circular-reference,
    curve-empty, horizon-zero, too-long; warning date-before-closing.
    """
    yield from _names(deal)
    yield from _curves(deal)
    yield from _length(deal)
    yield from _before_closing(deal)


def _names(deal: Deal) -> Iterator[Finding]:
    """Free names must be such that a dotted path can name them without quotes."""
    blocks: list[tuple[Path, Iterable[str]]] = [
        ((block,), getattr(deal, block)) for block in _NAMED
    ]
    for name, lease in deal.leases.items():
        blocks.append((("leases", name, "charges"), lease.charges))
        if lease.usage is not None:
            blocks.append((("leases", name, "usage", "meters"), lease.usage.meters))
    for name, spv in deal.spvs.items():
        blocks.append((("spvs", name, "accounts"), spv.accounts))
        blocks.append((("spvs", name, "covenants"), spv.covenants))
    for path, names in blocks:
        for name in names:
            if not name or name != name.strip() or not _REFUSED_IN_NAMES.isdisjoint(name):
                yield Finding(
                    "name-malformed",
                    (*path, name),
                    f"'{name}' cannot be named by a path",
                    "write a name without dots, brackets, quotes, equals signs, blanks at its ends",
                )


def _curves(deal: Deal) -> Iterator[Finding]:
    for name, curve in deal.curves.items():
        path: Path = ("curves", name)
        yield from one_of(curve, path, ("values", "rents", "like"))
        yield from rising(curve.values, (*path, "values"), "age")
        yield from rising(curve.rents, (*path, "rents"), "date")
        known = (*deal.curves, *resale_curve_names())
        yield from known_name(curve.like, (*path, "like"), "curve", known)
    refers = {name: [curve.like] if curve.like else [] for name, curve in deal.curves.items()}
    for circle in circles(refers):
        yield circle_finding(("curves", circle[0], "like"), circle)
    for asset, held in deal.assets.items():
        for field in ("market_value", "residual"):
            value: MarketValue | Residual | None = getattr(held, field)
            if value is not None and value.curve in deal.curves:
                where: Path = ("assets", asset, field, "curve")
                yield from _holds(deal, value.curve or "", where, "values")
    for lease, let in deal.leases.items():
        if let.relet is not None and let.relet.curve in deal.curves:
            where = ("leases", lease, "relet", "curve")
            yield from _holds(deal, let.relet.curve or "", where, "rents")


def _holds(deal: Deal, name: str, path: Path, wanted: str) -> Iterator[Finding]:
    """The curve, or the one that it is like, must hold points of the wanted sort."""
    seen: set[str] = set()
    curve: Curve | None = deal.curves[name]
    while curve is not None and curve.like is not None and curve.like not in seen:
        seen.add(curve.like)
        if curve.like in resale_curve_names() and curve.like not in deal.curves:
            held = "values"
            break
        curve = deal.curves.get(curve.like)
    else:
        held = "values" if curve is not None and curve.values else "rents"
    if held != wanted:
        points = "shares of cost by age" if wanted == "values" else "rents by date"
        yield Finding(
            "curve-empty",
            path,
            f"the curve '{name}' holds no {points}",
            f"name a curve with `{wanted}:`",
        )


def _length(deal: Deal) -> Iterator[Finding]:
    if deal.horizon is not None:
        end = day_of(deal, deal.horizon)
        if end <= deal.closing_date:
            yield Finding(
                "horizon-zero",
                ("horizon",),
                "the plan lasts no time"
                if end == deal.closing_date
                else f"the plan would end on {end}, before closing on {deal.closing_date}",
                "write its length, as 60 months, or a later day, or take the field away",
            )
        yield from _too_long(deal, end, ("horizon",))
        return
    for name, lease in deal.leases.items():
        yield from _too_long(deal, letting_end(lease), ("leases", name, "term"))
        if lease.relet is not None and lease.relet.term is None:
            yield from _lives(deal)
    for name, rented in deal.leased_in.items():
        end = rented.term.after(rented.commencement or deal.closing_date)
        yield from _too_long(deal, end, ("leased_in", name, "term"))
    for name, facility in deal.facilities.items():
        yield from _too_long(
            deal, maturity(deal, facility), ("facilities", name, "repayment", "until")
        )


def _lives(deal: Deal) -> Iterator[Finding]:
    """A re-letting without a term goes on for the lives of the assets."""
    for name, asset in deal.assets.items():
        if asset.depreciation is not None:
            end = asset.depreciation.life.after(deal.closing_date)
            yield from _too_long(deal, end, ("assets", name, "depreciation", "life"))


def _too_long(deal: Deal, end: date | None, path: Path) -> Iterator[Finding]:
    if end is None or end <= deal.closing_date:
        return
    months = whole_months_between(deal.closing_date, end)
    if months > LONGEST_PLAN_MONTHS:
        yield Finding(
            "too-long",
            path,
            f"the plan would last to {end}, {months} months after closing",
            f"write a shorter time, or a `horizon:` of at most {LONGEST_PLAN_MONTHS} months",
        )


def _before_closing(deal: Deal) -> Iterator[Finding]:
    """Money that moved before the plan begins is shown at its beginning, or not at all."""
    for path, day, what in _dated(deal):
        if day < deal.closing_date:
            yield Finding(
                "date-before-closing",
                path,
                f"{day} is before closing on {deal.closing_date}: {what}",
                f"nothing, if so; else close on {day} or before",
                Severity.WARNING,
            )


def _dated(deal: Deal) -> Iterator[tuple[Path, date, str]]:
    paid = "what is paid then counts at closing"
    for name, asset in deal.assets.items():
        path: Path = ("assets", name)
        if asset.order_date is not None and any(each.on == "order" for each in asset.payments):
            yield (*path, "order_date"), asset.order_date, paid
        for index, lot in enumerate(asset.deliveries):
            yield (*path, "deliveries", index, "date"), lot.date, paid
        for index, payment in enumerate(asset.payments):
            if payment.date is not None:
                yield (*path, "payments", index, "date"), payment.date, paid
    for name, lease in deal.leases.items():
        path = ("leases", name, "events")
        start = lease.events.commencement
        if start is not None and letting_end(lease) is not None:
            field = "accepted" if lease.events.accepted else "expected_acceptance"
            yield (*path, field), start, "rent of the time before it is left out"
        held = (lease.deposit, lease.prepayment)
        if lease.events.signed and any(each and each.paid == "signing" for each in held):
            yield (*path, "signed"), lease.events.signed, paid
    for name, cost in deal.costs.items():
        day = getattr(cost, "on", None)
        if isinstance(day, date):
            yield ("costs", name, "on"), day, paid
