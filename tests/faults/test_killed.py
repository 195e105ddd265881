"""kill -9 at one point after another: nothing lost, nothing counted twice, no number skipped."""

import json
from datetime import date

from lessor.app.doctor import Orders, examine
from lessor.store.home import open_home
from tests.app.kept_store import NOW, book, close, make_store, use
from tests.faults.conftest import THOROUGH
from tests.faults.taken import batches_in

MAKES, INGESTS, LOADS, CLOSES = (
    ((60, 2), (400, 1), (200, 2), (200, 1)) if THOROUGH else ((5, 17), (16, 11), (6, 60), (8, 13))
)
"""Points killed, and the stride between the steps that are tried."""


def test_a_store_whose_making_was_killed_is_made_by_the_next_init(tmp_path, crashing):
    points, stride = MAKES
    told = json.loads(crashing("making", tmp_path, points, 1, stride))
    assert told["killed"] >= points * 3 // 4
    # Some died before its settings were there, which are what makes it a store.
    assert told["new"] == ["False", "True"]


def test_a_killed_ingest_or_compaction_keeps_what_was_answered_once(tmp_path, crashing):
    pattern = make_store(tmp_path / "store")
    book(pattern, copies=2)
    points, stride = INGESTS
    told = json.loads(crashing("ingesting", pattern.folder, tmp_path / "copy", points, 1, stride))
    assert told["killed"] >= points * 3 // 4
    home = open_home(tmp_path / "copy", {})
    assert batches_in(home, told["batches"]) == told["batches"]
    examination = examine(home, Orders(True, True, "ann", NOW))
    assert {issue.code for issue in examination.issues} <= {"left-over"}
    assert not examine(home, Orders(False, True, "ann", NOW)).issues


def test_a_killed_load_of_a_file_is_gone_on_with_and_no_row_is_set_aside_twice(tmp_path, crashing):
    home = make_store(tmp_path / "store")
    book(home, copies=2)
    points, stride = LOADS
    told = json.loads(crashing("loading", home.folder, tmp_path / "copy", points, 1, stride))
    assert told["killed"] >= points * 3 // 4
    # Some died before the first batch, some behind it: those need not take it again.
    assert told["gone_on_from"][0] == 0 and len(told["gone_on_from"]) > 1


def test_a_killed_close_goes_on_to_the_same_documents_without_a_gap(tmp_path, crashing):
    home = make_store(tmp_path / "store")
    leases = book(home, copies=6)
    for number, lease in enumerate(leases):
        use(home, lease, date(2026, 1, 20), 60_000_000, number=number)
    close(home, "2026-01")
    # January needs a note of each now, and February an invoice.
    for number, lease in enumerate(leases, start=100):
        use(home, lease, date(2026, 1, 21), 10_000_000 + number, number=number)
        use(home, lease, date(2026, 2, 21), 90_000_000 + number, number=100 + number)
    points, stride = CLOSES
    told = json.loads(crashing("closing_killed", home.folder, tmp_path / "copy", points, 1, stride))
    assert told["killed"] >= points * 3 // 4
    # Some died before the first group was kept, some behind it.
    assert told["left"][0] == 6 and len(told["left"]) > 1
