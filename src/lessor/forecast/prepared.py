"""A loan made ready to run: its segments, rates and payment tables, before any cash moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import cached_property

from lessor.core.dates import year_fraction
from lessor.core.numeric import Kind, Naming, Value, scan
from lessor.engine.debt.early import EarlyInputs, lower_early
from lessor.engine.debt.facility_terms import (
    Draw,
    FacilityInputs,
    FacilityState,
    FacilityTerms,
    lower_facility,
    opening_facility,
)
from lessor.engine.debt.rates import (
    InterestTerms,
    RateInputs,
    interest_rate,
    lower_interest,
    lower_market_rate,
    rate_inputs,
    resets,
)
from lessor.engine.debt.schedule import (
    PaymentFactors,
    RateTerms,
    SegmentTerms,
    annuity_factors,
    lower_segments,
    period_growths,
)
from lessor.engine.debt.sculpting import SculptInputs, SculptTerms, sculpt_segment
from lessor.engine.debt.structure import (
    SegmentStructure,
    facility_rows,
    maturity_day,
    payment_plan,
)
from lessor.engine.debt.whole_periods import with_whole_periods
from lessor.rating.exchange import converted
from lessor.rating.grid import Grid, Moment
from lessor.terms.deal import Deal
from lessor.terms.facilities import Facility
from lessor.terms.plan_dates import lease_end

Draws = Sequence[tuple[Moment, Value]]
"""What is drawn at each moment, oldest first."""


@dataclass(frozen=True)
class PreparedFacility:
    """A loan over the months of a plan: what is known of it before it runs.

    `segments` are those of the plan, in order; `plan` and `values` reach maturity even where the
    plan ends before. `rates`: the rate a year of each segment. `draws`: by segment; `drawn_on`: the
    same with their moments. `ceilings`: by segment, the balances above which principal is due with
    its payment. `charges`: by segment, what is due with its payment beside interest and principal.
    """

    name: str
    facility: Facility
    grid: Grid
    kind: Kind
    terms: FacilityTerms
    plan: tuple[SegmentStructure, ...]
    values: tuple[SegmentTerms, ...]
    rates: tuple[Value, ...]
    early: Mapping[int, EarlyInputs]
    draws: Mapping[int, tuple[Draw, ...]] = field(default_factory=dict)
    drawn_on: Mapping[int, tuple[tuple[Moment, Value], ...]] = field(default_factory=dict)
    ceilings: Mapping[int, tuple[Value, ...]] = field(default_factory=dict)
    charges: Mapping[int, Value] = field(default_factory=dict)
    _factors: dict[int, PaymentFactors] = field(default_factory=dict)

    @cached_property
    def segments(self) -> tuple[SegmentStructure, ...]:
        """The segments that lie in the plan."""
        return tuple(each for each in self.plan if each.period < self.grid.months)

    @cached_property
    def inputs(self) -> tuple[FacilityInputs, ...]:
        """What each segment takes in, the owners paying all that is due."""
        return tuple(self.inputs_at(index) for index in range(len(self.segments)))

    @property
    def payments(self) -> tuple[int, ...]:
        """The segments of the plan that end with a payment."""
        return tuple(index for index, each in enumerate(self.segments) if each.is_payment)

    @property
    def has_fees(self) -> bool:
        """Whether anything beside interest and principal is due with a payment."""
        return self.terms.has_fees or len(self.charges) > 0

    @property
    def ends_after_plan(self) -> bool:
        """Whether the plan ends before the loan does, so that it is repaid in full at its end."""
        return any(segment.is_last for segment in self.plan[len(self.segments) :])

    def is_end(self, segment: SegmentStructure) -> bool:
        """Whether the plan ends with the segment before the loan does."""
        return self.ends_after_plan and segment is self.segments[-1]

    def moment(self, index: int) -> Moment:
        """The moment at which what falls due at the end of a segment is paid."""
        return self._moments[index]

    @cached_property
    def _moments(self) -> tuple[Moment, ...]:
        return tuple(self.grid.moment(each.payment_day, opening=False) for each in self.segments)

    def opening(self) -> FacilityState:
        """The loan before its first draw."""
        return opening_facility(self.terms)

    def inputs_at(
        self, index: int, draws: tuple[Draw, ...] | None = None, *, is_end: bool | None = None
    ) -> FacilityInputs:
        """What a segment takes in; `draws` instead of those that the loan was prepared with.

        `is_end`: all is repaid at its end; the last segment of the plan unless said.
        """
        early = self.early.get(index)
        if is_end is None:
            is_end = index < len(self.segments) and self.is_end(self.segments[index])
        is_made_whole = early is not None and early.is_made_whole
        return FacilityInputs(
            draws=self.draws.get(index, ()) if draws is None else draws,
            segment=self.values[index],
            factors=self._factors_of(index),
            is_repaid_in_full=is_end,
            rate=self.rates[index],
            is_reset=index > 0 and self.rates[index] is not self.rates[index - 1],
            ceilings=self.ceilings.get(index, ()),
            early=early,
            remaining=self._remaining(index) if is_made_whole else (),
            charged=self.charges.get(index),
        )

    def draw(self, index: int, amount: Value) -> Draw:
        """A draw on the first day of a segment."""
        return Draw(amount, self.values[index].year_fraction)

    def with_draws(self, draws: Draws) -> PreparedFacility:
        """The loan with these draws, whose days must have been known when it was prepared."""
        by_segment: dict[int, tuple[tuple[Moment, Value], ...]] = {}
        for moment, amount in draws:
            index = _segment_of(self, moment)
            by_segment[index] = (*by_segment.get(index, ()), (moment, amount))
        given = {
            index: tuple(_draw(self, index, moment, amount) for moment, amount in own)
            for index, own in by_segment.items()
        }
        return replace(self, draws=given, drawn_on=by_segment)

    def with_table(self, amounts: Sequence[Value]) -> PreparedFacility:
        """The loan with the principal of each payment (of `payments`, in order) as it is given."""
        table = dict(zip(self.payments, amounts, strict=True))
        values = tuple(
            value._replace(amount_due=table[index]) if index in table else value
            for index, value in enumerate(self.values)
        )
        return replace(self, values=values)

    def sculpted(self, cfads: Sequence[Value]) -> PreparedFacility:
        """The loan with principal sculpted to its DSCR on the CFADS of each payment (`payments`).

        It is reckoned with the draws that the loan was prepared with.
        """
        cover = self.kind.number(
            self.facility.repayment.dscr or 1, f"facilities.{self.name}.repayment.dscr"
        )
        by_segment = dict(zip(self.payments, cfads, strict=True))
        bare = replace(self, early={})
        inputs = [
            SculptInputs(bare.inputs_at(index, is_end=False), by_segment.get(index, 0))
            for index in range(len(self.segments))
        ]
        terms = SculptTerms(self.terms, cover)
        principals, _ = scan(sculpt_segment, terms, self.opening(), inputs)
        return self.with_table([principals[index] for index in self.payments])

    def with_ceilings(self, ceilings: Mapping[int, tuple[Value, ...]]) -> PreparedFacility:
        """The loan with balances, by segment, above which principal falls due."""
        return replace(self, ceilings=ceilings)

    def with_charges(self, charges: Mapping[int, Value]) -> PreparedFacility:
        """The loan with what is due beside interest and principal, by segment with a payment."""
        return replace(self, charges=charges)

    def period_growths(self) -> list[Value]:
        """Interest on 1 from the start of the payment period to the end of each segment."""
        grown = period_growths(self.terms.rate, self.values, self.rates)
        return grown[: len(self.segments)]

    def _remaining(self, index: int) -> tuple[FacilityInputs, ...]:
        """The segments to come to maturity, without draws and without further early repayment."""
        last = next(i for i, segment in enumerate(self.plan) if segment.is_last)
        bare = replace(self, early={}, draws={})
        return tuple(bare.inputs_at(i, is_end=False) for i in range(index + 1, last + 1))

    def _factors_of(self, index: int) -> PaymentFactors:
        """The factors of a level payment, found anew for the rate in force."""
        zero = self.terms.zero
        if self.terms.profile.name != "level" or not self.plan[index].is_principal_payment:
            return PaymentFactors(zero, zero, zero)
        if index not in self._factors:
            self._factors.update(self._factors_at(self.rates[index]))
        return self._factors[index]

    def _factors_at(self, rate: Value) -> dict[int, PaymentFactors]:
        """The factors of all payments at one rate."""
        terms = self.terms.rate._replace(value=rate)
        if self.terms.is_flat:
            terms = RateTerms(self.terms.zero, 0, terms.payment_months)
        wanted = [
            index
            for index, segment in enumerate(self.plan)
            if segment.is_principal_payment and self.rates[index] is rate
        ]
        said = self.facility.repayment
        factors = annuity_factors(
            terms,
            self.values,
            kind=self.kind,
            wanted=wanted,
            alike=[segment.alike for segment in self.plan],
            has_balloon=bool(said.balloon) or said.balloon_amount is not None,
        )
        if self.kind.keeps_names:
            periods = [segment.period for segment in self.plan]
            naming = Naming(self.kind, f"facilities.{self.name}.factor", periods)
            factors = tuple(naming.apply(each, at) for at, each in enumerate(factors))
        return {index: factors[index] for index in wanted}


def prepare_facility(
    deal: Deal,
    name: str,
    *,
    grid: Grid,
    kind: Kind,
    draws: Draws = (),
    commitment: Value | None = None,
) -> PreparedFacility:
    """The loan at `facilities.<name>` over the months of a plan.

    `draws` must name every day on which the loan may be drawn (amounts may be replaced later);
    payment days and boundaries of months may be drawn on in any case. `commitment` is the most that
    may be drawn, on which the undrawn fee is reckoned.
    """
    facility, closing = deal.facilities[name], deal.closing_date
    maturity = maturity_day(facility, closing, lease_end(deal) or closing)
    structure = payment_plan(
        facility, grid.boundaries, maturity, draw_days=[moment.day for moment, _ in draws]
    )

    def convert(amount: Value, currency: str | None) -> Value:
        return converted(deal, amount, currency, closing, kind)

    rates = _segment_rates(deal, name, structure, kind=kind)
    terms = lower_facility(
        name, facility, kind=kind, rate=rates[0], commitment=commitment, convert=convert
    )
    values = lower_segments(name, facility, structure, kind=kind, convert=convert)
    first = next(segment for segment in structure if segment.is_principal_payment)
    is_at_closing = first.start == first.end
    is_stepped = len(facility.repayment.frequency_steps) > 0
    months = [segment.months for segment in structure] if is_stepped else []
    terms, values = with_whole_periods(
        terms, values, in_advance=is_at_closing, kind=kind, months=months
    )
    early = lower_early(name, facility, structure, kind=kind, convert=convert)
    prepared = PreparedFacility(
        name, facility, grid, kind, terms, plan=structure, values=values, rates=rates, early=early
    )
    return prepared.with_draws(draws)


def _segment_rates(
    deal: Deal, name: str, structure: Sequence[SegmentStructure], *, kind: Kind
) -> tuple[Value, ...]:
    """The rate of each segment; segments under one reading of one rate share the value itself."""
    facility, closing = deal.facilities[name], deal.closing_date
    market = None
    if facility.rate.index is not None:
        index = facility.rate.index
        market = lower_market_rate(index, deal.rates[index], kind=kind)
    terms = lower_interest(name, facility, market, kind=kind, closing=closing)
    if market is None and not terms.step_days:
        return (terms.fixed,) * len(structure)
    maturity = maturity_day(facility, closing, lease_end(deal) or closing)
    readings = resets(facility, facility_rows(facility, closing, maturity))
    found: dict[tuple[date, RateInputs | None], Value] = {}
    rates: list[Value] = []
    at = 0
    for segment in structure:
        while at + 1 < len(readings) and readings[at + 1].start <= segment.start:
            at += 1
        read_on = readings[at].read_on if market is not None else closing
        inputs = rate_inputs(terms, read_on, segment.start)
        key = (read_on, inputs._replace(market=None))
        if key not in found:
            found[key] = _named_rate(terms, inputs, name, segment.period, kind)
        rates.append(found[key])
    return tuple(rates)


def _named_rate(
    terms: InterestTerms, inputs: RateInputs, name: str, period: int, kind: Kind
) -> Value:
    rate = interest_rate(terms, inputs)
    is_term = terms.market is None and not inputs.steps
    return rate if is_term else kind.named(rate, f"facilities.{name}.rate", period)


def _draw(prepared: PreparedFacility, index: int, moment: Moment, amount: Value) -> Draw:
    fraction = _fraction_left(prepared, prepared.segments[index], moment.day)
    return Draw(amount, prepared.kind.given(fraction, "year fraction from the draw"))


def _segment_of(prepared: PreparedFacility, moment: Moment) -> int:
    """The segment that begins with a draw; without `dates`, the month that holds it."""
    inside = [
        index
        for index in range(len(prepared.segments))
        if prepared.segments[index].period == moment.period
        and prepared.segments[index].start <= moment.day
    ]
    exact = [index for index in inside if prepared.segments[index].start == moment.day]
    return exact[0] if exact else inside[-1]


def _fraction_left(prepared: PreparedFacility, segment: SegmentStructure, day: date) -> Fraction:
    if day <= segment.start:
        return segment.year_fraction
    return year_fraction(prepared.facility.rate.basis, day, segment.end)
