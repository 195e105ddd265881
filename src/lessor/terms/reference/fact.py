"""One reference figure with its date, source and grade, and the reading of the data files."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

KINDS: tuple[str, ...] = (
    "gpus",
    "servers",
    "rents",
    "resale",
    "purchase_prices",
    "exchange_rates",
    "rates",
    "tax_rates",
    "defaults",
    "power",
)
"""The kinds of figure; each is one file, `data/<kind>.toml`."""

COLLECTED_ON = date(2026, 9, 30)
"""The day that stands for a source which gives none: the day the figures were collected."""

_UNDATED = "source undated: the date is that of collection"
_DATA = Path(__file__).parent / "data"


class Grade(str, Enum):
    """How far a figure can be relied on, best first."""

    FILING = "filing"
    AGENCY = "agency"
    PRESS = "press"
    LOW = "low"
    UNVERIFIED = "unverified"

    @property
    def rank(self) -> int:
        """Place in the order of reliance: 0 for a filing, 4 for unverified."""
        return _ORDER.index(self)


_ORDER = tuple(Grade)


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure of the reference data: what, how much of which unit, as of when, by whom.

    Rates and shares are fractions. `name` is a dotted path, unique within its kind. A figure
    computed from others says `computed` in its source and has the grade of its weakest input.
    """

    kind: str
    name: str
    value: Decimal | str
    unit: str
    as_of: date
    source: str
    grade: Grade
    note: str = ""


def weakest(*grades: Grade) -> Grade:
    """The grade of a figure computed from several: that of its weakest input."""
    return max(grades, key=lambda grade: grade.rank)


def joined(*parts: str) -> str:
    """Notes as one text, the empty ones left out."""
    return "; ".join(part for part in parts if part)


@cache
def read(kind: str) -> tuple[Fact, ...]:
    """The figures of one data file, in file order; the file is read once and only when asked for.

    Refuses a kind that is not in `KINDS`.
    """
    if kind not in KINDS:
        raise ValueError(f"no reference data of kind {kind!r}; kinds are {', '.join(KINDS)}")
    text = (_DATA / f"{kind}.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text, parse_float=Decimal)
    units = table.get("units", {})
    return tuple(fact for group in table["group"] for fact in _group(kind, group, units))


def _group(kind: str, group: dict[str, Any], units: dict[str, str]) -> Iterator[Fact]:
    """The figures of one group, which share name prefix, date, source, grade, unit and note."""
    for path, leaf in _leaves(group.get("values", {})):
        yield _fact(kind, path, group | {"unit": units.get(path[0], group.get("unit"))} | leaf)
    for month, leaf in _leaves(group.get("by_month", {})):
        yield _fact(kind, month, group | {"as_of": month_end(month[-1])} | leaf)


def _leaves(
    table: dict[str, Any], path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Each figure below a table with its path; a table with a `value` is one figure."""
    for key, entry in table.items():
        here = (*path, key)
        if not isinstance(entry, dict):
            yield here, {"value": entry}
        elif "value" in entry:
            yield here, entry
        else:
            yield from _leaves(entry, here)


def _fact(kind: str, path: tuple[str, ...], said: dict[str, Any]) -> Fact:
    value = said["value"]
    dated = "as_of" in said
    return Fact(
        kind=kind,
        name=".".join((said["name"], *path)),
        value=value if isinstance(value, str) else Decimal(value),
        unit=said["unit"],
        as_of=said["as_of"] if dated else COLLECTED_ON,
        source=said["source"],
        grade=Grade(said["grade"]),
        note=joined(said.get("note", ""), "" if dated else _UNDATED),
    )


def month_end(month: str) -> date:
    """The last day of a month written YYYY-MM, the day a month's average stands for."""
    year, number = (int(part) for part in month.split("-"))
    return date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)
