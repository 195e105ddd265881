"""A published claim against the deal: a verdict for each reading, and what would make it true."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from rich.text import Text

from lessor.report.layout import framed, indented
from lessor.report.number_text import NOTHING, amount

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lessor.forecast.claims import ClaimResult

VERDICTS: Mapping[str, tuple[str, str]] = {
    "holds": ("holds", "green"),
    "holds_in_part": ("holds in part", "yellow"),
    "does_not_hold": ("does not hold", "red"),
    "cannot_be_told": ("cannot be told", "magenta"),
}
"""Verdict -> how it is said, and its colour where the terminal has any."""


def claim_tables(result: ClaimResult) -> Iterable[RenderableType]:
    """The claim, its readings with their range and verdict, and the terms solved for."""
    found = result.as_json()
    yield Text(str(found["claim"]), style="bold")
    yield _readings(found["readings"])
    if found["solutions"]:
        yield Text("What would make it true", style="bold")
        yield _solutions(found["solutions"])


def _readings(readings: Iterable[Mapping[str, Any]]) -> RenderableType:
    table = framed()
    table.add_column("reading", overflow="fold")
    table.add_column("range", justify="right", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    table.add_column("where, or why", overflow="fold")
    for reading in readings:
        verdict, colour = VERDICTS[reading["verdict"]]
        why = [text for text in (reading.get("holds_where"), reading.get("note")) if text]
        table.add_row(
            reading["name"].replace("_", " "),
            _range(reading["low"], reading["high"]),
            Text(verdict, style=colour),
            "; ".join(why),
        )
    return indented(table, below=1)


def _range(low: float | None, high: float | None) -> str:
    ends = [NOTHING if end is None else amount(end) for end in (low, high)]
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


def _solutions(solutions: Iterable[Mapping[str, Any]]) -> RenderableType:
    table = framed()
    table.add_column("term", overflow="fold")
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("", overflow="fold")
    for solution in solutions:
        if solution["value"] is not None and solution["admissible"]:
            value, why = amount(solution["value"]), ""
        else:
            nearest = solution["nearest"]
            value = "none"
            why = "" if nearest is None else f"nearest {amount(nearest)}"
        note = solution.get("note") or ""
        table.add_row(solution["vary"], value, "; ".join(text for text in (why, note) if text))
    return indented(table, below=1)
