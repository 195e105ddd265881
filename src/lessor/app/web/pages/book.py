"""The book: what is contracted, billed, used and owed, what waits, and what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import Response

from lessor.app.shown.attention import Matter, in_order, matters_of
from lessor.app.shown.contracted import by_state, standings
from lessor.app.shown.lenders import lender_rows
from lessor.app.shown.next_dates import Coming, next_dates
from lessor.app.shown.rejected import rejected_files
from lessor.app.shown.revenue import RevenueMonth, revenue_by_month
from lessor.app.shown.totals import contracted_of, open_by_currency
from lessor.app.shown.utilisation import utilisation
from lessor.app.web.jobs import Finished
from lessor.app.web.pages.words import MEASURES, STATES
from lessor.app.web.reading import deals_now, kept_now, usage_in_turn
from lessor.app.web.render import Visit, Visiting, render
from lessor.core.issue import Severity, errors
from lessor.report.charts.books import MonthAmounts, MonthShares, revenue_chart, utilisation_chart
from lessor.report.tongues import Tongue, msg

router = APIRouter(include_in_schema=False)

SHOWN = 12
"""Matters and dates that are shown at once; the rest unfolds."""

MATTERS: Mapping[str, str] = {
    "document-overdue": msg("{subject} of {of} is overdue since {day}: {amount} is open"),
    "covenant-failing": msg("{subject} of {of} fails on {day}, by the plan"),
    "covenant-near": msg("{subject} of {of} has less than a tenth of headroom on {day}"),
    "month-awaiting": msg("Months that are over and not closed: {many}, the first {month}"),
    "draft-unissued": msg("Drafts of {month} are not issued: {many}"),
    "acceptance-late": msg("{subject} of {of} was expected in service on {day}"),
    "lease-expiring": msg("{subject} of {of} ends on {day}"),
    "conflicts-open": msg("Events that came twice and differ wait for a decision: {many}"),
    "rows-rejected": msg("Rows of usage were set aside and wait to be mended: {many}"),
    "audit-finding": msg("The last audit of the usage found faults: {many}"),
    "deal-missing": msg("The file of the deal {subject} is not kept here; its loans are not shown"),
}

COMING: Mapping[str, str] = {
    "rent-due": msg("Rent due"),
    "payment-due": msg("Payment to a lender"),
    "covenant-test": msg("Covenant test"),
    "lease-end": msg("End of a lease"),
    "claim-window": msg("Last day to claim a service credit"),
}


LAST_AUDIT = "audit"
"""Under which key the Issues of the last audit are kept."""


class Told(NamedTuple):
    """A matter as the page says it, with the way to where it is settled."""

    severity: Severity
    text: str
    path: str


@router.get("/")
def book(visit: Visiting) -> Response:
    """The whole book, as of now."""
    kept, today = kept_now(visit.site), visit.asker.today
    deals = deals_now(visit.site).booked
    rows = by_state(standings(kept.books.values(), today).values())
    revenue = revenue_by_month(kept, today)
    coming = next_dates(kept, deals, today)
    return render(
        visit,
        "books/book.html",
        today=today,
        is_empty=not kept.leases,
        rows=rows,
        states=STATES,
        contracted=contracted_of(rows),
        open_totals=open_by_currency(kept, today),
        matters=[_told(each, visit.tongue) for each in matters_of(kept, deals, today)],
        coming=[(each, _path_of(each)) for each in coming],
        shown=SHOWN,
        kinds=COMING,
        revenue={currency: _revenue(visit, currency, rows) for currency, rows in revenue.items()},
        lenders=lender_rows(deals, today),
        facility_path=facility_path,
        measures=MEASURES,
    )


@router.get("/book/usage")
def usage(visit: Visiting) -> Response:
    """How the hardware is used, and what waits among the usage."""
    site = visit.site
    kept = kept_now(site)
    with usage_in_turn(site.home.usage_folder) as store:
        if store is None:
            return busy(visit)
        found = utilisation(kept, store, visit.asker.today)
        conflicts = len(store.conflicts())
    rejected = sum(file.rows for file in rejected_files(site.home))
    matters = [
        Matter("conflicts-open", Severity.WARNING, "", many=conflicts),
        Matter("rows-rejected", Severity.WARNING, "", many=rejected),
        Matter("audit-finding", Severity.ERROR, "", many=_audited(visit)),
    ]
    shares = [MonthShares(row.month, row.reserved_share, row.used_share) for row in found.months]
    return render(
        visit,
        "books/parts/utilisation.html",
        found=found,
        chart=utilisation_chart(shares, visit.tongue, visit.shade) if len(shares) > 1 else None,
        matters=[_told(each, visit.tongue) for each in in_order(m for m in matters if m.many)],
    )


def _audited(visit: Visit) -> int:
    """Faults that the last audit found; none before one was run since the server began."""
    found = visit.site.results.found(LAST_AUDIT)
    return len(errors(found.issues)) if isinstance(found, Finished) else 0


def busy(visit: Visit) -> Response:
    """The part that says that usage is being written, and asks again in a moment."""
    url = visit.request.url
    address = f"{url.path}?{url.query}" if url.query else url.path
    return render(visit, "books/parts/busy.html", address=address)


def facility_path(deal: str, borrower: str) -> str:
    """The page of a borrower."""
    return f"/facilities/one?{urlencode({'deal': deal, 'borrower': borrower})}"


def _revenue(
    visit: Visit, currency: str, rows: Sequence[RevenueMonth]
) -> tuple[Sequence[tuple[date, RevenueMonth]], dict[str, object] | None]:
    """The months with their days, and their chart."""
    dated = [(date.fromisoformat(f"{row.period}-01"), row) for row in rows]
    amounts = [MonthAmounts(day, row.plan, row.billed) for day, row in dated]
    return dated, revenue_chart(amounts, currency, visit.tongue, visit.shade) if amounts else None


def _told(matter: Matter, tongue: Tongue) -> Told:
    is_month = matter.kind in ("month-awaiting", "draft-unissued")
    text = tongue.say(
        MATTERS[matter.kind],
        **_named(
            MATTERS[matter.kind],
            subject=matter.subject,
            of=matter.of,
            many=tongue.number(matter.many),
            day=tongue.day(matter.day),
            amount=tongue.money(matter.amount, matter.currency),
            month=tongue.month(date.fromisoformat(f"{matter.subject}-01")) if is_month else "",
        ),
    )
    return Told(matter.severity, text, matter_path(matter))


def _named(text: str, **values: object) -> dict[str, object]:
    """The values that a text has braces for."""
    return {name: value for name, value in values.items() if f"{{{name}}}" in text}


def matter_path(matter: Matter) -> str:
    """Where a matter is settled."""
    return {
        "document-overdue": f"/documents/one?{urlencode({'number': matter.subject})}",
        "covenant-failing": "/facilities",
        "covenant-near": "/facilities",
        "month-awaiting": f"/billing?{urlencode({'period': matter.subject})}",
        "draft-unissued": f"/billing?{urlencode({'period': matter.subject})}",
        "acceptance-late": f"/leases/one?{urlencode({'id': matter.subject})}",
        "lease-expiring": f"/leases/one?{urlencode({'id': matter.subject})}",
        "conflicts-open": "/usage#conflicts",
        "rows-rejected": "/usage#rejected",
        "audit-finding": "/usage#audit",
        "deal-missing": "/deals",
    }[matter.kind]


def _path_of(coming: Coming) -> str:
    return {
        "rent-due": f"/documents/one?{urlencode({'number': coming.subject})}",
        "lease-end": f"/leases/one?{urlencode({'id': coming.subject})}",
        "claim-window": f"/leases/one?{urlencode({'id': coming.subject})}",
        "payment-due": "/facilities",
        "covenant-test": "/facilities",
    }[coming.kind]
