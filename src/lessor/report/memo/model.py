"""A memo: sections of paragraphs, figures, tables and charts, as words of one language.

What it says is text by now, so that HTML and PDF say the same; beside a figure stands the engine's
own value, which is what the tests compare.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from lessor.report.charts.frame import Spec
from lessor.report.tongues import Language

Side = Literal["start", "end"]
Tone = Literal["plain", "lead", "note", "warning"]


@dataclass(frozen=True)
class Cell:
    """A cell of a table: what it says, the value said, and what stands small below it."""

    said: str
    value: float | None = None
    below: str = ""


@dataclass(frozen=True)
class Column:
    """A column; `is_wide` takes the room that others leave. `code`: names and paths of a file."""

    label: str
    side: Side = "end"
    is_wide: bool = False
    is_code: bool = False


@dataclass(frozen=True)
class Row:
    """A row of a table; a strong one is a total or a head of those below."""

    cells: tuple[Cell, ...]
    is_strong: bool = False


@dataclass(frozen=True)
class Paragraph:
    """Sentences; a warning is marked as one."""

    lines: tuple[str, ...]
    tone: Tone = "plain"
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True)
class Figure:
    """A figure that stands alone: its name among the metrics, what it is called, its value."""

    metric: str
    label: str
    said: str
    value: float | None
    note: str = ""


@dataclass(frozen=True)
class Figures:
    """The figures that a reader looks at first, side by side."""

    figures: tuple[Figure, ...]
    kind: Literal["figures"] = "figures"


@dataclass(frozen=True)
class Table:
    """A table over one or more pages, its headings on each of them."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""
    is_small: bool = False
    kind: Literal["table"] = "table"


@dataclass(frozen=True)
class Chart:
    """A chart: its specification, and a name that no other chart of its part has."""

    spec: Spec
    name: str
    kind: Literal["chart"] = "chart"

    @property
    def alternative(self) -> str:
        """What the chart shows, for who cannot see it."""
        return f"{self.spec['title']['text']}. {self.spec['description']}"


Block = Paragraph | Figures | Table | Chart


@dataclass(frozen=True)
class Section:
    """A section with its heading."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Part:
    """What a memo says of one deal, or of all of them together."""

    title: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Memo:
    """A memo in a language. `page`: how pages are counted, `{page}` and `{pages}` still in it.

    `dated`: the day it is of, where one is said. `closing`: the last closing date of its deals,
    which the PDF's own date falls back on: nothing in a memo depends on when it was made.
    """

    language: Language
    title: str
    subtitle: str
    contents: str
    made_with: str
    parts: tuple[Part, ...]
    page: str
    closing: date
    dated: date | None = None

    @property
    def charts(self) -> Iterator[Chart]:
        """Every chart, in the order of the pages."""
        for part in self.parts:
            for section in part.sections:
                for block in section.blocks:
                    if isinstance(block, Chart):
                        yield block

    def as_json(self, pictures: Sequence[str]) -> str:
        """The memo as JSON, with the pictures of its charts, in the order of `charts`."""
        left = iter(pictures)

        def plain(value: object) -> object:
            if isinstance(value, Chart):
                # JSON is written in the order of the pages, which is that of `charts`.
                return {"kind": "chart", "svg": next(left), "alternative": value.alternative}
            return value.isoformat() if isinstance(value, date) else vars(value)

        return json.dumps(vars(self), default=plain, ensure_ascii=False)
