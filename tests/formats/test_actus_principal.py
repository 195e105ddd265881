"""Principal: equal, with the interest inside, level; and the maturity that follows from it.

By hand, on 1,200 at 10% under 30E360: 10 of interest a month at first.
"""

from datetime import datetime

import pytest

from tests.formats.loans import INSTALMENTS, LEVEL, LINEAR, dated, paid, rows_of, told, without

OPEN = without(LINEAR, "maturityDate")
OPEN_INSTALMENTS = {**OPEN, "contractType": "NAM"}
MONTH = 0.1 / 12
RESETS = {
    "cycleAnchorDateOfRateReset": "2021-03-01",
    "marketObjectCodeOfRateReset": "INDEX",
    "market": {"INDEX": {"2021-03-01": "0.24"}},
}


def payments(rows):
    """Principal and interest together on each day after the exchange."""
    found: dict[datetime, float] = {}
    for row in rows[1:]:
        found[row.moment] = found.get(row.moment, 0.0) + row.payoff
    return [amount for amount in found.values() if amount]


def test_equal_principal_row_by_row():
    assert told(rows_of(LINEAR)) == [
        "2021-01-01 IED -1200.0 1200.0 0.1 0.0",
        "2021-02-01 PR 300.0 900.0 0.1 10.0",
        "2021-02-01 IP 10.0 900.0 0.1 0.0",
        "2021-03-01 PR 300.0 600.0 0.1 7.5",
        "2021-03-01 IP 7.5 600.0 0.1 0.0",
        "2021-04-01 PR 300.0 300.0 0.1 5.0",
        "2021-04-01 IP 5.0 300.0 0.1 0.0",
        "2021-05-01 IP 2.5 300.0 0.1 0.0",
        "2021-05-01 MD 300.0 0.0 0.1 0.0",
    ]


def test_equal_principal_not_said_is_spread_over_the_dates_with_maturity():
    terms = without(LINEAR, "nextPrincipalRedemptionPayment")
    assert rows_of(terms) == rows_of(LINEAR)
    broken = rows_of(terms, maturityDate="2021-04-15")
    assert paid(broken, "PR") == [300.0, 300.0, 300.0]
    # The long stub leaves two dates and maturity.
    long = rows_of(terms, maturityDate="2021-04-15", cycleOfPrincipalRedemption="P1ML0")
    assert paid(long, "PR") == [400.0, 400.0]


@pytest.mark.parametrize("role", ["RPA", "RPL"])
def test_no_more_is_redeemed_than_is_left_and_the_empty_contract_runs_on(role):
    rows = rows_of(LINEAR, nextPrincipalRedemptionPayment="800", contractRole=role)
    sign = 1 if role == "RPA" else -1
    assert paid(rows, "PR") == [sign * 800.0, sign * 400.0, 0.0]
    assert dated(rows)[-3:] == ["04-01 IP", "05-01 IP", "05-01 MD"]
    assert paid(rows, "MD") == [0.0]


def test_an_empty_contract_still_changes_its_rate():
    rows = rows_of(LINEAR, nextPrincipalRedemptionPayment="1200", **RESETS)
    assert [(row.notional, row.rate) for row in rows if row.code == "RR"] == [(0.0, 0.24)]


@pytest.mark.parametrize(
    ("notional", "payment", "maturity", "last"),
    [
        ("1200", "300", "05-01", 300.0),
        ("1250", "300", "06-01", 50.0),
        # Three tenths in steps of a tenth are three, whatever binary fractions say.
        ("0.3", "0.1", "04-01", 0.1),
        ("1.1", "0.1", "12-01", 0.1),
        ("1200", "1200", "02-01", 1200.0),
    ],
)
def test_equal_principal_ends_with_the_redemption_that_leaves_nothing(
    notional, payment, maturity, last
):
    rows = rows_of(OPEN, notionalPrincipal=notional, nextPrincipalRedemptionPayment=payment)
    assert dated(rows, "MD") == [f"{maturity} MD"]
    assert paid(rows, "MD") == [last]


def test_a_derived_maturity_keeps_to_month_ends():
    changes = {"cycleAnchorDateOfPrincipalRedemption": "2021-02-28"}
    rows = rows_of(OPEN, endOfMonthConvention="EOM", **changes)
    assert dated(rows, "PR", "MD") == ["02-28 PR", "03-31 PR", "04-30 PR", "05-31 MD"]
    same_day = rows_of(OPEN, endOfMonthConvention="SD", **changes)
    assert dated(same_day, "MD") == ["05-28 MD"]


def test_a_derived_maturity_moves_to_a_business_day():
    # 2021-05-01 is a Saturday.
    rows = rows_of(OPEN, calendar="MF", businessDayConvention="SCF")
    assert dated(rows, "MD") == ["05-03 MD"]


