"""Taxes on Decimal, on floats and on arrays of paths say the same."""

from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lessor.core.numeric import DECIMAL, FLOAT, scan
from lessor.engine.taxes.income import (
    IncomeTaxInputs,
    income_tax_year,
    lower_income_tax,
    opening_income_tax,
)
from lessor.engine.taxes.stamp import StampBases, lower_stamp_duty, stamp_duty
from lessor.engine.taxes.vat import VatInputs, lower_vat, opening_vat, vat_month
from lessor.terms.taxes import IncomeTax, StampDuty, Vat
from tests.agreement.agreeing import assert_agree, assert_paths_agree

DUTY = {"lease": "0.1%", "purchase": "0.03%", "loan": "0.005%"}

amounts = st.decimals(0, 1_000_000, places=2)
profits = st.lists(st.decimals(-1_000_000, 1_000_000, places=2), min_size=1, max_size=10)


def taxed_years(kind, loss_years, years):
    terms = lower_income_tax(
        IncomeTax.model_validate({"rate": "25%", "loss_years": loss_years}), kind=kind
    )
    inputs = [IncomeTaxInputs(year) for year in years]
    return scan(income_tax_year, terms, opening_income_tax(terms), inputs)


def vat_months(kind, months):
    terms = lower_vat(Vat.model_validate({"rent": "6%"}), kind=kind)
    inputs = [VatInputs(output, paid) for output, paid in months]
    return scan(vat_month, terms, opening_vat(terms), inputs)


@given(st.integers(0, 6), profits)
def test_income_tax_agrees(loss_years, years):
    exact = taxed_years(DECIMAL, loss_years, years)
    assert_agree(exact, taxed_years(FLOAT, loss_years, [float(year) for year in years]), scale=1e6)


@given(st.integers(0, 3), profits, profits)
def test_every_path_of_profits_is_taxed_as_if_alone(loss_years, first, second):
    paths = [[float(year) for year in path] for path in (first, second)]
    years = [np.array(pair) for pair in zip(*paths, strict=False)]
    together = taxed_years(FLOAT, loss_years, years)
    for path, alone in enumerate(paths):
        single = taxed_years(FLOAT, loss_years, alone[: len(years)])
        assert_paths_agree(together, single, path)


@given(st.lists(st.tuples(amounts, amounts), min_size=1, max_size=8))
def test_vat_agrees(months):
    quick = [(float(output), float(paid)) for output, paid in months]
    together = vat_months(FLOAT, [(np.array([a, b]), np.array([b, a])) for a, b in quick])
    assert_agree(vat_months(DECIMAL, months), vat_months(FLOAT, quick), scale=1e6)
    assert_paths_agree(together, vat_months(FLOAT, quick), 0)


@given(amounts, amounts, amounts)
def test_stamp_duty_agrees(lease, purchase, loan):
    def duty(kind, number):
        record = StampDuty.model_validate(DUTY)
        bases = StampBases(number(lease), number(purchase), number(loan))
        return stamp_duty(lower_stamp_duty(record, kind=kind), bases)

    assert_agree(duty(DECIMAL, Decimal), duty(FLOAT, float))
