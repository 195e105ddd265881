"""Usage: files taken in with the faults of their rows, conflicts, rows set aside, the audit."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Form, HTTPException, UploadFile
from fastapi.responses import RedirectResponse, Response

from lessor.app.commands.usage_audit import usage_audit
from lessor.app.commands.usage_conflicts import usage_conflicts
from lessor.app.commands.usage_load import Asked, Loaded, usage_load
from lessor.app.shown.rejected import rejected_files, rejected_path, rejected_rows
from lessor.app.web.jobs import Finished, Progress, Work
from lessor.app.web.pages.book import LAST_AUDIT, busy
from lessor.app.web.papers import attached
from lessor.app.web.reading import usage_in_turn
from lessor.app.web.render import Visit, Visiting, render, status_of
from lessor.app.web.site import Site
from lessor.core.issue import FaultsError, Issue, Place
from lessor.report.tongues import msg
from lessor.store.usage.readers import ENDINGS, MAPPINGS

router = APIRouter(prefix="/usage", include_in_schema=False)

Field = Annotated[str, Form(max_length=1000)]

ROWS_SHOWN = 200
"""Rows set aside that are listed; the file that can be downloaded has them all."""

NAME_MAX = 120


class Wanted(NamedTuple):
    """What the form of the upload says, as it was written."""

    mapping: str = ""
    lease: str = ""
    source: str = ""


class Taken(NamedTuple):
    """What a file brought, and the name of the file of rows that were set aside of it."""

    loaded: Loaded
    issues: tuple[Issue, ...]
    rejected: str


@router.get("")
def usage(visit: Visiting) -> Response:
    """The form of the upload, and what waits among the usage."""
    return _page(visit, Wanted(), ())


@router.post("/upload")
def upload(
    visit: Visiting,
    file: UploadFile,
    mapping: Field = "",
    lease: Field = "",
    source: Field = "",
) -> Response:
    """Take a file of usage in, in the background: each event once, a bad row set aside."""
    wanted = Wanted(mapping, lease, source)
    issues = tuple(_faults(file, wanted))
    if issues:
        return _page(visit, wanted, issues)
    name = file_name(file.filename or "")
    folder = Path(tempfile.mkdtemp(prefix="usage-"))
    with (folder / name).open("wb") as kept:
        shutil.copyfileobj(file.file, kept)
    asked = Asked((str(folder / name),), visit.site.store, mapping, lease, source)
    key = visit.site.results.key()
    work = loading_work(visit.site, asked, key, folder)
    number = visit.site.jobs.submit(msg("Take in {file}"), work, file=name)
    return RedirectResponse(f"/jobs/{number}", HTTPStatus.SEE_OTHER)


@router.get("/taken/{key}")
def taken(visit: Visiting, key: str) -> Response:
    """What a file brought: events by their end, and the rows that were set aside."""
    found = visit.site.results.found(key)
    if not isinstance(found, Taken):
        raise HTTPException(404)
    path = rejected_path(visit.site.home, found.rejected)
    rows = [] if path is None else rejected_rows(path, ROWS_SHOWN)
    return render(visit, "books/taken.html", taken=found, rows=rows, shown=ROWS_SHOWN)


@router.get("/rejected/{name}")
def rejected(visit: Visiting, name: str) -> Response:
    """The rows of a load that were set aside, with why and what to do."""
    path = rejected_path(visit.site.home, name)
    if path is None:
        raise HTTPException(404)
    rows = rejected_rows(path, ROWS_SHOWN)
    return render(visit, "books/rejected.html", name=name, rows=rows, shown=ROWS_SHOWN)


@router.get("/rejected/{name}/file")
def rejected_file(visit: Visiting, name: str) -> Response:
    """The rows as a file that can be mended and taken in."""
    path = rejected_path(visit.site.home, name)
    if path is None:
        raise HTTPException(404)
    return attached(path.read_bytes(), f"rejected-{name}.ndjson", "application/x-ndjson")


@router.get("/conflicts")
def conflicts(visit: Visiting) -> Response:
    """The conflicts that are open."""
    with usage_in_turn(visit.site.home.usage_folder) as store:
        if store is None:
            return busy(visit)
        found = store.conflicts()
    return render(visit, "books/parts/conflicts.html", conflicts=found, issues=())


@router.post("/conflicts")
def resolve(visit: Visiting, conflict: Annotated[int, Form()], keep: Field) -> Response:
    """Settle a conflict: the first event counts, or the second."""
    outcome = usage_conflicts(visit.site.store, resolve=conflict, keep=keep, by=visit.asker)
    if outcome.result is None:
        return _page(visit, Wanted(), outcome.issues)
    return RedirectResponse("/usage#conflicts", HTTPStatus.SEE_OTHER)


@router.post("/audit")
def audit(visit: Visiting) -> Response:
    """Hold all events against what was rated, in the background."""
    store, results, key = visit.site.store, visit.site.results, visit.site.results.key()

    def work(progress: Progress) -> Finished:
        outcome = usage_audit(store)
        if outcome.result is None:
            raise FaultsError(outcome.issues)
        results.keep(key, outcome.result)
        finished = Finished(outcome.issues, f"/usage/audited/{key}")
        results.keep(LAST_AUDIT, finished)
        return finished

    number = visit.site.jobs.submit(msg("Audit of the usage"), work)
    return RedirectResponse(f"/jobs/{number}", HTTPStatus.SEE_OTHER)


@router.get("/audited/{key}")
def audited(visit: Visiting, key: str) -> Response:
    """What an audit found, by lease, meter and day."""
    from lessor.app.commands.usage_audit import Audited

    found = visit.site.results.found(key)
    if not isinstance(found, Audited):
        raise HTTPException(404)
    return render(visit, "books/audited.html", audited=found, shown=ROWS_SHOWN)


def file_name(told: str) -> str:
    """A name for a file that was sent: its last part, without signs that no file name has."""
    last = re.split(r"[/\\]", told)[-1]
    plain = "".join(c for c in last if c.isprintable()).strip(". ")
    ending = Path(plain).suffix[:NAME_MAX]
    return f"{plain.removesuffix(ending)[: NAME_MAX - len(ending)]}{ending}"


def loading_work(site: Site, asked: Asked, key: str, folder: Path) -> Work:
    """Taking files in as work in the background; called off, what was taken stays."""

    def work(progress: Progress) -> Finished:
        try:
            outcome = usage_load(asked, _Told(progress))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        issues = tuple(_as_sent(outcome.issues))
        if outcome.result is None:
            raise FaultsError(issues)
        rejects = outcome.result.rejects_file
        site.results.keep(key, Taken(outcome.result, issues, rejects.stem if rejects else ""))
        return Finished(issues, f"/usage/taken/{key}")

    return work


class _Told:
    """Hands the bytes that are read on to whoever waits."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._done = self._total = 0

    def begin(self, name: str, total: int) -> None:
        """A file begins."""
        self._done, self._total = 0, total

    def advance(self, count: int) -> None:
        """So many more of its bytes are read."""
        self._done = min(self._done + count, self._total)
        self._progress.step(self._done, self._total)


