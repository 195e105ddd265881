"""Dotted paths: how a field is named on the command line and in a message.

`leases.anchor.charges.base.amount` steps through blocks by name; `deliveries[0].date` and
`deliveries.0.date` both step into a list, counted from 0. A name that holds a dot, a bracket or
a quote is quoted: `curves."0.5"`.
"""

import re
from typing import NoReturn, TypeAlias

from lessor.core.issue import FaultsError, Issue, Place

Path: TypeAlias = tuple[str | int, ...]

# A number of more than nine digits is a name: no list is that long, and int() refuses the huge.
_STEP = re.compile(
    r"""\[(?P<index>[0-9]{1,9})\]
      | "(?P<quoted>(?:[^"\\]|\\.)*)"
      | (?P<name>[^.\[\]"]+)""",
    re.VERBOSE,
)
_NUMBER = re.compile(r"0|[1-9][0-9]{0,8}")


def parse_dotted(text: str) -> Path:
    """The path that a dotted text names; a whole number is a place in a list, counted from 0.

    Where the file has named fields and not a list at that point, the number is read as the name
    (`Source.resolve`), so that `rates.2026` works too. Spaces around the text are ignored.
    Raises FaultsError with `path-malformed`.

    >>> parse_dotted("deliveries[0].date")
    ('deliveries', 0, 'date')
    """
    source = text.strip()
    path: list[str | int] = []
    position = 0
    while True:
        step = _STEP.match(source, position)
        if step is None or (step["index"] is not None and not path):
            _malformed(text, position)
        # A file is a block of fields: only below its top can there be a list.
        path.append(_step_value(step) if path else str(_step_value(step)))
        position = step.end()
        if position == len(source):
            return tuple(path)
        if source[position] == ".":
            position += 1
            if source[position : position + 1] == "[":
                _malformed(text, position)
        elif source[position] != "[":
            _malformed(text, position)


def dotted(path: Path) -> str:
    """The path as a person writes it: the inverse of `parse_dotted`.

    >>> dotted(("deliveries", 0, "date"))
    'deliveries[0].date'
    """
    text = ""
    for step in path:
        if isinstance(step, int) and text:
            text += f"[{step}]"
        else:
            text += ("." if text else "") + _quoted_if_needed(str(step))
    return text


def _step_value(step: re.Match[str]) -> str | int:
    if step["index"] is not None:
        return int(step["index"])
    if step["quoted"] is not None:
        return re.sub(r"\\(.)", r"\1", step["quoted"])
    return int(step["name"]) if _NUMBER.fullmatch(step["name"]) else step["name"]


def _quoted_if_needed(name: str) -> str:
    if name and name == name.strip() and not re.search(r'[.\[\]"]', name):
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _malformed(text: str, position: int) -> NoReturn:
    seen = text.strip()[:position]
    after = f"after {seen!r}" if seen else "at its start"
    raise FaultsError(
        [
            Issue(
                "path-malformed",
                f"{text!r} is not a path to a field: a name is missing {after}",
                "write names with a dot between them, such as "
                "leases.anchor.charges.base.amount or assets.servers.deliveries[0].date",
                Place(field=text.strip()),
            )
        ]
    )
