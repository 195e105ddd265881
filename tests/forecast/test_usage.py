"""Expected usage: ramp-up, growth, meters, and what the lessee earns on it."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from lessor.core.numeric import DECIMAL, FLOAT
from lessor.rating.expected import Expected, PlanTerms, expected_usage, lower_plan, ramp
from lessor.rating.service import Span
from lessor.terms.leases import UsagePlan


def plan(**said: Any) -> PlanTerms:
    return lower_plan(UsagePlan.model_validate(said), "leases.tenant.usage", FLOAT)


def used(terms: PlanTerms, age: int = 0, days: int = 31, share: float = 1.0) -> Expected:
    """A stretch of May at an age of the lease, with 100 GPU hours in it."""
    start = date(2026, 5, 1)
    span = Span(0, start, start + timedelta(days=days), 31, age)
    return expected_usage(terms, span, FLOAT, gpu_hours=100.0, capacity_share=share)


def test_ramp_up_climbs_in_equal_steps_to_full_use():
    terms = plan(ramp_up="3 months")
    assert [ramp(terms, age) for age in range(5)] == [
        Fraction(1, 4),
        Fraction(1, 2),
        Fraction(3, 4),
        Fraction(1),
        Fraction(1),
    ]
    assert ramp(plan(), 0) == 1


def test_gpu_seconds_and_energy_follow_used_hours():
    meters = used(plan(utilisation="50%", kwh_per_gpu_hour="0.9", ramp_up="1 month")).meters
    assert meters == {"gpu_seconds": 100 * 0.5 * 0.5 * 3600, "kwh": pytest.approx(22.5)}


def test_volume_grows_by_whole_months_of_a_year():
    terms = plan(growth="21%")
    assert used(terms, age=6).meters["gpu_seconds"] == pytest.approx(360_000 * 1.1)
    assert used(terms, age=24).meters["gpu_seconds"] == pytest.approx(360_000 * 1.21**2)


def test_tokens_come_by_the_used_hour_or_by_the_month():
    split = {"in": "70%", "out": "20%", "cached": "10%"}
    hourly = used(plan(tokens_per_gpu_hour="1000", utilisation="50%", split=split)).meters
    assert hourly["tokens_in"] == pytest.approx(35_000)
    assert hourly["tokens_cached"] == pytest.approx(5_000)
    # By the month they follow the part of the month and of the capacity, not the utilisation.
    monthly = used(plan(tokens_per_month="1000", utilisation="50%"), days=10, share=0.5).meters
    assert monthly["tokens_out"] == pytest.approx(1000 * 10 / 31 / 2)


def test_without_a_split_all_tokens_are_output():
    meters = used(plan(tokens_per_month="1000")).meters
    assert (meters["tokens_in"], meters["tokens_out"], meters["tokens_cached"]) == (0, 1000, 0)


def test_own_meters_count_by_the_month():
    assert used(plan(meters={"jobs": "40"}), days=10).meters["jobs"] == pytest.approx(400 / 31)


def test_prices_fall_and_volume_grows_in_what_the_lessee_earns():
    terms = plan(
        tokens_per_month="2_000_000",
        growth="10%",
        split={"in": "50%", "out": "50%"},
        prices={"in": "1", "out": "3", "decline": "20%"},
    )
    assert used(terms).lessee_revenue == pytest.approx(4.0)
    assert used(terms, age=12).lessee_revenue == pytest.approx(4.0 * 1.1 * 0.8)


def test_a_revenue_that_is_said_needs_no_tokens():
    terms = plan(revenue_per_year="1200", ramp_up="1 month")
    assert used(terms).lessee_revenue == pytest.approx(50)
    assert used(terms, age=1, days=10).lessee_revenue == pytest.approx(1000 / 31)
    assert used(plan(tokens_per_month="1000")).lessee_revenue == 0


@pytest.mark.parametrize("kind", [FLOAT, DECIMAL])
def test_a_fall_by_all_of_it_leaves_nothing_after_the_first_month(kind):
    said = UsagePlan.model_validate({"growth": "-100%", "meters": {"jobs": "40"}})
    terms = lower_plan(said, "leases.tenant.usage", kind)
    first, later = (
        expected_usage(
            terms,
            Span(0, date(2026, 5, 1), date(2026, 6, 1), 31, age),
            kind,
            gpu_hours=kind.given(100),
            capacity_share=kind.given(1),
        )
        for age in (0, 1)
    )
    assert first.meters["jobs"] == 40 and later.meters["jobs"] == 0
    assert isinstance(first.meters["jobs"], float if kind is FLOAT else Decimal)
