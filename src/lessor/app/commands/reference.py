"""`lessor reference`: the figures that a deal may lean on, each with its source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lessor.app.outcome import Outcome, command, refused
from lessor.core.issue import Issue, Place

if TYPE_CHECKING:
    from lessor.terms.reference import Fact


@command
def reference(kind: str | None = None) -> Outcome[tuple[Fact, ...]]:
    """The reference figures of one kind, or of all; the document is `{"facts": [...]}`.

    Issues: unknown-reference.
    """
    from lessor.terms.reference import KINDS, facts

    if kind is not None and kind not in KINDS:
        return refused([_unknown(kind, KINDS)])
    found = facts(kind)
    return Outcome({"facts": [_as_json(fact) for fact in found], "issues": []}, (), found)


def _as_json(fact: Fact) -> dict[str, object]:
    return {
        "kind": fact.kind,
        "name": fact.name,
        "value": fact.value if isinstance(fact.value, str) else float(fact.value),
        "unit": fact.unit,
        "as_of": fact.as_of.isoformat(),
        "source": fact.source,
        "grade": fact.grade.value,
        "note": fact.note,
    }


def _unknown(kind: str, kinds: tuple[str, ...]) -> Issue:
    return Issue(
        "unknown-reference",
        f"there is no reference data of kind '{kind}'",
        f"kinds are {', '.join(kinds)}",
        Place(field=kind),
    )
