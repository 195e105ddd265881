"""The factors of a lender's case, one under the other: what it is, what is asked, whether it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.text import Text

from lessor.report.layout import indented
from lessor.report.number_text import NOTHING, bare_figure, money

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lessor.forecast.lender_case import LenderSheet
    from lessor.forecast.lender_facts import Factor

ANSWERS = {True: "yes", False: "no", None: "not known"}


def lender_case_tables(currency: str, sheet: LenderSheet) -> Iterable[RenderableType]:
    """The sheet: each factor with its figure and answer, below it what is asked; no rating."""
    yield Text("Lender's case: what is asked, and whether it is met", style="bold")
    yield from _factors(sheet, currency)
    yield Text()
    yield Text(f"{_counts(sheet)}: {sheet.note}", style="italic")


def _factors(sheet: LenderSheet, currency: str) -> Iterable[RenderableType]:
    width = max(len(factor.name) for factor in sheet.factors)
    figures = [factor_text(factor, currency) for factor in sheet.factors]
    room = max(map(len, figures))
    for factor, figure in zip(sheet.factors, figures, strict=True):
        line = Text(f"{factor.name:<{width}}  {figure:>{room}}  {ANSWERS[factor.passes]}")
        yield indented(line)
        yield indented(Text(factor.test, style="dim"), by=4)


def factor_text(factor: Factor, currency: str) -> str:
    """The figure of a factor as people write it; a dash where there is none."""
    value = factor.value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or isinstance(value, str):
        return value or NOTHING
    if factor.unit == "months":
        return f"{value:,.2f} months"
    return money(value, currency) if factor.unit == "money" else bare_figure(value, factor.unit)


def _counts(sheet: LenderSheet) -> str:
    answers = [factor.passes for factor in sheet.factors]
    met, unmet, unknown = (answers.count(each) for each in (True, False, None))
    return f"{met} met, {unmet} not met, {unknown} not known"
