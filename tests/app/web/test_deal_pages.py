"""The pages of deals: taken in, moved, asked, kept, compared, signed; and what they refuse."""

import html
import json
import re
from urllib.parse import unquote

import pytest

from lessor.app.commands.underwrite import underwrite
from lessor.report.said import metric_value
from lessor.report.tongues import tongue
from lessor.terms.source import FileText, load_source_text
from tests.app.web.pages import EXAMPLES, HOSTILE, browsing_new_store, example

RENT = "leases.anchor.charges.base.amount"
PARTIAL = {"hx-request": "true"}
B300 = "/deals/b300"


@pytest.fixture
def browser(tmp_path):
    with browsing_new_store(tmp_path / "store") as made:
        yield made


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A browser over a store that keeps a deal; tests with it keep nothing themselves."""
    with browsing_new_store(tmp_path_factory.mktemp("deals") / "store") as made:
        take(made, example("b300-10k"), name="b300")
        yield made


def take(browser, text, **fields):
    return browser.post("/deals/new", data={"text": text, **fields})


def plain(text: str) -> str:
    """What a page says, without its marks."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text)))


def values(result, language="en"):
    """Every metric in words."""
    metrics, currency = result.metrics, result.loaded.deal.currency
    return [metric_value(name, metrics[name], currency, tongue(language)) for name in metrics]


def test_an_empty_store_says_what_to_do(browser):
    shown = browser.get("/deals").text
    assert "No deal is kept yet" in shown
    assert 'href="/deals/new"' in shown


def test_the_starter_can_be_kept_as_it_stands(browser):
    form = browser.get("/deals/new").text
    text = html.unescape(one(r"(?s)<textarea[^>]*>\n?(.*?)</textarea>", form))
    shown = take(browser, text)
    assert (shown.status_code, shown.url.path) == (200, "/deals/my-first-deal")
    assert "My first deal" in browser.get("/deals").text


def test_a_file_is_kept_as_it_is_to_the_last_sign(browser):
    content = ("\ufeff" + example("h200-64")).replace("\n", "\r\n").encode()
    files = {"file": ("my deal.yaml", content, "application/yaml")}
    shown = browser.post("/deals/new", files=files, data={"name": "算力 / 一期", "text": "ignored"})
    assert unquote(shown.url.path) == "/deals/算力-一期"
    assert browser.get("/deals/算力-一期/file").content == content.removeprefix("\ufeff".encode())


@pytest.mark.parametrize("name", ["b300-10k", "ddtl-4", "spv-finance-lease", "token-share"])
def test_every_figure_of_the_page_is_the_engines(browser, name):
    shown = take(browser, example(name), name="one")
    assert shown.status_code == 200
    found = underwrite(str(EXAMPLES / name / "deal.yaml")).result
    for value in values(found):
        assert value in plain(shown.text)


def test_faults_are_shown_by_line_and_nothing_is_kept(browser):
    text = example("b300-10k").replace("npv_rate: 10%", "npv_rate: 10")
    shown = take(browser, text, note="mine")
    assert shown.status_code == 422
    assert "percent-as-number" in shown.text
    assert re.search(r"line \d+", shown.text)
    assert 'value="mine"' in shown.text
    assert html.unescape(shown.text).count("npv_rate: 10 ") == 1
    assert "No deal is kept yet" in browser.get("/deals").text


@pytest.mark.parametrize("content", [b"\xff\xfe", b"", b"\x00", "x: 算力".encode("gbk")])
def test_a_file_that_is_no_text_is_refused(browser, content):
    shown = browser.post("/deals/new", files={"file": ("deal.yaml", content)})
    assert shown.status_code == 422
    assert 'class="issue error"' in shown.text


def one(pattern, text):
    """What the first group of a pattern finds."""
    found = re.search(pattern, text)
    assert found is not None, pattern
    return found[1]


def tree_of(text):
    """What a deal file says."""
    source, _ = load_source_text(text, "")
    assert source is not None
    return dict(source.tree)


def move(browser, path="", **terms):
    told = {f"set.{name.replace('__', '.')}": value for name, value in terms.items()}
    return browser.post(f"{B300}{path}", data={"version": "1", **told}, headers=PARTIAL)


def moved_rent(browser, value, path=""):
    data = {"version": "1", f"set.{RENT}": value}
    return browser.post(f"{B300}{path}", data=data, headers=PARTIAL)


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_a_moved_term_is_answered_with_the_figures_alone(kept, language):
    shown = kept.post(
        f"{B300}?language={language}",
        data={"version": "1", f"set.{RENT}": "1_500_000_000"},
        headers=PARTIAL,
    )
    kept.cookies.delete("lessor-language")
    found = underwrite(FileText("d", example("b300-10k")), [f"{RENT}=1_500_000_000"]).result
    assert shown.status_code == 200
    assert "<html" not in shown.text
    for value in values(found, language):
        assert value in plain(shown.text)


