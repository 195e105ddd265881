"""Whatever stands in a term, a case gives rows of finite figures or Issues, and never fails."""

import json
from math import isfinite

from hypothesis import given
from hypothesis import strategies as st

from lessor.core.issue import Issue
from lessor.formats.actus_cases import case_rows
from lessor.formats.actus_source import parse_cases
from tests.formats.loans import (
    BASE,
    BULLET,
    INSTALMENTS,
    LEVEL,
    LINEAR,
    RATES,
    RESETS,
    SCALED,
    STEPS,
)

BESIDE = {
    **RESETS,
    **BASE,
    **SCALED,
    "scalingEffect": "INO",
    "capitalizationEndDate": "2021-02-16",
    "purchaseDate": "2021-02-02",
    "priceAtPurchaseDate": "1",
    "terminationDate": "2021-04-20",
    "priceAtTerminationDate": "1",
    "amortizationDate": "2021-06-01",
    "nextResetRate": "0.02",
    "accruedInterest": "1",
    "calendar": "MF",
    "businessDayConvention": "CSMF",
    "endOfMonthConvention": "EOM",
    "lifeCap": "0.2",
    "periodFloor": "-0.01",
}
NAMES = st.sampled_from([*LINEAR, *BESIDE, *STEPS, *[name for name in RATES if name != "market"]])
VALUES = st.one_of(
    st.sampled_from(
        ["", "0", "-1", "1e15", "-1e15", "1e-300", "-12", "2021-01-01", "2021-02-28T23:59:59",
         "1970-01-01", "2200-12-31", "P1DL0", "P1DL1", "P1YL0", "P1ML0", "P9999WL1", "P100YL1",
         "PAM", "LAM", "NAM", "ANN", "LAX", "RPL", "AA", "SCP", "NTL", "INC", "VAR", True]
    ),
    st.none() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=5),
    st.lists(st.sampled_from(["2021-02-01", "2021-03-01", "P1ML1", "DEC", 5]), max_size=3),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=1),
)  # fmt: skip
MARKET = {
    code: {"data": [{"timestamp": f"2021-0{month}-01", "value": "0.1"} for month in range(1, 8)]}
    for code in ("INDEX", "CPI")
}


@given(
    base=st.sampled_from([BULLET, LINEAR, INSTALMENTS, LEVEL, STEPS]),
    beside=st.sets(st.sampled_from(sorted(BESIDE)), max_size=4),
    changes=st.dictionaries(NAMES, VALUES, max_size=3),
    to=st.sampled_from(["", "2021-03-01", "2300-01-01", 3]),
)
def test_any_term_gives_rows_or_issues(base, beside, changes, to):
    terms = {**base, **{name: BESIDE[name] for name in beside}, **changes}
    text = json.dumps({"loan": {"terms": terms, "to": to, "dataObserved": MARKET}})
    issues: list[Issue] = []
    rows = case_rows(
        "loan", parse_cases(text, "cases.json")["loan"], file="cases.json", issues=issues
    )
    assert (rows is None) == bool(issues)
    for row in rows or ():
        assert all(isfinite(figure) for figure in row.figures())
