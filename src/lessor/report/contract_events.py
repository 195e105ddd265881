"""The events of loan contracts, one table a contract, and what they are held against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from lessor.report.layout import framed, indented
from lessor.report.number_text import NOTHING, Scale, percent

if TYPE_CHECKING:
    from rich.console import RenderableType

Event = Mapping[str, object]

_AMOUNTS = ("payoff", "notionalPrincipal", "accruedInterest")
_CENTS = Scale(1.0, "", 2)


def event_tables(cases: Mapping[str, Sequence[Event]], told: str) -> Iterable[RenderableType]:
    """A table for each contract, its events in their order, and what is told of them all below.

    `cases`: the events as the JSON document holds them; amounts are in the contract's currency,
    positive where received.
    """
    for name, events in cases.items():
        yield Text(name, style="bold")
        yield indented(_table(events) if events else "no events", below=1)
    if told:
        yield Text(told)


def _table(events: Sequence[Event]) -> RenderableType:
    table = framed()
    table.add_column("date", no_wrap=True)
    table.add_column("event", no_wrap=True)
    for heading in ("payoff", "notional", "accrued", "rate"):
        table.add_column(heading, justify="right", no_wrap=True)
    for event in events:
        cells = [_CENTS.text(_number(event, name)) for name in _AMOUNTS]
        rate = _number(event, "nominalInterestRate")
        cells.append(NOTHING if rate is None else percent(rate, 4))
        table.add_row(_day(str(event["eventDate"])), str(event["eventType"]), *cells)
    return table


def _day(moment: str) -> str:
    """The day of a moment, with its time where that is not midnight."""
    return moment.removesuffix("T00:00:00").replace("T", " ")


def _number(event: Event, name: str) -> float | None:
    value = event.get(name)
    return float(value) if isinstance(value, int | float) else None
