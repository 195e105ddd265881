"""Debt service cover on every payment date, with the levels that lenders have set."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from lessor.report.charts.frame import Row, Spec, day_axis, finished, inline, layered, strokes
from lessor.report.charts.palette import PARTS, Theme
from lessor.report.tongues import Tongue, msg

if TYPE_CHECKING:
    import altair as alt

    from lessor.forecast.borrowers import Borrower

COVER = msg("DSCR of the payment period")
TESTED = msg("{covenant}, as tested")
DEFAULT = msg("{covenant}: default")
LOCK_UP = msg("{covenant}: lock-up")
ONE = msg("Debt service just paid (1.00)")
SIZED = msg("{loan}: sized to")
COVER_MEASURE = "dscr"
HIGHEST_SHOWN, OVER_MIDDLE = 2.0, 1.25
"""Covers above this, and this far above the middle one, are drawn at it and told as they are.

So a last payment of a few cents, or a year without principal, does not press the rest together.
"""


class _Line(NamedTuple):
    """One line: its points, how it is drawn, and its colour by part of the palette."""

    name: str
    points: tuple[tuple[date, float], ...]
    ink: str
    dash: tuple[int, int]


def cover_by_date(borrower: Borrower, tongue: Tongue, theme: Theme = "light") -> Spec | None:
    """DSCR by payment date, what its covenants measure, and the levels of default and lock-up.

    A level that a loan was sized to is drawn too. None where no debt service falls due.
    """
    covers = borrower.covers
    if not covers:
        return None
    lines = list(_lines(borrower, tongue))
    lowest = min(covers, key=lambda cover: cover.dscr)
    most = max(HIGHEST_SHOWN, OVER_MIDDLE * median(cover.dscr for cover in covers))
    spec = finished(
        _drawn(lines, most, tongue, theme),
        title=tongue.say("Debt service cover (DSCR) by payment date"),
        description=tongue.say(
            "A line of the cover of debt service by cash on each payment date, lowest {lowest} on "
            "{day}, and level lines of what lenders ask.",
            lowest=tongue.times(lowest.dscr),
            day=tongue.day(lowest.day),
        ),
        theme=theme,
    )
    if any(value > most for line in lines for _, value in line.points):
        told = tongue.say("covers above {most} are drawn there", most=tongue.times(most))
        spec["title"]["subtitle"] = told
    return spec


def _lines(borrower: Borrower, tongue: Tongue) -> Iterator[_Line]:
    covers = borrower.covers
    days = (covers[0].day, covers[-1].day)
    yield _Line(tongue.say(COVER), tuple((c.day, c.dscr) for c in covers), "rent", (1, 0))
    tests = [test for test in borrower.tests if test.measure == COVER_MEASURE]
    for covenant in dict.fromkeys(test.covenant for test in tests):
        own = [test for test in tests if test.covenant == covenant]
        has_lock_up = any(test.lock_up != test.level for test in own)
        for english, field, ink, dash in (
            (TESTED, "value", "taxes", (2, 2)),
            (LOCK_UP, "lock_up", "costs", (8, 4)),
            (DEFAULT, "level", "interest", (4, 2)),
        ):
            found = [(test.day, getattr(test, field)) for test in own]
            points = tuple((day, value) for day, value in found if value is not None)
            if points and (field != "lock_up" or has_lock_up):
                yield _Line(tongue.say(english, covenant=covenant), points, ink, dash)
    for name, loan in borrower.plan.deal.facilities.items():
        sizing = getattr(loan, "sizing", None)
        if sizing is not None and sizing.dscr is not None and not tests:
            level = tuple((day, float(sizing.dscr)) for day in days)
            yield _Line(tongue.say(SIZED, loan=name), level, "costs", (8, 4))
    yield _Line(tongue.say(ONE), tuple((day, 1.0) for day in days), "principal", (2, 3))


def _drawn(lines: list[_Line], most: float, tongue: Tongue, theme: Theme) -> alt.LayerChart:
    import altair as alt

    names = [line.name for line in lines]
    inks = [PARTS[theme][line.ink] for line in lines]
    dashes = [list(line.dash) for line in lines]
    days = sorted({day for line in lines for day, _ in line.points})
    base = alt.Chart(inline(_rows(lines, most, tongue))).encode(
        x=alt.X("day:T", **day_axis(days)),
        y=alt.Y("shown:Q", title=tongue.say("times"), scale=alt.Scale(zero=False, padding=12)),
        color=alt.Color("line:N", scale=alt.Scale(domain=names, range=inks), legend=strokes()),
        tooltip=[
            alt.Tooltip("said_day:N", title=tongue.say("Date")),
            alt.Tooltip("line:N", title=tongue.say("Part")),
            alt.Tooltip("said:N", title=tongue.say("Value")),
        ],
    )
    dash = alt.StrokeDash("line:N", scale=alt.Scale(domain=names, range=dashes))
    return layered(
        base.mark_line(strokeWidth=2).encode(strokeDash=dash),
        base.mark_point(size=60, opacity=0),
    )


def _rows(lines: list[_Line], most: float, tongue: Tongue) -> Iterator[Row]:
    for line in lines:
        for day, value in line.points:
            yield {
                "day": day.isoformat(),
                "line": line.name,
                "value": value,
                "shown": min(value, most),
                "said_day": tongue.day(day),
                "said": tongue.times(value, 3),
            }
