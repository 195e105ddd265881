"""A rich deal spoiled in every field: whatever stands there, there are Issues and no traceback."""

from collections import Counter
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

from lessor.terms.load import build_deal
from lessor.terms.source import Path, Source, Value
from tests.terms.rich_deal import rich

SPOILED: tuple[Value, ...] = (
    None,
    "",
    "nobody",
    "-1",
    "0",
    "1e18",
    "1e400",
    "nan",
    "150%",
    "0 months",
    "1200 months",
    "36525 days",
    "1970-01-01",
    "2200-12-31",
    "9999-12-31",
    "distribute",
    [],
    ["nobody", "nobody"],
    {},
    {"nobody": "1"},
)
"""What is put in the place of each value: nothing, wrong types, negative and huge ones."""


def spoilable(node: Any, path: Path = ()) -> Iterator[Path]:
    """The path of every block, list and value below the top."""
    if path:
        yield path
    children = node.items() if isinstance(node, dict) else []
    for step, child in enumerate(node) if isinstance(node, list) else children:
        yield from spoilable(child, (*path, step))


def spoiled(source: Source, path: Path, values: Iterable[Value]) -> Iterator[Source]:
    """The source with each value at the path, without what stands there, and with it misnamed."""
    for value in values:
        yield source.with_value(path, value)
    yield without(source, path, None)
    if isinstance(path[-1], str):
        yield without(source, path, f"{path[-1]}s")


def without(source: Source, path: Path, name: str | None) -> Source:
    """The source without what stands at the path, or with it under another name."""
    tree = deepcopy(dict(source.tree))
    node: Any = tree
    for step in path[:-1]:
        node = node[step]
    held = node.pop(path[-1])
    if name is not None:
        node[name] = held
    return replace(source, tree=tree)


def test_no_value_anywhere_makes_a_traceback():
    source, counted = rich(), Counter[str]()
    for index, path in enumerate(spoilable(source.tree)):
        # Each path gets a third of the values, and each value a third of the paths.
        for changed in spoiled(source, path, SPOILED[index % 3 :: 3]):
            issues = build_deal(changed)[1]
            counted["spoiled"] += 1
            counted["refused"] += bool(issues)
            assert all(issue.message and issue.remedy for issue in issues), (path, issues)
    assert counted["spoiled"] > 2_500
    # Some are sound as they stand: a lender need not be named, a fee may be 0.
    assert counted["refused"] > counted["spoiled"] * 3 // 4


def test_two_faults_at_once_make_no_traceback_either():
    source = rich()
    paths = [path for path in spoilable(source.tree) if path[0] in ("facilities", "spvs", "rates")]
    for index, path in enumerate(paths):
        other = paths[(index * 37 + 11) % len(paths)]
        if path[: len(other)] == other or other[: len(path)] == path:
            continue
        changed = source.with_value(path, SPOILED[index % len(SPOILED)])
        build_deal(changed.with_value(other, SPOILED[(index * 7) % len(SPOILED)]))
