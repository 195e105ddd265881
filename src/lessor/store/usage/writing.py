"""A disk that is full or fails while usage is written: an Issue, and nothing half kept."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from lessor.store.unwritable import not_writable

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

    Raises FaultsError: store-not-writable.
    """
    try:
        with for_its_owner_alone():
            yield
    except _OF_THE_MACHINE as fault:
        raise not_writable("the usage store", folder, fault) from fault


@contextmanager
def for_its_owner_alone() -> Iterator[None]:
    """A block whose new files no one else may read: the engine makes some without being asked."""
    usual = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(usual)
