"""From YAML events to a tree of plain Python, with the line of each field, in one pass.

The tree is built from the parser's events and not composed: composing recurses, expands aliases
and resolves types, and a deal file wants none of the three.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)

from lessor.core.issue import Issue, Place, Severity
from lessor.terms.source_faults import not_yaml, not_yaml_unplaced
from lessor.terms.source_path import Path, dotted

# A leaf stays the text that the user wrote: an amount becomes an exact Decimal later, not a float.
Value: TypeAlias = "str | list[Value] | dict[str, Value] | None"
Mark: TypeAlias = tuple[int, int]

# In quotes: without libyaml there is no `yaml.cyaml` to look at.
LOADER: "type[yaml.cyaml.CBaseLoader] | type[yaml.BaseLoader]"
if yaml.__with_libyaml__:
    LOADER = yaml.cyaml.CBaseLoader
else:
    LOADER = yaml.BaseLoader

# What YAML itself refuses, and what no one sees: other line breaks, zero-width spaces, and the
# marks that reorder text on a screen. Joiners stay, since some scripts cannot be written without.
UNSEEN = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
    "|[\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]"
)
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a file may hold: bytes, levels of nesting, values, and faults listed at once."""

    bytes_max: int = 4_000_000
    depth_max: int = 32
    nodes_max: int = 200_000
    faults_max: int = 50


class _Placed(Protocol):
    """The part of a parser's mark that is read: line and column, both counted from 0."""

    line: int
    column: int


@dataclass(slots=True)
class _Block:
    """A mapping or list that is still open, and the field that waits for its value."""

    path: Path
    value: dict[str, Value] | list[Value]
    key: str | None = None
    awaits_value: bool = False


