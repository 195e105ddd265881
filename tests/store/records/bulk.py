"""Closes one month of many leases at once, and says how much time of the processor each step took.

Arguments: the URL of fresh records, how many leases. Writes one JSON object: seconds, and MiB.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from lessor.books.documents import Document
from lessor.store.records.records import Records
from tests.store.records.samples import INVOICE_DATE, NOW, book, document, lease, line, run

LINES = 6


def _document(name: str) -> Document:
    lines = [
        line("1234.56", charge=f"charge-{place}", unrounded="1234.5612345678901234567890")
        for place in range(LINES)
    ]
    return document(lease(name), lines)


def timed(work: Callable[[], int]) -> float:
    """Seconds of the processor: what else the machine does meanwhile is not counted."""
    start = time.process_time()
    assert work() > 0
    return time.process_time() - start


def peak_mib() -> float:
    """The most memory that this program held: `ru_maxrss` would count its parent's before it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    [said] = [each for each in status.splitlines() if each.startswith("VmHWM")]
    return int(said.split()[1]) / 1024


def main(url: str, count: str) -> None:
    names = [f"{place:06}" for place in range(int(count))]
    documents = [_document(name) for name in names]
    with Records.open(url) as records:
        book(records, *map(lease, names))

        def issue() -> int:
            with records.writing(who="ann", at=NOW) as writer:
                ids = writer.keep_runs([run(lease(name)) for name in names])
                return len(writer.issue(list(zip(documents, ids, strict=True)), INVOICE_DATE))

        def last_runs() -> int:
            with records.reading() as reader:
                return len(reader.last_runs("2026-07"))

        def read() -> int:
            with records.reading() as reader:
                return len(reader.documents(period="2026-06"))

        found = {"issue": timed(issue), "last_runs": timed(last_runs), "read": timed(read)}
    found["peak_mib"] = peak_mib()
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
