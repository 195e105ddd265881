"""The state of a lease at a date follows from its events."""

from datetime import date

import pytest

from lessor.terms.lease_state import LeaseState, state_at
from lessor.terms.leases import Lease


def lease(**events: object) -> Lease:
    """A one-year lease with these events."""
    return Lease.model_validate(
        {
            "lessee": {"name": "tenant"},
            "capacity": {"quantity": "1"},
            "events": events,
            "term": "12 months",
        }
    )


FULL = lease(
    quoted="2026-01-01",
    signed="2026-02-01",
    accepted="2026-03-01",
    suspended=["2026-05-01"],
    resumed=["2026-06-01"],
)


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2025-12-31", LeaseState.UNKNOWN),
        ("2026-01-01", LeaseState.QUOTED),
        ("2026-02-01", LeaseState.SIGNED),
        ("2026-02-28", LeaseState.SIGNED),
        ("2026-03-01", LeaseState.IN_SERVICE),
        ("2026-05-01", LeaseState.SUSPENDED),
        ("2026-05-31", LeaseState.SUSPENDED),
        ("2026-06-01", LeaseState.IN_SERVICE),
        ("2027-02-28", LeaseState.IN_SERVICE),
        ("2027-03-01", LeaseState.ENDED),
    ],
)
def test_the_last_event_by_a_day_gives_the_state(day: str, state: LeaseState) -> None:
    assert state_at(FULL, date.fromisoformat(day)) is state


def test_a_termination_before_acceptance_ends_a_lease_that_was_never_in_service() -> None:
    announced = lease(signed="2026-02-01", terminated="2026-07-01")
    assert state_at(announced, date(2026, 6, 30)) is LeaseState.SIGNED
    assert state_at(announced, date(2026, 7, 1)) is LeaseState.TERMINATED


def test_expected_acceptance_counts_in_the_forecast_only() -> None:
    signed = lease(signed="2026-02-01", expected_acceptance="2026-04-01")
    assert state_at(signed, date(2026, 4, 1)) is LeaseState.SIGNED
    assert state_at(signed, date(2026, 4, 1), forecast=True) is LeaseState.IN_SERVICE
