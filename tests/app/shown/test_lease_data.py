"""What the page of one lease shows: terms by the field table, capacity, documents, usage."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from lessor.app.shown.kept import Kept, kept_of
from lessor.app.shown.one_lease import OneLease, lease_rows, one_lease, usage_by_day
from lessor.store.home import Home
from lessor.store.records.records import Records
from lessor.store.usage.catalogue import UsageStore
from tests.app.kept_store import NOW, RENTED, book, close, make_store, use

LOTS = """
format: lessor/1
deal: Lots
currency: CNY
closing_date: 2026-01-01
assets:
  servers:
    model: HGX-H800-8
    quantity: 4
    cost: 1e6
    deliveries:
      - {date: 2026-01-01, quantity: 1}
      - {date: 2026-03-01, quantity: 3}
leases:
  a:
    lessee: A lab
    capacity: {asset: servers, quantity: 4}
    events: {signed: 2025-12-01, accepted: 2026-01-01, suspended: 2026-05-01, resumed: 2026-06-01}
    term: 12 months
    charges:
      base: {kind: base_rent, amount: 1000, per: server_month}
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_store(tmp_path / "store")


def shown(home: Home, lease: str, day: date) -> OneLease:
    with Records.open(home.records_url) as records, records.reading() as reader:
        found = one_lease(reader, kept_of(reader), lease, day)
    assert found is not None
    return found


def kept(home: Home) -> Kept:
    with Records.open(home.records_url) as records, records.reading() as reader:
        return kept_of(reader)


def test_a_lease_that_is_not_booked_is_none(home):
    with Records.open(home.records_url) as records, records.reading() as reader:
        assert one_lease(reader, kept_of(reader), "nobody", date(2026, 1, 1)) is None


def test_terms_carry_what_the_field_table_says_of_them(home):
    book(home, RENTED)
    terms = {(term.part, term.path): term for term in shown(home, "a", date(2026, 6, 1)).terms}
    rent = terms["lease", "charges.base.amount"]
    assert (rent.said, rent.unit) == ("69_000", "money")
    assert terms["lease", "charges.tokens.tiers[0].price"].said == "2"
    assert terms["lease", "billing.due_days"].unit == "days"
    assert terms["deal", "lessor"].said == "Acme Compute"
    assert all(term.meaning for term in terms.values()), [
        t for t in terms.values() if not t.meaning
    ]


def test_capacity_follows_lots_and_suspensions(home):
    book(home, LOTS)
    found = shown(home, "a", date(2026, 6, 1))
    steps = [(step.start, int(step.quantity), int(step.gpus or 0)) for step in found.capacity]
    assert steps == [
        (date(2026, 1, 1), 1, 8),
        (date(2026, 3, 1), 4, 32),
        (date(2026, 5, 1), 0, 0),
        (date(2026, 6, 1), 4, 32),
    ]
    assert found.capacity[-1].end == date(2027, 1, 1)


def test_events_are_told_in_order_and_what_is_to_come_as_such(home):
    book(home, LOTS)
    events = shown(home, "a", date(2026, 5, 10)).events
    assert [each.event for each in events] == [
        "signed",
        "accepted",
        "suspended",
        "resumed",
        "term_end",
    ]
    assert [each.is_expected for each in events] == [False, False, False, True, True]


def test_versions_say_who_booked_them_when(home):
    book(home, RENTED)
    (version,) = shown(home, "a", date(2026, 6, 1)).versions
    assert (version.number, version.booked_by, version.booked_at) == (1, "ann", NOW)


def test_documents_stand_with_what_is_open(home):
    book(home, RENTED)
    close(home, "2026-01")
    close(home, "2026-02", is_draft=True)
    found = shown(home, "a", date(2026, 4, 1))
    ((issued, still),) = found.issued
    assert still == issued.document.payable
    assert [draft.period for _, draft in found.drafts] == ["2026-02"]
    assert found.awaiting == ("2026-02", "2026-03")


def test_months_taken_back_wait_again(home):
    from lessor.app.asking import Asker
    from lessor.app.commands.invoice_void import invoice_void

    book(home, RENTED)
    number = close(home, "2026-01").issued[0].number
    assert "2026-01" not in shown(home, "a", date(2026, 3, 1)).awaiting
    done = invoice_void(str(home.folder), number, Asker("ann", NOW), reason="wrong")
    assert done.exit_code == 0
    assert "2026-01" in shown(home, "a", date(2026, 3, 1)).awaiting


def test_usage_is_summed_by_day_in_the_unit_that_is_rated(home):
    book(home, RENTED)
    use(home, "a", date(2026, 2, 3), 40, number=1)
    use(home, "a", date(2026, 2, 3), 2, number=2)
    use(home, "a", date(2026, 2, 5), 8, number=3)
    record = kept(home).books["a"]
    with UsageStore.open(home.usage_folder, read_only=True) as usage:
        found = usage_by_day(record, usage, today=date(2026, 3, 1), start=None, end=None)
        of_one_day = usage_by_day(
            record, usage, today=date(2026, 3, 1), start=date(2026, 2, 5), end=date(2026, 2, 6)
        )
    (tokens,) = found.meters
    assert tokens.days == ((date(2026, 2, 3), Decimal(42)), (date(2026, 2, 5), Decimal(8)))
    assert (tokens.total, tokens.unit) == (Decimal(50), "token")
    assert (found.first, found.last, found.end) == (
        date(2026, 2, 3),
        date(2026, 2, 5),
        date(2026, 2, 6),
    )
    assert of_one_day.meters[0].total == 8


def test_without_usage_there_is_nothing_by_day(home):
    book(home, RENTED)
    with UsageStore.open(home.usage_folder, read_only=True) as usage:
        found = usage_by_day(kept(home).books["a"], usage, today=NOW.date(), start=None, end=None)
    assert (found.meters, found.first, found.last) == ((), None, None)


def test_every_lease_is_listed_with_its_state(home):
    book(home, LOTS)
    ((record, standing, waiting),) = lease_rows(kept(home), datetime(2026, 3, 2, tzinfo=UTC).date())
    assert (record.id, standing.state.value, waiting) == ("a", "in_service", 2)
