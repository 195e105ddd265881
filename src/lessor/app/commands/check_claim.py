"""`lessor check-claim`: is what was published about a deal true?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lessor.app.outcome import Outcome, command, refused

if TYPE_CHECKING:
    from lessor.forecast.claims import ClaimResult
    from lessor.terms.source import Readable


@command
def check_claim(
    path: Readable, *, deal: Readable | None = None, sets: Sequence[str] = ()
) -> Outcome[ClaimResult]:
    """Every reading of a claim file against its deal, and what would make the claim true.

    deal: the deal to check it against, where that is not the file that the claim names; `sets`:
    each `path=value` that is set in it.
    The document is `{"claim", "readings", "solutions", "issues"}`. A claim that does not hold is an
    answer, not a fault.
    """
    from lessor.forecast import claims

    result, issues = claims.check_claim(path, deal_file=deal, sets=sets)
    if result is None:
        return refused(issues)
    return Outcome(result.as_json(), result.issues, result)
