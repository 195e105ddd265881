"""Names say what a thing is; files speak of the project, not of a machine or a registry."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

EMPTY_WORDS = {"helper", "helpers", "manager", "process", "util", "utils"}
TEXTS = {".csv", ".in", ".ini", ".json", ".md", ".py", ".toml", ".txt", ".yaml", ".yml", ""}
MACHINE_PATH = re.compile(r"(?<![\w.)\]}])/(?:home|mnt|opt|root|tmp|work|workspace|Users)/\w")
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX)\b(?!\s*\(?#\d+)")
REGISTRY = re.compile(r"(?<!emit-)index[-_]url|\"resolved\"\s*:\s*\"http", re.IGNORECASE)


def identifiers(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every name that a file gives to something, with its line."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield node.lineno, name
            case ast.ClassDef(name=name):
                yield node.lineno, name
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
                yield node.lineno, name
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield node.lineno, name


def words_of(identifier: str) -> set[str]:
    """The words of a name, written with capitals or with underscores."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", identifier)
    return set(spaced.lower().split("_"))


def texts(root: Path) -> Iterator[Path]:
    """All text files of the project, without these tests, which must name what they refuse."""
    yield from (path for path in root.iterdir() if path.is_file() and path.suffix in TEXTS)
    for folder in (".ci", "bench", "docs", "examples", "requirements", "src", "tests"):
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path.suffix in TEXTS and path.parent != Path(__file__).parent:
                yield path


def lines_with(pattern: re.Pattern[str], root: Path) -> list[str]:
    return [
        f"{path.relative_to(root).as_posix()}:{number} {line.strip()}"
        for path in texts(root)
        for number, line in enumerate(
            path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1
        )
        if pattern.search(line)
    ]


def test_names_say_something(root: Path):
    found = []
    for path in sorted((root / "src").rglob("*.py")):
        name = path.relative_to(root).as_posix()
        parts = path.relative_to(root / "src").with_suffix("").parts
        named = [(1, part) for part in parts]
        named += identifiers(ast.parse(path.read_text(encoding="utf-8", errors="replace")))
        found += [f"{name}:{line} {word}" for line, word in named if words_of(word) & EMPTY_WORDS]
    assert found == []


def test_nothing_is_left_open_without_a_number(root: Path):
    assert lines_with(UNFINISHED, root) == []


def test_no_path_of_a_machine(root: Path):
    assert lines_with(MACHINE_PATH, root) == []


def test_no_address_of_a_registry(root: Path):
    assert lines_with(REGISTRY, root) == []
    for pins in sorted((root / "requirements").iterdir()):
        assert "://" not in pins.read_text(encoding="utf-8"), pins.name


@pytest.mark.parametrize(
    ("pattern", "line", "seen"),
    [
        (UNFINISHED, "# TODO later", True),
        (UNFINISHED, "# TODO(#12) later", False),
        (MACHINE_PATH, "open('/home/ann/deal.yaml')", True),
        (MACHINE_PATH, "metrics/work/hours", False),
        (REGISTRY, "-".join(("--index", "url")) + " somewhere", True),
    ],
)
def test_the_patterns_see_what_they_should(pattern: re.Pattern[str], line: str, seen: bool):
    assert bool(pattern.search(line)) is seen


def test_names_are_read_word_by_word():
    tree = ast.parse("def f(fileManager):\n    run_process = 1\n    subprocess = 2\n")
    found = [name for _, name in identifiers(tree) if words_of(name) & EMPTY_WORDS]
    assert sorted(found) == ["fileManager", "run_process"]
