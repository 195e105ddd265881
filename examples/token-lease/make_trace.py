"""Make trace.csv: what a gateway counted of a conversation service in June 2026. All of it is made.

    python examples/token-lease/make_trace.py

Each row sums the requests of ten minutes. Sizes of requests have the mean and the spread of a
published trace; how many come, by hour and day of the week, is assumed. README.md says more.
"""

import csv
import random
import sys
from datetime import datetime, timedelta
from math import sqrt
from pathlib import Path

SEED = 20260601
# June 2026 in Shanghai, the zone of the lease; the trace tells UTC, as the published one does.
BEGIN = datetime(2026, 5, 31, 16)
DAYS = 30
STEP = timedelta(minutes=10)
ZONE = timedelta(hours=8)

# Mean and standard deviation of one request, AzureLLMInferenceTrace_conv.csv (19,366 requests).
CONTEXT = (1154.697, 1108.794)
GENERATED = (211.126, 162.866)

# Assumed: requests of ten minutes on a working day, by the hour in Shanghai, and at the weekend.
BUSIEST = 20_000
BY_HOUR = (
    0.38, 0.30, 0.24, 0.20, 0.18, 0.20, 0.28, 0.42, 0.62, 0.82, 0.94, 0.96,
    0.84, 0.86, 0.98, 1.00, 0.98, 0.92, 0.82, 0.78, 0.80, 0.76, 0.64, 0.50,
)  # fmt: skip
WEEKEND = 0.7


def about_normal(drawn: random.Random) -> float:
    """Twelve even draws less six: mean 0, deviation 1, the same bits on every machine."""
    return sum(drawn.random() for _ in range(12)) - 6.0


def requests(drawn: random.Random, moment: datetime) -> int:
    """How many requests come in the ten minutes from a moment of UTC."""
    local = moment + ZONE
    expected = BUSIEST * BY_HOUR[local.hour] * (WEEKEND if local.weekday() >= 5 else 1.0)
    return round(expected + sqrt(expected) * about_normal(drawn))


def tokens(drawn: random.Random, count: int, one: tuple[float, float]) -> int:
    """The tokens of so many requests, of the mean and deviation of one."""
    mean, deviation = one
    return round(count * mean + sqrt(count) * deviation * about_normal(drawn))


def rows() -> list[tuple[str, int, int]]:
    """The rows of the trace, in order of time."""
    drawn = random.Random(SEED)
    made = []
    for step in range(DAYS * 24 * 6):
        moment = BEGIN + step * STEP
        count = requests(drawn, moment)
        context = tokens(drawn, count, CONTEXT)
        made.append((f"{moment}.0000000", context, tokens(drawn, count, GENERATED)))
    return made


def write(path: Path) -> None:
    """Write the trace in the columns of the published one."""
    with path.open("w", newline="", encoding="ascii") as file:
        written = csv.writer(file, lineterminator="\n")
        written.writerow(("TIMESTAMP", "ContextTokens", "GeneratedTokens"))
        written.writerows(rows())


if __name__ == "__main__":
    write(Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).with_name("trace.csv"))
