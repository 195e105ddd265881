"""A price for each unit of a meter, counted in windows."""

from __future__ import annotations

from typing import NamedTuple

from lessor.core.numeric import Kind, Value, ceiling, maximum
from lessor.engine.charges.escalation import EscalatorTerms, escalated, lower_escalator
from lessor.engine.charges.segment import Line, Rated
from lessor.engine.charges.setting import Setting
from lessor.engine.charges.steps import (
    StepTerms,
    StepUse,
    by_package,
    by_volume,
    graduated,
    in_packages,
    lower_steps,
    price_reached,
    steps_used,
)
from lessor.engine.charges.vat import VatTerms, line_of, lower_vat, net_of
from lessor.terms.charges import Usage

METER_UNITS = {
    "unit": 1,
    "thousand": 1_000,
    "million": 1_000_000,
    "gpu_second": 1,
    "gpu_hour": 3_600,
    "kwh": 1,
    "thousand_tokens": 1_000,
    "million_tokens": 1_000_000,
}
"""How many of a meter's own units (GPU seconds, tokens, kWh) one priced unit holds."""


class UsageTerms(NamedTuple):
    """A usage charge as numbers of one kind; `place` is its meter's place among the quantities.

    Ends of steps, package and included units are in the meter's own unit, in which usage is
    counted: so no unit is lost in a division. Prices stay as written, for `meter_units` of it.
    """

    name: str
    path: str
    kind: str
    place: int
    meter_units: int
    mode: str
    steps: tuple[StepTerms, ...]
    package: Value | None
    included: Value
    window: str
    escalator: EscalatorTerms | None
    vat: VatTerms


class UsageState(NamedTuple):
    """What the meter counted in the window so far, in its own unit."""

    used: Value


def lower_usage(name: str, path: str, said: Usage, setting: Setting) -> UsageTerms:
    """The usage charge that stands at `path`; one price is a table of one open step."""
    kind, units = setting.kind, METER_UNITS[said.per]
    if said.tiers:
        listed = [(tier.up_to, tier.price) for tier in said.tiers]
        steps = lower_steps(listed, f"{path}.tiers", "price", kind, units=units)
    elif said.price is not None:
        steps = (StepTerms(None, kind.number(said.price, f"{path}.price")),)
    else:
        raise ValueError(f"{path}: neither a price nor tiers")
    if said.mode == "package" and not said.package:
        raise ValueError(f"{path}: packages of no size")
    return UsageTerms(
        name=name,
        path=path,
        kind=said.kind,
        place=setting.meters.index(said.meter),
        meter_units=units,
        mode=said.mode,
        steps=steps,
        package=None
        if said.package is None
        else kind.number(said.package, f"{path}.package") * units,
        included=kind.number(said.included, f"{path}.included") * units,
        window=said.window,
        escalator=lower_escalator(said.escalator, path, kind),
        vat=lower_vat(said, path, kind, setting.vat),
    )


def initial_usage(kind: Kind) -> UsageState:
    """Nothing used yet."""
    return UsageState(kind.given(0))


def rate_usage(terms: UsageTerms, state: UsageState, inputs: Rated) -> tuple[Line, UsageState]:
    """The usage of a segment: net = (worth(used after) - worth(used before)) x escalation.

    worth(used) prices the units beyond those included in the window: flat or graduated by step,
    all by the volume reached, or by packages begun. Reaching a cheaper volume step prices the
    units before it anew, so that segment may come out negative. A price that rises within a
    window rises for the units used from then on.
    """
    segment = inputs.segment
    before = terms.vat.zero if terms.window in segment.opens else state.used
    quantity = segment.quantities[terms.place]
    after = before + quantity
    amount = worth(terms, after) - worth(terms, before)
    risen = escalated(terms.escalator, amount, segment.age_months, segment.age_days)
    line = line_of(terms.vat, quantity / terms.meter_units, net_of(terms.vat, risen))
    return line, UsageState(after)


def worth(terms: UsageTerms, used: Value) -> Value:
    """What the first `used` units of a window cost, as written and before escalation."""
    units = maximum(used - terms.included, 0)
    if terms.package is not None and terms.mode == "package":
        return by_package(terms.steps, terms.package, units)
    if terms.mode == "volume":
        return by_volume(terms.steps, units) / terms.meter_units
    return graduated(terms.steps, units) / terms.meter_units


class UsageSteps(NamedTuple):
    """What a segment's amount is made of: free units, and where each priced one fell.

    before and after: units of the window, as priced; free: of the segment's, those included. uses:
    units x price by step, net and escalated, whose total is the segment's net; in packages where
    the charge counts those. A step's ends are beyond the included units.
    """

    before: Value
    after: Value
    free: Value
    uses: tuple[StepUse, ...]


def usage_steps(
    terms: UsageTerms, state: UsageState, quantity: Value, *, age_months: int, age_days: int
) -> UsageSteps:
    """The steps of what `rate_usage` charges for a quantity: total(units x price) = net.

    state: of the window before it; the ages are the segment's. Under volume prices the window is
    priced anew at the step reached, less what it came to before.
    """
    before = state.used
    after = before + quantity
    beyond = [maximum(used - terms.included, 0) for used in (before, after)]

    def risen(price: Value) -> Value:
        return net_of(terms.vat, escalated(terms.escalator, price, age_months, age_days))

    return UsageSteps(
        before / terms.meter_units,
        after / terms.meter_units,
        (after - before - (beyond[1] - beyond[0])) / terms.meter_units,
        tuple(each._replace(price=risen(each.price)) for each in _uses(terms, *beyond)),
    )


def _uses(terms: UsageTerms, before: Value, after: Value) -> tuple[StepUse, ...]:
    """Priced units, or packages, by step; `before` and `after` are beyond the included ones."""
    if terms.package is not None and terms.mode == "package":
        packages = (ceiling(before / terms.package), ceiling(after / terms.package))
        return steps_used(in_packages(terms.steps, terms.package), *packages)
    units = terms.meter_units
    if terms.mode == "volume":
        anew, had = (price_reached(terms.steps, used) for used in (after, before))
        return (
            StepUse(terms.vat.zero, None, after / units, anew),
            StepUse(terms.vat.zero, None, 0 - before / units, had),
        )
    return tuple(
        StepUse(
            use.low / units,
            None if use.up_to is None else use.up_to / units,
            use.units / units,
            use.price,
        )
        for use in steps_used(terms.steps, before, after)
    )
