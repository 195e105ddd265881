"""Numbers run without a gap per legal entity and year, whoever issues at once or is killed."""

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lessor.core.issue import FaultsError
from lessor.store.records.numbers import entity_of
from lessor.store.records.records import Records
from tests.store.records.issuer import month
from tests.store.records.samples import INVOICE_DATE, NOW, book, document, issue, lease, line

ISSUERS = 8


def numbers(records: Records) -> list[str]:
    with records.reading() as reader:
        return [issued.number for issued in reader.documents()]


def gapless(count: int, entity: str = "ACME", year: int = 2026) -> list[str]:
    return [f"{entity}-{year}-{sequence:06d}" for sequence in range(1, count + 1)]


def times_killed(root: Path, *arguments: str) -> int:
    """How many times `killed` was killed before it got through."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.store.records.killed", *arguments],
        cwd=root,
        env=environment(root),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return int(done.stdout)


def environment(root: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join((str(root / "src"), str(root)))}


@pytest.fixture
def issuers(records_url: str, root: Path):
    """Starts issuing in other processes; whatever becomes of the test, they end with it."""
    started: list[Any] = []

    def start(names: Sequence[str], count: int):
        command = [sys.executable, "-m", "tests.store.records.issuer", records_url]
        for name in names:
            started.append(
                subprocess.Popen(
                    [*command, name, str(count)],
                    cwd=root,
                    env=environment(root),
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
        return started

    yield start
    for each in started:
        each.kill()
        each.wait()
        each.stdout.close()


@pytest.mark.parametrize(
    ("lessor", "entity"),
    [
        ("Acme Compute Ltd.", "ACME-COMPUTE-LTD"),
        ("", "LESSOR"),
        ("...", "LESSOR"),
        ("上海算力有限公司", "上海算力有限公司"),
        ("Ｆｕｌｌ width", "FULL-WIDTH"),
        ("a" * 23 + " tail", "A" * 23),
    ],
)
def test_an_entity_is_named_in_capitals_and_hyphens(lessor: str, entity: str):
    assert entity_of(lessor) == entity
    assert entity_of(entity) == entity


def test_each_entity_and_year_counts_from_one(records: Records):
    book(records, lease())
    batch = [
        document(lease(), period=f"2026-{month:02d}", entity=entity)
        for month, entity in enumerate(("ACME", "Other Ltd", "ACME"), start=1)
    ]
    issue(records, *batch)
    issue(records, document(lease(), period="2026-12"), invoice_date=date(2027, 1, 2))
    issue(records, document(lease(), period="2026-11"), invoice_date=date(2026, 12, 31))
    assert numbers(records) == [
        *("ACME-2026-000001", "OTHER-LTD-2026-000001", "ACME-2026-000002"),
        *("ACME-2027-000001", "ACME-2026-000003"),
    ]


def test_invoices_and_notes_share_one_series(records: Records):
    book(records, lease())
    (first,) = issue(records, document(lease()))
    note = document(lease(), [line(charge="late")], kind="debit_note", corrects=first.number)
    issue(records, note)
    with records.writing(who="ann", at=NOW) as writer:
        writer.void(first.number, INVOICE_DATE)
    assert numbers(records) == gapless(3)


def test_what_is_undone_leaves_no_hole(records: Records):
    book(records, lease())
    issue(records, document(lease(), period="2026-01"))
    with pytest.raises(ZeroDivisionError), records.writing(who="ann", at=NOW) as writer:
        ids = writer.keep_runs([])
        assert ids == []
        issued = writer.issue([(document(lease(), period="2026-02"), 1)], INVOICE_DATE)
        assert issued[0].number == "ACME-2026-000002"
        writer.void(issued[0].number, INVOICE_DATE)
        1 / 0  # noqa: B018
    issue(records, document(lease(), period="2026-03"))
    assert numbers(records) == gapless(2)


def test_no_gap_with_eight_issuers_in_threads(records: Records):
    names = [f"lease-{place}" for place in range(ISSUERS)]
    book(records, *map(lease, names))
    at_once = threading.Barrier(ISSUERS)

    def work(name: str) -> list[str]:
        at_once.wait()
        return [
            issued.number
            for place in range(10)
            for issued in issue(records, document(lease(name), period=month(place)))
        ]

    with ThreadPoolExecutor(ISSUERS) as threads:
        given = [number for each in threads.map(work, names) for number in each]
    assert sorted(given) == gapless(10 * ISSUERS) == numbers(records)


def test_no_gap_with_eight_issuers_in_processes(records: Records, issuers):
    names = [f"lease-{place}" for place in range(ISSUERS)]
    book(records, *map(lease, names))
    given = [
        number
        for each in issuers(names, count=5)
        for number in each.communicate(timeout=120)[0].split()[1:]
    ]
    assert sorted(given) == gapless(10 * ISSUERS) == numbers(records)


def test_no_gap_and_nothing_lost_after_issuers_are_killed(records: Records, issuers):
    chance = random.Random(4)
    names = ["a", "b", "c"]
    book(records, *map(lease, names))
    running = issuers(names, count=100_000)
    said = [[each.stdout.readline(), each.stdout.readline()] for each in running]
    for each, lines in zip(running, said, strict=True):
        time.sleep(chance.uniform(0.1, 0.4))
        each.kill()
        lines += each.stdout.readlines()
    given = {number for lines in said for line in lines[1:] for number in line.split()}
    kept = numbers(records)
    assert kept == gapless(len(kept))
    assert given <= set(kept)
    with records.reading() as reader:
        for name in names:
            documents = reader.documents(f"deal/{name}")
            assert len(documents) % 2 == 0
            assert all(len(issued.document.lines) == 1 for issued in documents)
            assert len(reader.runs(leases=[f"deal/{name}"])) == len(documents) > 0
    # The one that is gone keeps no one waiting.
    book(records, lease("d"))
    (issued,) = issue(records, document(lease("d")))
    assert issued.number == gapless(len(kept) + 1)[-1]


def test_no_gap_wherever_an_issuer_is_killed(records: Records, records_url: str, root: Path):
    book(records, lease())
    # Runs, documents, lines, taxes, counters and the trail, each with what is read before.
    assert times_killed(root, records_url, "anchor") > 12
    with records.reading() as reader:
        assert len(reader.documents()) == len(reader.runs()) == 2
        assert [change.what for change in reader.audit()] == [
            *("lease booked", "months rated", "issued", "issued")
        ]
    issue(records, document(lease()))
    assert numbers(records) == gapless(3)


def test_a_refusal_in_the_middle_of_a_batch_leaves_no_hole(records: Records):
    book(records, lease())
    too_large = document(lease(), [line("99999999999999999999.00")], period="2026-02")
    with pytest.raises(FaultsError):
        issue(records, document(lease(), period="2026-01"), too_large)
    issue(records, document(lease(), period="2026-03"))
    assert numbers(records) == gapless(1)
