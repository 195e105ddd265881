"""From the events of a lease to its days in service, its stretches and its counting windows."""

from datetime import date
from fractions import Fraction

import pytest

from lessor.rating.grid import Grid
from lessor.rating.service import Service, service_of, spans, windows
from tests.forecast.deals import built

GRID = Grid(date(2026, 5, 1), 12)
YEAR = Service(date(2026, 5, 1), date(2027, 5, 1))


def service(events: str, rest: str = "{}") -> Service | None:
    changes = f"leases: {{tenant: {{events: {events}}}}}", f"leases: {{tenant: {rest}}}"
    return service_of(built(*changes).deal.leases["tenant"])


def test_service_runs_from_acceptance_for_the_term():
    assert service("{accepted: 2026-05-15}") == Service(date(2026, 5, 15), date(2027, 5, 15))


def test_a_signed_lease_is_forecast_from_its_expected_acceptance():
    found = service_of(
        built(
            "leases: {tenant: {events: {accepted: null, signed: 2026-04-01,"
            " expected_acceptance: 2026-07-01}}}"
        ).deal.leases["tenant"]
    )
    assert found == Service(date(2026, 7, 1), date(2027, 7, 1))


def test_announced_is_not_performed():
    lease = built("leases: {tenant: {events: {accepted: null, signed: 2026-04-01}}}")
    assert service_of(lease.deal.leases["tenant"]) is None


@pytest.mark.parametrize("end", ["terminated", "ended"])
def test_an_early_end_stops_service(end: str):
    found = service(f"{{accepted: 2026-05-01, {end}: 2026-08-16}}")
    assert found is not None and found.end == date(2026, 8, 16)


def test_a_termination_before_acceptance_leaves_none():
    lease = built(
        "leases: {tenant: {events: {accepted: null, expected_acceptance: 2026-07-01,"
        " terminated: 2026-06-01}}}"
    )
    assert service_of(lease.deal.leases["tenant"]) is None


def test_a_renewal_follows_the_term():
    found = service("{accepted: 2026-05-01}", "{renewal: {term: 6 months}}")
    assert found == Service(date(2026, 5, 1), date(2027, 11, 1), renewed=date(2027, 5, 1))


def test_suspensions_pair_with_the_next_resumption_or_the_end():
    found = service(
        "{accepted: 2026-05-01, suspended: [2026-06-01, 2026-09-01], resumed: 2026-06-11}"
    )
    assert found is not None
    assert found.suspensions == (
        (date(2026, 6, 1), date(2026, 6, 11)),
        (date(2026, 9, 1), date(2027, 5, 1)),
    )


def test_stretches_are_cut_at_months_breaks_and_suspensions_and_leave_nothing_out():
    rests = Service(date(2026, 5, 11), date(2026, 8, 1), ((date(2026, 6, 5), date(2026, 6, 21)),))
    found = spans(rests, GRID, (date(2026, 7, 10), date(2030, 1, 1)))
    assert [(span.start, span.end) for span in found] == [
        (date(2026, 5, 11), date(2026, 6, 1)),
        (date(2026, 6, 1), date(2026, 6, 5)),
        (date(2026, 6, 21), date(2026, 7, 1)),
        (date(2026, 7, 1), date(2026, 7, 10)),
        (date(2026, 7, 10), date(2026, 8, 1)),
    ]
    assert [span.months for span in found[:2]] == [Fraction(21, 31), Fraction(4, 30)]
    assert [span.period for span in found] == [0, 1, 1, 2, 2]


def test_only_what_lies_in_the_plan_is_a_stretch():
    before = Service(date(2026, 4, 10), date(2028, 1, 1))
    found = spans(before, GRID)
    assert (found[0].start, found[-1].end) == (date(2026, 5, 1), date(2027, 5, 1))
    assert spans(Service(date(2027, 5, 1), date(2028, 1, 1)), GRID) == ()


def test_ages_are_whole_months_since_commencement():
    found = spans(Service(date(2026, 4, 16), date(2026, 8, 1)), GRID)
    assert [span.age_months for span in found] == [0, 1, 2]


def test_the_lease_s_own_months_sum_to_its_term():
    found = spans(Service(date(2026, 5, 16), date(2027, 2, 16)), GRID)
    assert sum(span.own_months for span in found) == 9
    assert sum(span.months for span in found) == Fraction(16, 31) + 8 + Fraction(15, 28)


def test_windows_open_and_close_by_months_of_the_plan_from_acceptance():
    found = spans(Service(date(2026, 6, 16), date(2027, 2, 1)), GRID)
    marks = [(set(opens), set(closes)) for opens, closes in windows(found, 1)]
    assert marks[0] == ({"month", "quarter", "year", "term"}, {"month"})
    assert marks[2] == ({"month"}, {"month", "quarter"})
    assert marks[3] == ({"month", "quarter"}, {"month"})
    assert marks[-1] == ({"month"}, {"month", "quarter", "year", "term"})


def test_a_window_that_lies_in_a_suspension_does_not_keep_the_next_from_opening():
    rests = Service(YEAR.commencement, YEAR.end, ((date(2026, 5, 16), date(2026, 12, 1)),))
    found = spans(rests, GRID)
    marks = windows(found, 0)
    assert "quarter" in marks[0][1]
    assert "quarter" in marks[1][0]


def test_parts_of_a_month_share_its_window():
    found = spans(YEAR, GRID, (date(2026, 5, 16),))
    marks = windows(found, 0)
    assert ("month" in marks[0][0], "month" in marks[0][1]) == (True, False)
    assert ("month" in marks[1][0], "month" in marks[1][1]) == (False, True)
