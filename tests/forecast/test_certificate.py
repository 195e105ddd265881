"""Covenant certificates: each test of a date, with figures that make its value."""

from datetime import date
from pathlib import Path

import pytest

from lessor.forecast.certificate import certificates, days_tested
from lessor.forecast.closing_tables import plan_of
from lessor.forecast.trace_rows import trace_of
from lessor.terms.load import require_deal

ROOT = Path(__file__).parents[2]
DEALS = [
    "tests/cases/debt-covenants",
    "examples/ddtl-4",
    "examples/notes",
    "examples/spv-finance-lease",
]


@pytest.mark.parametrize("folder", DEALS)
def test_every_test_is_the_ratio_of_its_figures_and_that_of_the_trace(folder):
    plan = plan_of(require_deal(ROOT / folder / "deal.yaml"))
    rows = {(row["spv"], row["date"], row["covenant"]): row for row in trace_of(plan).tests}
    seen = 0
    for day in sorted({day for days in days_tested(plan).values() for day in days}):
        for certificate in certificates(plan, day):
            for test in certificate.tests:
                row = rows[certificate.spv, day.isoformat(), test.covenant]
                assert (test.value, test.level, test.is_default, test.cure) == (
                    row["value"],
                    row["level"],
                    row["is_default"],
                    row["cure_amount"],
                )
                if test.value is not None:
                    assert test.value == test.part / test.base
                seen += 1
    assert seen == len(rows) > 0


def test_a_window_is_told_by_its_days():
    plan = plan_of(require_deal(ROOT / "tests/cases/debt-covenants/deal.yaml"))
    (found,) = certificates(plan, date(2026, 4, 1))
    windows = {test.covenant: (test.since, test.until) for test in found.tests}
    assert windows["cover"] == (date(2026, 1, 1), date(2026, 4, 1))
    assert windows["cover_ahead"] == (date(2026, 4, 1), date(2026, 7, 1))
    assert windows["value"] == (None, None)


def test_the_loans_counted_are_named():
    plan = plan_of(require_deal(ROOT / "examples/ddtl-4/deal.yaml"))
    (found,) = certificates(plan, days_tested(plan)["borrower"][0])
    assert found.tests[0].facilities == ("fixed", "floating")


def test_a_day_without_a_test_has_no_certificate():
    plan = plan_of(require_deal(ROOT / "tests/cases/debt-covenants/deal.yaml"))
    assert certificates(plan, date(2026, 4, 2)) == []