def test_terms_that_are_not_moved_are_not_set(kept):
    page = kept.get(B300).text
    fields = dict(re.findall(r'<input [^>]*name="(set\.[^"]*)" value="([^"]*)"', page))
    assert len(fields) > 60
    told = {name: html.unescape(value) for name, value in fields.items()}
    shown = kept.post(B300, data={"version": "1", **told}, headers=PARTIAL)
    assert "Terms moved" not in shown.text
    told[f"set.{RENT}"] = "1.5e9"
    shown = kept.post(B300, data={"version": "1", **told}, headers=PARTIAL)
    assert "Terms moved: 1." in shown.text


def test_a_fault_names_its_field(kept):
    shown = move(kept, npv_rate="8")
    assert shown.status_code == 422
    assert 'data-issue-field="npv_rate"' in shown.text
    assert move(kept, "/charts", npv_rate="8").status_code == 204
    assert move(kept, "", nothing__there="8").status_code == 422
    shown = kept.post(B300, data={"further": "no equals"}, headers=PARTIAL)
    assert "set-malformed" in shown.text


def test_without_a_script_the_form_gives_the_whole_page_with_what_was_typed(kept):
    shown = kept.post(B300, data={"version": "1", "set.npv_rate": "8"})
    assert shown.status_code == 422
    assert 'name="set.npv_rate" value="8"' in shown.text
    shown = kept.post(B300, data={"version": "1", "further": "leases.anchor.deposit.months=2"})
    assert shown.status_code == 200
    assert "leases.anchor.deposit.months=2</textarea>" in shown.text


def test_the_charts_are_data_that_no_text_can_end(browser):
    text = example("ddtl-4").replace("facilities:", "facilities:", 1)
    take(browser, text, name="ddtl")
    shown = browser.post("/deals/ddtl/charts", headers=PARTIAL).text
    found = re.findall(r'<script type="application/json">(.*?)</script>', shown, re.S)
    assert len(found) >= 3
    for each in found:
        specification = json.loads(each)
        assert "title" not in specification
        assert specification["description"]
        assert "<" not in each


def test_the_shade_of_the_charts_is_the_readers(kept):
    light = kept.post(f"{B300}/charts", headers=PARTIAL).text
    kept.cookies.set("lessor-shade", "dark")
    dark = kept.post(f"{B300}/charts", headers=PARTIAL).text
    kept.cookies.delete("lessor-shade")
    assert light != dark


def test_a_term_is_solved_for_and_can_be_taken_over(kept):
    data = {"vary": RENT, "metric": "irr_equity", "sense": "=", "target": "12%"}
    shown = kept.post(f"{B300}/solve", data=data, headers=PARTIAL)
    value = one(r'data-value="([^"]*)"', shown.text)
    again = underwrite(FileText("d", example("b300-10k")), [f"{RENT}={value}"]).result
    assert again is not None
    assert again.metrics["irr_equity"] == pytest.approx(0.12, abs=1e-6)
    for wrong in ({"target": "x"}, {"vary": "nothing"}, {"metric": "nothing"}, {"sense": "!"}):
        shown = kept.post(f"{B300}/solve", data={**data, **wrong}, headers=PARTIAL)
        assert (shown.status_code, 'class="issue error"' in shown.text) == (422, True)


def test_a_figure_is_explained_with_the_terms_as_moved(kept):
    data = {f"set.{RENT}": "1.5e9", "figure": "rent_total"}
    shown = kept.post(f"{B300}/explain", data=data, headers=PARTIAL)
    assert "7,500,000,000" in shown.text
    data = {"figure": "rent_received", "period": "2026-06"}
    assert "2026-06" in kept.post(f"{B300}/explain", data=data, headers=PARTIAL).text
    shown = kept.post(f"{B300}/explain", data={"figure": "nothing"}, headers=PARTIAL)
    assert (shown.status_code, "unknown-figure" in shown.text) == (422, True)


def test_every_number_of_the_months_leads_to_its_explanation(kept):
    shown = kept.post(f"{B300}/months", headers=PARTIAL).text
    asked = set(re.findall(r'data-explain="(\w+)" data-period="2026-06"', shown))
    assert {"rent_received", "cfads", "debt_outstanding"} <= asked
    for figure in asked:
        data = {"figure": figure, "period": "2026-06"}
        assert kept.post(f"{B300}/explain", data=data, headers=PARTIAL).status_code == 200, figure


