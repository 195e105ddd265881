"""Waterfalls with round numbers: who is paid what, and what is left on which account."""

from decimal import Decimal

import pytest

from lessor.core.numeric import DECIMAL
from lessor.engine.debt.waterfall import lower_waterfall, trace_rows
from tests.engine.debt.borrowers import Run, borrower, paid

DEBT = ["pay operating_costs", "pay senior.fees", "pay senior.interest", "pay senior.principal"]
DUE = {
    "operating_costs": 10,
    "senior.fees": 1,
    "senior.interest": 20,
    "senior.principal": 15,
    "senior": 46,
    "mezzanine.interest": 5,
}


def shortfalls(flows):
    return [flow.shortfall for flow in flows.steps]


def test_steps_are_paid_in_their_order_and_the_rest_stays_in_collection():
    run = Run(borrower(DEBT))
    flows = run.date(60, DUE)
    assert paid(flows) == [10, 1, 20, 15]
    assert [flow.available for flow in flows.steps] == [60, 50, 49, 29]
    assert shortfalls(flows) == [0, 0, 0, 0]
    assert (flows.paid, flows.distributed, flows.cured) == (46, 0, 0)
    assert run.balance("collection") == 14
    # What stayed is there on the next date.
    assert run.date(0, {"operating_costs": 14}).steps[0].paid == 14


def test_cash_that_runs_out_leaves_the_juniors_short():
    flows = Run(borrower(DEBT)).date(25, DUE)
    assert paid(flows) == [10, 1, 14, 0]
    assert shortfalls(flows) == [0, 0, 6, 15]


def test_a_whole_loan_is_paid_by_one_step():
    run = Run(borrower(["pay senior"]))
    assert (run.terms.steps[0].loan, run.terms.steps[0].part) == ("senior", "debt_service")
    assert paid(run.date(40, DUE)) == [40]


def test_reserves_are_drawn_in_order_and_only_by_the_step_that_names_them():
    steps = [
        "pay operating_costs",
        {"pay": "senior.interest", "reserves": ["service_reserve", "operating_reserve"]},
        {"pay": "senior.principal", "reserves": "operating_reserve"},
    ]
    run = Run(borrower(steps), balances={"service_reserve": 12, "operating_reserve": 9})
    flows = run.date(8, DUE)
    # Operating costs of 10 take the 8 received; interest of 20 takes 12 and 8; principal 1.
    assert paid(flows) == [8, 20, 1]
    assert [flow.drawn for flow in flows.steps] == [(), (12, 8), (1,)]
    assert shortfalls(flows) == [2, 0, 14]
    assert run.state.balances == (0, 0, 0, 0)


def test_unpaid_costs_and_fees_are_wanted_again_and_loans_carry_their_own():
    run = Run(borrower(DEBT))
    run.date(4, DUE)
    assert run.state.arrears == (6, 1, 0, 0)
    flows = run.date(17, {"operating_costs": 10, "senior.fees": 1})
    assert [flow.wanted for flow in flows.steps] == [16, 2, 0, 0]
    assert run.state.arrears == (0, 1, 0, 0)


def test_a_refund_comes_in_before_the_first_step():
    run = Run(borrower(["pay operating_costs", "pay taxes", "pay senior.interest"]))
    flows = run.date(4, {"operating_costs": 10, "taxes": -7, "senior.interest": 9})
    assert paid(flows) == [10, -7, 1]
    assert shortfalls(flows) == [0, 0, 8]
    assert (flows.steps[0].available, run.balance("collection")) == (11, 0)
    # A refund makes good what was carried first.
    run.date(0, {"taxes": 5})
    flows = run.date(0, {"taxes": -7})
    assert (paid(flows), run.state.arrears) == ([0, -2, 0], (0, 0, 0))


def test_a_cost_above_its_cap_is_not_short_but_stays_owed():
    run = Run(borrower([{"pay": "operating_costs", "up_to": "6"}, "distribute"]))
    flows = run.date(20, DUE)
    assert paid(flows) == [6, 14]
    assert shortfalls(flows) == [0, 0]
    assert run.state.arrears == (4, 0)
    assert run.date(20).steps[0].paid == 4


