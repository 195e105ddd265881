"""A claim's figure under every reading of it, against what was claimed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lessor.forecast.metric_table import METRIC
from lessor.report.charts.frame import MoneyScale, Row, Spec, finished, inline, layered
from lessor.report.charts.palette import INKS, PARTS, Theme
from lessor.report.said import metric_name, unit_value
from lessor.report.tongues import Tongue, msg

if TYPE_CHECKING:
    import altair as alt

    from lessor.forecast.claims import ClaimResult, ReadingResult

VERDICTS = {
    "holds": msg("holds"),
    "holds_in_part": msg("holds in part"),
    "does_not_hold": msg("does not hold"),
    "cannot_be_told": msg("cannot be told"),
}
"""How each verdict is said."""

INK_OF = {
    "holds": "rent",
    "holds_in_part": "sale",
    "does_not_hold": "interest",
    "cannot_be_told": "other",
}
SHAPE_OF = {
    "holds": "circle",
    "holds_in_part": "diamond",
    "does_not_hold": "cross",
    "cannot_be_told": "square",
}
ROW_HEIGHT, AROUND = 26, 130


def claim_readings(
    claim: ClaimResult, currency: str, tongue: Tongue, theme: Theme = "light"
) -> Spec | None:
    """A bar from the lowest to the highest figure of each reading, and the figure claimed.

    A reading without a figure stands as words. None where no reading has one.
    """
    told = [reading for reading in claim.readings if _ends(reading)]
    if not told:
        return None
    unit = METRIC[claim.metric].unit
    sought = unit_value(unit, float(claim.sought.value), currency, tongue)
    counts = sum(reading.verdict == "holds" for reading in claim.readings)
    spec = finished(
        _Chart(claim, currency, tongue, theme).drawn(),
        title=tongue.say("{figure} under every reading", figure=metric_name(claim.metric, tongue)),
        description=tongue.say(
            "One row for each reading of the claim, against the {sought} that was claimed; it "
            "holds in {counts} of {all}.",
            sought=sought,
            counts=counts,
            all=len(claim.readings),
        ),
        theme=theme,
    )
    spec["height"] = ROW_HEIGHT * len(claim.readings) + AROUND
    return spec


def reading_name(reading: ReadingResult) -> str:
    """A reading as the claim's file names it, in words."""
    return reading.name.replace("_", " ")


def _ends(reading: ReadingResult) -> list[float]:
    return [end for end in (reading.low, reading.high) if end is not None]


