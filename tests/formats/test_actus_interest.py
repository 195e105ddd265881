"""Interest: accrued before the exchange, capitalised, reset, on a base of its own, scaled.

By hand, on 1,200 at 10% under 30E360: 10 a month.
"""

import pytest

from tests.formats.loans import (
    BASE,
    BULLET,
    INSTALMENTS,
    LINEAR,
    RESETS,
    SCALED,
    dated,
    paid,
    rows_of,
    told,
)

MARKET = {"INDEX": {"2021-02-01": "0.03", "2021-03-01": 0.05, "2021-04-01": " -0.05"}}


def rates(**changes):
    """The rate after each change of it, to eight decimals."""
    rows = rows_of(BULLET, market=MARKET, **{**RESETS, **changes})
    return [(row.code, round(row.rate, 8)) for row in rows if row.code in ("RR", "RRF")]


def test_a_bullet_loan_row_by_row():
    assert told(rows_of(BULLET)) == [
        "2021-01-01 IED -1200.0 1200.0 0.1 0.0",
        "2021-02-01 IP 10.0 1200.0 0.1 0.0",
        "2021-03-01 IP 10.0 1200.0 0.1 0.0",
        "2021-04-01 IP 10.0 1200.0 0.1 0.0",
        "2021-05-01 IP 10.0 1200.0 0.1 0.0",
        "2021-05-01 MD 1200.0 0.0 0.1 0.0",
    ]


def test_the_borrower_has_every_sign_the_other_way():
    mirrored = rows_of(BULLET, contractRole="RPL", premiumDiscountAtIED=" -200")
    plain = rows_of(BULLET, premiumDiscountAtIED="-200")
    assert plain[0].payoff == -1000.0
    for mine, theirs in zip(plain, mirrored, strict=True):
        assert (theirs.payoff, theirs.notional, theirs.accrued) == (
            -mine.payoff,
            -mine.notional,
            -mine.accrued,
        )
        assert theirs.rate == mine.rate


@pytest.mark.parametrize(
    ("changes", "rows"),
    [
        (
            {"accruedInterest": "5"},
            [
                "2021-01-01 IED -1200.0 1200.0 0.1 5.0",
                "2021-02-01 IP 15.0 1200.0 0.1 0.0",
            ],
        ),
        (
            {"accruedInterest": "5", "contractRole": "RPL"},
            [
                "2021-01-01 IED 1200.0 -1200.0 0.1 -5.0",
                "2021-02-01 IP -15.0 -1200.0 0.1 0.0",
            ],
        ),
        # The anchor is a month before the exchange, so a month is owed on it.
        (
            {"cycleAnchorDateOfInterestPayment": "2020-12-01"},
            [
                "2021-01-01 IED -1200.0 1200.0 0.1 10.0",
                "2021-01-01 IP 10.0 1200.0 0.1 0.0",
                "2021-02-01 IP 10.0 1200.0 0.1 0.0",
            ],
        ),
        # Zero is said, and counts.
        (
            {"cycleAnchorDateOfInterestPayment": "2020-12-01", "accruedInterest": 0},
            [
                "2021-01-01 IED -1200.0 1200.0 0.1 0.0",
                "2021-01-01 IP 0.0 1200.0 0.1 0.0",
            ],
        ),
    ],
)
def test_interest_owed_at_the_exchange(changes, rows):
    assert told(rows_of(BULLET, **changes))[: len(rows)] == rows


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        # Half a month since the last interest date, half a month to come.
        ({"statusDate": "2021-02-16"}, "2021-03-01 IP 10.0 1200.0 0.1 0.0"),
        # No interest date before it: interest starts with the status date.
        ({"statusDate": "2021-01-16"}, "2021-02-01 IP 5.0 1200.0 0.1 0.0"),
        (
            {"statusDate": "2021-02-16", "accruedInterest": "7"},
            "2021-03-01 IP 12.0 1200.0 0.1 0.0",
        ),
        (
            {"statusDate": "2021-02-16", "accruedInterest": "0"},
            "2021-03-01 IP 5.0 1200.0 0.1 0.0",
        ),
        # An interest date on the status date itself is still to be paid.
        ({"statusDate": "2021-03-01"}, "2021-03-01 IP 10.0 1200.0 0.1 0.0"),
        # Interest was settled when capitalization ended.
        (
            {"statusDate": "2021-02-20", "capitalizationEndDate": "2021-02-16"},
            "2021-03-01 IP 5.0 1200.0 0.1 0.0",
        ),
        (
            {"statusDate": "2021-02-16", "contractRole": "RPL"},
            "2021-03-01 IP -10.0 -1200.0 0.1 0.0",
        ),
    ],
)
def test_a_contract_exchanged_before_the_status_date_starts_as_it_stands(changes, first):
    rows = told(rows_of(BULLET, **changes))
    assert rows[0] == first
    assert not any(" IED " in row for row in rows)


