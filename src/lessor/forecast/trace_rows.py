"""What every step of every payment date did, as rows that can be printed and searched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lessor.core.numeric import Value
from lessor.engine.debt.waterfall import trace_rows
from lessor.forecast.plan import Plan
from lessor.forecast.spv_records import DateRun, SpvRun

Row = dict[str, object]


@dataclass(frozen=True)
class Trace:
    """The waterfalls of a deal.

    `rows`: a row for each step of each date. `accounts`: each account after each date, with its
    target. `tests`: each covenant on each of its test dates.
    """

    currency: str
    rows: tuple[Row, ...]
    accounts: tuple[Row, ...]
    tests: tuple[Row, ...]

    @property
    def days(self) -> list[str]:
        """The dates that the waterfalls were run on, oldest first."""
        return sorted({str(row["date"]) for row in self.rows})

    def on(self, day: date) -> Trace:
        """The rows of one date."""
        text = day.isoformat()

        def kept(rows: Sequence[Row]) -> tuple[Row, ...]:
            return tuple(row for row in rows if row["date"] == text)

        return Trace(self.currency, kept(self.rows), kept(self.accounts), kept(self.tests))

    def as_json(self) -> dict[str, object]:
        """The rows under `rows`, `accounts` and `tests`."""
        return {
            "rows": list(self.rows),
            "accounts": list(self.accounts),
            "tests": list(self.tests),
        }


def trace_of(plan: Plan) -> Trace:
    """The trace of every SPV of a plan that was run on single numbers."""
    rows: list[Row] = []
    accounts: list[Row] = []
    tests: list[Row] = []
    for run in plan.spvs:
        for date_run in run.dates:
            rows += _step_rows(run, date_run)
            accounts += _account_rows(run, date_run)
            tests += _test_rows(run, date_run)
    return Trace(plan.deal.currency, tuple(rows), tuple(accounts), tuple(tests))


def _step_rows(run: SpvRun, date_run: DateRun) -> list[Row]:
    """A row for each step that was run; a step is known by its place in the waterfall, from 1.

    On the last date the accounts are emptied into collection before the steps, and what they leave
    goes to the owners: rows of step 0.
    """
    terms = run.terms.waterfall
    chosen = terms._replace(steps=tuple(terms.steps[place] for place in date_run.steps))
    rows = [
        _ending_row(run, date_run, "release", account, amount)
        for account, amount in list(zip(terms.accounts, date_run.emptied, strict=False))[1:]
        if amount
    ]
    for place, row in zip(
        date_run.steps, trace_rows(chosen, date_run.inputs, date_run.flows), strict=True
    ):
        rows.append(
            {
                "spv": run.terms.name,
                "date": row.date.isoformat(),
                "step": place + 1,
                "do": row.do,
                "what": row.what,
                "available": float(row.available),
                "wanted": float(row.wanted),
                "paid": float(row.paid),
                "shortfall": float(row.shortfall),
                "from_reserves": {name: float(amount) for name, amount in row.drawn},
                "from_owners": float(row.cured),
                "test": row.test or None,
                "value": None if row.value is None else float(row.value),
                "holds": None if row.holds is None else bool(row.holds),
            }
        )
    if date_run.left:
        rows.append(_ending_row(run, date_run, "distribute", "equity", date_run.left))
    return rows


def _ending_row(run: SpvRun, date_run: DateRun, do: str, what: str, amount: Value) -> Row:
    """What is done because the plan ends, beside the steps: no step of the waterfall, so 0."""
    moved = float(amount)
    return {
        "spv": run.terms.name,
        "date": date_run.moment.day.isoformat(),
        "step": 0,
        "do": do,
        "what": what,
        "available": moved,
        "wanted": moved,
        "paid": moved,
        "shortfall": 0.0,
        "from_reserves": {},
        "from_owners": 0.0,
        "test": None,
        "value": None,
        "holds": None,
    }


def _account_rows(run: SpvRun, date_run: DateRun) -> list[Row]:
    return [
        {
            "spv": run.terms.name,
            "date": date_run.moment.day.isoformat(),
            "account": name,
            "balance": float(balance),
            "target": float(target),
        }
        for name, balance, target in zip(
            run.terms.waterfall.accounts, date_run.balances, date_run.inputs.targets, strict=True
        )
    ]


def _test_rows(run: SpvRun, date_run: DateRun) -> list[Row]:
    """The tests that were made on a date; a measure without anything to divide by has no value."""
    rows: list[Row] = []
    for terms, flows in zip(run.terms.covenants, date_run.tests, strict=False):
        if flows.is_tested:
            rows.append(
                {
                    "spv": run.terms.name,
                    "date": date_run.moment.day.isoformat(),
                    "covenant": terms.name,
                    "measure": terms.measure.measure,
                    "value": float(flows.value) if flows.is_measured else None,
                    "level": None if flows.level is None else float(flows.level),
                    "lock_up": None if flows.lock_up_level is None else float(flows.lock_up_level),
                    "is_default": bool(flows.is_default),
                    "is_lock_up": bool(flows.is_lock_up),
                    "is_cured": bool(flows.is_cured),
                    "cure_amount": float(flows.cure_amount),
                }
            )
    return rows
