"""What counts on Apache Spark is what counts on DuckDB and in plain Python, row by row."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from lessor.core.issue import FaultsError
from lessor.store.usage.aggregate import SUMS, sums_by_day
from lessor.store.usage.catalogue import UsageStore
from lessor.store.usage.recount import drift, event_files, hourly_sums
from lessor.store.usage.spark import spark_session, sums_on_spark
from tests.store.usage.counted_by_hand import (
    START,
    Row,
    key_of,
    random_rows,
    store_of,
    sums_by_hand,
    sums_of,
)
from tests.store.usage.test_aggregate_recount import filled_store

ALL = 10**12
MISSING = [
    name
    for name, there in (
        ("PySpark", importlib.util.find_spec("pyspark") is not None),
        ("Java", shutil.which("java") is not None),
    )
    if not there
]
NEEDED = pytest.mark.skipif(
    bool(MISSING),
    reason=f"NOT RUN for want of {' and '.join(MISSING)}: that Spark counts what DuckDB counts "
    "(LESSOR_APT=1 make test installs both)",
)
SMALL = {"spark__master": "local[2]", "spark__driver__memory": "512m"}


@NEEDED
def test_spark_counts_random_stores_as_duckdb_does_and_as_by_hand(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with spark_session(spark__sql__shuffle__partitions="2", **SMALL) as session:
            for seed in (1, 2):
                _agrees(session, seed, tmp_path)
            _counts_a_kept_store(session, tmp_path)
            _refuses_a_sum_past_38_digits(session, tmp_path)
        _is_chosen_by_its_name(tmp_path)


def _agrees(session, seed, tmp_path):
    rows = random_rows(seed, events=600)
    folder, scratch = tmp_path / str(seed), tmp_path / "scratch"
    folder.mkdir()
    scratch.mkdir(exist_ok=True)
    files = store_of(rows, folder, hot=20)
    for cutoff in (250, ALL):
        found = sums_on_spark(session, files, cutoff=cutoff, scratch=scratch)
        assert found.schema == SUMS
        by_day = [table for _, table in sums_by_day(files, cutoff=cutoff)]
        assert sums_of([found]) == sums_of(by_day) == sums_by_hand(rows, cutoff)
    assert not list(scratch.iterdir())


def _counts_a_kept_store(session, tmp_path):
    store, cutoffs = filled_store(tmp_path / "usage", 5)
    with store:
        own = sums_of(list(hourly_sums(store, cutoff=cutoffs[-1])))
        files, scratch = event_files(store), tmp_path / "usage" / "staging"
        found = sums_on_spark(session, files, cutoff=cutoffs[-1], scratch=scratch)
        assert sums_of([found]) == own != {}


def _is_chosen_by_its_name(tmp_path):
    with UsageStore.open(tmp_path / "usage") as store:
        assert drift(store, cutoff=store.cutoff(), engine="spark") == []


def _refuses_a_sum_past_38_digits(session, tmp_path):
    rows = [Row(key_of(each), each, "a", "kwh", START, 10**38 - 1) for each in (1, 2)]
    files = store_of(rows, tmp_path, hot=1)
    session.sparkContext.setLogLevel("OFF")
    with pytest.raises(Exception, match="ARITHMETIC_OVERFLOW"):
        sums_on_spark(session, files, cutoff=ALL, scratch=tmp_path)


@NEEDED
def test_without_java_it_says_so():
    # A process of its own: Java is started once in one, and lasts as long as it does.
    script = (
        "from lessor.core.issue import FaultsError\n"
        "from lessor.store.usage.spark import spark_session\n"
        "try:\n    spark_session().__enter__()\n"
        "except FaultsError as fault:\n    print(*(issue.render() for issue in fault.issues))\n"
    )
    paths = {"JAVA_HOME": "/nonexistent", "PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **paths},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.startswith("error[spark-unavailable] Spark does not start: is Java there?")


def test_without_pyspark_it_says_what_to_install(monkeypatch, root: Path, rewrite: bool):
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    with pytest.raises(FaultsError) as caught, spark_session():
        pass
    given = "".join(issue.render() + "\n" for issue in caught.value.issues)
    golden = root / "tests" / "issues" / "spark-unavailable" / "expected.txt"
    if rewrite:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(given, encoding="utf-8")
    assert given == golden.read_text(encoding="utf-8")