def test_what_moves_a_figure(kept):
    shown = kept.post(f"{B300}/drivers", data={"metric": "dscr_min"}, headers=PARTIAL).text
    assert shown.count("application/json") == 2
    shown = kept.post(f"{B300}/drivers", data={"metric": "nothing"}, headers=PARTIAL)
    assert shown.status_code == 422


def test_a_claim_is_checked_against_the_deal_as_moved(kept):
    claim = (EXAMPLES / "b300-10k/claim.yaml").read_text(encoding="utf-8")
    shown = kept.post(f"{B300}/claim", data={"text": claim}, headers=PARTIAL)
    assert "does not hold" in shown.text
    assert shown.text.count("<tr>") > 15
    files = {"file": ("claim.yaml", claim.encode())}
    again = kept.post(f"{B300}/claim", files=files, headers=PARTIAL)
    assert again.text == shown.text
    moved = kept.post(f"{B300}/claim", data={"text": claim, "set.npv_rate": "8%"}, headers=PARTIAL)
    assert moved.status_code == 200
    shown = kept.post(f"{B300}/claim", data={"text": "format: lessor-claim/1"}, headers=PARTIAL)
    assert shown.status_code == 422


def test_a_version_is_kept_with_its_comments_and_stands_beside_the_first(browser):
    take(browser, example("b300-10k"), name="b300", note="as published")
    data = {"version": "1", f"set.{RENT}": "1_500_000_000", "note": "a higher rent"}
    shown = browser.post(f"{B300}/save", data=data)
    assert "Version 2, saved on" in shown.text
    assert "a higher rent" in shown.text
    text = browser.get(f"{B300}/file").text
    assert text == example("b300-10k").replace("1_450_000_000", "1_500_000_000")
    assert browser.get(f"{B300}/file?version=1").text == example("b300-10k")
    compared = browser.get(f"{B300}/compare").text
    assert "CNY 7.25bn" in compared
    assert "CNY 7.50bn" in compared
    assert re.search(r"<del>-.*1_450_000_000", compared)
    assert re.search(r"<ins>\+.*1_500_000_000", compared)
    same = browser.get(f"{B300}/compare?one=2&other=2").text
    assert "The texts are the same." in same


def test_a_version_made_from_an_older_one_is_refused_and_what_was_typed_stays(browser):
    take(browser, example("b300-10k"), name="b300")
    browser.post(f"{B300}/save", data={"version": "1", "set.npv_rate": "9%"})
    shown = browser.post(f"{B300}/save", data={"version": "1", "set.npv_rate": "8%"})
    assert (shown.status_code, "records-changed" in shown.text) == (422, True)
    assert 'value="8%"' in shown.text
    assert browser.get(f"{B300}/file").text.count("npv_rate: 9%") == 1


def test_the_text_is_edited_and_its_faults_are_told(browser):
    take(browser, example("b300-10k"), name="b300")
    data = {"version": "1", "text": example("b300-10k") + "nothing: 1\r\n"}
    shown = browser.post(f"{B300}/text", data=data)
    assert (shown.status_code, "unknown-field" in shown.text) == (422, True)
    data["text"] = example("b300-10k").replace("npv_rate: 10%", "npv_rate: 9%")
    assert "Version 2" in browser.post(f"{B300}/text", data=data).text


def test_signing_books_the_leases_of_the_version_that_is_kept(browser):
    take(browser, example("b300-10k"), name="b300")
    shown = browser.post(f"{B300}/sign", data={"version": "1", f"set.{RENT}": "9"})
    assert shown.status_code == 200
    assert 'href="/leases/one?id=anchor"' in shown.text
    assert "CNY 7,250,000,000.00" in shown.text
    assert "Unchanged" in browser.post(f"{B300}/sign", data={"version": "1"}).text
    changed = browser.post(f"{B300}/save", data={"version": "1", f"set.{RENT}": "1.5e9"})
    assert changed.status_code == 200
    shown = browser.post(f"{B300}/sign", data={"version": "2", "from_beginning": "yes"})
    assert "Corrected" in shown.text
    refused = browser.post(f"{B300}/sign", data={"version": "2", "effective": "someday"})
    assert (refused.status_code, "date-malformed" in refused.text) == (422, True)