def test_interest_until_capitalization_ends_joins_the_notional():
    assert told(rows_of(BULLET, capitalizationEndDate="2021-03-01"))[1:4] == [
        "2021-02-01 IPCI 0.0 1210.0 0.1 0.0",
        "2021-03-01 IPCI 0.0 1220.08333333 0.1 0.0",
        "2021-04-01 IP 10.16736111 1220.08333333 0.1 0.0",
    ]


def test_capitalization_that_ends_between_interest_dates_has_a_date_of_its_own():
    assert told(rows_of(BULLET, capitalizationEndDate="2021-02-16"))[1:4] == [
        "2021-02-01 IPCI 0.0 1210.0 0.1 0.0",
        "2021-02-16 IPCI 0.0 1215.04166667 0.1 0.0",
        "2021-03-01 IP 5.06267361 1215.04166667 0.1 0.0",
    ]


def test_capitalization_that_ends_before_the_interest_anchor():
    assert told(rows_of(BULLET, capitalizationEndDate="2021-01-16"))[1:3] == [
        "2021-01-16 IPCI 0.0 1205.0 0.1 0.0",
        "2021-02-01 IP 5.02083333 1205.0 0.1 0.0",
    ]


def test_capitalization_until_maturity_or_beyond():
    for end in ("2021-05-01", "2022-01-01"):
        rows = rows_of(BULLET, capitalizationEndDate=end)
        assert [row.code for row in rows] == ["IED", *["IPCI"] * 4, "MD"]
        assert rows[-1].payoff == pytest.approx(1200 * (1 + 0.1 / 12) ** 4, abs=1e-9)


def test_capitalization_does_not_change_the_stub_of_the_interest_cycle():
    rows = rows_of(
        BULLET,
        capitalizationEndDate="2021-02-16",
        cycleOfInterestPayment="P1ML0",
        maturityDate="2021-04-16",
    )
    assert dated(rows, "IP", "IPCI") == ["02-01 IPCI", "02-16 IPCI", "03-01 IP", "04-16 IP"]


def test_a_rate_reset_reads_its_own_day_and_none_falls_on_maturity():
    assert rates() == [("RR", 0.03), ("RR", 0.05), ("RR", -0.05)]
    assert rates(rateMultiplier="2", rateSpread="0.01") == [
        ("RR", 0.07),
        ("RR", 0.11),
        ("RR", -0.09),
    ]
    # Fixing days are of no effect.
    assert rates(fixingDays="P2D") == rates()


def test_interest_runs_at_the_old_rate_to_the_reset_and_at_the_new_one_from_it():
    rows = rows_of(BULLET, market=MARKET, **RESETS)
    assert paid(rows, "IP") == [10.0, 3.0, 5.0, -5.0]


def test_a_long_stub_leaves_out_the_last_reset():
    assert len(rates(cycleOfRateReset="P1ML0", maturityDate="2021-04-15")) == 2
    assert len(rates(cycleOfRateReset="P1ML1", maturityDate="2021-04-15")) == 3


@pytest.mark.parametrize(
    ("status", "codes"),
    [
        ("2020-12-31", ["RRF", "RR", "RR"]),
        # On the status date itself: the first date after it is the next one.
        ("2021-02-01", ["RR", "RRF", "RR"]),
        ("2021-02-10", ["RRF", "RR"]),
    ],
)
def test_the_first_reset_after_the_status_date_takes_the_next_rate_if_said(status, codes):
    found = rates(nextResetRate="0.2", rateSpread="0.01", rateMultiplier="3", statusDate=status)
    assert [code for code, _ in found] == codes
    assert dict(found)["RRF"] == 0.2


