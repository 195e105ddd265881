"""`lessor underwrite`: what does the deal return?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lessor.app.outcome import Outcome, command, listed, refused

if TYPE_CHECKING:
    from lessor.forecast.underwriting import Underwriting
    from lessor.terms.source import Readable


@command
def underwrite(
    path: Readable, sets: Sequence[str] = (), *, periods: bool = False, statement: bool = False
) -> Outcome[Underwriting]:
    """The plan of a deal file with each `path=value` of `sets`.

    The document is `{"deal", "currency", "closing_date", "metrics", "metric_notes", "issues"}`,
    with `periods` (one row a month) and `statement` (income by year) where asked for.
    """
    from lessor.forecast import underwriting
    from lessor.terms.load import load_deal

    loaded, issues = load_deal(path, sets)
    if loaded is None:
        return refused(issues)
    result = underwriting.underwrite(loaded)
    deal = loaded.deal
    document: dict[str, object] = {
        "deal": deal.deal,
        "currency": deal.currency,
        "closing_date": deal.closing_date.isoformat(),
        "metrics": result.metrics,
        "metric_notes": result.metric_notes,
        "issues": listed(result.issues),
    }
    if periods:
        document["periods"] = underwriting.period_rows(result)
    if statement:
        from lessor.forecast.statement import statement as statement_of

        document["statement"] = statement_of(result)
    return Outcome(document, result.issues, result)
