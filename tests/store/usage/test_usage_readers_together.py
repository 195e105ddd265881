"""Readers within one program open the store at once: a page asks for several parts of itself."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Barrier

from lessor.store.usage.catalogue import UsageStore

READERS = 8


def test_readers_that_open_at_once_all_read(tmp_path: Path):
    UsageStore.create(tmp_path)
    for _ in range(10):
        begin = Barrier(READERS)

        def read(begin: Barrier = begin) -> int:
            begin.wait()
            with UsageStore.open(tmp_path, read_only=True) as store:
                found = store.day_sums(None, date(2026, 1, 1), date(2027, 1, 1), cutoff=0)
                return len(list(found))

        with ThreadPoolExecutor(READERS) as pool:
            asked = [pool.submit(read) for _ in range(READERS)]
            assert [each.result() for each in asked] == [0] * READERS
