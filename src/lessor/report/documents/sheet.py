"""A sheet: a document as words in one language, ready to be set as PDF or HTML.

Everything on it is text by now, so both say the same, and neither reads markup in a name.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Literal

from lessor.report.tongues import Language

Side = Literal["start", "end"]


@dataclass(frozen=True)
class Column:
    """A column of a table; one that is wide takes the room that the others leave."""

    label: str
    side: Side = "end"
    is_wide: bool = False


@dataclass(frozen=True)
class Row:
    """A row: its cells, and what stands small below the widest one.

    `running`: the sum of the rows so far, for the foot of a page that does not hold them all.
    """

    cells: tuple[str, ...]
    below: str = ""
    running: str = ""
    is_strong: bool = False


@dataclass(frozen=True)
class Table:
    """A table over one or more pages, its headings on each of them.

    `carried`, `brought`: what a running sum is called at the foot and the head of a page; empty
    where none is shown.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    carried: str = ""
    brought: str = ""
    starts_page: bool = False
    kind: Literal["table"] = "table"


@dataclass(frozen=True)
class Sums:
    """What rows come to: a label and an amount each, one under the other, kept together."""

    rows: tuple[Row, ...]
    words: str = ""
    title: str = ""
    kind: Literal["sums"] = "sums"


@dataclass(frozen=True)
class Facts:
    """Labels with what they stand for."""

    title: str
    rows: tuple[tuple[str, str], ...]
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True)
class Prose:
    """Sentences, a line each; `is_loud`: what the reader has to do."""

    lines: tuple[str, ...]
    is_loud: bool = False
    title: str = ""
    kind: Literal["prose"] = "prose"


@dataclass(frozen=True)
class Signatures:
    """Lines to sign on, side by side, with what stands under each."""

    under: tuple[tuple[str, ...], ...]
    title: str = ""
    kind: Literal["signatures"] = "signatures"


Block = Table | Sums | Facts | Prose | Signatures


@dataclass(frozen=True)
class PartyText:
    """A party: its role, its name, and the lines below."""

    role: str
    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A document in a language. `stamp` is printed across every page of it; empty for none.

    `page`: how pages are counted, with `{page}` and `{pages}` still in it. `dated`: what the file
    says that it was made on, so that the same document is the same file for ever.
    """

    language: Language
    title: str
    number: str
    sender: str
    stamp: str
    facts: tuple[tuple[str, str], ...]
    parties: tuple[PartyText, ...]
    blocks: tuple[Block, ...]
    page: str
    dated: date

    def as_json(self) -> str:
        """The sheet as JSON, which is how a template gets it."""
        return json.dumps(vars(self), default=_plain, ensure_ascii=False)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else vars(value)
