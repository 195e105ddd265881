"""What can go wrong with the usage store, found and, where that is safe, mended."""

from __future__ import annotations

from typing import NamedTuple

from lessor.store.usage import compaction, sums
from lessor.store.usage.one_row import one_row
from lessor.store.usage.recount import drift
from lessor.store.usage.sums import Kept

_SHOWN = 20
"""Hours that are told of those whose sums are wrong."""


class Finding(NamedTuple):
    """One thing found: what it is, where, what is wrong, and whether it was mended.

    kind: orphan (a file that the catalogue does not name: harmless, and set aside when mending),
    missing or damaged (a segment that is gone, or is not what was synced: bring it back from a
    copy), miscounted (the catalogue disagrees with itself: it cannot be mended without a person).
    """

    kind: str
    place: str
    message: str
    mended: bool = False


def examine(store: Kept, *, mend: bool = False) -> list[Finding]:
    """Everything found: files against the catalogue, then the catalogue against itself."""
    files = [*_segments(store), *_orphans(store, mend=mend)]
    if any(finding.kind in ("missing", "damaged") for finding in files):
        # Sums over files that are not whole would only say again that they are not.
        return files
    return files + _counts(store)


def _segments(store: Kept) -> list[Finding]:
    found = []
    for segment in compaction.segments(store.connection):
        path = store.folder / segment.segment
        if not path.exists():
            found.append(Finding("missing", segment.segment, "the segment is not there"))
        elif (size := path.stat().st_size) != segment.bytes:
            message = f"the segment holds {size} bytes, not {segment.bytes}"
            found.append(Finding("damaged", segment.segment, message))
        elif compaction.sha256_of(path) != segment.sha256:
            message = "the content of the segment is not what was written"
            found.append(Finding("damaged", segment.segment, message))
    return found


def _orphans(store: Kept, *, mend: bool) -> list[Finding]:
    """Files that nothing names: left by a crash, or put there by hand; set aside, never deleted."""
    named = {store.folder / segment.segment for segment in compaction.segments(store.connection)}
    found = []
    for path in sorted((store.folder / "events").rglob("*")):
        if path.is_dir() or path in named:
            continue
        place = str(path.relative_to(store.folder))
        if mend:
            path.rename(store.folder / "staging" / ("orphan-" + place.replace("/", "-")))
        found.append(Finding("orphan", place, "the catalogue does not name this file", mend))
    return found


_EVENTS_AND_KEYS = """
SELECT (SELECT count(*) FROM ({events})), (SELECT count(DISTINCT key) FROM ({events})),
    (SELECT count(*) FROM seen), (SELECT coalesce(sum(accepted), 0) FROM batches)
"""


def _counts(store: Kept) -> list[Finding]:
    connection = store.connection
    events = compaction.events_query(store.folder, compaction.segments(connection))
    found = []
    row = one_row(connection, _EVENTS_AND_KEYS.format(events=events))
    if len(set(row)) > 1:
        message = (
            f"{row[0]} events are kept of {row[1]} identities, "
            f"but {row[2]} identities are known and {row[3]} events were accepted"
        )
        found.append(Finding("miscounted", "catalogue.duckdb", message))
    for each in drift(store, cutoff=sums.cutoff(connection))[:_SHOWN]:
        hour = f"{each.hour:%Y-%m-%dT%H}"
        message = f"{each.meter} of {hour}: events say {each.counted}, "
        message += f"the hourly sum says {each.kept}"
        found.append(Finding("miscounted", each.lease, message))
    return found
