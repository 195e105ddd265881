"""Leases: all of them, and one with its terms, capacity, usage, documents and variance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import Response

from lessor.app.asking import day_of
from lessor.app.commands.actual_vs_plan import actual_vs_plan
from lessor.app.shown.kept import kept_of
from lessor.app.shown.one_lease import OneLease, lease_rows, one_lease, usage_by_day
from lessor.app.shown.totals import by_month
from lessor.app.web.pages.book import busy
from lessor.app.web.pages.deal import UNITS as TERM_UNITS
from lessor.app.web.pages.words import CAUSES, EVENTS, QUANTITIES, STATES, UNITS
from lessor.app.web.reading import kept_now, usage_in_turn
from lessor.app.web.render import Visit, Visiting, render, status_of
from lessor.core.issue import FaultsError
from lessor.report.charts.books import Step, capacity_chart, usage_chart
from lessor.report.documents.words import DOCUMENTS
from lessor.terms.lease_state import LeaseState

router = APIRouter(prefix="/leases", include_in_schema=False)


@router.get("")
def leases(visit: Visiting, state: str = "") -> Response:
    """Every lease with where it stands; `state`: those of one state."""
    rows = lease_rows(kept_now(visit.site), visit.asker.today)
    wanted = LeaseState(state) if state in set(LeaseState) else None
    found = {each.state for _, each, _ in rows}
    return render(
        visit,
        "books/leases.html",
        rows=[row for row in rows if wanted is None or row[1].state is wanted],
        all_rows=len(rows),
        chosen=wanted,
        known=[each for each in LeaseState if each in found],
        states=STATES,
        quantities=QUANTITIES,
        lease_path=lease_path,
    )


@router.get("/one")
def lease(visit: Visiting, id: Annotated[str, Query(max_length=1000)]) -> Response:
    """One lease, as of now."""
    found = _lease(visit, id)
    return render(
        visit,
        "books/lease.html",
        lease=found,
        today=visit.asker.today,
        states=STATES,
        events=EVENTS,
        documents=DOCUMENTS,
        unit=visit.tongue.say(UNITS[found.standing.unit]),
        quantities=QUANTITIES,
        term_units=TERM_UNITS,
        capacity_chart=_capacity(visit, found),
        usage_path=_part("usage", id),
        variance_path=_part("variance", id),
        document_path=document_path,
    )


@router.get("/usage")
def usage(
    visit: Visiting,
    id: Annotated[str, Query(max_length=1000)],
    since: Annotated[str, Query(alias="from")] = "",
    until: Annotated[str, Query(alias="to")] = "",
) -> Response:
    """What was used of a lease by day: a chart and a table for each meter."""
    book = _lease(visit, id).book
    try:
        start = day_of(since, "from") if since else None
        end = day_of(until, "to") + timedelta(days=1) if until else None
    except FaultsError as fault:
        return render(
            visit, "books/parts/faults.html", status_of(fault.issues), issues=fault.issues
        )
    with usage_in_turn(visit.site.home.usage_folder) as store:
        if store is None:
            return busy(visit)
        found = usage_by_day(book, store, today=visit.asker.today, start=start, end=end)
    charts = {
        meter.meter: usage_chart(
            meter.days,
            meter.meter,
            meter.unit or book.currency,
            tongue=visit.tongue,
            theme=visit.shade,
        )
        for meter in found.meters
    }
    return render(
        visit,
        "books/parts/usage.html",
        id=id,
        found=found,
        last_day=found.end - timedelta(days=1),
        charts=charts,
        currency=book.currency,
        zone=book.zone,
    )


@router.get("/variance")
def variance(visit: Visiting, id: Annotated[str, Query(max_length=1000)]) -> Response:
    """Plan against bill of a lease, by cause."""
    _lease(visit, id)
    with usage_in_turn(visit.site.home.usage_folder) as store:
        if store is None:
            return busy(visit)
        outcome = actual_vs_plan(visit.site.store, id)
    if outcome.result is None:
        status = status_of(outcome.issues)
        return render(visit, "books/parts/faults.html", status, issues=outcome.issues)
    return render(
        visit,
        "books/parts/variance.html",
        found=outcome.result,
        months=by_month(outcome.result.rows),
        causes=CAUSES,
    )


def lease_path(id: str) -> str:
    """The page of a lease; an id may hold any sign."""
    return f"/leases/one?{urlencode({'id': id})}"


def document_path(number: str) -> str:
    """The page of a document or a draft."""
    return f"/documents/one?{urlencode({'number': number})}"


def _part(name: str, id: str) -> str:
    return f"/leases/{name}?{urlencode({'id': id})}"


def _lease(visit: Visit, id: str) -> OneLease:
    with visit.site.records.reading() as reader:
        found = one_lease(reader, kept_of(reader), id, visit.asker.today)
    if found is None:
        raise HTTPException(404)
    return found


def _capacity(visit: Visit, found: OneLease) -> Mapping[str, object] | None:
    if not found.capacity:
        return None
    steps = [Step(each.start, each.end, each.quantity) for each in found.capacity]
    unit = visit.tongue.say(UNITS[found.standing.unit])
    return capacity_chart(steps, unit, visit.tongue, visit.shade)
