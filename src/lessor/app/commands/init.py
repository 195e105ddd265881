"""`lessor init`: the store in which leases, usage and invoices are kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lessor.app.outcome import Outcome, command, listed
from lessor.core.issue import FaultsError, Issue, Place, Severity

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
    store-settings, folder-not-empty, usage-behind, file-not-writable, store-not-writable,
    records-unreachable, store-outdated.
    """
    import os

    from lessor.store.home import folder_of, make_home
    from lessor.store.records.records import Records, place_of
    from lessor.store.usage.catalogue import UsageStore

    folder = folder_of(store, os.environ)
    is_new = _is_missing(folder)
    issues = _among_others(folder) if is_new else ()
    home = make_home(folder, records_url)
    with Records.create(home.records_url) as records, records.reading() as reader:
        if not UsageStore.is_in(home.usage_folder):
            _require_no_usage_known(reader.last_cutoff(), home)
    UsageStore.create(home.usage_folder)
    found = Made(home, place_of(home.records_url), is_new)
    document: dict[str, object] = {
        "store": str(home.folder),
        "records": found.records,
        "created": is_new,
        "issues": listed(issues),
    }
    return Outcome(document, issues, found)


_OWN = ("usage", "records.sqlite", "config.toml", "closing.lock")


def _among_others(folder: Path) -> tuple[Issue, ...]:
    """A warning where other files lie in the folder; raises where no store can lie in it."""
    if "?" in str(folder.resolve()):
        # DuckDB reads what follows as options of the file.
        message = f"a store cannot be made in {folder}: its path holds a '?'"
        remedy = "name a folder without one: --store DIR"
        raise FaultsError([Issue("file-not-writable", message, remedy)])
    try:
        others = sorted(each.name for each in folder.iterdir() if not each.name.startswith(_OWN))
    except OSError:
        # None is there yet, or one that cannot be read: then making it says why.
        return ()
    if not others:
        return ()
    message = f"{folder} holds other files, as {others[0]}"
    remedy = "a folder of its own is easier to copy and to guard: --store DIR"
    return (Issue("folder-not-empty", message, remedy, severity=Severity.WARNING),)


def _require_no_usage_known(cutoff: int, home: Home) -> None:
    """An empty usage store beside months that were closed on usage would bill them back."""
    if cutoff:
        message = f"months were closed on usage up to event {cutoff}, and the usage is gone"
        remedy = "bring the usage folder back from a copy"
        where = Place(str(home.usage_folder))
        raise FaultsError([Issue("usage-behind", message, remedy, where)])


def _is_missing(folder: Path) -> bool:
    from lessor.store.home import open_home

    try:
        open_home(folder, {})
    except FaultsError as fault:
        if {issue.code for issue in fault.issues} != {"store-missing"}:
            raise
        return True
    return False
