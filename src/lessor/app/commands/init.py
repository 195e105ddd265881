"""`lessor init`: the store in which leases, usage and invoices are kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lessor.app.outcome import Outcome, command
from lessor.core.issue import FaultsError

if TYPE_CHECKING:
    from lessor.store.home import Home


@dataclass(frozen=True)
class Made:
    """A store, where its records are (without a password), and whether it had to be made."""

    home: Home
    records: str
    is_new: bool


@command
def init(store: str | None = None, *, records_url: str | None = None) -> Outcome[Made]:
    """Make the store: its folder, its records and its usage; one that is there stays as it is.

    The document is `{"store", "records", "created", "issues"}`. Issues: store-exists,
    store-settings, file-not-writable, records-unreachable, store-outdated.
    """
    import os

    from sqlalchemy import make_url

    from lessor.store.home import folder_of, make_home
    from lessor.store.records.records import Records
    from lessor.store.usage.catalogue import UsageStore

    folder = folder_of(store, os.environ)
    is_new = _is_missing(folder)
    home = make_home(folder, records_url)
    Records.create(home.records_url).close()
    UsageStore.create(home.usage_folder)
    found = Made(home, make_url(home.records_url).render_as_string(hide_password=True), is_new)
    document: dict[str, object] = {
        "store": str(home.folder),
        "records": found.records,
        "created": is_new,
        "issues": [],
    }
    return Outcome(document, (), found)


def _is_missing(folder: Path) -> bool:
    from lessor.store.home import open_home

    try:
        open_home(folder, {})
    except FaultsError as fault:
        if {issue.code for issue in fault.issues} != {"store-missing"}:
            raise
        return True
    return False
