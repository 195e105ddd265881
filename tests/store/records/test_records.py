"""What is entered is read back as it was, on SQLite and on PostgreSQL alike."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from lessor.books.documents import Before, TaxLine
from lessor.core.issue import FaultsError
from lessor.store.records.records import Records
from lessor.store.records.rows import HeldMoney, LeaseVersion, Payment, Received
from tests.store.records.samples import NOW, book, document, issue, lease, line, run


def codes(refused: pytest.ExceptionInfo[FaultsError]) -> list[str]:
    return [issue.code for issue in refused.value.issues]


def test_leases_keep_every_version(records: Records):
    later = LeaseVersion(2, date(2027, 1, 1), {"rent": "90", "名": None}, "digest-2")
    with records.writing(who="ann", at=NOW) as writer:
        writer.add_lease(lease("b"), ["cost.power", "cost.water"])
        writer.add_lease(lease("a", "JPY"))
        writer.add_version("deal/b", later, ["cost.water", "cost.air"])
    with records.reading() as reader:
        amended = lease("b")._replace(versions=(*lease("b").versions, later))
        assert reader.leases() == [lease("a", "JPY"), amended]
        assert reader.leases(["deal/b", "deal/none"]) == [amended]
        assert reader.leases([]) == []
        assert reader.known() == (
            {"deal/a": "JPY", "deal/b": "CNY"},
            {"deal/a": frozenset(), "deal/b": frozenset({"cost.power", "cost.water", "cost.air"})},
        )


def test_the_order_of_terms_is_kept(records: Records):
    terms = {"z": 1, "a": {"y": "2", "b": []}}
    booked = lease()._replace(versions=(LeaseVersion(1, None, terms, ""),))
    book(records, booked)
    with records.reading() as reader:
        assert list(reader.leases()[0].versions[0].terms) == ["z", "a"]


def test_a_lease_is_booked_once(records: Records):
    book(records, lease("a"))
    with pytest.raises(FaultsError) as refused:
        book(records, lease("b"), lease("a"))
    assert codes(refused) == ["lease-booked"]
    with records.reading() as reader:
        assert [each.name for each in reader.leases()] == ["a"]


def test_two_amendments_from_one_reading_are_not_both_kept(records: Records):
    book(records, lease())
    second = LeaseVersion(2, None, {}, "")
    with records.writing(who="ann", at=NOW) as writer:
        writer.add_version("deal/anchor", second)
    with pytest.raises(FaultsError) as refused, records.writing(who="bob", at=NOW) as writer:
        writer.add_version("deal/anchor", second)
    assert codes(refused) == ["records-changed"]


def test_runs_are_the_latest_of_lease_and_month(records: Records):
    a, b = lease("a"), lease("b")
    book(records, a, b)
    with records.writing(who="ann", at=NOW) as writer:
        ids = writer.keep_runs(
            [run(b, "2026-06"), run(a, "2026-07"), run(a, "2026-06"), run(a, "2026-06", 9)]
        )
        # Rated again later, of an earlier month: not the last month's run.
        ids += writer.keep_runs([run(a, "2026-05", 10)])
    assert ids == [1, 2, 3, 4, 5]
    with records.reading() as reader:
        assert [each.id for each in reader.runs()] == [5, 4, 2, 1]
        assert reader.runs("2026-06", [a.id]) == [run(a, "2026-06", 9)._replace(id=4)]
        assert [each.id for each in reader.runs(leases=[b.id])] == [1]
        assert [each.id for each in reader.last_runs("2026-07")] == [4, 1]
        assert [each.id for each in reader.last_runs("2026-08", [a.id])] == [2]
        assert reader.last_runs("2026-05") == []
        assert reader.run(2) == run(a, "2026-07")._replace(id=2)
        with pytest.raises(KeyError):
            reader.run(6)


def test_documents_come_back_as_they_were_issued(records: Records):
    of = lease()
    book(records, of)
    lines = [
        line("12345678901234.56", unrounded="12345678901234.5549999999999"),
        line("-0.01", charge="credit", before=Before(Decimal("1E+3"), Decimal("0.10"), Decimal(0)))
        ._replace(price=None, quantity=Decimal("1E+21"), vat_rate=Decimal("0.060")),
    ]  # fmt: skip
    given = document(of, lines)._replace(
        taxes=(TaxLine(Decimal("0.060"), Decimal("1.00"), Decimal("0.06")),),
        prepaid=Decimal("3.00"),
        set_off=Decimal("4.00"),
    )
    (issued,) = issue(records, given)
    assert issued.number == "ACME-2026-000001"
    assert (issued.invoice_date, issued.due_date) == (date(2026, 7, 3), date(2026, 8, 2))
    with records.reading() as reader:
        (kept,) = reader.documents()
        assert kept == issued
        # Equal is not enough for numbers: 0.060 must not come back as 0.06.
        assert repr(kept.document.lines) == repr(given.lines)
        assert repr(kept.document.taxes) == repr(given.taxes)
        assert reader.run(issued.run).lease == of.id


@pytest.mark.parametrize(
    ("currency", "amount"),
    [("JPY", "1234567"), ("KWD", "-0.005"), ("CLF", "0.0001"), ("CNY", "92233720368547758.07")],
)
def test_money_keeps_every_unit_of_its_currency(records: Records, currency: str, amount: str):
    of = lease(currency=currency)
    book(records, of)
    exact = "-1234567890.123456789012345678"
    issue(records, document(of, [line(amount, unrounded=exact)]))
    with records.reading() as reader:
        kept = reader.documents()[0].document
        assert str(kept.total) == amount
        assert str(kept.lines[0].amount) == amount
        assert str(kept.lines[0].unrounded) == exact


def test_money_beyond_a_column_is_refused_whole(records: Records):
    book(records, lease())
    with pytest.raises(FaultsError) as refused:
        issue(records, document(lease(), [line("92233720368547758.08")]))
    assert codes(refused) == ["too-large"]
    with records.reading() as reader:
        assert reader.runs() == [] and reader.documents() == []


def test_documents_are_found_by_each_filter(records: Records):
    a, b = lease("a"), lease("b")
    book(records, a, b)
    issue(records, document(b), document(a), document(a, period="2026-07"))
    with records.reading() as reader:

        def found(**filters) -> list[str]:
            return [issued.number[-1] for issued in reader.documents(**filters)]

        assert found() == ["1", "2", "3"]
        assert found(lease=a.id) == ["2", "3"]
        assert found(leases=[a.id, b.id]) == ["1", "2", "3"]
        assert found(leases=[]) == []
        assert found(period="2026-06") == ["1", "2"]
        assert found(from_period="2026-07") == ["3"]
        assert found(number="ACME-2026-000002") == ["2"]
        assert found(number="ACME-2026-000009") == []
        assert found(lease=a.id, period="2026-06") == ["2"]


def test_drafts_are_replaced_and_dropped(records: Records):
    a, b = lease("a"), lease("b")
    book(records, a, b)
    full = document(a, [line(before=Before(Decimal(1), Decimal("2.00"), Decimal("2.001")))])
    with records.writing(who="ann", at=NOW) as writer:
        first = writer.put_drafts([(document(a), run(a)), (document(b), run(b))])
        second = writer.put_drafts([(full, run(a, cutoff=8))])
    assert set(first).isdisjoint(second)
    with records.reading() as reader:
        assert reader.drafts(lease=a.id) == [(second[0], full, run(a, cutoff=8))]
        assert [draft for draft, _, _ in reader.drafts("2026-06")] == [first[1], *second]
        assert reader.drafts("2026-07") == []
    with records.writing(who="ann", at=NOW) as writer:
        writer.drop_drafts(second)
        assert [draft for draft, _, _ in writer.drafts()] == [first[1]]
        third = writer.put_drafts([(document(a), run(a))])
        assert set(third).isdisjoint(first + second)
        assert writer.put_drafts([]) == []


def test_money_received_counts_once_by_its_reference(records: Records):
    book(records, lease("a", "JPY"))
    (issued,) = issue(records, document(lease("a", "JPY"), [line("500")]))
    deposit = Received("deal/a", "JPY", Decimal(345000), date(2026, 6, 1), "bank-1")
    payment = Payment("deal/a", "JPY", Decimal(500), date(2026, 7, 9), "bank-2", issued.number)
    for is_new in (True, False):
        with records.writing(who="ann", at=NOW) as writer:
            assert writer.add_deposit(deposit) is is_new
            assert writer.add_prepayment(deposit) is is_new
            assert writer.add_payment(payment) is is_new
            assert writer.add_payment(payment._replace(reference="bank-3", number="")) is is_new
    with records.reading() as reader:
        assert reader.deposits() == reader.prepayments("deal/a") == [deposit]
        assert reader.deposits("deal/b") == []
        assert reader.payments(number=issued.number) == [payment]
        assert [each.reference for each in reader.payments("deal/a")] == ["bank-2", "bank-3"]


def test_money_held_is_what_came_less_what_documents_drew(records: Records):
    a, b, c = lease("a"), lease("b", "JPY"), lease("c")
    book(records, a, b, c)
    given = document(a)._replace(prepaid=Decimal("30.00"), set_off=Decimal("0.01"))
    (issued, _) = issue(records, given, given._replace(period="2026-07"))
    with records.writing(who="ann", at=NOW) as writer:
        for lease_id, currency, amount in (
            (a.id, "CNY", "92233720368547758.07"),
            (a.id, "CNY", "-92233720368547000.00"),
            (b.id, "JPY", "500"),
        ):
            received = Received(lease_id, currency, Decimal(amount), date(2026, 6, 1), amount)
            writer.add_deposit(received)
        writer.add_prepayment(Received(a.id, "CNY", Decimal("90.00"), date(2026, 6, 1), "ahead"))
        drawn = HeldMoney(
            Decimal("758.07"), Decimal("90.00"), Decimal("0.02"), prepaid=Decimal("60.00")
        )
        nothing = Decimal(0)
        assert writer.held() == {a.id: drawn, b.id: (Decimal(500), nothing, nothing, nothing)}
        assert writer.held([b.id, c.id]).keys() == {b.id}
        writer.void(issued.number, date(2026, 7, 3))
        assert writer.held([a.id])[a.id] == drawn._replace(
            set_off=Decimal("0.01"), prepaid=Decimal("30.00")
        )


def test_more_leases_are_asked_for_than_a_statement_takes(records: Records):
    book(records, lease("a"), lease("b"))
    names = [f"deal/{place}" for place in range(70_000)]
    with records.reading() as reader:
        assert [each.name for each in reader.leases(["deal/b", *names, "deal/a"])] == ["a", "b"]


def test_money_received_is_refused_where_it_belongs_to_nothing(records: Records):
    book(records, lease("a"))
    payment = Payment("deal/a", "CNY", Decimal("5.00"), date(2026, 7, 9), "bank-2")
    with records.writing(who="ann", at=NOW) as writer:
        writer.add_payment(payment)
    for wrong, code in (
        (payment._replace(amount=Decimal("6.00")), "reference-taken"),
        (payment._replace(lease="deal/none"), "unknown-lease"),
        (payment._replace(currency="USD", reference="new"), "currency-of-lease"),
        (payment._replace(number="ACME-2026-000001", reference="new"), "unknown-document"),
    ):
        with pytest.raises(FaultsError) as refused, records.writing(who="ann", at=NOW) as writer:
            writer.add_payment(wrong)
        assert codes(refused) == [code]


def test_closings_are_listed(records: Records):
    with records.writing(who="ann", at=NOW) as writer:
        writer.add_closing("2026-06", cutoff=2**40, documents=3)
        writer.add_closing("2026-07", cutoff=2**41, documents=0)
    with records.reading() as reader:
        (closing,) = reader.closings("2026-06")
        assert closing == ("2026-06", 2**40, 3, NOW, "ann")
        assert len(reader.closings()) == 2


def test_every_change_is_in_the_audit_trail(records: Records):
    at = datetime(2026, 7, 3, 1, 2, 3, 456789, tzinfo=timezone(timedelta(hours=8)))
    with records.writing(who="bob", at=at) as writer:
        writer.add_lease(lease())
        writer.add_version("deal/anchor", LeaseVersion(2, None, {}, "digest-2"))
        ids = writer.keep_runs([run(lease())])
        writer.put_drafts([(document(lease()), run(lease()))])
        writer.drop_drafts([1])
        (issued,) = writer.issue([(document(lease()), ids[0])], date(2026, 7, 3))
        writer.void(issued.number, date(2026, 7, 4))
        received = Received("deal/anchor", "CNY", Decimal("5.00"), date(2026, 7, 9), "bank-2")
        writer.add_deposit(received)
        writer.add_prepayment(received)
        writer.add_payment(Payment(*received))
        writer.add_closing("2026-06", cutoff=7, documents=1)
    with records.reading() as reader:
        trail = reader.audit()
        assert [entry.what for entry in trail] == [
            *("lease booked", "lease amended", "months rated", "drafts put", "drafts dropped"),
            *("issued", "voided", "deposits received", "prepayments received"),
            *("payments received", "month closed"),
        ]
        assert {(entry.who, entry.at) for entry in trail} == {("bob", at.astimezone(UTC))}
        amended = reader.audit("deal/anchor")[1]
        assert [len(side["versions"]) for side in (amended.before, amended.after)] == [1, 2]
        voided = reader.audit(issued.number)[-1]
        assert voided.before["total"] == "100.00"
        assert voided.after["number"] == "ACME-2026-000002"


def test_a_time_without_a_zone_is_refused(records: Records):
    with (
        pytest.raises(AssertionError, match="time zone"),
        records.writing(who="ann", at=NOW.replace(tzinfo=None)),
    ):
        pass


def test_a_reader_sees_one_moment(records: Records):
    book(records, lease("a"))
    with records.reading() as reader:
        assert len(reader.leases()) == 1
        book(records, lease("b"))
        assert len(reader.leases()) == 1
    with records.reading() as reader:
        assert len(reader.leases()) == 2
