"""The memo of one deal, or of several: its parts in the order they are read in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from lessor import __version__
from lessor.forecast.study import SUMMED, Study, totals_by_currency
from lessor.report.memo.bought import bought, paid
from lessor.report.memo.claimed import claimed, verdict_lines
from lessor.report.memo.debt import debt
from lessor.report.memo.earning import cash, returns
from lessor.report.memo.model import (
    Block,
    Cell,
    Column,
    Figures,
    Memo,
    Paragraph,
    Part,
    Row,
    Section,
    Table,
)
from lessor.report.memo.risks import breaking
from lessor.report.memo.sources import cautions, sources
from lessor.report.memo.writing import Pen, start
from lessor.report.retold import retold
from lessor.report.said import metric_name
from lessor.report.tongues import Language, Tongue, tongue

FIRST_LOOK = (
    "cost_total",
    "equity_invested",
    "debt_drawn",
    "rent_total",
    "payback_years_total",
    "payback_years_equity",
    "irr_project",
    "irr_equity",
    "npv_equity",
    "moic_equity",
    "dscr_min",
    "ltv_max",
)
"""The figures at the head of a memo."""

SIZES = ("gpus", "cost_total", "debt_drawn", "equity_invested", "rent_total")
RATIOS = ("payback_years_total", "irr_project", "irr_equity", "dscr_min", "ltv_max")
"""The figures by which deals stand side by side: what may be added up, and what may not."""


def memo_of(studies: Sequence[Study], language: Language, dated: date | None = None) -> Memo:
    """The memo of deals in a language; of more than one, an overview comes first."""
    said = tongue(language)
    parts = [_part(each, said) for each in studies]
    if len(studies) > 1:
        parts.insert(0, _overview(studies, said))
    subtitle = studies[0].loaded.deal.deal
    if len(studies) > 1:
        subtitle = said.say("{count} deals", count=len(studies))
    return Memo(
        language=language,
        title=said.say("Investment memo"),
        subtitle=subtitle,
        contents=said.say("Contents"),
        made_with=said.say(
            "Made with Lessor {version}. Every figure is computed from the terms that stand under "
            "Sources.",
            version=__version__,
        ),
        parts=tuple(parts),
        page=said.say("page {page} of {pages}", page="{page}", pages="{pages}"),
        closing=max(each.loaded.deal.closing_date for each in studies),
        dated=dated,
    )


def _part(study: Study, said: Tongue) -> Part:
    pen = Pen(said, study.currency)
    sections = (
        _in_brief(study, pen),
        bought(study, pen),
        paid(study, pen),
        cash(study, pen),
        returns(study, pen),
        debt(study, pen),
        breaking(study, pen),
        claimed(study, pen),
        sources(study, pen),
    )
    kept = tuple(section for section in sections if section is not None and section.blocks)
    return Part(study.loaded.deal.deal, tuple(_facts(study, pen)), kept)


def _facts(study: Study, pen: Pen) -> Iterator[tuple[str, str]]:
    deal, grid = study.loaded.deal, study.result.plan.grid
    if deal.lessor_name:
        yield pen.say("Lessor"), deal.lessor_name
    lessees = dict.fromkeys(lease.lessee.name for lease in deal.leases.values())
    if lessees:
        yield pen.say("Lessee"), ", ".join(lessees)
    yield pen.say("Closing date"), pen.tongue.day(deal.closing_date)
    yield (
        pen.say("Length of the plan"),
        pen.say("{count} months, to {day}", count=grid.months, day=pen.tongue.day(grid.end)),
    )
    yield pen.say("Currency"), deal.currency


def _in_brief(study: Study, pen: Pen) -> Section:
    result, deal = study.result, study.loaded.deal
    figures = tuple(
        pen.figure(name, result.metrics[name], result.metric_notes.get(name, ""))
        for name in FIRST_LOOK
    )
    blocks: list[Block] = [Figures(figures)]
    if deal.story:
        blocks.insert(0, Paragraph((deal.story,)))
    for claim in study.claims:
        told = pen.say("Claimed: {claim}", claim=claim.claim)
        blocks.append(Paragraph((told, *verdict_lines(claim, pen))))
    warned = tuple(dict.fromkeys(retold(text, pen.tongue) for text in cautions(study)))
    if warned:
        blocks.append(Paragraph((pen.say("To be known first:"), *warned), "warning"))
    return Section(pen.say("In brief"), tuple(blocks))


def _overview(studies: Sequence[Study], said: Tongue) -> Part:
    note = said.say("Amounts of different currencies are not added.")
    sizes = _compared(said.say("Deals by size"), SIZES, studies, said)
    totals = []
    for currency, summed in totals_by_currency(studies).items():
        pen = Pen(said, currency)
        cells = [pen.metric(n, summed[n]) if n in SUMMED else Cell("") for n in SIZES]
        totals.append(Row((Cell(pen.say("Total in {currency}", currency=currency)), *cells), True))
    sizes = replace(sizes, rows=(*sizes.rows, *totals), note=note)
    ratios = _compared(said.say("Deals by return and cover"), RATIOS, studies, said)
    return Part(
        said.say("Overview"), (), (Section(said.say("Deals side by side"), (sizes, ratios)),)
    )


def _compared(title: str, names: Sequence[str], studies: Sequence[Study], said: Tongue) -> Table:
    columns = (
        start(said.say("Deal"), is_wide=True),
        *(Column(metric_name(name, said)) for name in names),
    )
    rows = []
    for each in studies:
        pen, metrics = Pen(said, each.currency), each.result.metrics
        name = Cell(each.loaded.deal.deal, below=each.currency)
        rows.append(Row((name, *(pen.metric(metric, metrics[metric]) for metric in names))))
    return Table(title, columns, tuple(rows), is_small=True)
