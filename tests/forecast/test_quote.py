"""Finance leases as quoted: published figures, hand formulas, and what must hold of any quote."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lessor.forecast.quote_rows import Counted
from tests.forecast.leases import quoted, refused

QUARTERS_A_YEAR = 4
MONTHLY = {"frequency": "monthly"}
DEPOSIT = {"deposit": "5%"}
DEPOSIT_AND_FEE = {"deposit": "5%", "service_fee": "2%"}


def rates(*given: bool, **said: Any) -> tuple[float | None, float | None]:
    """IRR x periods and effective with what is counted of fees, deposit, VAT."""
    row = next(row for row in quoted(**said).rates if row.counted == Counted(*given))
    return row.irr_nominal, row.irr_effective


def annuity(periodic: float, count: int) -> float:
    """Worth of 1 at the end of each of `count` periods."""
    return (1 - (1 + periodic) ** -count) / periodic


@pytest.mark.parametrize(("months", "rent"), [(36, 8.8849), (60, 5.5415)])
def test_level_rents_in_arrears_are_the_annuity(months: int, rent: float):
    figures = quoted(repayment={"until": f"{months} months"}).figures
    assert figures["rent"] == pytest.approx(rent, abs=5e-5)
    assert figures["rent"] == pytest.approx(100 / annuity(0.01, months // 3), rel=1e-14)
    assert figures["rate_nominal"] == pytest.approx(0.04, rel=1e-14)
    assert figures["irr_nominal"] == pytest.approx(0.04, rel=1e-12)
    assert figures["irr_effective"] == pytest.approx(1.01**4 - 1, rel=1e-12)


@pytest.mark.parametrize(
    ("rental", "nominal", "effective"),
    [({}, 4.000, 4.060), (DEPOSIT, 4.390, 4.463), (DEPOSIT_AND_FEE, 5.806, 5.933)],
)
def test_a_deposit_set_off_in_the_last_rent_and_a_fee_raise_the_rate(rental, nominal, effective):
    figures = quoted(rental=rental).figures
    assert 100 * figures["irr_nominal"] == pytest.approx(nominal, abs=5e-4)
    assert 100 * figures["irr_effective"] == pytest.approx(effective, abs=5e-4)
    assert figures["rate_nominal"] == pytest.approx(0.04)


@pytest.mark.parametrize(
    ("repayment", "nominal"),
    [
        ({}, 7.152),
        ({"frequency": "monthly"}, 7.511),
        ({"timing": "advance"}, 8.524),
    ],
)
def test_a_flat_quote_is_nearly_twice_its_rate(repayment, nominal):
    found = quoted(rate={"quoted": "flat"}, repayment=repayment)
    count = 36 if repayment == MONTHLY else 12
    assert found.figures["rent"] == pytest.approx(112 / count, rel=1e-14)
    assert 100 * found.figures["rate_nominal"] == pytest.approx(nominal, abs=5e-4)
    assert found.figures["irr_nominal"] == pytest.approx(found.figures["rate_nominal"], rel=1e-9)
    assert found.figures["rate_flat"] == pytest.approx(0.04, rel=1e-12)
    assert "flat" in found.notes["rate_nominal"]


@pytest.mark.parametrize(
    ("compounding", "timing", "worth"),
    [
        ("annual", "advance", 29.90),
        ("annual", "arrears", 29.67),
        ("monthly", "arrears", 29.48),
        ("monthly", "advance", 29.73),
    ],
)
def test_the_basis_of_a_rate_is_a_term(compounding, timing, worth):
    # 36 level payments of a filed lease of 504 GPUs, whose liability was filed at 29.9m.
    figures = quoted(
        principal="29.9",
        rate={"value": "9.9%", "compounding": compounding},
        repayment={"frequency": "monthly", "timing": timing},
        rental={"rents": [{"times": "36", "amount": "0.95"}]},
    ).figures
    assert figures["rents_worth"] == pytest.approx(worth, abs=5e-3)


def test_an_effective_rate_comes_back_as_one():
    figures = quoted(
        rate={"value": "9.9%", "compounding": "annual"},
        repayment={"frequency": "monthly", "timing": "advance"},
    ).figures
    assert figures["irr_effective"] == pytest.approx(0.099, rel=1e-12)
    assert figures["rate_effective"] == pytest.approx(0.099, rel=1e-12)
    assert figures["rate_nominal"] == pytest.approx(12 * (1.099 ** (1 / 12) - 1), rel=1e-12)
    assert figures["rate_implicit"] == pytest.approx(0.099, rel=1e-12)


def yearly(rents: str, financed: str, times: int = 6, **rental: Any):
    return quoted(
        principal=financed,
        rate={"compounding": "annual"},
        repayment={"frequency": "annual", "until": f"{12 * times} months"},
        rental={"rents": [{"times": str(times), "amount": rents}], **rental},
    )


def test_the_lessors_implicit_rate_of_the_guide_to_cas_21():
    found = yearly("150_000", "700_000", purchase_price="20_000", direct_costs="10_000")
    assert found.figures["rate_implicit"] == pytest.approx(0.078184, abs=5e-7)
    owed, income = 710_000.0, []
    for _ in range(5):
        income.append(owed * found.figures["rate_implicit"])
        owed += income[-1] - 150_000
    # The guide rounds the rate to 7.82%, so its years are off by up to 0.5 basis points.
    assert income == pytest.approx([55_522, 48_134, 40_168, 31_579, 22_318], abs=36)
    # The lessor's own costs are none of the lessee's, who pays on less.
    paid = found.figures["irr_effective"]
    worth = 150_000 * annuity(paid, 6) + 20_000 * (1 + paid) ** -6
    assert worth == pytest.approx(700_000, rel=1e-9)


def test_the_lessors_implicit_rate_of_asc_842_counts_the_residual():
    found = yearly("9_500", "62_000", residual={"amount": "20_000"})
    assert found.figures["rate_implicit"] == pytest.approx(0.054839, abs=5e-7)
    owed = [row.outstanding for row in found.rows]
    # The net investment at each year's end; the last is the residual, settled on that day.
    assert owed[1:6] == pytest.approx([55_900, 49_466, 42_678, 35_519, 27_966], abs=0.51)
    assert owed[6] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("timing", ["arrears", "advance"])
def test_rents_leave_the_residual_and_the_rate_stays(timing):
    found = quoted(repayment={"timing": timing}, rental={"residual": {"share": "20%"}})
    assert found.figures["residual"] == 20
    assert found.figures["irr_nominal"] == pytest.approx(0.04, rel=1e-11)
    worth = 20 * 1.01**-12
    rent = (100 - worth) / annuity(0.01, 12) / (1.01 if timing == "advance" else 1)
    assert found.figures["rent"] == pytest.approx(rent, rel=1e-12)


def test_a_residual_says_who_answers_for_it():
    for who, words in (("lessee", "guarantees it"), ("buyer", "to the buyer"), ("none", "no one")):
        residual = {"share": "20%", "guaranteed_by": who}
        assert words in quoted(rental={"residual": residual}).notes["irr_nominal"]


def test_a_balloon_is_left_to_the_last_rent():
    found = quoted(repayment={"balloon": "30%"})
    rents = [row.rent for row in found.rows if row.rent]
    level = (100 - 30 * 1.01**-12) / annuity(0.01, 12)
    assert rents == pytest.approx([level] * 11 + [level + 30], rel=1e-12)
    assert found.figures["irr_nominal"] == pytest.approx(0.04, rel=1e-11)


def test_interest_alone_then_level_rents():
    rents = [r.rent for r in quoted(repayment={"interest_only": "12 months"}).rows if r.rent]
    assert rents == pytest.approx([1] * 4 + [100 / annuity(0.01, 8)] * 8, rel=1e-12)


def test_grace_adds_interest_to_what_is_owed():
    found = quoted(repayment={"grace": "12 months"})
    rents = [row.rent for row in found.rows if row.rent]
    assert rents == pytest.approx([100 * 1.01**4 / annuity(0.01, 8)] * 8, rel=1e-12)
    assert found.figures["irr_nominal"] == pytest.approx(0.04, rel=1e-11)


def test_equal_principal_and_a_custom_profile():
    equal = quoted(repayment={"profile": "equal_principal"})
    assert [row.principal for row in equal.rows[1:]] == pytest.approx([100 / 12] * 12)
    assert equal.rows[2].interest == pytest.approx(0.01 * (100 - 100 / 12))
    steps = [{"after": "12 months", "share": "10%", "every": "quarterly"}]
    custom = quoted(repayment={"profile": "custom", "steps": steps})
    assert [row.principal for row in custom.rows] == pytest.approx([0] * 4 + [10] * 8 + [20])


def test_days_as_they_are_counted_move_the_rent_and_not_the_contract_rate():
    actual = quoted(rate={"basis": "actual/360"})
    assert actual.figures["rate_nominal"] == pytest.approx(0.04)
    assert actual.figures["rent"] > quoted().figures["rent"]
    days = [row.day for row in actual.rows]
    worth, factor = 0.0, 1.0
    for before, day in pairwise(days):
        factor /= 1 + 0.04 * (day - before).days / 360
        worth += actual.figures["rent"] * factor
    assert worth == pytest.approx(100, rel=1e-12)
    frozen = quoted(rate={"basis": "actual/360"}, repayment={"profile": "principal_table"})
    assert sum(row.principal for row in frozen.rows) == pytest.approx(100)
    assert frozen.rows[1].principal == pytest.approx(100 / annuity(0.01, 12) - 1)


@pytest.mark.parametrize("timing", ["arrears", "advance"])
def test_a_deposit_pays_the_last_rents_until_it_is_used_up(timing):
    found = quoted(repayment={"timing": timing}, rental={"deposit": "20%"})
    rent = found.figures["rent"]
    set_off = [row.deposit_set_off for row in found.rows if row.rent]
    assert set_off == pytest.approx([0] * 9 + [20 - 2 * rent, rent, rent])
    assert sum(row.deposit_returned for row in found.rows) == pytest.approx(0, abs=1e-12)


def test_a_deposit_returned_comes_back_whole_at_the_end():
    found = quoted(rental={"deposit": "5%", "deposit_use": "returned"})
    assert [row.deposit_returned for row in found.rows] == [0] * 12 + [5]
    assert found.figures["irr_nominal"] == pytest.approx(0.043902, abs=5e-6)


def test_vat_that_is_not_credited_is_a_cost():
    lease = {"vat": "6%", "vat_on": "interest", "vat_credited": "no"}
    figures = quoted(kind="sale_leaseback", rental=lease).figures
    # 6% on interest at 4%: as if the rate were 4.24%, to a hair.
    assert figures["cost_all_in"] == pytest.approx(1.0106**4 - 1, rel=2e-4)
    assert figures["irr_effective"] == pytest.approx(1.01**4 - 1)
    assert figures["vat_not_credited"] == pytest.approx(0.06 * figures["interest_total"])
    credited = quoted(rental={"vat": "13%", "vat_on": "rent"}).figures
    assert credited["cost_all_in"] == credited["irr_effective"]
    assert credited["vat"] == pytest.approx(0.13 * credited["rents_total"])


def test_rates_stand_side_by_side_only_where_they_differ():
    rental = {**DEPOSIT_AND_FEE, "vat": "6%", "vat_on": "interest", "vat_credited": "no"}
    assert len(quoted(rental=rental).rates) == 8
    assert [tuple(row.counted) for row in quoted(rental=DEPOSIT).rates] == [
        (False, False, False),
        (False, True, False),
    ]
    assert rates(True, False, False, rental=rental)[0] == pytest.approx(0.052848, abs=5e-6)


def test_a_floating_lease_is_quoted_on_the_rate_of_its_day():
    lpr = {
        "observed": [{"date": "2025-05-20", "rate": "3%"}, {"date": "2025-12-20", "rate": "3.1%"}]
    }
    rate = {"value": None, "index": "LPR", "spread": "0.9%", "reset": "annual"}
    found = quoted(rate=rate, rates={"LPR": lpr})
    assert found.figures["rate_nominal"] == pytest.approx(0.04)
    assert found.figures["rent"] == pytest.approx(8.884878867834171)
    assert "a reset changes the rents" in found.notes["rate_nominal"]


def test_take_downs_have_rents_of_their_own_and_are_quoted_whole():
    taken = [
        {"date": "2026-01-01", "amount": "60"},
        {"date": "2026-07-01", "amount": "40", "term": "36 months"},
    ]
    found = quoted(rental={"take_downs": taken, **DEPOSIT})
    first, second = found.take_downs
    assert (first.rent, second.rent) == pytest.approx(
        (60 / annuity(0.01, 12), 40 / annuity(0.01, 12))
    )
    assert second.drawn.end == date(2029, 7, 1)
    assert found.figures["rent"] == pytest.approx(100 / annuity(0.01, 12))
    assert found.figures["irr_nominal"] == pytest.approx(0.04390378, abs=1e-8)
    assert found.figures["rate_flat"] == pytest.approx(quoted().figures["rate_flat"])
    # Without a term of its own the second runs to the end of the first.
    taken[1] = {"date": "2026-07-01", "amount": "40"}
    assert quoted(rental={"take_downs": taken}).take_downs[1].rent == pytest.approx(
        40 / annuity(0.01, 10)
    )


def test_rents_to_the_cent_end_at_nothing():
    found = quoted(principal="1_000_000", rounding="cent")
    cents = [row.rent * 100 for row in found.rows]
    assert cents == pytest.approx([round(each) for each in cents], abs=1e-6)
    assert found.rows[-1].outstanding == pytest.approx(0, abs=1e-8)
    assert sum(row.principal for row in found.rows) == pytest.approx(1_000_000)


def test_a_rate_that_cannot_be_told_is_none_with_a_reason():
    found = quoted(fees={"up_front": "50%"}, rental={"deposit": "50%"})
    for name in ("irr_nominal", "irr_effective", "cost_all_in"):
        assert found.figures[name] is None
        assert found.notes[name]
    assert found.figures["rate_nominal"] == pytest.approx(0.04)


def test_rents_below_what_is_financed_have_a_negative_rate():
    found = quoted(rental={"rents": [{"times": "12", "amount": "8"}]})
    assert found.figures["rate_nominal"] < 0
    assert "contained in the table" in found.notes["rate_nominal"]


def test_what_cannot_be_quoted_is_an_issue():
    assert [i.code for i in refused(repayment={"profile": "sculpted", "dscr": "1.2"})] == [
        "not-quoted"
    ]
    assert [i.code for i in refused(principal="0")] == ["not-positive"]
    late = [{"date": "2030-01-01", "amount": "10"}]
    assert [i.code for i in refused(rental={"take_downs": late})] == ["draw-after-maturity"]
    short = {"rents": [{"times": "11", "amount": "9"}]}
    issue = refused(rental=short)[0]
    assert (issue.code, issue.remedy.split(",")[0]) == ("rents-not-term", "list 12 rents")


leases = st.fixed_dictionaries(
    {
        "value": st.integers(1, 3000),
        "periods": st.integers(2, 24),
        "frequency": st.sampled_from(("monthly", "quarterly", "semiannual", "annual")),
        "timing": st.sampled_from(("arrears", "advance")),
    }
)
MONTHS = {"monthly": 1, "quarterly": 3, "semiannual": 6, "annual": 12}


def drawn(lease: dict[str, Any], **said: Any):
    rate = {"value": f"{lease['value'] / 100}%", "compounding": lease["frequency"]}
    repayment = {
        "frequency": lease["frequency"],
        "timing": lease["timing"],
        "until": f"{lease['periods'] * MONTHS[lease['frequency']]} months",
    }
    return quoted(
        rate=rate | said.pop("rate", {}), repayment=repayment | said.pop("repayment", {}), **said
    )


@given(leases)
def test_the_rate_makes_the_rents_and_the_rents_give_the_rate(lease):
    figures = drawn(lease).figures
    assert figures["irr_nominal"] == pytest.approx(lease["value"] / 10_000, rel=1e-7, abs=1e-10)
    assert figures["rate_implicit"] == pytest.approx(figures["irr_effective"], rel=1e-9)


@given(leases, st.integers(1, 500))
def test_a_higher_flat_rate_holds_a_higher_nominal_one(lease, more):
    flat = {"quoted": "flat"}
    low = drawn(lease, rate=flat)
    high = drawn({**lease, "value": lease["value"] + more}, rate=flat)
    assert high.figures["rate_nominal"] > low.figures["rate_nominal"]
    assert low.figures["rate_flat"] == pytest.approx(lease["value"] / 10_000, rel=1e-9)


@given(leases, st.integers(1, 20), st.integers(1, 5))
def test_fees_and_deposits_raise_the_cost(lease, deposit, fee):
    plain = drawn(lease).figures["irr_nominal"]
    with_fee = drawn(lease, rental={"service_fee": f"{fee}%"}).figures["irr_nominal"]
    with_both = drawn(lease, rental={"service_fee": f"{fee}%", "deposit": f"{deposit}%"})
    # In advance a deposit larger than all rents but the first leaves no money to pay a rate on.
    assume(with_both.figures["irr_nominal"] is not None and with_fee is not None)
    assert plain < with_fee < with_both.figures["irr_nominal"]


@given(leases, st.integers(0, 40), st.integers(0, 30))
def test_what_is_owed_ends_at_nothing_and_the_sums_agree(lease, deposit, residual):
    found = drawn(lease, rental={"deposit": f"{deposit}%", "residual": {"share": f"{residual}%"}})
    rows = found.rows
    assert rows[-1].outstanding == pytest.approx(0, abs=1e-8)
    for row in rows:
        assert row.rent == pytest.approx(row.interest + row.principal, abs=1e-9)
    returned = sum(row.deposit_set_off + row.deposit_returned for row in rows)
    assert returned == pytest.approx(deposit, abs=1e-9)


@given(leases)
def test_a_flat_quote_in_advance_costs_more_than_in_arrears(lease):
    flat = {"quoted": "flat"}
    arrears = drawn({**lease, "timing": "arrears"}, rate=flat).figures["rate_nominal"]
    assert drawn({**lease, "timing": "advance"}, rate=flat).figures["rate_nominal"] > arrears


def test_rents_from_a_month_end_stay_at_month_ends_where_that_is_said():
    monthly = {"frequency": "monthly", "until": "2026-12-31"}
    days = {"first_payment": "2026-02-28", "end_of_month": "yes"}
    found = quoted(repayment=monthly, dates=days)
    paid = [row.day for row in found.rows if row.rent]
    assert [(day.month, day.day) for day in paid[:3]] == [(2, 28), (3, 31), (4, 30)]
    assert len(paid) == 11
