"""The page of a memo: whole by itself, asking for nothing from outside, names never markup."""

import json
import re
from functools import cache
from html.parser import HTMLParser

import pytest

from lessor.report.charts.pictures import script
from lessor.report.memo.compose import memo_of
from lessor.report.memo.html import memo_page
from lessor.report.memo.model import Chart
from lessor.report.tongues import LANGUAGES
from tests.report.memo.studied import FORMULA, MARKUP, SCRIPT, blocks, hostile_study, memo_for

ADDRESS = re.compile(r"url\(\s*['\"]?(?!#)[^)]", re.IGNORECASE)
ASKING = {"src", "href", "srcset", "action", "poster", "data", "xlink:href", "formaction"}
FETCHING = {"link", "iframe", "object", "embed", "audio", "video", "source", "base", "img"}


class Seen(HTMLParser):
    """What a page holds: tags, addresses, styles, scripts by type, and text."""

    def __init__(self):
        super().__init__()
        self.tags, self.addresses, self.policy = [], [], ""
        self.ids, self.scripts, self.styles, self.words = [], [], [], []
        self.inside = ""

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        self.tags.append(tag)
        self.ids += [said["id"]] if "id" in said else []
        self.addresses += [value for name, value in attrs if name in ASKING]
        self.styles += [said["style"]] if "style" in said else []
        if said.get("http-equiv") == "Content-Security-Policy":
            self.policy = said["content"]
        self.inside = f"{tag} {said.get('type', '')}".strip() if tag in ("script", "style") else tag

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        if self.inside.startswith("script"):
            self.scripts.append((self.inside, data))
        elif self.inside == "style":
            self.styles.append(data)
        else:
            self.words.append(data)


def seen(page):
    found = Seen()
    found.feed(page)
    return found


@cache
def bundle():
    return script()


@cache
def page_of(names, language="en"):
    return memo_page(memo_for(names, language), bundle())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_asks_for_nothing_from_outside(language):
    found = seen(page_of(("b300-10k",), language))
    assert all(address.startswith("#") for address in found.addresses)
    assert not FETCHING & set(found.tags)
    assert not any(ADDRESS.search(style) or "@import" in style for style in found.styles)
    assert "default-src 'none'" in found.policy and "unsafe-eval" not in found.policy


def test_every_chart_is_in_the_page_with_its_words_and_its_still_picture():
    memo, found = memo_for(("b300-10k",)), seen(page_of(("b300-10k",)))
    specs = [json.loads(text) for kind, text in found.scripts if kind == "script application/json"]
    assert specs == [block.spec for block in blocks(memo) if isinstance(block, Chart)]
    assert page_of(("b300-10k",)).count("<noscript><svg") == len(specs) == 7
    running = [text for kind, text in found.scripts if kind == "script"]
    assert "vegaEmbed" in running[0] and "ast: true" in running[1]


def test_contents_lead_to_sections_that_are_there():
    found = seen(page_of(("b300-10k", "h200-64")))
    targets = [address.removeprefix("#") for address in found.addresses]
    assert len(targets) > 15 and set(targets) <= set(found.ids)
    assert len(found.ids) == len(set(found.ids))


def test_hostile_names_are_shown_and_never_run():
    page = memo_page(memo_of([hostile_study()], "en"), bundle())
    found = seen(page)
    assert SCRIPT not in page.replace("\\u003c", "<lt>")
    words = " ".join(found.words)
    assert SCRIPT in words and FORMULA in words and MARKUP in words
    assert len([kind for kind, _ in found.scripts if kind == "script"]) == 2


def test_figures_of_the_page_are_those_of_the_memo():
    words = " ".join(seen(page_of(("b300-10k",))).words)
    for figure in ("CNY 7.00bn", "-26.66%", "1.041x", "4.83 years", "99.12%"):
        assert figure in words
