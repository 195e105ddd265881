"""Texts that are said by name from a table of the code, and so carry no mark of their own."""

from lessor.report.metric_groups import METRIC_GROUPS
from lessor.terms.claim import Claim
from lessor.terms.deal import Deal
from lessor.terms.fields import field_table


def named_texts() -> list[str]:
    """Titles and names of the metrics; what each field of the two languages means."""
    names = [name for group in METRIC_GROUPS.values() for name in group.values()]
    meanings = {row.meaning: None for root in (Deal, Claim) for row in field_table(root)}
    return [*METRIC_GROUPS, *names, *meanings]
