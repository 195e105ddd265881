"""All reference figures as one flat list."""

from __future__ import annotations

from lessor.terms.reference.fact import KINDS, Fact, read
from lessor.terms.reference.hardware import server_facts


def facts(kind: str | None = None) -> tuple[Fact, ...]:
    """Every figure of one kind, or of all kinds, those computed for servers with them.

    Refuses a kind that is not in `KINDS` (ValueError).
    """
    if kind is None:
        return tuple(fact for each in KINDS for fact in facts(each))
    return tuple(server_facts()) if kind == "servers" else read(kind)
