"""When events fall: cycles, stubs, month ends, business days, day counts, order, what is left out.

By hand, on 1,200 at 10% under 30E360: 10 a month, a third of 1 a day.
"""

import pytest

from tests.formats.loans import BULLET, LINEAR, dated, paid, rows_of, told, without

NO_CYCLE = without(BULLET, "cycleAnchorDateOfInterestPayment", "cycleOfInterestPayment")


def interest_days(**changes):
    return dated(rows_of(BULLET, **changes), "IP")


@pytest.mark.parametrize(
    ("anchor", "rule", "cycle", "days"),
    [
        ("2021-02-28", "SD", "P1ML1", ["02-28 IP", "03-28 IP", "04-28 IP", "05-01 IP"]),
        ("2021-02-28", "EOM", "P1ML1", ["02-28 IP", "03-31 IP", "04-30 IP", "05-01 IP"]),
        ("2021-01-31", "SD", "P1ML1", ["01-31 IP", "02-28 IP", "03-31 IP", "04-30 IP", "05-01 IP"]),
        ("2021-01-30", "EOM", "P2ML1", ["01-30 IP", "03-30 IP", "05-01 IP"]),
        ("2021-02-28", "EOM", "P2WL1", ["02-28 IP", "03-14 IP", "03-28 IP", "04-11 IP", "04-25 IP",
                                        "05-01 IP"]),
        ("2021-01-31", "EOM", "P1QL1", ["01-31 IP", "04-30 IP", "05-01 IP"]),
    ],
)  # fmt: skip
def test_a_month_end_is_kept_only_by_month_based_cycles_from_a_month_end(anchor, rule, cycle, days):
    changes = {"cycleAnchorDateOfInterestPayment": anchor, "cycleOfInterestPayment": cycle}
    assert interest_days(endOfMonthConvention=rule, **changes) == days


@pytest.mark.parametrize(
    ("cycle", "second"),
    [
        ("P10DL1", "2021-02-11"),
        ("P2WL1", "2021-02-15"),
        ("P1ML1", "2021-03-01"),
        ("P1QL1", "2021-05-01"),
        ("P1HL1", "2021-08-01"),
        ("P1YL1", "2022-02-01"),
        (" P2YL0 ", "2023-02-01"),
    ],
)
def test_each_unit_of_a_cycle(cycle, second):
    rows = rows_of(BULLET, cycleOfInterestPayment=cycle, maturityDate="2030-02-01")
    assert [row.moment.date().isoformat() for row in rows if row.code == "IP"][:2] == [
        "2021-02-01",
        second,
    ]


@pytest.mark.parametrize(
    ("maturity", "stub", "days"),
    [
        ("2021-04-15", "L1", ["02-01 IP", "03-01 IP", "04-01 IP", "04-15 IP"]),
        ("2021-04-15", "L0", ["02-01 IP", "03-01 IP", "04-15 IP"]),
        ("2021-04-01", "L1", ["02-01 IP", "03-01 IP", "04-01 IP"]),
        ("2021-04-01", "L0", ["02-01 IP", "03-01 IP", "04-01 IP"]),
        # The first date stays, or nothing of the schedule would be left.
        ("2021-02-15", "L0", ["02-01 IP", "02-15 IP"]),
        ("2021-01-15", "L0", ["01-15 IP"]),
    ],
)
def test_a_long_stub_leaves_out_the_last_date_before_an_end_off_the_cycle(maturity, stub, days):
    assert interest_days(maturityDate=maturity, cycleOfInterestPayment=f"P1M{stub}") == days


def test_the_last_second_counts_as_midnight_but_is_off_the_cycle_and_sorts_as_written():
    rows = rows_of(BULLET, maturityDate="2021-03-31T23:59:59", cycleOfInterestPayment="P1ML0")
    assert told(rows)[1:] == [
        "2021-02-01 IP 10.0 1200.0 0.1 0.0",
        "2021-03-31T23:59:59 IP 20.0 1200.0 0.1 0.0",
        "2021-03-31T23:59:59 MD 1200.0 0.0 0.1 0.0",
    ]


