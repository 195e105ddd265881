"""What the checks of draws, fees, early repayment and finance leases find and let pass."""

import pytest

from lessor.core.issue import Severity
from tests.terms.deals import codes_of, issues_of
from tests.terms.rich_deal import codes_of_rich

BANK, SENIOR, MEZZANINE = (f"facilities.{name}" for name in ("bank", "senior", "mezzanine"))
RENTAL = "facilities.lessor.rental"
PLANNED = {f"{BANK}.draw": "planned"}


def draws(*planned: tuple[str, str], **others: str) -> dict[str, object]:
    listed = [{"date": day, "amount": amount} for day, amount in planned]
    return {**PLANNED, f"{BANK}.draws": listed, **others}


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        (PLANNED, ["missing-field"]),
        ({f"{BANK}.draws": [{"date": "2026-05-01", "amount": "9"}]}, ["without-effect"]),
        ({f"{BANK}.draw": "delayed"}, ["missing-field"]),
        (draws(("2026-05-01", "1_600_000"), ("2026-08-01", "1_600_000")), []),
        (draws(("2026-05-01", "1_600_000"), ("2026-08-01", "1_600_001")),
         ["draws-above-commitment"]),
        (draws(("2026-08-01", "1"), ("2026-08-01", "2")), ["points-not-rising"]),
        (draws(("2026-04-30", "1")), ["date-before-closing"]),
        (draws(("2029-05-01", "1")), ["draw-after-maturity"]),
        (draws(("2026-05-01", "0")), ["not-positive"]),
        ({**draws(("2026-06-01", "1")), f"{BANK}.availability": {"until": "2026-05-31"}},
         ["draw-outside-availability"]),
        ({**draws(("2026-06-01", "1")), f"{BANK}.availability": {"from": "2 months"}},
         ["draw-outside-availability"]),
        ({**draws(("2026-06-01", "1")), f"{BANK}.availability": {"until": "2026-06-01"}}, []),
        ({f"{BANK}.availability": {"from": "36 months"}}, ["dates-out-of-order"]),
        ({f"{BANK}.availability": {"until": "2026-04-30"}}, ["dates-out-of-order"]),
        ({f"{BANK}.availability": {"from": "6 months", "until": "5 months"}},
         ["dates-out-of-order"]),
        ({f"{BANK}.availability": {"until": "37 months"}}, ["dates-out-of-order"]),
        ({f"{BANK}.draw": "at_closing", f"{BANK}.availability": {"until": "6 months"}},
         ["without-effect"]),
        ({f"{BANK}.draw": "at_closing", f"{BANK}.fees.undrawn": "1%"}, ["fee-on-nothing"]),
        ({f"{BANK}.draw": "at_closing", f"{BANK}.fees.on_draw": "1%"}, []),
        ({f"{BANK}.fees.undrawn": "1%"}, []),
        ({f"{BANK}.fees.exit": "0"}, []),
        ({f"{BANK}.principal": {"amount": "0"}, f"{BANK}.fees.up_front": "1%"},
         ["fee-on-nothing"]),
        ({f"{BANK}.fees": {"up_front": "50%", "discount": "50%"}}, ["shares-above-one"]),
        ({f"{BANK}.advance": {"rate": "0"}}, ["not-positive"]),
        ({f"{BANK}.advance": {"rate": "80%", "of": "net_cost"}}, ["missing-field"]),
        ({f"{BANK}.advance": {"rate": "80%", "of": "net_cost"},
          "assets.servers.depreciation": "60 months"}, []),
        ({f"{BANK}.advance": {"rate": "80%", "life": "6 years"}}, ["without-effect"]),
        ({f"{BANK}.advance": {"rate": "80%", "of": "net_cost", "life": "0"}}, ["not-positive"]),
        ({"construction.until": "2026-05-01"}, ["dates-out-of-order"]),
        ({"construction.until": "36 months"}, ["dates-out-of-order"]),
        ({"construction.until": "35 months"}, []),
        ({"construction.until": "6 months", "facilities": None}, ["without-effect"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_draws_and_fees_is_named(changes, codes):
    assert codes_of(changes) == codes


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({f"{SENIOR}.early.planned[0].share": None}, ["choice-of-one"]),
        ({f"{SENIOR}.early.planned[1].share": "5%"}, ["choice-of-one"]),
        ({f"{SENIOR}.early.planned[0].date": "2026-04-29"}, ["date-before-closing"]),
        ({f"{SENIOR}.early.planned[0].date": "60 months"}, ["amortization-past-maturity"]),
        ({f"{SENIOR}.early.premium[1].until": "24 months"}, ["points-not-rising"]),
        ({f"{SENIOR}.early.premium[0].until": "12 months"}, ["without-effect"]),
        ({f"{SENIOR}.early.make_whole_until": None}, ["without-effect"]),
        ({f"{MEZZANINE}.rental": {"deposit": "5%"}}, ["choice-of-one"]),
        ({f"{RENTAL}.deposit": "98%"}, ["shares-above-one"]),
        ({f"{RENTAL}.deposit": "97.9%"}, []),
        ({f"{RENTAL}.deposit": "0"}, ["without-effect"]),
        ({f"{RENTAL}.residual.share": None}, ["choice-of-one"]),
        ({f"{RENTAL}.residual.amount": "9"}, ["choice-of-one"]),
        ({f"{RENTAL}.vat": None}, ["missing-field"]),
        ({f"{RENTAL}.vat_on": None}, ["without-effect"]),
        ({f"{RENTAL}.rents": [{"times": "12", "amount": "1_000_000"}]}, []),
        ({f"{RENTAL}.rents": [{"times": "13", "amount": "1_000_000"}]}, ["rents-not-term"]),
        ({f"{RENTAL}.rents": [{"times": "12", "amount": "1_000_000"}],
          "facilities.lessor.repayment.balloon": "10%"}, ["choice-of-one"]),
        ({f"{RENTAL}.framework": "11_999_999"}, ["draws-above-commitment"]),
        ({f"{RENTAL}.framework": "12_000_000"}, []),
        ({f"{RENTAL}.take_downs[1].amount": "8_000_001"}, ["draws-above-commitment"]),
        ({f"{RENTAL}.take_downs[0].date": "2026-09-30"}, ["points-not-rising"]),
        ({f"{RENTAL}.take_downs[0].date": "2026-04-29"}, ["date-before-closing"]),
        ({f"{RENTAL}.take_downs[1].date": "2029-04-30"}, ["draw-after-maturity"]),
        ({f"{RENTAL}.take_downs[0].amount": "0"}, ["not-positive"]),
        ({"facilities.lessor.draws": [{"date": "2026-06-30", "amount": "1"}],
          "facilities.lessor.draw": "planned"}, ["choice-of-one"]),
        ({"facilities.lessor.draw": "planned"}, []),
    ],
)  # fmt: skip
def test_what_is_wrong_with_early_repayment_and_finance_leases_is_named(changes, codes):
    assert codes_of_rich(changes) == codes


