"""What breaks a deal: break-evens, what moves its figures, what its lender asks."""

from __future__ import annotations

from collections.abc import Iterator

from lessor.forecast.lender_case import LenderSheet
from lessor.forecast.lender_facts import Factor
from lessor.forecast.sensitivity import Bar, Tornado
from lessor.forecast.study import Study
from lessor.report.charts.heat import heat_map
from lessor.report.charts.tornado import tornado_bars
from lessor.report.memo.model import (
    Block,
    Cell,
    Chart,
    Column,
    Figures,
    Paragraph,
    Row,
    Section,
    Table,
)
from lessor.report.memo.writing import Pen, start
from lessor.report.retold import retold
from lessor.report.said import metric_name, term_name, term_value, unit_value
from lessor.report.tongues import msg

BREAK_EVENS = ("break_even_rent_share", "break_even_residual")
FACTORS = {
    "repaid_in_first_term": msg("Debt left at the end of the first lease term"),
    "maturity": msg("Maturity of {loan}"),
    "residual_credited": msg("Debt repaid by selling the hardware"),
    "dscr_base": msg("DSCR, base case"),
    "dscr_stress": msg("DSCR, stress case"),
    "rent_fall_survived": msg("Fall of rents survived"),
    "utilisation_fall_survived": msg("Fall of use survived"),
    "outage_survived": msg("Months without rent survived"),
    "customer_grade": msg("Rent from investment grade"),
    "customer_concentration": msg("Largest customer below it"),
    "prepayment_share": msg("Paid ahead"),
    "reserve_months": msg("Reserves"),
    "hedge_share": msg("Floating debt hedged"),
    "power_pass_through": msg("Power passed on"),
    "replacement_operator": msg("Replacement operator"),
    "replacement_dscr": msg("DSCR with the replacement"),
    "contract_assigned": msg("Contract assigned"),
    "direct_agreement": msg("Direct agreement"),
    "liens_by_serial": msg("Liens by serial number"),
    "cross_default": msg("Cross default"),
    "disposal_time": msg("Time to sell"),
    "recovery_value": msg("Forced sale over debt"),
    "balloon_share": msg("Balloon"),
    "balloon_cover": msg("Cover of the balloon"),
    "completion_test": msg("Completion test"),
    "life_after_maturity": msg("Life after maturity"),
}


def breaking(study: Study, pen: Pen) -> Section:
    """Break-evens, tornados, two terms against each other, and the lender's sheet."""
    result = study.result
    figures = tuple(
        pen.figure(name, result.metrics[name], result.metric_notes.get(name, ""))
        for name in BREAK_EVENS
    )
    blocks: list[Block] = [Figures(figures)]
    for tornado in study.tornados:
        blocks += _tornado(tornado, study, pen)
    if study.crossed is not None:
        drawn = heat_map(study.crossed, study.loaded, pen.tongue)
        if drawn is not None:
            blocks.append(Chart(drawn, "heat"))
    if study.lender_sheet is not None:
        blocks += _sheet(study.lender_sheet, pen)
    return Section(pen.say("What breaks it"), tuple(blocks))


def _tornado(tornado: Tornado, study: Study, pen: Pen) -> Iterator[Block]:
    drawn = tornado_bars(tornado, study.loaded, pen.tongue)
    if drawn is not None:
        yield Chart(drawn, f"tornado {tornado.metric}")
    columns = (
        start(pen.say("Term moved"), is_wide=True),
        Column(pen.say("Low")),
        Column(pen.say("High")),
        Column(pen.say("Figure at low")),
        Column(pen.say("Figure at high")),
    )
    rows = tuple(_bar(tornado.metric, bar, study, pen) for bar in tornado.bars)
    title = pen.say(
        "{figure} is {base}; with one term moved",
        figure=metric_name(tornado.metric, pen.tongue),
        base=pen.metric(tornado.metric, tornado.base).said,
    )
    note = pen.say("Each term by a tenth down and up, within what it may be; all others as agreed.")
    yield Table(title, columns, rows, note, is_small=True)


def _bar(metric: str, bar: Bar, study: Study, pen: Pen) -> Row:
    def term(value: float) -> Cell:
        return Cell(term_value(bar.vary, value, study.loaded, pen.tongue), value)

    return Row(
        (
            Cell(term_name(bar.vary, pen.tongue), below=bar.vary),
            term(bar.low),
            term(bar.high),
            pen.metric(metric, bar.metric_low),
            pen.metric(metric, bar.metric_high),
        )
    )


def _sheet(sheet: LenderSheet, pen: Pen) -> Iterator[Block]:
    columns = (
        start(pen.say("What a lender asks")),
        Column(pen.say("Figure")),
        start(pen.say("Test"), is_wide=True),
        start(pen.say("Met")),
    )
    rows = tuple(_factor(factor, pen) for factor in sheet.factors)
    yield Table(pen.say("Lender's case"), columns, rows)
    yield Paragraph((pen.say("A sheet of factors, each by itself; it is no rating."),), "note")


def _factor(factor: Factor, pen: Pen) -> Row:
    key, _, loan = factor.name.partition(".")
    name = pen.say(FACTORS[key], loan=loan) if loan else pen.say(FACTORS.get(key, key))
    return Row(
        (
            Cell(name, below=factor.name),
            _factor_value(factor, pen),
            Cell(retold(factor.test, pen.tongue)),
            Cell(_met(factor.passes, pen)),
        )
    )


def _factor_value(factor: Factor, pen: Pen) -> Cell:
    value = factor.value
    if isinstance(value, bool):
        return Cell(pen.say("yes") if value else pen.say("no"))
    if isinstance(value, int | float):
        return Cell(unit_value(factor.unit, value, pen.currency, pen.tongue), float(value))
    return Cell("-" if value is None else retold(value, pen.tongue))


def _met(passes: bool | None, pen: Pen) -> str:
    if passes is None:
        return pen.say("not known")
    return pen.say("met") if passes else pen.say("not met")
