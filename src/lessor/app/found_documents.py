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
    """A document by the name that it goes by; `issued` None: it is a draft with the id `draft`."""

    number: str
    document: Document
    issued: Issued | None
    run: RatingRun
    draft: int = 0


def found_document(reader: Reader, name: str) -> Found:
    """The document or draft of that name; raises FaultsError with `unknown-document`."""
    drafted = _DRAFT.fullmatch(name)
    if drafted is not None:
        for number, document, run in reader.drafts():
            if number == int(drafted[1]):
                return Found(name, document, None, run, number)
    for issued in reader.documents(number=name):
        return Found(name, issued.document, issued, reader.run(issued.run))
    what = "draft is called" if drafted is not None else "document has the number"
    message = f"no {what} '{name}'"
    remedy = "see numbers and drafts: lessor invoice list"
    raise FaultsError([Issue("unknown-document", message, remedy)])
