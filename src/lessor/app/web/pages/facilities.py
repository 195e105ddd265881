"""Facilities: each borrower with its loans, its waterfall date by date, and its covenants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import Response

from lessor.app.shown.lenders import ReadDeal, is_near, lender_rows, read_deal
from lessor.app.web.pages.words import MEASURES
from lessor.app.web.papers import paper
from lessor.app.web.reading import deals_now
from lessor.app.web.render import Visit, Visiting, render, status_of
from lessor.core.issue import FaultsError
from lessor.forecast.borrowers import Borrower, CovenantTest
from lessor.forecast.certificate import certificates
from lessor.forecast.lender_case import LenderSheet, lender_case
from lessor.report.charts.collateral import debt_and_value
from lessor.report.charts.cover import cover_by_date
from lessor.report.documents.certificate import CertificatePaper, certificate_sheet
from lessor.report.tongues import msg

router = APIRouter(prefix="/facilities", include_in_schema=False)

Name = Annotated[str, Query(max_length=1000)]

ACTIONS: Mapping[str, str] = {
    "pay": msg("pay"),
    "fill": msg("fill a reserve"),
    "release": msg("release a reserve"),
    "sweep": msg("sweep"),
    "trap": msg("trap cash"),
    "distribute": msg("distribute"),
}

SHEETS_KEPT = 32


class Standing(NamedTuple):
    """How a test ended: its class on the page and its word."""

    shade: str
    word: str


DEFAULT, LOCK_UP, CURED = msg("default"), msg("lock-up"), msg("cured")
NEAR, IS_KEPT = msg("near its level"), msg("kept")


@router.get("")
def facilities(visit: Visiting) -> Response:
    """Every borrower with a loan of the deals that are kept; those not signed apart."""
    deals, today = deals_now(visit.site), visit.asker.today
    return render(
        visit,
        "books/facilities.html",
        booked=lender_rows(deals.booked, today),
        unsigned=lender_rows(deals.unsigned, today),
        loans={
            (deal.name, borrower.name): list(borrower.schedules)
            for deal in (*deals.booked, *deals.unsigned)
            for borrower in deal.borrowers
        },
        issues=[
            issue
            for deal in (*deals.booked, *deals.unsigned)
            if deal.loaded is None
            for issue in deal.issues
        ],
        today=today,
        measures=MEASURES,
        facility_path=facility_path,
    )


@router.get("/one")
def facility(visit: Visiting, deal: Name, borrower: Name = "", on: str = "") -> Response:
    """One borrower: its loans, its cover, its covenants, and its waterfall on a date."""
    read, found, is_booked = _borrower(visit, deal, borrower)
    today = visit.asker.today
    day = _date_of(found, on, today)
    return render(
        visit,
        "books/facility.html",
        deal=deal,
        is_booked=is_booked,
        borrower=found,
        today=today,
        row=lender_rows([read._replace(borrowers=(found,))], today)[0],
        debt_chart=debt_and_value(found, visit.tongue, visit.shade),
        cover_chart=cover_by_date(found, visit.tongue, visit.shade),
        days=[date.fromisoformat(each) for each in found.trace.days],
        day=day,
        steps=_on(found.trace.rows, day),
        accounts=_on(found.trace.accounts, day),
        latest=_latest(found.tests, today),
        tests=found.tests,
        standing_of=standing_of,
        actions=ACTIONS,
        measures=MEASURES,
        lender_case_path=f"/facilities/lender-case?{urlencode({'deal': deal})}",
        certificate_path=certificate_path,
    )


@router.get("/lender-case")
def asked_by_lenders(visit: Visiting, deal: Name) -> Response:
    """What a lender would ask of a deal, and whether it stands."""
    deals = deals_now(visit.site)
    read = next((each for each in (*deals.booked, *deals.unsigned) if each.name == deal), None)
    if read is None or read.loaded is None:
        raise HTTPException(404)
    try:
        found = _sheet(read.text)
    except FaultsError as fault:
        status = status_of(fault.issues)
        return render(visit, "books/parts/faults.html", status, issues=fault.issues)
    return render(
        visit,
        "books/parts/lender_case.html",
        sheet=found,
        currency=read.loaded.deal.currency,
    )


@router.get("/certificate")
def certificate(visit: Visiting, deal: Name, on: str, borrower: Name = "") -> Response:
    """The covenant certificate of a borrower on a test date, as PDF in the reader's language."""
    read, found, _ = _borrower(visit, deal, borrower)
    assert read.loaded is not None
    tested = {test.day.isoformat(): test.day for test in found.tests}
    if on not in tested:
        raise HTTPException(404)
    (certified,) = certificates(found.plan, tested[on])
    page = CertificatePaper(deal, read.loaded.deal.lessor, certified)
    sheet = certificate_sheet(page, visit.tongue.language)
    return paper(sheet, f"certificate {borrower} {on}", "pdf")


def facility_path(deal: str, borrower: str) -> str:
    """The page of a borrower; names may hold any sign."""
    return f"/facilities/one?{urlencode({'deal': deal, 'borrower': borrower})}"


def certificate_path(deal: str, borrower: str, day: date) -> str:
    """The certificate of a borrower on a test date, as PDF."""
    asked = {"deal": deal, "borrower": borrower, "on": day.isoformat()}
    return f"/facilities/certificate?{urlencode(asked)}"


def standing_of(test: CovenantTest) -> Standing:
    """How a test ended, as the page shows it."""
    if test.is_default:
        return Standing("bad", DEFAULT)
    if test.is_lock_up:
        return Standing("bad", LOCK_UP)
    if test.is_cured:
        return Standing("warn", CURED)
    return Standing("warn", NEAR) if is_near(test) else Standing("good", IS_KEPT)


def _borrower(visit: Visit, deal: str, borrower: str) -> tuple[ReadDeal, Borrower, bool]:
    """The deal and its borrower, and whether the deal is signed; a signed one comes first."""
    deals = deals_now(visit.site)
    for read in (*deals.booked, *deals.unsigned):
        for each in read.borrowers:
            if read.name == deal and each.name == borrower and each.schedules:
                return read, each, read in deals.booked
    raise HTTPException(404)


def _date_of(borrower: Borrower, on: str, today: date) -> date | None:
    """The date of the waterfall that is asked for, else that of the next payment, else the last."""
    days = borrower.trace.days
    if not days:
        return None
    paid = {cover.day.isoformat() for cover in borrower.covers}
    to_come = [day for day in days if day >= today.isoformat() and day in paid]
    chosen = on if on in days else (to_come or days[-1:])[0]
    return date.fromisoformat(chosen)


def _on(rows: Sequence[dict[str, Any]], day: date | None) -> list[dict[str, Any]]:
    return [] if day is None else [row for row in rows if row["date"] == day.isoformat()]


def _latest(tests: Sequence[CovenantTest], today: date) -> list[CovenantTest]:
    """Of each covenant the next test, or the last one where none is to come."""
    found: dict[str, CovenantTest] = {}
    for test in tests:
        had = found.get(test.covenant)
        if had is None or had.day < today:
            found[test.covenant] = test
    return list(found.values())


@lru_cache(maxsize=SHEETS_KEPT)
def _sheet(text: str) -> LenderSheet:
    loaded = read_deal(text).loaded
    assert loaded is not None
    return lender_case(loaded)
