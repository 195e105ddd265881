"""`lessor waterfall`: what did every step of every payment date do?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from lessor.app.outcome import Outcome, command, listed, refused
from lessor.core.issue import Issue, Place

if TYPE_CHECKING:
    from lessor.forecast.trace_rows import Trace


@command
def waterfall(path: str, sets: Sequence[str] = (), *, on: str | None = None) -> Outcome[Trace]:
    """The trace of every SPV of a deal, of all dates or of one.

    The document is `{"rows", "accounts", "tests", "issues"}`: a row for each step of each date, the
    accounts after it, and the tests of its certificate. Issues: no-waterfall, unknown-date.
    """
    from lessor.forecast.closing_tables import plan_of
    from lessor.forecast.trace_rows import trace_of
    from lessor.terms.load import load_deal

    loaded, issues = load_deal(path, sets)
    if loaded is None:
        return refused(issues)
    if not loaded.deal.spvs:
        return refused((*issues, _no_waterfall(path)))
    trace = trace_of(plan_of(loaded))
    if on is not None:
        days = trace.days
        if on not in days:
            return refused((*issues, _unknown_date(on, days)))
        trace = trace.on(date.fromisoformat(on))
    document: dict[str, object] = {**trace.as_json(), "issues": listed(issues)}
    return Outcome(document, issues, trace)


def _no_waterfall(path: str) -> Issue:
    return Issue(
        "no-waterfall",
        "the deal has no SPV, and so no waterfall",
        "add `spvs:` with a waterfall; its loans pay as they fall due, see `lessor schedule`",
        Place(path, field="spvs"),
    )


def _unknown_date(on: str, days: Sequence[str]) -> Issue:
    near = [day for day in days if day[:7] == on[:7]] or [days[0], days[-1]]
    return Issue(
        "unknown-date",
        f"no waterfall is run on {on}",
        f"write a payment date, as {' or '.join(near)}",
        Place("--date"),
    )
