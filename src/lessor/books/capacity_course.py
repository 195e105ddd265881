"""The capacity of a lease that is in service, stretch by stretch of its life, and its GPU hours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from lessor.books.lease_book import LeaseBook, Stage
from lessor.core.numeric import DECIMAL
from lessor.rating.capacity import Units, scaled
from lessor.rating.expected import planned
from lessor.rating.service import HOURS_A_DAY

_NOTHING = Decimal(0)


class InService(NamedTuple):
    """Capacity in service over `[start, end)`, none while it rests.

    quantity: in the contract's unit; gpus: the same in GPUs, None where no server model tells.
    """

    start: date
    end: date
    quantity: Decimal
    gpus: Decimal | None


def capacity_course(book: LeaseBook) -> tuple[InService, ...]:
    """Capacity in service from commencement to the end, a stretch for each change of it.

    Empty before acceptance: what is only signed serves nothing. Suspensions are stretches of
    nothing; an amendment changes it from its day on.
    """
    capacities = {place: _in_service(stage) for place, stage in enumerate(book.stages)}
    found: list[InService] = []
    for stretch in book.course():
        span = stretch.part.span
        if stretch.part.what != "service":
            continue
        units = capacities[stretch.stage](span.start)
        letting = book.stages[stretch.stage].letting
        step = InService(
            span.start,
            span.end,
            _in_unit(units, letting.lease.capacity.unit),
            units.gpus if letting.units.gpus else None,
        )
        found += _joined(found, step)
    return tuple(found)


def gpu_hours(course: Sequence[InService], start: date, end: date) -> Decimal | None:
    """GPU hours in service in `[start, end)`: gpus x days x 24; None where GPUs are not known."""
    total = _NOTHING
    for step in course:
        days = (min(step.end, end) - max(step.start, start)).days
        if days > 0:
            if step.gpus is None:
                return None
            total += step.gpus * days * HOURS_A_DAY
    return total


def _in_service(stage: Stage) -> Callable[[date], Units]:
    """The capacity of a stage that is accepted on a day."""
    letting = stage.letting
    rating = letting.rating(planned(None, Decimal(1), DECIMAL), lambda _: ())
    return lambda day: scaled(letting.units, rating.capacity_share(day))


def _in_unit(units: Units, unit: str) -> Decimal:
    return Decimal({"servers": units.servers, "gpus": units.gpus, "pflops": units.pflops}[unit])


def _joined(found: list[InService], step: InService) -> list[InService]:
    """The step behind those found: the last one goes on, or a rest lies between."""
    if not found:
        return [step]
    last = found[-1]
    if last.end == step.start and last[2:] == step[2:]:
        found[-1] = last._replace(end=step.end)
        return []
    gap = InService(last.end, step.start, _NOTHING, None if step.gpus is None else _NOTHING)
    return [gap, step] if last.end < step.start else [step]