def test_an_anchor_that_is_not_said_is_one_cycle_after_the_exchange():
    terms = without(BULLET, "cycleAnchorDateOfInterestPayment")
    days = ["03-01 IP", "05-01 IP"]
    assert dated(rows_of(terms, cycleOfInterestPayment="P2ML1"), "IP") == days


def test_an_anchor_without_a_cycle_is_one_date_and_no_schedule_is_maturity_alone():
    terms = without(BULLET, "cycleOfInterestPayment")
    assert dated(rows_of(terms), "IP") == ["02-01 IP", "05-01 IP"]
    assert paid(rows_of(NO_CYCLE), "IP") == [40.0]


# 2021-05-01 is a Saturday, 2021-07-31 another; the day that interest runs to is told by its amount.
@pytest.mark.parametrize(
    ("maturity", "convention", "day", "days_counted"),
    [
        ("2021-05-01", "SCF", "05-03", 122),
        ("2021-05-01", "SCMF", "05-03", 122),
        ("2021-05-01", "SCP", "04-30", 119),
        ("2021-05-01", "SCMP", "05-03", 122),
        ("2021-05-01", "CSF", "05-03", 120),
        ("2021-05-01", "CSMF", "05-03", 120),
        ("2021-05-01", "CSP", "04-30", 120),
        ("2021-05-01", "CSMP", "05-03", 120),
        ("2021-07-31", "SCF", "08-02", 213),
        ("2021-07-31", "SCMF", "07-30", 210),
        ("2021-07-31", "SCP", "07-30", 210),
        ("2021-07-31", "SCMP", "07-30", 210),
        ("2021-07-31", "CSF", "08-02", 211),
        ("2021-07-31", "CSMF", "07-30", 211),
        ("2021-07-31", "CSP", "07-30", 211),
        ("2021-07-31", "CSMP", "07-30", 211),
        ("2021-05-01", "NULL", "05-01", 120),
        ("2021-05-01", "", "05-01", 120),
    ],
)
def test_each_convention_moves_the_row_and_the_count_or_the_row_alone(
    maturity, convention, day, days_counted
):
    rows = rows_of(
        NO_CYCLE,
        maturityDate=maturity,
        calendar="MF",
        businessDayConvention=convention,
        dayCountConvention="A360",
    )
    assert dated(rows) == ["01-01 IED", f"{day} IP", f"{day} MD"]
    assert paid(rows, "IP") == [pytest.approx(120 * days_counted / 360, abs=1e-8)]


@pytest.mark.parametrize("calendar", ["NC", "noCalendar", ""])
def test_without_a_calendar_no_day_moves(calendar):
    rows = rows_of(NO_CYCLE, calendar=calendar, businessDayConvention="SCF")
    assert dated(rows, "MD") == ["05-01 MD"]


def test_exchange_purchase_and_termination_do_not_move():
    rows = rows_of(
        NO_CYCLE,
        statusDate="2021-01-01",
        initialExchangeDate="2021-01-02",
        purchaseDate="2021-01-30",
        priceAtPurchaseDate="1200",
        terminationDate="2021-03-06",
        priceAtTerminationDate="1200",
        calendar="MF",
        businessDayConvention="SCF",
    )
    assert dated(rows) == ["01-30 PRD", "03-06 TD"]
    moved = rows_of(
        NO_CYCLE, initialExchangeDate="2021-01-02", calendar="MF", businessDayConvention="SCF"
    )
    assert dated(moved, "IED") == ["01-02 IED"]


def test_schedules_are_laid_out_before_any_day_moves():
    # The cycle meets maturity on a Saturday: nothing is left out, and no date is doubled.
    rows = rows_of(
        BULLET, cycleOfInterestPayment="P1ML0", calendar="MF", businessDayConvention="SCF"
    )
    assert dated(rows, "IP") == ["02-01 IP", "03-01 IP", "04-01 IP", "05-03 IP"]


