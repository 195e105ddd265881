"""Schedules as arrays: amounts, directions, rates and cycles that change by segment.

By hand, on 100 at 6% under 30E360: 6 of interest a year, 0.5 a month.
"""

import pytest

from tests.formats.loans import RATES, STEPS, dated, issues_of, paid, rows_of, told, without


def days(rows, *codes):
    return [f"{row.moment:%Y-%m} {row.code}" for row in rows if row.code in codes]


def test_amounts_and_cycles_by_segment_row_by_row():
    assert told(rows_of(STEPS)) == [
        "2020-01-01 IED -100.0 100.0 0.06 0.0",
        "2021-01-01 PR 20.0 80.0 0.06 6.0",
        "2021-01-01 IP 6.0 80.0 0.06 0.0",
        "2022-01-01 PR 20.0 60.0 0.06 4.8",
        "2022-01-01 IP 4.8 60.0 0.06 0.0",
        # The day on which a segment begins is its own.
        "2023-01-01 PR 15.0 45.0 0.06 3.6",
        "2023-01-01 IP 3.6 45.0 0.06 0.0",
        "2023-07-01 PR 15.0 30.0 0.06 1.35",
        "2024-01-01 PR 15.0 15.0 0.06 2.25",
        "2024-01-01 IP 2.25 15.0 0.06 0.0",
        # The redemption that leaves nothing is the maturity.
        "2024-07-01 IP 0.45 15.0 0.06 0.0",
        "2024-07-01 MD 15.0 0.0 0.06 0.0",
    ]


def test_drawings_add_to_the_notional_and_redemptions_take_off():
    rows = rows_of(STEPS, arrayIncreaseDecrease=["INC", "DEC"], arrayCycleOfInterestPayment="")
    assert [(row.code, row.payoff, row.notional) for row in rows[1:4]] == [
        ("PI", -20.0, 120.0),
        ("IP", 6.0, 120.0),
        ("PI", -20.0, 140.0),
    ]
    # 140 in steps of 15: ten of them, the last of 5 only.
    assert days(rows, "MD") == ["2027-07 MD"]
    assert paid(rows, "MD") == [5.0]
    mirrored = rows_of(
        STEPS,
        arrayIncreaseDecrease=["INC", "DEC"],
        arrayCycleOfInterestPayment="",
        contractRole="RPL",
    )
    assert [row.payoff for row in mirrored] == [0.0 - row.payoff for row in rows]


def test_drawings_and_redemptions_are_scaled_and_the_notional_is_not():
    plain = rows_of(STEPS, arrayIncreaseDecrease=["INC", "DEC"])
    scaled = rows_of(STEPS, arrayIncreaseDecrease=["INC", "DEC"], notionalScalingMultiplier="1.5")
    for once, more in zip(plain[1:], scaled[1:], strict=True):
        is_principal = once.code in ("PI", "PR", "MD")
        assert more.payoff == (1.5 if is_principal else 1.0) * once.payoff
        assert more.notional == once.notional


def test_a_bare_value_is_an_array_of_one_and_one_value_serves_all():
    bare = {
        "arrayCycleAnchorDateOfPrincipalRedemption": "2021-01-01",
        "arrayCycleOfPrincipalRedemption": "P1YL1",
        "arrayNextPrincipalRedemptionPayment": 25,
        "arrayIncreaseDecrease": "DEC",
    }
    rows = rows_of(STEPS, **bare)
    assert rows == rows_of(STEPS, **{name: [value] for name, value in bare.items()})
    assert days(rows, "PR", "MD") == ["2021-01 PR", "2022-01 PR", "2023-01 PR", "2024-01 MD"]
    shared = rows_of(
        STEPS,
        arrayCycleOfPrincipalRedemption="P1YL1",
        arrayNextPrincipalRedemptionPayment=25,
        arrayIncreaseDecrease="DEC",
    )
    assert shared == rows


def test_without_cycles_each_segment_is_one_date():
    terms = without(STEPS, "arrayCycleOfPrincipalRedemption")
    rows = rows_of(terms, maturityDate="2024-01-01")
    assert days(rows, "PR", "MD") == ["2021-01 PR", "2023-01 PR", "2024-01 MD"]
    assert paid(rows, "MD") == [65.0]


def test_at_a_maturity_that_is_said_what_is_left_is_redeemed_if_only_zero():
    late = rows_of(STEPS, maturityDate="2026-01-01")
    assert [row.payoff for row in late if row.code in ("PR", "MD")][-4:] == [15.0, 0.0, 0.0, 0.0]
    early = rows_of(STEPS, maturityDate="2022-06-01")
    assert days(early, "PR", "MD") == ["2021-01 PR", "2022-01 PR", "2022-06 MD"]
    assert paid(early, "MD") == [60.0]


def test_a_segment_ends_short_and_the_last_one_by_its_own_stub():
    changes = {
        "arrayCycleAnchorDateOfPrincipalRedemption": ["2021-01-01", "2022-09-01"],
        "arrayCycleOfPrincipalRedemption": ["P1YL0", "P1YL0"],
        "maturityDate": "2025-01-01",
    }
    assert days(rows_of(STEPS, **changes), "PR") == ["2021-01 PR", "2022-01 PR", "2022-09 PR",
                                                     "2023-09 PR"]  # fmt: skip


