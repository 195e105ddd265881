"""Principal sculpted to a cover: fixed once at closing, from the cash of a named case."""

from __future__ import annotations

from typing import NamedTuple

from lessor.core.numeric import Value, clip
from lessor.engine.debt.facility import accrue_segment, settle_segment
from lessor.engine.debt.facility_terms import FacilityInputs, FacilityState, FacilityTerms


class SculptTerms(NamedTuple):
    """The loan, and the cover of its debt service that cash flow is to leave."""

    facility: FacilityTerms
    dscr: Value


class SculptInputs(NamedTuple):
    """A segment of the loan, and the CFADS of its payment period (0 where none is paid)."""

    segment: FacilityInputs
    cfads: Value


def sculpt_segment(
    terms: SculptTerms, state: FacilityState, inputs: SculptInputs
) -> tuple[Value, FacilityState]:
    """The principal of one segment's payment: cfads / dscr - interest.

    At least 0, at most what is outstanding; the last payment takes what is left. Run over the named
    case at closing, it is the table that the loan then keeps: it is never sculpted again.
    """
    due, owed = accrue_segment(terms.facility, state, inputs.segment)
    if not inputs.segment.segment.is_payment:
        _, closing = settle_segment(terms.facility, owed, due, due, inputs.segment)
        return terms.facility.zero, closing
    left = owed.state.outstanding
    principal = left
    if not inputs.segment.segment.is_last:
        wanted = inputs.cfads / terms.dscr - due.interest
        principal = clip(wanted, terms.facility.zero, left)
    scheduled = due._replace(principal=principal)
    _, closing = settle_segment(terms.facility, owed, scheduled, scheduled, inputs.segment)
    return principal, closing
