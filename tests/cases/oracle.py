"""What a spreadsheet would offer to someone who checks a deal by hand.

It shares no code with the program, on purpose: two ways to a figure that agree say more than one.
The formulas of `expected.yaml` are worked out with these functions and plain numbers alone.
"""

from __future__ import annotations

import ast
import calendar
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple


def day(text: str) -> date:
    """A day written as 2026-05-01."""
    return date.fromisoformat(text)


def later(start: date, months: int = 0, days: int = 0) -> date:
    """The same day of a later month (its last one where it is shorter), and days after that."""
    year, month = start.year + (start.month - 1 + months) // 12, (start.month - 1 + months) % 12 + 1
    last = calendar.monthrange(year, month)[1]
    return date(year, month, min(start.day, last)) + timedelta(days=days)


def thirty360(a: date, b: date) -> float:
    """Bond basis."""
    first = min(a.day, 30)
    second = 30 if b.day == 31 and first == 30 else b.day
    return ((b.year - a.year) * 360 + (b.month - a.month) * 30 + second - first) / 360


def actual_actual(a: date, b: date) -> float:
    """Each day over the days of its own year."""
    days = (a + timedelta(days=n) for n in range((b - a).days))
    return sum(1 / (366 if calendar.isleap(each.year) else 365) for each in days)


BASES: dict[str, Callable[[date, date], float]] = {
    "30/360": thirty360,
    "actual/360": lambda a, b: (b - a).days / 360,
    "actual/365": lambda a, b: (b - a).days / 365,
    "actual/actual": actual_actual,
}


def pmt(rate: float, periods: int, amount: float) -> float:
    """The level payment of an annuity."""
    return amount / periods if rate == 0 else amount * rate / (1 - (1 + rate) ** -periods)


def annuity(rate: float, periods: int) -> float:
    """What 1 a period is worth today."""
    return periods if rate == 0 else (1 - (1 + rate) ** -periods) / rate


def root(f: Callable[[float], float], low: float, high: float) -> float:
    """Where a function crosses zero, by halving."""
    rising = f(high) > f(low)
    for _ in range(200):
        middle = (low + high) / 2
        if (f(middle) > 0) == rising:
            high = middle
        else:
            low = middle
    return (low + high) / 2


def worth(flows: Sequence[float], rate: float) -> float:
    """Flows at equal periods from now, discounted."""
    return sum(flow * (1 + rate) ** -k for k, flow in enumerate(flows))


def monthly_irr(flows: Sequence[float]) -> float:
    """The rate a month at which monthly flows with one change of sign are worth nothing."""
    return root(lambda rate: worth(flows, rate), -0.6, 5.0)


def irr(flows: Sequence[float]) -> float:
    """The same a year, annual effective."""
    return (1 + monthly_irr(flows)) ** 12 - 1


def npv(rate: float, flows: Sequence[float]) -> float:
    """Monthly flows at an annual effective rate, the first one not discounted."""
    return worth(flows, (1 + rate) ** (1 / 12) - 1)


def xirr(flows: Iterable[tuple[date, float]]) -> float:
    """The annual effective rate of dated flows, actual/365."""
    dated = sorted(flows)

    def value(rate: float) -> float:
        return sum(flow * (1 + rate) ** (-(at - dated[0][0]).days / 365) for at, flow in dated)

    return root(value, -0.95, 20.0)


def payback(inflows: Sequence[float], cost: float) -> float:
    """Years until monthly inflows have summed to a cost, in a straight line within the month."""
    before = 0.0
    for month, inflow in enumerate(inflows):
        if before + inflow >= cost * (1 - 1e-9):
            return (month + (cost - before) / inflow) / 12
        before += inflow
    raise ValueError("never")


def declining(cost: float, months: int, factor: float, salvage: float = 0.0) -> list[float]:
    """Wear month by month: factor / months of what is left, or an even share where that is more."""
    left, worn = cost, []
    for month in range(months):
        even = (left - salvage) / (months - month)
        worn.append(min(max(left * factor / months, even), left - salvage))
        left -= worn[-1]
    return worn


class Paid(NamedTuple):
    """One payment on a loan, and what is owed after it."""

    on: date
    interest: float
    principal: float
    left: float

    @property
    def total(self) -> float:
        """Interest and principal."""
        return self.interest + self.principal


def loan(amount: float, rate: float, months: int, **terms: Any) -> list[Paid]:
    """A loan drawn at once, row by row: the payments that a lender's schedule would list.

    Terms: basis, closing, every (months between payments), compounding (months; 0 none), profile,
    balloon, interest_only (months), steps as (months, share).
    """
    every, closing = terms.get("every", 1), terms.get("closing", date(2026, 5, 1))
    ends = [*range(every, months, every), months]
    grown = [
        _growth(rate, range(end - every if end % every == 0 else end - end % every, end), terms)
        for end in ends
    ]
    profile, balloon = terms.get("profile", "level"), terms.get("balloon", 0.0) * amount
    free = [end for end in ends if end <= terms.get("interest_only", 0) and end != months]
    level = _level(amount, balloon, grown[len(free) :])
    rows, left = [], amount
    for end, growth in zip(ends, grown, strict=True):
        interest, due = left * growth, 0.0
        if end == months:
            due = left
        elif profile == "custom":
            due = amount * sum(s for m, s in terms["steps"] if end - every < m <= end)
        elif profile != "bullet" and end not in free:
            even = (amount - balloon) / (len(ends) - len(free))
            due = level - interest if profile == "level" else even
        left -= due
        rows.append(Paid(later(closing, end), interest, due, left))
    return rows


def _growth(rate: float, months: range, terms: dict[str, Any]) -> float:
    """Interest on 1 over the months of one payment period."""
    closing, compounding = terms.get("closing", date(2026, 5, 1)), terms.get("compounding", 1)
    basis = BASES[terms.get("basis", "30/360")]
    parts = [basis(later(closing, m), later(closing, m + 1)) for m in months]
    if compounding == 0:
        return rate * sum(parts)
    every = terms.get("every", 1)
    if compounding > every:
        return float((1 + rate * compounding / 12) ** (sum(parts) * 12 / compounding) - 1)
    grown = 1.0
    for first in range(0, len(parts), compounding):
        grown *= 1 + rate * sum(parts[first : first + compounding])
    return grown - 1


def _level(amount: float, balloon: float, grown: Sequence[float]) -> float:
    """The one payment that, with the balloon at the end, is worth the loan."""
    discounts, factor = [], 1.0
    for growth in grown:
        factor /= 1 + growth
        discounts.append(factor)
    return (amount - balloon * discounts[-1]) / sum(discounts)


NAMES: dict[str, Any] = {
    name: value
    for name, value in globals().items()
    if callable(value) and not name.startswith("_") and name not in ("Any", "NamedTuple")
}
_PLAIN = (sum, min, max, range, len, zip, enumerate, abs, round, sorted, list, reversed)
NAMES |= {each.__name__: each for each in _PLAIN}


def work_out(formula: str, known: dict[str, Any]) -> Any:
    """The value of one line of a sheet: arithmetic over the lines before it and these functions."""
    tree = ast.parse(formula.strip(), mode="eval")
    return eval(compile(tree, formula, "eval"), {"__builtins__": {}, **NAMES, **known})
