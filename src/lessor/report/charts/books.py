"""Charts of the books: revenue against plan, utilisation, capacity in service, usage by day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from lessor.report.charts.frame import MoneyScale, Row, Spec, finished, inline
from lessor.report.charts.palette import PARTS, Theme

if TYPE_CHECKING:
    import altair as alt

    from lessor.report.tongues import Tongue

LOW = 220
"""Height of a chart that stands among others."""


class MonthAmounts(NamedTuple):
    """A month with what was planned and what was billed of it; None: nothing is billed yet."""

    month: date
    plan: Decimal
    billed: Decimal | None


class MonthShares(NamedTuple):
    """A month with the reserved share of capacity and the used share of it; None: not known."""

    month: date
    reserved: Decimal | None
    used: Decimal | None


class Step(NamedTuple):
    """A quantity over `[start, end)`."""

    start: date
    end: date
    quantity: Decimal


def revenue_chart(
    months: Sequence[MonthAmounts], currency: str, tongue: Tongue, theme: Theme = "light"
) -> Spec:
    """Billed revenue as bars, the plan as a line over them, by month of service."""
    import altair as alt

    amounts = [float(value) for row in months for value in (row.plan, row.billed or 0)]
    scale = MoneyScale(amounts, currency, tongue)
    plan, billed = tongue.say("Plan"), tongue.say("Billed")
    rows = [
        _said(row.month, name, value, tongue.money(value, currency), tongue)
        for row in months
        for name, value in ((billed, row.billed), (plan, row.plan))
        if value is not None
    ]
    colour = _colour([billed, plan], ["rent", "costs"], theme)
    amount = alt.Y("amount:Q", title=scale.unit, axis=scale.axis())
    when, tooltip = _months(), _tooltip(tongue)
    layers = [
        alt.Chart()
        .transform_filter(f"datum.name == {_quoted(plan)}")
        .mark_line(interpolate="step-after", strokeWidth=2)
        .encode(x=when, y=amount, color=colour, tooltip=tooltip)
    ]
    if any(row.billed is not None for row in months):
        bars = (
            alt.Chart()
            .transform_filter(f"datum.name == {_quoted(billed)}")
            .mark_bar()
            .encode(x=when, y=amount, color=colour, tooltip=tooltip)
        )
        layers.insert(0, bars)
    return finished(
        alt.layer(*layers, data=inline(rows)),
        title=tongue.say("Revenue by month, {unit}", unit=scale.unit),
        description=tongue.say("Billed revenue by month of service as bars, the plan as a line."),
        theme=theme,
    )


def utilisation_chart(
    months: Sequence[MonthShares], tongue: Tongue, theme: Theme = "light"
) -> Spec:
    """The reserved share of available hours and the used share of reserved ones, by month."""
    import altair as alt

    reserved, used = tongue.say("Reserved of available"), tongue.say("Used of reserved")
    rows = [
        _said(row.month, name, value, tongue.percent(value, 1), tongue)
        for row in months
        for name, value in ((reserved, row.reserved), (used, row.used))
        if value is not None
    ]
    inks = {reserved: "owners", used: "costs"}
    shown = [name for name in inks if any(row["name"] == name for row in rows)]
    chart = (
        alt.Chart(inline(rows))
        .mark_line(point=True, strokeWidth=2)
        .encode(
            x=_months(),
            y=alt.Y("amount:Q", title=None, axis=alt.Axis(format="%"), scale=alt.Scale(zero=True)),
            color=_colour(shown, [inks[name] for name in shown], theme),
            strokeDash=alt.StrokeDash("name:N", sort=[reserved, used], legend=None),
            tooltip=_tooltip(tongue),
        )
    )
    spec = finished(
        chart,
        title=tongue.say("Utilisation by month"),
        description=tongue.say(
            "Share of available GPU hours that leases reserve, and share of those that was used."
        ),
        theme=theme,
    )
    return {**spec, "height": LOW}


def capacity_chart(
    steps: Sequence[Step], unit: str, tongue: Tongue, theme: Theme = "light"
) -> Spec:
    """Capacity in service by date, as steps."""
    import altair as alt

    rows = [_step(step.start, step, tongue) for step in steps]
    if steps:
        rows.append(_step(steps[-1].end, steps[-1], tongue))
    chart = (
        alt.Chart(inline(rows))
        .mark_area(
            interpolate="step-after",
            line={"stroke": PARTS[theme]["rent"], "strokeWidth": 2},
            fill=PARTS[theme]["rent"],
            fillOpacity=0.35,
        )
        .encode(
            x=alt.X("day:T", title=None, scale=alt.Scale(type="utc"), axis=_days()),
            y=alt.Y("amount:Q", title=unit, axis=alt.Axis(tickMinStep=1)),
            tooltip=[
                alt.Tooltip("when:N", title=tongue.say("From")),
                alt.Tooltip("said:N", title=unit),
            ],
        )
    )
    spec = finished(
        chart,
        title=tongue.say("Capacity in service, {unit}", unit=unit),
        description=tongue.say("Capacity in service by date; it steps where lots are accepted."),
        theme=theme,
    )
    return {**spec, "height": LOW}


def usage_chart(
    days: Sequence[tuple[date, Decimal]],
    meter: str,
    unit: str,
    *,
    tongue: Tongue,
    theme: Theme = "light",
) -> Spec:
    """What one meter counted, a bar for each day."""
    import altair as alt

    scale, said_unit = _scaled([float(quantity) for _, quantity in days], unit, tongue)
    rows: list[Row] = [
        {
            "day": day.isoformat(),
            "amount": float(quantity),
            "said": tongue.number(quantity, 3 if quantity % 1 else 0),
            "when": tongue.day(day),
        }
        for day, quantity in days
    ]
    chart = (
        alt.Chart(inline(rows))
        .mark_bar(color=PARTS[theme]["rent"])
        .encode(
            x=_time("day", "utcyearmonthdate", _days()),
            y=alt.Y("amount:Q", title=said_unit, axis=alt.Axis(labelExpr=scale)),
            tooltip=[
                alt.Tooltip("when:N", title=tongue.say("Day")),
                alt.Tooltip("said:N", title=meter),
            ],
        )
    )
    spec = finished(
        chart,
        title=tongue.say("{meter} by day", meter=meter),
        description=tongue.say("What {meter} counted on each day.", meter=meter),
        theme=theme,
    )
    return {**spec, "height": LOW}


def _said(month: date, name: str, value: Decimal, said: str, tongue: Tongue) -> Row:
    return {
        "month": month.isoformat(),
        "name": name,
        "amount": float(value),
        "said": said,
        "when": tongue.month(month),
    }


def _step(day: date, step: Step, tongue: Tongue) -> Row:
    return {
        "day": day.isoformat(),
        "amount": float(step.quantity),
        "said": tongue.number(step.quantity),
        "when": tongue.day(step.start),
    }


def _tooltip(tongue: Tongue) -> list[Any]:
    import altair as alt

    return [
        alt.Tooltip("when:N", title=tongue.say("Month")),
        alt.Tooltip("name:N", title=tongue.say("What")),
        alt.Tooltip("said:N", title=tongue.say("Value")),
    ]


def _colour(names: Sequence[str], parts: Sequence[str], theme: Theme) -> alt.Color:
    import altair as alt

    inks = [PARTS[theme][part] for part in parts]
    return alt.Color("name:N", scale=alt.Scale(domain=list(names), range=inks))


def _scaled(amounts: Sequence[float], unit: str, tongue: Tongue) -> tuple[str, str]:
    """The labels of an axis in thousands of what is counted, and what it then is titled."""
    divisor, short = tongue.short_unit(max(amounts, default=0.0), "")
    labels = f"format(datum.value / {divisor:f}, ',.6~r')"
    if not short.strip():
        return labels, unit
    return labels, tongue.say("{unit}, in {scale}", unit=unit, scale=short.strip())


def _months() -> alt.X:
    import altair as alt

    axis = alt.Axis(format="%Y-%m", labelAngle=0, grid=False, labelOverlap=True)
    return _time("month", "utcyearmonth", axis)


def _time(name: str, unit: Literal["utcyearmonth", "utcyearmonthdate"], axis: alt.Axis) -> alt.X:
    """An axis of stretches of time: each value stands for the whole of its month or day."""
    import altair as alt

    scale = alt.Scale(type="utc")
    return alt.X(f"{name}:T", timeUnit=unit, title=None, scale=scale, axis=axis)


def _days() -> alt.Axis:
    import altair as alt

    return alt.Axis(format="%Y-%m-%d", labelAngle=0, grid=False, labelOverlap=True, tickCount=6)


def _quoted(text: str) -> str:
    """A text within an expression of the chart's language."""
    import json

    return json.dumps(text, ensure_ascii=False)
