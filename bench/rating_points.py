"""Rating points of use by tariff, beside CloudKitty: points a second, and whether totals drift.

    python bench/rating_points.py [POINTS] [--peer PYTHON]        (10,000,000 points unless said)

A point is what one meter of one lease counted at one hour, in an Arrow table. Four ways, each from
the whole table, by the very functions that rate an invoice (`engine.charges.usage.worth`):

  each point             an amount for every point, on exact whole numbers in arrays
  lease, meter, hour     points summed, one amount for each, in tiers over the month's use so far
  lease, meter: flat     points summed, then rated on `Decimal` as an invoice line is
  lease, meter: tiers    the same in tiers; its total is that of the hours to the last digit

CloudKitty 25.0.0 puts a price on each point (hashmap, flat: it has no tiers over a window) by the
same flat tariff on a sample of the same points, in turns with Lessor, in an environment of its own:
`python -m venv PEER; PEER/bin/pip install cloudkitty==25.0.0`, then `--peer PEER/bin/python`.
The bar: 100 times its points a second, and a total that is exact.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from machine import hardware, load
from whole_numbers import Whole, WholeKind

from lessor.core.numeric import DECIMAL, Kind
from lessor.engine.charges.setting import Setting
from lessor.engine.charges.usage import METER_UNITS, UsageTerms, lower_usage, worth
from lessor.terms.charges import Tier, Usage
from lessor.terms.meters import BUILT_IN, meter_of, rated
from lessor.terms.scalars import Duration

POINTS, SAMPLE = 10_000_000, 300_000
REPEATS = 3
PIECE = 65_536
BAR = 100
PRICES = {
    "tokens_in": ("million_tokens", Decimal("0.8")),
    "tokens_out": ("million_tokens", Decimal("4.1")),
    "gpu_seconds": ("gpu_hour", Decimal("2.484")),
    "kwh": ("kwh", Decimal("0.613")),
}
TIER_ENDS = {"million_tokens": 100, "gpu_hour": 10_000, "kwh": 50_000}
Tariff = Mapping[str, UsageTerms]

_POINTS = """
SELECT 'lease-' || lpad((500 * pow(h % 1000003 / 1000003, 2))::INT::VARCHAR, 5, '0') AS lease,
    ['tokens_in', 'tokens_out', 'gpu_seconds', 'kwh'][1 + i % 4] AS meter,
    (i * 720 // {count})::INT AS hour, (1 + h // 7 % 1000000)::DECIMAL(38,0) AS quantity
FROM (SELECT i, hash(i, 5) AS h FROM range({count}) t(i))
"""
_BY_HOUR = """
SELECT lease, meter, hour, quantity::BIGINT AS quantity,
    sum(quantity) OVER (PARTITION BY lease, meter ORDER BY hour)::BIGINT AS used
FROM (SELECT lease, meter, hour, sum(quantity) AS quantity FROM points GROUP BY ALL)
"""
_BY_MONTH = "SELECT lease, meter, sum(quantity)::VARCHAR FROM points GROUP BY ALL"


class Rated(NamedTuple):
    """What a way of rating came to: seconds, how many amounts, and their exact total."""

    seconds: float
    amounts: int
    total: Fraction


def tariff(kind: Kind, *, in_tiers: bool) -> Tariff:
    """The usage charge of each meter, lowered as a lease's is."""
    setting = Setting(kind, Duration(months=48, days=0), None, None, None, tuple(PRICES), ())
    found = {}
    for meter, (per, price) in PRICES.items():
        end = Decimal(TIER_ENDS[per])
        tiers = [Tier(up_to=end, price=price), Tier(price=price * 3 / 4)]
        said = Usage(
            kind="usage",
            meter=meter,
            per=per,
            mode="graduated" if in_tiers else "flat",
            price=None if in_tiers else price,
            tiers=tiers if in_tiers else [],
        )
        found[meter] = lower_usage(meter, meter, said, setting)
    return found


def smallest_price(meter: str) -> Decimal:
    """The flat price of a meter's smallest unit, which its points count."""
    per, price = PRICES[meter]
    return price / METER_UNITS[per] / BUILT_IN[meter].units[BUILT_IN[meter].rated_in]


def scale_of(meter: str) -> Fraction:
    """A meter's smallest unit in the unit that is rated."""
    return rated(meter_of(meter), 1, "")


def each_point(points: pa.Table) -> tuple[int, Fraction]:
    """An amount for every point: how many, and their total."""
    terms = tariff(WholeKind(), in_tiers=False)
    amounts: list[Whole] = []
    # A piece at a time stays near the processor.
    for piece in points.to_batches(max_chunksize=PIECE):
        quantities = piece["quantity"].cast(pa.int64())
        for meter in PRICES:
            own = quantities.filter(pc.equal(piece["meter"], meter)).to_numpy()
            amounts.append(worth(terms[meter], Whole.array(own, scale_of(meter))))
    return sum(len(each) for each in amounts), sum((each.total() for each in amounts), Fraction(0))


def each_hour(points: pa.Table) -> tuple[int, Fraction]:
    """An amount for each lease, meter and hour in tiers of the month: how many, and their total."""
    with connected(points) as connection:
        hours = connection.sql(_BY_HOUR).to_arrow_table()
    amounts, total = 0, Fraction(0)
    terms = tariff(WholeKind(), in_tiers=True)
    for meter in PRICES:
        own = hours.filter(pc.equal(hours["meter"], meter))
        used, quantity = own["used"].to_numpy(), own["quantity"].to_numpy()
        before = worth(terms[meter], Whole.array(used - quantity, scale_of(meter)))
        amount = worth(terms[meter], Whole.array(used, scale_of(meter))) - before
        amounts, total = amounts + len(used), total + amount.total()
    return amounts, total


def each_lease(points: pa.Table, *, in_tiers: bool) -> tuple[int, Fraction]:
    """An amount for each lease and meter, on `Decimal`: how many, and their total."""
    with connected(points) as connection:
        sums = connection.sql(_BY_MONTH).fetchall()
    terms = tariff(DECIMAL, in_tiers=in_tiers)
    amounts = [
        worth(terms[meter], DECIMAL.given(int(quantity) * scale_of(meter)))
        for _, meter, quantity in sums
    ]
    return len(amounts), sum(map(Fraction, amounts), Fraction(0))


def connected(points: pa.Table) -> duckdb.DuckDBPyConnection:
    """DuckDB that sees the points."""
    connection = duckdb.connect(config={"memory_limit": "1GB"})
    connection.execute("SET enable_progress_bar = false")
    connection.register("points", points)
    return connection


WAYS: dict[str, Callable[[pa.Table], tuple[int, Fraction]]] = {
    "each point, flat": each_point,
    "each lease, meter and hour, tiers": each_hour,
    "each lease and meter, flat": lambda points: each_lease(points, in_tiers=False),
    "each lease and meter, tiers": lambda points: each_lease(points, in_tiers=True),
}


def timed(way: Callable[[pa.Table], tuple[int, Fraction]], points: pa.Table) -> Rated:
    """One way, once."""
    begin = time.perf_counter()
    amounts, total = way(points)
    return Rated(time.perf_counter() - begin, amounts, total)


def exact_flat(points: pa.Table) -> Fraction:
    """The flat total from each meter's whole sum, beside all of the above."""
    with connected(points) as connection:
        rows = connection.sql("SELECT meter, sum(quantity)::VARCHAR FROM points GROUP BY ALL")
        found = rows.fetchall()
    return sum((int(sum_) * Fraction(smallest_price(meter)) for meter, sum_ in found), Fraction(0))


def peer_run(peer: str, sample: Path, prices: Path) -> dict[str, str]:
    """CloudKitty's figures for the sample."""
    script = Path(__file__).with_name("rating_peer.py")
    command = [peer, "-W", "ignore", *map(str, (script, sample, prices))]
    ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    told: dict[str, str] = json.loads(ran.stdout.splitlines()[-1])
    return told


def main(count: int, peer: str | None) -> None:
    """All ways in turns with the peer; medians, totals beside each other."""
    print(hardware())
    print(f"DuckDB {duckdb.__version__}, Arrow {pa.__version__}; {load()}; medians of {REPEATS}\n")
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        points = connection.sql(_POINTS.format(count=count)).to_arrow_table()
    sample = points.take(np.linspace(0, count - 1, min(SAMPLE, count)).astype(np.int64))
    ours: dict[str, list[Rated]] = {name: [] for name in WAYS}
    peers: list[dict[str, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        path, prices = Path(folder) / "points.csv", Path(folder) / "prices.json"
        pyarrow.csv.write_csv(sample, path, pyarrow.csv.WriteOptions(include_header=False))
        prices.write_text(json.dumps({meter: str(smallest_price(meter)) for meter in PRICES}))
        for _ in range(REPEATS):
            for name, way in WAYS.items():
                ours[name].append(timed(way, points))
            if peer is not None:
                peers.append(peer_run(peer, path, prices))
    _require_exact(ours, points)
    _print(ours, peers, count, exact_flat(sample))


def _require_exact(ours: Mapping[str, list[Rated]], points: pa.Table) -> None:
    totals = {name: {run.total for run in runs} for name, runs in ours.items()}
    point, hour, flat, tiers = totals.values()
    assert point == flat == {exact_flat(points)}, "the flat totals differ"
    assert hour == tiers, "the totals in tiers differ"


def _print(
    ours: Mapping[str, list[Rated]], peers: list[dict[str, str]], count: int, exact: Fraction
) -> None:
    rate = statistics.median(int(p["points"]) / float(p["seconds"]) for p in peers) if peers else 0
    print(f"| an amount for | amounts | s | points a second | times CloudKitty (bar {BAR}) |")
    print("|---|---|---|---|---|")
    for name, runs in ours.items():
        seconds = statistics.median(run.seconds for run in runs)
        times = f"{count / seconds / rate:,.0f}" if rate else ""
        cells = f"{runs[0].amounts:,} | {seconds:.2f} | {count / seconds:,.0f} | {times}"
        print(f"| {name} | {cells} |")
    if not peers:
        print("\nno --peer PYTHON with CloudKitty: left out")
        return
    first = peers[0]
    seconds = statistics.median(float(p["seconds"]) for p in peers)
    name = f"CloudKitty {first['version']}: each point, flat"
    print(f"| {name} | {int(first['points']):,} | {seconds:.2f} | {rate:,.0f} | 1 |\n")
    drift = float(Fraction(Decimal(first["total"])) - exact)
    print(f"Lessor's totals are exact. CloudKitty's of its sample is {first['total']},")
    print(f"the exact one {Decimal(exact.numerator) / exact.denominator}: {drift:+.1e} apart.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("points", nargs="?", type=int, default=POINTS)
    parser.add_argument("--peer", metavar="PYTHON")
    asked = parser.parse_args(sys.argv[1:])
    main(asked.points, asked.peer)
