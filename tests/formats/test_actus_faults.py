"""Cases that cannot be computed: every fault of every case at once, none a traceback."""

import json
from decimal import Decimal

import pytest

from lessor.core.issue import FaultsError
from lessor.formats.actus_cases import run_cases
from lessor.formats.actus_fields import NUMBER_MAX, read_moment, read_number
from tests.formats.loans import BULLET, INSTALMENTS, LEVEL, LINEAR, issues_of, rows_of, without

DAILY_RESETS = {
    "cycleAnchorDateOfRateReset": "2021-01-02",
    "cycleOfRateReset": "P1DL1",
    "marketObjectCodeOfRateReset": "INDEX",
}

A_SATURDAY = {"initialExchangeDate": "2021-05-01", "maturityDate": "2021-05-02"}
TO_FRIDAY = {"calendar": "MF", "businessDayConvention": "SCP"}


def faults_of(path, text):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(FaultsError) as raised:
        run_cases(str(path))
    return raised.value.issues


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty-file"),
        ("{}", "empty-file"),
        ("{'a': 1}", "not-json"),
        ('{"a": {"terms": {"notionalPrincipal": 1e5}', "not-json"),
        ("[1, 2]", "not-a-mapping"),
        ('"PAM"', "not-a-mapping"),
        ('{"a": {"terms": {"nominalInterestRate": NaN}}}', "not-finite"),
        ('{"a": {"to": "", "to": "2021-01-01"}}', "duplicate-key"),
        (b'{"a": "\xff"}', "not-text"),
        ("[" * 200_000, "too-deep"),
        ('{"a": 1}', "wrong-type"),
        ('{"a": {"terms": []}}', "wrong-type"),
    ],
)
def test_a_file_that_holds_no_cases(tmp_path, text, code):
    assert [issue.code for issue in faults_of(tmp_path / "cases.json", text)] == [code]


def test_a_file_that_cannot_be_read(tmp_path, monkeypatch):
    for name, code in (
        (str(tmp_path / "none.json"), "file-not-found"),
        (str(tmp_path), "file-not-readable"),
        ("a\0b", "file-not-readable"),
    ):
        with pytest.raises(FaultsError) as raised:
            run_cases(name)
        assert [issue.code for issue in raised.value.issues] == [code]
    monkeypatch.setattr("lessor.formats.actus_source.BYTES_MAX", 10)
    assert faults_of(tmp_path / "large.json", " " * 11)[0].code == "file-too-large"


def test_a_field_written_twice_with_one_value_is_no_fault(tmp_path):
    text = json.dumps({"loan": {"terms": BULLET, "to": ""}}).replace(
        '"to": ""', '"to": "", "to": ""'
    )
    path = tmp_path / "cases.json"
    path.write_text(text)
    assert list(run_cases(str(path)).rows) == ["loan"]


def test_the_faults_of_all_cases_come_together(tmp_path):
    cases = {
        "sound": {"terms": BULLET},
        "swap": {"terms": {"contractType": "SWAPS"}},
        "open": {"terms": without(BULLET, "maturityDate", "notionalPrincipal")},
    }
    found = faults_of(tmp_path / "cases.json", json.dumps(cases))
    assert {(issue.code, issue.place.field) for issue in found} == {
        ("unknown-contract-type", "swap.terms.contractType"),
        ("missing-field", "open.terms.notionalPrincipal"),
        ("missing-field", "open.terms.maturityDate"),
    }
    for issue in found:
        assert issue.place.file.endswith("cases.json")
        assert issue.message
        assert issue.remedy


