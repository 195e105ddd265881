"""Documents and drafts as people name them: by number, or as draft-3."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lessor.core.issue import FaultsError, Issue

if TYPE_CHECKING:
    from lessor.books.documents import Document, Issued
    from lessor.books.runs import RatingRun
    from lessor.store.records.reader import Reader

_DRAFT = re.compile(r"draft-([1-9][0-9]{0,17})")


@dataclass(frozen=True)
class Found:
    """A document by the name that it goes by; `issued` None: it is a draft with the id `draft`.

    lessor: its name as the terms write it that the document was rated by; empty where they do not.
    """

    number: str
    document: Document
    issued: Issued | None
    run: RatingRun
    draft: int = 0
    lessor: str = ""


def found_document(reader: Reader, name: str) -> Found:
    """The document or draft of that name; raises FaultsError with `unknown-document`."""
    drafted = _DRAFT.fullmatch(name)
    if drafted is not None:
        for number, document, run in reader.drafts():
            if number == int(drafted[1]):
                return Found(name, document, None, run, number, _lessor(reader, run))
    for issued in reader.documents(number=name):
        run = reader.run(issued.run)
        return Found(name, issued.document, issued, run, lessor=_lessor(reader, run))
    what = "draft is called" if drafted is not None else "document has the number"
    message = f"no {what} '{name}'"
    remedy = "see numbers and drafts: lessor invoice list"
    raise FaultsError([Issue("unknown-document", message, remedy)])


def _lessor(reader: Reader, run: RatingRun) -> str:
    """The lessor's name in the version of the lease that a run rated."""
    for lease in reader.leases([run.lease]):
        for version in lease.versions:
            if version.number == run.version:
                return _name(version.terms.get("lessor"))
    return ""


def _name(said: object) -> str:
    """A party's name, whether the terms write it alone or with the rest of what is known of it."""
    return str((said.get("name") if isinstance(said, dict) else said) or "")


def cutoff_before(reader: Reader, found: Found) -> int | None:
    """The cutoff of the last document of the same month before this one; None: it is the first."""
    document = found.document
    before = None
    for issued in reader.documents(document.lease, period=document.period):
        if issued.number == found.number:
            break
        before = reader.run(issued.run).cutoff
    return before
