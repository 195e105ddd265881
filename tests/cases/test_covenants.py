"""What lenders test of one borrower, date by date, against the ratios worked out by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.cases.oracle import day, later
from tests.cases.test_borrowers import trace

FILE = Path(__file__).parent / "debt-covenants" / "deal.yaml"
MONTHS = range(13)
# 80 a month; 40 in March, when a tenant of 40 is away. By the number of the payment, from 1.
CASH = [0.0, *(40.0 if month == 3 else 80.0 for month in MONTHS[1:])]
DEBT = [600.0 - 50 * month for month in MONTHS]
SERVICE = [0.0, *(50 + 0.01 * DEBT[month - 1] for month in MONTHS[1:])]
# Costs of 20 and debt service are met in March out of the reserve of 40, filled again in April.
RESERVE = [40.0 - (SERVICE[3] - 40) if month == 3 else 40.0 for month in MONTHS]
RESERVE[4] = min(40.0, RESERVE[3] + 80 - SERVICE[4])


def trailing(amounts: Sequence[float], month: int) -> float:
    return sum(amounts[month - 2 : month + 1])


def ahead(amounts: Sequence[float], month: int) -> float:
    return sum(amounts[month + 1 : month + 4])


def worth(month: int) -> float:
    """Cash to come, to the last payment, at the 1% a month of the loan."""
    return sum(CASH[later] / 1.01 ** (later - month) for later in MONTHS[month + 1 :])


BY_HAND: dict[str, tuple[Sequence[int], Callable[[int], float]]] = {
    "cover": (MONTHS[3:], lambda k: trailing(CASH, k) / trailing(SERVICE, k)),
    "cover_ahead": (MONTHS[1:10], lambda k: ahead(CASH, k) / ahead(SERVICE, k)),
    "loan_life": (MONTHS[1:12], lambda k: worth(k) / DEBT[k]),
    "value": (MONTHS[1:12], lambda k: DEBT[k] / (750 * (1 - k / 24))),
    "cost": (MONTHS[1:12], lambda k: DEBT[k] / 750),
    "contracts": (MONTHS[1:12], lambda k: 100 * (12 - k) / DEBT[k]),
    "realised": (MONTHS[3:], lambda k: 1 - (40 / 300 if k in (3, 4, 5) else 0)),
    "cash": (MONTHS[1:12], lambda k: RESERVE[k] / max(15, 0.1 * DEBT[k])),
    "names": (MONTHS[1:12], lambda k: 0.4),
    "base": (MONTHS[1:12], lambda k: DEBT[k] / (0.9 * 750 * (1 - k / 24))),
}


@pytest.fixture(scope="module")
def tests() -> dict[tuple[str, str], Any]:
    """The tests of the program, by covenant and date."""
    return {(str(row["covenant"]), str(row["date"])): row for row in trace(FILE).tests}


@pytest.mark.parametrize("covenant", list(BY_HAND))
def test_a_covenant_is_measured_as_worked_by_hand(covenant: str, tests: dict[Any, Any]):
    months, formula = BY_HAND[covenant]
    for month in months:
        row = tests[covenant, str(later(day("2026-01-01"), month))]
        assert row["value"] == pytest.approx(formula(month), rel=1e-9), f"month {month}"


@pytest.mark.parametrize(
    ("covenant", "failing"),
    [("realised", []), ("names", list(MONTHS[1:12])), ("cost", [1]), ("cash", [1, 2, 3])],
)
def test_a_covenant_fails_on_the_wrong_side_of_its_level(
    covenant: str, failing: Sequence[int], tests: dict[Any, Any]
):
    found = [
        month
        for month in MONTHS[1:12]
        if (row := tests.get((covenant, str(later(day("2026-01-01"), month)))))
        and row["is_default"]
    ]
    assert found == list(failing)
