"""Fields of which a deal says one: which must go for another of them to be varied."""

from __future__ import annotations

from lessor.terms.load import build_deal
from lessor.terms.setting import with_set
from lessor.terms.source import Path, Source, Value, dotted, parse_dotted


def set_aside(source: Source, path: str, text: str) -> tuple[Source, str]:
    """The source with the field at `path` set and free to vary, and a note of what gave way.

    A residual said as a share is dropped for one that is an amount. The source comes back as it
    is, without a note, where nothing excludes the field.
    """
    changed, _ = with_set(source, path, text)
    if changed is None or not _excludes(changed):
        return source, ""
    steps = changed.resolve(parse_dotted(path))
    for depth in range(len(steps) - 1, 0, -1):
        for name in _beside(changed, steps[:depth], str(steps[depth])):
            sibling = (*steps[:depth], name)
            without, _ = with_set(changed, sibling, None)
            if without is not None and not _excludes(without):
                return without, f"{dotted(sibling)} is set aside for it"
    return source, ""


def _excludes(source: Source) -> bool:
    return any(issue.code == "choice-of-one" for issue in build_deal(source)[1])


def _beside(source: Source, path: Path, step: str) -> list[str]:
    """The fields said in the block at a path, other than the one that the path goes on with."""
    node: Value = source.tree
    for name in path:
        if isinstance(node, dict):
            node = node.get(str(name))
        else:
            node = node[name] if isinstance(node, list) and isinstance(name, int) else None
    return [name for name in node if name != step] if isinstance(node, dict) else []
