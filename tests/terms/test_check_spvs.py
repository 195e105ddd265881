"""What the checks of SPVs, waterfalls and covenants find, and what they let pass."""

from typing import Any

import pytest

from lessor.core.issue import Severity, errors
from lessor.terms.load import build_deal
from lessor.terms.source import load_source_text
from tests.terms.deals import codes_of
from tests.terms.rich_deal import RICH, codes_of_rich, issues_of_rich

SPV = "spvs.borrower"
FLOW, ACCOUNTS, TESTS = f"{SPV}.waterfall", f"{SPV}.accounts", f"{SPV}.covenants"
DSCR = f"{TESTS}.dscr"


def borrower(*steps: Any, **others: Any) -> dict[str, Any]:
    """The small deal with an SPV of these steps, a collection account and a reserve."""
    accounts = {
        "cash": {"kind": "collection"},
        "reserve": {"kind": "reserve", "target": {"debt_service": "3 months"}},
        "trap": {"kind": "cash_trap"},
    }
    return {"spvs": {"borrower": {"accounts": accounts, "waterfall": list(steps), **others}}}


SOUND = (
    {"release": "trap", "unless": "cover.lock_up"},
    {"pay": "bank", "reserves": ["reserve", "trap"]},
    "fill reserve",
    {"trap": "trap", "when": "cover.lock_up"},
    "distribute",
)
COVER = {"covenants": {"cover": {"measure": "dscr", "level": "1.1"}}}


