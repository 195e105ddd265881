"""The checks of a workbook: what must balance whatever the inputs, and the engine's own figures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lessor.core.cells import Cell, as_cell, call, figure
from lessor.core.numeric import Value
from lessor.report.workbook.layout import Series
from lessor.report.workbook.model import Model
from lessor.report.workbook.return_rows import SHEET, Returns

TOLERANCE = 1e-6
"""By how much two sides may differ, beside the larger of them (or beside 1)."""


class Check(NamedTuple):
    """Two figures that must be equal."""

    title: str
    left: Cell
    right: Cell


def checks(model: Model, returns: Returns) -> list[Check]:
    """What must balance in the plan, whatever its inputs: both sides get cells of their own."""
    found = []
    for title, left, right in _balances(model):
        sides = [
            figure(side, f"{title}: {word}", None)
            for side, word in ((left, "one side"), (right, "the other"))
        ]
        found.append(Check(title, *sides))
        for side in sides:
            returns.rows.append(Series(SHEET, "Checks", side.name, [side]))
    return found


def _balances(model: Model) -> Iterator[tuple[str, Value, Value]]:
    plan = model.plan

    def summed(name: str) -> Value:
        row = model.rows.get(name)
        if row is None:
            return as_cell(0)
        return call("SUM({0})", sum(map(float, row.cells)), row.cells)

    sources = summed("equity_contributed") + summed("debt_drawn") + summed("prepayment_spent")
    if plan.spvs:
        # What owners put in to make tests good is no source of uses: told apart by no stream.
        left = sources + summed("equity_available") + summed("reserves_funded")
        yield "Cash in is cash out", left, summed("uses") + summed("equity_distributed")
    else:
        yield "Sources are uses", sources, summed("uses")
        yield "Cash in is cash out", summed("equity_available"), summed("equity_distributed")
    months = plan.grid.months
    for loan in plan.facilities:
        moved: Value = as_cell(0)
        for month, flow in enumerate(loan.flows):
            net = flow.drawn + flow.capitalised - flow.principal_paid - flow.prepaid
            moved = moved + net * (months - month)
        stood = sum((flow.outstanding for flow in loan.flows), start=as_cell(0))
        # Both sides are sums over the months of what stands at their ends: every month counts.
        yield f"Debt balances: {loan.name}", moved, stood
    yield (
        "Debt of all loans is theirs",
        sum((loan.flows[-1].outstanding for loan in plan.facilities), start=as_cell(0)),
        plan.outstanding[-1],
    )
