"""What a deal buys, for whom, at what running cost, and how it is paid."""

from __future__ import annotations

from collections.abc import Iterator

from lessor.forecast.study import Funding, Study, funding, rent_by_lease
from lessor.report.memo.model import Block, Cell, Column, Paragraph, Row, Section, Table
from lessor.report.memo.wording import (
    capacity_words,
    charge_words,
    cost_words,
    for_each,
    length,
    residual_words,
    said_money,
    state_words,
)
from lessor.report.memo.writing import Amounts, Pen, start
from lessor.report.tongues import msg
from lessor.terms.assets import Asset

NAMES = {
    "capex_paid": msg("Assets"),
    "vat_paid_on_capex": msg("VAT on assets"),
    "stamp_duty_paid": msg("Stamp duty"),
    "fees_paid": msg("Fees to lenders"),
    "construction_interest_paid": msg("Interest before service"),
    "reserves_funded": msg("Reserves filled"),
    "lender_deposits_paid": msg("Deposits with lenders"),
    "prepayment_spent": msg("Rent paid ahead"),
    "debt_drawn": msg("Other debt"),
    "equity": msg("Equity"),
}
"""What each use and each source is called; a loan by its own name."""


def bought(study: Study, pen: Pen) -> Section:
    """Assets, capacity rented in, leases with their charges, running costs."""
    return Section(
        pen.say("What is bought, and for whom"),
        tuple(
            table
            for table in (
                _assets(study, pen),
                _leased_in(study, pen),
                _leases(study, pen),
                _charges(study, pen),
                _costs(study, pen),
            )
            if table.rows
        ),
    )


def _assets(study: Study, pen: Pen) -> Table:
    runs = {run.name: run for run in study.result.plan.assets}
    amounts = Amounts.of(pen, (float(run.cost) for run in runs.values()))
    rows = [
        Row(
            (
                Cell(name, below=asset.model or ""),
                pen.count(asset.quantity),
                Cell("-" if asset.unit_cost is None else said_money(asset.unit_cost, pen)),
                amounts.cell(float(runs[name].cost)),
                Cell(_delivered(asset, pen)),
                Cell(residual_words(asset, pen)),
            )
        )
        for name, asset in study.loaded.deal.assets.items()
    ]
    if len(rows) > 1:
        total = amounts.cell(float(study.result.plan.cost_total))
        empty = Cell("")
        rows.append(Row((Cell(pen.say("Total")), empty, empty, total, empty, empty), True))
    return Table(
        pen.say("Assets, cost in {unit} without VAT that is credited", unit=amounts.unit),
        (
            start(pen.say("Asset"), is_wide=True),
            Column(pen.say("Quantity")),
            Column(pen.say("Price of a unit")),
            Column(pen.say("Cost")),
            start(pen.say("Delivered")),
            start(pen.say("Sold for")),
        ),
        tuple(rows),
    )


def _delivered(asset: Asset, pen: Pen) -> str:
    days = [lot.date for lot in asset.deliveries]
    if not days:
        return pen.say("at closing")
    first, last = pen.tongue.short_day(min(days)), pen.tongue.short_day(max(days))
    if first == last:
        return first
    return pen.say("{count} lots, {first} to {last}", count=len(days), first=first, last=last)


def _leased_in(study: Study, pen: Pen) -> Table:
    rows = tuple(
        Row(
            (
                Cell(name, below=item.model or ""),
                pen.count(item.quantity),
                Cell(for_each(pen.price(item.rent.amount, item.rent.currency), item.per, pen)),
                Cell(length(item.term, pen)),
            )
        )
        for name, item in study.loaded.deal.leased_in.items()
    )
    columns = (
        start(pen.say("Rented in"), is_wide=True),
        Column(pen.say("Servers")),
        start(pen.say("Rent")),
        start(pen.say("Term")),
    )
    return Table(pen.say("Capacity rented in"), columns, rows)


def _leases(study: Study, pen: Pen) -> Table:
    rents = rent_by_lease(study.result.plan)
    amounts = Amounts.of(pen, rents.values())
    rows = tuple(
        Row(
            (
                Cell(name, below=state_words(lease, pen)),
                Cell(lease.lessee.name, below=(lease.lessee.grade or "").replace("_", " ")),
                Cell(capacity_words(lease, pen)),
                Cell(length(lease.term, pen)),
                amounts.cell(rents[name]),
            )
        )
        for name, lease in study.loaded.deal.leases.items()
    )
    return Table(
        pen.say("Leases, rent over the plan in {unit}", unit=amounts.unit),
        (
            start(pen.say("Lease"), is_wide=True),
            start(pen.say("Lessee and grade"), is_wide=True),
            start(pen.say("Capacity")),
            start(pen.say("Term")),
            Column(pen.say("Rent")),
        ),
        rows,
    )


def _charges(study: Study, pen: Pen) -> Table:
    rows = tuple(
        Row((Cell(name), Cell(label), Cell(charge_words(charge, pen))))
        for name, lease in study.loaded.deal.leases.items()
        for label, charge in lease.charges.items()
    )
    columns = (
        start(pen.say("Lease")),
        start(pen.say("Charge")),
        start(pen.say("What is charged"), is_wide=True),
    )
    return Table(pen.say("Charges"), columns, rows)


def _costs(study: Study, pen: Pen) -> Table:
    rows = tuple(
        Row((Cell(name), Cell(cost_words(cost, pen))))
        for name, cost in study.loaded.deal.costs.items()
    )
    columns = (start(pen.say("Running cost")), start(pen.say("What it is"), is_wide=True))
    return Table(pen.say("Running costs"), columns, rows)


def paid(study: Study, pen: Pen) -> Section:
    """Sources and uses of money."""
    found = funding(study.result.plan)
    return Section(pen.say("How it is paid"), tuple(_funding_tables(found, pen)))


def _funding_tables(found: Funding, pen: Pen) -> Iterator[Block]:
    if not found.uses:
        yield Paragraph((pen.say("Nothing is bought and nothing is drawn."),))
        return
    amounts = Amounts.of(pen, (found.total,))
    columns = (
        start(pen.say("Item"), is_wide=True),
        Column(pen.say("Amount")),
        Column(pen.say("Share")),
    )

    def row(label: str, amount: float, *, is_total: bool = False) -> Row:
        share = pen.percent(found.share(amount), 1)
        return Row((Cell(label), amounts.cell(amount), share), is_total)

    for english, held in (
        (msg("Uses of money, {unit}"), found.uses),
        (msg("Sources of money, {unit}"), found.sources),
    ):
        rows = [
            row(pen.say(NAMES[name]) if name in NAMES else name, amount)
            for name, amount in held.items()
        ]
        total = row(pen.say("Total"), found.total, is_total=True)
        yield Table(pen.say(english, unit=amounts.unit), columns, (*rows, total))
