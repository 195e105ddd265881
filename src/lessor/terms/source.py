"""A deal file as it was written: YAML in plain Python, with the line of each field kept.

Every leaf is the text that the user typed (`4%`, `1_450_000_000`, `2026-05-01`) or None where
nothing, `~` or `null` stands; what a text means is for the records in `terms` to say. A fault in
the file is an Issue with its line, and as many as can be found are given at once.
"""

import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from os import PathLike, fspath
from pathlib import Path as FilePath
from types import MappingProxyType
from typing import NamedTuple, NoReturn, TypeAlias

from lessor.core.issue import FaultsError, Issue, Place
from lessor.terms.source_path import Path, dotted, parse_dotted
from lessor.terms.source_reader import (
    UNSEEN,
    Limits,
    Mark,
    Reading,
    Value,
    code_point,
    read_text,
)

__all__ = [
    "LIMITS",
    "FileText",
    "Limits",
    "Path",
    "Readable",
    "Source",
    "Value",
    "dotted",
    "load_source",
    "load_source_text",
    "parse_dotted",
]

LIMITS = Limits()

TEXTS_KEPT = 64


class FileText(NamedTuple):
    """A file's text that does not come from a disk; `name` is what its faults call it."""

    name: str
    text: str


Readable: TypeAlias = "str | PathLike[str] | FileText"
"""What a file is read from: its path, or its text."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file's tree of values and the place of each; never changed, only copied with a change.

    `marks`: (line, column) of a field's name or of a list's entry, both counted from 1; the empty
    path is the file's first field. `set_by`: paths of values that the file does not hold, and who
    set them, such as "--set".
    """

    file: str
    tree: dict[str, Value]
    marks: Mapping[Path, Mark]
    set_by: Mapping[Path, str] = field(default_factory=lambda: MappingProxyType({}))

    def resolve(self, path: Path) -> Path:
        """The path with each step read as this file has it: a place in a list, else a name.

        Steps below what the file holds stay as they are, with numbers as names.

        >>> source, _ = load_source_text("rates: {2026: 7.1}", "deal.yaml")
        >>> source.resolve(parse_dotted("rates.2026"))
        ('rates', '2026')
        """
        node: Value = self.tree
        steps: list[str | int] = []
        for step in path:
            if isinstance(node, list):
                index = _index(step)
                steps.append(step if index is None else index)
                node = node[index] if index is not None and index < len(node) else None
            else:
                steps.append(str(step))
                node = node.get(str(step)) if isinstance(node, dict) else None
        return tuple(steps)

    def place(self, path: Path) -> Place:
        """Where a field stands; for one that is missing, the nearest block that would hold it.

        A value that came from the command line has its name in place of a file, and no line.
        """
        steps = self.resolve(path)
        shown = dotted(steps)
        for length in range(len(steps), 0, -1):
            if steps[:length] in self.set_by:
                return Place(self.set_by[steps[:length]], field=shown)
        for length in range(len(steps), -1, -1):
            if steps[:length] in self.marks:
                line, column = self.marks[steps[:length]]
                return Place(self.file, line, column, shown)
        return Place(self.file, field=shown)

    def with_value(self, path: Path, value: Value, *, by: str = "--set") -> "Source":
        """A copy in which the field has the value; blocks on the way are made where missing.

        A single value on the way gives room to a block (`residual: none` to `residual.amount`);
        a number one past the end of a list adds an entry. Only the blocks on the path are copied.
        Raises FaultsError with `path-not-found` for a step that a list cannot take, and with
        `path-malformed` for an empty path.
        """
        steps = self.resolve(path)
        if not steps:
            issue = Issue("path-malformed", "the path is empty", "name the field to set")
            raise FaultsError([issue])
        tree = dict(self.tree)
        node: dict[str, Value] | list[Value] = tree
        made = len(steps)
        for depth, step in enumerate(steps[:-1], start=1):
            child, is_new = _child(node, steps, depth, by)
            made = min(made, depth) if is_new else made
            _put(node, step, child)
            node = child
        _refuse_gap(node, steps, len(steps), by)
        _put(node, steps[-1], value)
        set_by = {**self.set_by, **{steps[:length]: by for length in range(made, len(steps) + 1)}}
        return replace(self, tree=tree, set_by=MappingProxyType(set_by))


