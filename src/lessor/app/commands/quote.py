"""`lessor quote`: what does a finance lease cost, by every rate that people quote?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lessor.app.outcome import Outcome, command, refused

if TYPE_CHECKING:
    from lessor.forecast.quote import Quote


@command
def quote(path: str, facility: str | None = None, sets: Sequence[str] = ()) -> Outcome[Quote]:
    """The quote of a lease file, or of a facility of a deal file (the only finance lease, if any).

    The document has the figures by name (`rent`, `rate_nominal`, `rate_flat`, `irr_nominal`,
    `irr_effective`, `rate_implicit`, `cost_all_in` ...), `rates`, `rents`, `take_downs`, `notes`
    and `issues`.
    """
    from lessor.forecast import quote as forecast_quote
    from lessor.terms.lease_file import load_quoted

    lease, issues = load_quoted(path, facility, sets)
    if lease is None:
        return refused(issues)
    result, found = forecast_quote.quote(lease)
    if result is None:
        return refused((*issues, *found))
    return Outcome(result.as_json(), issues, result)
