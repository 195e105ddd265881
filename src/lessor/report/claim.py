"""A published claim against the deal: a verdict for each reading, and what would make it true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from lessor.forecast.metric_table import METRIC
from lessor.report.layout import GAP, indented
from lessor.report.number_text import NOTHING, bare_figure
from lessor.report.solution import NO_VALUE
from lessor.report.term_text import term_text

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lessor.forecast.claims import ClaimResult, ReadingResult
    from lessor.forecast.solve import Solution

VERDICTS: Mapping[str, tuple[str, str]] = {
    "holds": ("holds", "green"),
    "holds_in_part": ("holds in part", "yellow"),
    "does_not_hold": ("does not hold", "red"),
    "cannot_be_told": ("cannot be told", "magenta"),
}
"""Verdict -> how it is said, and its colour where the terminal has any."""

_NAME_WIDTH, _RANGE_WIDTH = 36, 20


def claim_tables(result: ClaimResult) -> Iterable[RenderableType]:
    """The claim, its readings with their range and verdict, and the terms solved for."""
    yield Text(result.claim, style="bold")
    lines = Table.grid(padding=(0, GAP))
    lines.add_column(style="dim")
    lines.add_column(overflow="fold")
    for label, text in (
        ("Said by", result.source),
        ("About", result.deal),
        ("That is", result.asserted),
    ):
        if text:
            lines.add_row(label, text)
    yield indented(lines, below=1)
    yield Text.assemble(("Readings", "bold"), f"  {_counts(result)}")
    for reading in result.readings:
        yield from _reading(reading)
    yield Text()
    if result.solutions:
        yield Text("What would make it true", style="bold")
        for name, solution in result.solutions:
            yield from _solution(name, solution)
        yield Text()


def _counts(result: ClaimResult) -> str:
    """How many readings have each verdict: `holds 2, does not hold 7`."""
    counts = Counter(reading.verdict for reading in result.readings)
    return ", ".join(
        f"{said} {counts[name]}" for name, (said, _) in VERDICTS.items() if counts[name]
    )


def _reading(reading: ReadingResult) -> Iterable[RenderableType]:
    verdict, colour = VERDICTS[reading.verdict]
    line = _columns()
    name = reading.name.replace("_", " ")
    line.add_row(name, _range(reading), Text(verdict, style=colour))
    yield indented(line)
    for text, style in (
        (reading.story, "dim"),
        (reading.holds_where and f"where {reading.holds_where}", "italic"),
        (reading.note, "italic"),
    ):
        if text:
            yield indented(Text(text, style=style), by=4)


def _columns() -> Table:
    table = Table.grid(padding=(0, GAP))
    table.add_column(width=_NAME_WIDTH, overflow="fold")
    table.add_column(width=_RANGE_WIDTH, justify="right", overflow="fold")
    table.add_column(overflow="fold")
    return table


def _range(reading: ReadingResult) -> str:
    """The figure over the range given: `4.667 to 5.000 years`; a dash where it has no value."""
    unit = METRIC[reading.metric].unit
    if reading.low is None and reading.high is None:
        return NOTHING
    low, high = bare_figure(reading.low, unit), bare_figure(reading.high, unit)
    years = " years" if unit == "years" else ""
    return f"{low}{years}" if low == high else f"{low} to {high}{years}"


def _solution(name: str, solution: Solution) -> Iterable[RenderableType]:
    line = _columns()
    found = "none" if solution.value is None else term_text(solution.vary, solution.value)
    line.add_row(name.replace("_", " "), found, "")
    yield indented(line)
    notes = [f"{solution.until} at {solution.vary}", solution.note.removeprefix(f"{NO_VALUE}; ")]
    yield indented(Text("; ".join(note for note in notes if note), style="dim"), by=4)