@dataclass(slots=True)
class Reading:
    """What was read from a text: the tree, the place of each field, and every fault.

    `complete` says that the tree is whole: each value that the text writes stands in it, but for
    the fields that an Issue names.
    """

    file: str
    limits: Limits
    root: Value = None
    marks: dict[Path, Mark] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    complete: bool = True
    stopped: bool = False
    _open: list[_Block] = field(default_factory=list)
    _nodes: int = 0
    _documents: int = 0
    _aliases: set[str] = field(default_factory=set)

    def take(self, event: Event) -> None:
        """Add one event of the parser to the tree."""
        if isinstance(event, ScalarEvent):
            self._open_node(event)
            self._put(self._scalar(event), _mark(event))
        elif isinstance(event, CollectionStartEvent):
            self._open_node(event)
            self._begin(event)
        elif isinstance(event, CollectionEndEvent):
            self._open.pop()
        elif isinstance(event, AliasEvent):
            self._alias(event)
        elif isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._stop(
                    "too-many-documents",
                    "a second document begins here (---)",
                    remedy="keep one deal a file: put the second into a file of its own",
                    mark=_mark(event),
                )

    def _fault(self, code: str, message: str, *, remedy: str, mark: Mark, path: Path = ()) -> None:
        """Note a fault and read on, up to as many as `limits.faults_max`."""
        self.issues.append(Issue(code, message, remedy, Place(self.file, *mark, dotted(path))))
        if len(self.issues) >= self.limits.faults_max:
            self._stop(
                "too-many-faults",
                f"{len(self.issues)} faults were found, and reading stopped here",
                remedy="mend those above and run again: there may be more",
                mark=mark,
            )

    def _stop(self, code: str, message: str, *, remedy: str, mark: Mark) -> None:
        """Note a fault after which no more is read; of two, the first is the one that counts."""
        if self.stopped:
            return
        self.stopped, self.complete = True, False
        # That the list was cut off is no fault of the file: the faults before it are.
        severity = Severity.NOTE if code == "too-many-faults" else Severity.ERROR
        self.issues.append(Issue(code, message, remedy, Place(self.file, *mark), severity))

    def _begin(self, event: CollectionStartEvent) -> None:
        if len(self._open) >= self.limits.depth_max:
            self._stop(
                "too-deep",
                f"blocks are nested more than {self.limits.depth_max} deep",
                remedy="write the deal flatter: the deal language needs no more than a few levels",
                mark=_mark(event),
            )
            return
        value: dict[str, Value] | list[Value] = {} if isinstance(event, MappingStartEvent) else []
        path = self._put(value, _mark(event))
        self._open.append(_Block(path, value))

    def _put(self, value: Value, mark: Mark) -> Path:
        """Hang a value (or the name of a field) into the open block; gives the value's path."""
        if not self._open:
            self.root = value
            self.marks[()] = mark
            return ()
        block = self._open[-1]
        if isinstance(block.value, list):
            path = (*block.path, len(block.value))
            block.value.append(value)
            self.marks[path] = mark
        elif block.awaits_value:
            path = (*block.path, block.key or "?")
            block.awaits_value = False
            if block.key is not None:
                block.value[block.key] = value
        else:
            path = (*block.path, "?")
            block.key = self._key(block, value, mark)
            block.awaits_value = True
        return path

    def _key(self, block: _Block, value: Value, mark: Mark) -> str | None:
        """The name of the field that begins; None where its value is to be dropped."""
        if not isinstance(value, str) or "\n" in value or not value.strip():
            self._fault(
                "key-not-text",
                "the name of a field is " + _kind(value),
                remedy="name each field by plain text on one line: `field: value`",
                mark=mark,
                path=block.path,
            )
            return None
        path = (*block.path, value)
        if isinstance(block.value, dict) and value in block.value:
            self._fault(
                "duplicate-key",
                f"written twice: on line {self.marks[path][0]}, and again here",
                remedy="keep one of the two, or give them different names",
                mark=mark,
                path=path,
            )
        # The later one stands, so that the rest of the file can be checked in the same run.
        self.marks[path] = mark
        return value

    def _scalar(self, event: ScalarEvent) -> str | None:
        if not event.style and event.value in _NOTHING:
            return None
        # The text itself was searched before; only an escape such as "\0" can still bring one in.
        if event.style == '"' and (unseen := UNSEEN.search(event.value)):
            self._fault(
                "control-character",
                f"an escape writes {code_point(unseen[0])}, which no one can see",
                remedy="write the text without it",
                mark=_mark(event),
                path=self._here(),
            )
        return event.value

    def _open_node(self, event: ScalarEvent | CollectionStartEvent) -> None:
        self._nodes += 1
        if self._nodes > self.limits.nodes_max:
            self._stop(
                "too-many-nodes",
                f"the file holds more than {self.limits.nodes_max:,} values",
                remedy="split the deal, or keep long tables in files of their own",
                mark=_mark(event),
            )
        if event.tag is not None:
            self._fault(
                "tag-refused",
                f"the tag {_tag(event.tag)} asks for a type of value; a deal file has none",
                remedy="leave out the word that begins with !, or put the whole value in quotes",
                mark=_mark(event),
                path=self._here(),
            )
        if event.anchor is not None:
            self._refuse_name(event, f"the anchor &{event.anchor} names a value for use elsewhere")

    def _alias(self, event: AliasEvent) -> None:
        # A bomb uses one name ten times a line: one Issue a name says all that can be done.
        self.complete = False
        if str(event.anchor) not in self._aliases:
            self._aliases.add(str(event.anchor))
            self._refuse_name(event, f"the alias *{event.anchor} stands for a value elsewhere")
        self._put("*", _mark(event))

    def _refuse_name(self, event: NodeEvent, message: str) -> None:
        self._fault(
            "alias-refused",
            f"{message}; a deal file writes each value where it is used",
            remedy="write the value out here, without the word that begins with & or *",
            mark=_mark(event),
            path=self._here(),
        )

    def _here(self) -> Path:
        """The path of the value that comes next; that of its block where there is none yet."""
        if not self._open:
            return ()
        block = self._open[-1]
        if isinstance(block.value, list):
            return (*block.path, len(block.value))
        return (*block.path, block.key) if block.awaits_value and block.key else block.path


def read_text(text: str, file: str, limits: Limits) -> Reading:
    """Read a YAML text into a Reading; never raises for what the text holds.

    Issues: not-yaml, tab-indent, too-deep, too-many-nodes, too-many-documents, too-many-faults,
    alias-refused, tag-refused, duplicate-key, key-not-text, control-character.
    """
    reading = Reading(file, limits)
    line = 1
    try:
        for event in yaml.parse(text, Loader=LOADER):
            line = _mark(event)[0]
            reading.take(event)
            if reading.stopped:
                break
    except yaml.YAMLError as error:
        reading.complete = False
        reading.issues.append(not_yaml(error, text, file))
    except (ValueError, OverflowError) as error:
        # The Python parser hands "\UFFFFFFFF" to chr(), which knows no such character.
        reading.complete = False
        reading.issues.append(not_yaml_unplaced(str(error), file, line))
    return reading


def _mark(event: Event) -> Mark:
    mark: _Placed | None = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)


def _kind(value: Value) -> str:
    if isinstance(value, str):
        return "broken over several lines" if "\n" in value else "blank"
    return "empty" if value is None else "a list or a block of its own"


def _tag(tag: str) -> str:
    """The tag as it is written: the parser spells `!!` out."""
    return tag.replace("tag:yaml.org,2002:", "!!", 1)


def code_point(character: str) -> str:
    """A character that no one sees, as its number and name: `U+200B (zero width space)`."""
    name = unicodedata.name(character, "").lower()
    return f"U+{ord(character):04X}" + (f" ({name})" if name else "")
