"""What the page of the book shows: each figure against one that was worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from lessor.app.shown.attention import Matter, matters_of
from lessor.app.shown.contracted import by_state, standings
from lessor.app.shown.kept import Kept, kept_of
from lessor.app.shown.lenders import lender_rows, read_deal
from lessor.app.shown.next_dates import next_dates
from lessor.app.shown.revenue import revenue_by_month
from lessor.app.shown.utilisation import utilisation
from lessor.core.issue import Severity
from lessor.store.home import Home
from lessor.store.records.records import Records
from lessor.store.usage.catalogue import UsageStore
from lessor.terms.lease_state import LeaseState
from tests.app.kept_store import book, close, event, make_store, take

PLAIN = """
format: lessor/1
deal: Plain
lessor: Acme Compute
currency: CNY
closing_date: 2026-01-01
leases:
  served:
    lessee: Model company
    capacity: {model: HGX-B200-8, quantity: 4}
    events: {signed: 2026-01-01, accepted: 2026-01-01}
    term: 12 months
    billing: {due_days: 15}
    charges:
      base: {kind: base_rent, amount: 1000, per: server_month}
  waiting:
    lessee: Other company
    capacity: {model: HGX-B200-8, quantity: 2}
    events: {signed: 2026-02-01, expected_acceptance: 2026-07-01}
    term: 6 months
    charges:
      base: {kind: base_rent, amount: 500, per: server_month}
