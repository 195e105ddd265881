"""Billing: months to close, drafts, documents, and what lessees owe."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import Annotated, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query
from fastapi.responses import RedirectResponse, Response

from lessor.app.asking import day_of, month_of
from lessor.app.closing import close_month
from lessor.app.closing_order import Order
from lessor.app.commands.receivables import receivables
from lessor.app.commands.statement import statements
from lessor.app.shown.kept import Kept
from lessor.app.web.jobs import Finished, Progress, Work
from lessor.app.web.pages.leases import document_path, lease_path
from lessor.app.web.papers import paper
from lessor.app.web.reading import kept_now
from lessor.app.web.render import Visit, Visiting, render, render_faults, status_of
from lessor.books.documents import Issued
from lessor.books.receivables import AGES
from lessor.core.issue import FaultsError, Issue, Place
from lessor.report.documents.statement import statement_sheet
from lessor.report.documents.words import DOCUMENTS
from lessor.report.tongues import msg
from lessor.store.home import Home

router = APIRouter(prefix="/billing", include_in_schema=False)

Name = Annotated[str, Query(max_length=1000)]
Field = Annotated[str, Form(max_length=1000)]

SHOWN = 500
"""Documents of one page; a month or a lease narrows them down."""

AGE_WORDS: Mapping[str, str] = {
    "not_due": msg("not due"),
    "1-30": msg("1 to 30 days"),
    "31-60": msg("31 to 60 days"),
    "61-90": msg("61 to 90 days"),
    "over_90": msg("over 90 days"),
}


class Asked(NamedTuple):
    """What the form of closing says, as it was written."""

    period: str = ""
    lease: str = ""
    dated: str = ""


@router.get("")
def billing(visit: Visiting, period: Name = "", lease: Name = "") -> Response:
    """What there is to close, the drafts, and the documents of a month or a lease."""
    return _page(visit, Asked(period=period, lease=lease), ())


@router.post("/close")
def close(
    visit: Visiting,
    period: Field = "",
    lease: Field = "",
    dated: Field = "",
    what: Field = "draft",
) -> Response:
    """Close a month in the background: as drafts to be looked at, or for good."""
    asked = Asked(period.strip(), lease, dated.strip())
    order, issues = _order(visit, asked, is_draft=what != "issue")
    if order is None:
        return _page(visit, asked, issues)
    title = msg("Drafts of {period}") if order.is_draft else msg("Close {period} and issue")
    work = closing_work(visit.site.home, order)
    number = visit.site.jobs.submit(title, work, period=order.period)
    return RedirectResponse(f"/jobs/{number}", HTTPStatus.SEE_OTHER)


@router.get("/receivables")
def owed(visit: Visiting, as_of: Annotated[str, Query(max_length=20)] = "") -> Response:
    """What each lessee owes at the end of a day, by age."""
    outcome = receivables(visit.site.store, visit.asker, as_of=as_of or None)
    if outcome.result is None:
        return render_faults(visit.request, outcome.issues)
    return render(
        visit,
        "books/receivables.html",
        found=outcome.result,
        today=visit.asker.today,
        ages=[(age, AGE_WORDS[age]) for age in AGES],
        document_path=document_path,
        statement_path=statement_path,
    )


@router.get("/statement")
def statement(visit: Visiting, lessee: Name, number: int = 0) -> Response:
    """The statement of a lessee as PDF; `number`: with which of the lessors that bill it."""
    with visit.site.records.reading() as reader:
        found = statements(reader, lessee, None, visit.asker.today)
    chosen = found[number] if 0 <= number < len(found) else found[0]
    sheet = statement_sheet(chosen, visit.tongue.language)
    return paper(sheet, f"statement {lessee} {visit.asker.today}", "pdf")


def closing_work(home: Home, order: Order) -> Work:
    """The closing of a month as work in the background; called off, what was closed stays."""

    def work(progress: Progress) -> Finished:
        closing = close_month(home, order, progress.step)
        path = f"/billing?{urlencode({'period': order.period})}"
        return Finished(tuple(closing.issues), path)

    return work


def statement_path(lessee: str) -> str:
    """The statement of a lessee."""
    return f"/billing/statement?{urlencode({'lessee': lessee})}"


def _order(visit: Visit, asked: Asked, *, is_draft: bool) -> tuple[Order | None, tuple[Issue, ...]]:
    """What is to be closed, or every fault of the form."""
    issues: list[Issue] = []
    period, day = asked.period, visit.asker.today
    try:
        period = month_of(period)
    except FaultsError as fault:
        issues += [_at(issue, "period") for issue in fault.issues]
    if asked.dated:
        try:
            day = day_of(asked.dated, "dated")
        except FaultsError as fault:
            issues += fault.issues
    if asked.lease:
        with visit.site.records.reading() as reader:
            if not reader.leases([asked.lease]):
                message, remedy = f"no lease is booked as '{asked.lease}'", "choose one of the list"
                issues.append(Issue("unknown-lease", message, remedy, Place(field="lease")))
    if issues:
        return None, tuple(issues)
    who, at = visit.asker
    return Order(period, asked.lease or None, is_draft, day, who, at), ()


def _at(issue: Issue, field: str) -> Issue:
    return Issue(issue.code, issue.message, issue.remedy, Place(field=field), issue.severity)


def _page(visit: Visit, asked: Asked, issues: tuple[Issue, ...]) -> Response:
    kept, today = kept_now(visit.site), visit.asker.today
    waiting = _waiting(kept, today)
    documents = _documents(kept, asked)
    drafts = [
        (number, draft)
        for number, draft in kept.drafts
        if asked.period in ("", draft.period) and asked.lease in ("", draft.lease)
    ]
    return render(
        visit,
        "books/billing.html",
        status_of(issues) if issues else 200,
        asked=asked._replace(period=asked.period or next(iter(waiting), "")),
        filtered=asked,
        issues=issues,
        faults={issue.place.field: issue for issue in issues},
        today=today,
        waiting=waiting,
        months=list(waiting),
        leases=[record.id for record in kept.leases],
        drafts=drafts,
        draft_months=sorted({draft.period for _, draft in drafts}),
        documents=documents[:SHOWN],
        many=len(documents),
        still=kept.still,
        kinds=DOCUMENTS,
        lease_path=lease_path,
        document_path=document_path,
    )


def _waiting(kept: Kept, day: date) -> dict[str, list[str]]:
    """The leases that wait for closing, by month, the oldest first."""
    found: dict[str, list[str]] = defaultdict(list)
    for lease in kept.books:
        for month in kept.awaiting(lease, day):
            found[month].append(lease)
    return dict(sorted(found.items()))


def _documents(kept: Kept, asked: Asked) -> list[Issued]:
    """The documents asked for, the newest first."""
    return [
        each
        for each in reversed(kept.issued)
        if asked.period in ("", each.document.period) and asked.lease in ("", each.document.lease)
    ]
