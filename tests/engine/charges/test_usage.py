"""Usage: units of a meter, priced by step, with an allowance, counted in windows."""

from decimal import Decimal
from typing import Any

import pytest

from lessor.core.numeric import DECIMAL
from lessor.engine.charges.lease import lower_lease
from lessor.engine.charges.usage import initial_usage, usage_steps
from tests.engine.charges.rating import NO_VAT, VAT_6, lease, lines, months_of, nets, segment

TIERS = [{"up_to": "100", "price": "1"}, {"up_to": "200", "price": "0.5"}, {"price": "0.1"}]


def used(**fields: Any) -> dict[str, Any]:
    return {"use": {"kind": "usage", "meter": "kwh", **fields}}


def test_each_meter_unit_is_converted():
    for per, units in [("gpu_hour", 7_200), ("million_tokens", 2_000_000), ("thousand", 2_000)]:
        said = lease(used(per=per, price="3"))
        assert lines(said, [segment(quantities=(units,))], "use") == [(2, 6, 0)]


def test_no_unit_is_lost_in_a_conversion():
    said = lease(used(per="gpu_hour", price="3.6"))
    assert lines(said, [segment(quantities=(5_000,))], "use")[0].net == 5


@pytest.mark.parametrize(
    ("units", "net"),
    [(0, 0), (100, 100), (101, Decimal("100.5")), (200, 150), (1_200, 250)],
)
def test_graduated_each_unit_at_the_price_of_its_step(units: int, net: Decimal):
    said = lease(used(mode="graduated", tiers=TIERS))
    assert lines(said, [segment(quantities=(units,))], "use")[0].net == net


@pytest.mark.parametrize(("units", "net"), [(0, 0), (100, 100), (101, Decimal("50.5")), (500, 50)])
def test_volume_all_units_at_the_price_of_the_step_reached(units: int, net: Decimal):
    said = lease(used(mode="volume", tiers=TIERS))
    assert lines(said, [segment(quantities=(units,))], "use")[0].net == net


@pytest.mark.parametrize(("units", "net"), [(0, 0), (1, 7), (10, 7), (11, 14), (30, 21)])
def test_packages_begun_are_paid_whole(units: int, net: int):
    said = lease(used(mode="package", package="10", price="7"))
    assert lines(said, [segment(quantities=(units,))], "use")[0].net == net


def test_a_package_takes_the_price_of_the_step_it_begins_in():
    tiers = [{"up_to": "25", "price": "7"}, {"price": "5"}]
    said = lease(used(mode="package", package="10", tiers=tiers))
    # 45 units are five packages; the third straddles the end of the step and belongs to it.
    assert lines(said, [segment(quantities=(45,))], "use")[0].net == 3 * 7 + 2 * 5


def test_included_units_are_free_in_each_window():
    said = lease(used(price="2", included="50"))
    assert nets(said, months_of(3, quantities=[(40,), (60,), (70,)]), "use") == [0, 20, 40]


@pytest.mark.parametrize(
    ("window", "net"),
    [("month", [80, 80, 80, 80]), ("quarter", [80, 50, 24, 80]), ("term", [80, 50, 24, 8])],
)
def test_steps_are_counted_through_the_window(window: str, net: list[int]):
    said = lease(used(mode="graduated", tiers=TIERS, window=window))
    assert nets(said, months_of(4, quantities=(80,)), "use") == net


def test_reaching_a_cheaper_volume_step_prices_earlier_units_anew():
    said = lease(used(mode="volume", tiers=TIERS, window="quarter"))
    months = months_of(2, quantities=[(90,), (20,)])
    assert nets(said, months, "use") == [90, 55 - 90]


def test_a_price_that_rises_within_a_window_rises_for_later_units_alone():
    said = lease(used(price="1", window="year", escalator={"rate": "10%", "every": "6 months"}))
    paid = nets(said, months_of(12, quantities=(100,)), "use")
    assert paid == [100] * 6 + [110] * 6


def test_tax_inside_a_price_is_taken_out():
    said = lease(used(price="1.06", tax="included"))
    [line] = lines(said, [segment(quantities=(100,))], "use", VAT_6)
    assert (line.net, line.vat) == (100, 6)


def test_a_lease_names_its_meters_once_in_pipe_order():
    said = lease(
        {
            "out": {"kind": "usage", "meter": "tokens_out", "price": "1"},
            "in": {"kind": "usage", "meter": "tokens_in", "price": "2"},
            "more": {"kind": "usage", "meter": "tokens_out", "price": "3"},
        }
    )
    terms = lower_lease("anchor", said, kind=DECIMAL, defaults=NO_VAT)
    assert terms.meters == ("tokens_out", "tokens_in")
    month = segment(quantities=(10, 100))
    assert [nets(said, [month], name) for name in ("out", "in", "more")] == [[10], [200], [30]]


@pytest.mark.parametrize(
    "fields",
    [{}, {"mode": "package", "price": "1"}, {"mode": "package", "package": "0", "price": "1"}],
)
def test_a_price_that_is_not_there_is_never_guessed(fields: dict[str, str]):
    with pytest.raises(ValueError, match=r"leases\.anchor\.charges\.use"):
        lower_lease("anchor", lease(used(**fields)), kind=DECIMAL, defaults=NO_VAT)


@pytest.mark.parametrize(
    "fields",
    [
        {"price": "3", "included": "50"},
        {"mode": "graduated", "tiers": TIERS, "included": "20", "tax": "included"},
        {"mode": "volume", "tiers": TIERS, "escalator": {"rate": "10%", "every": "2 months"}},
        {
            "mode": "package",
            "package": "30",
            "tiers": [{"up_to": "75", "price": "7"}, {"price": "5"}],
        },
        {"mode": "graduated", "per": "gpu_hour", "meter": "gpu_seconds", "tiers": TIERS},
    ],
)
def test_the_steps_of_a_segment_total_what_it_is_charged(fields: dict[str, Any]):
    said = lease(used(window="year", **fields))
    months = months_of(4, quantities=[(40,), (90,), (0,), (1_000_000,)])
    terms = lower_lease("a", said, kind=DECIMAL, defaults=VAT_6).charges[0]
    state = initial_usage(DECIMAL)
    for month, line in zip(months, lines(said, months, "use", VAT_6), strict=True):
        steps = usage_steps(
            terms, state, month.quantities[0], age_months=month.age_months, age_days=month.age_days
        )
        assert abs(sum(use.units * use.price for use in steps.uses) - line.net) < Decimal("1e-15")
        state = state._replace(used=state.used + month.quantities[0])


def test_included_units_are_the_free_ones():
    terms = lower_lease("a", lease(used(price="2", included="50")), kind=DECIMAL, defaults=NO_VAT)
    steps = usage_steps(
        terms.charges[0], initial_usage(DECIMAL), Decimal(80), age_months=0, age_days=0
    )
    assert (steps.free, [use.units for use in steps.uses]) == (50, [30])
