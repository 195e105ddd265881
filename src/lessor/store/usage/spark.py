"""The same sums on Apache Spark, over the same files: for those who outgrow one machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pyarrow as pa

from lessor.core.issue import FaultsError, Issue
from lessor.store.usage.aggregate import (
    EVENT_COLUMNS,
    EVENTS,
    SUMS,
    EventFiles,
    queries,
)

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SETTINGS = {
    # An overflow is a fault, never a missing sum; hours are cut in UTC.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
LOCAL = {
    "spark.master": "local[*]",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}
SUBMIT = "PYSPARK_SUBMIT_ARGS"


@contextmanager
def spark_session(**settings: str) -> Iterator[SparkSession]:
    """A Spark session: on this machine, or where `PYSPARK_SUBMIT_ARGS` says.

    settings: more of Spark's own, dots written as two underscores. Issues: spark-unavailable.
    """
    own = {} if SUBMIT in os.environ else LOCAL
    asked = {name.replace("__", "."): value for name, value in settings.items()}
    session = _session({**own, **SETTINGS, **asked})
    try:
        yield session
    finally:
        session.stop()


def sums_on_spark(
    session: SparkSession, files: EventFiles, *, cutoff: int, scratch: Path
) -> pa.Table:
    """The sums of all events up to the cutoff by Spark, as one table of `SUMS`.

    scratch: a folder that Spark sees as it sees the files; the hot events stand there as one more
    Parquet file until they are counted.
    """
    with TemporaryDirectory(dir=scratch) as folder:
        hot = Path(folder) / "hot.parquet"
        columns = ", ".join(EVENT_COLUMNS)
        with files.connection.cursor() as cursor:
            cursor.sql(f"select {columns} from {files.hot}").write_parquet(str(hot))
        paths = [str(path) for segments in files.days.values() for path in segments]
        read = session.read.parquet(*paths, str(hot)).select(*EVENT_COLUMNS)
        read.createOrReplaceTempView(EVENTS)
        found = session.sql(queries("pyspark", cutoff).whole).toArrow()
    return _in_utc(found).cast(SUMS)


def _session(settings: dict[str, str]) -> SparkSession:
    try:
        from pyspark.errors import PySparkRuntimeError
        from pyspark.sql import SparkSession
    except ImportError as fault:
        raise FaultsError([_unavailable("PySpark is not installed")]) from fault
    builder = SparkSession.builder.appName("lessor")
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except PySparkRuntimeError as fault:
        raise FaultsError([_unavailable("Spark does not start: is Java there?")]) from fault
    session.sparkContext.setLogLevel("ERROR")
    return session


def _unavailable(why: str) -> Issue:
    return Issue(
        "spark-unavailable",
        why,
        'pip install "lessor[spark]" and Java 17 or 21, or write engine = "duckdb" under [usage]',
    )


def _in_utc(found: pa.Table) -> pa.Table:
    """The table with its hours said without a zone, as `SUMS` has them."""
    place = found.schema.get_field_index("hour")
    return found.set_column(place, "hour", found.column("hour").cast(SUMS.field("hour").type))
