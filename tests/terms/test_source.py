"""Reading a deal file: what becomes of each value, where it stands, and every way to fail."""

import os
import random
import sys

import pytest
import yaml

from lessor.core.issue import Place, errors
from lessor.terms import source_reader
from lessor.terms.source import (
    Limits,
    Source,
    load_source,
    load_source_text,
    parse_dotted,
)

LOADERS: list[type] = [yaml.BaseLoader]
if yaml.__with_libyaml__:
    LOADERS.append(yaml.cyaml.CBaseLoader)


@pytest.fixture(params=LOADERS, ids=lambda loader: loader.__name__, autouse=True)
def loader(request, monkeypatch):
    """Every test runs on both parsers: which one a machine has is not the user's choice."""
    monkeypatch.setattr(source_reader, "LOADER", request.param)
    return request.param


def read(text: str) -> Source:
    source, issues = load_source_text(text, "deal.yaml")
    assert issues == ()
    assert source is not None
    return source


def faults(text: str, **limits: int) -> list[tuple[str, int | None, str]]:
    _, issues = load_source_text(text, "deal.yaml", limits=Limits(**limits))
    assert issues and all(issue.message and issue.remedy for issue in issues)
    return [(issue.code, issue.place.line, issue.place.field) for issue in issues]


DEAL = """\
# A deal.
deal: B300 集群
npv_rate: 10%          # annual
assets:
  servers:
    unit_cost: {amount: 5_000_000, tax: excluded}
    deliveries:
      - {date: 2026-05-01, quantity: 700}
      - date: 2026-08-01
        quantity: 500
costs: {}
note: |
  two
  lines
"""


def test_every_leaf_stays_the_text_that_was_written():
    assert read(DEAL).tree == {
        "deal": "B300 集群",
        "npv_rate": "10%",
        "assets": {
            "servers": {
                "unit_cost": {"amount": "5_000_000", "tax": "excluded"},
                "deliveries": [
                    {"date": "2026-05-01", "quantity": "700"},
                    {"date": "2026-08-01", "quantity": "500"},
                ],
            }
        },
        "costs": {},
        "note": "two\nlines\n",
    }


@pytest.mark.parametrize(
    "written", ["no", "1e9", "0x10", "12:30", ".inf", "true", "007", "=", "30/360"]
)
def test_no_text_turns_into_a_number_date_or_truth(written):
    assert read(f"value: {written}").tree == {"value": written}


@pytest.mark.parametrize("written", ["", "~", "null", "Null", "NULL", "   # nothing"])
def test_nothing_is_none(written):
    assert read(f"value: {written}\n").tree == {"value": None}


@pytest.mark.parametrize("written", ["~", "null", ""])
def test_a_quoted_nothing_is_text(written):
    assert read(f"a: '{written}'\nb: \"{written}\"").tree == {"a": written, "b": written}


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        ("deal", 2, 1),
        ("assets", 4, 1),
        ("assets.servers.unit_cost.amount", 6, 17),
        ("assets.servers.deliveries[0]", 8, 9),
        ("assets.servers.deliveries[1].quantity", 10, 9),
        ("assets.servers.deliveries.1.quantity", 10, 9),
        ("assets.servers.unit_cost.currency", 6, 5),  # missing: its block
        ("assets.servers.deliveries[7].date", 7, 5),
        ("lessee.name", 2, 1),  # missing altogether: the file's first field
        ("deal.name", 2, 1),
    ],
)
def test_a_place_is_the_line_of_the_field_or_of_the_nearest_block(path, line, column):
    place = read(DEAL).place(parse_dotted(path))
    assert (place.file, place.line, place.column) == ("deal.yaml", line, column)
    assert parse_dotted(place.field) == parse_dotted(path)


def test_lines_are_counted_alike_for_every_line_ending():
    for ending in ("\n", "\r\n", "\r"):
        source = read("\ufeffa: 1\nb: '2\n\n  3'\n十: 4\n".replace("\n", ending))
        assert source.marks[("十",)] == (5, 1)


def test_numbers_and_dates_as_names_stay_text():
    source = read("rates:\n  2026: 7.1\n  2026-05-01: 7.2\n")
    assert source.tree == {"rates": {"2026": "7.1", "2026-05-01": "7.2"}}
    assert source.place(parse_dotted("rates.2026")) == Place("deal.yaml", 2, 3, "rates.2026")


def test_a_merge_key_is_a_field_like_any_other():
    assert read("<<: {a: 1}\nb: 2").tree == {"<<": {"a": "1"}, "b": "2"}


def test_one_document_may_be_marked_as_such():
    assert read("%YAML 1.1\n---\na: 1\n...\n").tree == {"a": "1"}