def test_a_share_of_what_is_due():
    run = Run(borrower([{"pay": "costs.power", "share": "75%"}]))
    assert paid(run.date(100, {"costs.power": 40})) == [30]
    assert run.state.arrears == (10,)


def test_a_step_under_a_test_is_off_and_its_cost_waits():
    run = Run(borrower([{"pay": "costs.management", "unless": "dscr.lock_up"}]))
    flows = run.date(10, {"costs.management": 3}, failing=["dscr.lock_up"])
    assert (paid(flows), shortfalls(flows), run.state.arrears) == ([0], [0], (3,))
    assert paid(run.date(0, {"costs.management": 3})) == [6]


def test_both_tests_of_a_step():
    step = {"pay": "costs.management", "when": "ltv.lock_up", "unless": "dscr.default"}
    due = {"costs.management": 3}
    assert paid(Run(borrower([step])).date(9, due)) == [0]
    assert paid(Run(borrower([step])).date(9, due, failing=["ltv.lock_up"])) == [3]
    both = ["ltv.lock_up", "dscr.default"]
    assert paid(Run(borrower([step])).date(9, due, failing=both)) == [0]


def test_reserves_are_filled_to_their_targets_and_released_above_them():
    run = Run(borrower(["fill service_reserve", "fill operating_reserve", "distribute"]))
    assert paid(run.date(35)) == [30, 5, 0]
    assert shortfalls(run.date(2)) == [0, 3, 0]
    release = Run(
        borrower(["release service_reserve", "distribute"]), balances={"service_reserve": 30}
    )
    flows = release.date(0, targets={"service_reserve": 12})
    assert paid(flows) == [18, 18]
    assert release.balance("service_reserve") == 12


def test_a_fill_by_share_and_cap():
    steps = [{"fill": "service_reserve", "share": "50%", "up_to": "10"}]
    assert paid(Run(borrower(steps)).date(100)) == [10]
    half = Run(borrower(steps), balances={"service_reserve": 20})
    assert paid(half.date(100)) == [5]


def test_a_reserve_filled_from_another():
    steps = [{"fill": "service_reserve", "reserves": "operating_reserve"}]
    run = Run(borrower(steps), balances={"operating_reserve": 10})
    assert run.date(15).steps[0].drawn == (10,)
    assert run.state.balances == (0, 25, 0, 0)


def test_a_lock_up_traps_cash_and_releases_it_when_the_test_holds():
    steps = [
        {"release": "trap", "unless": "dscr.lock_up"},
        *DEBT[2:],
        {"trap": "trap", "when": "dscr.lock_up"},
        {"distribute": "equity", "unless": "dscr.lock_up"},
    ]
    run = Run(borrower(steps))
    flows = run.date(50, DUE, failing=["dscr.lock_up"])
    assert paid(flows) == [0, 20, 15, 15, 0]
    assert (run.balance("trap"), flows.distributed) == (15, 0)
    flows = run.date(40, DUE)
    assert paid(flows) == [15, 20, 15, 0, 20]
    assert (run.balance("trap"), flows.distributed) == (0, 20)


def test_a_share_is_trapped():
    steps = [{"trap": "trap", "share": "60%", "when": "dscr.lock_up"}, "distribute"]
    assert paid(Run(borrower(steps)).date(50, failing=["dscr.lock_up"])) == [30, 20]


def test_a_sweep_takes_its_share_at_most_the_debt():
    sweep = {"sweep": "senior", "share": "50%"}
    assert paid(Run(borrower([sweep, "distribute"])).date(50, {"senior": 200})) == [25, 25]
    assert paid(Run(borrower([sweep, "distribute"])).date(50, {"senior": 8})) == [8, 42]
    twice = Run(borrower([sweep, {"sweep": "senior"}, "distribute"]))
    flows = twice.date(50, {"senior": 30})
    assert (paid(flows), flows.paid) == ([25, 5, 20], 30)


def test_distributions_by_share_and_cap():
    steps = [{"distribute": "equity", "share": "50%", "up_to": "10"}]
    run = Run(borrower(steps))
    assert paid(run.date(100)) == [10]
    assert run.balance("collection") == 90


