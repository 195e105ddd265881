"""`lessor sensitivity`: how far does a figure move with the terms?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from lessor.app.outcome import Outcome, command, listed, refused

if TYPE_CHECKING:
    from lessor.forecast.sensitivity import Grid, Tornado
    from lessor.terms.source import Readable


class Sensitivity(NamedTuple):
    """Terms varied one at a time, and two of them against each other where two were named."""

    currency: str
    tornado: Tornado
    grid: Grid | None


@command
def sensitivity(
    path: Readable, *, metric: str, varies: Sequence[str] = (), sets: Sequence[str] = ()
) -> Outcome[Sensitivity]:
    """The figure `metric` with each term at its low and high (PATH=LOW:HIGH), widest first.

    The document is `{"metric", "base", "bars", "grid", "issues"}`; `grid` is null unless exactly
    two terms are named.
    """
    from lessor.forecast import sensitivity as forecast_sensitivity
    from lessor.terms.load import load_deal

    loaded, issues = load_deal(path, sets)
    if loaded is None:
        return refused(issues)
    tornado, found = forecast_sensitivity.tornado(loaded, varies, metric)
    if tornado is None:
        return refused((*issues, *found))
    grid = None
    if len(varies) == 2:
        # The same ranges and metric were found right just now.
        grid, _ = forecast_sensitivity.grid(loaded, varies[0], varies[1], metric)
    document = {
        **tornado.as_json(),
        "grid": None if grid is None else grid.as_json(),
        "issues": listed(issues),
    }
    return Outcome(document, issues, Sensitivity(loaded.deal.currency, tornado, grid))