def load_source(
    path: Readable, *, limits: Limits = LIMITS
) -> tuple[Source | None, tuple[Issue, ...]]:
    """Read a YAML file; None for the Source where its values cannot be told.

    A text that was read a moment ago is not read again.

    Never reads more than `limits.bytes_max` bytes. Issues: file-not-found, file-not-readable,
    file-too-large, not-text, and those of `load_source_text`.
    """
    if isinstance(path, FileText):
        return _read_before(path, limits)
    name = fspath(path)
    data = _read_bytes(name, limits)
    if isinstance(data, Issue):
        return None, (data,)
    text = _decode(data, name)
    if isinstance(text, Issue):
        return None, (text,)
    return load_source_text(text, name, limits=limits)


@lru_cache(maxsize=TEXTS_KEPT)
def _read_before(file: FileText, limits: Limits) -> tuple[Source | None, tuple[Issue, ...]]:
    return load_source_text(file.text, file.name, limits=limits)


def load_source_text(
    text: str, file: str, *, limits: Limits = LIMITS
) -> tuple[Source | None, tuple[Issue, ...]]:
    """Read a YAML text; `file` is the name to show. None where its values cannot be told.

    A Source beside errors is whole but for what they name, so that further checks can list more
    faults in the same run; it is not to be computed with. Anchors, aliases and tags are refused.

    Issues: empty-file, file-too-large, not-text, control-character, not-yaml, tab-indent,
    not-a-mapping, too-deep, too-many-nodes, too-many-documents, too-many-faults, alias-refused,
    tag-refused, duplicate-key, key-not-text.

    >>> source, issues = load_source_text("rate: 4%\\nyears: [5, ~]", "deal.yaml")
    >>> source.tree, source.place(("years", 0)).line, issues
    ({'rate': '4%', 'years': ['5', None]}, 2, ())
    """
    text = text.removeprefix("\ufeff")
    faults = _text_faults(text, file, limits)
    if faults:
        return None, faults
    reading = read_text(text, file, limits)
    if not reading.complete:
        return None, tuple(reading.issues)
    if isinstance(reading.root, dict):
        source = Source(file, reading.root, MappingProxyType(reading.marks))
        return source, tuple(reading.issues)
    return None, (*reading.issues, _no_mapping(reading))


def _read_bytes(name: str, limits: Limits) -> bytes | Issue:
    try:
        state = FilePath(name).stat()
        if stat.S_ISDIR(state.st_mode):
            return _unreadable(name, "this is a folder")
        if state.st_size > limits.bytes_max:
            return _too_large(name, limits)
        with open(name, "rb") as handle:
            # A pipe or a device has no size, and a file may grow: so the read is bounded too.
            data = handle.read(limits.bytes_max + 1)
    except FileNotFoundError:
        return _absent(name)
    except (OSError, ValueError) as error:
        # ValueError: a name that holds a zero byte.
        return _unreadable(name, getattr(error, "strerror", None) or str(error))
    return _too_large(name, limits) if len(data) > limits.bytes_max else data


def _absent(name: str) -> Issue:
    return Issue(
        "file-not-found",
        "there is no such file",
        "check the name and the folder; `lessor new` writes a deal file to start from",
        Place(name),
    )


def _unreadable(name: str, reason: str) -> Issue:
    return Issue(
        "file-not-readable",
        f"the file cannot be read: {reason}",
        "name a YAML file that you may read, such as examples/b300-10k/deal.yaml",
        Place(name),
    )


