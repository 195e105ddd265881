"""Finance leases for tests: 100 financed over 3 years at 4%, unless said otherwise."""

from typing import Any

from lessor.core.issue import Issue
from lessor.forecast.quote import quote
from lessor.terms.lease_file import ALONE, LeaseFile, QuotedLease
from lessor.terms.source import load_source_text

RATE = {"value": "4%", "basis": "30/360", "compounding": "quarterly"}
REPAYMENT = {"profile": "level", "until": "36 months", "frequency": "quarterly"}


def tree(
    *,
    rate: dict[str, Any] | None = None,
    repayment: dict[str, Any] | None = None,
    rental: dict[str, Any] | None = None,
    rates: dict[str, Any] | None = None,
    **lease: Any,
) -> dict[str, Any]:
    """A lease file as a tree of what a user writes."""
    return {
        "format": "lessor-lease/1",
        "currency": "CNY",
        "closing_date": "2026-01-01",
        "rates": rates or {},
        "lease": {
            "kind": "direct_lease",
            "principal": "100",
            "rate": RATE | (rate or {}),
            "repayment": REPAYMENT | (repayment or {}),
            "rental": rental or {},
            **lease,
        },
    }


def quoted_lease(**said: Any) -> QuotedLease:
    """The lease of such a file, without the checks across its fields."""
    source, _ = load_source_text("format: lessor-lease/1", "lease.yaml")
    assert source is not None
    deal = LeaseFile.model_validate(tree(**said)).as_deal()
    return QuotedLease(deal, ALONE, source, (ALONE,), ())


def quoted(**said: Any) -> Any:
    """The `Quote` of such a lease; any, as a figure that a test asks for has a value."""
    found, issues = quote(quoted_lease(**said))
    assert found is not None, issues
    return found


def refused(**said: Any) -> tuple[Issue, ...]:
    """The Issues of a lease that cannot be quoted."""
    found, issues = quote(quoted_lease(**said))
    assert found is None
    return issues
