"""Availability out of evidence: moments counted once, what does not count taken out, claims."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessor.core.numeric import DECIMAL
from lessor.engine.charges.availability import (
    AvailabilityTerms,
    Claim,
    Evidence,
    ServiceMonth,
    Stretch,
    credited_availability,
    is_claimed,
    lower_availability,
    measured_availability,
)
from lessor.terms.charges import ServiceCredit
from lessor.terms.scalars import Duration
from tests.engine.charges.rating import lease, nets, segment

JUNE = datetime(2026, 6, 1, tzinfo=UTC)
NEBIUS = [{"below": "99.5%", "credit": "10%"}, {"below": "95%", "credit": "25%"}]
"""Bands as Nebius had them in 2026: from 99.5% down to 95% a tenth, below it a quarter."""


def terms(**fields: Any) -> AvailabilityTerms:
    return lower_availability(
        ServiceCredit.model_validate({"kind": "service_credit", "bands": NEBIUS, **fields})
    )


def june(*stretches: tuple[int, int, int], zone: Any = UTC) -> ServiceMonth:
    """June 2026 with stretches (day, day after, nodes); four nodes for all of it unless said."""
    said = stretches or ((1, 31, 4),)
    first = date(2026, 6, 1)
    return ServiceMonth(
        first,
        date(2026, 7, 1),
        tuple(
            Stretch(
                first + timedelta(days=start - 1), first + timedelta(days=end - 1), Fraction(nodes)
            )
            for start, end, nodes in said
        ),
        zone,
    )


def down(start: float, hours: float, node: str = "a", cause: str = "") -> Evidence:
    """A node down from `start` hours after the month began."""
    begin = JUNE + timedelta(hours=start)
    end = begin + timedelta(hours=hours)
    return Evidence(end, round(hours * 3600), node, cause, begin, end)


def counted(hours: float, node: str = "a", cause: str = "", at: float = 24) -> Evidence:
    """Node hours without a beginning or an end, told `at` hours after the month began."""
    return Evidence(JUNE + timedelta(hours=at), round(hours * 3600), node, cause)


def node_hours(*evidence: Evidence, month: ServiceMonth | None = None, **said: Any) -> Fraction:
    """Node hours that count as lost, of those in service: 4 nodes x 720 hours."""
    return (1 - measured_availability(terms(**said), month or june(), evidence)) * 2_880


def test_without_evidence_all_was_available():
    assert measured_availability(terms(), june(), []) == 1


def test_without_service_nothing_was_unavailable():
    month = june()._replace(service=())
    assert measured_availability(terms(), month, [down(0, 720)]) == 1


def test_an_outage_of_one_of_four_nodes():
    # 7.2 hours of 2,880.
    assert measured_availability(terms(), june(), [down(100, 7.2)]) == Fraction(9975, 10_000)


def test_moments_count_once_by_node():
    assert node_hours(down(10, 4), down(12, 4), down(11, 1)) == 6
    assert node_hours(down(10, 4), down(12, 4, "b")) == 8


def test_evidence_counts_within_the_month():
    assert node_hours(down(-5, 7), down(718, 10, "b"), down(-9, 3), down(720, 5)) == 4


def test_evidence_counts_within_service():
    # In service on the days 1 to 10 and 21 to 30: an outage from day 6 on lasts through day 25.
    month = june((1, 11, 4), (21, 31, 4))
    found = measured_availability(terms(), month, [down(5 * 24, 20 * 24)])
    assert found == 1 - Fraction(10, 4 * 20)


def test_service_counts_within_the_month():
    month = june((-30, 90, 4))
    assert measured_availability(terms(), month, [down(-24, 48)]) == 1 - Fraction(24, 2_880)


def test_lots_in_service_add_up():
    # Two nodes all month and two from the 16th: 2 x 720 + 2 x 360 hours.
    month = june((1, 31, 2), (16, 31, 2))
    assert measured_availability(terms(), month, [down(0, 216)]) == Fraction(9, 10)


def test_a_month_ends_with_its_days_in_the_time_zone():
    shanghai = june((1, 31, 4), zone=ZoneInfo("Asia/Shanghai"))
    # June there is eight hours ahead: from 16:00 UTC on 31 May to 16:00 UTC on 30 June.
    assert node_hours(down(-9, 2), down(711, 2, "b"), month=shanghai) == 2


def test_a_month_in_which_the_clock_changes_has_an_hour_less():
    berlin = ZoneInfo("Europe/Berlin")
    first, last = date(2026, 3, 1), date(2026, 4, 1)
    month = ServiceMonth(first, last, (Stretch(first, last, Fraction(1)),), berlin)
    outage = Evidence(
        datetime(2026, 3, 29, 4, tzinfo=berlin),
        7_200,
        "a",
        start=datetime(2026, 3, 29, 1, tzinfo=berlin),
        end=datetime(2026, 3, 29, 4, tzinfo=berlin),
    )
    assert measured_availability(terms(), month, [outage]) == 1 - Fraction(2, 743)


def test_what_the_lessee_did_and_maintenance_do_not_count():
    found = [down(10, 4, cause="customer"), down(20, 5, cause="Maintenance"), down(30, 2)]
    assert node_hours(*found) == 2
    assert node_hours(*found, exclude=[]) == 11
    assert node_hours(*found, exclude="maintenance") == 6


def test_causes_are_compared_as_words():
    assert node_hours(down(10, 4, cause="Force majeure"), exclude=["force_majeure"]) == 0


def test_maintenance_beyond_its_hours_counts_by_node():
    month = [down(10, 10, "a", "maintenance"), down(10, 3, "b", "maintenance")]
    assert node_hours(*month, maintenance="8") == 2
    assert node_hours(*month, maintenance="0") == 13
    assert node_hours(*month, maintenance="8", exclude=["customer"]) == 2


def test_a_cause_that_counts_counts_though_maintenance_was_announced():
    both = [down(10, 10, cause="maintenance"), down(12, 3, cause="hardware")]
    assert node_hours(*both) == 3
    # Seven hours are maintenance alone, and five of them are allowed.
    assert node_hours(*both, maintenance="5") == 3 + 2


def test_evidence_without_its_time_counts_by_quantity():
    assert node_hours(counted(2), down(10, 3)) == 5
    assert node_hours(counted(2)._replace(start=JUNE)) == 2
    assert node_hours(counted(2, at=-1), counted(2, at=720)) == 0
    assert node_hours(counted(2, at=-8, cause="x"), month=june(zone=ZoneInfo("Asia/Shanghai"))) == 2


def test_evidence_of_no_node_counts_by_quantity():
    # Six node hours within the two hours in which the month began.
    across = down(-1, 2, node="")._replace(quantity=6 * 3600)
    assert node_hours(across) == 3
    assert node_hours(across, across) == 6
    at_once = across._replace(start=JUNE, end=JUNE, time=JUNE)
    assert node_hours(at_once) == 6


def test_maintenance_of_no_node_has_what_the_named_nodes_leave():
    # Four nodes x 8 hours; node a takes 8 of them and is 2 beyond.
    named = down(10, 10, "a", "maintenance")
    assert node_hours(named, counted(24, "", "maintenance"), maintenance="8") == 2
    assert node_hours(named, counted(25, "", "maintenance"), maintenance="8") == 3
    # Of two nodes in service on half of the days, another two on all: three on the average.
    month = june((1, 31, 2), (16, 31, 2))
    found = measured_availability(
        terms(maintenance="8"), month, [counted(25, "", "maintenance", at=1)]
    )
    assert found == 1 - Fraction(1, 2_160)


def test_more_nodes_named_than_in_service_leave_no_allowance_and_owe_none():
    month = june((1, 31, 1))
    two = [down(10, 8, node, "maintenance") for node in ("a", "b")]
    unnamed = counted(1, "", "maintenance")
    found = measured_availability(terms(maintenance="8"), month, [*two, unnamed])
    assert found == 1 - Fraction(1, 720)


def test_a_node_is_down_no_longer_than_it_is_in_service():
    assert node_hours(counted(9_000), down(0, 10)) == 720
    assert node_hours(*(counted(9_000, node) for node in ("a", "b", "c", "d", "e"))) == 2_880
    assert node_hours(counted(9_000, "")) == 2_880
    assert node_hours(counted(9_000), counted(9_000, cause="maintenance"), maintenance="8") == 720


@pytest.mark.parametrize(
    ("seconds", "credit"),
    [
        # 0.5% of 2,880 node hours is 14.4 hours; 5% is 144. A band begins below its bound.
        (51_840, 0),
        (51_841, -300),
        (518_400, -300),
        (518_401, -750),
    ],
)
def test_bands_of_nebius_to_the_second(seconds: int, credit: int):
    found = measured_availability(terms(), june(), [down(0, seconds / 3600)])
    charges = {
        "base": {"kind": "base_rent", "amount": "3000", "per": "cluster_month"},
        "credit": {"kind": "service_credit", "bands": NEBIUS},
    }
    month = segment()._replace(availability=DECIMAL.given(found))
    assert nets(lease(charges), [month], "credit") == [credit]


def test_the_lowered_credit_says_how_it_is_measured():
    found = terms(maintenance="2.5", claim="10 days", exclude=["customer", "Force majeure"])
    assert found == AvailabilityTerms(
        frozenset({"customer", "force_majeure"}), Fraction(9_000), Duration(0, 10)
    )
    assert terms() == AvailabilityTerms(frozenset({"customer", "maintenance"}), None, None)


@pytest.mark.parametrize(
    ("within", "month", "day", "hour", "is_in_time"),
    [
        ("10 days", 7, 10, 23, True),
        ("10 days", 7, 11, 0, False),
        ("30 days", 7, 30, 23, True),
        ("30 days", 7, 31, 0, False),
        ("1 month", 7, 31, 23, True),
        ("1 month", 8, 1, 0, False),
        ("10 days", 6, 5, 12, True),
        ("automatic", 12, 31, 0, True),
    ],
)
def test_a_claim_must_come_in_time(within: str, month: int, day: int, hour: int, is_in_time: bool):
    claim = Claim(datetime(2026, month, day, hour, tzinfo=UTC), JUNE + timedelta(days=3))
    assert is_claimed(terms(claim=within), june(), [claim]) is is_in_time


def test_the_time_to_claim_ends_in_the_time_zone_of_the_lease():
    shanghai = june(zone=ZoneInfo("Asia/Shanghai"))
    last = datetime(2026, 7, 10, 15, 59, tzinfo=UTC)
    for late, in_time in ((0, True), (1, False)):
        claim = Claim(last + timedelta(minutes=late), JUNE)
        assert is_claimed(terms(claim="10 days"), shanghai, [claim]) is in_time


@pytest.mark.parametrize("start", [None, JUNE - timedelta(seconds=1), JUNE + timedelta(days=30)])
def test_a_claim_is_for_the_month_it_names(start: datetime | None):
    claim = Claim(datetime(2026, 7, 2, tzinfo=UTC), start)
    assert not is_claimed(terms(claim="10 days"), june(), [claim])


def test_a_credit_that_no_one_claims_goes_by_full_availability():
    outage, within = [down(0, 72)], terms(claim="10 days")
    claim = Claim(datetime(2026, 7, 2, tzinfo=UTC), JUNE)
    assert credited_availability(within, june(), evidence=outage) == 1
    assert credited_availability(within, june(), evidence=outage, claims=[claim]) == Fraction(
        39, 40
    )
    assert credited_availability(terms(), june(), evidence=outage) == Fraction(39, 40)


causes = st.sampled_from(("", "hardware", "network", "customer", "maintenance"))
hours = st.integers(-30, 750)
nodes = st.sampled_from(("a", "b", "c"))
outages = st.builds(down, hours, st.integers(1, 200), nodes, causes)
told = st.builds(counted, st.integers(0, 50), st.sampled_from(("a", "b", "")), causes, at=hours)
anything = st.one_of(outages, told)
measures = st.builds(
    AvailabilityTerms,
    st.frozensets(st.sampled_from(("customer", "maintenance", "network"))),
    st.none() | st.integers(0, 40).map(lambda hours: Fraction(hours * 3600)),
    st.none(),
)
months = st.sampled_from(
    (june(), june((1, 11, 4), (21, 31, 4)), june((1, 31, 2), (16, 31, 1)), june((8, 9, 1)))
)


@given(measures, months, st.lists(anything), st.randoms(use_true_random=False))
def test_the_order_of_evidence_does_not_matter(measure, month, evidence, chance):
    mixed = chance.sample(evidence, len(evidence))
    found = measured_availability(measure, month, evidence)
    assert measured_availability(measure, month, mixed) == found
    assert 0 <= found <= 1


@given(measures, months, st.lists(anything), outages, st.integers(1, 99))
def test_an_outage_told_in_parts_or_twice_is_the_same_outage(measure, month, evidence, one, part):
    assert one.start is not None and one.end is not None
    cut = one.start + (one.end - one.start) * part / 100
    parts = [one._replace(end=cut), one._replace(start=cut)]
    found = measured_availability(measure, month, [*evidence, one])
    assert measured_availability(measure, month, [*evidence, *parts]) == found
    assert measured_availability(measure, month, [one, *evidence, one]) == found


@given(measures, months, st.lists(anything), anything)
def test_more_evidence_never_raises_availability(measure, month, evidence, more):
    before = measured_availability(measure, month, evidence)
    assert measured_availability(measure, month, [*evidence, more]) <= before


@given(measures, months, st.lists(anything), causes, st.integers(0, 40))
def test_what_does_not_count_never_lowers_availability(measure, month, evidence, cause, more):
    before = measured_availability(measure, month, evidence)
    forgiving = measure._replace(excluded=measure.excluded | {cause})
    assert measured_availability(forgiving, month, evidence) >= before
    if measure.maintenance is not None:
        longer = measure._replace(maintenance=measure.maintenance + more)
        assert measured_availability(longer, month, evidence) >= before


@given(measures, st.lists(outages))
def test_it_is_what_counting_hour_by_hour_gives(measure, evidence):
    """The same by another way: each hour of each node, looked up in the evidence."""
    lost = 0
    for node in ("a", "b", "c"):
        maintained = 0
        for hour in range(720):
            moment = JUNE + timedelta(hours=hour)
            found = {each.cause for each in evidence if each.node == node and _covers(each, moment)}
            found -= measure.excluded
            lost += bool(found - {"maintenance"})
            maintained += found == {"maintenance"}
        allowed = 0 if measure.maintenance is None else measure.maintenance // 3600
        lost += max(maintained - allowed, 0)
    assert measured_availability(measure, june(), evidence) == 1 - Fraction(lost, 2880)


def _covers(evidence: Evidence, moment: datetime) -> bool:
    assert evidence.start is not None and evidence.end is not None
    return evidence.start <= moment < evidence.end
