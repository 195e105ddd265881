"""`lessor solve`: for which value of a term does a figure meet its target?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from lessor.app.outcome import Outcome, command, refused

if TYPE_CHECKING:
    from lessor.forecast.solve import Solution
    from lessor.terms.load import Loaded
    from lessor.terms.source import Readable


class Solved(NamedTuple):
    """What was found, and the deal that it was sought in."""

    loaded: Loaded
    solution: Solution


@command
def solve(path: Readable, *, vary: str, until: str, sets: Sequence[str] = ()) -> Outcome[Solved]:
    """The value of the term at `vary` for which `until` (METRIC=TARGET) holds.

    The document is `{"vary", "until", "value", "admissible", "nearest", "note"}`. That no
    admissible value exists is an answer, not a fault.
    """
    from lessor.forecast import solve as forecast_solve
    from lessor.terms.load import load_deal

    loaded, issues = load_deal(path, sets)
    if loaded is None:
        return refused(issues)
    solution, found = forecast_solve.solve(loaded, vary, until)
    issues = (*issues, *found)
    if solution is None:
        return refused(issues)
    document = solution.as_json()
    # The keys are fixed, so what is found of the deal stands in the note.
    told = [solution.note, *(f"{issue.severity.value}: {issue.message}" for issue in issues)]
    document["note"] = "; ".join(text for text in told if text)
    return Outcome(document, issues, Solved(loaded, solution))
