"""The page of docs on the metrics, off the table of metrics."""

from __future__ import annotations

from lessor.forecast.metric_table import METRIC
from lessor.report.metric_groups import METRIC_GROUPS

_HEAD = """# Metrics

Every figure that `lessor underwrite` gives, and that `solve`, `sensitivity`, `check-claim` and
`explain` take by name. This page is generated from the table that the code reads
(`LESSOR_REWRITE=1 make tests ARGS=tests/docs` writes it anew).

Money is in the deal's currency, rates and shares are fractions. A figure that has no value (it
never pays back, no rate fits) is `null` in JSON and `-` on the terminal, with the reason under
`metric_notes`.
"""


def metrics_page() -> str:
    """One table a group: name, unit, what it is, formula."""
    lines = [_HEAD]
    for title, labels in METRIC_GROUPS.items():
        lines += [f"## {title}\n", "| metric | unit | what it is | formula |", "|---|---|---|---|"]
        for name in labels:
            metric = METRIC[name]
            lines.append(f"| `{name}` | {metric.unit} | {metric.meaning} | `{metric.formula}` |")
        lines.append("")
    return "\n".join(lines)
