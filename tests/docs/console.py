"""The commands that pages show, and what the pages say they print."""

import re
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```(console|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ANYTHING = "..."


@dataclass(frozen=True)
class Shown:
    """A command of a page: where it stands, and the lines shown below it (None: none are)."""

    page: Path
    line: int
    command: str
    output: tuple[str, ...] | None


def shown_in(page: Path) -> list[Shown]:
    """Every `lessor` command in the console and sh blocks of a page, in order.

    In a console block a command follows `$ ` and its output stands below it; in an sh block each
    line is a command. A line that ends with a backslash goes on in the next.
    """
    text = page.read_text(encoding="utf-8")
    found: list[Shown] = []
    for block in _BLOCK.finditer(text):
        first = text.count("\n", 0, block.start(2)) + 1
        lines = block[2].splitlines()
        found += (
            _in_console(page, first, lines) if block[1] == "console" else _in_sh(page, first, lines)
        )
    return found


def _in_sh(page: Path, first: int, lines: list[str]) -> list[Shown]:
    return [Shown(page, first + start, command, None) for start, command, _ in _commands(lines, "")]


def _in_console(page: Path, first: int, lines: list[str]) -> list[Shown]:
    commands = _commands(lines, "$ ")
    ends = [start for start, _, _ in commands[1:]] + [len(lines)]
    return [
        Shown(page, first + start, command, tuple(lines[below:end]))
        for (start, command, below), end in zip(commands, ends, strict=True)
    ]


def _commands(lines: list[str], prompt: str) -> list[tuple[int, str, int]]:
    """(first line, command, line after it) of each `lessor` command."""
    found = []
    for start, line in enumerate(lines):
        if not line.startswith(f"{prompt}lessor "):
            continue
        end = start
        while lines[end].endswith("\\"):
            end += 1
        parts = [part.rstrip("\\").strip() for part in lines[start : end + 1]]
        found.append((start, " ".join(parts).removeprefix(prompt), end + 1))
    return found


def agrees(said: tuple[str, ...], given: list[str]) -> bool:
    """Whether output is what a page says; a line of three dots stands for any lines."""
    if not said:
        return not given
    if said[0] == ANYTHING:
        return any(agrees(said[1:], given[skip:]) for skip in range(len(given) + 1))
    return bool(given) and said[0].rstrip() == given[0].rstrip() and agrees(said[1:], given[1:])
