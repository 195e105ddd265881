"""A month is invoiced once, whoever closes it at the same time; a void lets it be once more."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from lessor.books.documents import Before, Issued
from lessor.core.issue import FaultsError
from lessor.store.records.records import Records
from lessor.store.records.standing import billed_so_far
from tests.store.records.samples import INVOICE_DATE, NOW, book, document, issue, lease, line

BEFORE = Before(Decimal(1), Decimal("100.00"), Decimal("100.00"))


def void(records: Records, number: str, invoice_date: date = INVOICE_DATE) -> Issued:
    with records.writing(who="ann", at=NOW) as writer:
        return writer.void(number, invoice_date)


def kept(records: Records) -> list[Issued]:
    with records.reading() as reader:
        return reader.documents()


def note(amount: str, before: Before = BEFORE):
    lines = [line(amount, before=before)]
    return document(lease(), lines, kind="debit_note", corrects="ACME-2026-000001")


def test_the_second_closer_gets_the_first_ones_invoice(records: Records):
    a, b = lease("a"), lease("b")
    book(records, a, b)
    (first,) = issue(records, document(a))
    # More was used by then: what is issued stands all the same.
    again, other = issue(records, document(a, [line("250.00")]), document(b))
    assert again == first
    assert other.number == "ACME-2026-000002"
    assert kept(records) == [first, other]


def test_closers_at_once_issue_each_month_once(records: Records):
    leases = [lease(str(place)) for place in range(20)]
    book(records, *leases)
    at_once = threading.Barrier(4)

    def close(_: int) -> list[Issued]:
        at_once.wait()
        return issue(records, *(document(of) for of in leases))

    with ThreadPoolExecutor(4) as threads:
        given = list(threads.map(close, range(4)))
    assert given == [kept(records)] * 4
    assert len(given[0]) == 20


def test_the_database_itself_refuses_a_second_invoice(records: Records):
    book(records, lease())
    with pytest.raises(IntegrityError):
        issue(records, document(lease()), document(lease()))
    assert kept(records) == []


def test_a_void_takes_every_line_back(records: Records):
    book(records, lease())
    lines = [line("100.00"), line("-0.05", charge="credit", unrounded="-0.0499")]
    given = document(lease(), lines)._replace(prepaid=Decimal("3.00"), set_off=Decimal("4.00"))
    (issued,) = issue(records, given)
    voided = void(records, issued.number, date(2027, 1, 5))
    assert (voided.number, voided.voids, voided.run) == ("ACME-2027-000001", issued.number, 1)
    taken = voided.document
    assert (taken.kind, taken.corrects, taken.period) == ("credit_note", issued.number, "2026-06")
    assert (taken.net, taken.total) == (Decimal("-99.95"), Decimal("-99.95"))
    assert (taken.prepaid, taken.set_off) == (Decimal("-3.00"), Decimal("-4.00"))
    assert [each.amount for each in taken.lines] == [Decimal("-100.00"), Decimal("0.05")]
    assert taken.lines[0].before == BEFORE
    assert set(billed_so_far([issued, voided]).values()) == {Before(*[Decimal(0)] * 3)}
    assert kept(records) == [issued, voided]


def test_a_void_month_is_invoiced_again_and_again(records: Records):
    book(records, lease())
    for place in range(3):
        (issued,) = issue(records, document(lease()))
        assert issued.number == f"ACME-2026-{2 * place + 1:06d}"
        assert issue(records, document(lease())) == [issued]
        void(records, issued.number)


def test_what_is_void_is_not_voided_again(records: Records):
    book(records, lease())
    (issued,) = issue(records, document(lease()))
    voided = void(records, issued.number)
    for number, code in (
        (issued.number, "already-void"),
        (voided.number, "already-void"),
        ("ACME-2026-000009", "unknown-document"),
    ):
        with pytest.raises(FaultsError) as refused:
            void(records, number)
        assert [issue.code for issue in refused.value.issues] == [code]
    assert kept(records) == [issued, voided]


def test_a_void_takes_the_notes_that_stand_with_it(records: Records):
    book(records, lease())
    (invoice,) = issue(records, document(lease()))
    (more,) = issue(records, note("20.00"))
    (less,) = issue(records, note("-5.00", Before(Decimal(2), Decimal("120.00"), Decimal(120))))
    undone = void(records, less.number)
    assert (undone.document.kind, undone.document.total) == ("debit_note", Decimal("5.00"))
    whole = void(records, invoice.number)
    assert [each.amount for each in whole.document.lines] == [Decimal("-100.00"), Decimal("-20.00")]
    assert whole.document.taxes[0].base == Decimal("-120.00")
    standing = billed_so_far([invoice, more, less, undone, whole]).values()
    assert [each.amount for each in standing] == [Decimal(0)]


def test_a_note_that_went_with_its_invoice_is_not_voided_again(records: Records):
    book(records, lease())
    (invoice,) = issue(records, document(lease()))
    (more,) = issue(records, note("20.00"))
    whole = void(records, invoice.number)
    with pytest.raises(FaultsError) as refused:
        void(records, more.number)
    assert [issue.code for issue in refused.value.issues] == ["already-void"]
    assert whole.number in refused.value.issues[0].message
    # Neither is a note made on what is void by now.
    late = document(lease(), [line("5.00")], kind="debit_note", corrects=invoice.number)
    with pytest.raises(FaultsError) as refused:
        issue(records, late)
    assert [issue.code for issue in refused.value.issues] == ["records-changed"]


def test_a_credit_note_is_taken_back_by_a_debit_note(records: Records):
    book(records, lease())
    issue(records, document(lease()))
    (credit,) = issue(records, note("-5.00")._replace(kind="credit_note"))
    undone = void(records, credit.number)
    assert (undone.document.kind, undone.document.total) == ("debit_note", Decimal("5.00"))


def test_a_note_is_issued_once(records: Records):
    book(records, lease())
    issue(records, document(lease()))
    (first,) = issue(records, note("20.00"))
    assert issue(records, note("20.00")) == [first]
    assert len(kept(records)) == 2


def test_a_note_from_amounts_that_stand_no_more_is_refused(records: Records):
    book(records, lease("b"), lease())
    issue(records, document(lease()))
    issue(records, note("20.00"))
    with pytest.raises(FaultsError) as refused:
        issue(records, document(lease("b")), note("30.00"))
    assert [issue.code for issue in refused.value.issues] == ["records-changed"]
    assert len(kept(records)) == 2


def test_an_invoice_and_its_note_in_one_batch(records: Records):
    book(records, lease())
    nothing = Before(Decimal(0), Decimal(0), Decimal(0))
    given = issue(records, document(lease()), note("20.00", nothing)._replace(period="2026-05"))
    assert [issued.number for issued in given] == ["ACME-2026-000001", "ACME-2026-000002"]


def test_an_invoice_below_zero_is_numbered_with_the_others_and_taken_back_by_a_debit_note(
    records: Records,
):
    book(records, lease())
    below = document(lease(), [line("-8.00")])
    (first,) = issue(records, below)
    (again,) = issue(records, below)
    assert (first, first.document.kind, first.document.called) == (again, "invoice", "credit_note")
    undone = void(records, first.number)
    assert (undone.document.kind, undone.document.total) == ("debit_note", Decimal("8.00"))
    assert [first.number, undone.number] == ["ACME-2026-000001", "ACME-2026-000002"]
