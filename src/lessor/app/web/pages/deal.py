"""One deal: its figures, its charts, its terms as a form, and what they come to when moved."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from lessor.app.deals import DealToKeep, keep_deal, kept_deal
from lessor.app.outcome import Outcome
from lessor.app.web.deal_form import PREFIX, said_at, sections, sets_of, sliders, typed
from lessor.app.web.render import Visit, Visiting, render, status_of
from lessor.app.web.uploads import FormOf, texts_of
from lessor.core.issue import FaultsError, Issue
from lessor.forecast.underwriting import Underwriting
from lessor.report.metric_groups import METRIC_GROUPS
from lessor.report.retold import retold
from lessor.report.said import metric_name, metric_value, term_name
from lessor.report.tongues import msg
from lessor.store.records.rows import DealVersion
from lessor.terms.source import FileText, Source, load_source

router = APIRouter(prefix="/deals/{name}", include_in_schema=False)

HEADLINE = (
    "cost_total",
    "equity_invested",
    "debt_drawn",
    "rent_total",
    "payback_years_total",
    "payback_years_equity",
    "irr_project",
    "irr_equity",
    "npv_equity",
    "dscr_min",
    "ltv_max",
    "break_even_rent_share",
)

HINTS = {
    "fraction": msg("written as 4%"),
    "length of time": msg("written as 60 months"),
    "day": msg("written as 2026-05-01"),
    "yes or no": msg("yes or no"),
}
"""How a value of a type is written, by the type in the field table."""

UNITS = {
    "fraction a year": msg("a year"),
    "money": msg("in the deal's currency unless said"),
    "money per million tokens": msg("money per million tokens"),
    "times": msg("times"),
    "days": msg("days"),
    "tokens": msg("tokens"),
    "servers": msg("servers"),
    "months": msg("months"),
    "hours": msg("hours"),
    "rents": msg("rents"),
    "cures": msg("cures"),
    "years": msg("years"),
}
"""Units of the field table that are words; the others are the same in every language."""


class Desk(NamedTuple):
    """A deal as it lies open: the version that is shown, and what the form sets in it."""

    version: DealVersion
    source: Source
    sets: tuple[str, ...]

    @property
    def file(self) -> FileText:
        """The text that the form was made of."""
        return FileText(f"{self.version.name}.yaml", self.version.text)


def desk_of(visit: Visit, name: str, told: Mapping[str, str]) -> Desk:
    """What a request is about. Raises FaultsError: unknown-deal, and those of a text that is none.

    told: `version`, and each `set.PATH` of the form; `further` holds one `path=value` a line.
    """
    number = told.get("version", "")
    with visit.site.records.reading() as reader:
        version = kept_deal(reader, name, int(number) if number.isdigit() else None)
    file = FileText(f"{name}.yaml", version.text)
    source, issues = load_source(file)
    if source is None:
        raise FaultsError(issues)
    further = [line.strip() for line in told.get("further", "").splitlines() if line.strip()]
    return Desk(version, source, (*sets_of(source, told), *further))


@router.get("")
def deal(visit: Visiting, name: str) -> Response:
    """The deal as it is kept."""
    return _page(visit, desk_of(visit, name, visit.request.query_params), {})


@router.post("")
def evaluate(visit: Visiting, name: str, form: FormOf) -> Response:
    """The deal with the terms of the form: its figures alone where they are asked for alone."""
    told = texts_of(form)
    desk = desk_of(visit, name, told)
    if not visit.is_partial:
        return _page(visit, desk, told)
    found = visit.site.evaluations.of(desk.file, desk.sets)
    status = 200 if found.result is not None else 422
    return render(visit, "parts/figures.html", status, desk=desk, **_figures(visit, desk, found))


@router.post("/charts")
def charts(visit: Visiting, name: str, form: FormOf) -> Response:
    """The charts of the deal with the terms of the form; nothing new where those have faults."""
    desk = desk_of(visit, name, texts_of(form))
    found = visit.site.evaluations.of(desk.file, desk.sets)
    if found.result is None:
        return Response(status_code=HTTPStatus.NO_CONTENT)
    return render(visit, "parts/charts.html", charts=_charts(visit, found.result))


@router.post("/save")
def save(visit: Visiting, name: str, form: FormOf) -> Response:
    """Keep the deal with the terms of the form as its next version."""
    from lessor.terms.load import with_sets
    from lessor.terms.rewriting import rewritten

    told = texts_of(form)
    desk = desk_of(visit, name, told)
    found = visit.site.evaluations.of(desk.file, desk.sets)
    if found.result is None:
        return _page(visit, desk, told)
    source, _ = with_sets(desk.source, desk.sets)
    text = rewritten(desk.version.text, source) if desk.sets else desk.version.text
    kept = DealToKeep(name, text, told.get("note", ""), after=desk.version.number)
    try:
        with visit.site.records.writing(who=visit.asker.who, at=visit.asker.at) as writer:
            keep_deal(writer, kept)
    except FaultsError as fault:
        return _page(visit, desk, told, fault.issues)
    return RedirectResponse(f"/deals/{quote(name)}", HTTPStatus.SEE_OTHER)


def _page(
    visit: Visit, desk: Desk, told: Mapping[str, str], issues: tuple[Issue, ...] = ()
) -> Response:
    """The whole page; `told`: what the form says otherwise than the file."""
    found = visit.site.evaluations.of(desk.file, desk.sets)
    base = visit.site.evaluations.of(desk.file)
    moved = sliders(base.result.loaded) if base.result is not None else ()
    at_sliders = {each.path for each in moved}
    status = status_of(issues or found.issues) if issues or found.result is None else 200
    return render(
        visit,
        "deal.html",
        status,
        desk=desk,
        told=_told(desk.source, told),
        sliders=[(each, term_name(each.path, visit.tongue)) for each in moved],
        at_sliders=at_sliders | {path.removesuffix(".amount") for path in at_sliders},
        sections=sections(desk.source),
        further=told.get("further", ""),
        note=told.get("note", ""),
        refusals=issues,
        hints=HINTS,
        units=UNITS,
        metrics=[(name, metric_name(name, visit.tongue)) for name in _metrics()],
        terms=[(each.path, term_name(each.path, visit.tongue)) for each in moved],
        **_figures(visit, desk, found),
    )


def _metrics() -> list[str]:
    return [name for labels in METRIC_GROUPS.values() for name in labels]


def _told(source: Source, told: Mapping[str, str]) -> dict[str, str]:
    """What the form says, by path, where that is not what the file says."""
    found = {
        name.removeprefix(PREFIX): typed(value)
        for name, value in told.items()
        if name.startswith(PREFIX)
    }
    return {path: value for path, value in found.items() if value != said_at(source, path).strip()}


class Shown(NamedTuple):
    """A metric on the page: its value in words, what it was in the version kept, and its note."""

    name: str
    label: str
    value: str
    was: str
    note: str


def _figures(visit: Visit, desk: Desk, found: Outcome[Underwriting]) -> dict[str, Any]:
    """What the template of figures takes."""
    if found.result is None:
        return {"issues": found.issues, "headline": (), "groups": (), "title": desk.version.name}
    base = visit.site.evaluations.of(desk.file).result if desk.sets else None
    labels = {name: label for group in METRIC_GROUPS.values() for name, label in group.items()}
    return {
        "issues": found.issues,
        "title": found.result.loaded.deal.deal,
        "headline": [
            _shown(visit, name, metric_name(name, visit.tongue), found.result, base)
            for name in HEADLINE
        ],
        "groups": [
            (
                title,
                [
                    _shown(visit, name, visit.tongue.say(labels[name]), found.result, base)
                    for name in group
                ],
            )
            for title, group in METRIC_GROUPS.items()
        ],
    }


def _shown(
    visit: Visit, name: str, label: str, result: Underwriting, base: Underwriting | None
) -> Shown:
    currency = result.loaded.deal.currency
    value = metric_value(name, result.metrics[name], currency, visit.tongue)
    was = ""
    if base is not None and base.metrics[name] != result.metrics[name]:
        was = metric_value(name, base.metrics[name], base.loaded.deal.currency, visit.tongue)
    note = retold(result.metric_notes.get(name, ""), visit.tongue)
    return Shown(name, label, value, was, note)


def _charts(visit: Visit, result: Underwriting) -> list[tuple[str, list[dict[str, Any]]]]:
    """The charts of a plan: those of the deal, then those of each borrower under its name."""
    from lessor.forecast.borrowers import borrowers
    from lessor.report.charts.cash import cash_by_year
    from lessor.report.charts.collateral import debt_and_value
    from lessor.report.charts.cover import cover_by_date

    how = (visit.tongue, visit.shade)
    found = [("", [cash_by_year(result, *how)])]
    for each in borrowers(result.loaded):
        found.append((each.name, [debt_and_value(each, *how), cover_by_date(each, *how)]))
    return [
        (name, [chart for chart in drawn if chart is not None])
        for name, drawn in found
        if any(chart is not None for chart in drawn)
    ]
