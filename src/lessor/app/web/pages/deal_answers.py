"""What a deal is asked beside its figures: at which term, out of what, how far, is a claim true."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from fastapi import APIRouter
from fastapi.responses import Response

from lessor.app.web.pages.deal import desk_of
from lessor.app.web.render import Visit, Visiting, render
from lessor.app.web.uploads import FileTextOf, FormOf, texts_of
from lessor.forecast.explain import ExplainNode
from lessor.forecast.metric_table import METRIC
from lessor.forecast.solve import Solution
from lessor.report.retold import retold
from lessor.report.said import metric_name, term_name, term_value, unit_value
from lessor.report.tongues import msg
from lessor.terms.load import Loaded
from lessor.terms.source import FileText

router = APIRouter(prefix="/deals/{name}", include_in_schema=False)

VERDICTS = {
    "holds": (msg("holds"), "good"),
    "holds_in_part": (msg("holds in part"), "warn"),
    "does_not_hold": (msg("does not hold"), "bad"),
    "cannot_be_told": (msg("cannot be told"), ""),
}
"""How the verdict on a reading is said, and how it is coloured."""

DIGITS = 12
OPEN_LEVELS = 2


@router.post("/solve")
def solve(visit: Visiting, name: str, form: FormOf) -> Response:
    """The value of a term at which a figure meets its target."""
    from lessor.app.commands.solve import solve

    told = texts_of(form)
    desk = desk_of(visit, name, told)
    vary = told.get("vary", "")
    sense = told.get("sense", "=")
    until = f"{told.get('metric', '')}{sense}{told.get('target', '').strip()}"
    found = solve(desk.file, vary=vary, until=until, sets=desk.sets)
    if found.result is None:
        return render(visit, "parts/answer_faults.html", 422, issues=found.issues)
    loaded, solution = found.result
    value = solution.value if solution.value is not None else solution.nearest
    return render(
        visit,
        "parts/solved.html",
        term=term_name(vary, visit.tongue),
        solution=solution,
        note=retold(solution.note, visit.tongue),
        said=term_value(vary, value, loaded, visit.tongue),
        written=_written(loaded, vary, value),
        issues=found.issues,
    )


def _written(loaded: Loaded, path: str, value: float | None) -> str:
    """A value as the deal file writes it; empty where there is none."""
    from lessor.terms.fields import field_at
    from lessor.terms.paths import text_of
    from lessor.terms.source import parse_dotted

    row = field_at(parse_dotted(path), loaded.source.tree)
    return "" if row is None or value is None else text_of(row, value)


@router.post("/explain")
def explain(visit: Visiting, name: str, form: FormOf) -> Response:
    """The tree behind a figure, with the terms of the form."""
    from lessor.app.commands.explain import explain

    told = texts_of(form)
    desk = desk_of(visit, name, told)
    figure, period = told.get("figure", ""), told.get("period") or None
    found = explain(desk.file, figure, period=period, sets=desk.sets)
    if found.result is None:
        return render(visit, "parts/answer_faults.html", 422, issues=found.issues)
    label = metric_name(figure, visit.tongue) if figure in METRIC else figure
    return render(
        visit,
        "parts/explained.html",
        label=label,
        figure=figure,
        period=period or "",
        tree=_branch(visit, found.result, {}),
    )


class Branch(NamedTuple):
    """A node of the tree as it is shown; what was opened above is not opened again."""

    names: str
    value: str
    place: str
    formula: str
    note: str
    is_repeated: bool
    children: tuple[Branch, ...]


def _branch(visit: Visit, node: ExplainNode, seen: dict[tuple[str, float | None], None]) -> Branch:
    names = [node.name]
    # One figure that is handed on under several names stands on one line.
    while len(node.children) == 1 and node.formula == node.children[0].name:
        node = node.children[0]
        if node.name != names[-1]:
            names.append(node.name)
    key = (node.name, node.value)
    is_repeated = bool(node.children) and key in seen
    if node.children:
        seen[key] = None
    value = _number(visit, node.value)
    return Branch(
        names=" = ".join(names),
        value=value,
        place=node.place.render() if node.place is not None else "",
        formula="" if node.formula in (node.name, value) else node.formula,
        note=retold(node.note, visit.tongue),
        is_repeated=is_repeated,
        children=()
        if is_repeated
        else tuple(_branch(visit, child, seen) for child in node.children),
    )


def _number(visit: Visit, value: float | None) -> str:
    # Twelve digits are what a float64 sum still holds; more would show its dust.
    return visit.tongue.number(None if value is None else float(f"{value:.{DIGITS}g}"))


@router.post("/drivers")
def drivers(visit: Visiting, name: str, form: FormOf) -> Response:
    """What moves a figure: each term alone, and the two that move it most against each other."""
    from lessor.app.commands.sensitivity import sensitivity
    from lessor.report.charts.heat import heat_map
    from lessor.report.charts.tornado import tornado_bars

    told = texts_of(form)
    desk = desk_of(visit, name, told)
    metric = told.get("metric", "") or "irr_equity"
    found = sensitivity(desk.file, metric=metric, sets=desk.sets)
    if found.result is None:
        return render(visit, "parts/answer_faults.html", 422, issues=found.issues)
    evaluated = visit.site.evaluations.of(desk.file, desk.sets).result
    drawn: list[dict[str, Any] | None] = []
    if evaluated is not None:
        how = (evaluated.loaded, visit.tongue, visit.shade)
        drawn.append(tornado_bars(found.result.tornado, *how))
        widest = [bar.vary for bar in found.result.tornado.bars[:2]]
        if len(widest) == 2:
            both = sensitivity(desk.file, metric=metric, varies=widest, sets=desk.sets).result
            if both is not None and both.grid is not None:
                drawn.append(heat_map(both.grid, *how))
    return render(visit, "parts/drivers.html", charts=[each for each in drawn if each is not None])


@router.post("/claim")
def claim(visit: Visiting, name: str, form: FormOf, text: FileTextOf) -> Response:
    """A published claim against the deal with the terms of the form."""
    from lessor.app.commands.check_claim import check_claim
    from lessor.report.charts.readings import claim_readings

    desk = desk_of(visit, name, texts_of(form))
    found = check_claim(FileText("claim.yaml", text), deal=desk.file, sets=desk.sets)
    evaluated = visit.site.evaluations.of(desk.file, desk.sets).result
    if found.result is None or evaluated is None:
        return render(visit, "parts/answer_faults.html", 422, issues=found.issues)
    currency = evaluated.loaded.deal.currency
    return render(
        visit,
        "parts/claim.html",
        claim=found.result,
        readings=_readings(visit, found.result.readings, currency),
        solutions=[_solution(visit, each, evaluated.loaded) for _, each in found.result.solutions],
        chart=claim_readings(found.result, currency, visit.tongue, visit.shade),
        issues=found.issues,
    )


def _solution(visit: Visit, found: Solution, loaded: Loaded) -> tuple[str, str, str]:
    """A term whose value would make a claim true: its name, that value in words, and a note."""
    return (
        term_name(found.vary, visit.tongue),
        term_value(found.vary, found.value, loaded, visit.tongue),
        retold(found.note, visit.tongue),
    )


def _readings(visit: Visit, readings: Sequence[Any], currency: str) -> list[tuple[Any, ...]]:
    """Each reading with its range in words, and its verdict with the colour of it."""
    found = []
    for reading in readings:
        unit = METRIC[reading.metric].unit
        low, high = (
            unit_value(unit, end, currency, visit.tongue) for end in (reading.low, reading.high)
        )
        verdict, colour = VERDICTS[reading.verdict]
        note = retold(reading.note, visit.tongue)
        metric = metric_name(reading.metric, visit.tongue)
        found.append((reading, metric, low, high, verdict, colour, note))
    return found


@router.post("/months")
def months(visit: Visiting, name: str, form: FormOf) -> Response:
    """The plan month by month; each number leads to its explanation."""
    from lessor.forecast.underwriting import PERIOD_CASH, period_rows

    desk = desk_of(visit, name, texts_of(form))
    found = visit.site.evaluations.of(desk.file, desk.sets)
    if found.result is None:
        return render(visit, "parts/answer_faults.html", 422, issues=found.issues)
    rows = period_rows(found.result)
    series = ("rent_earned", *PERIOD_CASH, "debt_outstanding", "depreciation", "collateral_value")
    used = [name for name in series if any(row[name] for row in rows)]
    currency = found.result.loaded.deal.currency
    largest = max((abs(float(str(row[name]))) for row in rows for name in used), default=0.0)
    divisor, unit = visit.tongue.short_unit(largest, currency)
    return render(
        visit, "parts/months.html", rows=rows, series=used, divisor=float(divisor), unit=unit
    )