def test_a_text_of_several_lines_is_not_moved_by_a_form(browser):
    take(browser, example("token-lease"), name="one")
    page = browser.get("/deals/one").text
    fields = dict(re.findall(r'<input [^>]*name="(set\.[^"]*)" value="([^"]*)"', page))
    areas = re.findall(r'<textarea [^>]*name="(set\.[^"]*)"[^>]*>\n(.*?)</textarea>', page, re.S)
    assert areas
    # As a browser sends it.
    told = {name: html.unescape(value) for name, value in fields.items()}
    told |= {name: html.unescape(value).replace("\n", "\r\n") for name, value in areas}
    shown = browser.post("/deals/one", data={"version": "1", **told}, headers=PARTIAL)
    assert "Terms moved" not in shown.text
    told["set.npv_rate"] = "9%"
    browser.post("/deals/one/save", data={"version": "1", **told})
    lessor = tree_of(browser.get("/deals/one/file").text)["lessor"]
    assert lessor == tree_of(example("token-lease"))["lessor"]


@pytest.mark.parametrize(("kind", "begins"), [("pdf", b"%PDF"), ("html", b"<!doctype html>")])
def test_a_report_of_the_deal_as_moved_in_the_readers_language(kept, kind, begins):
    path = f"{B300}/report/{kind}?language=en"
    shown = kept.post(path, data={f"set.{RENT}": "1.5e9"})
    kept.cookies.delete("lessor-language")
    assert shown.status_code == 200
    assert shown.content.lstrip().startswith(begins)
    assert "attachment" in shown.headers["content-disposition"]
    if kind == "html":
        assert "7.50bn" in shown.text
    assert kept.post(path, data={"set.npv_rate": "8"}).status_code == 422
    assert kept.post(f"{B300}/report/docx").status_code == 404


def test_a_workbook_of_the_deal_as_moved(kept):
    shown = kept.post(f"{B300}/workbook", data={f"set.{RENT}": "1.5e9"})
    assert shown.content.startswith(b"PK")
    assert "b300.xlsx" in shown.headers["content-disposition"]


@pytest.mark.parametrize("path", ["", "/text", "/file", "/compare", "?version=7"])
def test_a_deal_that_is_not_kept_is_no_page(kept, path):
    assert kept.get(f"/deals/none{path}").status_code == 404
    if "?" in path:
        assert kept.get(f"{B300}{path}").status_code == 404


@pytest.mark.parametrize(
    "path", ["", "/save", "/explain", "/charts", "/sign", "/text", "/report/pdf"]
)
def test_nothing_is_posted_to_a_deal_that_is_not_kept(kept, path):
    assert kept.post(f"/deals/none{path}").status_code == 404


def test_names_that_want_to_be_marks_are_texts(browser):
    # YAML in single quotes: the marks stay as they are.
    hostile = "'" + HOSTILE + "'"
    text = example("b300-10k").replace("B300 cluster, 10,000 cards", hostile)
    text = text.replace("Top internet or model company", hostile)
    shown = take(browser, text, name="b300", note=HOSTILE)
    assert shown.status_code == 200
    signed = browser.post(f"{B300}/sign", data={"version": "1"})
    pages = [
        shown,
        signed,
        browser.get("/deals"),
        browser.get(f"{B300}/text"),
        browser.get(f"{B300}/compare"),
        browser.post(B300, data={"version": "1", "set.deal": HOSTILE, "further": HOSTILE}),
        browser.post(f"{B300}/explain", data={"figure": HOSTILE}, headers=PARTIAL),
        take(browser, f"deal: {HOSTILE}"),
    ]
    for page in pages:
        assert "<script>alert" not in page.text
        assert "<img" not in page.text
        assert "alert(1)" in page.text


def test_the_form_has_every_field_of_the_deal(kept):
    page = html.unescape(kept.get(B300).text)

    def leaves(node, path):
        if isinstance(node, dict):
            for name, child in node.items():
                yield from leaves(child, [*path, name])
        elif isinstance(node, str):
            yield ".".join(path), node

    for path, _ in leaves(
        {k: v for k, v in tree_of(example("b300-10k")).items() if k != "cases"}, []
    ):
        if "deliveries" not in path:
            assert f'name="set.{path}"' in page, path
    assert page.count("data-for=") == 6


def test_what_the_engine_says_in_english_is_said_in_the_readers_language(browser):
    take(browser, example("token-share"), name="one")
    english = browser.get("/deals/one?language=en").text
    chinese = browser.get("/deals/one?language=zh-Hans").text
    warning = re.compile(r'<span class="message"( lang="en")?>(.*?)</span>')
    (no_mark, in_english) = warning.findall(english)[0]
    (mark, in_chinese) = warning.findall(chinese)[0]
    assert (no_mark, mark) == ("", "")
    assert in_english.startswith("cash does not cover")
    assert "现金" in in_chinese