def test_of_a_contract_under_way_the_redemptions_still_to_come_are_counted():
    rows = rows_of(OPEN, statusDate="2021-02-15")
    assert dated(rows, "PR", "MD") == ["03-01 PR", "04-01 PR", "05-01 PR", "06-01 MD"]


def test_the_maturity_is_derived_from_the_contract_as_signed():
    rows = rows_of(OPEN_INSTALMENTS, nextPrincipalRedemptionPayment="410", **RESETS)
    # (410 - 10) repays 1,200 in three; the dearer rate leaves more to the last.
    assert dated(rows, "MD") == ["04-01 MD"]
    capitalised = rows_of(OPEN, capitalizationEndDate="2021-02-01")
    assert dated(capitalised, "MD") == ["05-01 MD"]


def test_an_instalment_pays_the_interest_first():
    rows = rows_of(INSTALMENTS, nextPrincipalRedemptionPayment="110")
    assert told(rows)[1:5] == [
        "2021-02-01 PR 100.0 1100.0 0.1 10.0",
        "2021-02-01 IP 10.0 1100.0 0.1 0.0",
        "2021-03-01 PR 100.83333333 999.16666667 0.1 9.16666667",
        "2021-03-01 IP 9.16666667 999.16666667 0.1 0.0",
    ]


@pytest.mark.parametrize("role", ["RPA", "RPL"])
def test_an_instalment_below_the_interest_makes_the_notional_grow(role):
    rows = rows_of(INSTALMENTS, nextPrincipalRedemptionPayment="4", contractRole=role)
    sign = 1 if role == "RPA" else -1
    assert told(rows)[1] == (f"2021-02-01 PR {sign * -6.0} {sign * 1206.0} 0.1 {sign * 10.0}")


def test_an_instalment_where_interest_is_capitalised_until_later():
    changes = {"cycleAnchorDateOfPrincipalRedemption": "2021-03-01"}
    rows = rows_of(
        INSTALMENTS, nextPrincipalRedemptionPayment="110", capitalizationEndDate="2021-02-01",
        **changes,
    )  # fmt: skip
    assert told(rows)[1:3] == [
        "2021-02-01 IPCI 0.0 1210.0 0.1 0.0",
        "2021-03-01 PR 99.91666667 1110.08333333 0.1 10.08333333",
    ]


@pytest.mark.parametrize("role", ["RPA", "RPL"])
def test_level_payments_are_equal_and_leave_nothing(role):
    rows = rows_of(LEVEL, contractRole=role)
    assert told(rows)[1].startswith("2021-01-31 PRF 0.0 ")
    payment = 1200 * MONTH / (1 - (1 + MONTH) ** -4) * (1 if role == "RPA" else -1)
    assert payments(rows) == pytest.approx([payment] * 4, abs=1e-9)


def test_the_payment_is_fixed_a_day_before_the_first_redemption_and_shows_the_accrual():
    fixing = rows_of(LEVEL)[1]
    assert (f"{fixing.moment:%m-%d}", fixing.code) == ("01-31", "PRF")
    assert fixing.accrued == pytest.approx(1200 * 0.1 * 29 / 360, abs=1e-9)


def test_a_fixing_before_the_exchange_is_none_and_the_first_payment_is_that_of_the_exchange():
    rows = rows_of(LEVEL, cycleAnchorDateOfPrincipalRedemption="2021-01-01")
    assert dated(rows)[:3] == ["01-01 IED", "01-01 PR", "02-01 PR"]
    annuity = 1 + sum((1 + MONTH) ** -k for k in (1, 2, 3, 4))
    assert payments(rows) == pytest.approx([1200 / annuity] * 5, abs=1e-9)


def test_a_level_contract_under_way_has_the_payment_that_repays_it():
    rows = rows_of(LEVEL, statusDate="2021-02-15", accruedInterest="4")
    # 4 accrued and half a month to come on the first of three dates.
    owed = 1200 + 4 + 1200 * 0.1 * 16 / 360
    annuity = 1 + (1 + MONTH) ** -1 + (1 + MONTH) ** -2
    found = [row.payoff for row in rows if row.moment.month == 3]
    assert sum(found) == pytest.approx(owed / annuity, abs=1e-9)
    assert "PRF" not in [row.code for row in rows]


def test_a_level_payment_over_a_long_last_period():
    changes = {"maturityDate": "2021-04-15", "cycleOfPrincipalRedemption": "P1ML0"}
    rows = rows_of(LEVEL, cycleOfInterestPayment="P1ML0", **changes)
    last = 1 + 0.1 * 44 / 360
    payment = 1200 * (1 + MONTH) / (1 + 1 / (1 + MONTH) + 1 / (1 + MONTH) / last)
    assert dated(rows, "PR", "MD") == ["02-01 PR", "03-01 PR", "04-15 MD"]
    assert payments(rows) == pytest.approx([payment] * 3, abs=1e-9)


def test_the_end_of_amortization_is_the_maturity_where_none_is_said():
    terms = without(LEVEL, "maturityDate")
    assert rows_of(terms, amortizationDate="2021-05-01") == rows_of(LEVEL)


