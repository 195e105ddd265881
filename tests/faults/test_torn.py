"""A log that ends in the middle of a write, a full disk: what was answered is there, whole."""

import shutil

from lessor.app.doctor import Orders, examine
from lessor.store.home import open_home
from lessor.store.records.records import Records
from lessor.store.usage.catalogue import UsageStore
from lessor.store.usage.raw import raw_of_ndjson
from lessor.store.usage.take import BatchInfo
from tests.app.kept_store import NOW, book, close, make_store
from tests.faults.closing_killed import standing
from tests.faults.conftest import THOROUGH
from tests.faults.ingesting import KNOWN
from tests.faults.taken import batch, batches_in

CUTS = 400 if THOROUGH else 12


def cut(path, until):
    with path.open("r+b") as file:
        file.truncate(until)


def cuts(first, last):
    """Lengths from the first to the last, both of them, evenly between."""
    count = min(CUTS, last - first)
    return sorted({first + (last - first) * place // count for place in range(count + 1)})


def test_a_torn_tail_of_the_usage_log_loses_only_what_was_not_answered(tmp_path):
    home = make_store(tmp_path / "store")
    book(home, copies=2)
    log = home.usage_folder / "catalogue.duckdb.wal"
    # A connection that is closed folds its log into the file: the copies are of an open one.
    with UsageStore.open(home.usage_folder) as store:
        lengths = []
        for number in range(3):
            raw = raw_of_ndjson("\n".join(batch(number)).encode() + b"\n")
            store.take(raw, KNOWN, batch=BatchInfo("default", NOW))
            lengths.append(log.stat().st_size)
        shutil.copytree(home.folder, tmp_path / "copy")
    copy = open_home(tmp_path / "copy", {})
    kept = {path: path.read_bytes() for path in copy.usage_folder.glob("catalogue.duckdb*")}
    for until in cuts(lengths[1], lengths[2]):
        for path, content in kept.items():
            path.write_bytes(content)
        cut(copy.usage_folder / log.name, until)
        assert batches_in(copy, 3) == (3 if until == lengths[2] else 2), until
        examination = examine(copy, Orders(False, False, "ann", NOW))
        assert not examination.issues


def test_a_torn_tail_of_the_records_log_loses_only_what_was_not_kept(tmp_path):
    home = make_store(tmp_path / "store")
    book(home, copies=2)
    log = home.folder / "records.sqlite-wal"
    lengths = []
    with Records.open(home.records_url) as records, records.reading() as reader:
        # A reader holds the log open, as a crash leaves it.
        assert reader.documents() == []
        for period in ("2026-01", "2026-02"):
            close(home, period)
            lengths.append(log.stat().st_size)
        shutil.copytree(home.folder, tmp_path / "copy")
    copy = open_home(tmp_path / "copy", {})
    kept = {path: path.read_bytes() for path in copy.folder.glob("records.sqlite*")}
    found = []
    for until in cuts(*lengths):
        for path, content in kept.items():
            path.write_bytes(content)
        (copy.folder / "records.sqlite-shm").unlink(missing_ok=True)
        cut(copy.folder / log.name, until)
        found.append(len(standing(copy)))
        assert not examine(copy, Orders(False, False, "ann", NOW)).issues
        close(copy, "2026-02")
        assert len(standing(copy)) == 4
    # A month is kept whole or not at all; what is noted behind it may be torn off.
    assert (found[0], found[-1]) == (2, 4)
    assert set(found) == {2, 4} and found == sorted(found)
