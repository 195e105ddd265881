"""`lessor check-claim`: is what was published about a deal true?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lessor.app.outcome import Outcome, command, refused

if TYPE_CHECKING:
    from lessor.forecast.claims import ClaimResult


@command
def check_claim(path: str) -> Outcome[ClaimResult]:
    """Every reading of a claim file against its deal, and what would make the claim true.

    The document is `{"claim", "readings", "solutions", "issues"}`. A claim that does not hold is an
    answer, not a fault.
    """
    from lessor.forecast import claims

    result, issues = claims.check_claim(path)
    if result is None:
        return refused(issues)
    return Outcome(result.as_json(), result.issues, result)
