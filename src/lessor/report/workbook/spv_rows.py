"""A borrower's waterfall as rows: what each step did, its accounts, its covenants, date by date."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lessor.core.cells import moves, shown
from lessor.core.numeric import Value
from lessor.engine.debt.waterfall_steps import StepTerms
from lessor.forecast.plan import Plan
from lessor.forecast.spv_records import DateRun, SpvRun
from lessor.report.workbook.layout import Series

SHEET = "Waterfall"


class _Figure(NamedTuple):
    title: str
    value: Value
    note: str = ""


def spv_series(plan: Plan) -> Iterator[Series]:
    """Steps, accounts after each date, and covenants with their levels and what came of them.

    A month may hold several dates: those inside it have rows of their own, with their day.
    """
    for run in plan.spvs:
        rows: dict[str, list[tuple[int, Value]]] = {}
        notes: dict[str, str] = {}
        for date in run.dates:
            period = date.moment.period
            inside = date.moment != plan.grid.closing_of(period)
            path = f"spvs.{run.terms.name}" + (f" {date.moment.day}" if inside else "")
            for title, value, note in _figures(run, date, path):
                rows.setdefault(title, []).append((period, value))
                notes[title] = note
        for title in sorted(rows, key=lambda title: _rank(title)):
            if moves([value for _, value in rows[title]]):
                cells = [shown(value, title, period) for period, value in rows[title]]
                yield Series(SHEET, f"spvs.{run.terms.name}", title, cells, notes[title])


def _rank(title: str) -> int:
    """Steps in order, then accounts and covenants, as they come."""
    _, found, rest = title.partition(".waterfall[")
    return int(rest.partition("]")[0]) if found else 1_000_000


def _figures(run: SpvRun, date: DateRun, path: str) -> Iterator[_Figure]:
    for place, flow in zip(date.steps, date.flows.steps, strict=True):
        did = _words(run.terms.waterfall.steps[place])
        for field in ("available", "wanted", "paid", "shortfall", "cured"):
            title = f"{path}.waterfall[{place}].{field}"
            yield _Figure(title, getattr(flow, field), did)
    for account, balance in zip(run.terms.waterfall.accounts, date.balances, strict=True):
        yield _Figure(f"{path}.accounts.{account} after the date", balance)
    for terms, flows in zip(run.terms.covenants, date.tests, strict=False):
        own = f"{path}.covenants.{terms.name}"
        told = {
            terms.measure.measure: flows.value,
            "level": flows.level,
            "lock-up level": flows.lock_up_level,
            "headroom": flows.headroom,
            "is in default": flows.is_default,
            "locks up": flows.is_lock_up,
        }
        for word, value in told.items():
            if value is not None:
                yield _Figure(f"{own}: {word}", value)


def _words(step: StepTerms) -> str:
    return f"{step.action} {step.what}"
