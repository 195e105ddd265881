"""The state of a lease at any date, which follows from its events alone.

Announced is not performed: a lease that is signed earns nothing until it is accepted.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from lessor.terms.leases import Lease


class LeaseState(StrEnum):
    """Where a lease stands on a day."""

    UNKNOWN = "unknown"
    QUOTED = "quoted"
    SIGNED = "signed"
    IN_SERVICE = "in_service"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"
    ENDED = "ended"


def state_at(lease: Lease, day: date, *, forecast: bool = False) -> LeaseState:
    """The state of a lease on `day`: the last event on or before it, the end of the term included.

    With `forecast`, acceptance that is only expected counts as done on its day.
    """
    events = lease.events
    if events.terminated is not None and day >= events.terminated:
        return LeaseState.TERMINATED
    accepted = events.commencement if forecast else events.accepted
    if accepted is not None and day >= accepted:
        return _after_acceptance(lease, accepted, day)
    if events.ended is not None and day >= events.ended:
        return LeaseState.ENDED
    if events.signed is not None and day >= events.signed:
        return LeaseState.SIGNED
    if events.quoted is not None and day >= events.quoted:
        return LeaseState.QUOTED
    return LeaseState.UNKNOWN


def _after_acceptance(lease: Lease, accepted: date, day: date) -> LeaseState:
    events = lease.events
    end = lease.term.after(accepted)
    if lease.renewal is not None:
        end = lease.renewal.term.after(end)
    if day >= end or (events.ended is not None and day >= events.ended):
        return LeaseState.ENDED
    stops = [(stop, True) for stop in events.suspended] + [(back, False) for back in events.resumed]
    past = sorted((moment, rests) for moment, rests in stops if moment <= day)
    return LeaseState.SUSPENDED if past and past[-1][1] else LeaseState.IN_SERVICE
