"""How taking usage in and summing it grow from 1 to 100 million events, as a picture.

    python bench/growth.py            (matplotlib is needed: pip install matplotlib)

It runs nothing: it draws what `ingest.py` and `usage_sums.py` kept in results/, to growth.svg
beside this file. On all axes a step is ten times as much; dashed lines are the bars.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from machine import kept
from matplotlib import pyplot, rcParams

PICTURE = Path(__file__).with_name("growth.svg")


class Line(NamedTuple):
    """A column of kept results: whose, which, what it is called; its bar, 0 for none."""

    results: str
    column: str
    label: str
    bar: float = 0


RATES = (
    Line("ingest", "new_1000000", "new, batches of 1,000,000", 200_000),
    Line("ingest", "new_10000", "new, batches of 10,000", 100_000),
    Line("ingest", "again_1000000", "seen before, batches of 1,000,000", 80_000),
    Line("ingest", "again_10000", "seen before, batches of 10,000"),
)
MEMORY = (
    Line("ingest", "mib", "taking in", 2048),
    Line("usage_sums", "mib", "sums", 1024),
)
SECONDS = (
    Line("usage_sums", "seconds", "sums of all months"),
    Line("usage_sums", "late_day_seconds", "one late day again", 0.3),
)


def panel(axes: Any, lines: Sequence[Line], unit: str) -> None:
    """The lines of one unit against events, on logarithmic axes."""
    for line in lines:
        points = [each for each in kept(line.results) if line.column in each and each["events"]]
        events = [each["events"] for each in points]
        drawn = axes.loglog(
            events, [each[line.column] for each in points], marker="o", label=line.label
        )
        if line.bar:
            axes.axhline(line.bar, linestyle="--", linewidth=0.8, color=drawn[0].get_color())
    axes.set(xlabel="events", ylabel=unit)
    axes.legend(fontsize="small")
    axes.grid(visible=True, which="both", alpha=0.3)


def main() -> None:
    """Draw all three panels; the same results are the same file, whenever it is drawn."""
    pyplot.switch_backend("svg")
    rcParams["svg.hashsalt"] = "growth"
    figure, (rates, memory, seconds) = pyplot.subplots(1, 3, figsize=(15, 4.5))
    panel(rates, RATES, "taken in, events a second")
    panel(memory, MEMORY, "peak memory, MiB")
    panel(seconds, SECONDS, "seconds")
    figure.tight_layout()
    figure.savefig(PICTURE, metadata={"Date": None})
    print(PICTURE)


if __name__ == "__main__":
    main()
