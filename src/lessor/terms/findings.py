"""What a check across fields finds, and the few forms that most of those checks take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from lessor.core.issue import Severity
from lessor.terms.deal import Deal
from lessor.terms.fields import listed, near_names
from lessor.terms.plan_dates import day_of
from lessor.terms.record import Record
from lessor.terms.source import Path


class Finding(NamedTuple):
    """An Issue before its line is looked up: a code, the field's path, message and remedy."""

    code: str
    path: Path
    message: str
    remedy: str
    severity: Severity = Severity.ERROR


def figure(number: Decimal) -> str:
    """A number for a message: grouped, without zeros behind.

    >>> figure(Decimal("9600.50"))
    '9,600.5'
    """
    text = f"{number:,.6f}"
    return text.rstrip("0").rstrip(".")


def percent(share: Decimal) -> str:
    """A share for a message, as `112.5%`."""
    return f"{figure(share * 100)}%"


def said(record: Record, names: Iterable[str]) -> list[str]:
    """Those of the named fields that hold something."""
    return [name for name in names if getattr(record, name) not in (None, [])]


def one_of(record: Record, path: Path, names: Sequence[str]) -> Iterator[Finding]:
    """Exactly one of the fields must be said."""
    yield from at_most_one(record, path, names)
    if not said(record, names):
        yield Finding(
            "choice-of-one",
            path,
            f"none of {listed(list(names))} is said",
            f"add one of them: {listed([f'`{name}:`' for name in names])}",
        )


def at_most_one(record: Record, path: Path, names: Sequence[str]) -> Iterator[Finding]:
    """No more than one of the fields may be said."""
    found = said(record, names)
    if len(found) > 1:
        yield Finding(
            "choice-of-one",
            (*path, found[1]),
            f"{listed(found, joint='and')} are said, and each would do alone",
            f"keep one of them: {listed(found)}",
        )


def known_name(name: str | None, path: Path, what: str, names: Iterable[str]) -> Iterator[Finding]:
    """A name that stands for something must be the name of something."""
    known = tuple(names)
    if name is None or name in known:
        return
    near = near_names(name, known)
    if near:
        remedy = f"did you mean {listed(near)}?"
    elif known:
        remedy = f"write the name of one that there is: {listed(known)}"
    else:
        remedy = f"the deal has no {what}: add it, or take the name away"
    yield Finding("unknown-name", path, f"there is no {what} named '{name}'", remedy)


def above_zero(value: Decimal | None, path: Path, what: str) -> Iterator[Finding]:
    """A number by which something is divided or counted must be above zero."""
    if value is not None and value <= 0:
        yield Finding(
            "not-positive",
            path,
            f"{what} of {figure(value)} makes no sense",
            "write a number above 0",
        )


def rising(points: Sequence[Any], path: Path, name: str) -> Iterator[Finding]:
    """The points of a table must rise in the named field."""
    for index in range(1, len(points)):
        before, here = getattr(points[index - 1], name), getattr(points[index], name)
        if order_of(here) <= order_of(before):
            yield Finding(
                "points-not-rising",
                (*path, index, name),
                f"{here} comes after {before}, and is not above it",
                f"list the points with their `{name}` rising, each once",
            )


def rising_days(deal: Deal, points: Sequence[Any], path: Path, name: str) -> Iterator[Finding]:
    """The days (or times from closing) of a table must rise in the named field."""
    attribute = "from_" if name == "from" else name
    days = [day_of(deal, getattr(point, attribute)) for point in points]
    for index in range(1, len(days)):
        if days[index] <= days[index - 1]:
            here, before = (getattr(points[at], attribute) for at in (index, index - 1))
            yield Finding(
                "points-not-rising",
                (*path, index, name),
                f"{here} comes after {before}, and is not above it",
                f"list the points with their `{name}` rising, each once",
            )


def without_effect(path: Path, message: str, remedy: str = "take it away") -> Finding:
    """A term is said that changes nothing: a warning."""
    return Finding("without-effect", path, message, remedy, Severity.WARNING)


def order_of(value: Any) -> Any:
    """A key by which two times, days or numbers of a table are put in order."""
    if hasattr(value, "months"):
        # A month has 30.4375 days on average: only the order of the points is told by it.
        return value.months * Decimal("30.4375") + value.days
    return value
