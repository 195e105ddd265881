"""Loans for tests: written as a deal file writes them, and run from the first draw to the last."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from lessor.core.dates import add_months
from lessor.core.numeric import FLOAT, Kind, Value, scan
from lessor.engine.debt.facility import facility_segment
from lessor.engine.debt.facility_terms import (
    Draw,
    FacilityFlows,
    FacilityInputs,
    FacilityState,
    lower_facility,
    opening_facility,
)
from lessor.engine.debt.schedule import SegmentTerms, annuity_factors, lower_segments
from lessor.engine.debt.structure import SegmentStructure, maturity_month, payment_plan
from lessor.terms.facilities import Facility

CLOSING = date(2026, 5, 1)


class LoanRun(NamedTuple):
    """A loan that was run: its flows by month, what is left, and its plan."""

    flows: list[FacilityFlows]
    state: FacilityState
    months: tuple[SegmentTerms, ...]
    plan: tuple[SegmentStructure, ...]


def facility(profile: str = "level", *, until: str = "60 months", **said: Any) -> Facility:
    """A loan of 100 at 4%, 30/360, compounding and paying monthly, unless said otherwise."""
    rate = {"value": "4%", "basis": "30/360", "compounding": "monthly"}
    repayment = {"profile": profile, "until": until}
    tree = {
        "kind": "term_loan",
        "principal": {"amount": "100"},
        "rate": rate | dict(said.pop("rate", {})),
        "repayment": repayment | dict(said.pop("repayment", {})),
        **said,
    }
    return Facility.model_validate(tree)


def grid(months: int, closing: date = CLOSING) -> list[date]:
    """The boundaries of `months` months from closing."""
    return [add_months(closing, month) for month in range(months + 1)]


def run_loan(
    loan: Facility,
    *,
    kind: Kind = FLOAT,
    draws: Mapping[int, Value | str] | None = None,
    cash: Sequence[Value] | None = None,
    repaid_in: int | None = None,
) -> LoanRun:
    """The loan to its maturity: draws by month at the month's start (100 in month 0 unless said).

    `cash` by month limits what is paid; in month `repaid_in` all is repaid, and the run ends.
    """
    plan = payment_plan(loan, grid(1), maturity_month(loan, CLOSING, CLOSING))
    terms = lower_facility("bank", loan, kind=kind)
    months = lower_segments("bank", loan, plan, kind=kind)
    factors = annuity_factors(terms.rate, months, kind=kind)
    drawn = draws or {0: kind.given(100)}
    last = len(months) if repaid_in is None else repaid_in + 1
    inputs = [
        FacilityInputs(
            draws=(Draw(drawn[index], month.year_fraction),) if index in drawn else (),
            segment=month,
            factors=factors[index],
            is_repaid_in_full=index == repaid_in,
            cash_available=None if cash is None else cash[index],
        )
        for index, month in enumerate(months[:last])
    ]
    flows, state = scan(facility_segment, terms, opening_facility(terms), inputs)
    return LoanRun(flows, state, months, plan)


def paid(flow: FacilityFlows) -> Value:
    """Debt service of a month."""
    return flow.interest_paid + flow.principal_paid
