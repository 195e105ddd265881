"""What the checks of repayment find, and what they let pass."""

from typing import Any

import pytest

from lessor.core.issue import Severity
from tests.terms.deals import codes_of, issues_of
from tests.terms.rich_deal import codes_of_rich

SENIOR, MEZZANINE, NOTES = (
    f"facilities.{name}.repayment" for name in ("senior", "mezzanine", "notes")
)
DATES = "facilities.senior.dates"


def loan(**fields: Any) -> dict[str, Any]:
    return {f"facilities.bank.repayment.{name}": value for name, value in fields.items()}


def rows(*steps: dict[str, str], **fields: Any) -> dict[str, Any]:
    return loan(profile="custom", until="24 months", steps=list(steps), **fields)


def dates(**fields: str) -> dict[str, Any]:
    return {"facilities.bank.dates": fields}


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        (rows({"after": "6 months"}), ["choice-of-one"]),
        (rows({"after": "6 months", "share": "5%", "amount": "9"}), ["choice-of-one"]),
        (rows({"after": "24 months", "share": "5%"}), []),
        (rows({"after": "25 months", "share": "5%"}), ["amortization-past-maturity"]),
        (rows({"after": "2028-05-02", "share": "5%"}), ["amortization-past-maturity"]),
        (rows({"after": "2026-04-30", "share": "5%"}), ["date-before-closing"]),
        (rows({"after": "12 months", "share": "5%"}, {"after": "2027-05-01", "share": "5%"}),
         ["points-not-rising"]),
        (rows({"after": "12 months", "share": "5%"}, {"after": "2027-05-02", "share": "5%"}), []),
        # 3,200,000 lent: eight quarters of 12.5%, the last of them at maturity.
        (rows({"after": "3 months", "share": "12.5%", "every": "quarterly"}), []),
        (rows({"after": "3 months", "share": "14.2%", "every": "quarterly"}), []),
        (rows({"after": "3 months", "share": "14.3%", "every": "quarterly"}),
         ["shares-above-one"]),
        (rows({"after": "3 months", "amount": "457_142", "every": "quarterly"}), []),
        (rows({"after": "3 months", "amount": "457_144", "every": "quarterly"}),
         ["shares-above-one"]),
        (rows({"after": "3 months", "share": "20%", "every": "quarterly"},
              {"after": "12 months", "share": "40%"}), []),
        (rows({"after": "3 months", "share": "20%", "every": "quarterly"},
              {"after": "12 months", "share": "40.1%"}), ["shares-above-one"]),
        (rows({"after": "3 months", "share": "60%"}, balloon="40%"), []),
        (rows({"after": "3 months", "share": "60%"}, balloon_amount="1_280_001"),
         ["shares-above-one"]),
        (loan(balloon_amount="3_200_000"), []),
        (loan(balloon_amount="3_200_001"), ["shares-above-one"]),
        (loan(balloon="30%", balloon_amount="9"), ["choice-of-one"]),
        (loan(balloon="30%", amortization="60 months"), ["choice-of-one"]),
        (loan(amortization="35 months"), ["dates-out-of-order"]),
        (loan(amortization="36 months"), []),
        (loan(profile="bullet", amortization="60 months"), ["without-effect"]),
        (loan(grace="36 months"), ["interest-only-too-long"]),
        (loan(grace="35 months", interest_only="35 months"), []),
        (loan(payment="100_000"), ["without-effect"]),
        (loan(negative_amortization="yes"), ["without-effect"]),
        # 4% of 3,200,000 is 10,666.67 a month.
        (loan(profile="level_payment", payment="10_667"), []),
        (loan(profile="level_payment", payment="10_666"), ["payment-below-interest"]),
        (loan(profile="level_payment", payment="9_000", negative_amortization="yes"), []),
        (loan(profile="level_payment", payment="31_999", frequency="quarterly"),
         ["payment-below-interest"]),
        (loan(dscr="1.2"), ["without-effect"]),
        (loan(profile="sculpted"), ["missing-field"]),
        (loan(profile="sculpted", dscr="0"), ["not-positive"]),
        (loan(profile="sculpted", dscr="1.2", case="downsid"), ["unknown-name"]),
        (loan(case="base"), []),
        (dates(first_payment="2026-05-01"), ["dates-out-of-order"]),
        ({**dates(first_payment="2026-05-01"), **loan(timing="advance")}, []),
        (dates(first_payment="2029-05-02"), ["dates-out-of-order"]),
        (dates(convention="following"), ["without-effect"]),
        (dates(convention="following", calendar="none"), ["without-effect"]),
        (dates(calendar="sofr"), ["without-effect"]),
        (dates(end_of_month="yes"), ["without-effect"]),
        (dates(end_of_month="yes", first_payment="2026-05-31"), []),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_repayment_is_named(changes, codes):
    assert codes_of(changes) == codes


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({f"{MEZZANINE}.greatest_of": {"life": "6 years"}}, ["choice-of-one", "without-effect"]),
        ({f"{MEZZANINE}.greatest_of.life": None}, ["missing-field"]),
        ({f"{MEZZANINE}.greatest_of.asset_base": None}, ["without-effect"]),
        ({f"{MEZZANINE}.greatest_of.life": "0"}, ["not-positive"]),
        ({f"{MEZZANINE}.steps[0].every": "monthly"}, ["shares-above-one"]),
        ({f"{SENIOR}.dscr": None}, ["missing-field"]),
        ({f"{SENIOR}.case": "upside"}, ["unknown-name"]),
        ({f"{NOTES}.negative_amortization": None, f"{NOTES}.payment": "9_000"},
         ["payment-below-interest"]),
        ({f"{DATES}.convention": "none"}, []),
        ({f"{DATES}.end_of_month": "yes", f"{DATES}.first_payment": "2026-05-30"},
         ["without-effect"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_rich_deals_repayments_is_named(changes, codes):
    assert codes_of_rich(changes) == codes


def test_a_floating_rate_is_taken_as_it_is_at_closing():
    rate = {"index": "LPR", "spread": "1%", "basis": "30/360", "compounding": "none"}
    market = {"rates.LPR": {"observed": [{"date": "2026-04-20", "rate": "3%"}]}}
    paid = loan(profile="level_payment", payment="10_666")
    (issue,) = issues_of({**market, "facilities.bank.rate": rate, **paid})
    assert issue.code == "payment-below-interest" and issue.severity is Severity.WARNING
    assert codes_of({**market, "facilities.bank.rate": {**rate, "cap": "2.9%"}, **paid}) == []


def test_business_days_are_counted_in_the_years_of_calendars_only():
    late = {"closing_date": "2150-05-01", **loan(until="100 years", profile="bullet")}
    counted = {**late, **dates(calendar="sofr", convention="following")}
    assert "out-of-bounds" not in codes_of(late)
    assert "out-of-bounds" in codes_of(counted)


@pytest.mark.parametrize(
    ("until", "calendar", "is_told"),
    [("2026-12-31", "china", False), ("2027-01-01", "china", True), ("2029-05-01", "fed", False)],
)
def test_years_without_published_days_off_are_told(until, calendar, is_told):
    issues = issues_of(
        {**loan(until=until), **dates(calendar=calendar, convention="modified_following")}
    )
    assert [(each.code, each.severity) for each in issues] == (
        [("days-off-unpublished", Severity.WARNING)] if is_told else []
    )


@pytest.mark.parametrize(
    ("rents", "extra", "is_told"),
    [
        ([{"times": "36", "amount": "88_888.88"}], {}, True),
        ([{"times": "36", "amount": "88_888.89"}], {}, False),
        ([{"times": "36", "amount": "80_000"}], {"residual": {"share": "10%"}}, False),
        ([{"times": "36", "amount": "80_000"}], {"residual": {"amount": "319_999"}}, True),
        (
            [{"times": "36", "amount": {"amount": "90_000", "tax": "included"}}],
            {"vat": "13%", "vat_on": "rent"},
            True,
        ),
    ],
)
def test_rents_that_repay_less_than_is_financed_are_told(rents, extra, is_told):
    lease = {
        "facilities.bank.kind": "direct_lease",
        "facilities.bank.rental": {"rents": rents, **extra},
    }
    issues = [each for each in issues_of(lease) if each.code == "rents-below-financed"]
    assert [each.severity for each in issues] == ([Severity.WARNING] if is_told else [])


def test_a_value_out_of_bounds_is_shown_with_its_bounds_in_lists_and_short_forms():
    planned = [{"date": "2027-12-21", "share": "200%"}]
    (listed,) = issues_of({"facilities.bank.early": {"planned": planned}})
    (short,) = issues_of({"facilities.bank.principal": "120%"})
    assert (listed.code, short.code) == ("out-of-bounds", "out-of-bounds")
    assert listed.message == "'200%' is too high" and short.message == "'120%' is too high"
    assert short.remedy == listed.remedy == "write a value of at least 0% and at most 100%"


def test_an_amount_where_a_share_is_wanted_is_not_told_to_take_a_percent_sign():
    (amount,) = issues_of({"facilities.bank.fees": {"up_front": "4_800_000"}})
    (slip,) = issues_of({"facilities.bank.fees": {"up_front": "3"}})
    assert amount.code == slip.code == "percent-as-number"
    assert amount.remedy == "write a share of at most 100%, as 4%"
    assert slip.remedy.startswith("write 3%")
