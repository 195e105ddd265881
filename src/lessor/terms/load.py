"""From a deal file to a checked deal: reading, overrides, records and all checks in one call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import ValidationError

from lessor.core.issue import FaultsError, Issue, errors
from lessor.terms.check import check_deal
from lessor.terms.deal import Deal
from lessor.terms.faults import quoted, record_faults
from lessor.terms.record import Record
from lessor.terms.setting import with_set, with_sets
from lessor.terms.shapes import fields_of
from lessor.terms.source import Readable, Source, load_source

__all__ = [
    "Loaded",
    "build_deal",
    "build_record",
    "load_deal",
    "require_deal",
    "with_set",
    "with_sets",
]

AnyRecord = TypeVar("AnyRecord", bound=Record)


@dataclass(frozen=True)
class Loaded:
    """A checked deal with the source that it was read from.

    `issues` holds warnings and notes only: a deal with errors is never handed out.
    """

    source: Source
    deal: Deal
    issues: tuple[Issue, ...]


def load_deal(path: Readable, sets: Sequence[str] = ()) -> tuple[Loaded | None, tuple[Issue, ...]]:
    """Read a deal file, set each `path=value` of `sets`, and check everything.

    None for the deal where an error stands among the Issues; faults of reading, of the sets and
    of the deal come together as far as the file can be read at all.
    """
    source, issues = load_source(path)
    if source is None:
        return None, issues
    source, faults = with_sets(source, sets)
    loaded, found = build_deal(source, cases=True)
    issues += faults + found
    if loaded is None or errors(issues):
        return None, issues
    return Loaded(loaded.source, loaded.deal, issues), issues


def require_deal(path: Readable, sets: Sequence[str] = ()) -> Loaded:
    """Read and check a deal file; raises FaultsError with every Issue where one is an error."""
    loaded, issues = load_deal(path, sets)
    if loaded is None:
        raise FaultsError(issues)
    return loaded


def build_deal(source: Source, *, cases: bool = False) -> tuple[Loaded | None, tuple[Issue, ...]]:
    """The checked deal that a source says: its records, then the checks across fields.

    `cases`: its named cases are checked too, as they are when a file is read; a command that runs
    one checks it then in any case.
    The checks across fields run only on whole records. Issues: those of `record_faults` and of
    `check_deal`; None for the deal where one of them is an error.
    """
    deal, issues = build_record(Deal, source)
    if deal is None:
        return None, issues
    issues = check_deal(deal, source, cases=cases)
    return (None if errors(issues) else Loaded(source, deal, issues)), issues


def build_record(
    record: type[AnyRecord], source: Source
) -> tuple[AnyRecord | None, tuple[Issue, ...]]:
    """Any record (a deal, a claim) from a source; None and every Issue where it is refused.

    A file that says it is of another format is not read any further. Issues: wrong-format, and
    those of `record_faults`.
    """
    formats = fields_of(record)["format"].shape.choices
    written = source.tree.get("format")
    if isinstance(written, str) and written not in formats:
        return None, (_wrong_format(written, formats[0], source),)
    try:
        return record.model_validate(source.tree), ()
    except ValidationError as error:
        return None, record_faults(error, source, record)


def _wrong_format(written: str, wanted: str, source: Source) -> Issue:
    remedy = f"write `format: {wanted}` if it is one"
    if written.startswith("lessor-claim/"):
        remedy = "a claim file goes to `lessor check-claim`; name the deal file here"
    elif written.startswith("lessor-lease/"):
        remedy = "a lease file goes to `lessor quote`; name the deal file here"
    elif written.startswith("lessor/") and wanted.startswith("lessor-claim/"):
        remedy = "a deal file goes to `lessor underwrite`; name the claim file here"
    return Issue(
        "wrong-format",
        f"the file is of the format {quoted(written)}, not {wanted}",
        remedy,
        source.place(("format",)),
    )