# Faults in the text


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "empty-file", None),
        ("\n# only a comment\n", "empty-file", None),
        ("---\n...\n", "empty-file", None),
        ("~", "empty-file", None),
        ("- a\n- b", "not-a-mapping", 1),
        ("\nwords", "not-a-mapping", 2),
        ("a: 1\n---\nb: 1", "too-many-documents", 2),
        ("a: 1\n\tb: 2", "tab-indent", 2),
        ("a:\n\tb: 2", "tab-indent", 2),
        ("\ta: 1", "tab-indent", 1),
        ("a: b: c", "not-yaml", 1),
        ("a: 1\nb 2\nc: 3", "not-yaml", 2),
        ("a: 1\nb:2\nc: 3", "not-yaml", 2),
        ("a: 1\nb: 'two\nc: 3", "not-yaml", 2),
        ("a: 1\nb: [1,\nc: 3", "not-yaml", 2),
        ("a: 1\nb: {c: 1\n", "not-yaml", 2),
        ("a: - b", "not-yaml", 1),
        ('a: "\\d"', "not-yaml", 1),
        ("a: @b", "not-yaml", 1),
        ("a: 5\nb: %5", "not-yaml", 2),
        ("a: * b", "not-yaml", 1),
        ("a: !x!y z", "not-yaml", 1),
        ("  a: 1\nb: 2", "not-yaml", 2),
        ("a:\n    b: 1\n   c: 2", "not-yaml", 3),
        ("a: 'x' y", "not-yaml", 1),
        ("a: 1\n}", "not-yaml", 2),
        ("%YAML 2.0\n---\na: 1", "not-yaml", 1),
        ("a: |3x\n  b", "not-yaml", 1),
        ('a: 1\nb: "\\U00110000"', "not-yaml", 2),
        ('a: "\\UFFFFFFFF"', "not-yaml", 1),
        ("a: \x00", "control-character", 1),
        ("a: 1\nb: \x1b[2J", "control-character", 2),
        ("a: \x85", "control-character", 1),
        ("a: \ud800", "control-character", 1),
        ('a: "\\x1b[2J"', "control-character", 1),
        ("a: !!python/object/apply:os.system [ls]", "tag-refused", 1),
        ("a: !!str 5", "tag-refused", 1),
        ("!deal\na: 5", "tag-refused", 1),
        ("a: ! 5", "tag-refused", 1),
        ("a: &x 5", "alias-refused", 1),
        ("a: *x", "alias-refused", 1),
        ("*x : 5", "alias-refused", 1),
        ("<<: *x", "alias-refused", 1),
        ("a: 1\n: 2", "not-yaml", 2),
        ("a: {b: 1, ~: 2}", "key-not-text", 1),
        ("a: 1\n~: 2", "key-not-text", 2),
        ("a: 1\n? [b, c]\n: 2", "key-not-text", 2),
        ("a: 1\n{b: c}: 2", "key-not-text", 2),
        ('a: 1\n? "b\\nc"\n: 2', "key-not-text", 2),
        ('a: 1\n" ": 2', "key-not-text", 2),
        ("a: 1\nb: 2\na: 3", "duplicate-key", 3),
    ],
)
def test_each_fault_is_an_issue_with_its_line(text, code, line):
    assert faults(text)[0][:2] == (code, line)


def test_a_wide_colon_is_named_in_the_remedy():
    for text in ("价格：5", "a: 1\n价格：5\nb: 2", "价格：5\nb: 2"):
        _, issues = load_source_text(text, "deal.yaml")
        assert "wide ：" in issues[0].remedy, text


def test_faults_that_leave_the_rest_readable_come_all_at_once_with_the_source():
    text = "a: 1\nb: {c: !!int 2, c: &x 3}\n~: 4\nd: [&y 5]\na: {a: 6, a: 7}\n"
    source, issues = load_source_text(text, "deal.yaml")
    assert source is not None
    assert source.tree == {"a": {"a": "7"}, "b": {"c": "3"}, "d": ["5"]}
    assert [(i.code, i.place.line, i.place.field) for i in issues] == [
        ("tag-refused", 2, "b.c"),
        ("duplicate-key", 2, "b.c"),
        ("alias-refused", 2, "b.c"),
        ("key-not-text", 3, ""),
        ("alias-refused", 4, "d[0]"),
        ("duplicate-key", 5, "a"),
        ("duplicate-key", 5, "a.a"),
    ]
    assert errors(issues) == issues
    assert "on line 1" in issues[5].message


def test_an_alias_hides_its_value_so_there_is_no_source():
    assert load_source_text("a: &x 5\nb: *x", "deal.yaml")[0] is None


