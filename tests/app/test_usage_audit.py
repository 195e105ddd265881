"""`lessor usage audit` and `conflicts`: all that was accepted is accounted for, or it is told."""

from pathlib import Path
from typing import Any

import pytest

from lessor.app.commands.usage_audit import usage_audit
from lessor.app.commands.usage_conflicts import usage_conflicts
from lessor.app.commands.usage_load import Asked, usage_load
from lessor.books.runs import RatingRun
from lessor.store.records.records import Records
from lessor.store.usage.catalogue import UsageStore
from tests.app.usage_store import AT, event, lease, made, ndjson, totals


@pytest.fixture
def home(tmp_path: Path):
    return made(tmp_path / "store")


@pytest.fixture
def load(home, tmp_path):
    """Loads events."""

    def load(*events):
        path = ndjson(tmp_path / "events.ndjson", events)
        found = usage_load(Asked((str(path),), str(home.folder)))
        assert found.document["rejected"] == 0
        return found

    return load


@pytest.fixture
def close(home):
    """Keeps a rating run of a month up to now."""

    def close(name="code", period="2026-06"):
        with UsageStore.open(home.usage_folder) as store:
            cutoff = store.cutoff()
        run = RatingRun(name, period, cutoff, 1, "{}")
        with Records.open(home.records_url) as records, records.writing(who="ann", at=AT) as writer:
            writer.keep_runs([run])

    return close


@pytest.fixture
def audit(home):
    """The audited rows: (lease, meter, day) to accepted, rated, pending, void."""

    def audit():
        found = usage_audit(str(home.folder))
        assert (found.exit_code, found.issues) == (0, ())
        rows: Any = found.document["rows"]
        figures = ("accepted", "rated", "pending", "void")
        return {
            (row["lease"], row["meter"], row["day"]): tuple(int(row[name]) for name in figures)
            for row in rows
        }

    return audit


DAY = ("code", "tokens_in", "2026-06-15")


def test_nothing_is_even(audit):
    assert audit() == {}


def test_usage_is_pending_until_its_month_is_closed(load, close, audit):
    load(event("a", 5), event("b", 6, subject="conversation"))
    other = ("conversation", "tokens_in", "2026-06-15")
    assert audit() == {DAY: (5, 0, 5, 0), other: (6, 0, 6, 0)}
    close()
    assert audit() == {DAY: (5, 5, 0, 0), other: (6, 0, 6, 0)}
    close(period="2026-07")
    assert audit()[DAY] == (5, 5, 0, 0)


def test_what_comes_late_is_pending_until_the_month_is_rated_again(load, close, audit):
    load(event("a", 5))
    close()
    load(event("b", 7))
    assert audit() == {DAY: (12, 5, 7, 0)}
    close()
    assert audit() == {DAY: (12, 12, 0, 0)}


def test_what_is_taken_back_is_void_whether_before_or_after_the_close(load, close, audit):
    load(event("a", 5), event("b", 7), event("-b", 0, voids="b"))
    assert audit() == {DAY: (12, 0, 5, 7)}
    close()
    assert audit() == {DAY: (12, 5, 0, 7)}
    load(event("+a", 50, amends="a", time="2026-06-20T08:00:00Z"))
    later = ("code", "tokens_in", "2026-06-20")
    assert audit() == {DAY: (12, 5, -5, 12), later: (50, 0, 50, 0)}
    close()
    assert audit() == {DAY: (12, 0, 0, 12), later: (50, 50, 0, 0)}


def test_a_void_that_comes_before_its_event_leaves_nothing_to_rate(load, close, audit):
    load(event("-a", 0, voids="a"))
    close()
    load(event("a", 5))
    assert audit() == {DAY: (5, 0, 0, 5)}


def test_days_and_months_are_those_of_the_lease(load, close, audit):
    load(
        event("last", 1, time="2026-06-30T15:59:59Z"),
        event("next", 2, time="2026-06-30T16:00:00Z"),
        event("first", 4, time="2026-05-31T16:00:00Z"),
    )
    close()
    assert audit() == {
        ("code", "tokens_in", "2026-06-01"): (4, 4, 0, 0),
        ("code", "tokens_in", "2026-06-30"): (1, 1, 0, 0),
        ("code", "tokens_in", "2026-07-01"): (2, 0, 2, 0),
    }


def test_corrections_that_went_astray_are_told(home, load):
    load(event("a", 5), event("b", 6, voids="nowhere"))
    load(event("c", 7, subject="conversation", amends="a"))
    found = usage_audit(str(home.folder))
    assert (found.exit_code, [each.code for each in found.issues]) == (0, ["correction-astray"] * 2)
    lost, foreign = (each.message for each in found.issues)
    assert lost == "corrections name events that never came: b of code corrects nowhere"
    assert foreign.endswith("c (conversation, tokens_in) names a of code, tokens_in")


