"""The cash waterfall by year: what comes in, what goes out, and what is left to the owners."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from lessor.forecast.cash_years import PARTS, CashYear, cash_years
from lessor.report.charts.frame import MoneyScale, Row, Spec, finished, inline, layered
from lessor.report.charts.palette import INKS, Theme
from lessor.report.charts.palette import PARTS as COLOURS
from lessor.report.tongues import Tongue, msg

if TYPE_CHECKING:
    import altair as alt

    from lessor.forecast.underwriting import Underwriting

NAMES = {
    "rent": msg("Rent"),
    "sale": msg("Sale of assets"),
    "deposits": msg("Deposits"),
    "support": msg("Put in by the owners"),
    "accounts": msg("Kept on or taken from accounts"),
    "costs": msg("Running costs"),
    "taxes": msg("Taxes"),
    "interest": msg("Interest and fees"),
    "principal": msg("Principal"),
    "to_owners": msg("To the owners"),
}
"""What each part of a year's cash is called."""

COLOUR_OF = {"deposits": "sale", "support": "owners", "accounts": "other", "to_owners": "owners"}


class _Years(NamedTuple):
    """The years with the parts that have any cash, and how they are said."""

    years: Sequence[CashYear]
    parts: Sequence[str]
    currency: str
    tongue: Tongue

    def rows(self, parts: Sequence[str]) -> Iterator[Row]:
        """A row for each part of each year; amounts are in the currency itself."""
        for year in self.years:
            for place, part in enumerate(parts):
                amount = getattr(year, part)
                yield {
                    "year": str(year.year),
                    "part": self.tongue.say(NAMES[part]),
                    "order": place,
                    "amount": amount,
                    "said": self.tongue.short_money(amount, self.currency),
                }


def cash_by_year(result: Underwriting, tongue: Tongue, theme: Theme = "light") -> Spec | None:
    """Bars of what comes in and goes out by calendar year, and a line of what owners get.

    None where no cash moves after the assets are paid for.
    """
    years = cash_years(result.plan)
    parts = [part for part in PARTS if any(getattr(year, part) for year in years)]
    if not parts:
        return None
    found = _Years(years, parts, result.loaded.deal.currency, tongue)
    scale = MoneyScale(_heights(years), found.currency, tongue)
    return finished(
        _drawn(found, scale, theme),
        title=tongue.say("Cash by year, {unit}", unit=scale.unit),
        description=tongue.say(
            "Bars by calendar year: rent and other receipts upwards; costs, taxes and debt service "
            "downwards. The line is the cash to the owners: {first} in {first_year}, {last} in "
            "{last_year}.",
            first=tongue.short_money(years[0].to_owners, found.currency),
            first_year=years[0].year,
            last=tongue.short_money(years[-1].to_owners, found.currency),
            last_year=years[-1].year,
        ),
        theme=theme,
    )


def _heights(years: Sequence[CashYear]) -> Iterator[float]:
    """How high each year's bars reach to either side."""
    for year in years:
        amounts = [getattr(year, part) for part in PARTS]
        yield sum(amount for amount in amounts if amount > 0)
        yield sum(amount for amount in amounts if amount < 0)


def _drawn(found: _Years, scale: MoneyScale, theme: Theme) -> alt.LayerChart:
    import altair as alt

    shown = [*found.parts, "to_owners"]
    names = [found.tongue.say(NAMES[part]) for part in shown]
    inks = [COLOURS[theme][COLOUR_OF.get(part, part)] for part in shown]
    page = INKS[theme].page
    encoded: dict[str, Any] = {
        "x": alt.X("year:O", axis=alt.Axis(labelAngle=0, title=None)),
        "y": alt.Y("amount:Q", axis=scale.axis(), title=scale.unit, scale=alt.Scale(padding=6)),
        "color": alt.Color("part:N", scale=alt.Scale(domain=names, range=inks)),
        "tooltip": _tooltip(found.tongue),
    }
    bars = alt.Chart(inline(found.rows(found.parts))).encode(**encoded)
    left = alt.Chart(inline(found.rows(["to_owners"]))).encode(**encoded)
    return layered(
        bars.mark_bar(stroke=page, strokeWidth=0.6).encode(order=alt.Order("order:Q")),
        left.mark_line(strokeWidth=2),
        left.mark_point(filled=True, size=70, opacity=1, stroke=page, strokeWidth=1),
    )


def _tooltip(tongue: Tongue) -> list[alt.Tooltip]:
    import altair as alt

    return [
        alt.Tooltip("year:O", title=tongue.say("Year")),
        alt.Tooltip("part:N", title=tongue.say("Part")),
        alt.Tooltip("said:N", title=tongue.say("Amount")),
    ]
