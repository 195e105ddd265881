"""The cash of a deal by year, its income, and what it returns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lessor.forecast.cash_years import PARTS, CashYear, cash_years
from lessor.forecast.metric_table import METRIC
from lessor.forecast.statement import statement
from lessor.forecast.study import Study
from lessor.report.charts.cash import NAMES, cash_by_year
from lessor.report.memo.model import Block, Cell, Chart, Column, Paragraph, Row, Section, Table
from lessor.report.memo.writing import Amounts, Pen, start
from lessor.report.metric_groups import METRIC_GROUPS
from lessor.report.retold import retold
from lessor.report.tongues import msg

FUNDED = {
    "uses": msg("Bought, with fees and VAT"),
    "debt_drawn": msg("Debt drawn"),
    "prepaid": msg("Rent paid ahead, spent on it"),
    "equity": msg("Equity put in"),
}
INCOME = {
    "revenue": msg("Revenue"),
    "operating_costs": msg("Running costs"),
    "ebitda": msg("EBITDA"),
    "depreciation": msg("Depreciation"),
    "interest": msg("Interest accrued"),
    "fees_and_duties": msg("Fees and duties"),
    "gain_on_sale": msg("Gain on sale"),
    "profit_before_tax": msg("Profit before tax"),
    "tax": msg("Income tax"),
    "net_profit": msg("Net profit"),
}
TOTALS = ("ebitda", "profit_before_tax", "net_profit")
YEARS_A_TABLE = 8
"""Years that stand beside each other on a page; more go on in a further table."""


def cash(study: Study, pen: Pen) -> Section:
    """What comes in and goes out by calendar year, and the income statement."""
    years = cash_years(study.result.plan)
    blocks: list[Block] = []
    drawn = cash_by_year(study.result, pen.tongue)
    if drawn is None:
        blocks.append(Paragraph((pen.say("No cash moves in the plan."),)))
        return Section(pen.say("Cash by year"), tuple(blocks))
    blocks.append(Chart(drawn, "cash"))
    blocks += _cash_tables(years, pen)
    blocks += _income_tables(statement(study.result), pen)
    return Section(pen.say("Cash by year"), tuple(blocks))


def _cash_tables(years: Sequence[CashYear], pen: Pen) -> Iterator[Table]:
    parts = [part for part in PARTS if any(getattr(year, part) for year in years)]
    funded = [part for part in FUNDED if any(getattr(year, part) for year in years)]
    fields = [*funded, *parts, "to_owners"]
    labels = [pen.say({**NAMES, **FUNDED}[field]) for field in fields]
    amounts = Amounts.of(pen, (getattr(year, field) for year in years for field in fields))
    title = pen.say("Cash by calendar year, {unit}", unit=amounts.unit)
    for some in _pages(years):
        rows = [
            Row(
                (Cell(label), *(amounts.cell(getattr(year, field)) for year in some)),
                field == "to_owners",
            )
            for label, field in zip(labels, fields, strict=True)
        ]
        columns = (start(pen.say("Year")), *(Column(str(year.year)) for year in some))
        yield Table(title, columns, tuple(rows), is_small=True)


def _income_tables(found: dict[str, Any], pen: Pen) -> Iterator[Table]:
    years: list[dict[str, Any]] = found["years"]
    amounts = Amounts.of(pen, (year[field] for year in years for field in INCOME))
    fields = [field for field in INCOME if any(amounts.is_seen(year[field]) for year in years)]
    title = pen.say("Income by calendar year, {unit}", unit=amounts.unit)
    for some in _pages(years):
        rows = [
            Row(
                (Cell(pen.say(INCOME[field])), *(amounts.cell(year[field]) for year in some)),
                field in TOTALS,
            )
            for field in fields
        ]
        margins = (pen.percent(year["net_margin"], 1) for year in some)
        rows.append(Row((Cell(pen.say("Net margin")), *margins)))
        columns = (start(pen.say("Year")), *(Column(str(year["year"])) for year in some))
        yield Table(title, columns, tuple(rows), is_small=True)


def _pages(years: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for at in range(0, len(years), YEARS_A_TABLE):
        yield years[at : at + YEARS_A_TABLE]


def returns(study: Study, pen: Pen) -> Section:
    """Every metric under its group, with what its value stands on."""
    blocks = [
        _group(study, title, labels, pen)
        for title, labels in METRIC_GROUPS.items()
        if any(study.result.metrics[name] is not None for name in labels)
    ]
    told = pen.say(
        "IRRs are annual effective rates on equal monthly rests; XIRRs are on the days of the "
        "flows. Payback is before tax and financing where it is on the whole cost."
    )
    return Section(pen.say("Returns"), (Paragraph((told,), "note"), *blocks))


def _group(study: Study, title: str, labels: Any, pen: Pen) -> Table:
    figures = study.result.figures
    rows = tuple(
        Row(
            (
                Cell(pen.say(label), below=name),
                pen.by_unit(METRIC[name].unit, figures[name].value),
                Cell(retold(figures[name].note, pen.tongue)),
            )
        )
        for name, label in labels.items()
    )
    columns = (
        start(pen.say("Figure")),
        Column(pen.say("Value")),
        start(pen.say("Note"), is_wide=True),
    )
    return Table(pen.say(title), columns, rows)