def test_a_reset_bounded_over_the_life_and_at_one_reset():
    assert [rate for _, rate in rates(lifeFloor="0.04", lifeCap="0.045")] == [0.04, 0.045, 0.04]
    # From 10% down by 2 points at most, then up by 1 at most, then down again.
    assert [rate for _, rate in rates(periodFloor="-0.02", periodCap="0.01")] == [0.08, 0.06, 0.04]
    bounded = rates(periodFloor="-0.02", periodCap="0.01", lifeFloor="0.07")
    assert [rate for _, rate in bounded] == [0.08, 0.07, 0.07]


def test_a_reset_moved_to_a_business_day_reads_that_day_else_the_one_scheduled():
    # 2021-05-01 is a Saturday.
    changes = {
        "maturityDate": "2021-06-01",
        "cycleAnchorDateOfRateReset": "2021-05-01",
        "calendar": "MF",
        "businessDayConvention": "SCF",
    }
    for day in ("2021-05-03", "2021-05-01"):
        rows = rows_of(BULLET, market={"INDEX": {day: "0.03"}}, **{**RESETS, **changes})
        assert [(f"{r.moment:%m-%d}", r.rate) for r in rows if r.code == "RR"] == [("05-03", 0.03)]


def test_interest_on_a_base_of_its_own_until_it_is_reset():
    rows = rows_of(LINEAR, cycleAnchorDateOfInterestCalculationBase="2021-03-01", **BASE)
    # 600 to 1 March, then what is outstanding after that day's redemption, 600; then the same.
    assert paid(rows, "IP") == [5.0, 5.0, 5.0, 5.0]
    assert dated(rows, "IPCB") == ["03-01 IPCB"]
    later = rows_of(LINEAR, cycleAnchorDateOfInterestCalculationBase="2021-04-01", **BASE)
    assert paid(later, "IP") == [5.0, 5.0, 5.0, 2.5]


def test_a_base_follows_its_cycle_and_none_of_its_dates_is_maturity():
    changes = {
        "cycleAnchorDateOfInterestCalculationBase": "2021-02-01",
        "cycleOfInterestCalculationBase": "P1ML1",
    }
    rows = rows_of(LINEAR, **BASE, **changes)
    assert dated(rows, "IPCB") == ["02-01 IPCB", "03-01 IPCB", "04-01 IPCB"]
    assert paid(rows, "IP") == [5.0, 7.5, 5.0, 2.5]
    moved = rows_of(LINEAR, statusDate="2021-02-15", **BASE, **changes)
    assert dated(moved, "IPCB") == ["03-01 IPCB", "04-01 IPCB"]
    # 14 days were accrued on the notional as it stands, 16 more accrue on the base as it is said.
    assert paid(moved, "IP")[0] == round(1200 * 0.1 * 14 / 360 + 600 * 0.1 * 16 / 360, 8)


def test_a_base_that_is_set_at_the_exchange_behaves_as_the_notional():
    changes = {"interestCalculationBaseAmount": "600", "cycleOfInterestCalculationBase": "P1ML1"}
    for loan in (LINEAR, INSTALMENTS):
        fixed = rows_of(loan, interestCalculationBase="NTIED", **changes)
        assert fixed == rows_of(loan, interestCalculationBase="NT") == rows_of(loan)


def test_a_bullet_loan_has_no_base_but_its_notional():
    assert rows_of(BULLET, cycleOfInterestCalculationBase="P1ML1", **BASE) == rows_of(BULLET)


INDEX = {"CPI": {"2021-02-01": "110", "2021-03-01": "120", "2021-04-01": "130"}}


