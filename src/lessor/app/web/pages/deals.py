"""The deals that are kept, and taking in another one."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import PurePath
from typing import NamedTuple
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import UploadFile

from lessor.app.commands.new import STARTER
from lessor.app.deals import DealToKeep, deal_name, keep_deal
from lessor.app.outcome import Outcome
from lessor.app.web.render import Visit, Visiting, render, status_of
from lessor.app.web.uploads import FileTextOf, FormOf, texts_of
from lessor.core.issue import FaultsError, Issue
from lessor.forecast.underwriting import Underwriting
from lessor.report.said import metric_name, metric_value
from lessor.store.records.rows import DealVersion
from lessor.terms.source import FileText

router = APIRouter(prefix="/deals", include_in_schema=False)

HEADLINE = ("cost_total", "payback_years_total", "irr_equity", "dscr_min")


class Listed(NamedTuple):
    """A deal of the list with its few figures; without them where it can no longer be read."""

    version: DealVersion
    title: str
    figures: tuple[str, ...]


@router.get("")
def deals(visit: Visiting) -> Response:
    """Every deal that is kept, by its newest version."""
    with visit.site.records.reading() as reader:
        kept = reader.deals()
    labels = [metric_name(name, visit.tongue) for name in HEADLINE]
    return render(visit, "deals.html", deals=[_listed(visit, each) for each in kept], labels=labels)


@router.get("/new")
def new(visit: Visiting) -> Response:
    """A form for another deal, with the starter in it."""
    text = STARTER.read_text(encoding="utf-8")
    return render(visit, "deal_new.html", text=text, name="", note="", issues=())


@router.post("/new")
def take(visit: Visiting, form: FormOf, text: FileTextOf) -> Response:
    """Keep a deal that is uploaded or pasted; one with faults is shown with them, and not kept."""
    told = texts_of(form)
    found = visit.site.evaluations.of(FileText(_file_name(form.get("file")), text))
    issues: tuple[Issue, ...] = found.issues
    if found.result is not None and found.exit_code == 0:
        name = deal_name(told.get("name") or found.result.loaded.deal.deal)
        try:
            with visit.site.records.writing(who=visit.asker.who, at=visit.asker.at) as writer:
                keep_deal(writer, DealToKeep(name, text, told.get("note", ""), after=None))
        except FaultsError as fault:
            issues = fault.issues
        else:
            return RedirectResponse(f"/deals/{quote(name)}", HTTPStatus.SEE_OTHER)
    return _refused(visit, text, told, issues)


def _refused(
    visit: Visit, text: str, told: Mapping[str, str], issues: tuple[Issue, ...]
) -> Response:
    return render(
        visit,
        "deal_new.html",
        status=status_of(issues),
        text=text,
        name=told.get("name", ""),
        note=told.get("note", ""),
        issues=issues,
    )


def _file_name(sent: object) -> str:
    """What faults call the text: the name of the file, where one was sent."""
    name = sent.filename if isinstance(sent, UploadFile) else None
    return PurePath(name).name if name else "deal.yaml"


def _listed(visit: Visit, version: DealVersion) -> Listed:
    found: Outcome[Underwriting] = visit.site.evaluations.of(
        FileText(f"{version.name}.yaml", version.text)
    )
    if found.result is None:
        return Listed(version, version.name, ())
    deal, metrics = found.result.loaded.deal, found.result.metrics
    said = [metric_value(name, metrics[name], deal.currency, visit.tongue) for name in HEADLINE]
    return Listed(version, deal.deal, tuple(said))
