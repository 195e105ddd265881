"""One floating loan on many paths of its market rate at once, prepared and run.

    python bench/rate_paths.py

A rate drawn for every month of 120, read two business days before each period; months are cut where
payment days leave them. Some paths run alone as plain numbers too, so a fast wrong answer shows.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from machine import hardware, load

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from lessor.core.dates import add_months
from lessor.core.numeric import FLOAT, Kind
from lessor.forecast.funding import FacilityRun, prepare_facility, run_facility
from lessor.forecast.horizon import plan_grid
from lessor.forecast.paths import PathsKind
from lessor.metrics.arrays import Floats
from lessor.terms.deal import Deal

PATHS, MONTHS, REPEATS, ALONE = 10_000, 120, 15, 5
CLOSING = date(2026, 1, 15)
FIRST_POINT = date(2026, 1, 1)
BAR = 0.050

PLAIN: dict[str, Any] = {}
LIMITED = {"floor": "1%", "cap": "7%", "hedge": {"share": "50%", "rate": "4%"}}
LOANS = (
    ("equal principal", "equal_principal", PLAIN),
    ("equal principal, floor, cap, hedge", "equal_principal", LIMITED),
    ("level payment of whole periods, kept", "level_payment", PLAIN),
    ("level, solved anew at every reset", "level", PLAIN),
    ("bullet", "bullet", PLAIN),
)


def floating_deal(profile: str, rate: dict[str, Any], points: Floats) -> Deal:
    """A deal with one loan on a market rate that has a point for every month."""
    forward = [
        {"date": add_months(FIRST_POINT, month).isoformat(), "rate": repr(float(point))}
        for month, point in enumerate(points)
    ]
    loan = {
        "kind": "term_loan",
        "principal": "10_000_000",
        "rate": {"index": "SOFR", "spread": "2.25%", "lag_days": 2, **BASIS, **rate},
        "repayment": {"profile": profile, "until": f"{MONTHS} months"},
        "dates": {"calendar": "sofr", "convention": "modified_following"},
        "draw": "at_closing",
    }
    tree = {
        "format": "lessor/1",
        "deal": "A floating loan",
        "currency": "USD",
        "closing_date": CLOSING.isoformat(),
        "rates": {"SOFR": {"forward": forward}},
        "facilities": {"bank": loan},
    }
    return Deal.model_validate(tree)


BASIS = {"basis": "actual/360", "compounding": "none", "reset": "monthly"}


def walk(paths: int = PATHS, seed: int = 0) -> Floats:
    """Months x paths of a market rate: a walk from 4%."""
    steps = np.random.default_rng(seed).normal(0.0, 0.0015, (MONTHS, paths))
    rates: Floats = 0.04 + np.cumsum(steps, axis=0)
    return rates


def ran(deal: Deal, kind: Kind) -> FacilityRun:
    """The loan prepared and run to its end."""
    grid = plan_grid(deal)
    principal = deal.facilities["bank"].principal.amount
    assert principal is not None
    amount = kind.number(principal.amount)
    drawn = [(grid.moment(CLOSING, opening=True), amount)]
    return run_facility(
        prepare_facility(deal, "bank", grid=grid, kind=kind, draws=drawn, commitment=amount)
    )


def apart(many: FacilityRun, profile: str, rate: dict[str, Any], rates: Floats) -> float:
    """How far some paths lie at most from the same paths run alone, in shares of principal."""
    farthest = 0.0
    for path in range(ALONE):
        one = ran(floating_deal(profile, rate, rates[:, path]), FLOAT)
        for flow, own in zip(many.segment_flows, one.segment_flows, strict=True):
            for part, alone in zip(flow, own, strict=True):
                held = np.broadcast_to(part, rates.shape[1])[path]
                farthest = max(farthest, abs(float(held) - float(alone)) / 1e7)
    return farthest


def main() -> None:
    print(hardware())
    print(load() + "\n")
    print(f"{PATHS:,} rate paths x {MONTHS} months; prepare and run; bar {BAR * 1e3:.0f} ms")
    rates = walk()
    drawn = {f"rates.SOFR.forward[{month}].rate": rates[month] for month in range(MONTHS)}
    for name, profile, rate in LOANS:
        deal, taken = floating_deal(profile, rate, rates.mean(axis=1)), []
        many = ran(deal, PathsKind(drawn))
        for _ in range(REPEATS):
            gc.collect()
            start = time.perf_counter()
            many = ran(deal, PathsKind(drawn))
            taken.append(time.perf_counter() - start)
        far = apart(many, profile, rate, rates)
        median, best = statistics.median(taken) * 1e3, min(taken) * 1e3
        print(f"  {name:<38}{median:>7.1f} ms (best {best:.1f})   paths alone apart by {far:.0e}")


if __name__ == "__main__":
    main()
