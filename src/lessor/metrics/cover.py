"""How well debt is covered by cash and by value; nan where there is nothing to cover, never inf."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lessor.metrics.arrays import NEGLIGIBLE, Flags, Floats, finite, quotient


class LoanToValue(NamedTuple):
    """Debt over value by date, and on which dates debt stands with no value behind it."""

    ratio: Floats
    unsecured: Flags


def by_payment(amounts: npt.ArrayLike, pays: npt.ArrayLike) -> Floats:
    """Sum amounts over payment periods: each payment date takes what came since the one before.

    Shapes: amounts paths x periods, or one path; pays one flag a period, shared by all paths; gives
    paths x payment dates. What comes after the last payment date belongs to none and is left out.

    Raises ValueError where an amount is not finite, or there are not as many flags as periods.

    >>> print(by_payment([1.0, 2.0, 3.0, 4.0], [False, True, False, True]))
    [3. 7.]
    """
    flows, flags = finite(amounts, "amounts"), np.asarray(pays, dtype=np.bool_)
    if flags.shape != flows.shape[-1:]:
        raise ValueError(f"{flows.shape[-1]} periods need as many flags, not {flags.shape}")
    ends = np.flatnonzero(flags) + 1
    if not ends.size:
        return np.empty((*flows.shape[:-1], 0))
    starts = np.concatenate([[0], ends[:-1]])
    return np.asarray(np.add.reduceat(flows[..., : ends[-1]], starts, axis=-1))


def dscr(cfads: npt.ArrayLike, debt_service: npt.ArrayLike) -> Floats:
    """Debt service cover ratio of each payment period: cfads / debt_service.

    Shapes: both paths x payment periods, or one path, in one currency; debt service is interest
    and principal due, 0 or more. Gives nan in a period without debt service.

    Raises ValueError where a number is not finite.

    >>> print(dscr([120.0, 120.0, 120.0], [100.0, 80.0, 0.0]))
    [1.2 1.5 nan]
    """
    service = finite(debt_service, "debt_service")
    return quotient(finite(cfads, "cfads"), service, _standing(service))


def llcr(cfads: npt.ArrayLike, outstanding: npt.ArrayLike, rate: npt.ArrayLike) -> Floats:
    """Loan life cover ratio at each date: present value of CFADS to the loan's end / outstanding.

    sum(cfads[j] / prod(1 + rate[k..j]) for j from k to the last period with debt) / outstanding[k].
    `outstanding[k]` is the debt as period k opens; `cfads[k]` comes as it closes; `rate` is the
    loan's own, per period, a fraction, one for all or one a period.

    Shapes: cfads and outstanding paths x periods, or one path; gives nan where no debt stands.

    Raises ValueError where a number is not finite or a rate is -1 or less.

    >>> print(llcr([121.0, 121.0, 121.0], [210.0, 110.0, 0.0], 0.10).round(6))
    [ 1.  1. nan]
    """
    debt = finite(outstanding, "outstanding")
    life = np.maximum.accumulate(_standing(debt)[..., ::-1], axis=-1)[..., ::-1]
    return _value_cover(np.where(life, finite(cfads, "cfads"), 0.0), debt, rate)


def plcr(cfads: npt.ArrayLike, outstanding: npt.ArrayLike, rate: npt.ArrayLike) -> Floats:
    """Project life cover ratio at each date: as `llcr`, with the CFADS of the whole horizon.

    >>> print(plcr([121.0, 121.0, 133.1], [210.0, 110.0, 0.0], 0.10).round(6))
    [1.47619 2.          nan]
    """
    return _value_cover(finite(cfads, "cfads"), finite(outstanding, "outstanding"), rate)


def ltv(debt: npt.ArrayLike, value: npt.ArrayLike) -> LoanToValue:
    """Loan to value at each date with debt outstanding: debt / value.

    Shapes: both paths x dates, or one path, in one currency. The ratio is nan where no debt stands,
    and where debt stands against a value of 0 or less: `unsecured` marks those dates. Up to a
    billionth of a path's highest value is rounding residue, and counts as 0.

    Raises ValueError where a number is not finite.

    >>> ltv([90.0, 40.0, 40.0, 0.0], [100.0, 50.0, 0.0, 0.0])
    LoanToValue(ratio=array([0.9, 0.8, nan, nan]), unsecured=array([False, False,  True, False]))
    """
    owed, worth = finite(debt, "debt"), finite(value, "value")
    standing = _standing(owed)
    valued = _standing(worth)
    return LoanToValue(
        ratio=quotient(owed, worth, standing & valued),
        unsecured=standing & ~valued,
    )


def lowest(ratios: npt.ArrayLike) -> Floats:
    """Lowest ratio of each path, nan left out: DSCR and LLCR minimum; nan where there is none.

    >>> print(lowest([1.2, 1.5, float("nan")]))
    1.2
    """
    values = np.asarray(ratios, dtype=np.float64)
    found = np.where(np.isnan(values), np.inf, values).min(axis=-1, initial=np.inf)
    return np.where(found == np.inf, np.nan, found)[()]


def highest(ratios: npt.ArrayLike) -> Floats:
    """Highest ratio of each path, nan left out: LTV maximum; nan where there is none.

    >>> print(highest([0.9, 0.8, float("nan")]))
    0.9
    """
    return -lowest(-np.asarray(ratios, dtype=np.float64))


def average(ratios: npt.ArrayLike) -> Floats:
    """Mean ratio of each path over the periods that have one: DSCR average; nan where none has.

    >>> print(average([1.0, 2.0, float("nan")]))
    1.5
    """
    values = np.asarray(ratios, dtype=np.float64)
    known = ~np.isnan(values)
    return quotient(np.where(known, values, 0.0).sum(axis=-1), known.sum(axis=-1, dtype=np.float64))


def _standing(owed: Floats) -> Flags:
    """Where an amount is owed; a billionth of the path's largest is rounding residue."""
    largest: Floats = owed.max(axis=-1, keepdims=True, initial=0.0)
    return np.greater(owed, NEGLIGIBLE * largest)


def _value_cover(cfads: Floats, debt: Floats, rate: npt.ArrayLike) -> Floats:
    """Present value of all CFADS still to come, over the debt."""
    growth = 1.0 + finite(rate, "rate")
    if (growth <= 0.0).any():
        raise ValueError("a rate must be above -1")
    opening = np.cumprod(np.broadcast_to(growth, cfads.shape), axis=-1)
    discounted = (cfads / opening)[..., ::-1]
    to_come = np.cumsum(discounted, axis=-1)[..., ::-1] * (opening / growth)
    return quotient(to_come, debt, _standing(debt))