def test_an_alias_bomb_is_one_issue_a_name():
    lines = ["a0: &a0 [" + ", ".join(["x"] * 9) + "]"]
    lines += [f"a{i}: &a{i} [" + ", ".join([f"*a{i - 1}"] * 9) + "]" for i in range(1, 10)]
    assert len(faults("\n".join(lines))) == 10 + 9


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "- ? "])
def test_deep_nesting_is_refused_before_it_costs(opening):
    found = faults(opening * 100_000)
    assert found[-1][:2] in (("too-deep", 1), ("too-many-faults", 1))
    assert sys.getrecursionlimit() < 100_000


def test_nesting_up_to_the_limit_is_read():
    text = "a: " + "[" * 31 + "]" * 31
    read(text)
    assert faults(text, depth_max=31)[0][0] == "too-deep"


def test_the_number_of_values_is_limited():
    assert faults("a: [1, 2, 3]", nodes_max=5) == [("too-many-nodes", 1, "")]
    assert load_source_text("a: [1, 2, 3]", "deal.yaml", limits=Limits(nodes_max=6))[1] == ()


def test_a_long_list_of_faults_is_cut_with_a_note():
    found = faults("a: 1\n" * 100)
    assert len(found) == 51 and found[-1][0] == "too-many-faults"
    assert len(faults("a: \x00" * 100)) == 50


def test_a_text_that_is_too_large_is_not_parsed():
    assert faults("a: 12345678", bytes_max=10) == [("file-too-large", None, "")]


# Files


def test_a_file_is_read_as_its_text_is(tmp_path):
    path = tmp_path / "交易.yaml"
    path.write_text(DEAL, encoding="utf-8-sig")
    source, issues = load_source(path)
    assert source is not None and issues == ()
    assert source.tree == read(DEAL).tree
    assert source.place(("deal",)) == Place(str(path), 2, 1, "deal")


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        ("a: 1\nb: 集群\n".encode("gb18030"), "not-text", 2),
        ("a: 1".encode("utf-16"), "not-text", None),
        ("a: 1".encode("utf-16-le"), "not-text", None),
        (b"PK\x03\x04\x14\x00", "not-text", None),
        (b"a: \xed\xa0\x80", "not-text", 1),
        (b"a: 1\nb: \x0c", "control-character", 2),
        (b"", "empty-file", None),
    ],
)
def test_a_file_that_is_no_text_is_an_issue(tmp_path, data, code, line):
    path = tmp_path / "bad.yaml"
    path.write_bytes(data)
    source, issues = load_source(path)
    assert source is None
    assert [(i.code, i.place.file, i.place.line) for i in issues] == [(code, str(path), line)]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("absent.yaml", "file-not-found"),
        ("absent/deal.yaml", "file-not-found"),
        (".", "file-not-readable"),
        ("bad\0name.yaml", "file-not-readable"),
        ("x" * 5000, "file-not-readable"),
        ("file/deal.yaml", "file-not-readable"),
    ],
)
def test_a_path_that_leads_to_no_file_is_an_issue(tmp_path, monkeypatch, name, code):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("a: 1")
    source, issues = load_source(name)
    assert source is None
    assert [issue.code for issue in issues] == [code]
    assert "\0" not in issues[0].render()


def test_a_file_without_permission_is_an_issue(tmp_path, monkeypatch):
    # Refused by hand: the user that runs the tests may be one who may read all.
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "deal.yaml"
    path.write_text("a: 1")
    monkeypatch.setattr("builtins.open", refuse)
    (issue,) = load_source(path)[1]
    assert (issue.code, "Permission denied" in issue.message) == ("file-not-readable", True)


def test_a_huge_file_is_refused_by_its_size_alone(tmp_path, monkeypatch):
    path = tmp_path / "huge.yaml"
    with path.open("wb") as handle:
        handle.truncate(200_000_000)
    monkeypatch.setattr("builtins.open", lambda *_: pytest.fail("the file was opened"))
    assert load_source(path)[1][0].code == "file-too-large"


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="needs an endless file")
def test_an_endless_file_is_read_only_up_to_the_limit():
    source, issues = load_source("/dev/zero", limits=Limits(bytes_max=1000))
    assert source is None and issues[0].code == "file-too-large"


def test_bytes_at_random_never_raise(tmp_path):
    draw = random.Random(20261120)
    path = tmp_path / "deal.yaml"
    whole = DEAL.encode()
    for _ in range(200):
        data = bytearray(whole)
        for _ in range(draw.randrange(1, 6)):
            data[draw.randrange(len(data))] = draw.choice(b"\t:{}[]&*!|>'\"%@`#-?, \nx\x80\xff")
        path.write_bytes(bytes(data))
        source, issues = load_source(path)
        assert source is not None or issues
