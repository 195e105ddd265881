"""The versions of a deal side by side, its text, what is downloaded of it, and its signing."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi import APIRouter, HTTPException
from fastapi.responses import RedirectResponse, Response

from lessor.app.deals import DealToKeep, keep_deal, kept_deal
from lessor.app.web.apart import apart
from lessor.app.web.pages.deal import HEADLINE, desk_of
from lessor.app.web.pages.words import STATES
from lessor.app.web.render import Visit, Visiting, render, status_of
from lessor.app.web.uploads import FileTextOf, FormOf, texts_of
from lessor.core.issue import FaultsError, Issue
from lessor.forecast.underwriting import Underwriting
from lessor.report.metric_groups import METRIC_GROUPS
from lessor.report.said import metric_name, metric_value
from lessor.report.tongues import msg
from lessor.store.records.rows import DealVersion
from lessor.terms.source import FileText

if TYPE_CHECKING:
    from lessor.app.commands.report import ReportRequest

router = APIRouter(prefix="/deals/{name}", include_in_schema=False)

CHANGES = {
    "new": msg("New"),
    "unchanged": msg("Unchanged"),
    "amended": msg("Amended"),
    "corrected": msg("Corrected"),
}
"""What booking changed in a lease."""

KINDS = {"html": "text/html; charset=utf-8", "pdf": "application/pdf"}
YAML, XLSX = "application/yaml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/text")
def text(visit: Visiting, name: str, version: int | None = None) -> Response:
    """The text of a version, to be read and to be written on."""
    with visit.site.records.reading() as reader:
        found = kept_deal(reader, name, version)
    return render(visit, "deal_text.html", version=found, text=found.text, note="", issues=())


@router.post("/text")
def keep_text(visit: Visiting, name: str, form: FormOf, pasted: FileTextOf) -> Response:
    """Keep a text as the next version; one with faults is shown with them, and not kept."""
    told = texts_of(form)
    number = told.get("version", "")
    with visit.site.records.reading() as reader:
        had = kept_deal(reader, name, int(number) if number.isdigit() else None)
    found = visit.site.evaluations.of(FileText(f"{name}.yaml", pasted))
    issues: tuple[Issue, ...] = found.issues
    if found.result is not None and found.exit_code == 0:
        kept = DealToKeep(name, pasted, told.get("note", ""), after=had.number)
        try:
            with visit.site.records.writing(who=visit.asker.who, at=visit.asker.at) as writer:
                keep_deal(writer, kept)
        except FaultsError as fault:
            issues = fault.issues
        else:
            return RedirectResponse(_address(name), HTTPStatus.SEE_OTHER)
    note = told.get("note", "")
    values: dict[str, Any] = {"version": had, "text": pasted, "note": note, "issues": issues}
    return render(visit, "deal_text.html", status_of(issues), **values)


@router.get("/compare")
def compare(
    visit: Visiting, name: str, one: int | None = None, other: int | None = None
) -> Response:
    """Two versions side by side: their figures, and the lines of the text that differ."""
    with visit.site.records.reading() as reader:
        after = kept_deal(reader, name, other)
        before = kept_deal(reader, name, max(after.number - 1, 1) if one is None else one)
        versions = reader.deal_versions(name)
    return render(
        visit,
        "deal_compare.html",
        name=name,
        versions=versions,
        before=before,
        after=after,
        figures=list(_compared(visit, before, after)),
        lines=list(_difference(before.text, after.text)),
    )


def _compared(
    visit: Visit, before: DealVersion, after: DealVersion
) -> Iterator[tuple[str, str, str, bool]]:
    """Each metric in both versions, in words, and whether it differs; those that say most first."""
    found = [_result(visit, each) for each in (before, after)]
    others = [name for group in METRIC_GROUPS.values() for name in group if name not in HEADLINE]
    for name in (*HEADLINE, *others):
        one, other = (_said(visit, each, name) for each in found)
        yield metric_name(name, visit.tongue), one, other, one != other


def _result(visit: Visit, version: DealVersion) -> Underwriting | None:
    return visit.site.evaluations.of(FileText(f"{version.name}.yaml", version.text)).result


def _said(visit: Visit, result: Underwriting | None, name: str) -> str:
    if result is None:
        return visit.tongue.number(None)
    return metric_value(name, result.metrics[name], result.loaded.deal.currency, visit.tongue)


def _difference(before: str, after: str) -> Iterator[tuple[str, str]]:
    """The lines of two texts around what differs: `+`, `-`, or a blank, and the line."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=2, lineterm="")
    for line in lines:
        if line.startswith(("---", "+++")):
            continue
        yield (line[0], line[1:]) if line[0] in "+- " else (" ", "⋯")


