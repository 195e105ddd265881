"""Plan against bill: what was planned of a lease, what was billed, and why the two differ.

The lease is rated again and again with one thing exchanged at a time, from all as planned to all
as it came: first the dates, then what was used, then availability, then the terms. What an exchange
changes is the difference that has this cause. What is left is what no document bills yet, and the
rounding of invoice lines; so the causes add up to billed - plan, cell by cell and to the cent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from lessor.books.documents import Issued
from lessor.books.lease_book import LeaseBook, Stage, Version
from lessor.books.metered import Facts, Metered
from lessor.books.stretches import rate_stretch
from lessor.core.money import Rounding, round_money
from lessor.rating.rate import InService, Use, Used
from lessor.rating.service import Span
from lessor.terms.deal import Deal

EXACT = Decimal(1).scaleb(-12)
"""To how many places amounts are kept before they are rounded to money."""


class Cell(NamedTuple):
    """What is compared: a charge in a month of service, as 2026-06."""

    period: str
    charge: str


Amounts = Mapping[Cell, Decimal]
"""Net of VAT in the lease's currency, not rounded."""


class Causes(NamedTuple):
    """Why billed differs from planned; each is positive where it made the bill larger.

    timing: dates of acceptance, lots, suspension and end; volume: quantities, the lessee's revenue
    and costs charged on; availability: service credits; price: amended terms; unbilled: owed and on
    no document yet (negative), or the other way; rounding: of invoice lines.
    """

    timing: Decimal
    volume: Decimal
    availability: Decimal
    price: Decimal
    unbilled: Decimal
    rounding: Decimal


class Row(NamedTuple):
    """A cell with both sides; sum(causes) = billed - plan."""

    period: str
    charge: str
    plan: Decimal
    billed: Decimal
    causes: Causes


class Planned(NamedTuple):
    """The lease as planned: with the dates that were expected, and with those that came."""

    as_expected: Amounts
    as_dated: Amounts


def with_dates(planned: Deal, came: Deal, name: str) -> Deal:
    """The deal as planned, with the days on which things happened: the lease's and its lots'."""
    lease = planned.leases[name].changed(events=came.leases[name].events)
    assets = {
        key: asset.changed(deliveries=came.assets[key].deliveries) if key in came.assets else asset
        for key, asset in planned.assets.items()
    }
    leased_in = {
        key: held.changed(commencement=came.leased_in[key].commencement)
        if key in came.leased_in
        else held
        for key, held in planned.leased_in.items()
    }
    return planned.changed(
        leases={**planned.leases, name: lease}, assets=assets, leased_in=leased_in
    )


def dated(book: LeaseBook) -> LeaseBook:
    """The lease by the terms that were booked first, on the days that came."""
    deal = with_dates(book.versions[0].deal, book.versions[-1].deal, book.name)
    version = Version(1, None, deal)
    return LeaseBook(book.id, book.name, book.entity, book.lessee, book.currency, (version,))


def variance(
    book: LeaseBook, planned: Planned, facts: Facts, issued: Iterable[Issued], *, last: str
) -> list[Row]:
    """Every charge in every month of service up to `last`, by month and then by charge.

    book: the lease with the versions that were billed; facts: everything metered that was.
    """
    by_dates = dated(book)
    documents = [each.document for each in issued]
    lines = [line for document in documents for line in document.lines]
    charges = {
        charge for version in book.versions for charge in version.deal.leases[book.name].charges
    }
    unrounded: dict[Cell, Decimal] = defaultdict(Decimal)
    billed: dict[Cell, Decimal] = defaultdict(Decimal)
    for line in lines:
        charge = line.charge if line.charge in charges else line.charge.partition(": ")[0]
        cell = Cell(book.grid.labels[book.grid.period_of(line.start)], charge)
        unrounded[cell] += line.unrounded
        billed[cell] += line.amount
    steps = [
        planned.as_expected,
        planned.as_dated,
        rated_again(by_dates, facts, as_promised=True),
        rated_again(by_dates, facts),
        rated_again(book, facts),
        unrounded,
    ]
    return _rows(book, steps, billed, last)


def _rows(book: LeaseBook, steps: Sequence[Amounts], billed: Amounts, last: str) -> list[Row]:
    mode = book.lease.billing.rounding
    cells = {cell for step in (*steps, billed) for cell in step if cell.period <= last}
    rows = []
    for cell in sorted(cells):
        values = [_money(step.get(cell, Decimal(0)), book.currency, mode) for step in steps]
        values.append(billed.get(cell, Decimal(0)))
        causes = Causes(*(after - before for before, after in pairwise(values)))
        row = Row(cell.period, cell.charge, values[0], values[-1], causes)
        if sum(causes) != row.billed - row.plan:
            raise AssertionError(f"causes of {cell} do not add up to its difference")
        if any(values):
            rows.append(row)
    return rows


def _money(amount: Decimal, currency: str, mode: Rounding) -> Decimal:
    return round_money(amount.quantize(EXACT), currency, mode)


def total_of(rows: Sequence[Row]) -> Row:
    """All rows together."""
    nothing = Decimal(0)
    causes = Causes(
        *(sum((row.causes[place] for row in rows), nothing) for place in range(len(Causes._fields)))
    )
    plan = sum((row.plan for row in rows), nothing)
    return Row("", "", plan, sum((row.billed for row in rows), nothing), causes)


def rated_again(book: LeaseBook, facts: Facts, *, as_promised: bool = False) -> Amounts:
    """What a lease owes for everything metered, by month of service and charge.

    as_promised: with the availability that was expected in place of the one that is evidenced.
    """
    found: dict[Cell, Decimal] = defaultdict(Decimal)
    course = book.course()
    metered = Metered(book, course, facts)
    text = ""
    for stretch in course:
        stage, part = book.stages[stretch.stage], stretch.part
        use = metered.use(stage)
        rating = stage.letting.rating(
            _expected_availability(stage, use) if as_promised else use, metered.passed(stage)
        )
        rated, text = rate_stretch(book, stretch, text, rating)
        period = book.grid.labels[book.grid.period_of(part.span.start)]
        for charge, line in zip(stage.letting.terms.charges, rated.flows.lines, strict=True):
            found[Cell(period, charge.name)] += line.net
    return found


def _expected_availability(stage: Stage, use: Use) -> Use:
    expected = stage.letting.kind.given(stage.letting.lease.availability)

    def used(span: Span, served: InService) -> Used:
        return use(span, served)._replace(availability=expected)

    return used