def _too_large(name: str, limits: Limits) -> Issue:
    return Issue(
        "file-too-large",
        f"the file holds more than {limits.bytes_max / 1e6:g} MB",
        "a deal is some hundred lines: check that this is the deal file",
        Place(name),
    )


def _not_text(name: str, message: str, line: int | None = None) -> Issue:
    return Issue(
        "not-text",
        message,
        "save it as plain text in UTF-8 "
        "(a text in Chinese may be in GBK, which editors also call ANSI)",
        Place(name, line),
    )


def _decode(data: bytes, name: str) -> str | Issue:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _not_text(name, "the file is text in UTF-16, not in UTF-8")
    if b"\0" in data:
        return _not_text(name, "the file holds zero bytes, so it is no text in UTF-8")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return _not_text(name, f"byte 0x{data[error.start]:02x} is not UTF-8", line)


def _text_faults(text: str, file: str, limits: Limits) -> tuple[Issue, ...]:
    """What a parser should not even be shown: too much text, characters that no one sees."""
    if len(text) > limits.bytes_max:
        return (_too_large(file, limits),)
    issues: list[Issue] = []
    for found in UNSEEN.finditer(text):
        if len(issues) == limits.faults_max:
            break
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        message = f"at column {column} stands {code_point(found[0])}, which no one can see"
        remedy = "delete it, or type the line anew: text that was pasted often brings such along"
        issues.append(Issue("control-character", message, remedy, Place(file, line, column)))
    return tuple(issues)


def _no_mapping(reading: Reading) -> Issue:
    if reading.root is None:
        return Issue(
            "empty-file",
            "the file holds no value at all",
            "write a deal into it; `lessor new` writes one to start from",
            Place(reading.file),
        )
    line, column = reading.marks[()]
    kind = "a list" if isinstance(reading.root, list) else "a single text"
    remedy = "write `field: value` lines, with a colon and a space after each field"
    if isinstance(reading.root, str) and "：" in reading.root:
        remedy = "use the plain colon `: ` instead of the wide ：, and " + remedy
    return Issue(
        "not-a-mapping",
        f"the file holds {kind} where a deal has fields",
        remedy,
        Place(reading.file, line, column),
    )


def _index(step: str | int) -> int | None:
    """The step as a place in a list, counted from 0; None for a name or a negative number."""
    if isinstance(step, str):
        is_number = step.isascii() and step.isdigit() and len(step) < 10
        return int(step) if is_number else None
    return step if step >= 0 else None


def _child(
    node: dict[str, Value] | list[Value], steps: Path, depth: int, by: str
) -> tuple[dict[str, Value] | list[Value], bool]:
    """A copy of the block at steps[:depth], and whether it had to be made."""
    _refuse_gap(node, steps, depth, by)
    step = steps[depth - 1]
    child: Value = None
    if isinstance(node, dict):
        child = node.get(str(step))
    elif isinstance(step, int) and step < len(node):
        child = node[step]
    if isinstance(child, dict | list):
        return child.copy(), False
    return {}, True


def _put(node: dict[str, Value] | list[Value], step: str | int, value: Value) -> None:
    if isinstance(node, dict):
        node[str(step)] = value
    elif isinstance(step, int):
        node[step : step + 1] = [value]


def _refuse_gap(node: dict[str, Value] | list[Value], steps: Path, depth: int, by: str) -> None:
    step = steps[depth - 1]
    if isinstance(node, dict) or (isinstance(step, int) and 0 <= step <= len(node)):
        return
    _not_in_list(steps, depth, len(node), by)


def _not_in_list(steps: Path, depth: int, length: int, by: str) -> NoReturn:
    count = f"a list of {length}" if length else "an empty list"
    allowed = f"[0] to [{length}]" if length else "[0]"
    raise FaultsError(
        [
            Issue(
                "path-not-found",
                f"{dotted(steps[: depth - 1])} is {count}, which has no {steps[depth - 1]}",
                f"write its place, counted from 0: {allowed} (the last adds an entry)",
                Place(by, field=dotted(steps)),
            )
        ]
    )
