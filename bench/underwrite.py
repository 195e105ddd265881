"""How long underwriting takes: cold as a command, warm in a process, and a solve.

    python bench/underwrite.py

The cold figure is a ratio to importing NumPy and Pydantic in the same run, taken in turns; all are
medians. The bars: cold at most 3 x the imports, a deal re-evaluated in 5 ms, a solve in 100 ms.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from lessor.forecast.solve import solve
from lessor.forecast.underwriting import underwrite
from lessor.terms.load import build_deal, require_deal
from lessor.terms.setting import with_set

ROOT = Path(__file__).resolve().parent.parent
DEAL = ROOT / "examples" / "b300-10k" / "deal.yaml"
IMPORTS = "import numpy; from pydantic import BaseModel"
RENT = "leases.anchor.charges.base.amount"
COLD_RUNS, WARM_RUNS, SOLVE_RUNS = 15, 200, 20

SOLVES = (
    (RENT, "payback_years_total=3"),
    (RENT, "irr_equity=10%"),
    ("facilities.bank.principal.share", "dscr_min=1.2"),
    ("assets.servers.residual.amount", "irr_equity=20%"),
    ("assets.servers.unit_cost.amount", "payback_years_total=3"),
    ("facilities.bank.rate.value", "payback_years_equity=3"),
)


def seconds(run: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def process(*command: str) -> Callable[[], object]:
    """A whole process with its output thrown away."""
    return lambda: subprocess.run(command, check=True, capture_output=True)


def cold() -> None:
    """The command against the imports it cannot do without, in turns."""
    lessor = str(Path(sys.executable).parent / "lessor")
    command = process(lessor, "underwrite", str(DEAL))
    as_json = process(lessor, "underwrite", str(DEAL), "--json")
    imports = process(sys.executable, "-c", IMPORTS)
    for run in (command, as_json, imports):
        run()
    taken = [(seconds(imports), seconds(command), seconds(as_json)) for _ in range(COLD_RUNS)]
    base, tables, plain = (statistics.median(column) for column in zip(*taken, strict=True))
    write(f"imports alone                     {base * 1e3:8.0f} ms")
    for name, figure, column in (("tables", tables, 1), ("--json", plain, 2)):
        ratio = statistics.median(row[column] / row[0] for row in taken)
        write(
            f"lessor underwrite, {name:<14} {figure * 1e3:8.0f} ms   {ratio:5.2f} x imports (bar 3)"
        )


def warm() -> None:
    """One deal changed, checked, planned, and all its figures."""
    loaded = require_deal(DEAL)
    taken = []
    for index in range(WARM_RUNS):
        start = time.perf_counter()
        source, _ = with_set(loaded.source, RENT, str(1_400_000_000 + index))
        assert source is not None
        changed, _ = build_deal(source)
        assert changed is not None
        underwrite(changed)
        taken.append(time.perf_counter() - start)
    write(f"one deal re-evaluated, warm       {statistics.median(taken) * 1e3:8.2f} ms   (bar 5)")


def solves() -> None:
    """Each solve, warm."""
    loaded = require_deal(DEAL)
    for vary, until in SOLVES:
        taken = [seconds(lambda v=vary, u=until: solve(loaded, v, u)) for _ in range(SOLVE_RUNS)]
        median = statistics.median(taken) * 1e3
        term = ".".join(vary.split(".")[-2:])
        write(f"solve {term:<18} {until:<24}{median:6.1f} ms   (bar 100)")


def write(line: str) -> None:
    """A line of the report."""
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    write(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {DEAL.relative_to(ROOT)}")
    cold()
    warm()
    solves()
