"""Closing a month: where the books meet what is kept.

One closer works at a time (a lock on the store's folder); leases are closed in groups, each in one
transaction, so that a crash loses no group that was kept and the next run goes on behind it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta

from lessor.app.closing_order import Closing, Order, Work
from lessor.app.closing_warnings import date_warnings, warnings_of
from lessor.app.idle_claims import idle_of_month
from lessor.app.turns import one_at_a_time
from lessor.app.uncharged import uncharged
from lessor.books.billing import Closed, Past, awaits_closing, close, scope_of
from lessor.books.documents import Document, Issued
from lessor.books.lease_book import LeaseBook, Version
from lessor.books.metered import CLAIM_REACH, EVIDENCE_REACH, Facts, evidence_needed, meters_needed
from lessor.books.runs import RatingRun
from lessor.books.settling import Held, settled
from lessor.books.usage import Event
from lessor.core.issue import FaultsError, Issue
from lessor.store.home import Home
from lessor.store.records.reader import Reader
from lessor.store.records.records import Records
from lessor.store.records.rows import HeldMoney, LeaseRecord, Progress
from lessor.store.records.writer import Writer
from lessor.store.usage.catalogue import UsageStore
from lessor.terms.booking import booked_deal
from lessor.terms.meters import CREDIT_CLAIM, DOWNTIME

GROUP = 250
"""Leases in one transaction."""


def close_month(
    home: Home, order: Order, step: Callable[[int, int], None] = lambda done, of: None
) -> Closing:
    """Close a month for every lease in service, or for one.

    step: hears how many leases are done, and of how many, before each group; where it raises,
    the groups before are kept and none after.
    Raises FaultsError: unknown-lease, period-malformed, usage-behind, store-busy,
    store-not-writable, records-unreachable.
    """
    closing = Closing(order.period, is_draft=order.is_draft)
    with (
        one_at_a_time(home.folder / "closing.lock"),
        UsageStore.open(home.usage_folder, read_only=True) as usage,
        Records.open(home.records_url) as records,
    ):
        closing.cutoff = usage.cutoff()
        with records.reading() as reader:
            _require_usage(reader.last_cutoff(), closing.cutoff)
            leases = _leases(reader, order)
            dates = reader.last_dates(order.invoice_date.year)
        closing.booked = len(leases)
        for start in range(0, len(leases), GROUP):
            step(start, len(leases))
            group = leases[start : start + GROUP]
            with records.writing(who=order.who, at=order.at) as writer:
                _close_group(group, order, usage, writer, closing)
        _note(records, order, closing)
        closing.issues += date_warnings(order, closing.issued, dates)
        with records.reading() as reader:
            _stand(reader, order, leases, closing)
    closing.issues += warnings_of(order, closing)
    return closing


def _note(records: Records, order: Order, closing: Closing) -> None:
    """That the month was closed, with the cutoff that it knew; not where nothing came of it."""
    if order.is_draft or not closing.issued:
        return
    with records.writing(who=order.who, at=order.at) as writer:
        writer.add_closing(order.period, cutoff=closing.cutoff, documents=len(closing.issued))


def _require_usage(known: int, kept: int) -> None:
    """All the usage that was billed is still kept: what is gone would be credited."""
    if known > kept:
        message = f"months were closed on usage up to event {known}, and it is kept up to {kept}"
        remedy = "bring the usage folder back from a newer copy, before anything is closed"
        raise FaultsError([Issue("usage-behind", message, remedy)])


def _leases(reader: Reader, order: Order) -> list[LeaseRecord]:
    if order.lease is None:
        return reader.leases()
    found = reader.leases([order.lease])
    if not found:
        message = f"no lease is booked as '{order.lease}'"
        raise FaultsError(
            [Issue("unknown-lease", message, "book its deal first: lessor book DEAL")]
        )
    return found


def _close_group(
    group: Sequence[LeaseRecord],
    order: Order,
    usage: UsageStore,
    writer: Writer,
    closing: Closing,
) -> None:
    ids = [lease.id for lease in group]
    progress = writer.progress(ids)
    changed = _changed(usage, progress.values(), closing.cutoff)
    closed_now = _standing(writer, order.period, ids)
    work = [
        work
        for lease in group
        if (work := _work(lease, order.period, writer, progress, changed, closed_now))
    ]
    facts = facts_of(work, usage, closing.cutoff)
    closing.rated += len(work)
    closing.uncharged |= uncharged(work, facts, usage, closing.cutoff)
    closing.idle_claims += idle_of_month(work, usage, closing.cutoff)
    past = _past(work, writer)
    money = writer.held([each.book.id for each in work])
    batch: list[tuple[Document, RatingRun]] = []
    runs: list[RatingRun] = []
    for each in work:
        lease = each.book.id
        done = close(*each[:3], facts[lease], past[lease], closing.cutoff)
        if each.skipped:
            closing.skipped[lease] = list(each.skipped)
        if each.book.lease.prepayment is not None and lease not in money:
            closing.unpaid.append(lease)
        batch += _with_runs(done, _settled(each, done, past[lease], money.get(lease)))
        runs += done.runs
    if order.is_draft:
        ids_of_drafts = writer.put_drafts(batch)
        named = zip(ids_of_drafts, batch, strict=True)
        closing.drafts += [(number, document) for number, (document, _) in named]
        return
    among = set(ids)
    stale = [n for n, document, _ in writer.drafts(order.period) if document.lease in among]
    writer.drop_drafts(stale)
    kept = dict(zip([(run.lease, run.period) for run in runs], writer.keep_runs(runs), strict=True))
    numbered = [(document, kept[document.lease, document.period]) for document, _ in batch]
    closing.issued += writer.issue(numbered, order.invoice_date)


def _standing(reader: Reader, period: str, leases: Sequence[str]) -> set[str]:
    """The leases for which a month is closed, and nothing of it voided since."""
    closed = {run.lease for run in reader.runs(period=period, leases=leases)}
    if not closed:
        return closed
    of_month: dict[str, list[Issued]] = defaultdict(list)
    for each in reader.documents(leases=sorted(closed), period=period):
        of_month[each.document.lease].append(each)
    return closed - {lease for lease, issued in of_month.items() if awaits_closing(issued)}


def _with_runs(done: Closed, documents: Iterable[Document]) -> Iterator[tuple[Document, RatingRun]]:
    by_period = {run.period: run for run in done.runs}
    for document in documents:
        yield document, by_period[document.period]


def book_of(lease: LeaseRecord) -> LeaseBook:
    """A lease as the books take it."""
    versions = tuple(
        Version(each.number, each.effective, booked_deal(each.terms, lease.id))
        for each in lease.versions
    )
    return LeaseBook(lease.id, lease.name, lease.entity, lease.lessee, lease.currency, versions)


def _changed(usage: UsageStore, progress: Iterable[Progress], cutoff: int) -> dict[str, date]:
    """The first day of usage that each lease did not know when it was closed last."""
    found: dict[str, date] = {}
    for after in sorted({each.cutoff for each in progress if each.cutoff < cutoff}):
        known = {each.lease for each in progress if each.cutoff == after}
        for lease, day in usage.changed(after=after, until=cutoff):
            if lease in known:
                found[lease] = day
    return found


def _work(
    lease: LeaseRecord,
    period: str,
    reader: Reader,
    progress: dict[str, Progress],
    changed: dict[str, date],
    closed_now: set[str],
) -> Work | None:
    """What closing a lease has to rate; None where nothing is new."""
    done = progress.get(lease.id)
    is_amended = done is not None and done.version < lease.versions[-1].number
    if lease.id in closed_now and lease.id not in changed and not is_amended:
        return None
    book = book_of(lease)
    course, grid = book.course(), book.grid
    month = book.month_of(period)
    if not course or month is None:
        return None
    latest = None if done is None else book.month_of(done.latest)
    # What is new of a month that no one closed yet waits for its own closing.
    new = [m for m in _news(lease, book, done, changed) if m <= max(month, latest or 0)]
    if lease.id in closed_now and not new:
        return None
    gap = _gap(book, month, done, reader)
    first = min([*new, *gap], default=None)
    scope = scope_of(book, course, period, changed=first, latest=latest)
    skipped = [grid.labels[open_month] for open_month in gap if open_month < month]
    return None if scope is None else Work(book, course, scope, skipped)


def _news(
    lease: LeaseRecord, book: LeaseBook, done: Progress | None, changed: dict[str, date]
) -> list[int]:
    """The months from which usage or terms are others than when the lease was closed last."""
    found = []
    if lease.id in changed:
        reach = EVIDENCE_REACH + CLAIM_REACH if evidence_needed(book) else timedelta(days=1)
        found.append(book.grid.period_of(changed[lease.id] - reach))
    if done is not None:
        days = [v.effective for v in lease.versions if v.number > done.version]
        found += [0 if day is None else book.grid.period_of(day) for day in days]
    return found


def _gap(book: LeaseBook, month: int, done: Progress | None, reader: Reader) -> list[int]:
    """The months up to `month` that are not closed: those behind them were rated on a guess."""
    start, labels = book.start_month, book.grid.labels
    if done is None:
        return list(range(start, month + 1))
    if book.month_of(done.latest) == month - 1 and done.months == month - start:
        return []
    closed = {run.period for run in reader.runs(leases=[book.id])}
    return [m for m in range(start, month + 1) if labels[m] not in closed]


def facts_of(work: Sequence[Work], usage: UsageStore, cutoff: int) -> dict[str, Facts]:
    """What was metered of each lease in the days that it is rated for."""
    sums: dict[str, dict[str, dict[date, int]]] = defaultdict(lambda: defaultdict(dict))
    days: dict[tuple[str, date, date], list[LeaseBook]] = defaultdict(list)
    for book, _, scope, _ in work:
        days[book.zone, scope.start, scope.end].append(book)
    evident: set[str] = set()
    for (zone, start, end), books in days.items():
        counted = {book.id: meters_needed(book) for book in books}
        meters = sorted({meter for needed in counted.values() for meter in needed})
        asked = [lease for lease, needed in counted.items() if needed]
        for each in usage.day_sums(asked, start, end, cutoff=cutoff, zone=zone, meters=meters):
            sums[each.lease][each.meter][each.day] = each.quantity
        credited = [book.id for book in books if evidence_needed(book)]
        if credited:
            around = (start - EVIDENCE_REACH, end + EVIDENCE_REACH)
            found = usage.day_sums(credited, *around, cutoff=cutoff, zone=zone, meters=[DOWNTIME])
            evident |= {each.lease for each in found}
    return {
        each.book.id: Facts(
            sums[each.book.id],
            *(_evidence(each, usage, cutoff) if each.book.id in evident else ((), ())),
        )
        for each in work
    }


def _evidence(work: Work, usage: UsageStore, cutoff: int) -> tuple[list[Event], list[Event]]:
    """The events of downtime around the days that are rated, and the claims that came for them."""

    def events(meter: str, reach: timedelta) -> list[Event]:
        start, end = work.scope.start - EVIDENCE_REACH, work.scope.end + reach
        book = work.book
        return list(usage.events(book.id, meter, start, end, cutoff=cutoff, zone=book.zone))

    needed = evidence_needed(work.book)
    claims = events(CREDIT_CLAIM, CLAIM_REACH) if CREDIT_CLAIM in needed else []
    return events(DOWNTIME, EVIDENCE_REACH), claims


def _past(work: Sequence[Work], reader: Reader) -> dict[str, Past]:
    """The runs and documents of each lease's scope, and of the month before it."""
    if not work:
        return {}
    ids = [each.book.id for each in work]
    runs: dict[str, dict[str, RatingRun]] = defaultdict(dict)
    issued: dict[str, list[Issued]] = defaultdict(list)
    first = min(each.book.grid.labels[max(each.scope.first - 1, 0)] for each in work)
    for run in reader.runs(leases=ids, from_period=first):
        runs[run.lease][run.period] = run
    home = min(each.book.grid.labels[each.scope.home] for each in work)
    for document in reader.documents(leases=ids, from_period=home):
        issued[document.document.lease].append(document)
    return {lease: Past(runs[lease], issued[lease]) for lease in ids}


def _settled(work: Work, done: Closed, past: Past, kept: HeldMoney | None) -> list[Document]:
    """The documents, with what deposit and prepayment pay of them.

    Both as they were received, less what earlier documents drew of them.
    """
    agreed = work.book.lease.deposit is not None or work.book.lease.prepayment is not None
    if kept is None or not agreed:
        return list(done.documents)
    left = kept.prepayments - kept.prepaid
    held = Held(kept.deposits - kept.set_off, left, kept.prepayments)
    return settled(
        work.book, done.documents, held=held, course=work.course, scope=work.scope, past=past
    )


def _stand(reader: Reader, order: Order, leases: Sequence[LeaseRecord], closing: Closing) -> None:
    """Everything that stands for the month, whenever it was issued."""
    if order.is_draft:
        return
    fresh = {each.number for each in closing.issued}
    standing = reader.documents(leases=[lease.id for lease in leases], period=order.period)
    closing.issued = sorted(
        [*(each for each in standing if each.number not in fresh), *closing.issued],
        key=lambda each: each.number,
    )
    runs = reader.runs(period=order.period, leases=[lease.id for lease in leases])
    closing.is_known = bool(runs)
    if runs:
        closing.cutoff = max(run.cutoff for run in runs)
