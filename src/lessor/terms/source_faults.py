"""The words for faults in a file's text: from what a parser says to what a person can do."""

from dataclasses import dataclass

import yaml

from lessor.core.issue import Issue, Place


@dataclass(frozen=True, slots=True)
class _Saying:
    """What the parser says, in plain words; `opens` places the fault where the thing began."""

    heard: tuple[str, ...]
    message: str
    remedy: str
    opens: bool = False


# Both parsers (the C one and the Python one) word the same fault in their own way. Order matters:
# the first saying that is heard is taken.
_SAYINGS = (
    _Saying(
        ("mapping values are not allowed",),
        "a colon stands where no field can begin",
        "write one `field: value` a line, indented like its neighbours, "
        "and put a text that holds a colon in quotes",
    ),
    _Saying(
        ("could not find expected ':'",),
        "this line has no `: ` between a field and its value",
        "write `field: value`, with a colon and a space after it",
        opens=True,
    ),
    _Saying(
        ("unexpected end of stream", "unexpected document"),
        "a quote is opened here and never closed",
        "close the quote on the same line",
        opens=True,
    ),
    _Saying(
        ("did not find expected ',' or ']'", "expected ',' or ']'"),
        "the [ opened here is not closed, or a comma is missing after it",
        "write lists on one line as [first, second], or one `- entry` a line",
        opens=True,
    ),
    _Saying(
        ("did not find expected ',' or '}'", "expected ',' or '}'"),
        "the { opened here is not closed, or a comma is missing after it",
        "write short blocks as {amount: 5, per: year}, or one field a line",
        opens=True,
    ),
    _Saying(
        ("sequence entries are not allowed",),
        "a list entry (`- `) stands where none can begin",
        "begin the list on a line of its own below its field, one `- entry` a line",
    ),
    _Saying(
        ("unknown escape character", "invalid Unicode character", "expected escape sequence"),
        'a backslash in a "..." text is followed by something that has no meaning',
        "use single quotes, which keep a backslash as it is",
    ),
    _Saying(
        ("cannot start any token",),
        "a value cannot begin with this character",
        "put the value in quotes",
    ),
    _Saying(
        ("expected alphabetic or numeric",),
        "a value cannot begin with & or *, which YAML keeps for itself",
        "put the value in quotes",
    ),
    _Saying(
        ("undefined tag handle", "while scanning a tag", "while parsing a tag"),
        "a value cannot begin with !, which YAML keeps for itself",
        "put the value in quotes",
    ),
    _Saying(
        ("expected '<document start>'", "expected <document start>"),
        "this line stands outside the block that the file began with",
        "indent it like the first field of the file",
    ),
    _Saying(
        ("did not find expected", "expected <block end>"),
        "this does not fit the block that it stands in",
        "indent it like the lines of its block, and put nothing after a closing quote, ] or }",
    ),
)


def not_yaml(error: yaml.YAMLError, text: str, file: str) -> Issue:
    """The parser's complaint as an Issue: `tab-indent` for a tab, else `not-yaml`."""
    problem = str(getattr(error, "problem", None) or "")
    heard = f"{getattr(error, 'context', None) or ''} {problem}"
    saying = next((s for s in _SAYINGS if any(h in heard for h in s.heard)), None)
    mark = getattr(error, "problem_mark", None)
    if saying and saying.opens:
        mark = getattr(error, "context_mark", None) or mark
    if mark is None:
        return not_yaml_unplaced(f"{error}".splitlines()[0] if f"{error}" else "", file)
    line, column = mark.line + 1, mark.column + 1
    written = _line_at(text, line)
    if "\t" in written[: len(written) - len(written.lstrip())] or written[column - 1 :][:1] == "\t":
        return _tab(written, line, file)
    place = Place(file, line, column)
    if saying is None:
        message = f"at column {column}, YAML cannot be read: {problem or error}"
        return Issue("not-yaml", message, "write `field: value` lines", place)
    remedy = saying.remedy
    if "：" in written or "：" in _line_at(text, line - 1):
        remedy = "use the plain colon `: ` instead of the wide ：, and " + remedy
    return Issue("not-yaml", f"at column {column}, {saying.message}", remedy, place)


def not_yaml_unplaced(said: str, file: str, line: int | None = None) -> Issue:
    """A complaint that names no place: the line is that of the last part that could be read."""
    return Issue(
        "not-yaml",
        f"YAML cannot be read after this: {said}",
        "write `field: value` lines, and put texts with unusual signs in single quotes",
        Place(file, line),
    )


def _tab(written: str, line: int, file: str) -> Issue:
    return Issue(
        "tab-indent",
        "a tab stands where YAML wants spaces",
        "replace each tab by spaces (two a level), and set the editor to do so",
        Place(file, line, written.index("\t") + 1),
    )


def _line_at(text: str, line: int) -> str:
    """The text of a line counted from 1; empty where there is none."""
    # Not splitlines(): that also breaks at characters which the parsers keep within a line.
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[line - 1] if 0 < line <= len(lines) else ""
