"""A price for each unit of a meter, counted in windows."""

from __future__ import annotations

from typing import NamedTuple

from lessor.core.numeric import Kind, Value, maximum
from lessor.engine.charges.escalation import EscalatorTerms, escalated, lower_escalator
from lessor.engine.charges.segment import Line, Rated
from lessor.engine.charges.setting import Setting
from lessor.engine.charges.steps import (
    StepTerms,
    by_package,
    by_volume,
    graduated,
    lower_steps,
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
