"""The checks across fields of a deal: what no single field can tell."""

from __future__ import annotations

from lessor.core.issue import Issue
from lessor.terms.deal import Deal
from lessor.terms.source import Source


def check_deal(deal: Deal, source: Source) -> tuple[Issue, ...]:
    """Every Issue of a deal whose fields are each right by themselves."""
    return ()