"""
RENT = "      base: {kind: base_rent, amount: 1000, per: server_month}\n"
HOURS = "      time: {kind: usage, meter: gpu_seconds, per: gpu_hour, price: 1}\n"
PLAN = "    term: 12 months\n    usage: {utilisation: 50%}\n"
METERED = PLAIN.replace(RENT, RENT + HOURS).replace("    term: 12 months\n", PLAN)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_store(tmp_path / "store")


def kept(home: Home) -> Kept:
    with Records.open(home.records_url) as records, records.reading() as reader:
        return kept_of(reader)


def kinds(found: tuple[Matter, ...]) -> set[str]:
    return {each.kind for each in found}


def test_an_empty_store_shows_nothing(home):
    found = kept(home)
    assert by_state(standings(found.books.values(), date(2026, 6, 1)).values()) == ()
    assert revenue_by_month(found, date(2026, 6, 1)) == {}
    assert matters_of(found, [], date(2026, 6, 1)) == ()
    assert next_dates(found, [], date(2026, 6, 1)) == ()
    with UsageStore.open(home.usage_folder, read_only=True) as usage:
        assert utilisation(found, usage, date(2026, 6, 1)).months == ()


def test_backlog_is_told_apart_by_state(home):
    book(home, PLAIN)
    rows = by_state(standings(kept(home).books.values(), date(2026, 4, 16)).values())
    by_name = {row.state: row for row in rows}
    served, waiting = by_name[LeaseState.IN_SERVICE], by_name[LeaseState.SIGNED]
    # 4 servers at 1000: 8 whole months and half of April are left.
    assert served.backlog == {"CNY": Decimal(4000) * 8 + Decimal(2000)}
    assert served.gpus == 32
    assert waiting.backlog == {"CNY": Decimal(2 * 500 * 6)}
    assert waiting.gpus == 16


def test_what_ended_leaves_no_backlog(home):
    book(home, PLAIN)
    rows = by_state(standings(kept(home).books.values(), date(2027, 1, 1)).values())
    ended = next(row for row in rows if row.state is LeaseState.ENDED)
    assert ended.backlog == {}


def test_revenue_is_planned_and_billed_by_month_of_service(home):
    book(home, PLAIN)
    close(home, "2026-01")
    close(home, "2026-02")
    months = {row.period: row for row in revenue_by_month(kept(home), date(2026, 4, 1))["CNY"]}
    assert months["2026-02"].plan == months["2026-02"].billed == 4000
    assert (months["2026-03"].billed, months["2026-03"].awaiting) == (None, 1)
    # From July the second lease is planned too: 2 servers at 500.
    assert months["2026-07"].plan == 5000
    assert list(months) == [f"2026-{month:02d}" for month in range(1, 13)]
    assert sum(row.plan for row in months.values()) == 12 * 4000 + 6 * 1000


def test_what_is_only_expected_is_planned_to_its_own_end(home):
    text = PLAIN.replace("term: 6 months", "term: 60 months")
    book(home, text)
    months = revenue_by_month(kept(home), date(2026, 4, 1))["CNY"]
    assert (months[-1].period, months[-1].plan) == ("2031-06", Decimal(1000))
    assert max(row.plan for row in months) == 5000


def test_hours_are_reserved_and_used(home):
    book(home, METERED)
    moment = datetime(2026, 2, 10, 12, tzinfo=UTC)
    line = event(1, "served", moment, 3600 * 8 * 4 * 336).replace("tokens_out", "gpu_seconds")
    take(home, [line.replace('"token"', '"gpu_second"')], at=moment)
    with UsageStore.open(home.usage_folder, read_only=True) as usage:
        found = utilisation(kept(home), usage, date(2026, 3, 1))
    january, february = found.months
    assert january.reserved == 32 * 31 * 24
    assert (january.used_share, january.reserved_share) == (None, Decimal(1))
    assert february.reserved == 32 * 28 * 24
    assert february.used_share == Decimal("0.5")


def test_what_waits_and_what_is_late_needs_attention(home):
    book(home, PLAIN)
    close(home, "2026-01")
    close(home, "2026-02", is_draft=True)
    found = matters_of(kept(home), [], date(2026, 4, 1))
    overdue = next(each for each in found if each.kind == "document-overdue")
    assert (overdue.amount, overdue.day) == (Decimal("4000.00"), date(2026, 2, 16))
    assert found[0] == overdue
    waiting = [(each.subject, each.many) for each in found if each.kind == "month-awaiting"]
    assert waiting == [("2026-02", 2)]
    assert [each.subject for each in found if each.kind == "draft-unissued"] == ["2026-02"]
    assert "deal-missing" in kinds(found)
    assert "acceptance-late" not in kinds(found)


def test_acceptance_that_did_not_come_and_an_end_that_nears(home):
    book(home, PLAIN)
    found = matters_of(kept(home), [], date(2026, 8, 1))
    assert {"acceptance-late", "lease-expiring"} <= kinds(found)


def test_a_paid_document_is_not_overdue(home):
    from lessor.app.asking import Asker
    from lessor.app.commands.receive import ReceiveRequest, receive
    from tests.app.kept_store import NOW

    book(home, PLAIN)
    number = close(home, "2026-01").issued[0].number
    request = ReceiveRequest(
        "served", "4000", "invoice", "2026-02-10", "bank-1", Asker("ann", NOW), number
    )
    assert receive(str(home.folder), request).exit_code == 0
    assert "document-overdue" not in kinds(matters_of(kept(home), [], date(2026, 4, 1)))


def test_what_comes_next(home, root):
    book(home, PLAIN)
    close(home, "2026-01")
    deal = read_deal((root / "examples/spv-finance-lease/deal.yaml").read_text(encoding="utf-8"))
    found = next_dates(kept(home), [deal], date(2026, 2, 1))
    assert found == tuple(sorted(found, key=lambda each: each.day))
    by_kind = {each.kind: each for each in reversed(found)}
    assert by_kind["rent-due"].day == date(2026, 2, 16)
    assert by_kind["rent-due"].amount == Decimal("4000.00")
    assert by_kind["lease-end"].day == date(2027, 1, 1)
    assert by_kind["payment-due"].day == date(2026, 4, 1)
    assert by_kind["covenant-test"].subject == "lessee"


CREDIT = "      sla: {kind: service_credit, claim: 10 days, bands: [{below: 99%, credit: 10%}]}\n"
CREDITED = PLAIN.replace(RENT, RENT + CREDIT)


@pytest.mark.parametrize(("day", "is_open"), [(1, True), (10, True), (11, False)])
def test_a_claim_may_come_until_its_last_day(home, day, is_open):
    book(home, CREDITED)
    found = next_dates(kept(home), [], date(2026, 3, day))
    windows = [each for each in found if each.kind == "claim-window"]
    assert bool(windows) is is_open
    if is_open:
        assert (windows[0].period, windows[0].day) == ("2026-02", date(2026, 3, 10))


def test_borrowers_stand_as_their_plan_has_it(root):
    deal = read_deal((root / "examples/spv-finance-lease/deal.yaml").read_text(encoding="utf-8"))
    row = lender_rows([deal], date(2026, 6, 15))[0]
    assert (row.borrower, row.deal) == ("lessee", "Direct lease of a 300m framework")
    assert row.debt is not None and row.debt.day == date(2026, 6, 1)
    assert row.debt.ltv == pytest.approx(row.debt.debt / row.debt.collateral)
    assert row.cover is not None and row.cover.day == date(2026, 7, 1)
    covers = [cover.dscr for cover in deal.borrowers[0].covers if cover.day >= date(2026, 6, 15)]
    assert row.lowest is not None and row.lowest.dscr == min(covers)
    assert row.near is not None and row.near.headroom_share is not None


def test_a_covenant_that_fails_is_an_error(root):
    text = (root / "examples/spv-finance-lease/deal.yaml").read_text(encoding="utf-8")
    failing = read_deal(text.replace("level: 1.05", "level: 9.9"))
    kept_nothing = Kept((), (), {}, (), {})
    found = matters_of(kept_nothing, [failing], date(2025, 1, 1))
    assert [(each.kind, each.severity) for each in found] == [("covenant-failing", Severity.ERROR)]


def test_a_text_that_is_no_deal_is_told_and_not_raised():
    found = read_deal("format: lessor/1\ndeal: [")
    assert found.loaded is None and found.issues and found.borrowers == ()
