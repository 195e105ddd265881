"""Texts that are said by name from a table of the code, and so carry no mark of their own."""

from lessor.report.metric_groups import METRIC_GROUPS


def named_texts() -> list[str]:
    """Titles and names of the metrics."""
    names = [name for group in METRIC_GROUPS.values() for name in group.values()]
    return [*METRIC_GROUPS, *names]
