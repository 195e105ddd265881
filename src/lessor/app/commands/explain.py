"""`lessor explain`: what is a figure made of?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lessor.app.outcome import Outcome, command, listed, refused

if TYPE_CHECKING:
    from lessor.forecast.explain import ExplainNode
    from lessor.terms.source import Readable


@command
def explain(
    path: Readable, figure: str, *, period: str | None = None, sets: Sequence[str] = ()
) -> Outcome[ExplainNode]:
    """The tree of terms and inputs behind a figure, of the whole plan or of one month (YYYY-MM).

    The document is `{"figure", "period", "tree", "issues"}`; a node of the tree is `{"name",
    "value", "formula", "place", "note", "children"}`.
    """
    from lessor.forecast import explain as forecast_explain
    from lessor.terms.load import load_deal

    loaded, issues = load_deal(path, sets)
    if loaded is None:
        return refused(issues)
    tree, found = forecast_explain.explain(loaded, figure, period)
    if tree is None:
        return refused((*issues, *found))
    document: dict[str, object] = {
        "figure": figure,
        "period": period,
        "tree": tree.as_json(),
        "issues": listed(issues),
    }
    return Outcome(document, issues, tree)
