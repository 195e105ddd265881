"""Every chart of every example is a Vega-Lite chart, can be drawn, and says what it is."""

import json
import re

import altair as alt
import pytest

from lessor.report.charts.pictures import as_svg, script
from lessor.report.tongues import LANGUAGES
from tests.report.charts.drawn import DEALS, charts_of, rows_of

CJK = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("name", DEALS)
def test_charts_are_by_the_schema_and_can_be_drawn(name):
    charts = charts_of(name)
    # A contract that was never performed moves no cash; every other deal shows some.
    assert charts or name == "pflops-1545/deal.yaml"
    for title, spec in charts.items():
        alt.Chart.from_dict(spec)
        assert as_svg(spec, width=420).startswith("<svg"), title


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_charts_speak_the_language_of_the_reader(language, theme):
    charts = charts_of("b300-10k/deal.yaml", language, theme)
    assert set(charts) == {"cash", "tornado", "debt ", "cover ", "heat", "claim"}
    for title, spec in charts.items():
        assert bool(CJK.search(spec["title"]["text"])) == (language != "en"), title
        assert bool(CJK.search(spec["description"])) == (language != "en"), title
        drawn = as_svg(spec)
        assert "NaN" not in drawn and "undefined" not in drawn and "null" not in drawn


@pytest.mark.parametrize(
    "name", ["b300-10k/deal.yaml", "ddtl-4/deal.yaml", "token-share/deal.yaml"]
)
def test_a_chart_is_the_same_each_time_and_names_no_address(name):
    first, second = charts_of(name), charts_of(name)
    assert json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)
    assert "://" not in json.dumps(first)


def test_the_script_holds_what_shows_charts_and_cannot_end_its_own_tag():
    text = script()
    assert "vegaEmbed" in text
    assert "</script" not in text.lower()


def test_names_of_a_deal_are_texts_and_no_expressions():
    spec = charts_of("ddtl-4/deal.yaml")["cash"]
    assert all("datum" not in str(row) for row in rows_of(spec))
