"""The bundled trace is what its script makes, and is made as its README says."""

import csv
import runpy
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import fmean

import pytest

from lessor.store.usage.catalogue import UsageStore
from lessor.store.usage.readers import AZURE_LLM, Meant, Reading, chunks, usage_file
from lessor.store.usage.take import BatchInfo
from lessor.store.usage.validate import Known
from lessor.terms.load import require_deal

PUBLISHED = {"context": 1154.697, "generated": 211.126}


@pytest.fixture
def folder(root: Path) -> Path:
    return root / "examples" / "token-lease"


@pytest.fixture
def rows(folder: Path) -> list[list[str]]:
    with (folder / "trace.csv").open(encoding="ascii", newline="") as file:
        return list(csv.reader(file))


def test_the_script_makes_the_bundled_trace_to_the_byte(folder: Path, tmp_path: Path):
    script = runpy.run_path(str(folder / "make_trace.py"))
    script["write"](tmp_path / "trace.csv")
    made = (tmp_path / "trace.csv").read_bytes()
    assert made == (folder / "trace.csv").read_bytes()
    assert len(made) < 300_000


def test_the_trace_has_the_published_shape_and_covers_june_in_shanghai(rows):
    assert rows[0] == ["TIMESTAMP", "ContextTokens", "GeneratedTokens"]
    moments = [datetime.fromisoformat(time[:-1]) for time, _, _ in rows[1:]]
    assert all(len(time) == len("2023-11-16 18:15:46.6805900") for time, _, _ in rows[1:])
    assert moments == sorted(set(moments))
    assert moments[0] == datetime(2026, 5, 31, 16)
    assert datetime(2026, 6, 30, 15) < moments[-1] < datetime(2026, 6, 30, 16)


def test_the_readme_says_the_sums_of_the_trace(folder: Path, rows):
    text = (folder / "README.md").read_text(encoding="utf-8")
    for column in (1, 2):
        assert f"{sum(int(row[column]) for row in rows[1:]):,}" in text
    assert f"({len(rows) - 1:,} rows)" in text


def test_a_request_has_the_published_mean_of_context_to_generated(rows):
    context = fmean(int(row[1]) for row in rows[1:])
    generated = fmean(int(row[2]) for row in rows[1:])
    expected = PUBLISHED["context"] / PUBLISHED["generated"]
    assert context / generated == pytest.approx(expected, rel=0.002)


def test_the_files_are_taken_in_whole_and_sum_to_the_trace(folder: Path, rows, tmp_path: Path):
    deal = require_deal(folder / "deal.yaml").deal
    (lease,) = deal.leases
    known = Known({lease: deal.currency}, {})
    batch = BatchInfo("default", datetime(2026, 7, 1, tzinfo=UTC))
    UsageStore.create(tmp_path / "usage")
    with UsageStore.open(tmp_path / "usage") as store:
        for name, meant in (
            ("trace.csv", Meant(AZURE_LLM, lease, "gateway")),
            ("downtime.ndjson", Meant()),
        ):
            for chunk in chunks(usage_file(folder / name), meant, Reading(10_000)):
                answer = store.take(chunk.table, known, batch=batch)
                assert answer.rejected == answer.conflict == answer.duplicate == 0
        zone = deal.leases[lease].billing.time_zone
        june = (date(2026, 6, 1), date(2026, 7, 1))
        found: dict[str, int] = {}
        for day in store.day_sums(None, *june, cutoff=store.cutoff(), zone=zone):
            found[day.meter] = found.get(day.meter, 0) + day.quantity
    assert found == {
        "tokens_in": sum(int(row[1]) for row in rows[1:]),
        "tokens_out": sum(int(row[2]) for row in rows[1:]),
        "downtime": (26 + 3) * 3_600,
    }
