"""A loan that a waterfall pays: stepped to each of its payment days, then settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from lessor.core.numeric import Naming, Value, maximum, minimum
from lessor.engine.debt.facility import (
    FacilityDue,
    FacilityFlows,
    FacilityInputs,
    FacilityState,
    OwedState,
    accrue_segment,
    opening_facility,
    repay_early,
    settle_segment,
)
from lessor.engine.debt.waterfall_steps import StepFlow, StepTerms
from lessor.forecast.funding import PreparedFacility


class ScheduledPayment(NamedTuple):
    """What a loan asks for on a day if everything is paid: `service` is all but early repayment.

    `fees`: those in `service`. `opening`: principal outstanding before it; `closing`: after it.
    """

    day: date
    service: Value
    fees: Value
    interest: Value
    early: Value
    opening: Value
    closing: Value


def scheduled_payments(
    prepared: PreparedFacility, flows: Sequence[FacilityFlows], funded_until: date | None
) -> list[ScheduledPayment]:
    """The payments of a loan that is paid whatever it asks for, in order.

    Up to `funded_until` interest and fees are a use of money and no debt service.
    """
    found = []
    for segment, flow in zip(prepared.segments, flows, strict=True):
        if segment.is_payment or prepared.is_end(segment):
            service, fees = flow.principal_paid + flow.premium_paid, 0 * flow.fees_paid
            if funded_until is None or segment.payment_day > funded_until:
                fees = flow.fees_paid
                service = fees + flow.interest_paid + service
            opening = flow.outstanding + flow.principal_paid + flow.prepaid - flow.capitalised
            found.append(
                ScheduledPayment(
                    segment.payment_day,
                    service,
                    fees,
                    flow.interest_paid,
                    flow.prepaid,
                    opening,
                    flow.outstanding,
                )
            )
    return found


@dataclass
class Loan:
    """A loan on its way through the dates of a waterfall.

    `flows` are those of the segments passed so far. Between `fall_due` and `settle` the loan waits
    at the end of a segment for what the waterfall paid. `arrears`: fees, interest and principal
    that fell due before and were not paid.
    """

    prepared: PreparedFacility
    state: FacilityState = field(init=False)
    arrears: Value = field(init=False)
    flows: list[FacilityFlows] = field(default_factory=list)
    _waiting: tuple[FacilityDue, OwedState, FacilityInputs] | None = None

    def __post_init__(self) -> None:
        self.state = opening_facility(self.prepared.terms)
        self.arrears = self.prepared.terms.zero

    @property
    def name(self) -> str:
        """Its name in the deal."""
        return self.prepared.terms.name

    @property
    def outstanding(self) -> Value:
        """Principal owed after the last date that was settled."""
        return self.state.outstanding

    @property
    def current(self) -> Value:
        """Principal owed that is not overdue."""
        return self.state.outstanding - self.state.overdue

    @property
    def is_waiting(self) -> bool:
        """Whether something is due that has not been settled."""
        return self._waiting is not None

    @property
    def owed(self) -> Value:
        """Principal owed as something falls due."""
        return (
            self.state.outstanding if self._waiting is None else self._waiting[1].state.outstanding
        )

    def fall_due(self, day: date) -> FacilityDue | None:
        """Step to a payment day: what is due on it; None where the loan does not pay on it."""
        while len(self.flows) < len(self.prepared.segments):
            segment = self.prepared.segments[len(self.flows)]
            # What a holiday moves past the end of the plan is due at its end.
            if min(segment.payment_day, self.prepared.grid.end) > day:
                return None
            inputs = self._inputs(day)
            due, owed = accrue_segment(self.prepared.terms, self.state, inputs)
            if inputs.segment.is_payment or inputs.is_repaid_in_full:
                self._waiting = due, owed, inputs
                return due
            self._go_on(*settle_segment(self.prepared.terms, owed, due, due, inputs))
        return None

    def _inputs(self, day: date) -> FacilityInputs:
        """What the next segment takes in; after maturity all still unpaid is due on each date."""
        inputs, place = self.prepared.inputs[len(self.flows)], len(self.flows)
        later = self.prepared.segments[place + 1 : place + 2]
        if not self._is_matured or any(segment.payment_day <= day for segment in later):
            return inputs
        overdue = inputs.segment._replace(is_payment=True, is_principal_payment=True, is_last=True)
        return inputs._replace(segment=overdue)

    @property
    def _is_matured(self) -> bool:
        """Whether the last payment of the loan lies behind."""
        return any(segment.is_last for segment in self.prepared.segments[: len(self.flows)])

    def settle(self, paid: FacilityDue, *, is_swept: bool = False) -> None:
        """Go on from the payment day with what was paid on it; `is_swept`: a sweep may pay more."""
        assert self._waiting is not None, "a loan is settled that has nothing due"
        due, owed, inputs = self._waiting
        if inputs.early is None and not (inputs.is_repaid_in_full or is_swept):
            # Nothing can be repaid early, so that an instalment in cents holds on.
            paid = paid._replace(early=due.early)
        self._go_on(*settle_segment(self.prepared.terms, owed, due, paid, inputs))
        self.arrears = self.state.fees + self.state.arrears + self.state.overdue
        self._waiting = None

    def repay(self, amount: Value) -> None:
        """Repay principal beside what falls due: money of the owners that makes a test good."""
        terms, flow = self.prepared.terms, self.flows[-1]
        self.state = repay_early(terms, self.state, amount)
        prepaid = flow.prepaid + amount
        self.flows[-1] = flow._replace(prepaid=prepaid, outstanding=self.state.outstanding)

    def _go_on(self, flow: FacilityFlows, state: FacilityState) -> None:
        """To the next segment, with flows and state under their names for kinds that keep them."""
        kind = self.prepared.kind
        if kind.keeps_names:
            period = self.prepared.segments[len(self.flows)].period
            naming = Naming(kind, f"facilities.{self.name}", [period])
            flow, state = naming.apply(flow, 0), naming.apply(state, 0, closing=True)
        self.flows.append(flow)
        self.state = state


class Asked(NamedTuple):
    """What a waterfall asks its steps to pay for a loan on a date, by the part of the step.

    `funded`: fees and interest that a use of money pays, none of them in `due`.
    """

    due: FacilityDue
    outstanding: Value
    has_fees_step: bool
    funded: tuple[Value, Value] | None = None

    def want(self, part: str, zero: Value) -> Value:
        """The amount that a step for `part` is to pay: fees fall to interest without their own."""
        due = self.due
        fees = zero if self.has_fees_step else due.fees
        principal = due.principal + due.early + due.premium
        wanted = {
            "fees": due.fees,
            "interest": fees + due.interest,
            "principal": principal,
            "debt_service": fees + due.interest + principal,
            "early": maximum(self.outstanding - due.principal - due.early, zero),
        }
        return wanted[part]


def paid_to(asked: Asked, steps: Sequence[tuple[StepTerms, StepFlow]], zero: Value) -> FacilityDue:
    """What the steps of a date paid to a loan: fees, interest, principal, early, premium.

    A step that pays several of them pays them in this order. Fees with a step of their own count as
    paid, for the waterfall carries what it leaves unpaid of them.
    """
    due = asked.due
    fees = due.fees if asked.has_fees_step else zero
    interest = principal = early = premium = swept = zero
    for step, flow in steps:
        left = flow.paid
        if step.part == "early":
            swept = swept + left
        if step.part in ("interest", "debt_service"):
            if not asked.has_fees_step:
                fees = minimum(left, due.fees)
                left = left - fees
            interest = minimum(left, due.interest)
            left = left - interest
        if step.part in ("principal", "debt_service"):
            principal = minimum(left, due.principal)
            premium = minimum(left - principal, due.premium)
            early = minimum(left - principal - premium, due.early)
    return FacilityDue(fees, interest, principal, early + swept, premium)
