"""The whole plan of a borrower on many paths at once, to the equity IRR of every path.

    python bench/waterfall.py

`waterfall.yaml`: four loans, five accounts, fifteen steps, five covenants, 120 months. Drawn: the
rent of one lease, month by month that of the other, the price of power, and the market rate of
every month. Some paths run alone as plain numbers too, so a fast wrong answer shows.
"""

from __future__ import annotations

import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
from machine import hardware, load

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from lessor.core.dates import add_months
from lessor.core.numeric import FloatKind, Value
from lessor.forecast.paths import PathsKind
from lessor.forecast.plan import Plan, run_plan
from lessor.metrics.arrays import Floats
from lessor.metrics.irr import irr
from lessor.terms.deal import Deal
from lessor.terms.interest import RatePoint
from lessor.terms.load import require_deal

DEAL = Path(__file__).with_name("waterfall.yaml")
PATHS, BLOCK, MONTHS, REPEATS = 10_000, 2_500, 120, 5
ALONE = 5
BAR = 1.5
ANCHOR = "leases.anchor.charges.base.amount"
DRIFT = "leases.spot.charges.base.escalator.rate"
POWER = "costs.power.amount"

Drawn = Mapping[str, Floats]


class OnePath(FloatKind):
    """Plain numbers, with those of one path where terms are drawn."""

    def __init__(self, drawn: Drawn, path: int) -> None:
        self.own = {field: float(values[path]) for field, values in drawn.items()}

    def number(self, value: Decimal | int, field: str = "") -> Value:
        return self.own.get(field, float(value))


def bench_deal() -> Deal:
    """The deal with a point of the market rate for every month."""
    deal = require_deal(DEAL).deal
    sofr = deal.rates["SOFR"]
    first = date(2026, 1, 1)
    points = [
        RatePoint(date=add_months(first, month), rate=sofr.forward[0].rate)
        for month in range(MONTHS)
    ]
    return deal.changed(rates={"SOFR": sofr.changed(forward=points)})


def drawn_terms(paths: int = PATHS, seed: int = 0) -> dict[str, Floats]:
    """Terms by path: rents and power around the deal's own, the market rate a walk by month."""
    random = np.random.default_rng(seed)
    steps = random.normal(0.0, 0.0015, (MONTHS, paths))
    sofr = 0.036 + np.cumsum(steps, axis=0)
    return {
        ANCHOR: 88_000 * random.normal(1.0, 0.08, paths),
        POWER: 0.06 * random.lognormal(0.0, 0.2, paths),
        DRIFT: random.normal(-0.003, 0.004, paths),
        **{f"rates.SOFR.forward[{month}].rate": sofr[month] for month in range(MONTHS)},
    }


def equity_flows(plan: Plan, paths: int) -> Floats:
    """Paths x months: cash to the owners of every path, and from them."""
    flows = [np.broadcast_to(each, paths) for each in plan.cash.by_rest("equity_cash")]
    return np.stack(flows, axis=-1)


def apart(deal: Deal, drawn: Drawn, flows: Floats) -> float:
    """How far some paths lie at most from the same paths alone, in shares of what owners pay."""
    farthest = 0.0
    for path in range(ALONE):
        own = equity_flows(run_plan(deal, OnePath(drawn, path)), 1)[0]
        farthest = max(farthest, float(np.abs(flows[path] - own).max() / -own.min()))
    return farthest


def one_run(deal: Deal, drawn: Drawn, block: int = PATHS) -> tuple[float, float, Floats, Floats]:
    """Seconds of the plan and of its rates, the owners' flows and their IRR a month."""
    gc.collect()
    start = time.perf_counter()
    kind = PathsKind(drawn)
    parts: list[Floats] = []
    plan: Plan | None = None
    for part in kind.blocks(block):
        plan = None  # so that its memory serves the next one
        plan = run_plan(deal, part)
        parts.append(equity_flows(plan, part.paths))
        assert part.used == set(drawn), "a drawn term is not read"
    flows = np.concatenate(parts) if len(parts) > 1 else parts[0]
    planned = time.perf_counter()
    rates = irr(flows).rate
    ended = time.perf_counter()
    return planned - start, ended - planned, flows, rates


def line(what: str, taken: float) -> None:
    """One line of seconds."""
    print(f"  {what:<40}{taken:>8.2f} s")


def timed(deal: Deal, drawn: Drawn, block: int) -> tuple[float, float, Floats, Floats]:
    """Print the first run and medians of several more; the last of them."""
    first = one_run(deal, drawn, block)
    line("first run, its memory not yet touched", first[0] + first[1])
    runs = [one_run(deal, drawn, block) for _ in range(REPEATS)]
    taken = [planned + found for planned, found, _, _ in runs]
    line("plan, median", statistics.median(each[0] for each in runs))
    line("equity IRR, median", statistics.median(each[1] for each in runs))
    line(f"both, median (best {min(taken):.2f}, bar {BAR})", statistics.median(taken))
    return runs[-1]


def measure(block: int) -> None:
    """All of one way to run the paths, in a process of its own: memory is new to its first run."""
    deal, drawn = bench_deal(), drawn_terms()
    run_plan(deal)
    start = time.perf_counter()
    run_plan(deal)
    print(f"\n  {block:,} paths at a time")
    line("one path, as plain numbers", time.perf_counter() - start)
    _, _, flows, rates = timed(deal, drawn, block)
    lost = float(np.isnan(rates).mean())
    print(f"  paths alone apart by {apart(deal, drawn, flows):.0e} of what owners pay")
    print(f"  equity IRR x 12: median {np.nanmedian(rates) * 12:.1%}, none on {lost:.1%} of paths")


def main() -> None:
    print(hardware())
    print(load() + "\n")
    deal = bench_deal()
    spv = next(iter(deal.spvs.values()))
    print(
        f"{PATHS:,} paths x {MONTHS} months; {len(deal.facilities)} facilities, "
        f"{len(spv.accounts)} accounts, {len(spv.waterfall)} steps, {len(spv.covenants)} covenants",
        flush=True,
    )
    for block in (PATHS, BLOCK):
        subprocess.run([sys.executable, __file__, str(block)], check=True)


if __name__ == "__main__":
    if sys.argv[1:]:
        measure(int(sys.argv[1]))
    else:
        main()
