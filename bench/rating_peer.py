"""CloudKitty's hashmap rating of points from a file; run by `rating_points.py`, in its environment.

    PYTHON bench/rating_peer.py POINTS.csv PRICES.json

Used as a library, on sqlite: one service for each meter with one flat mapping, its price for a
unit. Its tables are made from its models, for its migrations do not run on sqlite. What is timed
is `HashMap.process` on frames of one hour that are made before; storing them is not.
"""

from __future__ import annotations

import csv
import json
import sys
import tempfile
import time
from datetime import datetime, timedelta
from decimal import Decimal, getcontext
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cloudkitty import db
from cloudkitty.dataframe import DataFrame, DataPoint
from cloudkitty.rating.hash import HashMap
from cloudkitty.rating.hash.db.sqlalchemy import models
from oslo_config import cfg
from oslo_db import options


def rater(prices: dict[str, str], folder: str) -> Any:
    """The hashmap rating with the prices in its tables."""
    cfg.CONF([], project="cloudkitty", default_config_files=[])
    options.set_defaults(cfg.CONF, connection=f"sqlite:///{folder}/rating.sqlite")
    with db.session_for_write() as session:
        models.Base.metadata.create_all(session.get_bind())
    api = HashMap.db_api
    for meter, price in prices.items():
        service = api.create_service(meter)
        api.create_mapping(
            cost=Decimal(price),
            map_type="flat",
            service_id=service.service_id,
            start=datetime(2020, 1, 1),
            created_by="bench",
        )
    return HashMap()


def frames(path: str) -> list[Any]:
    """The points as CloudKitty's frames, one for each hour."""
    begin = datetime(2026, 6, 1)
    held: dict[int, dict[str, list[Any]]] = {}
    with open(path, newline="", encoding="utf-8") as file:
        for lease, meter, hour, quantity in csv.reader(file):
            point = DataPoint(meter, quantity, 0, {"project_id": lease}, {})
            held.setdefault(int(hour), {}).setdefault(meter, []).append(point)
    return [
        DataFrame(begin + timedelta(hours=hour), begin + timedelta(hours=hour + 1), usage)
        for hour, usage in sorted(held.items())
    ]


def main(points: str, prices: str) -> None:
    """Rate all frames; print what it took, and the total, as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        rating = rater(json.loads(Path(prices).read_text(encoding="utf-8")), folder)
        given = frames(points)
        begin, cpu = time.perf_counter(), time.process_time()
        rated = [rating.process(frame) for frame in given]
        seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
    # As exact as its own amounts are: adding them loses nothing.
    getcontext().prec = 80
    amounts = [point.price for frame in rated for _, point in frame.iterpoints()]
    told = {"points": len(amounts), "seconds": seconds, "cpu": cpu}
    print(json.dumps({**told, "total": str(sum(amounts)), "version": version("cloudkitty")}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