def test_what_no_charge_asks_for_is_a_part_of_what_was_rated(home, load, close):
    load(
        event("a", 5),
        event("b", 7, type="gpu_seconds", unit="gpu_second"),
        event("c", 11, time="2026-05-20T08:00:00Z"),
    )
    close()
    rows: Any = usage_audit(str(home.folder)).document["rows"]
    found = {row["meter"]: (row["rated"], row["uncharged"]) for row in rows if row["rated"] != "0"}
    assert found == {"tokens_in": ("5", "0"), "gpu_seconds": ("7", "7")}


def test_a_zone_that_is_half_an_hour_off_adds_up_too(home, load, close, audit):
    with Records.open(home.records_url) as records, records.writing(who="ann", at=AT) as writer:
        writer.add_leases([(lease("kolkata", "Asia/Kolkata"), ())])
    load(
        event("a", 1, subject="kolkata", time="2026-06-30T18:29:00Z"),
        event("b", 2, subject="kolkata", time="2026-06-30T18:31:00Z"),
    )
    close("kolkata")
    found = audit()
    assert sum(accepted for accepted, *_ in found.values()) == 3


def test_segments_count_as_what_is_hot(home, load, close, audit):
    load(event("a", 5), event("b", 7))
    close()
    load(event("c", 1, time="2026-06-16T08:00:00Z"), event("-a", 0, voids="a"))
    before = audit()
    with UsageStore.open(home.usage_folder) as store:
        assert store.compact() == 4
    load(event("a", 5))
    assert audit() == before


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE deltas SET quantity = quantity + 1 WHERE lease = 'code'", "not rated 6"),
        ("DELETE FROM deltas", "accepted 5 is not rated 0 + pending 0 + void 0"),
        ("DELETE FROM hot", "events add up to 0, not 5"),
        ("DELETE FROM corrections", "accepted 16 is not rated 0 + pending 7 + void 0"),
        ("UPDATE hot SET quantity = 500 WHERE id = 'a'", "of events, 500 were there to be rated"),
    ],
)
def test_what_does_not_add_up_fails_loudly(home, load, close, statement, told):
    load(event("a", 5), event("b", 9, subject="conversation"))
    load(event("+b", 7, amends="b", subject="conversation"))
    close()
    with UsageStore.open(home.usage_folder) as store:
        store.connection.execute(statement)
    found = usage_audit(str(home.folder))
    assert found.exit_code == 2
    assert {issue.code for issue in found.issues} == {"usage-unbalanced"}
    assert any(told in issue.message for issue in found.issues), found.issues
    assert found.document["rows"] is not None


def test_many_faults_are_told_in_part(home, load):
    load(*(event(str(n), 1, time=f"2026-06-{n:02d}T08:00:00Z") for n in range(1, 31)))
    with UsageStore.open(home.usage_folder) as store:
        store.connection.execute("UPDATE deltas SET quantity = 3")
    found = usage_audit(str(home.folder))
    assert len(found.issues) == 21
    assert found.issues[-1].message == "and 40 more"


@pytest.mark.parametrize(("keep", "total"), [("first", 5), ("second", 6)])
def test_a_conflict_is_settled_by_who_knows(home, load, keep, total):
    load(event("a", 5))
    load(event("a", 6))
    found = usage_conflicts(str(home.folder))
    conflicts: Any = found.document["conflicts"]
    (told,) = conflicts
    assert (told["id"], told["quantity"], told["lease"]) == ("a", 6, "code")
    warned = usage_audit(str(home.folder))
    assert (warned.exit_code, [issue.code for issue in warned.issues]) == (0, ["conflicts-open"])
    settled = usage_conflicts(str(home.folder), resolve=told["conflict"], keep=keep)
    assert (settled.exit_code, settled.document["conflicts"]) == (0, [])
    assert totals(home) == {("code", "tokens_in"): total}
    assert usage_audit(str(home.folder)).issues == ()
    again = usage_conflicts(str(home.folder), resolve=told["conflict"], keep=keep)
    assert again.exit_code == 0
    other = {"first": "second", "second": "first"}[keep]
    refused = usage_conflicts(str(home.folder), resolve=told["conflict"], keep=other)
    assert [issue.code for issue in refused.issues] == ["conflict-resolved"]
    assert totals(home) == {("code", "tokens_in"): total}


def test_a_conflict_whose_first_is_void_cannot_be_turned(home, load):
    load(event("a", 5))
    load(event("a", 6), event("-a", 0, voids="a"))
    refused = usage_conflicts(str(home.folder), resolve=1, keep="second")
    assert [issue.code for issue in refused.issues] == ["conflict-overtaken"]
    assert "amended or voided" in refused.issues[0].message
    assert usage_conflicts(str(home.folder), resolve=1, keep="first").exit_code == 0


def test_what_is_asked_of_conflicts_must_make_sense(home):
    folder = str(home.folder)
    for asked in ({"resolve": 1}, {"keep": "first"}, {"resolve": 1, "keep": "both"}):
        found = usage_conflicts(folder, **asked)
        assert [issue.code for issue in found.issues] == ["choice-of-one"]
    found = usage_conflicts(folder, resolve=1, keep="first")
    assert [issue.code for issue in found.issues] == ["unknown-conflict"]
