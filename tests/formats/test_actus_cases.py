"""The published loan cases: the same events in the same order, every figure within 1e-8.

The cases are not part of this repository (CC BY-SA 4.0). They are read from the folder that
LESSOR_ACTUS_CASES names, or from ../shared/cases/actus beside the checkout; without either they
are skipped.
"""

import os
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from lessor.core.issue import Issue
from lessor.formats.actus_cases import case_rows, run_cases
from lessor.formats.actus_source import read_cases
from lessor.formats.actus_words import CONTRACT_TYPES

BESIDE = Path(__file__).parents[3] / "shared" / "cases" / "actus"
FOLDER = Path(os.environ.get("LESSOR_ACTUS_CASES") or BESIDE)
FILES = sorted(FOLDER.glob("*.json"))
TOLERANCE = 1e-8


@lru_cache
def loans_of(path):
    """The cases of a file that are loans, by name."""
    cases: dict[str, Any] = dict(read_cases(str(path)))
    return {
        name: case
        for name, case in cases.items()
        if case["terms"]["contractType"] in CONTRACT_TYPES
    }


LOANS = [(path, name) for path in FILES for name in loans_of(path)]

needs_cases = pytest.mark.skipif(
    not LOANS, reason=f"no published loan cases in {FOLDER.name}: set LESSOR_ACTUS_CASES"
)


def rows(path, name):
    """The rows computed for a case, and the rows published for it."""
    case = loans_of(path)[name]
    issues: list[Issue] = []
    found = case_rows(name, case, file=path.name, issues=issues)
    assert issues == []
    return found, case["results"]


@needs_cases
@pytest.mark.parametrize(("path", "name"), LOANS, ids=[name for _, name in LOANS])
def test_a_published_case_is_reproduced(path, name):
    found, expected = rows(path, name)
    assert [(row.moment, row.code) for row in found] == [
        (datetime.fromisoformat(row["eventDate"]), row["eventType"]) for row in expected
    ]
    for mine, theirs in zip(found, expected, strict=True):
        for figure in ("payoff", "notionalPrincipal", "nominalInterestRate", "accruedInterest"):
            published = float(theirs[figure])
            off = abs(mine.as_json()[figure] - published)
            assert off <= TOLERANCE * max(1.0, abs(published)), (mine, figure, published)


@needs_cases
def test_a_file_says_how_many_of_its_cases_are_reproduced_and_is_done_in_a_second():
    for path in FILES:
        if len(loans_of(path)) < len(read_cases(str(path))):
            continue
        started = perf_counter()
        result = run_cases(str(path))
        assert perf_counter() - started < 1.0
        count = len(loans_of(path))
        assert result.told() == f"reproduces {count} of {count} cases of {path.name} within 1e-8"
