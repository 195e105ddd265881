"""Expected usage: what a usage plan says will be metered in a stretch of service.

The quantities go into the same rating that metered ones go into; nothing here prices them.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple, TypeAlias

from lessor.core.numeric import Kind, Value, power
from lessor.rating.rate import InService, Use, Used
from lessor.rating.service import Span
from lessor.terms.leases import TokenPrices, TokenSplit, UsagePlan

SECONDS_AN_HOUR = 3600
A_MILLION = 1_000_000


Three: TypeAlias = tuple[Value, Value, Value]
"""Input, output and cached, in this order."""


class PlanTerms(NamedTuple):
    """A usage plan as numbers of one kind; None where the plan says nothing."""

    utilisation: Value
    ramp_months: int
    growth: Value
    tokens_per_gpu_hour: Value | None
    tokens_per_month: Value | None
    split: Three
    prices: Three | None
    price_decline: Value
    revenue_per_year: Value | None
    kwh_per_gpu_hour: Value | None
    meters: dict[str, Value]


class Expected(NamedTuple):
    """What a stretch of service is expected to use: by meter, and the lessee's revenue on it."""

    meters: dict[str, Value]
    lessee_revenue: Value


def lower_plan(plan: UsagePlan, path: str, kind: Kind) -> PlanTerms:
    """The usage plan that stands at `path`, as numbers of `kind`."""

    def number(name: str) -> Value | None:
        value = getattr(plan, name)
        return None if value is None else kind.number(value, f"{path}.{name}")

    def three(said: TokenSplit | TokenPrices, block: str) -> Three:
        return (
            kind.number(said.in_, f"{path}.{block}.in"),
            kind.number(said.out, f"{path}.{block}.out"),
            kind.number(said.cached, f"{path}.{block}.cached"),
        )

    all_out = (kind.given(0), kind.given(1), kind.given(0))
    return PlanTerms(
        utilisation=kind.number(plan.utilisation, f"{path}.utilisation"),
        ramp_months=plan.ramp_up.months,
        growth=kind.number(plan.growth, f"{path}.growth"),
        tokens_per_gpu_hour=number("tokens_per_gpu_hour"),
        tokens_per_month=number("tokens_per_month"),
        split=all_out if plan.split is None else three(plan.split, "split"),
        prices=None if plan.prices is None else three(plan.prices, "prices"),
        price_decline=kind.number(
            plan.prices.decline if plan.prices is not None else 0, f"{path}.prices.decline"
        ),
        revenue_per_year=number("revenue_per_year"),
        kwh_per_gpu_hour=number("kwh_per_gpu_hour"),
        meters={
            name: kind.number(units, f"{path}.meters.{name}") for name, units in plan.meters.items()
        },
    )


def ramp(terms: PlanTerms, age_months: int) -> Fraction:
    """The part of full use reached: n months of ramp-up climb in n + 1 equal steps.

    Three months: 1/4, 2/4, 3/4, then full use.
    """
    if age_months >= terms.ramp_months:
        return Fraction(1)
    return Fraction(age_months + 1, terms.ramp_months + 1)


def planned(plan: PlanTerms | None, availability: Value, kind: Kind) -> Use:
    """What a usage plan expects of each stretch; no plan expects no use."""
    nothing = kind.given(0)

    def use(span: Span, served: InService) -> Used:
        if plan is None:
            return Used({}, nothing, availability)
        gpu_hours = served.units.gpus * served.hours
        usage = expected_usage(plan, span, kind, gpu_hours=gpu_hours, capacity_share=served.share)
        return Used(usage.meters, usage.lessee_revenue, availability)

    return use


def expected_usage(
    terms: PlanTerms, span: Span, kind: Kind, *, gpu_hours: Value, capacity_share: Value
) -> Expected:
    """Usage of one stretch of service, by meter in the meter's own unit.

    gpu_seconds = GPU hours in service x utilisation x ramp x 3,600; tokens by the used GPU hour or
    by the month; volumes grow, and prices fall, by whole months since acceptance.
    """
    years = kind.given(Fraction(span.age_months, 12), "years since acceptance")
    volume = kind.given(ramp(terms, span.age_months), "ramp-up") * power(1 + terms.growth, years)
    used_hours = gpu_hours * terms.utilisation * volume
    months = kind.given(span.months, "months") * capacity_share * volume
    meters = {"gpu_seconds": used_hours * SECONDS_AN_HOUR}
    if terms.kwh_per_gpu_hour is not None:
        meters["kwh"] = used_hours * terms.kwh_per_gpu_hour
    tokens = None
    if terms.tokens_per_gpu_hour is not None:
        tokens = used_hours * terms.tokens_per_gpu_hour
    elif terms.tokens_per_month is not None:
        tokens = terms.tokens_per_month * months
    if tokens is not None:
        shares = zip(("tokens_in", "tokens_out", "tokens_cached"), terms.split, strict=True)
        meters |= {name: tokens * share for name, share in shares}
    meters |= {name: units * months for name, units in terms.meters.items()}
    return Expected(meters, _lessee_revenue(terms, tokens, months, years, kind))


def _lessee_revenue(
    terms: PlanTerms, tokens: Value | None, months: Value, years: Value, kind: Kind
) -> Value:
    if terms.revenue_per_year is not None:
        return terms.revenue_per_year * months / 12
    if tokens is None or terms.prices is None:
        return kind.given(0)
    mixed = (
        terms.split[0] * terms.prices[0]
        + terms.split[1] * terms.prices[1]
        + terms.split[2] * terms.prices[2]
    )
    return tokens / A_MILLION * mixed * power(1 - terms.price_decline, years)
