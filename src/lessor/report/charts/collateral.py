"""Debt against the value of what it is held on, over the life of the loans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lessor.report.charts.frame import (
    MoneyScale,
    Spec,
    day_axis,
    finished,
    inline,
    layered,
    strokes,
)
from lessor.report.charts.palette import PARTS, Theme
from lessor.report.tongues import Tongue, msg

if TYPE_CHECKING:
    import altair as alt

    from lessor.forecast.borrowers import Borrower

DEBT, VALUE = msg("Debt outstanding"), msg("Value of the collateral")


def debt_and_value(borrower: Borrower, tongue: Tongue, theme: Theme = "light") -> Spec | None:
    """Debt and collateral value at the start of each month; LTV is told beside.

    None where no debt stands.
    """
    debts = borrower.debts
    if not any(point.debt for point in debts):
        return None
    currency = borrower.currency
    scale = MoneyScale((max(p.debt, p.collateral) for p in debts), currency, tongue)
    highest = max((point.ltv for point in debts if point.ltv is not None), default=None)
    return finished(
        _lines(borrower, scale, tongue, theme),
        title=tongue.say("Debt against collateral value, {unit}", unit=scale.unit),
        description=tongue.say(
            "Two lines by month: the debt outstanding and the value of the collateral. Loan to "
            "value is at most {highest}.",
            highest=tongue.percent(highest, 1),
        ),
        theme=theme,
    )


def _lines(borrower: Borrower, scale: MoneyScale, tongue: Tongue, theme: Theme) -> alt.LayerChart:
    import altair as alt

    debts, currency = borrower.debts, borrower.currency
    names = [tongue.say(VALUE), tongue.say(DEBT)]
    rows = [
        {
            "day": point.day.isoformat(),
            "series": name,
            "amount": amount,
            "said_day": tongue.day(point.day),
            "said": tongue.short_money(amount, currency),
            "ltv": tongue.percent(point.ltv, 1),
        }
        for point in debts
        for name, amount in zip(names, (point.collateral, point.debt), strict=True)
    ]
    inks = [PARTS[theme]["rent"], PARTS[theme]["interest"]]
    base = alt.Chart(inline(rows)).encode(
        x=alt.X("day:T", **day_axis([point.day for point in debts])),
        y=alt.Y("amount:Q", axis=scale.axis(), title=scale.unit, stack=None),
        color=alt.Color("series:N", scale=alt.Scale(domain=names, range=inks), legend=strokes()),
        tooltip=[
            alt.Tooltip("said_day:N", title=tongue.say("Date")),
            alt.Tooltip("series:N", title=tongue.say("Part")),
            alt.Tooltip("said:N", title=tongue.say("Amount")),
            alt.Tooltip("ltv:N", title=tongue.say("Loan to value")),
        ],
    )
    dashes = alt.StrokeDash("series:N", scale=alt.Scale(domain=names, range=[[6, 3], [1, 0]]))
    return layered(
        base.mark_area(opacity=0.12, interpolate="step-after"),
        base.mark_line(interpolate="step-after", strokeWidth=2.5).encode(strokeDash=dashes),
        base.mark_point(size=60, opacity=0),
    )