@router.get("/file")
def file(visit: Visiting, name: str, version: int | None = None) -> Response:
    """The text of a version as a file."""
    with visit.site.records.reading() as reader:
        found = kept_deal(reader, name, version)
    return _download(found.text.encode(), f"{name}-{found.number}.yaml", YAML)


@router.post("/workbook")
def workbook(visit: Visiting, name: str, form: FormOf) -> Response:
    """The deal with the terms of the form as a workbook."""
    from lessor.report.workbook.model import model_of
    from lessor.report.workbook.writing import workbook_of, write_workbook

    desk = desk_of(visit, name, texts_of(form))
    found = visit.site.evaluations.of(desk.file, desk.sets)
    if found.result is None:
        raise FaultsError(found.issues)
    written = workbook_of(model_of(found.result.loaded), desk.version.text, desk.sets)
    return _download(write_workbook(written), f"{name}.xlsx", XLSX)


@router.post("/report/{kind}")
def report(visit: Visiting, name: str, kind: str, form: FormOf) -> Response:
    """The deal with the terms of the form as a memo, in the reader's language."""
    if kind not in KINDS:
        raise HTTPException(404)
    from lessor.app.commands.report import ReportRequest

    desk = desk_of(visit, name, texts_of(form))
    request = ReportRequest(form=kind, language=visit.tongue.language, sets=desk.sets)
    content, issues = apart(_report, desk.file, request)
    if content is None:
        raise FaultsError(issues)
    return _download(content, f"{name}.{kind}", KINDS[kind])


def _report(file: FileText, request: ReportRequest) -> tuple[bytes | None, tuple[Issue, ...]]:
    """The memo of a deal as a file's content; None where faults leave none."""
    from lessor.app.commands.report import reported

    found = reported([file], request)
    return None if found.result is None else found.result.content, found.issues


@router.post("/sign")
def sign(visit: Visiting, name: str, form: FormOf) -> Response:
    """Book the leases of the version that is kept."""
    from lessor.app.commands.book import BookRequest, book

    told = texts_of(form)
    desk = desk_of(visit, name, {"version": told.get("version", "")})
    request = BookRequest(
        visit.asker,
        effective=told.get("effective") or None,
        from_beginning=told.get("from_beginning") == "yes",
    )
    found = book(desk.file, visit.site.store, request)
    return render(
        visit,
        "deal_signed.html",
        200 if found.result is not None else status_of(found.issues),
        name=name,
        booked=() if found.result is None else found.result.leases,
        length=lambda term: _length(visit, term),
        states=STATES,
        changes=CHANGES,
        issues=found.issues,
    )


def _length(visit: Visit, term: str) -> str:
    """A length of time as the reader says it; one in days as the file does."""
    number, _, unit = term.partition(" ")
    if unit != "months":
        return term
    return visit.tongue.say("{months} months", months=visit.tongue.number(int(number)))


def _address(name: str) -> str:
    return f"/deals/{quote(name)}"


def _download(content: bytes, name: str, media_type: str) -> Response:
    """A file to be kept; a name outside of ASCII is said as RFC 5987 has it."""
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=media_type, headers={"content-disposition": disposition})