@pytest.mark.parametrize(
    ("day_count", "start", "end", "years"),
    [
        ("AA", "2023-07-01", "2024-07-01", 184 / 365 + 182 / 366),
        ("A360", "2023-07-01", "2024-07-01", 366 / 360),
        ("A365", "2023-07-01", "2024-07-01", 366 / 365),
        ("30E360", "2023-07-01", "2024-07-01", 1.0),
        ("30E360", "2021-01-31", "2021-03-31", 60 / 360),
        ("30E360", "2021-01-30", "2021-02-28", 28 / 360),
        ("30E360", "2021-02-28", "2021-03-31", 32 / 360),
    ],
)
def test_each_day_count(day_count, start, end, years):
    rows = rows_of(
        NO_CYCLE, initialExchangeDate=start, maturityDate=end, dayCountConvention=day_count
    )
    assert paid(rows, "IP") == [pytest.approx(120 * years, abs=1e-8)]


def test_the_cut_off_day_is_in_and_changes_nothing_before_it():
    whole = rows_of(LINEAR)
    assert rows_of(LINEAR, to="2021-03-01T00:00:00") == whole[:5]
    assert rows_of(LINEAR, to=" ") == whole
    assert dated(rows_of(LINEAR, to="2021-02-28")) == ["01-01 IED", "02-01 PR", "02-01 IP"]


def test_nothing_is_looked_up_after_the_cut_off_or_a_termination():
    resets = {
        "cycleAnchorDateOfRateReset": "2021-02-01",
        "cycleOfRateReset": "P1ML1",
        "marketObjectCodeOfRateReset": "INDEX",
    }
    market = {"INDEX": {"2021-02-01T00:00:00": "0.10"}}
    assert len(rows_of(BULLET, to="2021-02-15", market=market, **resets)) == 3
    ended = rows_of(
        BULLET,
        market=market,
        terminationDate="2021-02-15",
        priceAtTerminationDate="0",
        **resets,
    )
    assert dated(ended) == ["01-01 IED", "02-01 IP", "02-01 RR", "02-15 TD"]


@pytest.mark.parametrize("ended", ["2021-05-01T00:00:01", "2021-05-02", "2022-01-01"])
def test_nothing_follows_the_maturity(ended):
    whole = rows_of(BULLET)
    assert rows_of(BULLET, terminationDate=ended, priceAtTerminationDate="500") == whole
    assert rows_of(BULLET, purchaseDate=ended, priceAtPurchaseDate="500") == ()
    unredeemed = {"contractType": "ANN", "cycleOfPrincipalRedemption": "P1YL1"}
    far = rows_of(BULLET, **unredeemed, cycleAnchorDateOfPrincipalRedemption=f"{ended[:4]}-06-01")
    assert far == whole


def test_an_event_on_the_status_date_is_kept_and_what_is_before_is_not():
    assert dated(rows_of(BULLET, statusDate="2021-03-01"))[0] == "03-01 IP"
    assert dated(rows_of(BULLET, statusDate="2021-03-02"))[0] == "04-01 IP"
    assert dated(rows_of(BULLET, statusDate="2021-01-01"))[0] == "01-01 IED"


def test_the_order_of_one_day():
    rows = rows_of(
        LINEAR,
        interestCalculationBase="NTL",
        cycleAnchorDateOfInterestCalculationBase="2021-03-01",
        scalingEffect="INO",
        scalingIndexAtContractDealDate="100",
        cycleAnchorDateOfScalingIndex="2021-03-01",
        marketObjectCodeOfScalingIndex="CPI",
        cycleAnchorDateOfRateReset="2021-03-01",
        marketObjectCodeOfRateReset="INDEX",
        market={"CPI": {"2021-03-01": "100"}, "INDEX": {"2021-03-01": "0.1"}},
    )
    on_one_day = [row.code for row in rows if f"{row.moment:%m-%d}" == "03-01"]
    assert on_one_day == ["PR", "IP", "RR", "SC", "IPCB"]
    assert [row.code for row in rows][-2:] == ["IP", "MD"]
