"""What a solve found, in two or three lines."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from lessor.report.number_text import plain
from lessor.report.term_text import term_text

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lessor.forecast.solve import Solution
    from lessor.terms.fields import FieldRow


def solution_tables(
    solution: Solution, *, row: FieldRow | None, stands_at: Decimal | None, currency: str
) -> Iterable[RenderableType]:
    """The value found, or that there is none and the nearest; `stands_at` is what the deal says."""
    if solution.value is not None and solution.admissible:
        found = term_text(solution.value, row, currency)
        yield Text.assemble(f"{solution.until} at ", (f"{solution.vary} = {found}", "bold"))
        exact = plain(round(Decimal(repr(solution.value)), 6))
        if exact not in found:
            yield Padding(Text(f"in full: {exact}"), (0, 0, 0, 2))
        if stands_at is not None:
            yield Padding(_against(solution.value, stands_at, row, currency), (0, 0, 0, 2))
    else:
        yield Text(f"No admissible value of {solution.vary} gives {solution.until}.", style="bold")
        if solution.nearest is not None:
            nearest = term_text(solution.nearest, row, currency)
            yield Padding(Text(f"nearest: {nearest}"), (0, 0, 0, 2))
    if solution.note:
        yield Padding(Text(solution.note, style="italic"), (0, 0, 0, 2))


def _against(found: float, stands_at: Decimal, row: FieldRow | None, currency: str) -> Text:
    text = f"the deal says {term_text(stands_at, row, currency)}"
    if not stands_at:
        return Text(text)
    change = found / float(stands_at) - 1
    return Text(f"{text}: {abs(change):.1%} {'more' if change > 0 else 'less'}")
