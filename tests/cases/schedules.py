"""The schedule and the trace that the program gives, against rows worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from lessor.forecast.loan_schedule import schedule_rows
from lessor.forecast.plan import Plan
from tests.cases.accounts import Entry
from tests.cases.lenders import Row

AMOUNTS = ("opening", "drawn", "interest", "principal", "fees", "closing")
NAUGHT = 1e-9


def schedule_faults(plan: Plan, loan: str, expected: Sequence[Row], tolerance: float) -> list[str]:
    """Every date and amount of a loan's schedule that is not as worked out."""
    run = next(run for run in plan.facilities if run.name == loan)
    found = {row.date: row for row in schedule_rows(run)}
    faults = _other_days(loan, [row.on for row in expected], list(found))
    size = max(row.closing for row in expected)
    for row in expected:
        if row.on not in found:
            continue
        faults += [
            f"{loan} on {row.on}: {name} is {getattr(found[row.on], name)}, "
            f"not {getattr(row, name)}"
            for name in AMOUNTS
            if not _near(getattr(found[row.on], name), getattr(row, name), size, tolerance)
        ]
    return faults


def _other_days(what: str, expected: Sequence[date], found: Sequence[date]) -> list[str]:
    missing = sorted(set(expected) - set(found))
    more = sorted(set(found) - set(expected))
    faults = [f"{what}: no row on {', '.join(map(str, missing))}"] if missing else []
    return faults + ([f"{what}: a row on {', '.join(map(str, more))}"] if more else [])


def trace_faults(
    rows: Sequence[dict[str, Any]], expected: Sequence[Entry], tolerance: float
) -> list[str]:
    """Every step of a trace that is not as worked out; rows are those of `lessor waterfall`.

    Rows of step 0 are what the end of the plan does beside the steps.
    """
    rows = [row for row in rows if row["step"]]
    if len(rows) != len(expected):
        return [f"{len(rows)} steps, not {len(expected)}"]
    faults: list[str] = []
    size = max(entry.available for entry in expected)
    for row, entry in zip(rows, expected, strict=True):
        where = f"{entry.on} {entry.do} {entry.what}"
        if (str(row["date"]), row["do"], row["what"]) != (str(entry.on), entry.do, entry.what):
            return [*faults, f"{row['date']} {row['do']} {row['what']} stands for {where}"]
        amounts = {**entry._asdict(), "shortfall": entry.short}
        faults += [
            f"{where}: {name} is {row[name]}, not {amounts[name]}"
            for name in ("available", "wanted", "paid", "shortfall")
            if not _near(row[name], amounts[name], size, tolerance)
        ]
    return faults


def _near(found: float, expected: float, size: float, tolerance: float) -> bool:
    """Within the tolerance of the figure, or so little that floats leave it of the largest."""
    return abs(found - expected) <= max(tolerance * abs(expected), 1e-12 * size, NAUGHT)