@pytest.mark.parametrize(
    ("effect", "principal", "interest", "last"),
    [
        ("INO", [300.0, 330.0, 360.0], [10.0, 8.25, 6.0, 3.25], 390.0),
        ("IOO", [300.0, 300.0, 300.0], [10.0, 8.25, 6.0, 3.25], 300.0),
        ("ONO", [300.0, 330.0, 360.0], [10.0, 7.5, 5.0, 2.5], 390.0),
        ("I00", [300.0, 300.0, 300.0], [10.0, 8.25, 6.0, 3.25], 300.0),
    ],
)
def test_an_index_scales_what_is_paid_from_the_next_day_on(effect, principal, interest, last):
    rows = rows_of(LINEAR, market=INDEX, scalingEffect=effect, **SCALED)
    assert dated(rows, "SC") == ["02-01 SC", "03-01 SC", "04-01 SC"]
    assert paid(rows, "PR") == principal
    assert paid(rows, "IP") == interest
    assert paid(rows, "MD") == [last]
    # What is shown is unscaled.
    assert [row.notional for row in rows if row.code == "PR"] == [900.0, 600.0, 300.0]


@pytest.mark.parametrize("effect", ["OOO", "000", ""])
def test_without_a_scaling_effect_the_index_is_not_read(effect):
    assert rows_of(LINEAR, scalingEffect=effect, **SCALED) == rows_of(LINEAR)


def test_scales_that_stand_before_the_index_is_first_read():
    rows = rows_of(
        LINEAR, notionalScalingMultiplier="1.5", interestScalingMultiplier="2", scalingEffect="INO"
    )
    assert paid(rows, "PR") == [450.0, 450.0, 450.0]
    assert paid(rows, "IP") == [20.0, 15.0, 10.0, 5.0]
    assert paid(rows, "MD") == [450.0]


def test_bought_between_interest_dates_the_price_comes_with_the_interest_accrued():
    changes = {"purchaseDate": "2021-02-16", "priceAtPurchaseDate": "1180"}
    assert told(rows_of(BULLET, **changes))[:2] == [
        "2021-02-16 PRD -1185.0 1200.0 0.1 5.0",
        "2021-03-01 IP 10.0 1200.0 0.1 0.0",
    ]
    # The accrual carries its own sign, so it lowers what a borrower's side receives.
    borrowed = rows_of(BULLET, contractRole="RPL", **changes)
    assert told(borrowed)[0] == "2021-02-16 PRD 1175.0 -1200.0 0.1 -5.0"


def test_what_is_paid_on_the_day_of_the_purchase_is_the_sellers():
    rows = rows_of(LINEAR, purchaseDate="2021-03-01", priceAtPurchaseDate="590")
    assert told(rows)[:2] == [
        "2021-03-01 PRD -590.0 600.0 0.1 0.0",
        "2021-04-01 PR 300.0 300.0 0.1 5.0",
    ]


def test_a_purchase_before_the_status_date_leaves_nothing_out():
    rows = rows_of(
        BULLET, statusDate="2021-02-15", purchaseDate="2021-02-02", priceAtPurchaseDate="1"
    )
    assert dated(rows)[0] == "03-01 IP"


def test_a_price_without_its_date_is_of_no_effect():
    assert rows_of(BULLET, priceAtPurchaseDate="5000") == rows_of(BULLET)


def test_terminated_between_interest_dates():
    changes = {"terminationDate": "2021-02-16", "priceAtTerminationDate": "1190"}
    assert told(rows_of(BULLET, **changes))[1:] == [
        "2021-02-01 IP 10.0 1200.0 0.1 0.0",
        "2021-02-16 TD 1195.0 0.0 0.1 0.0",
    ]
    assert told(rows_of(BULLET, contractRole="RPL", **changes))[-1] == (
        "2021-02-16 TD -1185.0 0.0 0.1 0.0"
    )
    refund = rows_of(BULLET, **{**changes, "priceAtTerminationDate": "-20"})
    assert paid(refund, "TD") == [-15.0]


def test_what_comes_before_a_termination_on_its_day_still_runs():
    rows = rows_of(
        LINEAR,
        market=INDEX,
        scalingEffect="INO",
        terminationDate="2021-03-01",
        priceAtTerminationDate="590",
        **SCALED,
    )
    assert dated(rows)[-3:] == ["03-01 PR", "03-01 IP", "03-01 TD"]
    late = rows_of(LINEAR, terminationDate="2021-02-28T23:59:59", priceAtTerminationDate="890")
    # The last second of a day is a whole month's end in the count: 900 for a month.
    assert told(late)[-1] == "2021-02-28T23:59:59 TD 897.5 0.0 0.1 0.0"