def _as_sent(issues: Iterable[Issue]) -> Iterable[Issue]:
    """Issues as they are told to whoever sent a file: by its own name, without our folders."""
    for issue in issues:
        place = replace(issue.place, file=Path(issue.place.file).name)
        remedy = issue.remedy
        if issue.code == "rows-set-aside":
            remedy = "download them, mend them, and take the file in: what is taken counts once"
        yield replace(issue, remedy=remedy, place=place)


def _faults(file: UploadFile, wanted: Wanted) -> Iterable[Issue]:
    name = file_name(file.filename or "")
    if Path(name).suffix.lower() not in ENDINGS:
        told = f"'{name}' has no ending of usage" if name else "no file is chosen"
        remedy = f"choose a file named by what it is: {', '.join(ENDINGS)}"
        yield Issue("wrong-format", told, remedy, Place(field="file"))
    if bool(wanted.mapping) != bool(wanted.lease):
        told = "a trace of another format does not say whose usage it is"
        remedy = "choose the format and the lease, or neither"
        yield Issue("choice-of-one", told, remedy, Place(field="mapping"))


def _page(visit: Visit, wanted: Wanted, issues: tuple[Issue, ...]) -> Response:
    with visit.site.records.reading() as reader:
        currencies, _ = reader.known()
    return render(
        visit,
        "books/usage.html",
        status_of(issues) if issues else 200,
        wanted=wanted,
        issues=issues,
        leases=sorted(currencies),
        mappings=MAPPINGS,
        endings=ENDINGS,
        rejected=rejected_files(visit.site.home),
    )
