"""Checks of leases: their dates, terms, deposits, and what they expect to be used."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from lessor.core.issue import Severity
from lessor.terms.check_assets import check_model
from lessor.terms.check_charges import is_input, not_priced
from lessor.terms.deal import Deal
from lessor.terms.fields import near_names
from lessor.terms.findings import (
    Finding,
    above_zero,
    at_most_one,
    known_name,
    one_of,
    percent,
)
from lessor.terms.leases import UTC_ZONE, Events, Lease, UsagePlan
from lessor.terms.scalars import Duration
from lessor.terms.source import Path
from lessor.terms.time_zones import time_zones


def check_leases(deal: Deal) -> Iterator[Finding]:
    """Leases, each by itself; what they charge and stand on is checked apart.

    Issues: no-lease, lease-not-in-forecast (both warnings), unknown-name, unknown-model,
    choice-of-one, not-positive, term-zero, dates-out-of-order, shares-not-one, wrong-unit,
    negative-quantity, unknown-time-zone, meter-not-priced.
    """
    if not deal.leases:
        yield Finding(
            "no-lease",
            ("leases",),
            "the deal has no lease, so that nothing is earned",
            "add a lease under `leases:`",
            Severity.WARNING,
        )
    for name, rented in deal.leased_in.items():
        if rented.term.is_zero:
            yield _no_time(("leased_in", name, "term"), "the lease")
    for name, lease in deal.leases.items():
        path: Path = ("leases", name)
        yield from _capacity(deal, lease, path)
        yield from _terms(lease, path)
        yield from _event_order(lease.events, (*path, "events"))
        yield from _suspensions(lease.events, (*path, "events"))
        yield from _in_forecast(lease.events, (*path, "events"))
        yield from _money_held(lease, path)
        yield from _time_zone(lease.billing.time_zone, (*path, "billing", "time_zone"))
        if lease.relet is not None:
            yield from one_of(lease.relet, (*path, "relet"), ("amount", "curve"))
            yield from known_name(
                lease.relet.curve, (*path, "relet", "curve"), "curve", deal.curves
            )
        if lease.usage is not None:
            yield from _usage(lease.usage, (*path, "usage"))


def _capacity(deal: Deal, lease: Lease, path: Path) -> Iterator[Finding]:
    here = (*path, "capacity")
    capacity = lease.capacity
    yield from at_most_one(capacity, here, ("asset", "model"))
    known = (*deal.assets, *deal.leased_in)
    yield from known_name(capacity.asset, (*here, "asset"), "asset", known)
    yield from check_model(capacity.model, (*here, "model"))
    yield from above_zero(capacity.quantity, (*here, "quantity"), "a capacity")


def _terms(lease: Lease, path: Path) -> Iterator[Finding]:
    terms: list[tuple[Duration | None, Path, str]] = [(lease.term, (*path, "term"), "the lease")]
    if lease.renewal is not None:
        terms.append((lease.renewal.term, (*path, "renewal", "term"), "the renewal"))
    if lease.relet is not None:
        terms.append((lease.relet.term, (*path, "relet", "term"), "the re-letting"))
    for term, where, what in terms:
        if term is not None and term.is_zero:
            yield _no_time(where, what)


def _no_time(path: Path, what: str) -> Finding:
    return Finding("term-zero", path, f"{what} lasts no time", "write its length, as 60 months")


def _event_order(events: Events, path: Path) -> Iterator[Finding]:
    """Each event not before those that must come first."""
    order: list[tuple[str, tuple[str, ...]]] = [
        ("signed", ("quoted",)),
        ("promised", ("signed", "quoted")),
        ("expected_acceptance", ("signed", "quoted")),
        ("accepted", ("signed", "quoted")),
        ("terminated", ("signed", "quoted")),
        ("ended", ("accepted", "signed", "quoted")),
    ]
    for name, earlier in order:
        day = getattr(events, name)
        before = next((e for e in earlier if getattr(events, e) is not None), None)
        if day is not None and before is not None and day < getattr(events, before):
            yield _out_of_order((*path, name), name, day, f"{before} on {getattr(events, before)}")
    if events.ended is not None and events.terminated is not None:
        yield Finding(
            "choice-of-one",
            (*path, "terminated"),
            "the lease is ended and terminated",
            "keep `terminated` for an early end, `ended` for one at the end of the term",
        )


def _out_of_order(path: Path, name: str, day: date, other: str) -> Finding:
    word = name.replace("_", " ")
    return Finding(
        "dates-out-of-order",
        path,
        f"{word} on {day} comes before {other}",
        "put the days in the order quoted, signed, accepted, suspended, resumed, terminated, ended",
    )


def _suspensions(events: Events, path: Path) -> Iterator[Finding]:
    """Suspended and resumed take turns, between acceptance and the end."""
    turns = [(day, "suspended", index) for index, day in enumerate(events.suspended)]
    turns += [(day, "resumed", index) for index, day in enumerate(events.resumed)]
    expected = "suspended"
    start = events.commencement
    stop = events.terminated or events.ended
    # On one day the resumption comes first: service resumed and suspended again.
    for day, name, index in sorted(turns, key=lambda turn: (turn[0], turn[1])):
        where = (*path, name, index)
        if name != expected:
            other = "a suspension" if name == "resumed" else "being resumed"
            yield _out_of_order(where, name, day, f"{other} that belongs to it")
        if start is None or day < start:
            yield _out_of_order(where, name, day, f"acceptance on {start or 'no known day'}")
        if stop is not None and day > stop:
            yield Finding(
                "dates-out-of-order",
                where,
                f"{name} on {day} comes after the end on {stop}",
                f"write a day up to {stop}, or take it away",
            )
        expected = "resumed" if name == "suspended" else "suspended"


def _in_forecast(events: Events, path: Path) -> Iterator[Finding]:
    start, stop = events.commencement, events.terminated or events.ended
    if start is not None and (stop is None or stop > start):
        return
    if events.terminated is not None:
        message = f"terminated on {events.terminated} before acceptance: it brings no rent"
        remedy = "nothing, if so; else write the day of acceptance before that of termination"
    elif start is not None:
        message = f"ended on {stop}, no later than accepted: it brings no rent"
        remedy = "nothing, if so; else write a later end"
    else:
        message = "neither accepted nor expected to be: it is in the backlog, and brings no rent"
        remedy = "add `expected_acceptance:` with a day to have it in the forecast"
    yield Finding("lease-not-in-forecast", path, message, remedy, Severity.WARNING)


def _money_held(lease: Lease, path: Path) -> Iterator[Finding]:
    if lease.deposit is not None:
        yield from one_of(lease.deposit, (*path, "deposit"), ("months", "amount"))
    if lease.prepayment is not None:
        yield from one_of(lease.prepayment, (*path, "prepayment"), ("share", "amount"))


def _time_zone(name: str, path: Path) -> Iterator[Finding]:
    # Without the tz database for the default: most deals need none of it.
    if name == UTC_ZONE or name in time_zones():
        return
    near = near_names(name, tuple(sorted(time_zones())), 1)
    guess = f"did you mean {near[0]}? " if near else ""
    yield Finding(
        "unknown-time-zone",
        path,
        f"there is no time zone named '{name}'",
        f"{guess}write a name of the tz database, as UTC, Asia/Shanghai (all of China) or "
        "Europe/Berlin",
    )


def _usage(usage: UsagePlan, path: Path) -> Iterator[Finding]:
    yield from at_most_one(usage, path, ("tokens_per_gpu_hour", "tokens_per_month"))
    yield from at_most_one(usage, path, ("revenue_per_year", "prices"))
    if usage.ramp_up.days:
        yield Finding(
            "wrong-unit",
            (*path, "ramp_up"),
            f"'{usage.ramp_up}' is not in months, and use climbs month by month",
            "write whole months, as 3 months",
        )
    split = usage.split
    if split is not None and (total := split.in_ + split.out + split.cached) != 1:
        yield Finding(
            "shares-not-one",
            (*path, "split"),
            f"the shares of tokens sum to {percent(total)}",
            "make `in`, `out` and `cached` sum to 100%, as 70%, 20% and 10%",
        )
    for name, units in usage.meters.items():
        if is_input(name):
            yield not_priced(name, (*path, "meters", name))
        if units < Decimal(0):
            yield Finding(
                "negative-quantity",
                (*path, "meters", name),
                f"'{units}' is negative",
                "write a value of at least 0",
            )
