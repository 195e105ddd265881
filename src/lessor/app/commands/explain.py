"""`lessor explain`: what is a figure made of?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lessor.app.outcome import Outcome, listed, refused

if TYPE_CHECKING:
    from lessor.forecast.explain import ExplainNode


def explain(
    path: str, figure: str, *, period: str | None = None, sets: Sequence[str] = ()
) -> Outcome[ExplainNode]:
    """The tree of terms and inputs behind a figure, of the whole plan or of one month (YYYY-MM).

    The document is `{"figure", "period", "tree", "issues"}`; a node of the tree is `{"name",
    "value", "formula", "file", "line", "field", "children"}`.
    """
    from lessor.forecast import explain as forecast_explain
    from lessor.terms.load import load_deal

    loaded, issues = load_deal(path, sets)
    if loaded is None:
        return refused(issues)
    tree, found = forecast_explain.explain(loaded, figure, period)
    issues = tuple(dict.fromkeys((*issues, *found)))
    if tree is None:
        return refused(issues)
    document: dict[str, object] = {
        "figure": figure,
        "period": period,
        "tree": _as_json(tree),
        "issues": listed(issues),
    }
    return Outcome(document, issues, tree)


def _as_json(node: ExplainNode) -> dict[str, object]:
    place = node.place
    return {
        "name": node.name,
        "value": node.value,
        "formula": node.formula,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "field": place.field if place else None,
        "children": [_as_json(child) for child in node.children],
    }
