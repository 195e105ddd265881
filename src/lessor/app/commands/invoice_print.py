"""`lessor invoice print`: documents and drafts as PDF or HTML files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lessor.app.asking import month_of
from lessor.app.outcome import Outcome, command, listed
from lessor.app.output_paths import paths_for
from lessor.app.written_in import Format, format_of, language_of
from lessor.core.issue import FaultsError, Issue, Place

if TYPE_CHECKING:
    from lessor.report.documents.paper import Paper
    from lessor.report.documents.typesetting import Pdf
    from lessor.report.tongues import Language
    from lessor.store.home import Home


class PrintRequest(NamedTuple):
    """What is printed, and how; `month`: all documents and drafts of it."""

    numbers: Sequence[str]
    month: str | None
    target: str | None
    form: str | None
    language: str
    has_annex: bool = True


@dataclass(frozen=True)
class Printed:
    """A document and the file that it was written to."""

    number: str
    file: str


@command
def invoice_print(store: str | None, request: PrintRequest) -> Outcome[Sequence[Printed]]:
    """Write documents to files, each by its number, or to the one file that is named.

    The document is `{"written": [{"number", "file"}], "format", "language", "issues"}`. Issues:
    unknown-document, period-malformed, nothing-to-print, language-unknown, format-unknown,
    cjk-font-missing, glyph-missing, file-exists, file-not-writable, store-missing, store-busy.
    """
    import os

    from lessor.app.writing_out import write_out
    from lessor.store.home import open_home

    form, language = format_of(request.form, request.target), language_of(request.language)
    issues: list[Issue] = []
    written = []
    for paper, path in _papers(open_home(store, os.environ), request, form):
        pdf = _file(paper, form, language)
        write_out(path, pdf.content)
        issues += pdf.issues
        written.append(Printed(paper.number, str(path)))
    document: dict[str, object] = {
        "written": [vars(each) for each in written],
        "format": form,
        "language": language,
        "issues": listed(issues),
    }
    return Outcome(document, tuple(issues), written)


def _papers(home: Home, request: PrintRequest, form: Format) -> Iterator[tuple[Paper, Path]]:
    """The papers asked for, each with the file that it goes to."""
    from lessor.app.papers import Papers, named_documents, needs_usage
    from lessor.store.records.records import Records
    from lessor.store.usage.catalogue import UsageStore

    month = None if request.month is None else month_of(request.month)
    with ExitStack() as stack:
        records = stack.enter_context(Records.open(home.records_url))
        reader = stack.enter_context(records.reading())
        found = named_documents(reader, request.numbers, month)
        if not found:
            raise FaultsError([_nothing(month)])
        paths = paths_for([each.number for each in found], request.target, form)
        usage = None
        if request.has_annex and any(needs_usage(each) for each in found):
            usage = stack.enter_context(UsageStore.open(home.usage_folder, read_only=True))
        yield from zip(Papers(reader, usage).of(found), paths, strict=True)


def _nothing(month: str | None) -> Issue:
    if month is None:
        remedy = "write numbers, as lessor invoice list has them, or --all-of 2026-06"
        return Issue("nothing-to-print", "no document is named", remedy, Place(field="NUMBER"))
    message = f"no document is issued for {month}, and no draft kept"
    return Issue(
        "nothing-to-print", message, "close the month: lessor close", Place(field="--all-of")
    )


def _file(paper: Paper, form: Format, language: Language) -> Pdf:
    from lessor.report.documents.invoice import invoice_sheet
    from lessor.report.documents.page import sheet_page
    from lessor.report.documents.typesetting import Pdf, sheet_pdf

    sheet = invoice_sheet(paper, language)
    if form == "pdf":
        return sheet_pdf(sheet)
    return Pdf(sheet_page([sheet]).encode())