@pytest.mark.parametrize(
    ("terms", "changes", "code", "field"),
    [
        (BULLET, {"contractType": ""}, "missing-field", "contractType"),
        (BULLET, {"contractType": "CLM"}, "unknown-contract-type", "contractType"),
        (BULLET, {"statusDate": None}, "missing-field", "statusDate"),
        (BULLET, {"initialExchangeDate": " "}, "missing-field", "initialExchangeDate"),
        (BULLET, {"nominalInterestRate": None}, "missing-field", "nominalInterestRate"),
        (BULLET, {"dayCountConvention": None}, "missing-field", "dayCountConvention"),
        (BULLET, {"contractRole": ""}, "missing-field", "contractRole"),
        (BULLET, {"contractRole": "BUY"}, "not-a-choice", "contractRole"),
        (BULLET, {"maturityDate": ""}, "missing-field", "maturityDate"),
        (BULLET, {"maturityDate": "soon"}, "wrong-unit", "maturityDate"),
        (BULLET, {"maturityDate": "2021-02-30"}, "wrong-unit", "maturityDate"),
        (BULLET, {"maturityDate": "9999-12-31"}, "wrong-unit", "maturityDate"),
        (BULLET, {"maturityDate": ["2021-05-01"]}, "wrong-type", "maturityDate"),
        (BULLET, {"maturityDate": "2020-05-01"}, "dates-out-of-order", "maturityDate"),
        (BULLET, {**A_SATURDAY, **TO_FRIDAY}, "dates-out-of-order", "maturityDate"),
        (BULLET, {"notionalPrincipal": "0"}, "not-positive", "notionalPrincipal"),
        (BULLET, {"notionalPrincipal": "1e400"}, "wrong-unit", "notionalPrincipal"),
        (BULLET, {"notionalPrincipal": "many"}, "wrong-unit", "notionalPrincipal"),
        (BULLET, {"notionalPrincipal": True}, "wrong-unit", "notionalPrincipal"),
        (BULLET, {"cycleOfInterestPayment": "P1M"}, "wrong-unit", "cycleOfInterestPayment"),
        (BULLET, {"cycleOfInterestPayment": "P0ML1"}, "wrong-unit", "cycleOfInterestPayment"),
        (BULLET, {"cycleOfInterestPayment": "P9999YL1"}, "too-large", "cycleOfInterestPayment"),
        (BULLET, {"cycleOfInterestPayment": 3}, "wrong-unit", "cycleOfInterestPayment"),
        (BULLET, {"calendar": "MOON"}, "not-a-choice", "calendar"),
        (BULLET, {"dayCountConvention": {"a": 1}}, "wrong-type", "dayCountConvention"),
        (BULLET, {"feeRate": "0.01"}, "term-not-handled", "feeRate"),
        (BULLET, {"prepaymentEffect": "A"}, "term-not-handled", "prepaymentEffect"),
        (BULLET, {"purchaseDate": "2021-02-01"}, "missing-field", "priceAtPurchaseDate"),
        (BULLET, {"terminationDate": "2021-02-01"}, "missing-field", "priceAtTerminationDate"),
        (BULLET, {"nominalInterestRate": "1e14", "capitalizationEndDate": "2190-01-01",
                  "maturityDate": "2200-01-01"}, "too-large", "nominalInterestRate"),
        (BULLET, {"cycleOfInterestPayment": "P1DL1", "maturityDate": "2200-01-01"},
         "too-many-events", "maturityDate"),
        (LINEAR, {"maturityDate": "", "nextPrincipalRedemptionPayment": ""}, "missing-field",
         "nextPrincipalRedemptionPayment"),
        (LINEAR, {"maturityDate": "", "nextPrincipalRedemptionPayment": "0"}, "never-repaid",
         "maturityDate"),
        (LINEAR, {"maturityDate": "", "nextPrincipalRedemptionPayment": "0.01"}, "never-repaid",
         "maturityDate"),
        (LINEAR, {"maturityDate": "", "cycleOfPrincipalRedemption": ""}, "never-repaid",
         "maturityDate"),
        (LINEAR, {"cycleOfPrincipalRedemption": "", "cycleAnchorDateOfPrincipalRedemption": ""},
         "missing-field", "cycleOfPrincipalRedemption"),
        (INSTALMENTS, {"maturityDate": "", "nextPrincipalRedemptionPayment": "10"}, "never-repaid",
         "maturityDate"),
        (LEVEL, {"maturityDate": "2075-01-01", "cycleOfPrincipalRedemption": "P1WL1",
                 **DAILY_RESETS}, "too-many-events", "cycleOfRateReset"),
        (LINEAR, {"scalingEffect": "INO", "cycleOfScalingIndex": "P1ML1"}, "missing-field",
         "scalingIndexAtContractDealDate"),
        (LINEAR, {"scalingEffect": "INO", "scalingIndexAtContractDealDate": "0"}, "not-positive",
         "scalingIndexAtContractDealDate"),
        (LINEAR, {"scalingEffect": "INO", "cycleOfScalingIndex": "P1ML1",
                  "scalingIndexAtContractDealDate": "1"}, "missing-field",
         "marketObjectCodeOfScalingIndex"),
        (BULLET, {"cycleOfRateReset": "P1ML1"}, "missing-field", "marketObjectCodeOfRateReset"),
    ],
)  # fmt: skip
def test_each_term_that_is_missing_or_cannot_be_read(terms, changes, code, field):
    assert (code, f"loan.terms.{field}") in issues_of(terms, **changes)


def test_a_loan_that_is_never_repaid_can_be_computed_up_to_a_cut_off():
    terms = {**INSTALMENTS, "nextPrincipalRedemptionPayment": "4"}
    rows = rows_of(terms, maturityDate="", to="2021-03-01")
    assert rows == rows_of(terms, to="2021-03-01")
    assert issues_of(terms, maturityDate="") == [("never-repaid", "loan.terms.maturityDate")]


def test_a_market_that_was_not_observed():
    resets = {"cycleOfRateReset": "P1ML1", "marketObjectCodeOfRateReset": "INDEX"}
    missing = [("observation-missing", "loan.dataObserved.INDEX")]
    assert issues_of(BULLET, **resets) == missing
    assert issues_of(BULLET, market={"INDEX": {"2021-02-01": "0.1"}}, **resets) == missing
    unreadable = {"INDEX": {"2021-02-01": "x"}}
    assert ("wrong-unit", "loan.dataObserved.INDEX.data[0]") in issues_of(
        BULLET, market=unreadable, **resets
    )
    # What no term names is not read.
    assert rows_of(BULLET, market=unreadable) == rows_of(BULLET)


def test_what_stands_beside_the_terms(tmp_path):
    terms = {**BULLET, "marketObjectCodeOfRateReset": "INDEX"}
    for beside, code, field in (
        ({"to": "later"}, "wrong-unit", "to"),
        ({"dataObserved": []}, "wrong-type", "dataObserved"),
        ({"dataObserved": {"INDEX": 3}}, "wrong-type", "dataObserved.INDEX"),
        ({"eventsObserved": [{"type": "CE"}]}, "term-not-handled", "eventsObserved"),
    ):
        text = json.dumps({"loan": {"terms": terms, **beside}})
        found = faults_of(tmp_path / "cases.json", text)
        assert [(issue.code, issue.place.field) for issue in found] == [(code, f"loan.{field}")]


@pytest.mark.parametrize(
    "raw", [None, True, "", "1,000", "nan", "inf", str(NUMBER_MAX * 10), [], {}]
)
def test_no_number_of_a_contract(raw):
    assert read_number(raw) is None


@pytest.mark.parametrize(
    "raw", [None, Decimal(2021), "2021-01-01T00:00:00Z", "1969-12-31", "2201-01-01", "x"]
)
def test_no_date_of_a_contract(raw):
    assert read_moment(raw) is None


def test_a_number_stands_between_blanks():
    assert read_number(" 12.50 ") == Decimal("12.50")
