"""The form of a deal has each field of each block; its sliders stay within what a term may be."""

import pytest

from lessor.app.web.deal_form import said_at, sections, sets_of, sliders
from lessor.terms.load import load_deal, with_sets
from lessor.terms.source import FileText, load_source_text
from tests.app.web.pages import EXAMPLES, example

DEALS = sorted(path.parent.name for path in EXAMPLES.glob("*/deal.yaml"))


def loaded_of(name, sets=()):
    loaded, issues = load_deal(FileText("deal.yaml", example(name)), sets)
    assert loaded is not None, issues
    return loaded


def leaves(node, path=""):
    if isinstance(node, dict):
        for name, child in node.items():
            yield from leaves(child, f"{path}.{name}" if path else name)
    elif isinstance(node, list):
        for place, child in enumerate(node):
            yield from leaves(child, f"{path}[{place}]")
    elif node is not None:
        yield path, node


@pytest.mark.parametrize("name", DEALS)
def test_every_value_of_the_file_stands_in_the_form_once(name):
    source = loaded_of(name).source
    said = [(each.path, each.said) for section in sections(source) for each in section.said]
    assert len(said) == len(dict(said))
    missing = {path for path, _ in leaves(source.tree) if path not in dict(said)}
    # A list of plain values, values under free names, and the steps of a waterfall, which are
    # short forms, have no fields of their own: they are changed in the text.
    left = {path for path in missing if ".waterfall[" not in path}
    assert all("[" in path.rpartition(".")[2] or is_free(source, path) for path in left), left


def is_free(source, path):
    from lessor.terms.fields import find
    from lessor.terms.source import parse_dotted

    above = find(parse_dotted(path)[:-1], source.tree)
    return getattr(above, "shape", None) is not None and above.shape.form == "names"


@pytest.mark.parametrize("name", DEALS)
def test_a_form_that_is_sent_as_it_came_sets_nothing(name):
    source = loaded_of(name).source
    form = {
        f"set.{each.path}": each.said.replace("\n", "\r\n")
        for section in sections(source)
        for each in (*section.said, *section.unsaid)
    }
    form |= {f"set.{each.path}": each.said for each in sliders(loaded_of(name))}
    assert sets_of(source, form) == []


@pytest.mark.parametrize("name", DEALS)
def test_both_ends_of_a_slider_can_be_set(name):
    loaded = loaded_of(name)
    found = sliders(loaded)
    assert found
    for each in found:
        assert each.low <= each.value <= each.high
        assert (each.high - each.low) / each.step <= 220
        for end in (each.low, each.high):
            source, issues = with_sets(loaded.source, [f"{each.path}={end:g}{each.suffix}"])
            assert not issues
            assert said_at(source, each.path) == f"{end:g}{each.suffix}"


def test_a_field_says_its_unit_default_and_meaning():
    source, _ = load_source_text("format: lessor/1\ndeal: A\n", "deal.yaml")
    assert source is not None
    (top,) = sections(source)
    assert [each.name for each in top.said] == ["format", "deal"]
    rate = next(each for each in top.unsaid if each.name == "npv_rate")
    assert (rate.unit, rate.default, rate.type) == ("fraction a year", "10%", "fraction")
    assert "discount rate" in rate.meaning


def test_what_is_typed_is_set_and_what_is_emptied_is_unset():
    source = loaded_of("b300-10k").source
    form = {"set.npv_rate": " 8% ", "set.hours": "", "other": "x", "set.horizon": ""}
    assert sets_of(source, form) == ["npv_rate=8%", "hours="]
    assert said_at(source, "assets.servers.residual.share") == "none"
    assert said_at(source, "no.such.path") == ""
