"""The deal language part by part, off the field table: for the terminal and for the docs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from lessor.report.layout import GAP, indented
from lessor.report.number_text import exact_percent, plain
from lessor.terms.claim import Claim
from lessor.terms.deal import Deal
from lessor.terms.fields import FieldRow, field_table
from lessor.terms.record import Record
from lessor.terms.shapes import Shape, fields_of

if TYPE_CHECKING:
    from rich.console import RenderableType

ROOTS: Mapping[str, type[Record]] = {"The deal file": Deal, "The claim file": Claim}
_PLACES_SHOWN = 3


@dataclass(frozen=True)
class Part:
    """A record of the language, or several kinds with the same fields: where it stands, its fields.

    `places`: the patterns that it stands at; the whole file has the empty one.
    """

    title: str
    meaning: str
    places: tuple[str, ...]
    fields: tuple[FieldRow, ...]


def parts_of(rows: Sequence[FieldRow]) -> tuple[Part, ...]:
    """The rows by record, each record once though it may stand at many places."""
    places: dict[str, dict[str, None]] = {}
    fields: dict[str, dict[str, FieldRow]] = {}
    for row in rows:
        above, name = _split(row.pattern)
        places.setdefault(row.owner, {})[above] = None
        fields.setdefault(row.owner, {}).setdefault(name, row)
    meanings = _meanings()
    parts = [
        Part(owner, meanings[owner], tuple(places[owner]), tuple(found.values()))
        for owner, found in fields.items()
    ]
    return tuple(_same_joined(parts))


def _same_joined(parts: Sequence[Part]) -> Iterator[Part]:
    """Kinds that share a record (minimum and maximum) as one part."""
    joined: dict[tuple[str, ...], list[Part]] = {}
    for part in parts:
        key = (part.meaning, *part.places, *(row.pattern for row in part.fields))
        joined.setdefault(key, []).append(part)
    for same in joined.values():
        title = ", ".join(part.title for part in same)
        yield Part(title, same[0].meaning, same[0].places, same[0].fields)


def field_name(row: FieldRow) -> str:
    """The last step of a row's pattern."""
    return _split(row.pattern)[1]


def _split(pattern: str) -> tuple[str, str]:
    above, _, name = pattern.rpartition(".")
    return above, name


@cache
def _meanings() -> Mapping[str, str]:
    """What each record and kind is, by its owner's name in the field table."""
    found: dict[str, str] = {}

    def follow(shape: Shape) -> None:
        if shape.item is not None:
            follow(shape.item)
        named = dict(shape.members)
        if shape.record is not None:
            named[shape.record.__name__] = shape.record
        for owner, record in named.items():
            if owner not in found:
                found[owner] = _first_line(record)
                for field in fields_of(record).values():
                    follow(field.shape)

    for root in ROOTS.values():
        follow(Shape("block", record=root))
    return found


def _first_line(record: type) -> str:
    return (record.__doc__ or "").split("\n\n")[0].replace("\n    ", " ").strip()


def type_text(row: FieldRow) -> str:
    """What may be written: the type with its unit, or the words to choose from."""
    words = " | ".join(row.choices)
    if row.type == "choice":
        return words
    if row.choices and "by kind" not in row.type:
        return f"{row.type}: {words}"
    if row.unit in ("", "money"):
        return row.type
    return row.unit if row.unit.startswith(row.type) else f"{row.type} ({row.unit})"


def bounds_text(row: FieldRow) -> str:
    """The bounds of a number in words; empty where it has none but zero."""
    low, high = (_bound(end, row) for end in (row.low, row.high))
    if high:
        return f"{low} to {high}" if low else f"at most {high}"
    return f"at least {low}" if row.low else ""


def _bound(end: Decimal | None, row: FieldRow) -> str:
    if end is None:
        return ""
    return exact_percent(end) if row.type == "fraction" else plain(end)


