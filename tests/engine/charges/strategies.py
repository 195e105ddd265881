"""Any lease that a deal file can write, and any months to rate it in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from lessor.core.numeric import Kind
from lessor.engine.charges.segment import LatePart, Passed, Segment
from lessor.terms.charges import RATING_ORDER
from tests.engine.charges.rating import marks_of, segment

money = st.decimals(0, 100_000, places=2)
shares = st.decimals(0, 1, places=3)
counts = st.integers(0, 1_000_000)
windows = st.sampled_from(("month", "quarter", "year", "term"))


def text(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[str]:
    """Numbers as a deal file writes them."""
    return strategy.map(str)


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Any of these fields, said or not."""
    return st.fixed_dictionaries({}, optional=fields)


escalators = st.fixed_dictionaries(
    {
        "rate": text(st.decimals(Decimal("-0.5"), Decimal("0.5"), places=2)),
        "every": st.sampled_from(("1 month", "6 months", "12 months", "100 days")),
    }
)
taxed = some(tax=st.sampled_from(("included", "excluded")), vat=text(shares))


@st.composite
def steps(draw: st.DrawFn, word: str, prices: st.SearchStrategy[Any]) -> list[dict[str, str]]:
    """A price table whose steps rise, the last of them open."""
    ends = sorted(draw(st.sets(st.integers(1, 5_000), max_size=3)))
    table = [{"up_to": str(end), word: str(draw(prices))} for end in ends]
    return [*table, {word: str(draw(prices))}]


@st.composite
def usages(draw: st.DrawFn, modes: tuple[str, ...]) -> dict[str, Any]:
    """A usage charge of one of these modes."""
    mode = draw(st.sampled_from(modes))
    said = {
        "kind": "usage",
        "mode": mode,
        "meter": draw(st.sampled_from(("kwh", "gpu_seconds"))),
        "per": draw(st.sampled_from(("unit", "thousand", "gpu_hour", "million_tokens"))),
        "window": draw(windows),
        **draw(taxed),
        **draw(some(included=text(st.integers(0, 200)), escalator=escalators)),
    }
    if mode == "package":
        said["package"] = str(draw(st.integers(1, 500)))
    if mode == "flat" or (mode == "package" and draw(st.booleans())):
        return said | {"price": str(draw(money))}
    return said | {"tiers": draw(steps("price", money))}


def rents() -> st.SearchStrategy[dict[str, Any]]:
    """A base rent of any unit."""
    units = ("gpu_hour", "gpu_month", "server_month", "pflops_year", "cluster_month", "year")
    fields = st.fixed_dictionaries(
        {"amount": text(money), "per": st.sampled_from((*units, "total"))},
        optional={
            "escalator": escalators,
            "rent_free": st.sampled_from(("2 months", "45 days")),
        },
    )
    return st.builds(lambda said, tax: {"kind": "base_rent", **said, **tax}, fields, taxed)


def commitments(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """A minimum or a maximum."""
    lengths = st.sampled_from(("month", "quarter", "year"))
    fields = st.fixed_dictionaries({"amount": text(money), "per": lengths, "window": lengths})
    return st.builds(lambda said, tax: {"kind": kind, **said, **tax}, fields, taxed)


@st.composite
def revenue_shares(draw: st.DrawFn) -> dict[str, Any]:
    """A revenue share, banded or not, capped, floored or set against the rent."""
    said = {"kind": "revenue_share", "window": draw(windows), **draw(taxed)}
    said |= draw(some(above=text(money), cap=text(money), floor=text(money)))
    if draw(st.booleans()):
        return said | {"share": str(draw(shares))}
    return said | {"bands": draw(steps("share", shares))}


def credits() -> st.SearchStrategy[dict[str, Any]]:
    """A service credit by bands."""
    band = st.fixed_dictionaries({"below": text(shares), "credit": text(shares)})
    return st.fixed_dictionaries(
        {
            "kind": st.just("service_credit"),
            "bands": st.lists(band, min_size=1, max_size=3),
            "cap": text(shares),
        },
        optional={
            "exclude": st.lists(st.sampled_from(("customer", "maintenance", "power cut"))),
            "maintenance": text(st.integers(0, 48)),
            "claim": st.sampled_from(("automatic", "10 days", "1 month")),
        },
    )


late_deliveries = st.fixed_dictionaries(
    {"kind": st.just("late_delivery"), "grace": st.sampled_from(("0", "10 days", "1 month"))},
    optional={
        "per_day": st.builds(lambda a, tax: {"amount": str(a), **tax}, money, taxed),
        "share_of_rent": text(shares),
        "cap": text(money),
    },
)
pass_throughs = st.fixed_dictionaries(
    {"kind": st.just("pass_through"), "cost": st.just("power"), "share": text(shares)},
    optional={"price": text(money), "margin": text(shares)},
)
terminations = st.fixed_dictionaries(
    {"kind": st.just("termination"), "share": text(shares), "relet_credit": text(shares)}
)
MODES = ("flat", "graduated", "volume", "package")
BY_KIND: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "base_rent": rents(),
    "usage": usages(MODES),
    "minimum": commitments("minimum"),
    "maximum": commitments("maximum"),
    "service_credit": credits(),
    "late_delivery": late_deliveries,
    "revenue_share": revenue_shares(),
    "pass_through": pass_throughs,
    "termination": terminations,
}


@st.composite
def charge_sets(draw: st.DrawFn, kinds: tuple[str, ...] = RATING_ORDER) -> dict[str, Any]:
    """Some charges of these kinds, at most one of each, named after their kind."""
    chosen = draw(st.lists(st.sampled_from(kinds), unique=True, min_size=1))
    return {kind: draw(BY_KIND[kind]) for kind in chosen}


@st.composite
def month_fields(draw: st.DrawFn) -> dict[str, Any]:
    """What one month brings, in plain numbers."""
    part = draw(st.sampled_from((Decimal(1), Decimal("0.5"), Decimal("0.1"))))
    share = draw(st.sampled_from((Decimal(1), Decimal("0.25"))))
    return {
        "months": part,
        "hours": 730 * part,
        "servers": 10 * share,
        "gpus": 80 * share,
        "capacity_share": share,
        "quantities": (draw(counts), draw(counts)),
        "lessee_revenue": draw(money),
        "availability": draw(shares),
        "passed": (draw(money), draw(counts)),
        "days_late": draw(st.integers(0, 31)),
        "remaining_rent": draw(money),
        "is_terminated": draw(st.booleans()),
    }


def month_lists() -> st.SearchStrategy[list[dict[str, Any]]]:
    """Consecutive months from commencement."""
    return st.lists(month_fields(), min_size=1, max_size=14)


def segments(kind: Kind, months: list[dict[str, Any]]) -> list[Segment]:
    """The months as segments of `kind`: late capacity is the part that is not in service."""
    made = []
    for age, fields in enumerate(months):
        passed = Passed(kind.given(fields["passed"][0]), kind.given(fields["passed"][1]))
        late_share = 1 - fields["capacity_share"]
        late = LatePart(
            servers=kind.given(10 * late_share),
            gpus=kind.given(80 * late_share),
            pflops=kind.given(5 * late_share),
            share=kind.given(late_share),
            month_hours=kind.given(730),
        )
        usual = {key: value for key, value in fields.items() if key != "passed"}
        month = segment(
            kind, age_months=age, age_days=age * 30, **usual, **marks_of(age, len(months))
        )
        made.append(month._replace(passed=(passed,), late=late))
    return made
