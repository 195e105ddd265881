"""What a solve found, in two or three lines."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from rich.text import Text

from lessor.report.layout import indented
from lessor.report.number_text import plain
from lessor.report.term_text import term_text
from lessor.terms.fields import FieldRow, field_at
from lessor.terms.paths import value_at
from lessor.terms.scalars import Duration
from lessor.terms.source import parse_dotted

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lessor.forecast.solve import Solution
    from lessor.terms.load import Loaded


def solution_tables(loaded: Loaded, solution: Solution) -> Iterable[RenderableType]:
    """The value found beside the one that the deal says, or that no admissible value exists."""
    path = parse_dotted(solution.vary)
    row, currency = field_at(path, loaded.source.tree), loaded.deal.currency
    if solution.value is None or not solution.admissible:
        yield Text(f"No admissible value of {solution.vary} gives {solution.until}.", style="bold")
    else:
        found = term_text(solution.value, row, currency)
        yield Text(f"{solution.until} at {solution.vary} = {found}", style="bold")
        exact = plain(round(Decimal(repr(solution.value)), 6))
        if exact not in found:
            yield indented(Text(f"in full: {exact}"))
        yield indented(_against(solution.value, value_at(loaded, path), row, currency))
    if solution.note:
        yield indented(Text(solution.note, style="italic"))


def _against(
    found: float, stands_at: Decimal | Duration | int | None, row: FieldRow | None, currency: str
) -> Text:
    """What the deal says instead, and how far off it is."""
    if stands_at is None:
        return Text("the deal does not say it")
    said = stands_at.months or stands_at.days if isinstance(stands_at, Duration) else stands_at
    text = f"the deal says {term_text(said, row, currency)}"
    if not said:
        return Text(text)
    change = found / float(said) - 1
    return Text(f"{text}; this is {abs(change):.1%} {'more' if change > 0 else 'less'}")
