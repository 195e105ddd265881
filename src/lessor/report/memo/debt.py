"""The debt of a deal: its loans, its borrowers' cover and collateral, what lenders test."""

from __future__ import annotations

from collections.abc import Iterator

from lessor.engine.debt.covenant_measures import HIGH_IS_BAD
from lessor.forecast.borrowers import Borrower
from lessor.forecast.debt_years import DebtYear, Tightest, debt_years, tightest
from lessor.forecast.study import Study
from lessor.report.charts.collateral import debt_and_value
from lessor.report.charts.cover import cover_by_date
from lessor.report.documents.certificate import MEASURES
from lessor.report.memo.model import Block, Cell, Chart, Column, Paragraph, Row, Section, Table
from lessor.report.memo.wording import KINDS, rate_words, repayment_words, size_words, worded
from lessor.report.memo.writing import Amounts, Pen, start
from lessor.report.tongues import msg
from lessor.terms.facilities import Facility

HEADINGS = (
    ("opening", msg("Opening")),
    ("drawn", msg("Drawn")),
    ("added", msg("Interest added")),
    ("interest", msg("Interest")),
    ("principal", msg("Principal")),
    ("fees", msg("Fees")),
    ("closing", msg("Closing")),
)


def debt(study: Study, pen: Pen) -> Section:
    """Loans as agreed, then each borrower: debt by year, cover, collateral, covenants."""
    deal = study.loaded.deal
    title = pen.say("Debt and covenants")
    if not deal.facilities:
        return Section(title, (Paragraph((pen.say("Nothing is borrowed."),)),))
    blocks: list[Block] = [_loans(deal.facilities, pen)]
    owing = [each for each in study.borrowers if each.plan.facilities]
    for borrower in owing:
        blocks += _borrower(borrower, pen, is_alone=len(owing) == 1)
    return Section(title, tuple(blocks))


def _loans(facilities: dict[str, Facility], pen: Pen) -> Table:
    rows = tuple(
        Row(
            (
                Cell(name, below=loan.lender or ""),
                Cell(worded(KINDS, loan.kind, pen)),
                Cell(size_words(loan, pen)),
                Cell(rate_words(loan.rate, pen), below=loan.rate.basis),
                Cell(repayment_words(loan, pen)),
            )
        )
        for name, loan in facilities.items()
    )
    columns = (
        start(pen.say("Loan and lender")),
        start(pen.say("Kind")),
        start(pen.say("Size")),
        start(pen.say("Interest rate and day count")),
        start(pen.say("Repayment"), is_wide=True),
    )
    return Table(pen.say("Loans as agreed"), columns, rows)


def _borrower(borrower: Borrower, pen: Pen, *, is_alone: bool) -> Iterator[Block]:
    if not is_alone:
        name = borrower.name or pen.say("held by no borrower of its own")
        yield Paragraph((pen.say("Borrower: {name}", name=name),), "lead")
    value, cover = debt_and_value(borrower, pen.tongue), cover_by_date(borrower, pen.tongue)
    if value is not None:
        yield Chart(value, f"debt {borrower.name}")
    if cover is not None:
        yield Chart(cover, f"cover {borrower.name}")
    years = debt_years(borrower)
    if years:
        yield _years(years, pen)
    yield from _covenants(borrower, pen)


def _years(years: tuple[DebtYear, ...], pen: Pen) -> Table:
    shown = [(f, label) for f, label in HEADINGS if any(getattr(year, f) for year in years)]
    amounts = Amounts.of(pen, (getattr(year, field) for year in years for field, _ in shown))
    rows = tuple(
        Row(
            (
                Cell(str(year.year)),
                *(amounts.cell(getattr(year, field)) for field, _ in shown),
                pen.times(year.dscr),
                pen.percent(year.ltv, 1),
            )
        )
        for year in years
    )
    columns = (
        start(pen.say("Year")),
        *(Column(pen.say(label)) for _, label in shown),
        Column(pen.say("DSCR, lowest")),
        Column(pen.say("LTV at year end")),
    )
    title = pen.say("Debt by calendar year, {unit}", unit=amounts.unit)
    return Table(title, columns, rows, is_small=True)


def _covenants(borrower: Borrower, pen: Pen) -> Iterator[Block]:
    found = tightest(borrower)
    if not found:
        if borrower.plan.deal.spvs:
            yield Paragraph((pen.say("No covenant is tested within the plan."),), "note")
        else:
            yield Paragraph((pen.say("The deal names no covenants."),), "note")
        return
    columns = (
        start(pen.say("Covenant"), is_wide=True),
        start(pen.say("Nearest on")),
        Column(pen.say("Measured")),
        Column(pen.say("Default at")),
        Column(pen.say("Lock-up at")),
        Column(pen.say("Headroom")),
        Column(pen.say("Tests")),
        Column(pen.say("In default")),
        Column(pen.say("Locked up")),
    )
    rows = tuple(_covenant(each, pen) for each in found)
    note = pen.say(
        "Headroom is the distance from the level of default (else of lock-up) on the nearest test, "
        "positive while the covenant is kept."
    )
    yield Table(pen.say("Covenants, at their nearest test"), columns, rows, note)


def _covenant(found: Tightest, pen: Pen) -> Row:
    test = found.nearest

    def figure(value: float | None) -> Cell:
        return pen.percent(value) if found.measure in HIGH_IS_BAD else pen.times(value)

    measure = MEASURES.get(found.measure)
    return Row(
        (
            Cell(found.covenant, below="" if measure is None else pen.say(measure.name)),
            pen.day(test.day),
            figure(test.value),
            figure(test.level),
            figure(None if test.lock_up == test.level else test.lock_up),
            figure(test.headroom),
            pen.count(found.tests),
            pen.count(found.failed),
            pen.count(found.locked),
        ),
        is_strong=found.failed > 0,
    )
