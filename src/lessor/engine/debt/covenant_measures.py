"""The measures that lenders test, each as what is counted over what it is counted against."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from lessor.core.numeric import Flag, Value, maximum, minimum, ratio
from lessor.engine.debt.accounts import sum_between

HIGH_IS_BAD = frozenset(["ltv", "loan_to_cost", "concentration", "asset_base"])
"""Measures of which a high value is a bad one; of all others, a low one."""

CURED_BY_REPAYMENT = frozenset(["llcr", "contract_cover", "ltv", "loan_to_cost", "asset_base"])
"""Measures that money makes good by repaying debt; all others, by being there."""


class CovenantInputs(NamedTuple):
    """What the borrower's figures are on a date, of the loans that the covenant counts.

    `place`: of the date among the borrower's dates (0: closing). By date, over all dates, None
    where nothing falls: `cfads` of the time since the date before, `debt_service` due (interest and
    principal, no early repayment), `received` and `contracted` receipts of leases; dates to come
    hold what is projected. Of the date itself: `debt`, principal outstanding; `worth_to_come`, of
    CFADS to maturity (`worths_to_come`); `contracted_to_come`, receipts under contract after it;
    `collateral`, market value, and `below_grade`, the part of it let to lessees below investment
    grade; `cost` of the assets and their straight-line `net_cost` over the covenant's life; `cash`
    on the accounts. What the measure does not read may be left out. `is_cure_offered`: the owners
    make a default good, if the terms let them.
    """

    place: int
    cfads: tuple[Value | None, ...] = ()
    debt_service: tuple[Value | None, ...] = ()
    received: tuple[Value | None, ...] = ()
    contracted: tuple[Value | None, ...] = ()
    debt: Value = None
    worth_to_come: Value = None
    contracted_to_come: Value = None
    collateral: Value = None
    below_grade: Value = None
    cost: Value = None
    net_cost: Value = None
    cash: Value = None
    is_cure_offered: Flag = False


class MeasureTerms(NamedTuple):
    """A measure by its name, and the terms of its formula; those that are not said are None."""

    measure: str
    amount: Value | None
    share: Value | None
    zero: Value
    at_most: Value | None = None


class Window(NamedTuple):
    """The dates that a sum counts: from place `start` to before `end`."""

    start: int
    end: int


class Counted(NamedTuple):
    """A measure before its division: `part` over `base`."""

    part: Value
    base: Value


def measured(terms: MeasureTerms, inputs: CovenantInputs, window: Window) -> Counted:
    """The measure of `terms` on a date."""
    return _MEASURES[terms.measure](terms, inputs, window)


def _dscr(terms: MeasureTerms, inputs: CovenantInputs, window: Window) -> Counted:
    """dscr = sum of cfads / sum of debt_service, over the window."""
    return Counted(
        sum_between(inputs.cfads, window.start, window.end, terms.zero),
        sum_between(inputs.debt_service, window.start, window.end, terms.zero),
    )


def _llcr(terms: MeasureTerms, inputs: CovenantInputs, window: Window) -> Counted:
    """llcr = worth_to_come / debt."""
    return Counted(inputs.worth_to_come, inputs.debt)


def _ltv(terms: MeasureTerms, inputs: CovenantInputs, window: Window) -> Counted:
    """ltv = debt / collateral."""
    return Counted(inputs.debt, inputs.collateral)


def _loan_to_cost(terms: MeasureTerms, inputs: CovenantInputs, window: Window) -> Counted:
    """loan_to_cost = debt / cost."""
    return Counted(inputs.debt, inputs.cost)


def _contract_cover(terms: MeasureTerms, inputs: CovenantInputs, window: Window) -> Counted:
    """contract_cover = contracted_to_come / debt."""
    return Counted(inputs.contracted_to_come, inputs.debt)


def _contract_realisation(terms: MeasureTerms, inputs: CovenantInputs, window: Window) -> Counted:
    """contract_realisation = sum of received / sum of contracted, over the window."""
    return Counted(
        sum_between(inputs.received, window.start, window.end, terms.zero),
        sum_between(inputs.contracted, window.start, window.end, terms.zero),
    )


def _liquidity(terms: MeasureTerms, inputs: CovenantInputs, window: Window) -> Counted:
    """liquidity = cash / min(max(amount, share x debt), at_most)."""
    if terms.share is None:
        return Counted(inputs.cash, terms.amount)
    asked = terms.share * inputs.debt
    if terms.amount is not None:
        asked = maximum(asked, terms.amount)
    if terms.at_most is not None:
        asked = minimum(asked, terms.at_most)
    return Counted(inputs.cash, asked)


def _concentration(terms: MeasureTerms, inputs: CovenantInputs, window: Window) -> Counted:
    """concentration = below_grade / collateral."""
    return Counted(inputs.below_grade, inputs.collateral)


def _asset_base(terms: MeasureTerms, inputs: CovenantInputs, window: Window) -> Counted:
    """asset_base = debt / (share x net_cost)."""
    return Counted(inputs.debt, terms.share * inputs.net_cost)


_MEASURES: dict[str, Callable[[MeasureTerms, CovenantInputs, Window], Counted]] = {
    "dscr": _dscr,
    "llcr": _llcr,
    "ltv": _ltv,
    "loan_to_cost": _loan_to_cost,
    "contract_cover": _contract_cover,
    "contract_realisation": _contract_realisation,
    "liquidity": _liquidity,
    "concentration": _concentration,
    "asset_base": _asset_base,
}


def missing_money(measure: str, counted: Counted, level: Value, zero: Value) -> Value:
    """What the owners would have to put in to bring a failing measure to its level.

    Cash where cash is measured: level x base - part. A repayment where debt is: part - level x base
    of a debt over its base, debt - part / level of a cover of debt. No money makes a concentration
    good: 0.
    """
    if measure == "concentration":
        return zero
    if measure in HIGH_IS_BAD:
        return maximum(counted.part - level * counted.base, zero)
    if measure in CURED_BY_REPAYMENT:
        return maximum(counted.base - ratio(counted.part, level, zero), zero)
    return maximum(level * counted.base - counted.part, zero)


def worths_to_come(
    cfads: Sequence[Value | None], growths: Sequence[Value], zero: Value
) -> tuple[Value, ...]:
    """By date, the worth on it of the CFADS of all later dates, at the loans' own rate.

    worth[k] = (worth[k + 1] + cfads[k + 1]) / (1 + growths[k + 1]), in one backward pass.
    `growths[k]`: interest on 1 from date k - 1 to date k. CFADS after maturity is left out by
    handing None.

    >>> worths_to_come((None, 125.0, 156.25), (0.0, 0.25, 0.25), 0.0)
    (200.0, 125.0, 0.0)
    """
    worth = zero
    found = [worth]
    for amount, growth in zip(reversed(cfads[1:]), reversed(growths[1:]), strict=True):
        worth = (worth if amount is None else worth + amount) / (1 + growth)
        found.append(worth)
    return tuple(reversed(found))
