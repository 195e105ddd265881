"""Underwrites a deal: its plan, every metric with its note, and the months one by one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lessor.core.issue import Issue
from lessor.forecast.cashflow import DUE, STREAMS, TOTALS
from lessor.forecast.closing_tables import plan_of
from lessor.forecast.figures import Figure, as_floats, figures_of
from lessor.forecast.metric_table import METRICS
from lessor.forecast.plan import Plan
from lessor.forecast.warnings import plan_warnings
from lessor.metrics.cover import by_payment, dscr
from lessor.terms.load import Loaded

PERIOD_CASH = (*STREAMS, *TOTALS)
"""The cash of a month that `--periods` tells: every stream, and every total of them."""


@dataclass(frozen=True)
class Underwriting:
    """A deal underwritten: the plan, its figures, and what there is to say about the input."""

    loaded: Loaded
    plan: Plan
    figures: Mapping[str, Figure]
    issues: tuple[Issue, ...]

    @property
    def metrics(self) -> dict[str, float | None]:
        """Every metric by name; None where it has no value."""
        return {metric.name: self.figures[metric.name].value for metric in METRICS}

    @property
    def metric_notes(self) -> dict[str, str]:
        """Why a metric has no value, or what to know about the one it has."""
        return {name: figure.note for name, figure in self.figures.items() if figure.note}


def underwrite(loaded: Loaded) -> Underwriting:
    """The plan of a checked deal and its figures."""
    plan = plan_of(loaded)
    issues = (*loaded.issues, *plan_warnings(loaded, plan))
    return Underwriting(loaded, plan, figures_of(plan), issues)


def period_rows(result: Underwriting) -> list[dict[str, object]]:
    """The plan month by month: cash by name, debt and cover; a figure without value is None.

    `dscr` stands in the month of a payment, over all months since the payment before.
    """
    plan = result.plan
    rows = []
    cash = {name: plan.cash.by_period(name) for name in PERIOD_CASH}
    covers = _covers(plan)
    for period, label in enumerate(plan.grid.labels):
        row: dict[str, object] = {
            "period": label,
            "start": plan.grid.boundaries[period].isoformat(),
            "end": plan.grid.boundaries[period + 1].isoformat(),
            "rent_earned": float(plan.rent_earned[period]),
        }
        row |= {name: float(values[period]) for name, values in cash.items()}
        row["dscr"] = covers.get(period)
        row["debt_outstanding"] = float(plan.outstanding[period + 1])
        row["depreciation"] = float(plan.depreciation[period])
        row["collateral_value"] = float(plan.collateral[period + 1])
        rows.append(row)
    return rows


def _covers(plan: Plan) -> dict[int, float]:
    """DSCR by the month of each payment of the loans."""
    paying = plan.payment_flags
    if not paying.any():
        return {}
    cfads, service = (
        by_payment(as_floats(plan.to_payments(name)), paying) for name in ("cfads", DUE)
    )
    ratios = zip(np.flatnonzero(paying).tolist(), dscr(cfads, service).tolist(), strict=True)
    return {period: ratio for period, ratio in ratios if not math.isnan(ratio)}
