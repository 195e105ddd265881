"""Deals are kept by a name that an address can hold, and booking a deal keeps its text."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from lessor.app.asking import Asker
from lessor.app.commands.book import BookRequest, book
from lessor.app.deals import NAME_MAX, DealToKeep, deal_name, keep_deal, kept_deal
from lessor.core.issue import FaultsError
from lessor.store.records.records import Records
from lessor.terms.source import FileText
from tests.app.kept_store import NOW, RENTED, make_store

ASKER = Asker("ann", datetime(2026, 6, 1, 9, tzinfo=UTC))
SETS = ("leases.a.charges.base.amount=70_000",)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("B300 cluster, 10,000 cards", "b300-cluster-10-000-cards"),
        ("../../etc/passwd", "etc-passwd"),
        ("a?b#c&d=e%20", "a-b-c-d-e-20"),
        ("算力租赁（一期）", "算力租赁-一期"),
        ("STRASSE ß", "strasse-ss"),
        ("__-", "deal"),
        ("New!", "new-deal"),
        ("", "deal"),
        ("x" * 99, "x" * NAME_MAX),
        ("x" * (NAME_MAX - 1) + " y", "x" * (NAME_MAX - 1)),
    ],
)
def test_a_name_that_an_address_can_hold(title, name):
    assert deal_name(title) == name
    assert deal_name(name) == name


def versions(home, name="rent-and-tokens"):
    with Records.open(home.records_url) as records, records.reading() as reader:
        return reader.deal_versions(name)


def test_the_same_text_is_kept_once(tmp_path):
    home = make_store(tmp_path / "store")
    with Records.open(home.records_url) as records:
        for text in ("a", "a", "b", "b", "a"):
            with records.writing(who="ann", at=NOW) as writer:
                keep_deal(writer, DealToKeep("one", text))
        with records.reading() as reader:
            assert kept_deal(reader, "one", 2).text == "b"
            with pytest.raises(FaultsError):
                kept_deal(reader, "one", 4)
    assert [(each.number, each.text) for each in versions(home, "one")] == [
        (1, "a"),
        (2, "b"),
        (3, "a"),
    ]


def test_booking_keeps_the_text_of_the_file_as_it_was_booked(tmp_path):
    home = make_store(tmp_path / "store")
    path = tmp_path / "deal.yaml"
    path.write_text(RENTED, encoding="utf-8")
    for sets in ((), (), SETS):
        request = BookRequest(ASKER, sets=sets, from_beginning=True)
        assert book(str(path), str(home.folder), request).exit_code == 0
    first, second = versions(home)
    assert (first.text, first.saved_by) == (RENTED, "ann")
    assert second.text == RENTED.replace("69_000", "70_000")


def test_a_deal_that_is_kept_is_booked_under_its_name(tmp_path):
    home = make_store(tmp_path / "store")
    request = BookRequest(ASKER)
    assert book(FileText("mine.yaml", RENTED), str(home.folder), request).exit_code == 0
    assert [each.text for each in versions(home, "mine")] == [RENTED]
    assert versions(home) == []


def test_a_deal_that_is_not_booked_is_not_kept(tmp_path):
    home = make_store(tmp_path / "store")
    path = Path(tmp_path / "deal.yaml")
    path.write_text(RENTED, encoding="utf-8")
    assert book(str(path), str(home.folder), BookRequest(ASKER, leases=["b"])).exit_code == 2
    assert versions(home) == []
