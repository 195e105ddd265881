"""A disk that is full or fails while usage is written: an Issue, and nothing half kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from lessor.core.issue import FaultsError, Issue, Place

# Others are faults of a query, which is ours, and no one's disk.
_OF_THE_MACHINE = (
    duckdb.IOException,
    duckdb.FatalException,
    duckdb.OutOfMemoryException,
    duckdb.TransactionException,
    OSError,
)


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """A block that writes to the store in `folder`; afterwards the store is to be opened anew.

    Raises FaultsError: file-not-writable.
    """
    try:
        yield
    except _OF_THE_MACHINE as fault:
        reason = str(fault).splitlines()[0] if str(fault) else type(fault).__name__
        issue = Issue(
            "file-not-writable",
            f"the usage store cannot be written to: {reason}",
            "make room on its disk and do this again: what is kept already counts once",
            Place(str(folder)),
        )
        raise FaultsError([issue]) from fault
