"""Covenants: a measure against its levels on its test dates, lock-up, default and cure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from lessor.core.dates import add_months
from lessor.core.numeric import Flag, Kind, Value, both, maximum, negate, ratio, where
from lessor.engine.debt.accounts import lower_amount
from lessor.engine.debt.covenant_measures import (
    HIGH_IS_BAD,
    Counted,
    CovenantInputs,
    MeasureTerms,
    Window,
    measured,
    missing_money,
)
from lessor.engine.debt.date_windows import lower_ends, lower_stands, lower_starts, lower_whole
from lessor.engine.debt.sizing import Convert
from lessor.engine.debt.structure import MONTHS
from lessor.terms.covenants import Covenant
from lessor.terms.scalars import Duration
from lessor.terms.spvs import Spv

BILLION = 1_000_000_000
"""A measure that misses its level by less than a billionth of it only misses it by rounding."""

_WHOLE_UNLESS_SAID = ("liquidity", "asset_base")


class CovenantDate(NamedTuple):
    """What a date is to a covenant: `window` of its sums, and its levels, None where none stands.

    `is_test`: it is tested. `is_locked_with_default`: the level of default is that of lock-up too.
    `is_curable`: a cure is still in time.
    """

    is_test: bool
    window: Window
    level: Value | None
    lock_up: Value | None
    is_locked_with_default: bool
    is_curable: bool


class CovenantTerms(NamedTuple):
    """A covenant as numbers of one kind, and its dates (closing first) as structure.

    `facilities`: loans it counts; none said means all. `life`: of the straight line that
    `net_cost` is found over. `times`: cures allowed in all, None for any number.
    """

    name: str
    measure: MeasureTerms
    facilities: tuple[str, ...]
    life: Duration | None
    dates: tuple[CovenantDate, ...]
    times: Value | None
    one: Value


class CovenantState(NamedTuple):
    """The last certificate and the cures left; what fails or was cured is 1, else 0.

    `value`: measure of the last test. `is_cured`: the last date spent a cure.
    """

    value: Value
    fails_default: Value
    fails_lock_up: Value
    is_cured: Value
    cures_left: Value


class CovenantFlows(NamedTuple):
    """A covenant on a date.

    `is_tested`: there was something to test; a date that is not tested does not fail. `is_measured`
    says whether `value` is a number: debt over no collateral fails without one. `headroom`: from
    the level of default (of lock-up where there is no other) to the value, positive while it is
    kept. `is_default`: below (or above) the level and not cured. `is_cured`: failed, and made good.
    `cure_amount`: money that brings the measure to its level, cured or not. `part` over `base` is
    `value`.
    """

    value: Value
    level: Value | None
    lock_up_level: Value | None
    headroom: Value
    is_tested: Flag
    is_measured: Flag
    is_default: Flag
    is_lock_up: Flag
    is_cured: Flag
    cure_amount: Value
    part: Value
    base: Value


def lower_covenants(
    name: str,
    spv: Spv,
    days: Sequence[date],
    *,
    kind: Kind,
    convert: Convert | None = None,
) -> tuple[CovenantTerms, ...]:
    """The covenants at `spvs.<name>.covenants`; `days`: closing, then the payment dates, rising."""
    return tuple(
        lower_covenant(
            each, covenant, days, path=f"spvs.{name}.covenants.{each}", kind=kind, convert=convert
        )
        for each, covenant in spv.covenants.items()
    )


def lower_covenant(
    name: str,
    covenant: Covenant,
    days: Sequence[date],
    *,
    path: str,
    kind: Kind,
    convert: Convert | None = None,
) -> CovenantTerms:
    """The covenant at `path`; of liquidity and asset base without any level, the level is 1."""
    share = None if covenant.share is None else kind.number(covenant.share, f"{path}.share")
    amount = lower_amount(covenant.amount, f"{path}.amount", kind=kind, convert=convert)
    at_most = lower_amount(covenant.at_most, f"{path}.at_most", kind=kind, convert=convert)
    cure = covenant.cure
    times = None
    if cure is not None and cure.times is not None:
        times = kind.number(cure.times, f"{path}.cure.times")
    return CovenantTerms(
        name=name,
        measure=MeasureTerms(covenant.measure, amount, share, kind.given(0), at_most),
        facilities=tuple(covenant.facilities),
        life=covenant.life,
        dates=_lower_dates(covenant, days, path=path, kind=kind),
        times=times,
        one=kind.given(1),
    )


def _lower_dates(
    covenant: Covenant, days: Sequence[date], *, path: str, kind: Kind
) -> tuple[CovenantDate, ...]:
    tests = lower_tests(covenant, days)
    windows = _lower_windows(covenant, days)
    levels = _lower_levels(covenant, days, path=path, kind=kind)
    lock_up = None
    if covenant.lock_up is not None:
        lock_up = kind.number(covenant.lock_up, f"{path}.lock_up")
    until = None
    if covenant.cure is not None and covenant.cure.until is not None:
        until = _lower_day(covenant.cure.until, days[0])
    return tuple(
        CovenantDate(
            is_test=is_test and (level is not None or lock_up is not None),
            window=window,
            level=level,
            lock_up=level if lock_up is None else lock_up,
            is_locked_with_default=lock_up is None,
            is_curable=covenant.cure is not None and (until is None or day <= until),
        )
        for day, is_test, window, level in zip(days, tests, windows, levels, strict=True)
    )


def lower_tests(covenant: Covenant, days: Sequence[date]) -> tuple[bool, ...]:
    """For each day, whether it is a test date; closing is none.

    From the first test said, or else from the first date that has its whole trailing window; then
    on each date, or every so many months from that date.
    """
    if covenant.first_test is not None:
        first = _lower_day(covenant.first_test, days[0])
        begun = tuple(day >= first for day in days)
    elif covenant.trailing is not None:
        begun = lower_whole(days, covenant.trailing)
    else:
        begun = (True,) * len(days)
    places = [place for place in range(1, len(days)) if begun[place]]
    if covenant.every is None or len(places) == 0:
        return tuple(place in places for place in range(len(days)))
    months = MONTHS[covenant.every]
    anchor, count = days[places[0]], 0
    chosen: list[int] = []
    for place in places:
        if lower_stands(days, place) >= add_months(anchor, months * count):
            chosen.append(place)
            # The next test is counted from the first, so that no roll is carried on.
            while add_months(anchor, months * count) <= lower_stands(days, place):
                count += 1
    return tuple(place in chosen for place in range(len(days)))


def _lower_windows(covenant: Covenant, days: Sequence[date]) -> tuple[Window, ...]:
    if covenant.trailing is not None:
        starts = lower_starts(days, covenant.trailing)
        return tuple(Window(start, place + 1) for place, start in enumerate(starts))
    if covenant.forward is not None:
        ends = lower_ends(days, covenant.forward)
        return tuple(Window(place + 1, end) for place, end in enumerate(ends))
    return tuple(Window(place, place + 1) for place in range(len(days)))


def _lower_levels(
    covenant: Covenant, days: Sequence[date], *, path: str, kind: Kind
) -> tuple[Value | None, ...]:
    level = None
    if covenant.level is not None:
        level = kind.number(covenant.level, f"{path}.level")
    elif covenant.measure in _WHOLE_UNLESS_SAID and covenant.lock_up is None:
        level = None if covenant.levels else kind.given(1)
    steps = [
        (_lower_day(step.from_, days[0]), kind.number(step.level, f"{path}.levels[{row}].level"))
        for row, step in enumerate(covenant.levels)
    ]
    found: list[Value | None] = []
    for day in days:
        begun = [value for start, value in steps if start <= day]
        found.append(begun[-1] if begun else level)
    return tuple(found)


def _lower_day(said: date | Duration, closing: date) -> date:
    return said.after(closing) if isinstance(said, Duration) else said


def opening_covenant(terms: CovenantTerms) -> CovenantState:
    """Before the first certificate nothing fails."""
    zero = terms.measure.zero
    return CovenantState(zero, zero, zero, zero, zero if terms.times is None else terms.times)


def covenant_date(
    terms: CovenantTerms, state: CovenantState, inputs: CovenantInputs
) -> tuple[CovenantFlows, CovenantState]:
    """A covenant on a date: measured, compared with its levels, cured where the owners offer to.

    A low measure fails where part < level x base, a high one where part > level x base, by more
    than a billionth. Without a base there is nothing to test, unless debt stands over it. On a date
    that is no test date the last certificate stays.
    """
    on = terms.dates[inputs.place]
    zero = terms.measure.zero
    if not on.is_test:
        return _untested(on, zero), state._replace(is_cured=zero)
    counted = measured(terms.measure, inputs, on.window)
    is_measured = counted.base > 0
    is_failing = _fails(terms, counted, on.level)
    can_cure = may_cure(terms, state, inputs.place)
    is_cured = both(both(is_failing, can_cure), inputs.is_cure_offered)
    is_default = both(is_failing, negate(is_cured))
    is_locked = is_default if on.is_locked_with_default else _fails(terms, counted, on.lock_up)
    level = on.lock_up if on.level is None else on.level
    value = ratio(counted.part, counted.base, zero)
    room = level - value if terms.measure.measure in HIGH_IS_BAD else value - level
    missing = missing_money(terms.measure.measure, counted, level, zero)
    flows = CovenantFlows(
        value=value,
        level=on.level,
        lock_up_level=on.lock_up,
        headroom=where(is_measured, room, zero),
        is_tested=_is_tested(terms, counted),
        is_measured=is_measured,
        is_default=is_default,
        is_lock_up=is_locked,
        is_cured=is_cured,
        cure_amount=where(is_failing, missing, zero),
        part=counted.part,
        base=counted.base,
    )
    return flows, _certified(terms, state, flows)


def _untested(on: CovenantDate, zero: Value) -> CovenantFlows:
    return CovenantFlows(
        value=zero,
        level=on.level,
        lock_up_level=on.lock_up,
        headroom=zero,
        is_tested=False,
        is_measured=False,
        is_default=False,
        is_lock_up=False,
        is_cured=False,
        cure_amount=zero,
        part=zero,
        base=zero,
    )


def _is_tested(terms: CovenantTerms, counted: Counted) -> Flag:
    if terms.measure.measure in HIGH_IS_BAD:
        return maximum(counted.part, counted.base) > 0
    return counted.base > 0


def _fails(terms: CovenantTerms, counted: Counted, level: Value | None) -> Flag:
    if level is None:
        return False
    asked = level * counted.base
    if terms.measure.measure in HIGH_IS_BAD:
        return counted.part * BILLION > asked * (BILLION + 1)
    return both(counted.base > 0, counted.part * (BILLION + 1) < asked * BILLION)


def _certified(terms: CovenantTerms, state: CovenantState, flows: CovenantFlows) -> CovenantState:
    zero, one = terms.measure.zero, terms.one
    cured = where(flows.is_cured, one, zero)
    return CovenantState(
        value=flows.value,
        fails_default=where(flows.is_default, one, zero),
        fails_lock_up=where(flows.is_lock_up, one, zero),
        is_cured=cured,
        cures_left=state.cures_left if terms.times is None else state.cures_left - cured,
    )


def may_cure(terms: CovenantTerms, state: CovenantState, place: int) -> Flag:
    """Whether the owners may still cure on the date at `place`: in time, and with cures left."""
    if not terms.dates[place].is_curable:
        return False
    return True if terms.times is None else state.cures_left > 0


def spend_cure(terms: CovenantTerms, state: CovenantState, is_spent: Flag) -> CovenantState:
    """The state after the owners paid a shortfall of the date; one cure a date is counted."""
    spent = where(is_spent, terms.one - state.is_cured, terms.measure.zero)
    if terms.times is None:
        return state._replace(is_cured=state.is_cured + spent)
    return state._replace(is_cured=state.is_cured + spent, cures_left=state.cures_left - spent)


def is_failing(state: CovenantState, word: str) -> Flag:
    """Whether the last certificate fails at `default` or `lock_up`, as steps name them."""
    return (state.fails_default if word == "default" else state.fails_lock_up) > 0
