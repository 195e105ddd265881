"""How long the files and functions of the source are."""

import ast
from pathlib import Path
from typing import NamedTuple

SOURCE = Path(__file__).parents[2] / "src"

# Aimed at, and refused beyond.
SOFT_FILE_LINES, HARD_FILE_LINES = 400, 600
SOFT_FUNCTION_LINES, HARD_FUNCTION_LINES = 40, 70


class Size(NamedTuple):
    """The lines of one file or one function, named by its path (and its place in it)."""

    name: str
    lines: int


def measured(source: Path = SOURCE) -> tuple[list[Size], list[Size]]:
    """The sizes of all files and of all functions below a folder, docstrings included."""
    files, functions = [], []
    for path in sorted(source.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(source.parent).as_posix()
        files.append(Size(name, len(text.splitlines())))
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                place = f"{name}:{node.lineno} {node.name}"
                end = node.end_lineno or node.lineno
                functions.append(Size(place, end - node.lineno + 1))
    return files, functions


def over(sizes: list[Size], limit: int) -> list[Size]:
    """The sizes above a limit, longest first."""
    return sorted((size for size in sizes if size.lines > limit), key=lambda size: -size.lines)