def language_tables(rows: Sequence[FieldRow]) -> Iterable[RenderableType]:
    """One block a record: where it stands, then each field with what may be written there."""
    for part in parts_of(rows):
        yield Text.assemble((part.title, "bold"), f"  {part.meaning}")
        shown = [place for place in part.places[:_PLACES_SHOWN] if place]
        more = len(part.places) - _PLACES_SHOWN
        if shown:
            others = f", and {more} more" if more > 0 else ""
            yield indented(Text(f"at {', '.join(shown)}{others}", style="dim"))
        yield _fields(part)


def _fields(part: Part) -> RenderableType:
    table = Table.grid(padding=(0, GAP))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for row in part.fields:
        said = Text(row.meaning)
        if row.default == "required":
            said.append("  (required)", style="bold")
        elif row.default not in ("", "none"):
            said.append(f"  (else {row.default})", style="bold")
        bounds = bounds_text(row)
        said.append(f"\n{type_text(row)}{f', {bounds}' if bounds else ''}", style="dim")
        table.add_row(field_name(row), said)
    return indented(table, below=1)


def language_page() -> str:
    """The reference of the deal and the claim language as a page of Markdown."""
    lines = [_HEAD]
    for title, root in ROOTS.items():
        lines.append(f"## {title}\n")
        for part in parts_of(field_table(root)):
            lines += _page_part(part)
    return "\n".join(lines)


def _page_part(part: Part) -> Iterator[str]:
    yield f"### {part.title}\n"
    places = ", ".join(f"`{place}`" for place in part.places if place)
    yield f"{part.meaning}{f' Stands at {places}.' if places else ''}\n"
    yield "| field | type | default | bounds | meaning |"
    yield "|---|---|---|---|---|"
    for row in part.fields:
        cells = (type_text(row), row.default, bounds_text(row), row.meaning)
        yield f"| `{field_name(row)}` | {' | '.join(map(_cell, cells))} |"
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


_HEAD = """# The deal language

Every field of a deal file and of a claim file. This page is generated from the records that check
the files (`LESSOR_REWRITE=1 make tests ARGS=tests/docs` writes it anew); `lessor schema` shows the
same on the terminal, and `lessor new` writes a file to start from.

## How values are written

| type | written |
|---|---|
| number | `1450000000`, `1_450_000_000`, `1,450,000,000`, `1.45e9`; exact, never rounded |
| fraction | `4%` or `0.04`; a bare number above 1 is refused, as it would be 400% |
| money | `5_000_000` in the deal's currency, or `{amount: 5_000_000, currency: USD}`; RMB is CNY |
| length of time | `60 months`, `5 years`, `2 quarters`, `30 days`; a bare number is refused |
| day | `2026-05-01` |
| maturity | `lease_end`, a day, or a length of time from closing |
| day or time | a day, or a length of time from closing |
| choice | one of the words shown; capitals, hyphens and blanks do not tell: `Equal-Principal` |
| yes or no | `yes`, `no` |
| block | `field: value` lines, or `{field: value}`; a short form where the table below has one |
| ... by name | a block under names of your own, as `leases: {anchor: {...}}` |

Short forms, each for the block that it stands for:

| field | short | stands for |
|---|---|---|
| `lessor`, `lessee` | `A lab` | `{name: A lab}` |
| `residual`, `prepayment`, `principal` | `20%` | `{share: 20%}` |
| `residual`, `prepayment`, `principal`, `deposit` | `5_000_000` | `{amount: 5_000_000}` |
| `residual` | `market_value` | `{market: market_value}` |
| `deposit` | `2 months` | `{months: 2}` |
| `escalator` | `3%` | `{rate: 3%, every: 12 months}` |
| `depreciation` | `60 months` | `{life: 60 months}` |
| `fees` | `1%` | `{up_front: 1%}` |
| `equity` | `rest` | `{takes: rest}` |
| `taxes` | `CN_service` | `{preset: CN_service}` |
| `taxes.income` | `25%` | `{rate: 25%}` |

A default of `required` must be written; where no default stands, nothing is assumed. Any field can
be set from the command line by its path: `--set leases.anchor.charges.base.amount=1.5e9`; places in
lists are counted from 0: `assets.servers.deliveries[0].date`. Bounds include their ends; where none
is shown, a number is at least 0.
"""
