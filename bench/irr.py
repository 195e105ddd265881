"""IRR and XIRR of many paths at once, against pyxirr and numpy-financial called row by row.

    python bench/irr.py

Both peers are optional: what is not installed is said and left out. Rates are compared too, so a
fast wrong answer shows.
"""

from __future__ import annotations

import datetime
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
from machine import hardware, peer

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from lessor.metrics.irr import irr, xirr

PATHS, PERIODS, REPEATS = 10_000, 120, 5
SLOW_PATHS = 100  # numpy-financial takes seconds for a thousand; its time is scaled up
Timing = tuple[float, np.ndarray]


def timed(work: Callable[[], np.ndarray], repeats: int = REPEATS) -> Timing:
    """Median seconds of several runs after one to warm up, and the rates."""
    rates, seconds = work(), []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), rates


def flows_of_deals(seed: int = 0) -> np.ndarray:
    """Paths x months in RMB: an outlay, then uneven income of 0.8 to 3 times as much."""
    random = np.random.default_rng(seed)
    flows = 1e8 * random.uniform(0.5, 1.5, (PATHS, PERIODS))
    flows[:, 0] = -flows[:, 1:].sum(axis=1) / random.uniform(0.8, 3.0, PATHS)
    return flows


def row(name: str, timing: Timing, own: Timing) -> None:
    """One line: time, paths a second, times as long as Lessor, how far apart the rates are."""
    seconds, rates = timing
    apart = np.nanmax(np.abs(rates - own[1][: rates.size]))
    print(
        f"{name:<42}{seconds * 1e3:>10,.1f} ms{PATHS / seconds:>12,.0f}/s"
        f"{seconds / own[0]:>9,.1f} x{apart:>11.0e}"
    )


def by_row(solve: Callable[[np.ndarray], float | None], flows: np.ndarray) -> np.ndarray:
    """The peer's rates, one call a path; nan where it gives none."""
    return np.array([solve(path) for path in flows], dtype=np.float64)


def compare_irr(pyxirr: ModuleType | None, financial: ModuleType | None) -> None:
    """Equal periods: all paths at once against one call a path."""
    flows = flows_of_deals()
    own = timed(lambda: irr(flows).rate)
    row("lessor irr, all at once", own, own)
    if pyxirr:
        row("pyxirr.irr, row by row", timed(lambda: by_row(pyxirr.irr, flows), 3), own)
    if financial:
        few = flows[:SLOW_PATHS]
        seconds, rates = timed(lambda: by_row(financial.irr, few), 1)
        timing = seconds * PATHS / SLOW_PATHS, rates
        row(f"numpy_financial.irr, {SLOW_PATHS} rows scaled up", timing, own)


def compare_xirr(pyxirr: ModuleType | None) -> None:
    """Month ends over ten years."""
    flows, start = flows_of_deals(), datetime.date(2026, 4, 28)
    days = np.round(np.arange(PERIODS) * 365.25 / 12).astype(int)
    dates = [start + datetime.timedelta(days=int(day)) for day in days]
    own = timed(lambda: xirr(flows, days).rate)
    row("lessor xirr, all at once", own, own)
    if pyxirr:
        row(
            "pyxirr.xirr, row by row",
            timed(lambda: by_row(lambda f: pyxirr.xirr(dates, f), flows), 3),
            own,
        )


def compare_uneven(pyxirr: ModuleType | None) -> None:
    """Many sign changes and still one rate, then two rates: every root of every path is found."""
    flows = flows_of_deals()
    flows[:, 5:115:11] *= -0.5
    own = timed(lambda: irr(flows).rate)
    row("lessor irr, 21 sign changes", own, own)
    if pyxirr:
        row("pyxirr.irr, 21 sign changes", timed(lambda: by_row(pyxirr.irr, flows), 3), own)
    closing = flows_of_deals()
    closing[:, -1] *= -20
    own = timed(lambda: irr(closing).rate)
    row("lessor irr, 2 sign changes, both rates", own, own)


def single() -> None:
    """One path, as a deal that is evaluated again and again."""
    path = flows_of_deals()[0]
    several = np.append(path[:60], -10 * path[60])
    for name, flows in (("61 months", path[:61]), ("120 months", path), ("two rates", several)):
        seconds, _ = timed(lambda flows=flows: np.array([irr(flows).rate for _ in range(200)]))
        print(f"lessor irr of one path, {name:<18}{seconds / 200 * 1e6:>10,.0f} us")


def main() -> None:
    print(hardware())
    pyxirr, financial = peer("pyxirr"), peer("numpy_financial")
    print(f"\n{PATHS:,} paths of {PERIODS}; medians; `x`: times as long as lessor; rates apart\n")
    compare_irr(pyxirr, financial)
    compare_xirr(pyxirr)
    compare_uneven(pyxirr)
    print()
    single()


if __name__ == "__main__":
    main()
