"""`lessor check`: is the deal file right?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lessor.app.outcome import Outcome, command, listed, refused

if TYPE_CHECKING:
    from lessor.terms.load import Loaded
    from lessor.terms.source import Readable


@command
def check(path: Readable) -> Outcome[Loaded]:
    """Every Issue of a deal file; the document is `{"deal", "issues"}`."""
    from lessor.terms.load import load_deal

    loaded, issues = load_deal(path)
    if loaded is None:
        return refused(issues)
    document: dict[str, object] = {"deal": loaded.deal.deal, "issues": listed(issues)}
    return Outcome(document, issues, loaded)