def test_money_released_after_a_shortfall_waits_for_the_next_date():
    steps = ["pay senior.interest", {"release": "trap"}, "pay mezzanine.interest", "distribute"]
    run = Run(borrower(steps), balances={"trap": 30})
    flows = run.date(5, DUE)
    assert paid(flows) == [5, 30, 0, 0]
    assert (run.balance("trap"), run.balance("collection")) == (0, 30)
    # The senior loan has it first.
    assert paid(run.date(0, DUE)) == [20, 0, 5, 5]


def test_owners_cure_what_loans_are_short_of_and_nothing_else():
    spv = borrower(
        [
            "pay operating_costs",
            {"pay": "senior.interest", "reserves": "service_reserve"},
            "fill operating_reserve",
            "distribute",
        ],
        equity_cures=True,
    )
    cured = Run(spv, balances={"service_reserve": 7})
    flows = cured.date(6, DUE, may_cure=True)
    assert paid(flows) == [6, 20, 0, 0]
    assert [flow.cured for flow in flows.steps] == [0, 13, 0, 0]
    assert shortfalls(flows) == [4, 0, 10, 0]
    assert (flows.cured, flows.paid) == (13, 26)
    assert shortfalls(Run(spv).date(6, DUE))[1] == 20


def test_owners_without_the_right_do_not_cure():
    flows = Run(borrower(["pay senior.interest"])).date(6, DUE, may_cure=True)
    assert (flows.cured, shortfalls(flows)) == (0, [14])


def test_a_trace_row_for_every_step_taken_or_not():
    steps = [
        {"pay": "senior.interest", "reserves": "service_reserve"},
        {"distribute": "equity", "unless": "dscr.lock_up"},
    ]
    run = Run(borrower(steps), balances={"service_reserve": 8})
    flows = run.date(14, DUE, failing=["dscr.lock_up"])
    first, second = trace_rows(run.terms, run.inputs, flows)
    assert first[1:9] == (1, "pay", "senior.interest", 14, 20, 20, 0, "")
    assert (first.value, first.holds) == (None, None)
    assert first.drawn == (("service_reserve", 6),)
    assert second[1:9] == (2, "distribute", "equity", 0, 0, 0, 0, "dscr.lock_up")
    assert (second.value, second.holds) == (1, False)


def test_amounts_in_another_currency_are_converted():
    spv = borrower([{"pay": "operating_costs", "up_to": {"amount": "6", "currency": "USD"}}])
    rates: dict[str | None, int] = {"USD": 7}
    terms = lower_waterfall(
        "project", spv, kind=DECIMAL, convert=lambda amount, code: amount * rates[code]
    )
    assert terms.steps[0].up_to == Decimal(42)


@pytest.mark.parametrize(
    "step",
    [
        "fill nowhere",
        "fill collection",
        "sweep somebody",
        "pay senior.wages",
        {"pay": "senior.interest", "reserves": "collection"},
        {"fill": "service_reserve", "reserves": "service_reserve"},
    ],
)
def test_names_that_stand_for_nothing_are_refused(step):
    with pytest.raises((AssertionError, ValueError)):
        lower_waterfall("project", borrower([step]), kind=DECIMAL)


def test_a_filed_waterfall_from_payment_to_arrears_and_back():
    """Operating costs, fees, interest, principal, reserve, trap in lock-up, distributions."""
    steps = [
        "pay operating_costs",
        "pay senior.fees",
        {"pay": "senior.interest", "reserves": "service_reserve"},
        {"pay": "senior.principal", "reserves": "service_reserve"},
        "fill service_reserve",
        {"trap": "trap", "when": "dscr.lock_up"},
        {"distribute": "equity", "unless": "dscr.lock_up"},
    ]
    run = Run(borrower(steps))
    good = run.date(90, DUE)
    assert paid(good) == [10, 1, 20, 15, 30, 0, 14]
    weak = run.date(50, DUE, failing=["dscr.lock_up"])
    assert paid(weak) == [10, 1, 20, 15, 0, 4, 0]
    bad = run.date(5, DUE, failing=["dscr.lock_up"])
    assert paid(bad) == [5, 0, 20, 10, 0, 0, 0]
    assert shortfalls(bad) == [5, 1, 0, 5, 30, 0, 0]
    # The loan says that 5 of principal are overdue; the waterfall carries 5 of costs and the fee.
    due = {**DUE, "senior.principal": 20}
    assert paid(run.date(60, due)) == [15, 2, 20, 20, 3, 0, 0]
