"""`lessor solve`: for which value of a term does a figure meet its target?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lessor.app.outcome import Outcome, refused

if TYPE_CHECKING:
    from lessor.forecast.solve import Solution


def solve(path: str, *, vary: str, until: str, sets: Sequence[str] = ()) -> Outcome[Solution]:
    """The value of the term at `vary` for which `until` (METRIC=TARGET) holds.

    The document is `{"vary", "until", "value", "admissible", "nearest", "note"}`. That no admissible
    value exists is an answer, not a fault.
    """
    from lessor.forecast import solve as forecast_solve
    from lessor.terms.load import load_deal

    loaded, issues = load_deal(path, sets)
    if loaded is None:
        return refused(issues)
    solution, found = forecast_solve.solve(loaded, vary, until)
    # What is found of the solved deal says again what was found of the deal itself.
    issues = tuple(dict.fromkeys((*issues, *found)))
    if solution is None:
        return refused(issues)
    return Outcome(solution.as_json(), issues, solution, unlisted=issues)
