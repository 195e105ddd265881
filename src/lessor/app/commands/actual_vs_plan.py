"""`lessor actual-vs-plan`: what was planned of a lease, what was billed, and why they differ."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from lessor.app.asking import month_of
from lessor.app.outcome import Outcome, command
from lessor.core.issue import FaultsError, Issue, Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lessor.books.lease_book import LeaseBook
    from lessor.books.metered import Facts
    from lessor.books.variance import Amounts, Planned, Row
    from lessor.rating.grid import Grid
    from lessor.store.records.reader import Reader
    from lessor.store.usage.catalogue import UsageStore
    from lessor.terms.deal import Deal


@dataclass(frozen=True)
class Comparison:
    """A lease over some months: each charge by month, and all of it together."""

    lease: str
    lessee: str
    currency: str
    rows: tuple[Row, ...]
    total: Row


@command
def actual_vs_plan(
    store: str | None, lease: str, *, first: str | None = None, last: str | None = None
) -> Outcome[Comparison]:
    """Plan and bill of a lease by month of service and charge, up to the last month closed.

    The document is `{"lease", "currency", "rows": [{"period", "charge", "plan", "billed",
    "difference", "causes": {...}}], "total": {...}, "issues"}`, amounts as decimal strings without
    VAT. Issues: unknown-lease, period-malformed, dates-out-of-order, store-missing.
    """
    import os

    from lessor.books.variance import total_of
    from lessor.store.home import open_home
    from lessor.store.records.records import Records
    from lessor.store.usage.catalogue import UsageStore

    wanted = [None if each is None else month_of(each) for each in (first, last)]
    if wanted[0] is not None and wanted[1] is not None and wanted[0] > wanted[1]:
        message = f"--from {wanted[0]} is after --to {wanted[1]}"
        place = Place(field="--from")
        raise FaultsError(
            [Issue("dates-out-of-order", message, "write the first month first", place)]
        )
    home = open_home(store, os.environ)
    with (
        Records.open(home.records_url) as records,
        UsageStore.open(home.usage_folder, read_only=True) as usage,
        records.reading() as reader,
    ):
        found = _compared(reader, usage, lease)
    rows = tuple(
        row
        for row in found.rows
        if (wanted[0] or "") <= row.period and (wanted[1] is None or row.period <= wanted[1])
    )
    comparison = Comparison(found.lease, found.lessee, found.currency, rows, total_of(rows))
    return Outcome(_document(comparison), (), comparison)


def _compared(reader: Reader, usage: UsageStore, lease: str) -> Comparison:
    from lessor.app.closing import book_of
    from lessor.books.variance import total_of, variance

    records = reader.leases([lease])
    if not records:
        message = f"no lease is booked as '{lease}'"
        remedy = "book its deal first: lessor book DEAL"
        raise FaultsError([Issue("unknown-lease", message, remedy)])
    runs = reader.runs(leases=[lease])
    record, rows = records[0], []
    if runs:
        known = max(run.version for run in runs)
        record = record._replace(
            versions=tuple(each for each in record.versions if each.number <= known)
        )
        book = book_of(record)
        facts = _facts(book, usage, max(run.cutoff for run in runs))
        issued, last = reader.documents(lease), max(run.period for run in runs)
        rows = variance(book, planned_of(book), facts, issued, last=last)
    return Comparison(lease, record.lessee, record.currency, tuple(rows), total_of(rows))


def _facts(book: LeaseBook, usage: UsageStore, cutoff: int) -> Facts:
    """Everything metered that was billed, by the terms of any version."""
    from lessor.books.metered import (
        CLAIM_REACH,
        EVIDENCE_REACH,
        Facts,
        evidence_needed,
        meters_needed,
    )
    from lessor.terms.meters import CREDIT_CLAIM, DOWNTIME

    start, end = book.grid.closing, book.grid.end
    wanted = set(meters_needed(book)) | set(meters_needed(_as_planned(book)))
    sums: Mapping[str, dict[date, int]] = defaultdict(dict)
    for each in usage.day_sums([book.id], start, end, cutoff=cutoff, zone=book.zone):
        if each.meter in wanted:
            sums[each.meter][each.day] = each.quantity
    evidence = {*evidence_needed(book), *evidence_needed(_as_planned(book))}
    start, end = start - EVIDENCE_REACH, end + CLAIM_REACH
    events = [
        list(usage.events(book.id, meter, start, end, cutoff=cutoff, zone=book.zone))
        if meter in evidence
        else []
        for meter in (DOWNTIME, CREDIT_CLAIM)
    ]
    return Facts(sums, *events)


def _as_planned(book: LeaseBook) -> LeaseBook:
    from lessor.books.variance import dated

    return dated(book)


def expected_of(book: LeaseBook) -> Amounts:
    """What the lease was to bill by the terms booked first, on the days that were expected.

    By month to the end that was planned, which the billing months need not reach: they are those of
    what was accepted.
    """
    from lessor.rating.grid import Grid, months_to_cover
    from lessor.terms.plan_dates import letting_end

    deal = book.versions[0].deal
    end = letting_end(deal.leases[book.name]) or deal.closing_date
    months = max(months_to_cover(deal.closing_date, end), 1)
    return _forecast(deal, book, Grid(deal.closing_date, months))


def planned_of(book: LeaseBook) -> Planned:
    """What the lease was to bill by the terms booked first, as a forecast of them says."""
    from lessor.books.variance import Planned, with_dates

    booked = book.versions[0].deal
    came = with_dates(booked, book.versions[-1].deal, book.name)
    has_begun = came.leases[book.name].events.accepted is not None
    return Planned(
        _forecast(booked, book, book.grid),
        _forecast(came, book, book.grid) if has_begun else {},
    )


def _forecast(deal: Deal, book: LeaseBook, grid: Grid) -> Amounts:
    """Net of each charge by month of service, in the lease's currency."""
    from lessor.books.variance import Cell
    from lessor.core.numeric import DECIMAL
    from lessor.forecast.plan import run_plan
    from lessor.terms.assets import Residual

    # What the hardware is sold for at last is no part of what a lease is booked by.
    assets = {name: asset.changed(residual=Residual()) for name, asset in deal.assets.items()}
    plan = run_plan(deal.changed(assets=assets), DECIMAL)
    found: dict[Cell, Decimal] = defaultdict(Decimal)
    run = next(run for run in plan.leases if run.name == book.name)
    for _, terms, rated in run.rated:
        period = grid.labels[grid.period_of(rated.span.start)]
        for charge, line in zip(terms.charges, rated.flows.lines, strict=True):
            found[Cell(period, charge.name)] += line.net
    return found


def _document(found: Comparison) -> dict[str, object]:
    return {
        "lease": found.lease,
        "lessee": found.lessee,
        "currency": found.currency,
        "rows": [
            {"period": row.period, "charge": row.charge, **_amounts(row)} for row in found.rows
        ],
        "total": _amounts(found.total),
        "issues": [],
    }


def _amounts(row: Row) -> dict[str, object]:
    causes = {name: str(amount) for name, amount in row.causes._asdict().items()}
    return {
        "plan": str(row.plan),
        "billed": str(row.billed),
        "difference": str(row.billed - row.plan),
        "causes": causes,
    }
