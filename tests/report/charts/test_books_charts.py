"""Charts of the books: they draw in every language and theme, and show what they were given."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
import vl_convert

from lessor.core.dates import add_months
from lessor.report.charts.books import (
    MonthAmounts,
    MonthShares,
    Step,
    capacity_chart,
    revenue_chart,
    usage_chart,
    utilisation_chart,
)
from lessor.report.charts.frame import Spec
from lessor.report.charts.palette import Theme
from lessor.report.charts.pictures import as_svg
from lessor.report.tongues import LANGUAGES, Tongue, tongue

MONTHS = [add_months(date(2026, 1, 1), count) for count in range(36)]
REVENUE = [
    MonthAmounts(month, Decimal(4_000_000), Decimal(3_900_000) if place < 9 else None)
    for place, month in enumerate(MONTHS)
]
SHARES = [MonthShares(month, Decimal("0.9"), None) for month in MONTHS[:6]]
STEPS = [Step(MONTHS[0], MONTHS[3], Decimal(1)), Step(MONTHS[3], MONTHS[30], Decimal(4))]
DAYS = [(MONTHS[0] + timedelta(days=count), Decimal(count * 10**9)) for count in range(92)]
HOSTILE = '</script><script>alert("1")</script>'


def usage(said: Tongue, theme: Theme, meter: str = "tokens_out") -> Spec:
    return usage_chart(DAYS, meter, "token", tongue=said, theme=theme)


MADE: dict[str, Callable[[Tongue, Theme], Spec]] = {
    "revenue": lambda said, theme: revenue_chart(REVENUE, "CNY", said, theme),
    "utilisation": lambda said, theme: utilisation_chart(SHARES, said, theme),
    "capacity": lambda said, theme: capacity_chart(STEPS, "servers", said, theme),
    "usage": usage,
}


def rows_of(spec: Spec) -> list[dict]:
    return spec["datasets"][spec["data"]["name"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", MADE)
def test_every_chart_draws(name, language, theme):
    spec = MADE[name](tongue(language), theme)
    picture = as_svg(spec)
    assert picture.startswith("<svg") and "NaN" not in picture
    assert spec["description"]
    assert spec["title"]["text"] in picture


def test_revenue_shows_plan_and_bill_as_they_are():
    rows = rows_of(MADE["revenue"](tongue("en"), "light"))
    sums = {
        name: sum(row["amount"] for row in rows if row["name"] == name)
        for name in ("Plan", "Billed")
    }
    assert sums == {"Plan": 36 * 4_000_000, "Billed": 9 * 3_900_000}
    assert rows[0]["said"] == "CNY 3,900,000.00"


def test_where_nothing_is_billed_only_the_plan_is_drawn():
    planned = [row._replace(billed=None) for row in REVENUE]
    spec = revenue_chart(planned, "CNY", tongue("en"))
    assert len(spec["layer"]) == 1
    assert {row["name"] for row in rows_of(spec)} == {"Plan"}


def test_a_share_that_is_not_known_has_no_point_and_no_legend():
    spec = MADE["utilisation"](tongue("en"), "light")
    assert {row["name"] for row in rows_of(spec)} == {"Reserved of available"}
    assert spec["encoding"]["color"]["scale"]["domain"] == ["Reserved of available"]


def test_capacity_ends_with_its_last_step():
    rows = rows_of(MADE["capacity"](tongue("en"), "light"))
    assert [(row["day"], row["amount"]) for row in rows] == [
        ("2026-01-01", 1.0),
        ("2026-04-01", 4.0),
        ("2028-07-01", 4.0),
    ]


def test_usage_is_counted_in_the_unit_that_people_say():
    english, chinese = (usage(tongue(each), "light") for each in ("en", "zh-Hans"))
    assert english["encoding"]["y"]["title"] == "token, in bn"
    assert chinese["encoding"]["y"]["title"] == "token（亿）"
    assert sum(row["amount"] for row in rows_of(english)) == float(sum(each for _, each in DAYS))


def test_a_hostile_meter_is_only_text():
    svg = vl_convert.vegalite_to_svg({**usage(tongue("en"), "light", HOSTILE), "width": 400})
    assert "<script" not in svg
