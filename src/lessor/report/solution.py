"""What a solve found, in two or three lines."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from rich.text import Text

from lessor.report.layout import indented
from lessor.report.number_text import plain
from lessor.report.term_text import term_text
from lessor.terms.paths import value_at
from lessor.terms.scalars import Duration

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lessor.forecast.solve import Solution
    from lessor.terms.load import Loaded

NO_VALUE = "no admissible value meets it"


def solution_tables(loaded: Loaded, solution: Solution) -> Iterable[RenderableType]:
    """The value found beside the one that the deal says, or that no admissible value exists."""
    path, until, note = solution.vary, solution.until, solution.note
    if solution.value is None:
        yield Text(f"No admissible value of {path} gives {until}.", style="bold")
        # The headline says it already.
        note = note.removeprefix(f"{NO_VALUE}; ")
    else:
        found = term_text(path, solution.value)
        yield Text(f"{until} at {path} = {found}", style="bold")
        exact = plain(round(Decimal(repr(solution.value)), 6))
        if exact != found:
            yield indented(Text(f"in full: {exact}"))
        yield indented(Text(_against(path, solution.value, _said(loaded, path))))
    if note:
        yield indented(Text(note, style="italic"))


def _said(loaded: Loaded, path: str) -> float | None:
    value = value_at(loaded, path)
    if isinstance(value, Duration):
        return float(value.months or value.days)
    return None if value is None else float(value)


def _against(path: str, found: float, said: float | None) -> str:
    """What the deal says instead, and how far off it is."""
    if said is None:
        return "the deal does not say it"
    text = f"the deal says {term_text(path, said)}"
    if not said:
        return text
    side = "more" if found > said else "less"
    if text.endswith("%"):
        # 5.4% less than 80% would be read as 74.6%.
        return f"{text}: {plain(round(Decimal(repr(abs(found - said) * 100)), 3))} points {side}"
    return f"{text}: {abs(found / said - 1):.1%} {side} is needed"
