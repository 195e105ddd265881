"""`lessor size`: how much can the deal borrow, and which limit binds?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from lessor.app.outcome import Outcome, command, refused

if TYPE_CHECKING:
    from lessor.forecast.debt_sizing import Sized
    from lessor.terms.source import Readable


class DebtSize(NamedTuple):
    """What was found, and the currency it is in."""

    currency: str
    sized: Sized


@command
def size(
    path: Readable,
    *,
    facility: str | None = None,
    dscr: str | None = None,
    ltv: str | None = None,
    sets: Sequence[str] = (),
) -> Outcome[DebtSize]:
    """The least debt that the limits of a loan (or of all that have limits, together) allow.

    The document is `{"debt", "binds", "limits", "note"}`: amounts in the deal's currency.
    """
    from lessor.forecast import debt_sizing
    from lessor.terms.load import load_deal

    loaded, issues = load_deal(path, sets)
    if loaded is None:
        return refused(issues)
    sized = debt_sizing.size(loaded, facility, dscr=dscr, ltv=ltv)
    document = sized.as_json()
    # The keys are fixed, so what is found of the deal stands in the note.
    told = [sized.note, *(f"{issue.severity.value}: {issue.message}" for issue in issues)]
    document["note"] = "; ".join(text for text in told if text)
    return Outcome(document, issues, DebtSize(loaded.deal.currency, sized))