def test_a_maturity_before_the_end_of_amortization_leaves_a_balloon():
    rows = rows_of(LEVEL, maturityDate="2021-03-15", amortizationDate="2021-05-01")
    whole = rows_of(LEVEL)
    assert rows[:6] == whole[:6]
    assert dated(rows)[6:] == ["03-15 IP", "03-15 MD"]
    assert rows[-1].payoff == whole[5].notional


def test_a_level_payment_that_is_said_is_kept_and_derives_the_maturity():
    terms = without(LEVEL, "maturityDate")
    rows = rows_of(terms, nextPrincipalRedemptionPayment="410")
    assert "PRF" not in [row.code for row in rows]
    assert dated(rows, "PR", "MD") == ["02-01 PR", "03-01 PR", "04-01 MD"]
    assert paid(rows, "PR") == [400.0, 403.33333333]


@pytest.mark.parametrize("said", [{}, {"nextPrincipalRedemptionPayment": "200"}])
@pytest.mark.parametrize("next_rate", [{}, {"nextResetRate": "0.24"}])
def test_a_change_of_rate_spreads_what_is_left_anew(said, next_rate):
    rows = rows_of(LEVEL, **RESETS, **said, **next_rate)
    on_the_day = [row.code for row in rows if f"{row.moment:%m-%d}" == "03-01"]
    assert on_the_day == ["PR", "IP", "RRF" if next_rate else "RR", "PRF"]
    left = next(row.notional for row in rows if row.code in ("RR", "RRF"))
    payment = left / (1 / 1.02 + 1 / 1.02**2)
    assert payments(rows)[-2:] == pytest.approx([payment] * 2, abs=1e-9)


def test_a_reset_between_payments_counts_what_has_accrued():
    changes = {
        "cycleAnchorDateOfRateReset": "2021-03-16",
        "market": {"INDEX": {"2021-03-16": "0.24"}},
    }
    rows = rows_of(LEVEL, **{**RESETS, **changes})
    left = next(row.notional for row in rows if row.code == "RR")
    owed = left * (1 + MONTH / 2 + 0.01)
    assert payments(rows)[-2:] == pytest.approx([owed / (1 + 1 / 1.02)] * 2, abs=1e-9)


def test_a_change_in_the_last_second_before_a_payment_spreads_over_that_payment_too():
    # 1 March comes after the reset, though no day lies between: February bears 10%.
    reset = {"cycleAnchorDateOfRateReset": "2021-02-28T23:59:59", "nextResetRate": "0.12"}
    rows = rows_of(LEVEL, **reset)
    first = 1200 * MONTH / (1 - (1 + MONTH) ** -4)
    owed = (1200 * (1 + MONTH) - first) * (1 + MONTH)
    payment = owed / (1 + 1 / 1.01 + 1 / 1.01**2)
    assert payments(rows) == pytest.approx([first, *[payment] * 3], abs=1e-9)


def test_a_payment_a_second_before_the_status_date_is_past():
    last_seconds = {
        "cycleAnchorDateOfPrincipalRedemption": "2021-01-31T23:59:59",
        "cycleAnchorDateOfInterestPayment": "2021-01-31T23:59:59",
        "maturityDate": "2021-04-30T23:59:59",
        "endOfMonthConvention": "EOM",
    }
    rows = rows_of(LEVEL, **last_seconds, statusDate="2021-03-01")
    assert dated(rows, "PR", "MD") == ["03-31 PR", "04-30 MD"]
    payment = 1200 * MONTH / (1 - (1 + MONTH) ** -2)
    amounts = {day: sum(row.payoff for row in rows if row.moment.day == day) for day in (31, 30)}
    assert list(amounts.values()) == pytest.approx([payment] * 2, abs=1e-9)


def test_level_payments_after_capitalised_interest_repay_the_grown_notional():
    rows = rows_of(
        LEVEL,
        capitalizationEndDate="2021-02-01",
        cycleAnchorDateOfPrincipalRedemption="2021-03-01",
    )
    assert dated(rows)[1:3] == ["02-01 IPCI", "02-28 PRF"]
    payment = 1210 * MONTH / (1 - (1 + MONTH) ** -3)
    assert payments(rows) == pytest.approx([payment] * 3, abs=1e-9)


def test_a_level_payment_moved_to_business_days_is_spread_over_the_days_scheduled():
    # 1 May 2021 is a Saturday: the last payment bears interest for two days more.
    rows = rows_of(LEVEL, calendar="MF", businessDayConvention="SCF")
    payment = 1200 * MONTH / (1 - (1 + MONTH) ** -4)
    assert payments(rows)[:3] == pytest.approx([payment] * 3, abs=1e-9)
    late = payment / (1 + MONTH) * 0.1 * 2 / 360
    assert payments(rows)[3] == pytest.approx(payment + late, abs=1e-9)
