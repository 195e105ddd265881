"""How a line's amount came about, for the terminal: price steps, and availability measured."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from rich.table import Table

from lessor.books.workings import CreditWorking, PriceWorking, Working
from lessor.report.exact_text import exact_number, paper_price
from lessor.report.fitted import FittedTable, numbers, words
from lessor.report.layout import indented
from lessor.report.number_text import exact_percent

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lessor.engine.charges.steps import StepUse

_SECONDS_AN_HOUR = 3_600


def working_tables(working: Working, unit: str) -> Iterator[RenderableType]:
    """What a usage charge or a service credit was worked out from."""
    if isinstance(working, CreditWorking):
        yield indented(_measured(working), below=0)
        return
    unit = unit.replace("_", " ")
    yield indented(_window(working, unit))
    yield indented(_steps(working, unit), by=4, below=1)


def _facts() -> Table:
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim")
    facts.add_column(overflow="fold")
    return facts


def _window(working: PriceWorking, unit: str) -> Table:
    facts = _facts()
    steps = working.steps
    before, after = (_rounded(Decimal(used)) for used in (steps.before, steps.after))
    facts.add_row(working.window, f"from {working.since}: {before} {unit} before, {after} with it")
    if working.included:
        free = f"{_rounded(Decimal(steps.free))} of it free"
        facts.add_row("included", f"{exact_number(working.included)} {unit} a window; {free}")
    return facts


def _steps(working: PriceWorking, unit: str) -> FittedTable:
    counted = unit
    if working.package is not None and working.mode == "package":
        counted = f"packages of {exact_number(working.package)} {unit}"
    rows = [
        [
            _step(working, use, place),
            _rounded(Decimal(use.units)),
            paper_price(Decimal(use.price)),
            exact_number(round(Decimal(use.units * use.price), 6)),
        ]
        for place, use in enumerate(working.steps.uses)
        if use.units
    ]
    return FittedTable([*words("step"), *numbers(counted, "price", "amount")], rows)


def _step(working: PriceWorking, use: StepUse, place: int) -> str:
    if working.mode == "volume":
        return "less what it came to before" if place else "all of the window"
    low = exact_number(Decimal(use.low))
    if use.up_to is None:
        return f"above {low}" if use.low else "all"
    return f"{low} to {exact_number(Decimal(use.up_to))}"


def _rounded(quantity: Decimal) -> str:
    return exact_number(round(quantity, 6))


def _measured(working: CreditWorking) -> Table:
    facts = _facts()
    facts.add_row("month", f"{working.start} to {working.end}")
    facts.add_row("in service", f"{_hours(working.in_service)} node-hours")
    aside = working.all_down - working.down
    facts.add_row(
        "down",
        f"{_hours(working.down)} node-hours count; {_hours(aside)} are excluded or maintenance",
    )
    facts.add_row("availability", f"{exact_percent(round(_decimal(working.availability), 8))}")
    if working.below is None or working.credit is None:
        facts.add_row("band", "none is reached")
    else:
        band = f"below {exact_percent(working.below)}: {exact_percent(working.credit)} of the rent"
        facts.add_row("band", band)
    if not working.is_claimed:
        facts.add_row("claimed", "no: no credit is due before it is")
    return facts


def _hours(seconds: Fraction) -> str:
    return exact_number(round(_decimal(seconds / _SECONDS_AN_HOUR), 4))


def _decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)
