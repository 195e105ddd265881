"""A file of test cases run: the events of every case, and how many are those published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import isfinite
from pathlib import PurePath
from typing import NamedTuple

from lessor.core.issue import FaultsError, Issue, Place
from lessor.core.numeric import FLOAT, Value, scan
from lessor.engine.debt.contract import (
    contract_event,
    exchanged_contract,
    unexchanged_contract,
)
from lessor.engine.debt.contract_lowering import (
    lower_events,
    lower_opening_fraction,
    lower_opening_periods,
    unobserved,
)
from lessor.engine.debt.contract_plan import PlannedEvent, planned_events
from lessor.formats.actus_contract import Contract, read_contract
from lessor.formats.actus_fields import TermReader, read_moment, read_number
from lessor.formats.actus_published import Row, reproduces
from lessor.formats.actus_source import Json, read_cases
from lessor.formats.actus_words import EVENT_CODES

MARKET_TERMS: Mapping[str, str] = {
    "rate_reset": "marketObjectCodeOfRateReset",
    "scaling": "marketObjectCodeOfScalingIndex",
}
"""Kind of event -> the term that names what it observes."""


class CasesResult(NamedTuple):
    """The events of every case, and what became of the cases whose results are published.

    `reproduced`: of the `published` cases those with the same events and, within 1e-8, figures.
    """

    file: str
    rows: Mapping[str, tuple[Row, ...]]
    published: tuple[str, ...]
    reproduced: tuple[str, ...]

    def as_json(self) -> dict[str, list[dict[str, object]]]:
        """The events of every case under the keys of the format."""
        return {name: [row.as_json() for row in rows] for name, rows in self.rows.items()}

    def told(self) -> str:
        """How many of the published results are reproduced; empty where the file has none."""
        if not self.published:
            return ""
        count, name = len(self.reproduced), PurePath(self.file).name
        missed = [case for case in self.published if case not in self.reproduced]
        apart = f"; not {', '.join(missed)}" if missed else ""
        return f"reproduces {count} of {len(self.published)} cases of {name} within 1e-8{apart}"


def run_cases(file: str) -> CasesResult:
    """Every case of a file, or none: all faults of all cases are raised together.

    Raises FaultsError: see `read_cases`, `read_contract`, `case_rows` for the Issues.
    """
    issues: list[Issue] = []
    rows: dict[str, tuple[Row, ...]] = {}
    published = {}
    for name, case in read_cases(file).items():
        found = case_rows(name, case, file=file, issues=issues)
        if found is not None and isinstance(case, dict):
            rows[name] = found
            results = case.get("results")
            if isinstance(results, list) and results:
                published[name] = reproduces(found, results)
    if issues:
        raise FaultsError(dict.fromkeys(issues))
    reproduced = tuple(name for name, is_same in published.items() if is_same)
    return CasesResult(file, rows, tuple(published), reproduced)


def case_rows(name: str, case: Json, *, file: str, issues: list[Issue]) -> tuple[Row, ...] | None:
    """The events of one case in their order; None, and more `issues`, where it has faults.

    Issues: wrong-type, wrong-unit, observation-missing, too-large, term-not-handled, and those of
    `read_contract`.
    """
    terms = case.get("terms") if isinstance(case, dict) else None
    if not isinstance(case, dict) or not isinstance(terms, dict):
        remedy = 'write {"terms": {...}, "to": "", "dataObserved": {...}}'
        place = Place(file, field=name)
        issues.append(Issue("wrong-type", "a case is an object with its terms", remedy, place))
        return None
    reader = TermReader(terms, file=file, case=name)
    market = _market(reader, case.get("dataObserved"))
    if case.get("eventsObserved"):
        message = "events that happened by chance are not handled"
        reader.fault_beside("term-not-handled", "eventsObserved", message, remedy="leave it empty")
    cut_off = _cut_off(reader, case.get("to"))
    contract = read_contract(reader, cut_off, kind=FLOAT)
    rows = None if contract is None else _rows(reader, contract, market)
    issues.extend(reader.issues)
    return None if reader.issues else rows


def _rows(
    reader: TermReader, contract: Contract, market: Mapping[str, Mapping[datetime, Value]]
) -> tuple[Row, ...] | None:
    dates, terms = contract.dates, contract.terms
    planned = planned_events(dates)
    codes = {kind: reader.text(term) for kind, term in MARKET_TERMS.items()}
    observations = {kind: market.get(code or "", {}) for kind, code in codes.items()}
    missing = unobserved(planned, observations)
    if missing:
        _note_missing(reader, missing, codes)
        return None
    events = lower_events(dates, planned, observations, agreed=contract.agreed, kind=FLOAT)
    if dates.exchange < dates.opening:
        state = exchanged_contract(
            terms,
            lower_opening_fraction(dates, kind=FLOAT),
            lower_opening_periods(dates, kind=FLOAT),
        )
    else:
        state = unexchanged_contract(terms)
    flows, _ = scan(contract_event, terms, state, events)
    rows = tuple(
        Row(event.moment, EVENT_CODES[event.kind], *map(_plain, flow))
        for event, flow in zip(planned, flows, strict=True)
        if event.is_listed
    )
    if not all(isfinite(figure) for row in rows for figure in row.figures()):
        reader.fault(
            "too-large",
            "nominalInterestRate",
            "the contract grows beyond all numbers",
            remedy="write rates as fractions a year: 0.08 for 8%",
        )
    return rows


def _plain(value: Value) -> float:
    # Minus zero is zero to a reader.
    return float(value) + 0.0


def _cut_off(reader: TermReader, raw: Json) -> datetime | None:
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    moment = read_moment(raw)
    if moment is None:
        reader.fault_beside("wrong-unit", "to", "this is no date", remedy=_DATE)
    return moment


_DATE = 'write it as 2013-11-01T00:00:00, or "" for no end'


def _market(reader: TermReader, raw: Json) -> dict[str, dict[datetime, float]]:
    """What was observed of the market objects that the terms name: code -> moment -> value."""
    found: dict[str, dict[datetime, float]] = {}
    named = {reader.text(term) for term in MARKET_TERMS.values()}
    if raw is not None and not isinstance(raw, dict):
        reader.fault_beside("wrong-type", "dataObserved", "this is no object", remedy=_DATA)
        return found
    for code, series in (raw or {}).items():
        if code not in named:
            continue
        data = series.get("data") if isinstance(series, dict) else None
        if not isinstance(data, list):
            place = f"dataObserved.{code}"
            reader.fault_beside("wrong-type", place, "there is no list of data", remedy=_DATA)
            continue
        found[code] = {}
        for index, point in enumerate(data):
            reading = _point(point)
            if reading is None:
                place = f"dataObserved.{code}.data[{index}]"
                reader.fault_beside("wrong-unit", place, "no date with its number", remedy=_DATA)
            else:
                moment, value = reading
                found[code][moment] = value
    return found


_DATA = 'write {"CODE": {"data": [{"timestamp": "2013-04-01T00:00:00", "value": 0.02}]}}'


def _point(raw: Json) -> tuple[datetime, float] | None:
    if not isinstance(raw, dict):
        return None
    moment, number = read_moment(raw.get("timestamp")), read_number(raw.get("value"))
    return None if moment is None or number is None else (moment, float(number))


_DAYS_TOLD = 3


def _note_missing(
    reader: TermReader, missing: Sequence[PlannedEvent], codes: Mapping[str, str | None]
) -> None:
    """Note what was not observed, once for each kind of event."""
    for kind, term in MARKET_TERMS.items():
        of_kind = [event for event in missing if event.kind == kind]
        if not of_kind:
            continue
        if codes[kind] is None:
            reader.needs(term, "there are events that read it")
            continue
        days = [event.moment.isoformat() for event in of_kind[:_DAYS_TOLD]]
        more = len(of_kind) - len(days)
        reader.fault_beside(
            "observation-missing",
            f"dataObserved.{codes[kind]}",
            f"nothing is observed on {', '.join(days)}{f' and on {more} more' if more else ''}",
            remedy="add the value of each day on which it is read",
        )
