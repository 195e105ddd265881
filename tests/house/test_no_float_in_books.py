"""Books keep money as Decimal: no float literal, no float(), no NumPy under `src/lessor/books`."""

import ast
from pathlib import Path

import pytest


def floats_in(text: str) -> list[str]:
    """Each place in a module where a binary number could come in, with its line."""
    found = []
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Constant(value=float()):
                found.append(f"{node.lineno} float literal")
            case ast.Call(func=ast.Name(id="float")):
                found.append(f"{node.lineno} call of float")
            case ast.Import(names=names) if any(name.name.startswith("numpy") for name in names):
                found.append(f"{node.lineno} import of numpy")
            case ast.ImportFrom(module=str(module)) if module.startswith("numpy"):
                found.append(f"{node.lineno} import of numpy")
    return found


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("rate = 0.06", 1),
        ("rate = float(text)", 1),
        ("import numpy as np", 1),
        ("from numpy import float64", 1),
        ("from decimal import Decimal\nrate = Decimal('0.06') * 2", 0),
    ],
)
def test_the_check_sees_what_it_should(text: str, count: int):
    assert len(floats_in(text)) == count


def test_no_float_in_books(root: Path):
    # The room comes with billing; whatever stands in it from its first file on is held to this.
    books = sorted((root / "src" / "lessor" / "books").rglob("*.py"))
    found = {path.name: floats_in(path.read_text(encoding="utf-8")) for path in books}
    assert {name: places for name, places in found.items() if places} == {}
