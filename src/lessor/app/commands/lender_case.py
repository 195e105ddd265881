"""`lessor lender-case`: what would a lender or an agency ask of the deal, and does it stand?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from lessor.app.outcome import Outcome, command, refused

if TYPE_CHECKING:
    from lessor.forecast.lender_case import LenderSheet
    from lessor.terms.source import Readable


class LenderCase(NamedTuple):
    """The sheet of factors, and the currency of its amounts."""

    currency: str
    sheet: LenderSheet


@command
def lender_case(path: Readable, sets: Sequence[str] = ()) -> Outcome[LenderCase]:
    """The factors that agencies publish for GPU debt, each with its figure, test and answer.

    The document is `{"factors", "note"}`; a factor is `{"name", "value", "test", "passes"}`, with
    `passes` null where it is not known.
    """
    from lessor.forecast import lender_case as forecast_lender_case
    from lessor.terms.load import load_deal

    loaded, issues = load_deal(path, sets)
    if loaded is None:
        return refused(issues)
    sheet = forecast_lender_case.lender_case(loaded)
    return Outcome(sheet.as_json(), issues, LenderCase(loaded.deal.currency, sheet))
