"""`lessor certificate`: the covenant certificate of a borrower at a test date, as PDF or HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from lessor.app.asking import day_of
from lessor.app.outcome import Outcome, command, listed, refused
from lessor.app.output_paths import paths_for
from lessor.app.written_in import format_of, language_of
from lessor.core.issue import Issue, Place

if TYPE_CHECKING:
    from lessor.forecast.certificate import Certificate, CertifiedTest
    from lessor.report.documents.certificate import CertificatePaper
    from lessor.report.documents.typesetting import Pdf


class CertificateRequest(NamedTuple):
    """The test date, the borrower (None: each that is tested), and how it is written."""

    day: str
    spv: str | None
    target: str | None
    form: str | None
    language: str


@dataclass(frozen=True)
class Certified:
    """A certificate and the file that it was written to."""

    certificate: Certificate
    file: str


@command
def certificate(
    path: str, request: CertificateRequest, sets: Sequence[str] = ()
) -> Outcome[list[Certified]]:
    """Write the certificates of a date, one for each borrower with covenants tested on it.

    The document is `{"certificates": [{"spv", "date", "currency", "file", "tests": [{"covenant",
    "measure", "facilities", "since", "until", "part", "base", "value", "level", "lock_up",
    "headroom", "is_default", "is_lock_up", "is_cured", "cure"}]}], "issues"}`. Issues: no-covenant,
    not-tested, unknown-name, date-malformed, language-unknown, format-unknown, cjk-font-missing,
    glyph-missing, file-exists, file-not-writable, and those of checking the deal.
    """
    from lessor.app.writing_out import write_out
    from lessor.forecast.certificate import certificates, days_tested
    from lessor.forecast.closing_tables import plan_of
    from lessor.report.documents.certificate import CertificatePaper
    from lessor.terms.load import load_deal

    form, language = format_of(request.form, request.target), language_of(request.language)
    day = day_of(request.day, "--date")
    loaded, found_issues = load_deal(path, sets)
    if loaded is None:
        return refused(found_issues)
    plan = plan_of(loaded)
    wanted = [
        each for each in certificates(plan, day) if request.spv is None or each.spv == request.spv
    ]
    if not wanted:
        fault = _nothing(path, days_tested(plan), request.spv, day)
        return refused((*found_issues, fault))
    deal = loaded.deal
    issues, written = list(found_issues), []
    names = [f"certificate {each.spv} {day}" for each in wanted]
    for each, target in zip(wanted, paths_for(names, request.target, form), strict=True):
        pdf = _file(CertificatePaper(deal.deal, deal.lessor, each), form, language)
        write_out(target, pdf.content)
        issues += pdf.issues
        written.append(Certified(each, str(target)))
    document: dict[str, object] = {
        "certificates": [_as_json(each) for each in written],
        "issues": listed(issues),
    }
    return Outcome(document, tuple(issues), written)


def _nothing(path: str, days: Mapping[str, Sequence[date]], spv: str | None, day: date) -> Issue:
    """Why there is no certificate: no covenant, no such borrower, or no test on the day."""
    if not days:
        remedy = "write `covenants:` under a borrower in `spvs:`"
        return Issue("no-covenant", "no borrower of the deal has covenants", remedy, Place(path))
    if spv is not None and spv not in days:
        message = f"there is no borrower with covenants named '{spv}'"
        remedy = f"name one of {', '.join(days)}"
        return Issue("unknown-name", message, remedy, Place(path, field="--spv"))
    own = sorted({each for name, found in days.items() if spv in (None, name) for each in found})
    near = sorted(own, key=lambda each: abs((each - day).days))[:2]
    remedy = f"write a test date, as {' or '.join(str(each) for each in sorted(near))}"
    if not near:
        remedy = "no date of the plan is a test date: see `first_test` and `trailing`"
    return Issue(
        "not-tested", f"no covenant is tested on {day}", remedy, Place(path, field="--date")
    )


def _file(paper: CertificatePaper, form: str, language: str) -> Pdf:
    from lessor.report.documents.certificate import certificate_sheet
    from lessor.report.documents.page import sheet_page
    from lessor.report.documents.typesetting import Pdf, sheet_pdf

    sheet = certificate_sheet(paper, language_of(language))
    return sheet_pdf(sheet) if form == "pdf" else Pdf(sheet_page([sheet]).encode())


def _as_json(each: Certified) -> dict[str, object]:
    return {
        "spv": each.certificate.spv,
        "date": each.certificate.day.isoformat(),
        "currency": each.certificate.currency,
        "file": each.file,
        "tests": [_test(test) for test in each.certificate.tests],
    }


def _test(test: CertifiedTest) -> dict[str, object]:
    days = {
        name: None if day is None else day.isoformat()
        for name, day in (("since", test.since), ("until", test.until))
    }
    return {**test._asdict(), "facilities": list(test.facilities), **days}
