"""Terms of a contract as written in a case, read one by one: each fault is noted, none stops."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from lessor.core.issue import Issue, Place
from lessor.core.roll import Cycle
from lessor.engine.debt.contract_dates import LATEST_YEAR, Step
from lessor.formats.actus_source import Json

Read = TypeVar("Read")

FIRST_YEAR = 1970
"""Calendars begin here."""

NUMBER_MAX = Decimal("1e15")
"""No amount, rate or index of a contract is larger."""

_CYCLE = re.compile(r"P(\d{1,4})([DWMQHY])L([01])")
_UNITS = {"D": 1, "W": 7, "M": 1, "Q": 3, "H": 6, "Y": 12}
_LONGEST_MONTHS = 1200


class TermReader:
    """The terms of one case; `issues` are the faults met so far.

    A term that is absent, null or blank is None. Texts may stand between blanks.
    """

    def __init__(self, terms: Mapping[str, Json], *, file: str, case: str) -> None:
        self.issues: list[Issue] = []
        self._terms, self._file, self._case = terms, file, case

    def fault(self, code: str, name: str, message: str, *, remedy: str) -> None:
        """Note a fault of the term `name`."""
        self.fault_beside(code, f"terms.{name}", message, remedy=remedy)

    def fault_beside(self, code: str, name: str, message: str, *, remedy: str) -> None:
        """Note a fault of what stands beside the terms in the case."""
        place = Place(self._file, field=f"{self._case}.{name}")
        self.issues.append(Issue(code, message, remedy, place))

    def has(self, name: str) -> bool:
        """Whether the term is said."""
        return self._raw(name) is not None

    def needs(self, name: str, why: str) -> None:
        """Note that a term is missing which the contract cannot do without."""
        if not self.has(name):
            self.fault("missing-field", name, f"the term is missing: {why}", remedy=f"add {name}")

    def text(self, name: str) -> str | None:
        """A term as a text without blanks around it."""
        return self._one(name, self._as_text)

    def number(self, name: str) -> Decimal | None:
        """A term as a finite number."""
        return self._one(name, self._as_number)

    def moment(self, name: str) -> datetime | None:
        """A term as a date, with a time of day or without."""
        return self._one(name, self._as_moment)

    def step(self, name: str) -> Step | None:
        """A term as a cycle with its stub: `P3ML1`."""
        return self._one(name, self._as_step)

    def choice(self, name: str, choices: Mapping[str, Read], otherwise: Read) -> Read:
        """What a term's word stands for among `choices`, in capitals or not; else `otherwise`."""
        chosen = self._chosen(name, self.text(name), choices)
        return otherwise if chosen is None else chosen

    def numbers(self, name: str) -> list[Decimal]:
        """A list of numbers; a single one is a list of one."""
        return self._all(name, self._as_number)

    def moments(self, name: str) -> list[datetime]:
        """A list of dates; a single one is a list of one."""
        return self._all(name, self._as_moment)

    def steps(self, name: str) -> list[Step]:
        """A list of cycles; a single one is a list of one."""
        return self._all(name, self._as_step)

    def choices(self, name: str, choices: Mapping[str, Read]) -> list[Read]:
        """What each word of a list stands for."""
        return self._all(name, lambda of, raw: self._chosen(of, self._as_text(of, raw), choices))

    def _raw(self, name: str) -> Json:
        raw = self._terms.get(name)
        is_blank = isinstance(raw, str) and not raw.strip()
        return None if is_blank or raw == [] else raw

    def _one(self, name: str, read: Callable[[str, Json], Read | None]) -> Read | None:
        raw = self._raw(name)
        if isinstance(raw, list):
            self.fault("wrong-type", name, "a list stands here", remedy="write one value")
            return None
        return None if raw is None else read(name, raw)

    def _all(self, name: str, read: Callable[[str, Json], Read | None]) -> list[Read]:
        raw = self._raw(name)
        if raw is None:
            return []
        found = [read(name, each) for each in (raw if isinstance(raw, list) else [raw])]
        return [each for each in found if each is not None]

    def _as_text(self, name: str, raw: Json) -> str | None:
        if isinstance(raw, str):
            return raw.strip()
        if isinstance(raw, Decimal):
            return str(raw)
        self.fault("wrong-type", name, f"{_shown(raw)} is no text", remedy="write a text")
        return None

    def _as_number(self, name: str, raw: Json) -> Decimal | None:
        number = read_number(raw)
        if number is None:
            self.fault(
                "wrong-unit",
                name,
                f"{_shown(raw)} is not a number of at most {NUMBER_MAX}",
                remedy="write it as 0.08",
            )
        return number

    def _as_moment(self, name: str, raw: Json) -> datetime | None:
        found = read_moment(raw)
        if found is None:
            self.fault(
                "wrong-unit",
                name,
                f"{_shown(raw)} is not a date of the years {FIRST_YEAR} to {LATEST_YEAR}",
                remedy="write it as 2013-01-31T00:00:00",
            )
        return found

    def _as_step(self, name: str, raw: Json) -> Step | None:
        match = _CYCLE.fullmatch(raw.strip()) if isinstance(raw, str) else None
        if match is None or int(match[1]) == 0:
            self.fault(
                "wrong-unit",
                name,
                f"{_shown(raw)} is not a cycle",
                remedy="write P, how many, one of D W M Q H Y, and L0 (long last stub) or L1 "
                "(short), as P3ML1",
            )
            return None
        every = int(match[1]) * _UNITS[match[2]]
        if match[2] not in "DW" and every > _LONGEST_MONTHS:
            self.fault(
                "too-large", name, f"{_shown(raw)} is over 100 years", remedy="write a shorter one"
            )
            return None
        unit = Cycle(every, "days" if match[2] in "DW" else "months")
        return Step(unit, has_long_stub=match[3] == "0")

    def _chosen(self, name: str, word: str | None, choices: Mapping[str, Read]) -> Read | None:
        if word is None:
            return None
        if word.upper() not in choices:
            self.fault(
                "not-a-choice",
                name,
                f"{_shown(word)} is none that is handled",
                remedy=f"write one of {', '.join(choices)}",
            )
            return None
        return choices[word.upper()]


def read_moment(raw: Json) -> datetime | None:
    """A date with or without a time of day, of the years that calendars know; else None."""
    try:
        found = datetime.fromisoformat(raw.strip()) if isinstance(raw, str) else None
    except ValueError:
        return None
    if found is None or found.tzinfo is not None:
        return None
    return found if FIRST_YEAR <= found.year <= LATEST_YEAR else None


def read_number(raw: Json) -> Decimal | None:
    """A finite number of a size that a contract may hold, as a text or bare; else None."""
    if not isinstance(raw, str | Decimal):
        return None
    try:
        number = Decimal(raw)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) <= NUMBER_MAX else None


def _shown(raw: Json) -> str:
    text = str(raw) if isinstance(raw, Decimal) else repr(raw)
    return text if len(text) <= 60 else f"{text[:57]}..."