class _Chart:
    def __init__(self, claim: ClaimResult, currency: str, tongue: Tongue, theme: Theme) -> None:
        self.claim, self.currency, self.tongue, self.theme = claim, currency, tongue, theme
        self.unit = METRIC[claim.metric].unit

    def drawn(self) -> alt.LayerChart:
        import altair as alt

        rows = alt.Chart(inline(self._rows())).encode(
            y=alt.Y(
                "reading:N",
                sort=[reading_name(reading) for reading in self.claim.readings],
                title=None,
                axis=alt.Axis(labelLimit=240, ticks=False, grid=True),
            ),
            tooltip=[
                alt.Tooltip("reading:N", title=self.tongue.say("Reading")),
                alt.Tooltip("story:N", title=self.tongue.say("That is")),
                alt.Tooltip("said:N", title=metric_name(self.claim.metric, self.tongue)),
                alt.Tooltip("verdict:N", title=self.tongue.say("Verdict")),
            ],
        )
        told = rows.transform_filter("isValid(datum.low)")
        bars = told.mark_bar(height=8, cornerRadius=3).encode(
            x=self._x(), x2=alt.X2("high:Q"), color=self._colour()
        )
        ends = [
            told.mark_point(filled=True, size=90, opacity=1).encode(
                x=alt.X(f"{end}:Q"), color=self._colour(), shape=self._shape()
            )
            for end in ("low", "high")
        ]
        return layered(self._claimed(), bars, *ends, *self._words(rows, told))

    def _words(self, rows: alt.Chart, told: alt.Chart) -> Iterator[alt.Chart]:
        """Readings without a figure at one end, or at both, stand as words."""
        import altair as alt

        ink = INKS[self.theme].faint
        counts = {len(_ends(reading)) for reading in self.claim.readings}
        if 1 in counts:
            endless = told.transform_filter("datum.endless")
            words = endless.mark_text(align="left", dx=8, color=ink)
            yield words.encode(x=alt.X("high:Q"), text="note:N")
        if 0 in counts:
            untold = rows.transform_filter("!isValid(datum.low)")
            words = untold.mark_text(align="left", color=ink, fontStyle="italic")
            yield words.encode(x=alt.value(6), text="note:N")

    def _claimed(self) -> alt.LayerChart:
        """What was claimed, with how far off still counts."""
        import altair as alt

        sought = self.claim.sought
        value, about = float(sought.value), float(sought.about)
        ink = INKS[self.theme]
        base = alt.Chart(inline([{"claimed": value, "from": value - about, "to": value + about}]))
        band = base.mark_rect(color=PARTS[self.theme]["costs"], opacity=0.25)
        line = base.mark_rule(color=ink.text, strokeWidth=1.5, strokeDash=[5, 3])
        text = base.mark_text(align="left", dx=5, dy=-4, baseline="bottom", color=ink.text)
        said = self.tongue.say(
            "claimed: {value}", value=unit_value(self.unit, value, self.currency, self.tongue)
        )
        return layered(
            band.encode(x=alt.X("from:Q"), x2=alt.X2("to:Q")),
            line.encode(x=alt.X("claimed:Q")),
            text.encode(x=alt.X("claimed:Q"), y=alt.value(0), text=alt.value(said)),
        )

    def _x(self) -> alt.X:
        import altair as alt

        scale = alt.Scale(zero=True, nice=True)
        if self.unit.startswith("money"):
            ends = [end for reading in self.claim.readings for end in _ends(reading)]
            money = MoneyScale(ends, self.currency, self.tongue)
            return alt.X("low:Q", title=money.unit, axis=money.axis(), scale=scale)
        title = self.tongue.say("years") if self.unit == "years" else None
        axis = alt.Axis(format=".1~%") if self.unit.startswith("fraction") else alt.Axis()
        return alt.X("low:Q", title=title, axis=axis, scale=scale)

    def _colour(self) -> alt.Color:
        import altair as alt

        names = [self.tongue.say(said) for said in VERDICTS.values()]
        inks = [PARTS[self.theme][INK_OF[verdict]] for verdict in VERDICTS]
        return alt.Color("verdict:N", scale=alt.Scale(domain=names, range=inks), sort=names)

    def _shape(self) -> alt.Shape:
        import altair as alt

        names = [self.tongue.say(said) for said in VERDICTS.values()]
        shapes = [SHAPE_OF[verdict] for verdict in VERDICTS]
        return alt.Shape("verdict:N", scale=alt.Scale(domain=names, range=shapes), sort=names)

    def _rows(self) -> Iterator[Row]:
        for reading in self.claim.readings:
            ends = _ends(reading)
            yield {
                "reading": reading_name(reading),
                "story": reading.story,
                "verdict": self.tongue.say(VERDICTS[reading.verdict]),
                "low": min(ends, default=None),
                "high": max(ends, default=None),
                "said": self._range(reading),
                "endless": len(ends) == 1,
                "note": self.tongue.say("no end") if len(ends) == 1 else self.tongue.say("none"),
            }

    def _range(self, reading: ReadingResult) -> str:
        unit = METRIC[reading.metric].unit
        low, high = (
            unit_value(unit, end, self.currency, self.tongue) for end in (reading.low, reading.high)
        )
        return low if low == high else self.tongue.say("{low} to {high}", low=low, high=high)
