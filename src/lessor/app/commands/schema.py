"""`lessor schema`: the deal language, field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lessor.app.outcome import Outcome, command, refused
from lessor.core.issue import Issue, Place

if TYPE_CHECKING:
    from lessor.terms.fields import FieldRow


@command
def schema(part: str | None = None) -> Outcome[tuple[FieldRow, ...]]:
    """The field table, or its rows of one record, charge or cost, or at and below one path.

    A part that a deal does not have is looked for in the claim file. The document is
    `{"fields": [...], "issues": []}`. Issues: unknown-path.
    """
    from lessor.terms.claim import Claim
    from lessor.terms.fields import field_table

    rows = field_table()
    if part is not None:
        rows = _below(rows, part) or _below(field_table(Claim), part)
        if not rows:
            return refused([_unknown(part)])
    return Outcome({"fields": [_as_json(row) for row in rows], "issues": []}, (), rows)


def _below(rows: tuple[FieldRow, ...], part: str) -> tuple[FieldRow, ...]:
    """The rows of a record by its name, else at and below a path, else by name in any case."""
    return (
        tuple(row for row in rows if row.owner == part)
        or tuple(row for row in rows if f"{row.pattern}.".startswith((f"{part}.", f"{part}[")))
        or tuple(row for row in rows if row.owner.lower() == part.lower())
    )


def _as_json(row: FieldRow) -> dict[str, object]:
    return {
        "pattern": row.pattern,
        "owner": row.owner,
        "type": row.type,
        "unit": row.unit,
        "default": row.default,
        "low": None if row.low is None else float(row.low),
        "high": None if row.high is None else float(row.high),
        "choices": list(row.choices),
        "meaning": row.meaning,
    }


def _unknown(part: str) -> Issue:
    from lessor.terms.fields import field_table, listed, near_names

    rows = field_table()
    known = tuple(dict.fromkeys([row.owner for row in rows] + [row.pattern for row in rows]))
    near = near_names(part, known)
    hint = f"did you mean {listed(near)}? " if near else ""
    return Issue(
        "unknown-path",
        f"the language has no record, charge, cost or field '{part}'",
        f"{hint}name a record as Lease, a charge or cost as base_rent, or a path as leases",
        Place(field=part),
    )
