"""Planned events with their numbers: parts of a year, what was observed, prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from lessor.core.numeric import Kind, Value
from lessor.engine.debt.contract import ContractEvent, RedemptionPeriods
from lessor.engine.debt.contract_dates import DayRules, fraction_between, moments_before, moved
from lessor.engine.debt.contract_plan import ContractDates, PlannedEvent, interest_moments

OBSERVED = ("rate_reset", "scaling")
"""Kinds of event that need what the market showed on their day."""

Observations = Mapping[str, Mapping[datetime, Value]]
"""Kind of event -> moment -> what was observed."""


class AgreedValues(NamedTuple):
    """What was agreed for single events: prices, interest accrued apart, and the next rate."""

    purchase_price: Value | None = None
    termination_price: Value | None = None
    next_rate: Value | None = None


class Horizon(NamedTuple):
    """The redemption dates over which a level payment is spread, and the periods between them.

    Compared as written: a redemption one second away is still to come, though no day lies between.
    """

    moments: tuple[datetime, ...]
    fractions: tuple[Value, ...]

    def after(self, start: datetime, *, rules: DayRules, kind: Kind) -> RedemptionPeriods | None:
        """The periods from `start` over the dates later than it; None where there are none."""
        return self._from(start, len([each for each in self.moments if each <= start]), rules, kind)

    def since(self, start: datetime, *, rules: DayRules, kind: Kind) -> RedemptionPeriods | None:
        """The same, with a date that is `start` itself."""
        return self._from(start, len([each for each in self.moments if each < start]), rules, kind)

    def _from(
        self, start: datetime, passed: int, rules: DayRules, kind: Kind
    ) -> RedemptionPeriods | None:
        if passed == len(self.moments):
            return None
        first = fraction_between(start, self.moments[passed], rules)
        return RedemptionPeriods(kind.given(first, "year fraction"), self.fractions[passed:])


def unobserved(
    planned: Sequence[PlannedEvent], observations: Observations
) -> tuple[PlannedEvent, ...]:
    """The events on whose day nothing was observed that they need."""
    return tuple(
        event
        for event in planned
        if event.kind in OBSERVED and _observed(event, observations) is None
    )


def _observed(event: PlannedEvent, observations: Observations) -> Value | None:
    """What was observed on the day that the event moved to, else on the day scheduled."""
    found = observations.get(event.kind, {})
    return found.get(event.moment, found.get(event.scheduled))


def lower_horizon(dates: ContractDates, *, kind: Kind) -> Horizon:
    """The redemption dates of a level payment, unmoved, to the end of amortization."""
    if not dates.redemptions:
        return Horizon((), ())
    first = dates.redemptions[0]
    end = dates.maturity if dates.amortization_end is None else dates.amortization_end
    moments = [*moments_before(first.anchor, first.step, end, dates.rules), end]
    fractions = tuple(
        kind.given(fraction_between(opens, closes, dates.rules), "year fraction")
        for opens, closes in pairwise(moments)
    )
    return Horizon(tuple(moments), fractions)


def lower_opening_fraction(dates: ContractDates, *, kind: Kind) -> Value:
    """The part of a year from the last interest date before the opening to it; 0 without one."""
    past = [
        there if dates.rules.is_counted_as_moved else moment
        for moment in [*interest_moments(dates), *_capitalized(dates)]
        if (there := moved(moment, dates.rules)) < dates.opening
    ]
    if not past:
        return kind.given(0)
    return kind.given(fraction_between(max(past), dates.opening, dates.rules), "year fraction")


def _capitalized(dates: ContractDates) -> list[datetime]:
    return [] if dates.capitalization_end is None else [dates.capitalization_end]


def lower_opening_periods(dates: ContractDates, *, kind: Kind) -> RedemptionPeriods | None:
    """The periods of the level payment that a contract has from its opening or exchange on."""
    if not dates.fixes_payment:
        return None
    start = max(dates.opening, dates.exchange)
    horizon = lower_horizon(dates, kind=kind)
    return horizon.since(start, rules=dates.rules, kind=kind)


def lower_events(
    dates: ContractDates,
    planned: Sequence[PlannedEvent],
    observations: Observations,
    *,
    agreed: AgreedValues,
    kind: Kind,
) -> list[ContractEvent]:
    """The planned events as inputs of `contract_event`, in their order; none may be `unobserved`.

    Interest runs from the event before, at first from the opening.
    """
    horizon = lower_horizon(dates, kind=kind) if dates.fixes_payment else Horizon((), ())
    opening_periods = lower_opening_periods(dates, kind=kind)
    found = []
    before = dates.opening
    for event in planned:
        if event.kind == "exchange":
            before, periods = _accrued_from(dates), opening_periods
        elif event.kind == "payment_fixing":
            periods = horizon.after(event.counted, rules=dates.rules, kind=kind)
        else:
            periods = None
        fraction = kind.given(fraction_between(before, event.counted, dates.rules), "year fraction")
        value, spread = _lower_value(event, observations, agreed)
        found.append(ContractEvent(event.kind, fraction, value, spread, periods))
        before = event.counted
    return found


def _lower_value(
    event: PlannedEvent, observations: Observations, agreed: AgreedValues
) -> tuple[Value | None, Value | None]:
    """The value of an event, and the spread that a rate segment has of its own."""
    of_segment = None if event.segment is None else event.segment.value
    if event.kind in OBSERVED:
        return _observed(event, observations), of_segment
    of_kind = {
        "purchase": agreed.purchase_price,
        "termination": agreed.termination_price,
        "rate_fixing": agreed.next_rate,
    }
    return (of_kind.get(event.kind) if of_segment is None else of_segment), None


def _accrued_from(dates: ContractDates) -> datetime:
    """From when interest runs at the exchange: an interest anchor before it, else itself."""
    anchors = [segment.anchor for segment in dates.interest[:1]]
    return next((anchor for anchor in anchors if anchor < dates.exchange), dates.exchange)
