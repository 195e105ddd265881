"""Cash in equals cash out in every month, with the accounts of borrowers and beside finance leases.

Sums are taken from the streams and the balances, not from what the waterfall keeps of itself.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from lessor.forecast.closing_tables import plan_of
from lessor.forecast.plan import Plan
from lessor.terms.load import require_deal
from tests.properties.test_plan_properties import (
    PAID,
    RECEIVED,
    SOURCES,
    USES,
    by_month,
    running,
    size_of,
)

EXAMPLES = Path(__file__).parents[2] / "examples"
DEALS = sorted(path.parent.name for path in EXAMPLES.glob("*/deal.yaml"))
RENTAL = "facilities.lease.rental"
OF_VAT = (
    "taxes.vat.rent=13%",
    "taxes.vat.equipment=13%",
    "taxes.vat.costs=6%",
    "assets.servers.unit_cost={amount: 2_500_000, tax: excluded}",
    *(f"leases.{lease}.charges.base.tax=excluded" for lease in ("first", "second", "third")),
)
STEPS = (
    "spvs.lessee.waterfall=[{release: rents}",
    "{pay: taxes}, {pay: operating_costs, reserves: rents}",
    "{pay: operating_costs, reserves: rents}, {pay: lease.fees, reserves: rents}",
    "{pay: lease.interest, reserves: rents}, {pay: lease.principal, reserves: rents}, "
    "{fill: rents}, {distribute: equity, unless: dscr.default}",
)
VARIANTS = {
    "price": (f"{RENTAL}.purchase_price=1_000_000",),
    "no price": (f"{RENTAL}.purchase_price=0",),
    "returned": (f"{RENTAL}.deposit_use=returned",),
    "no deposit": (f"{RENTAL}.deposit=0%", f"{RENTAL}.service_fee=0%"),
    "up front": ("facilities.lease.fees.up_front=1%", "facilities.lease.fees.on_draw=0.5%"),
    "agency": ("facilities.lease.fees.agency=100_000",),
    "VAT lost": (f"{RENTAL}.vat_credited=no",),
    "VAT on interest lost": (f"{RENTAL}.vat_on=interest", f"{RENTAL}.vat_credited=no"),
    "VAT credited": OF_VAT,
    "VAT credited, taxes first": (*OF_VAT, f"{STEPS[0]}, {STEPS[1]}, {STEPS[3]}]"),
    "fees apart": (
        f"{RENTAL}.purchase_price=1_000_000",
        f"{RENTAL}.vat_credited=no",
        f"{STEPS[0]}, {STEPS[2]}, {STEPS[3]}]",
    ),
    "VAT lost in part": (*OF_VAT, f"{RENTAL}.vat_credited=no"),
    "residual": (f"{RENTAL}.residual.share=10%",),
    "advance": ("facilities.lease.repayment.timing=advance",),
    "advance, VAT lost": (
        "facilities.lease.repayment.timing=advance",
        f"{RENTAL}.vat_credited=no",
    ),
    "advance, VAT credited": ("facilities.lease.repayment.timing=advance", *OF_VAT),
    "funded construction": (f"{RENTAL}.vat_credited=no", "construction.until=6 months"),
    "paid construction": (
        f"{RENTAL}.vat_credited=no",
        "construction.until=6 months",
        "construction.interest=paid",
    ),
    "short of cash": (
        f"{RENTAL}.purchase_price=1_000_000",
        f"{RENTAL}.vat_credited=no",
        "leases.first.charges.base.amount=40_000",
    ),
    "plan ends first": (f"{RENTAL}.purchase_price=1_000_000", "horizon=36 months"),
}
AT_ONCE = "assets.servers.deliveries=[{date: 2024-10-01, quantity: 120}]"
TAKEN = {
    "three": (),
    "one": (f"{RENTAL}.take_downs=[{{date: 2024-10-01, amount: 300_000_000}}]", AT_ONCE),
    "none": (f"{RENTAL}.take_downs=[]",),
}


def planned(name: str, *sets: str) -> Plan:
    return plan_of(require_deal(EXAMPLES / name / "deal.yaml", sets))


def kept(plan: Plan, came: tuple[str, ...], went: tuple[str, ...]) -> list[float]:
    """What came in less what went out, to date, by month."""
    pairs = zip(by_month(plan, *came), by_month(plan, *went), strict=True)
    return running([more - less for more, less in pairs])


def balances(plan: Plan) -> list[float]:
    """What the accounts of all borrowers hold at the end of each month."""
    held = [0.0] * plan.grid.months
    for run in plan.spvs:
        own = [0.0] * plan.grid.months
        for done in run.dates:
            own[done.moment.period] = sum(float(each) for each in done.balances)
        held = [before + more for before, more in zip(held, own, strict=True)]
    return held


def assert_conserved(plan: Plan, *, is_drawn_ahead: bool = False) -> None:
    """received + contributed + drawn = paid + spent + distributed + held, of borrowers.

    Owners without a waterfall keep what comes in until the next payment, and put in themselves what
    is needed for the uses. What is drawn ahead of the uses waits for the last of them.
    """
    nothing = 1e-9 * max(size_of(plan), 1.0)
    if plan.spvs:
        spent = [use for use in USES if use != "reserves_funded"]
        have = kept(plan, (*RECEIVED, *SOURCES), (*PAID, *spent, "equity_distributed"))
        waiting = [more - held for more, held in zip(have, balances(plan), strict=True)]
        if not is_drawn_ahead:
            assert waiting == pytest.approx([0.0] * len(waiting), abs=nothing)
        uses = by_month(plan, *spent)
        last = max(month for month, amount in enumerate(uses) if amount)
        assert min(waiting) >= -nothing
        assert max(waiting[last:]) <= nothing
        return
    last = max((month for month, pays in enumerate(plan.payment_flags) if pays), default=-1)
    have = kept(plan, RECEIVED, (*PAID, "equity_distributed"))
    settled = [m for m, pays in enumerate(plan.payment_flags) if pays or m > last]
    assert [have[month] for month in settled] == pytest.approx([0.0] * len(settled), abs=nothing)


@pytest.mark.parametrize("name", DEALS)
def test_cash_in_is_cash_out_in_every_month_of_every_example(name: str) -> None:
    plan = planned(name)
    ahead = any(loan.draw == "at_closing" for loan in plan.deal.facilities.values())
    assert_conserved(plan, is_drawn_ahead=ahead)


@pytest.mark.parametrize("sets", VARIANTS.values(), ids=VARIANTS)
@pytest.mark.parametrize("taken", TAKEN.values(), ids=TAKEN)
def test_what_stands_beside_the_rents_is_paid_by_someone(
    taken: tuple[str, ...], sets: tuple[str, ...]
) -> None:
    assert_conserved(planned("spv-finance-lease", *taken, *sets))


def test_take_downs_that_end_apart_pay_the_price_once_with_the_last() -> None:
    sets = (f"{RENTAL}.purchase_price=1_000_000", f"{RENTAL}.take_downs[1].term=36 months")
    assert_conserved(planned("spv-finance-lease", *sets, f"{RENTAL}.vat_credited=no"))
    plan = planned("spv-finance-lease", *sets)
    assert summed(plan, "debt_fees_paid") == pytest.approx(1_000_000)


def summed(plan: Plan, name: str) -> float:
    """A stream over the whole plan."""
    return sum(by_month(plan, name))


@pytest.mark.parametrize("taken", TAKEN.values(), ids=TAKEN)
def test_the_purchase_price_is_the_owners_loss_with_the_last_rent(taken: tuple[str, ...]) -> None:
    free = planned("spv-finance-lease", *taken, f"{RENTAL}.purchase_price=0")
    dear = planned("spv-finance-lease", *taken, f"{RENTAL}.purchase_price=1_000_000")
    paid = [
        b - a
        for a, b in zip(
            by_month(free, "debt_fees_paid"), by_month(dear, "debt_fees_paid"), strict=True
        )
    ]
    rents = by_month(dear, "principal_paid")
    last = max(month for month, amount in enumerate(rents) if amount)
    assert paid[last] == pytest.approx(1_000_000)
    assert sum(paid) == pytest.approx(1_000_000)
    assert summed(dear, "equity_distributed") - summed(dear, "equity_contributed") == pytest.approx(
        summed(free, "equity_distributed") - summed(free, "equity_contributed") - 1_000_000
    )


def test_a_purchase_price_that_cash_does_not_pay_leaves_as_much_owed() -> None:
    poor = tuple(
        f"leases.{lease}.charges.base.amount=40_000" for lease in ("first", "second", "third")
    )
    free = planned("spv-finance-lease", f"{RENTAL}.purchase_price=0", *poor)
    dear = planned("spv-finance-lease", f"{RENTAL}.purchase_price=1_000_000", *poor)
    paid, owed = [], []
    for plan in (free, dear):
        of_lessor = ("debt_fees_paid", "interest_paid", "principal_paid", "debt_prepaid")
        paid.append(sum(summed(plan, name) for name in of_lessor))
        owed.append(sum(float(loan.arrears) for loan in plan.spvs[0].loans))
    assert paid[1] == pytest.approx(paid[0])
    assert owed[1] == pytest.approx(owed[0] + 1_000_000)


def test_vat_on_rents_is_paid_and_credited_and_costs_the_owners_nothing() -> None:
    """VAT on rents is 13% of them; running costs are the same with it and without it."""
    bare = planned("spv-finance-lease", *OF_VAT, f"{RENTAL}.vat=0%")
    taxed = planned("spv-finance-lease", *OF_VAT)
    rents = summed(taxed, "interest_paid") + summed(taxed, "principal_paid")
    vat = summed(taxed, "vat_paid_on_costs") - summed(bare, "vat_paid_on_costs")
    assert vat == pytest.approx(0.13 * rents)
    assert by_month(taxed, "operating_costs_paid") == pytest.approx(
        by_month(bare, "operating_costs_paid")
    )
    assert summed(taxed, "income_tax_paid") == pytest.approx(0, abs=1e-6)