def test_a_fee_on_a_principal_of_zero_is_let_pass_so_that_a_principal_can_be_sought():
    nothing = {f"{BANK}.principal": {"amount": "0"}, f"{BANK}.fees.up_front": "1%"}
    assert [issue.severity for issue in issues_of(nothing)] == [Severity.WARNING]


def test_an_amount_anywhere_in_a_loan_or_an_spv_needs_a_rate_of_its_currency():
    euro = {"amount": "9", "currency": "EUR"}
    for path in (
        f"{SENIOR}.fees.agency",
        f"{RENTAL}.take_downs[0].amount",
        "spvs.borrower.accounts.operating.target.amount",
        "spvs.borrower.waterfall[12].up_to",
        "lender_case.replacement_cost",
    ):
        assert codes_of_rich({path: euro}) == ["exchange-rate-missing"], path


def test_debt_is_held_against_cost_as_it_can_be_drawn():
    large = {f"{BANK}.principal": {"amount": "9_000_000"}}
    assert codes_of(large) == ["debt-above-cost"]
    assert codes_of({**large, **draws(("2026-05-01", "4_000_000"))}) == []
    assert codes_of({**large, f"{BANK}.draw": "delayed", f"{BANK}.advance.rate": "90%"}) == []
    assert codes_of({**large, f"{BANK}.sizing": {"cap": "1", "above_cost": "yes"}}) == []


LATE = [{"date": "2026-05-01", "quantity": "1"}, {"date": "2026-09-01", "quantity": "1"}]


def test_what_is_accepted_after_the_last_day_of_draws_is_warned_of():
    changes: dict[str, object] = {"assets.servers.deliveries": LATE, f"{BANK}.draw": "delayed"}
    changes |= {f"{BANK}.advance": {"rate": "80%"}, f"{BANK}.availability": {"until": "2026-08-31"}}
    found = [issue for issue in issues_of(changes) if issue.code == "draw-outside-availability"]
    assert [(issue.severity, issue.place.field) for issue in found] == [
        (Severity.WARNING, f"{BANK}.availability.until")
    ]
    changes[f"{BANK}.availability"] = {"until": "2026-09-01"}
    assert "draw-outside-availability" not in codes_of(changes)


@pytest.mark.parametrize(("left", "codes"), [("100", []), ("101", ["draws-above-commitment"])])
def test_no_more_is_left_of_a_loan_than_it_was(left, codes):
    assert codes_of({f"{BANK}.principal": "100", f"{BANK}.balance": left}) == codes
