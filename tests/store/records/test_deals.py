"""Deals are kept as they were written, version after version."""

import pytest

from lessor.core.issue import FaultsError
from lessor.store.records.records import Records
from tests.store.records.samples import NOW


def save(records: Records, text: str, *, name="b300", after=0, who="ann", note=""):
    with records.writing(who=who, at=NOW) as writer:
        return writer.add_deal_version(name, text, note=note, after=after)


def test_every_version_is_kept_and_the_newest_is_listed(records: Records):
    save(records, "first\n")
    save(records, "second: 算力\r\n", after=1, who="bob", note="a lower rent")
    save(records, "other\n", name="a deal")
    with records.reading() as reader:
        assert [(each.name, each.number) for each in reader.deals()] == [("a deal", 1), ("b300", 2)]
        first, second = reader.deal_versions("b300")
        assert reader.deal_versions("none") == []
    assert (first.number, first.text, first.saved_by, first.note) == (1, "first\n", "ann", "")
    assert (second.number, second.text, second.saved_by) == (2, "second: 算力\r\n", "bob")
    assert (second.note, second.saved_at) == ("a lower rent", NOW)


def test_a_version_made_from_an_older_one_is_refused(records: Records):
    save(records, "first\n")
    save(records, "second\n", after=1)
    for after in (0, 1, 3):
        with pytest.raises(FaultsError) as refused:
            save(records, "lost\n", after=after)
        assert [issue.code for issue in refused.value.issues] == ["records-changed"]
    with records.reading() as reader:
        assert len(reader.deal_versions("b300")) == 2


def test_the_audit_trail_says_who_saved_what(records: Records):
    save(records, "first\n", note="why")
    with records.reading() as reader:
        (change,) = reader.audit("b300")
    assert (change.who, change.what, change.after[0]) == ("ann", "deal saved", 1)
    assert len(change.after[1]) == 64


def test_the_version_that_leases_were_booked_from_last_is_known(records: Records):
    first = save(records, "first\n")
    save(records, "second\n", after=1)
    other = save(records, "other\n", name="a deal")
    with records.reading() as reader:
        assert reader.booked_deals() == []
    with records.writing(who="ann", at=NOW) as writer:
        writer.note_booked(writer.deal_versions("b300")[1])
        writer.note_booked(first)
        writer.note_booked(other)
    save(records, "third\n", after=2)
    with records.reading() as reader:
        booked = [(each.name, each.number, each.text) for each in reader.booked_deals()]
    assert booked == [("a deal", 1, "other\n"), ("b300", 1, "first\n")]
