"""Small loan contracts as cases, and their events as lines that a test can state in full."""

from __future__ import annotations

import json

from lessor.core.issue import Issue
from lessor.formats.actus_cases import case_rows
from lessor.formats.actus_source import parse_cases

MONTHLY_INTEREST = {
    "cycleAnchorDateOfInterestPayment": "2021-02-01",
    "cycleOfInterestPayment": "P1ML1",
}
MONTHLY_PRINCIPAL = {
    "cycleAnchorDateOfPrincipalRedemption": "2021-02-01",
    "cycleOfPrincipalRedemption": "P1ML1",
}

BULLET = {
    "contractType": "PAM",
    "contractRole": "RPA",
    "statusDate": "2020-12-31",
    "initialExchangeDate": "2021-01-01",
    "maturityDate": "2021-05-01",
    "notionalPrincipal": "1200",
    "nominalInterestRate": "0.10",
    "dayCountConvention": "30E360",
    **MONTHLY_INTEREST,
}
"""1,200 at 10% over four months: 10 of interest a month."""

LINEAR = {
    **BULLET,
    **MONTHLY_PRINCIPAL,
    "contractType": "LAM",
    "nextPrincipalRedemptionPayment": "300",
}
INSTALMENTS = {**LINEAR, "contractType": "NAM"}
LEVEL = {
    name: value
    for name, value in {**LINEAR, "contractType": "ANN"}.items()
    if name != "nextPrincipalRedemptionPayment"
}

STEPS = {
    "contractType": "LAX",
    "contractRole": "RPA",
    "statusDate": "2019-12-31",
    "initialExchangeDate": "2020-01-01",
    "notionalPrincipal": 100,
    "nominalInterestRate": "0.06",
    "dayCountConvention": "30E360",
    "arrayCycleAnchorDateOfPrincipalRedemption": ["2021-01-01", "2023-01-01"],
    "arrayCycleOfPrincipalRedemption": ["P1YL1", "P6ML1"],
    "arrayNextPrincipalRedemptionPayment": [20, "15"],
    "arrayIncreaseDecrease": ["DEC", "DEC"],
    "arrayCycleAnchorDateOfInterestPayment": "2021-01-01",
    "arrayCycleOfInterestPayment": "P1YL1",
}
"""100, less 20 a year from 2021 and 15 a half-year from 2023: repaid on 1 July 2024."""

RATES = {
    "arrayCycleAnchorDateOfRateReset": ["2021-01-01", "2022-01-01", "2023-01-01"],
    "arrayRate": [0.07, 0.01, "0.02"],
    "arrayFixedVariable": ["FIX", "VAR", "V"],
    "marketObjectCodeOfRateReset": "INDEX",
    "rateMultiplier": "2",
    "market": {"INDEX": {"2022-01-01": 0.03, "2023-01-01": "0.04"}},
}

RESETS = {
    "cycleAnchorDateOfRateReset": "2021-02-01",
    "cycleOfRateReset": "P1ML1",
    "marketObjectCodeOfRateReset": "INDEX",
}
"""A rate that follows an index every month."""

BASE = {"interestCalculationBase": "NTL", "interestCalculationBaseAmount": "600"}
"""Interest on half of the notional until the base is reset."""

SCALED = {
    "cycleAnchorDateOfScalingIndex": "2021-02-01",
    "cycleOfScalingIndex": "P1ML1",
    "marketObjectCodeOfScalingIndex": "CPI",
    "scalingIndexAtContractDealDate": "100",
}
"""Payments that follow an index every month."""


def without(terms, *names):
    """The terms less those named."""
    return {name: value for name, value in terms.items() if name not in names}


def rows_of(terms, *, to="", market=None, **changes):
    """The rows of a contract with some terms changed; `market` as {code: {day: value}}."""
    rows, issues = _run(terms, to, market, changes)
    assert issues == [], "\n".join(issue.render() for issue in issues)
    return rows


def issues_of(terms, *, to="", market=None, **changes):
    """The Issues of a contract with some terms changed, as (code, field)."""
    rows, issues = _run(terms, to, market, changes)
    assert rows is None
    assert issues, "no fault was found"
    return [(issue.code, issue.place.field) for issue in issues]


def _run(terms, to, market, changes):
    data = {
        code: {"data": [{"timestamp": day, "value": value} for day, value in series.items()]}
        for code, series in (market or {}).items()
    }
    case = {"terms": {**terms, **changes}, "to": to, "dataObserved": data}
    read = parse_cases(json.dumps({"loan": case}), "cases.json")
    issues: list[Issue] = []
    return case_rows("loan", read["loan"], file="cases.json", issues=issues), issues


def told(rows):
    """Each row as `2021-02-01 IP 10.0 1200.0 0.1 0.0`, figures to eight decimals.

    In the order payoff, notional, rate, accrued; the time only where it is not midnight.
    """
    return [
        f"{row.moment.isoformat().removesuffix('T00:00:00')} {row.code} "
        + " ".join(str(round(figure, 8) + 0.0) for figure in row.figures())
        for row in rows
    ]


def dated(rows, *codes):
    """The days of the rows with these codes, as `02-01 IP`; all rows where none is named."""
    return [f"{row.moment:%m-%d} {row.code}" for row in rows if not codes or row.code in codes]


def paid(rows, code):
    """The payoffs of the rows with a code, to eight decimals."""
    return [round(row.payoff, 8) for row in rows if row.code == code]
