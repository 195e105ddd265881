"""What is shared between the payments and paths of a loan changes no figure."""

from datetime import date

import numpy as np
import pytest

from lessor.core.dates import add_months
from lessor.core.numeric import FLOAT, discounted_ones
from lessor.engine.debt.schedule import annuity_factors
from lessor.forecast.paths import PathsKind
from lessor.forecast.plan import run_plan
from lessor.terms.scalars import Duration
from lessor.terms.spvs import Spv
from tests.forecast.loans import BUSINESS, loan_deal, prepared, ran

MARKET = {
    "observed": [{"date": "2026-01-01", "rate": "4%"}],
    "forward": [
        {"date": add_months(date(2026, 2, 1), month).isoformat(), "rate": "4%"}
        for month in range(24)
    ],
}


@pytest.mark.parametrize("compounding", ["none", "monthly", "annual"])
def test_periods_that_grow_alike_share_factors_and_no_others(compounding):
    deal = loan_deal(
        rate={"compounding": compounding},
        until="24 months",
        dates=BUSINESS,
        repayment={"frequency": "quarterly"},
    )
    loan = prepared(deal)
    apart = annuity_factors(loan.terms.rate, loan.values, kind=FLOAT)
    for index in loan.payments:
        assert loan.inputs[index].factors == pytest.approx(
            apart[index]._replace(discount=0.0), rel=1e-14
        )


def test_ones_of_many_paths_are_those_of_each():
    factors = [np.array([0.9, 0.99, 1.0]), np.array([0.8, 0.98, 1.0]), np.array([0.7, 0.97, 1.0])]
    found = discounted_ones(0.0, factors)
    assert found.tolist() == [
        discounted_ones(0.0, [float(each[path]) for each in factors]) for path in range(3)
    ]
    assert factors[0].tolist() == [0.9, 0.99, 1.0], "what is given is not written to"


def test_a_level_loan_reset_within_its_periods_runs_on_paths_as_alone():
    def floating(rates):
        forward = [
            {**point, "rate": repr(float(rate))}
            for point, rate in zip(MARKET["forward"], rates, strict=True)
        ]
        said = {"index": "SOFR", "spread": "2%", "reset": "monthly", "compounding": "monthly"}
        return loan_deal(
            rates={"SOFR": {**MARKET, "forward": forward}},
            rate=said,
            until="24 months",
            dates=BUSINESS,
            repayment={"frequency": "quarterly", "balloon": "20%"},
        )

    rates = np.random.default_rng(0).uniform(0.01, 0.09, (24, 3))
    drawn = {f"rates.SOFR.forward[{month}].rate": rates[month] for month in range(24)}
    together = ran(floating(rates[:, 0]), PathsKind(drawn))
    for path in range(3):
        alone = ran(floating(rates[:, path]))
        for many, one in zip(together.segment_flows, alone.segment_flows, strict=True):
            assert [np.broadcast_to(each, 3)[path] for each in many] == list(one)


def test_a_loan_that_may_be_swept_falls_due_after_its_schedule_has_ended():
    spv = {
        "accounts": {"collection": {"kind": "collection"}},
        "waterfall": [{"pay": "senior"}, {"sweep": "senior"}, {"distribute": "equity"}],
    }
    unpaid = loan_deal(until="6 months", dates=BUSINESS).changed(
        horizon=Duration(12, 0), spvs={"borrower": Spv.model_validate(spv)}
    )
    plan = run_plan(unpaid)
    assert plan.outstanding[-1] == pytest.approx(10_000_000)


def test_blocks_are_the_same_paths_in_order():
    kind = PathsKind({"rates.SOFR.forward[0].rate": np.arange(5.0), "other": np.arange(5.0) + 10})
    blocks = list(kind.blocks(2))
    assert [block.paths for block in blocks] == [2, 2, 1]
    for name, values in kind.fields.items():
        assert [*np.concatenate([block.fields[name] for block in blocks])] == [*values]
