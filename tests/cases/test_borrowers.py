"""The waterfall of borrowers, every step of every date, against what a trustee would have paid."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from lessor.forecast.plan import run_plan
from lessor.forecast.trace_rows import Trace, trace_of
from lessor.terms.load import load_deal
from tests.cases import borrowers
from tests.cases.accounts import Entry
from tests.cases.lenders import Loan
from tests.cases.schedules import trace_faults
from tests.cases.test_cases import read, sheet_of

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TRAP_TODAY = "spvs.borrower.tests_use=this_date"
TWO_AND_A_HALF = "spvs.borrower.accounts.service.target.next_payment=250%"


def trace(file: Path, sets: Sequence[str] = ()) -> Trace:
    """The trace of a deal."""
    loaded, issues = load_deal(file, sets)
    assert loaded is not None, [issue.render() for issue in issues]
    return trace_of(run_plan(loaded.deal))


def sheet(case: str) -> dict[str, Any]:
    """The lines that a case works out."""
    return sheet_of(read(HERE / case / "expected.yaml"), {})


@pytest.mark.parametrize(
    ("case", "sets", "expected"),
    [
        ("debt-shortfall", (), borrowers.shortfall()),
        ("debt-shortfall", ("spvs.borrower.equity_cures=yes",), borrowers.shortfall(cured=True)),
        ("debt-trap", (), borrowers.trap()),
        ("debt-trap", (TRAP_TODAY,), borrowers.trap(this_date=True)),
        ("debt-sweep", (), borrowers.sweep()),
        ("debt-sweep", (TWO_AND_A_HALF,), borrowers.sweep(next_payment=2.5)),
    ],
    ids=["shortfall", "cured", "trap", "trap on this date", "sweep", "the larger target"],
)
def test_a_borrower_pays_as_worked_by_hand(
    case: str, sets: Sequence[str], expected: Sequence[Entry]
):
    rows = trace(HERE / case / "deal.yaml", sets).rows
    assert not trace_faults(rows, expected, 1e-9)


@pytest.mark.parametrize("power", [0.07, 0.2], ids=["as filed", "with dear power, in lock-up"])
def test_the_delayed_draw_loan_is_paid_in_the_order_filed(power: float):
    lines = sheet("ddtl-4")
    found = trace(ROOT / "examples/ddtl-4/deal.yaml", (f"costs.power.amount={power}",))
    expected, cover = borrowers.ddtl_4(lines["fixed"], lines["floating"], power=power)
    assert not trace_faults(found.rows, expected, 1e-9)
    assert [row["value"] for row in found.tests] == pytest.approx(cover, rel=1e-9)
    assert (True in [row["is_lock_up"] for row in found.tests]) == (power > 0.1)


def test_its_average_life_is_that_of_the_agency():
    assert sheet("ddtl-4")["life"] == pytest.approx(3.14, abs=0.02)


def test_the_parent_pays_what_the_balloon_is_short_of():
    lines = sheet("ddtl-1")
    term = Loan(lines["days"], lines["lent"], lines["rate"], lines["fixed"]).rows()
    rows = trace(ROOT / "examples/ddtl-1/deal.yaml").rows
    assert not trace_faults(rows, borrowers.ddtl_1(term), 1e-9)
    assert [row for row in rows if row["from_owners"]]


def test_the_notes_and_the_loan_are_paid_beside_each_other():
    lines = sheet("notes")
    rows = trace(ROOT / "examples/notes/deal.yaml").rows
    assert not trace_faults(rows, borrowers.notes(lines["loan"], lines["notes"]), 1e-9)
