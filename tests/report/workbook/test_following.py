"""Terms that a workbook offers for change move it as they move the engine; the others are fixed."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import openpyxl
import pytest

from lessor.core.cells import Cell, CellKind, Seen
from lessor.forecast.plan import run_plan
from lessor.report.workbook.inputs import FIXED, LIVE, STRUCTURE, UNUSED
from lessor.report.workbook.layout import ONCE, ordered
from lessor.report.workbook.metric_cells import TOTAL_LOSS
from lessor.report.workbook.model import model_of
from lessor.report.workbook.writing import Written, workbook_of, write_workbook
from lessor.terms.load import Loaded, build_deal, require_deal, with_set
from lessor.terms.watching import watched
from tests.agreement.test_plan import DEALS
from tests.forecast.deals import LOAN, built
from tests.report.workbook.books import changes, evaluated

COSTS = "costs: {staff: {kind: fixed, amount: 5, per: month}}"
TAX = "taxes: {income: {rate: 25%, depreciation: {life: 12 months}}}"
SCULPTED = """
facilities:
  bank:
    kind: term_loan
    principal: {amount: 800}
    rate: {value: 6%, basis: 30/360, compounding: none}
    repayment: {profile: sculpted, dscr: 1.25}
"""
LOW = "cases: {low: {leases.tenant.charges.base.amount: 8}}"
FUNDED = """
construction: {until: 2026-07-01, interest: funded}
assets:
  servers: {deliveries: [{date: 2026-07-01, quantity: 10}], payments: [{on: order, share: 100%}]}
leases: {tenant: {events: {accepted: null, expected_acceptance: 2026-07-01}}}
"""
WATERFALL = """
spvs:
  borrower:
    accounts:
      collection: {kind: collection}
      reserve: {kind: reserve, target: {debt_service: 2 months}, funded: at_closing}
      trap: {kind: cash_trap}
    covenants: {cover: {measure: dscr, level: 1.05, lock_up: 1.2}}
    waterfall:
      - {pay: operating_costs}
      - {pay: bank, reserves: reserve}
      - {fill: reserve}
      - {trap: trap, when: cover.lock_up}
      - {distribute: equity}
"""
FOREIGN = """
exchange_rates: {USD: [{date: 2026-05-01, rate: 7.1, source: a bank}]}
assets: {servers: {unit_cost: {amount: 14, currency: USD}}}
"""
TWO_SHARES = "taxes: {stamp_duty: {lease: 0.1%, purchase: 0.03%, loan: 0.005%}}"


LOTS = """
assets:
  servers:
    deliveries: [{date: 2026-05-01, quantity: 6}, {date: 2026-06-01, quantity: 4}]
"""


GRADED = """
assets:
  network: {cost: 200, quantity: 1}
facilities:
  bank:
    kind: delayed_draw
    principal: {amount: 900}
    rate: {value: 6%, basis: 30/360, compounding: none}
    repayment: {profile: level}
    draw: delayed
    availability: {until: 2026-06-01}
    advance: {rate: 80%, other_rate: 60%}