def test_interest_by_segment_with_maturity_once():
    changes = {
        "arrayCycleAnchorDateOfInterestPayment": ["2021-01-01", "2022-01-01"],
        "arrayCycleOfInterestPayment": ["P6ML1", "P1YL1"],
        "maturityDate": "2024-01-01",
    }
    found = days(rows_of(STEPS, **changes), "IP")
    assert found == ["2021-01 IP", "2021-07 IP", "2022-01 IP", "2023-01 IP", "2024-01 IP"]
    at_maturity = {"arrayCycleAnchorDateOfInterestPayment": ["2021-01-01", "2024-07-01"]}
    rows = rows_of(without(STEPS, "arrayCycleOfInterestPayment"), **at_maturity)
    assert days(rows, "IP") == ["2021-01 IP", "2024-07 IP"]


def test_rates_fixed_and_observed_by_segment():
    rows = rows_of(STEPS, **RATES)
    changed = [(f"{r.moment:%Y}", r.code, round(r.rate, 8)) for r in rows if r.code[:2] == "RR"]
    # The value of a variable segment is its spread; that of a fixed one the rate itself.
    assert changed == [("2021", "RRF", 0.07), ("2022", "RR", 0.07), ("2023", "RR", 0.1)]
    assert paid(rows, "IP")[:3] == [6.0, 5.6, 4.2]
    assert [row.code for row in rows if f"{row.moment:%Y-%m}" == "2021-01"] == ["PR", "IP", "RRF"]


def test_rates_on_a_cycle_of_their_own():
    cycles = {"arrayCycleOfRateReset": "P1YL1", "arrayFixedVariable": "F", "arrayRate": "0.08"}
    anchor = {"arrayCycleAnchorDateOfRateReset": "2021-01-01"}
    rows = rows_of(STEPS, **cycles, **anchor)
    assert days(rows, "RRF") == ["2021-01 RRF", "2022-01 RRF", "2023-01 RRF", "2024-01 RRF"]


def test_the_fixing_of_a_payment_is_not_among_its_events():
    assert "PRF" not in [row.code for row in rows_of(STEPS, **RATES)]


def test_of_a_contract_under_way_the_redemptions_still_to_come_are_counted():
    rows = rows_of(STEPS, statusDate="2022-06-01", notionalPrincipal=60)
    assert days(rows, "PR", "MD") == ["2023-01 PR", "2023-07 PR", "2024-01 PR", "2024-07 MD"]
    # Accrued since 1 January 2022, the last interest date.
    assert paid(rows, "IP")[0] == 3.6


def test_redemptions_before_the_exchange_repay_nothing():
    # Of 100: 20 on the day of the exchange and in 2021 and 2022, 15 twice in 2023, the last 10.
    anchors = ["2019-01-01", "2023-01-01"]
    changes = {"statusDate": "2018-12-31", "arrayCycleAnchorDateOfPrincipalRedemption": anchors}
    rows = rows_of(STEPS, **changes)
    assert paid(rows, "PR") == [20.0, 20.0, 20.0, 15.0, 15.0]
    assert told(rows)[-1] == "2024-01-01 MD 10.0 0.0 0.06 0.0"


def test_the_cut_off_of_an_array_contract():
    assert dated(rows_of(STEPS, to="2021-01-01")) == ["01-01 IED", "01-01 PR", "01-01 IP"]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        (
            {"arrayNextPrincipalRedemptionPayment": [20, 15, 10]},
            "lengths-differ",
            "arrayCycleAnchorDateOfPrincipalRedemption",
        ),
        (
            {"arrayCycleAnchorDateOfPrincipalRedemption": ["2023-01-01", "2021-01-01"]},
            "dates-out-of-order",
            "arrayCycleAnchorDateOfPrincipalRedemption",
        ),
        (
            {"arrayIncreaseDecrease": ["DEC", "DOWN"]},
            "not-a-choice",
            "arrayIncreaseDecrease",
        ),
        (
            {"arrayCycleOfPrincipalRedemption": ["P1YL1", "P6M"]},
            "wrong-unit",
            "arrayCycleOfPrincipalRedemption",
        ),
        (
            {"arrayNextPrincipalRedemptionPayment": [20, None]},
            "wrong-unit",
            "arrayNextPrincipalRedemptionPayment",
        ),
        ({"arrayIncreaseDecrease": "INC"}, "never-repaid", "maturityDate"),
        (
            {"arrayCycleAnchorDateOfRateReset": ["2021-01-01"]},
            "missing-field",
            "arrayRate",
        ),
        (
            {"arrayCycleAnchorDateOfPrincipalRedemption": []},
            "missing-field",
            "arrayCycleAnchorDateOfPrincipalRedemption",
        ),
    ],
)
def test_arrays_that_do_not_fit_are_told(changes, code, field):
    assert (code, f"loan.terms.{field}") in issues_of(STEPS, **changes)
