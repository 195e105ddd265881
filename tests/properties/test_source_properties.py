"""What holds for every text, file and path: no traceback, and an override touches one field."""

import string
import tempfile
from pathlib import Path as FilePath

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lessor.core.issue import FaultsError, errors
from lessor.terms import source_reader
from lessor.terms.source import (
    Limits,
    Path,
    Source,
    Value,
    dotted,
    load_source,
    load_source_text,
    parse_dotted,
)

LOADERS: list[type] = [yaml.BaseLoader]
if yaml.__with_libyaml__:
    LOADERS.append(yaml.cyaml.CBaseLoader)

SMALL = Limits(bytes_max=500, depth_max=6, nodes_max=40, faults_max=5)

# Texts made of what YAML gives a meaning to break far more than texts of all of Unicode.
signs = [*"abc 集：\n\t\r:-?,[]{}#&*!|>'\"%@`\\<~=/", "\n  ", ": ", "- ", "---\n", "...", "<<: "]
rarer = ["&a ", "*a", "!!int ", "\\U00110000", "\\ud800", "\x00", "\u2028", "\ufeff", "null"]
marks = st.lists(st.sampled_from([*signs, *rarer]), max_size=40).map("".join)
texts = st.text(max_size=60) | marks

names = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1) | (
    st.sampled_from(["0", "1", "12", "a.b", "a b", "[0]", '"', "\\", "null", "~", "-"])
)
leaves = st.none() | st.text(string.printable.rstrip("\x0b\x0c") + "集群：", max_size=12)
trees = st.recursive(
    leaves,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(names, below, max_size=3),
    max_leaves=12,
)
mappings = st.dictionaries(names, trees, max_size=4)


class WrittenOut(yaml.SafeDumper):
    """A writer that names no value: what stands twice is written twice."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def paths_of(tree: Value, path: Path = ()) -> list[Path]:
    """The path of every value below the top, in the order of the tree."""
    if isinstance(tree, dict):
        steps: list[tuple[str | int, Value]] = list(tree.items())
    else:
        steps = list(enumerate(tree)) if isinstance(tree, list) else []
    return [
        found for step, value in steps for found in [(*path, step), *paths_of(value, (*path, step))]
    ]


def at(tree: Value, path: Path) -> Value:
    """The value at a path; None where there is none."""
    for step in path:
        if isinstance(tree, dict):
            tree = tree.get(str(step))
        elif isinstance(tree, list) and isinstance(step, int):
            tree = tree[step]
        else:
            return None
    return tree


@pytest.fixture(params=LOADERS, ids=lambda loader: loader.__name__, autouse=True, scope="module")
def loader(request):
    """Both parsers: which one a machine has is not the user's choice."""
    before, source_reader.LOADER = source_reader.LOADER, request.param
    yield request.param
    source_reader.LOADER = before


@given(texts, st.sampled_from([Limits(), SMALL]))
@settings(max_examples=300)
@example('a: "\\UFFFFFFFF"', Limits())
@example("a: 1\nb: \ud800", Limits())
def test_any_text_gives_a_source_or_issues(text, limits):
    source, issues = load_source_text(text, "deal.yaml", limits=limits)
    assert source is not None or errors(issues)
    lines = text.count("\n") + text.count("\r") + 2
    for issue in issues:
        assert issue.message and issue.remedy
        assert issue.place.line is None or 1 <= issue.place.line <= lines
        issue.render().encode("utf-8")
    if source is not None:
        assert all(source.place(path).line for path in paths_of(source.tree))


@given(st.binary(max_size=60) | texts.map(lambda text: text.encode("utf-16-le", "surrogatepass")))
def test_any_bytes_give_a_source_or_issues(data):
    with tempfile.TemporaryDirectory() as folder:
        path = FilePath(folder, "deal.yaml")
        path.write_bytes(data)
        source, issues = load_source(path)
    assert source is not None or errors(issues)


@given(mappings)
def test_what_a_yaml_writer_writes_is_read_back(tree):
    text = yaml.dump(tree, Dumper=WrittenOut, allow_unicode=True, sort_keys=False)
    source, issues = load_source_text(text, "deal.yaml", limits=Limits(depth_max=100))
    assert issues == ()
    assert source is not None
    assert source.tree == tree
    for path in paths_of(tree):
        assert source.marks[path][0] <= text.count("\n")
        assert source.resolve(parse_dotted(dotted(path))) == path


@given(mappings, trees, st.data())
def test_an_override_is_read_back_and_leaves_everything_else(tree, value, data):
    before = Source("deal.yaml", tree, {(): (1, 1)})
    kept = repr(tree)
    path = data.draw(st.sampled_from(paths_of(tree)) if tree else st.just(("a",)))
    is_leaf = not isinstance(at(tree, path), dict | list)
    deeper = data.draw(st.lists(names, max_size=2)) if is_leaf else []
    after = before.with_value((*path, *deeper), value)
    assert repr(before.tree) == kept
    assert at(after.tree, before.resolve((*path, *deeper))) == value
    assert after.place((*path, *deeper)).file == "--set"
    for other in paths_of(tree):
        if other != path[: len(other)] and other[: len(path)] != path:
            assert at(after.tree, other) == at(tree, other)
            assert after.place(other).file == "deal.yaml"
    assert before.with_value(path, at(tree, path)).tree == tree or path == ("a",)


@given(st.lists(names | st.integers(0, 999_999_999), min_size=1, max_size=5))
def test_a_path_is_read_back_as_it_is_shown(steps):
    path = (str(steps[0]), *steps[1:])
    read = parse_dotted(dotted(path))
    assert [str(step) for step in read] == [str(step) for step in path]


@given(st.text(max_size=20))
def test_a_dotted_text_is_a_path_or_an_issue(text):
    try:
        path = parse_dotted(text)
    except FaultsError as fault:
        assert [issue.code for issue in fault.issues] == ["path-malformed"]
    else:
        assert parse_dotted(dotted(path)) == path
