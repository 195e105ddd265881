"""One document: as it reads, as a file, what it rests on; issuing, taking back, money received."""

from __future__ import annotations

from decimal import Decimal
from http import HTTPStatus
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Form, Query
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup

from lessor.app.asking import Asker
from lessor.app.commands.invoice_issue import invoice_issue
from lessor.app.commands.invoice_trace import invoice_trace
from lessor.app.commands.invoice_void import invoice_void
from lessor.app.commands.receive import ReceiveRequest, receive
from lessor.app.found_documents import Found, found_document
from lessor.app.papers import Papers, needs_usage
from lessor.app.web.jobs import Finished, Progress, Work
from lessor.app.web.pages.book import busy
from lessor.app.web.pages.leases import document_path, lease_path
from lessor.app.web.papers import Form as PaperForm
from lessor.app.web.papers import paper
from lessor.app.web.reading import usage_in_turn
from lessor.app.web.render import Visit, Visiting, render, status_of
from lessor.books.documents import Issued
from lessor.books.open_items import open_amounts, void_numbers
from lessor.core.issue import FaultsError, Issue
from lessor.report.documents.invoice import invoice_sheet
from lessor.report.documents.page import sheet_part, sheet_style
from lessor.report.documents.words import DOCUMENTS
from lessor.report.tongues import msg
from lessor.store.records.rows import Payment

router = APIRouter(prefix="/documents", include_in_schema=False)

Name = Annotated[str, Query(max_length=200)]
Field = Annotated[str, Form(max_length=1000)]


class Asked(NamedTuple):
    """What the forms of a document say, as it was written."""

    reason: str = ""
    amount: str = ""
    day: str = ""
    reference: str = ""
    dated: str = ""


class Whole(NamedTuple):
    """A document with what stands around it: payments, notes on it, what is open of it."""

    found: Found
    payments: list[Payment]
    notes: list[Issued]
    still: Decimal | None
    voided_by: str


@router.get("/one")
def document(visit: Visiting, number: Name) -> Response:
    """One document, or a draft, as it reads in the reader's language."""
    return _page(visit, number, Asked(), ())


@router.get("/sheet.css")
def style(visit: Visiting) -> Response:
    """The style of a document within a page."""
    return Response(sheet_style(), media_type="text/css")


@router.get("/file")
def file(visit: Visiting, number: Name, form: PaperForm = "pdf") -> Response:
    """A document as a file, with its days of usage."""
    with visit.site.records.reading() as reader:
        found = found_document(reader, number)
        if not needs_usage(found):
            (made,) = Papers(reader, None).of([found])
            return paper(invoice_sheet(made, visit.tongue.language), number, form)
        with usage_in_turn(visit.site.home.usage_folder) as usage:
            if usage is None:
                raise FaultsError([_usage_busy()])
            (made,) = Papers(reader, usage).of([found])
    return paper(invoice_sheet(made, visit.tongue.language), number, form)


@router.get("/trace")
def trace(visit: Visiting, number: Name) -> Response:
    """Each line back to the terms and the events that it comes from."""
    with usage_in_turn(visit.site.home.usage_folder) as usage:
        if usage is None:
            return busy(visit)
        outcome = invoice_trace(visit.site.store, number)
    if outcome.result is None:
        status = status_of(outcome.issues)
        return render(visit, "books/parts/faults.html", status, issues=outcome.issues)
    return render(visit, "books/parts/trace.html", trace=outcome.result, shown=EVENTS_SHOWN)


EVENTS_SHOWN = 50
"""Events of a line that are listed; how many there are in all is said."""


@router.post("/issue")
def issue(visit: Visiting, number: Field, dated: Field = "") -> Response:
    """Issue a draft in the background: its month is closed for its lease."""
    with visit.site.records.reading() as reader:
        found_document(reader, number)
    work = _issuing(visit.site.store, number, visit.asker, dated.strip() or None)
    job = visit.site.jobs.submit(msg("Issue {draft}"), work, draft=number)
    return RedirectResponse(f"/jobs/{job}", HTTPStatus.SEE_OTHER)


@router.post("/void")
def void(visit: Visiting, number: Field, reason: Field = "", dated: Field = "") -> Response:
    """Take a document back whole, by a note."""
    outcome = invoice_void(
        visit.site.store, number, visit.asker, reason=reason, dated=dated.strip() or None
    )
    if outcome.result is None:
        return _page(visit, number, Asked(reason=reason, dated=dated), outcome.issues)
    return RedirectResponse(document_path(outcome.result.number), HTTPStatus.SEE_OTHER)


@router.post("/receive")
def received(
    visit: Visiting, number: Field, amount: Field = "", day: Field = "", reference: Field = ""
) -> Response:
    """Enter money received for a document, once for each reference."""
    asked = Asked(amount=amount, day=day, reference=reference)
    with visit.site.records.reading() as reader:
        lease = found_document(reader, number).document.lease
    written = amount.strip().replace(",", "")
    request = ReceiveRequest(lease, written, "invoice", day, reference, visit.asker, number)
    outcome = receive(visit.site.store, request)
    if outcome.result is None:
        return _page(visit, number, asked, outcome.issues)
    return RedirectResponse(document_path(number), HTTPStatus.SEE_OTHER)


def _issuing(store: str, draft: str, asker: Asker, dated: str | None) -> Work:
    def work(progress: Progress) -> Finished:
        progress.step(0, 1)
        outcome = invoice_issue(store, draft, asker, dated=dated)
        if outcome.result is None:
            raise FaultsError(outcome.issues)
        return Finished(outcome.issues, document_path(outcome.result.number))

    return work


def _page(visit: Visit, number: str, asked: Asked, issues: tuple[Issue, ...]) -> Response:
    whole, sheet = _whole(visit, number)
    return render(
        visit,
        "books/document.html",
        status_of(issues) if issues else 200,
        whole=whole,
        sheet=sheet,
        asked=asked,
        issues=issues,
        today=visit.asker.today,
        kinds=DOCUMENTS,
        lease_path=lease_path,
        document_path=document_path,
    )


def _whole(visit: Visit, number: str) -> tuple[Whole, Markup]:
    with visit.site.records.reading() as reader:
        found = found_document(reader, number)
        (made,) = Papers(reader, None).of([found])
        of_month = reader.documents(found.document.lease, period=found.document.period)
        payments = reader.payments(number=number) if found.issued is not None else []
    received = {number: sum((each.amount for each in payments), Decimal(0))}
    issued = [each for each in of_month if each.number == number]
    whole = Whole(
        found=found,
        payments=payments,
        notes=[each for each in of_month if number in (each.voids, each.document.corrects)],
        still=open_amounts(of_month, received)[number] if issued else None,
        voided_by=void_numbers(of_month).get(number, ""),
    )
    # Made by the documents' own templates, which escape what they are given.
    return whole, Markup(sheet_part(invoice_sheet(made, visit.tongue.language)))


def _usage_busy() -> Issue:
    told = "usage is being written at this moment, and the document lists it by day"
    return Issue("store-busy", told, "ask for the file again in a few seconds")
