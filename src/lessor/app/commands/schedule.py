"""`lessor schedule`: what does a loan pay, and when?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lessor.app.outcome import Outcome, command, listed, refused
from lessor.core.issue import Issue, Place

if TYPE_CHECKING:
    from lessor.forecast.loan_schedule import ScheduleRow
    from lessor.terms.deal import Deal


@dataclass(frozen=True)
class Schedule:
    """The rows of one loan of a deal."""

    deal: Deal
    facility: str
    rows: list[ScheduleRow]


@command
def schedule(path: str, facility: str, sets: Sequence[str] = ()) -> Outcome[Schedule]:
    """The schedule of one loan of a deal file, as the plan runs it.

    The document is `{"rows": [{"date", "days", "rate", "opening", "drawn", "interest",
    "principal", "fees", "closing"}], "issues"}`. Issues: unknown-name.
    """
    from lessor.forecast.closing_tables import plan_of
    from lessor.forecast.lease_loans import with_lease_loans
    from lessor.forecast.loan_schedule import joined_rows
    from lessor.terms.load import load_deal

    loaded, issues = load_deal(path, sets)
    if loaded is None:
        return refused(issues)
    if facility not in loaded.deal.facilities:
        return refused((*issues, _unknown(facility, tuple(loaded.deal.facilities))))
    made_of = with_lease_loans(loaded.deal)[1].get(facility, (facility,))
    runs = [run for run in plan_of(loaded).facilities if run.name in made_of]
    found = Schedule(loaded.deal, facility, joined_rows(runs))
    rows = [row.as_json() for row in found.rows]
    return Outcome({"rows": rows, "issues": listed(issues)}, issues, found)


def _unknown(name: str, known: Sequence[str]) -> Issue:
    told = (
        f"write one of {', '.join(known)}" if known else "the deal has no loans: add `facilities:`"
    )
    return Issue("unknown-name", f"there is no loan '{name}'", told, Place(field="facilities"))