def steps(*changes: tuple[int, Any]) -> dict[str, Any]:
    """The sound waterfall with a step put in at each place (or in its stead: `(place, [step])`)."""
    listed: list[Any] = [*SOUND]
    for place, step in changes:
        if isinstance(step, list):
            listed[place : place + 1] = step
        else:
            listed.insert(place, step)
    return borrower(*listed, **COVER)


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({f"{SPV}.assets[0]": "server"}, ["unknown-name"]),
        ({f"{SPV}.leases[0]": "ancor"}, ["unknown-name", "covenant-without-data",
                                         "covenant-without-data"]),
        ({f"{SPV}.facilities[2]": "note"}, ["unknown-name", "unknown-name"]),
        ({f"{SPV}.costs[0]": "powr"}, ["unknown-name"]),
        ({f"{SPV}.facilities[2]": "senior"}, ["held-twice", "unknown-name"]),
        ({"spvs.second": {"facilities": ["lessor", "senior"], "assets": ["network"],
                          "leases": ["anchor"], "costs": ["power"]}},
         ["held-twice", "held-twice", "held-twice", "held-twice", "never-paid"]),
        ({f"{ACCOUNTS}.second": {"kind": "collection"}}, ["choice-of-one"]),
        ({f"{ACCOUNTS}.collection": None}, ["wrong-type"]),
        ({f"{ACCOUNTS}.collection.kind": "cash_trap"}, ["choice-of-one", "without-effect"]),
        ({f"{ACCOUNTS}.debt.target": None}, ["missing-field"]),
        ({f"{ACCOUNTS}.debt.target": {"combine": "sum"}}, ["choice-of-one"]),
        ({f"{ACCOUNTS}.debt.target": {"debt_service": "3 months", "combine": "sum"}},
         ["without-effect"]),
        ({f"{ACCOUNTS}.trap.target": {"amount": "9"}}, ["without-effect"]),
        ({f"{ACCOUNTS}.trap.funded": "at_closing"}, ["without-effect"]),
        ({f"{ACCOUNTS}.power.target.account": "operatin"}, ["account-unknown"]),
        ({f"{ACCOUNTS}.power.target.account": "trap"}, ["account-unknown"]),
        ({f"{ACCOUNTS}.power.target.account": None}, ["without-effect"]),
        ({f"{ACCOUNTS}.power.target.account": "power"}, ["circular-reserve"]),
        ({f"{ACCOUNTS}.operating.target.account": "power"}, ["circular-reserve"]),
        ({"spvs.a-b": {}, "spvs.borrower.accounts.x": {"kind": "cash_trap"}},
         ["without-effect", *["held-twice"] * 8, "never-paid"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_spv_is_named(changes, codes):
    assert sorted(codes_of_rich(changes)) == sorted(codes)


def test_an_spv_of_all_that_the_deal_has_is_sound():
    assert codes_of(steps()) == []


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        (borrower(), ["never-paid"]),
        (steps((1, "pay operatingcosts")), ["unknown-name"]),
        (steps((1, "pay costs.staff")), ["unknown-name"]),
        (steps((1, "pay bank.intrest")), ["unknown-name"]),
        (steps((1, "pay bank.interest")), ["paid-twice"]),
        (steps((1, {"pay": "bank.interest", "up_to": "9"})), []),
        (steps((1, {"pay": "bank.interest", "share": "50%"})), []),
        (steps((1, {"pay": "bank.interest", "when": "cover.default"})), []),
        (steps((2, {"pay": "bank.interest", "when": "cover.default"})), ["paid-twice"]),
        (steps((3, "fill reserve")), ["paid-twice"]),
        (steps((1, [])), ["never-paid"]),
        (steps((1, ["pay bank.interest"])), ["never-paid"]),
        (steps((1, ["pay bank.principal", "pay bank.interest"])), ["principal-before-interest"]),
        (steps((2, [])), ["never-paid"]),
        (steps((0, [])), ["never-paid"]),
        (steps((4, [])), ["never-paid"]),
        (steps((3, [])), ["without-effect"]),
        (steps((0, "distribute")), ["never-paid"] * 4),
        (steps((0, {"distribute": "equity", "unless": "cover.lock_up"})), []),
        (steps((0, "distribute owners")), ["unknown-name", *["never-paid"] * 4]),
        (steps((3, [{"trap": "trap"}])), ["missing-field"]),
        (steps((3, [{"trap": "reserve", "when": "cover.lock_up"}])),
         ["without-effect", "account-unknown"]),
        (steps((2, "fill cash")), ["account-unknown"]),
        (steps((2, "release cash")), ["account-unknown"]),
        (steps((2, "fill nothing")), ["account-unknown"]),
        (steps((1, [{"pay": "bank", "reserves": "cash"}])), ["account-unknown"]),
        (steps((1, [{"pay": "bank", "reserves": "resrve"}])), ["account-unknown"]),
        (steps((2, [{"fill": "reserve", "reserves": ["reserve"]}])), ["circular-reserve"]),
        (steps((4, {"sweep": "bank", "reserves": ["reserve"]})), ["without-effect"]),
        (steps((4, "sweep bnak")), ["unknown-name"]),
        (steps((4, {"sweep": "bank", "share": "0"})), ["without-effect"]),
        (steps((4, {"sweep": "bank", "up_to": "0"})), ["without-effect"]),
        (steps((4, {"sweep": "bank", "when": "dscr.lock_up"})), ["unknown-name"]),
        (steps((4, {"sweep": "bank", "when": "cover"})), ["unknown-name"]),
        (steps((4, {"sweep": "bank", "when": "cover.lock_up", "unless": "cover.lock_up"})),
         ["choice-of-one"]),
        ({**steps(), "costs.staff": {"kind": "fixed", "amount": "9"}}, ["never-paid"]),
        ({**steps((0, "pay costs.staff")), "costs.staff": {"kind": "fixed", "amount": "9"}}, []),
        ({**steps((0, "pay operating_costs"), (5, "pay costs.staff")),
          "costs.staff": {"kind": "fixed", "amount": "9"}}, []),
        ({**steps(), "taxes.income": "25%"}, ["never-paid"]),
        ({**steps((0, "pay taxes")), "taxes.income": "25%"}, []),
        ({**steps((0, "pay operating_costs")), "taxes.income": "25%"}, []),
        ({**steps(), "facilities.bank.fees.exit": "1%"}, []),
        ({**steps((1, "pay bank.fees")), "facilities.bank.fees.exit": "1%"}, []),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_waterfall_is_named(changes, codes):
    assert sorted(codes_of(changes)) == sorted(codes)


def test_what_a_lender_may_accept_is_a_warning_and_what_leaves_a_lender_out_is_an_error():
    def severity(changes: dict[str, Any]) -> Severity:
        return next(i.severity for i in issues_of_rich(changes) if i.code == "never-paid")

    # No step pays the notes; none releases the trap; the debt reserve is filled at closing only.
    assert severity({f"{FLOW}[8].what": "mezzanine"}) is Severity.ERROR
    assert severity({f"{FLOW}[0]": "release debt"}) is Severity.WARNING
    assert severity({f"{FLOW}[5]": "fill operating"}) is Severity.WARNING
    assert severity({f"{FLOW}[6]": "fill debt"}) is Severity.ERROR


def test_a_loan_may_not_be_named_as_a_word_of_waterfalls():
    text = RICH.replace("  mezzanine:", "  taxes:").replace("mezzanine", "taxes")
    source, _ = load_source_text(text, "deal.yaml")
    assert source is not None
    assert "name-taken" in {issue.code for issue in build_deal(source)[1]}


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({f"{DSCR}.levels": None, f"{DSCR}.lock_up": None}, ["choice-of-one"]),
        ({f"{DSCR}.levels": None}, []),
        ({f"{FLOW}[10].when": "worth.lock_up"}, []),
        ({f"{FLOW}[10].when": "worth.default"}, ["unknown-name"]),
        ({f"{FLOW}[10].when": "liquidity.default"}, []),
        ({f"{TESTS}.liquidity.lock_up": "2", f"{FLOW}[10].when": "liquidity.default"},
         ["unknown-name"]),
        ({f"{DSCR}.level": "1.05"}, []),
        ({f"{DSCR}.levels[1].from": "2026-12-31"}, ["points-not-rising"]),
        ({f"{DSCR}.levels[1].level": "-1"}, ["negative-quantity"]),
        ({f"{DSCR}.lock_up": "1.15"}, []),
        ({f"{DSCR}.lock_up": "1.14"}, ["lock-up-beyond-default"]),
        ({f"{DSCR}.trailing": "50 years", f"{DSCR}.first_test": None}, ["without-effect"]),
        ({f"{DSCR}.trailing": "12 months", f"{DSCR}.first_test": None}, []),
        ({f"{TESTS}.base.lock_up": "1.01"}, ["lock-up-beyond-default"]),
        ({f"{TESTS}.base.lock_up": "1"}, []),
        ({f"{DSCR}.forward": "12 months"}, ["choice-of-one"]),
        ({f"{DSCR}.trailing": "0"}, ["not-positive"]),
        ({f"{TESTS}.base.trailing": "3 months"}, ["without-effect"]),
        ({f"{DSCR}.first_test": "2026-04-29"}, ["dates-out-of-order"]),
        ({f"{DSCR}.first_test": "61 months"}, ["without-effect"]),
        ({f"{DSCR}.facilities": ["lessor"]}, ["unknown-name"]),
        ({f"{DSCR}.share": "4%"}, ["without-effect"]),
        ({f"{DSCR}.amount": "4"}, ["without-effect"]),
        ({f"{TESTS}.liquidity.life": "6 years"}, ["without-effect"]),
        ({f"{TESTS}.liquidity.amount": None}, []),
        ({f"{TESTS}.liquidity.amount": None, f"{TESTS}.liquidity.share": None},
         ["covenant-without-data"]),
        ({f"{TESTS}.base.share": None, f"{TESTS}.base.life": None},
         ["covenant-without-data"] * 2),
        ({f"{TESTS}.base.life": "0"}, ["not-positive"]),
        ({f"{TESTS}.base.share": "0"}, ["not-positive"]),
        ({"leases.anchor.lessee.grade": None}, ["covenant-without-data"]),
        ({f"{DSCR}.cure.times": "0"}, ["not-positive"]),
        ({f"{DSCR}.cure.until": "2026-04-29"}, ["dates-out-of-order"]),
        ({f"{SPV}.equity_cures": "no"}, ["without-effect"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_covenant_is_named(changes, codes):
    assert codes_of_rich(changes) == codes


@pytest.mark.parametrize(
    ("measure", "taken_away", "lacking"),
    [
        ("dscr", "facilities", 1),
        ("llcr", "facilities", 1),
        ("ltv", "facilities", 1),
        ("loan_to_cost", "facilities", 1),
        ("contract_realisation", "leases", 1),
        ("contract_cover", "leases", 1),
        ("contract_realisation", "facilities", 0),
    ],
)
def test_a_covenant_needs_the_data_that_it_measures(measure, taken_away, lacking):
    changes = {
        "facilities.bank.repayment.until": "36 months",
        "spvs": {"borrower": {"covenants": {"test": {"measure": measure, "level": "1"}}}},
        taken_away: None,
    }
    codes = codes_of(changes)
    assert codes.count("covenant-without-data") == lacking


def test_all_faults_of_an_spv_come_at_once():
    issues = issues_of_rich(
        {
            f"{FLOW}[1].reserves[0]": "opperating",
            f"{FLOW}[8].what": "note",
            f"{ACCOUNTS}.power.target.account": "power",
            f"{DSCR}.facilities[0]": "junior",
            f"{TESTS}.base.life": None,
            "facilities.senior.rate.index": "LIBOR",
        }
    )
    assert {issue.code for issue in errors(issues)} == {
        "unknown-name", "account-unknown", "never-paid", "circular-reserve",
        "covenant-without-data",
    }  # fmt: skip
    assert all(issue.remedy for issue in issues)
