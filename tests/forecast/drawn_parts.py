"""What drawn deals are made of: how a field is drawn, assets, leases with their charges.

Every amount of money is a `Money`, so that a deal can be written at any scale. Days are few and far
apart in kind (first and last of a month, inside one) rather than many.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from hypothesis import strategies as st


class Money(NamedTuple):
    """An amount of money in a tree."""

    amount: Decimal


def money(low: str, high: str, places: int = 2) -> st.SearchStrategy[Money]:
    """An amount between two."""
    return st.builds(Money, st.decimals(Decimal(low), Decimal(high), places=places))


def share(low: int = 0, high: int = 100) -> st.SearchStrategy[str]:
    """A fraction between two percents."""
    return st.builds("{}%".format, st.integers(low, high))


def months(low: int, high: int) -> st.SearchStrategy[str]:
    """A length of time."""
    return st.builds("{} months".format, st.integers(low, high))


def lengths(low: int, high: int) -> st.SearchStrategy[str]:
    """A length of time in months or in about as many days."""
    days = st.builds("{} days".format, st.integers(30 * low + (low == 0), 30 * high + 17))
    return months(low, high) | days


def at_times(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The strategy, or nothing."""
    return st.none() | strategy


def block(**fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    """A block of fields; those that come out as nothing are not said.

    A field ends with an underscore where its name is a word of Python.
    """
    strategies = {
        name.rstrip("_"): value if isinstance(value, st.SearchStrategy) else st.just(value)
        for name, value in fields.items()
    }
    drawn = st.fixed_dictionaries(strategies)
    return drawn.map(lambda found: {k: v for k, v in found.items() if v is not None})


def some(of: Mapping[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Some of the named blocks, perhaps none."""
    return st.fixed_dictionaries({}, optional=dict(of))


def iso(day: date, days: int = 0) -> str:
    """A day, some days on, as it is written."""
    return (day + timedelta(days=days)).isoformat()


TAXED = st.sampled_from(("excluded", "included"))
SERVER = {
    "gpus": "8",
    "power_kw_max": "10.2",
    "pflops": {"bf16": {"dense": "7.9", "sparse": "15.8"}},
}
ESCALATOR = at_times(block(rate=share(-10, 20), every=lengths(1, 12)))


@st.composite
def assets(draw: Any, closing: date, quantity: int) -> dict[str, Any]:
    """Servers in one or two lots, and perhaps other equipment."""
    servers = {
        "spec": SERVER,
        "quantity": str(quantity),
        "unit_cost": draw(block(amount=money("50000", "300000"), tax=TAXED)),
        "contingency": draw(share(0, 10)),
        "deliveries": draw(deliveries(closing, quantity)),
        "payments": draw(st.sampled_from(_PAYMENTS)),
        **draw(_wear()),
    }
    if draw(st.booleans()):
        servers["freight"] = draw(block(amount=money("0", "90000"), tax=TAXED))
    found = {"servers": servers}
    if draw(st.booleans()):
        cost = draw(block(amount=money("1000", "200000"), tax=TAXED))
        found["network"] = {"cost": cost, **draw(_wear())}
    return found


_PAYMENTS: tuple[list[dict[str, str]], ...] = (
    [],
    [{"share": "60%", "on": "order"}, {"share": "40%", "on": "delivery"}],
    [
        {"share": "30%", "on": "order", "after": "20 days"},
        {"share": "60%", "on": "delivery"},
        {"share": "10%", "on": "acceptance", "after": "1 month"},
    ],
)


@st.composite
def deliveries(draw: Any, closing: date, quantity: int) -> list[dict[str, str]]:
    """No lots, one, or two that sum to the quantity."""
    lots = draw(st.integers(0, 2))
    if lots == 0:
        return []
    first = draw(st.integers(1, quantity - 1)) if lots == 2 else quantity
    found = []
    for part in (first, quantity - first)[:lots]:
        delivered = draw(st.sampled_from((0, 0, 14, 31, 75)))
        lot = {"date": iso(closing, delivered), "quantity": str(part)}
        lot["acceptance"] = draw(st.sampled_from(("0", "10 days", "1 month")))
        if draw(st.booleans()):
            lot["promised"] = iso(closing, draw(st.sampled_from((3, 31, 80))))
        found.append(lot)
    return found


@st.composite
def _wear(draw: Any) -> dict[str, Any]:
    """Depreciation, market value and residual."""
    found: dict[str, Any] = {}
    wear = block(
        method=st.sampled_from(("straight_line", "declining")),
        life=lengths(6, 60),
        salvage=share(0, 30),
    )
    if (worn := draw(at_times(wear))) is not None:
        found["depreciation"] = worn
    table = [{"age": "6 months", "share": "70%"}, {"age": "24 months", "share": "20%"}]
    market = st.sampled_from((None, {"decline": "30%"}, {"table": table}))
    if (value := draw(market)) is not None:
        found["market_value"] = value
    residuals: list[Any] = ["none", {"share": draw(share())}]
    residuals.append({"amount": draw(block(amount=money("0", "50000"), tax=TAXED))})
    residuals.append({"share": draw(share()), "at": draw(months(8, 30))})
    if value is not None:
        residuals.append("market_value")
    return found | {"residual": draw(st.sampled_from(residuals))}


_RENTS = (
    ("gpu_hour", "0.5", "9"),
    ("gpu_month", "300", "6000"),
    ("server_month", "2000", "50000"),
    ("cluster_month", "5000", "400000"),
    ("pflops_year", "500", "60000"),
    ("quarter", "15000", "1200000"),
    ("year", "60000", "5000000"),
    ("total", "60000", "5000000"),
)


@st.composite
def charges(draw: Any, currency: str | None, passed: tuple[str, ...]) -> dict[str, Any]:
    """A base rent, and some of all other kinds."""
    per, low, high = draw(st.sampled_from(_RENTS))
    own = {"tax": TAXED} | ({"currency": st.just(currency)} if currency else {})
    price = money("0.0001", "5", 4)
    tiers = [{"up_to": "40", "price": draw(price)}, {"up_to": "90", "price": draw(price)}]
    tiers.append({"price": draw(price)})
    window = st.sampled_from(("month", "quarter", "year"))
    bands = [{"below": "99.9%", "credit": "5%"}, {"below": "98%", "credit": "15%"}]
    steps = [
        {"up_to": draw(money("1000", "20000")), "share": draw(share())},
        {"share": draw(share())},
    ]
    kinds = {
        "jobs": block(kind="usage", meter="jobs", price=price, included="7", window=window, **own),
        "steps": block(
            kind="usage",
            meter="jobs",
            mode=st.sampled_from(("graduated", "volume")),
            tiers=st.just(tiers),
            escalator=ESCALATOR,
            window=window,
            **own,
        ),
        "packs": block(kind="usage", meter="jobs", mode="package", package="3", price=price, **own),
        "hours": block(kind="usage", meter="gpu_seconds", per="gpu_hour", price=price, **own),
        "tokens": block(kind="usage", meter="tokens_out", per="million_tokens", price=price, **own),
        "floor": block(
            kind="minimum", amount=money("0", "90000"), per="month", window=window, **own
        ),
        "ceiling": block(
            kind="maximum", amount=money("90000", "900000"), per="quarter", window=window, **own
        ),
        "credit": block(kind="service_credit", bands=st.just(bands), cap=share(5, 20)),
        "late": block(kind="late_delivery", share_of_rent=share(0, 2), grace=lengths(0, 1)),
        "share": block(
            kind="revenue_share",
            share=share(),
            above=money("0", "9000"),
            cap=at_times(money("9000", "90000")),
            floor=at_times(money("0", "9000")),
            window=window,
            **own,
        ),
        "bands": block(kind="revenue_share", bands=st.just(steps), window=window, **own),
        "greater": block(
            kind="revenue_share", share=share(), greater_of=["base"], window=window, **own
        ),
        "end": block(
            kind="termination",
            share=share(),
            relet_credit=share(0, 50),
            prepayment=st.sampled_from(("refunded", "kept")),
        ),
    }
    for name in passed:
        kinds[f"pass_{name}"] = block(
            kind="pass_through", cost=name, margin=share(-10, 20), share=share(), **own
        )
    base = block(
        kind="base_rent",
        amount=money(low, high),
        per=per,
        escalator=ESCALATOR,
        rent_free=lengths(0, 2),
        **own,
    )
    return {"base": draw(base), **draw(some(kinds))}


@st.composite
def usage_plan(draw: Any) -> dict[str, Any]:
    """Meters for every charge by use, and what the lessee earns."""
    prices = block(in_=price_of_tokens, out=price_of_tokens, decline=share(-20, 40))
    return draw(
        block(
            utilisation=share(10, 100),
            ramp_up=months(0, 4),
            growth=share(-20, 30),
            tokens_per_gpu_hour=st.builds(str, st.integers(1_000, 900_000)),
            split={"in": "60%", "out": "30%", "cached": "10%"},
            prices=prices,
            kwh_per_gpu_hour="0.9",
            meters=block(jobs=st.builds(str, st.decimals(0, 200, places=1))),
        )
    )


price_of_tokens = money("0.1", "20")


@st.composite
def events(draw: Any, closing: date) -> dict[str, Any]:
    """Accepted or expected, perhaps before closing, suspended, promised or ended early."""
    start = closing + timedelta(days=draw(st.sampled_from((-40, 0, 0, 14, 30, 61))))
    found: dict[str, Any] = {draw(st.sampled_from(("accepted", "expected_acceptance"))): iso(start)}
    if draw(st.booleans()):
        found["promised"] = iso(start, draw(st.sampled_from((-35, -3, 0, 5))))
    rest = draw(st.sampled_from((None, (50, 20), (62, 90))))
    if rest is not None:
        found["suspended"] = [iso(start, rest[0])]
        found["resumed"] = [iso(start, sum(rest))]
    if draw(st.integers(0, 3)) == 0:
        found["terminated"] = iso(start, draw(st.sampled_from((160, 200, 213))))
    return found


@st.composite
def leases(draw: Any, closing: date, quantity: int, passed: tuple[str, ...]) -> dict[str, Any]:
    """A lease of some of the servers, in yuan or in dollars."""
    unit, units = draw(
        st.sampled_from((("servers", quantity), ("gpus", 8 * quantity), ("pflops", 7 * quantity)))
    )
    capacity = {"asset": "servers", "quantity": str(units), "unit": unit, "basis": "dense"}
    held = block(
        months=at_times(st.just("2")),
        paid=st.sampled_from(("signing", "acceptance", "closing")),
        returned=st.sampled_from(("end", "set_off")),
    )
    ahead = block(
        share=share(),
        paid=st.sampled_from(("acceptance", "closing")),
        drawdown=st.sampled_from(("pro_rata", "first")),
    )
    currency = draw(st.sampled_from((None, None, "USD")))
    return draw(
        block(
            lessee={"name": "A lessee"},
            capacity=st.just(capacity),
            events=events(closing),
            term=lengths(9, 20),
            renewal=at_times(block(term=months(1, 6), rent=share(50, 120))),
            relet=at_times(_relet()),
            deposit=at_times(held.map(lambda said: {"months": "1", **said})),
            prepayment=at_times(ahead),
            billing=block(
                frequency=st.sampled_from(("monthly", "quarterly", "semiannual", "annual")),
                timing=st.sampled_from(("arrears", "advance")),
                due_days=st.sampled_from(("0", "0", "15", "45")),
            ),
            availability=st.sampled_from(("100%", "99%", "97%")),
            usage=usage_plan(),
            charges=charges(currency, passed),
        )
    )


def _relet() -> st.SearchStrategy[dict[str, Any]]:
    per, amount = "server_month", money("1000", "30000")
    return block(
        gap=lengths(0, 2),
        term=months(1, 6),
        amount=amount,
        per=per,
        decline=share(-10, 30),
        utilisation=share(20, 100),
    )
