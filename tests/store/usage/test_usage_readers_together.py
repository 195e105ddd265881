"""Readers within one program open the store at once: a page asks for several parts of itself."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

from lessor.store.usage.catalogue import UsageStore

READERS, TIMES = 8, 60


def test_readers_that_open_at_once_all_read(tmp_path: Path):
    UsageStore.create(tmp_path)

    def read(_: int) -> int:
        with UsageStore.open(tmp_path, read_only=True) as store:
            days = date(2026, 1, 1), date(2027, 1, 1)
            return len([*store.day_sums(None, *days, cutoff=0), *store.conflicts()])

    with ThreadPoolExecutor(READERS) as pool:
        assert list(pool.map(read, range(READERS * TIMES))) == [0] * READERS * TIMES
