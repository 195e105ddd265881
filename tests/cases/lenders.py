"""A lender's own books: a loan day by day, and a borrower's cash date by date.

Plain Python over days, sharing no code with the program: every day earns its own interest, and
every payment is worked out from what stands in the books on its date.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from tests.cases.oracle import BASES, later

ONE_DAY = timedelta(days=1)


class Row(NamedTuple):
    """A date of a loan: paid first, then drawn; closing = opening + drawn - principal.

    Interest added to principal stands in `interest`, and `principal` is less by it.
    """

    on: date
    rate: float
    opening: float
    drawn: float
    interest: float
    principal: float
    fees: float
    closing: float

    @property
    def service(self) -> float:
        """Interest and principal."""
        return self.interest + self.principal


class Standing(NamedTuple):
    """A loan on a payment date: `growths` are interest on 1 over this period and those to come."""

    on: date
    outstanding: float
    drawn: float
    interest: float
    growths: Sequence[float]
    number: int


Rule = Callable[[Standing], float]
"""The principal due on a payment date other than the last, which takes all that is left."""


class Charges(NamedTuple):
    """Fees: on what is undrawn a year (days before `until`), on draws, a payment, on principal.

    `agency`: a year of twelve equal months, charged with each payment for the time since the last.
    """

    commitment: float = 0.0
    undrawn: float = 0.0
    until: date = date.max
    on_draw: float = 0.0
    discount: float = 0.0
    each_payment: float = 0.0
    on_exit: float = 0.0
    agency: float = 0.0


FREE = Charges()


@dataclass
class Loan:
    """The terms of a loan; `pays` are its payment dates, the last one its maturity.

    `rate` is asked for every day. `early`: repaid on a payment date beside what is due, with
    `premium` of it. Interest is added to principal: the share `in_kind`, what is above `most`, all
    of it up to `grace`; on the last date none. `beyond`: later payments that a longer repayment
    would have.
    """

    pays: Sequence[date]
    draws: Mapping[date, float]
    rate: Callable[[date], float]
    rule: Rule
    basis: str = "actual/360"
    charges: Charges = FREE
    early: Mapping[date, float] = field(default_factory=dict)
    premium: float = 0.0
    in_kind: float = 0.0
    most: float = float("inf")
    grace: date = date.min
    cents: bool = False
    beyond: Sequence[date] = ()

    def rows(self) -> list[Row]:
        """The loan from its first draw to its last payment: a row for each date with a flow."""
        books = _Books(self, min(self.draws))
        rows, today = [], books.begin
        while today <= self.pays[-1]:
            opening, rate = books.left, self.rate(books.begin)
            interest, principal, fees = books.pay(today) if today in self.pays else (0.0,) * 3
            drawn, on_draw = books.draw(today)
            if today in self.pays or drawn:
                parts = (opening, drawn, interest, principal, fees + on_draw, books.left)
                rows.append(Row(today, rate, *parts))
            books.earn(today)
            today += ONE_DAY
        return rows


class _Books:
    """What stands in the books of a loan as its days go by."""

    def __init__(self, loan: Loan, begin: date) -> None:
        self.loan, self.begin = loan, begin
        self.left = self.drawn = self.accrued = self.commitment_fee = 0.0
        self.number = 0

    def earn(self, today: date) -> None:
        count = BASES[self.loan.basis]
        part = count(self.begin, today + ONE_DAY) - count(self.begin, today)
        self.accrued += self.left * self.loan.rate(today) * part
        charges = self.loan.charges
        if today < charges.until:
            self.commitment_fee += (charges.commitment - self.drawn) * charges.undrawn * part

    def draw(self, today: date) -> tuple[float, float]:
        drawn, charges = self.loan.draws.get(today, 0.0), self.loan.charges
        self.left, self.drawn = self.left + drawn, self.drawn + drawn
        return drawn, drawn * (charges.on_draw + charges.discount)

    def pay(self, today: date) -> tuple[float, float, float]:
        loan, charges = self.loan, self.loan.charges
        interest = _cent(self.accrued) if loan.cents else self.accrued
        kept = max(interest - loan.most, interest * loan.in_kind)
        kept = 0.0 if today == loan.pays[-1] else interest if today <= loan.grace else kept
        self.left, interest = self.left + kept, interest - kept
        due = 0.0 if today <= loan.grace else self._principal(today, interest)
        early = min(loan.early.get(today, 0.0), self.left - due)
        fees = charges.each_payment + self.commitment_fee + (due + early) * charges.on_exit
        fees += charges.agency * BASES["30/360"](self.begin, today)
        self.left -= due + early
        self.begin, self.number = today, self.number + 1
        self.accrued = self.commitment_fee = 0.0
        return interest + kept, due + early - kept, fees + early * loan.premium

    def _principal(self, today: date, interest: float) -> float:
        loan = self.loan
        if today == loan.pays[-1]:
            return self.left
        dates = [*loan.pays[self.number :], *loan.beyond]
        spans = zip([self.begin, *dates], dates, strict=False)
        annual = loan.rate(self.begin)
        growths = [annual * BASES[loan.basis](a, b) for a, b in spans]
        now = Standing(today, self.left, self.drawn, interest, growths, self.number)
        return _cent(loan.rule(now)) if loan.cents else loan.rule(now)


def _cent(amount: float) -> float:
    return float(Decimal(repr(amount)).quantize(Decimal("0.01"), ROUND_HALF_UP))


def on_days(first: date, count: int, every: int = 1) -> list[date]:
    """The same day of months from `first` on."""
    return [later(first, number * every) for number in range(count)]


def off_weekends(days: Sequence[date]) -> list[date]:
    """Days on weekends moved to the Monday after, or to the Friday before where that is next month.

    Modified following, without holidays.
    """
    moved = []
    for day in days:
        monday = day + ONE_DAY * max(7 - day.weekday(), 0) if day.weekday() > 4 else day
        friday = day - ONE_DAY * (day.weekday() - 4)
        moved.append(monday if monday.month == day.month else friday)
    return moved


def paid_on(rows: Sequence[Row], days: Sequence[date]) -> list[Row]:
    """The rows after the first on other days than those to which interest is counted."""
    return [rows[0], *(row._replace(on=day) for row, day in zip(rows[1:], days, strict=True))]


def weekdays_before(on: date, count: int) -> date:
    """The day so many weekdays earlier."""
    while count:
        on -= ONE_DAY
        count -= on.weekday() < 5
    return on


def month_ends(first: date, last: date, every: int = 1) -> list[date]:
    """The last days of months from the one of `first` to `last`."""
    ends, month = [], date(first.year, first.month, 1)
    while (end := later(month, 1) - ONE_DAY) <= last:
        ends.append(end)
        month = later(month, every)
    return ends


def level(free: int = 0, balloon: float = 0.0) -> Rule:
    """Equal payments found anew on each date, after `free` payments of interest alone."""

    def due(now: Standing) -> float:
        if now.number < free:
            return 0.0
        worth, factor = 0.0, 1.0
        for growth in now.growths:
            factor /= 1 + growth
            worth += factor
        payment = (now.outstanding - balloon * factor) / worth
        return payment - now.interest

    return due


def equal(free: int = 0, balloon: float = 0.0) -> Rule:
    """Equal principal on the dates left, after `free` payments of interest alone."""

    def due(now: Standing) -> float:
        return 0.0 if now.number < free else (now.outstanding - balloon) / len(now.growths)

    return due


def table(amounts: Sequence[float]) -> Rule:
    """Principal by a table, in the order of the payments."""
    return lambda now: min(amounts[now.number], now.outstanding)


def undated(amount: float, rate: float, payments: int) -> list[float]:
    """The principal of an annuity of whole equal periods, at the rate of one."""
    first = amount * rate / ((1 + rate) ** payments - 1)
    return [first * (1 + rate) ** number for number in range(payments)]


def equal_payment(amount: float, rate: float, months: Sequence[int]) -> float:
    """The payment at the end of periods of so many months each that leaves nothing owed.

    What is left in the end falls in a straight line with the payment: it is found from two.
    """

    def left(payment: float) -> float:
        owed = amount
        for length in months:
            owed += owed * rate * length / 12 - payment
        return owed

    return left(0.0) / (left(0.0) - left(1.0))


def frozen(amount: float, rate: float, months: Sequence[int]) -> list[float]:
    """The principal of equal payments at the end of periods of so many months each."""
    payment, owed, repaid = equal_payment(amount, rate, months), amount, []
    for length in months:
        repaid.append(payment - owed * rate * length / 12)
        owed -= repaid[-1]
    return repaid


def payment_of(payment: float) -> Rule:
    """What a fixed payment leaves after interest."""
    return lambda now: max(payment - now.interest, 0.0)


def bullet(now: Standing) -> float:
    """Nothing before the last payment."""
    return 0.0


def greatest(*rules: Rule) -> Rule:
    """The greatest of several."""
    return lambda now: min(max(rule(now) for rule in rules), now.outstanding)


def down_to(limit: Callable[[date], float]) -> Rule:
    """What is owed above a limit of the day."""
    return lambda now: max(now.outstanding - limit(now.on), 0.0)


def in_steps(*points: tuple[str, float]) -> Callable[[date], float]:
    """A figure by day: the last point on or before it."""
    known = sorted((date.fromisoformat(day), value) for day, value in points)
    return lambda on: [value for day, value in known if day <= on][-1]


def reset_on(dates: Sequence[date], read: Callable[[date], float]) -> Callable[[date], float]:
    """A rate by day that is read on dates and stands until the next one."""
    return lambda on: read(max(day for day in dates if day <= on))


def worth_of(
    payments: Sequence[tuple[date, float]], start: date, rate: float, basis: str = "actual/360"
) -> float:
    """Payments discounted to a day, period by period at simple interest."""
    worth, days = 0.0, [start, *(day for day, _ in payments)]
    for (day, amount), before in reversed(list(zip(payments, days, strict=False))):
        worth = (worth + amount) / (1 + rate * BASES[basis](before, day))
    return worth


def average_life(rows: Sequence[Row], *, from_draws: bool = False) -> float:
    """Years of 365.25 days until principal comes back, from the first row or from its draws."""
    total = sum(row.principal for row in rows)
    days = sum((row.principal) * (row.on - rows[0].on).days for row in rows)
    if from_draws:
        days -= sum(row.drawn * (row.on - rows[0].on).days for row in rows)
    return days / total / 365.25


NAMES = {
    each.__name__: each
    for each in (
        Charges, Loan, average_life, bullet, down_to, equal, equal_payment, frozen, greatest,
        in_steps, level, month_ends, off_weekends, on_days, paid_on, payment_of, reset_on, table,
        undated, weekdays_before, worth_of,
    )
}  # fmt: skip
"""What the sheet of a case may name beside `oracle.NAMES`."""