leases: {tenant: {lessee: {grade: investment_grade}, capacity: {quantity: 5}}}
"""


def book_of(loaded: Loaded) -> Written:
    return workbook_of(model_of(loaded), "")


def assert_follows(loaded: Loaded, *named: str) -> dict[str, float]:
    """All inputs changed at once: every row is what the engine says then; `named` are live."""
    book = book_of(loaded)
    assert set(named) <= set(book.live), book.live
    inputs, deal = changes(book, loaded)
    assert set(named) <= set(inputs)
    model = model_of(deal)
    cells = [cell for row in book.model.rows.values() for cell in row.cells]
    values = evaluated(ordered(cells), inputs)
    for title, row in model.rows.items():
        found = [float(values[id(cell)]) for cell in book.model.rows[title].cells]
        largest = max(abs(float(cell)) for cell in row.cells)
        wanted = [float(cell) for cell in row.cells]
        assert found == pytest.approx(wanted, rel=1e-9, abs=1e-12 * largest), title
    return inputs


@pytest.mark.parametrize(
    "texts",
    [
        (LOAN, COSTS, TAX),
        (SCULPTED, COSTS, TAX),
        (LOAN, COSTS, WATERFALL),
        (SCULPTED, COSTS, TAX, WATERFALL),
        (LOAN, FUNDED),
        (LOAN, FOREIGN, TWO_SHARES),
        (GRADED,),
    ],
    ids=[
        "tax",
        "sculpted",
        "waterfall",
        "sculpted waterfall",
        "construction",
        "currency",
        "graded",
    ],
)
def test_inputs_move_the_cells_as_they_move_the_engine(texts: tuple[str, ...]):
    assert_follows(built(*texts), "leases.tenant.charges.base.amount")


def test_a_table_of_a_named_case_follows_inputs_but_not_what_the_case_sets():
    loaded = built(SCULPTED, COSTS, LOW, "facilities: {bank: {repayment: {case: low}}}")
    assert_follows(loaded, "costs.staff.amount", "leases.tenant.charges.base.amount")
    fixed = book_of(loaded).fixed
    assert "leases.tenant.charges.base.amount in case low" in fixed


def test_exchange_rates_are_inputs():
    assert_follows(built(FOREIGN), "exchange_rates.USD[0].rate")


def test_what_decides_counts_is_fixed():
    cost = "costs: {care: {kind: fixed, amount: 1, per: server_month}}"
    rows = {row.path: row.status for row in book_of(built(LOTS, cost)).rows}
    assert rows["assets.servers.deliveries[0].quantity"] == FIXED
    assert rows["leases.tenant.term"] == STRUCTURE
    assert rows["costs.care.amount"] == LIVE


def test_a_zero_that_leaves_a_rule_out_is_fixed_and_else_stays_above_zero():
    with_fee = "facilities: {bank: {fees: {undrawn: 0.5%}}}"
    without = "facilities: {bank: {fees: {undrawn: 0%}}}"
    above = {row.path: row for row in book_of(built(LOAN, with_fee)).rows}
    none = {row.path: row for row in book_of(built(LOAN, without)).rows}
    path = "facilities.bank.fees.undrawn"
    assert above[path].status in (LIVE, UNUSED)
    assert above[path].is_above_zero or above[path].status == UNUSED
    assert none[path].status in (FIXED, STRUCTURE)


def test_a_fixed_term_would_not_have_followed():
    """The guard is needed: the servers counted do not follow the one cell of their quantity."""
    cost = "costs: {care: {kind: fixed, amount: 1, per: server_month}}"
    loaded = built(LOTS, cost)
    source = loaded.source
    for path, units in (
        ("assets.servers.quantity", "12"),
        ("assets.servers.deliveries[0].quantity", "8"),
    ):
        changed, _ = with_set(source, path, units)
        assert changed is not None
        source = changed
    deal, _ = build_deal(source)
    assert deal is not None
    cell, other = (
        model.rows["operating_costs"].cells for model in (model_of(loaded), model_of(deal))
    )
    values = evaluated(ordered(cell), {"assets.servers.deliveries[0].quantity": 8.0})
    assert float(values[id(cell[0])]) != pytest.approx(float(other[0]))


LOOKS = {
    # Rounds go on until nothing moves; the rounds themselves are cells.
    "Borrowing._is_found",
    "_is_settled",
    # A guard that raises, and decides nothing.
    "check_conserved",
    # Whether a server has GPUs at all.
    "Running._inputs",
}
"""The only functions that may look at the number in a cell while a plan runs."""


@pytest.mark.parametrize("path", DEALS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_value_is_looked_at_while_a_plan_runs(path: Path, monkeypatch: pytest.MonkeyPatch):
    """A number read out of a cell would stand in the workbook as it was, and be wrong silently."""
    found = set()

    def looked(cell: Cell) -> float:
        found.add(sys._getframe(1).f_code.co_qualname.split(".<locals>")[0])
        return float(cell.value)

    deal = watched(require_deal(path).deal, Seen(set(), set()))
    monkeypatch.setattr(Cell, "__float__", looked)
    run_plan(deal, CellKind())
    assert found <= LOOKS


def test_a_return_near_a_total_loss_is_left_out_and_said_so():
    book = book_of(built("leases: {tenant: {charges: {base: {amount: 0.1}}}}"))
    lost = book.model.figures["irr_project"].value
    assert lost is not None
    assert lost < TOTAL_LOSS
    assert book.metrics["irr_project"] is None
    assert {"irr_project", "irr_project_nominal"} <= set(book.fixed)
    sheet = openpyxl.load_workbook(io.BytesIO(write_workbook(book)))["Returns"]
    told = {row[0].value: row[ONCE].value for row in sheet.iter_rows()}
    assert told["irr_project"] == "n/a"
    assert str(told["cost_total"]).startswith("=")
