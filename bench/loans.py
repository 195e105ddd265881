"""A book of dated loans: days, day counts, schedule and flows, against QuantLib and jactus.

    python bench/loans.py

10,000 loans of 120 months, of five profiles, six day counts, six calendars, two conventions, closed
on some thousand different days. Both peers are optional: what is not installed is said and left
out. QuantLib is given each loan's balances, found before by a plain loop over its own parts of a
year (it has no level payment on actual dates), and lays out the schedule and every interest and
principal amount; days and amounts are compared. jactus runs its array mode over level loans with
what it has of their day counts and calendars; its figures are not compared.
"""

from __future__ import annotations

import gc
import importlib
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from machine import hardware, load, peer

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from lessor.core.calendars import calendar
from lessor.forecast.loan_book import LoanBook, loan_book
from lessor.terms.facilities import Facility

LOANS, MONTHS, REPEATS = 10_000, 120, 7
QUANTLIB_LOANS, JACTUS_LOANS = 1_000, 300  # their times are scaled up to all the loans
PRINCIPAL = 1_000_000.0
BAR = 1.0
TOLERANCE = 1e-9  # of a payment, or of one unit of currency where it is smaller

PROFILES = ("level", "level_payment", "principal_table", "equal_principal", "bullet")
BASES = ("30/360", "30E/360", "30E/360 ISDA", "actual/360", "actual/365", "actual/actual")
CALENDARS = ("none", "weekdays", "nyse", "fed", "sofr", "target")
CONVENTIONS = ("following", "modified_following")


class Said(NamedTuple):
    """A loan as it is drawn at random."""

    profile: str
    basis: str
    calendar: Any
    convention: str
    rate: float
    closing: date


def some_loans(count: int, seed: int = 0) -> list[Said]:
    """Loans closed on business days of three years: QuantLib moves a first day that is none."""
    pick, loans = random.Random(seed), []
    for _ in range(count):
        place = pick.choice(CALENDARS)
        day = date(2025, 1, 1) + timedelta(days=pick.randrange(1_096))
        loans.append(
            Said(
                profile=pick.choice(PROFILES),
                basis=pick.choice(BASES),
                calendar=place,
                convention=pick.choice(CONVENTIONS),
                rate=round(pick.uniform(0.03, 0.14), 4),
                closing=date.fromordinal(calendar(place).next(day.toordinal())),
            )
        )
    return loans


def facility(said: Said) -> Facility:
    """The loan as a deal file would write it, checked."""
    return Facility.model_validate(
        {
            "kind": "term_loan",
            "principal": "1_000_000",
            "draw": "at_closing",
            "rate": {"value": str(said.rate), "basis": said.basis, "compounding": "monthly"},
            "repayment": {"profile": said.profile, "until": f"{MONTHS} months"},
            "dates": {"calendar": said.calendar, "convention": said.convention},
        }
    )


def seconds(work: Callable[[], Any], repeats: int = REPEATS) -> tuple[float, float]:
    """Median and shortest wall time of several runs after one to warm up.

    Garbage of other work is collected before and not within.
    """
    work()
    taken = []
    gc.collect()
    gc.disable()
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    gc.enable()
    return statistics.median(taken), min(taken)


def plain_balances(said: Said, fractions: Sequence[float]) -> list[float]:
    """What a loan owes in each period, by the plainest loop there is over parts of a year."""
    whole = said.rate / 12
    factors = np.cumprod([1 / (1 + said.rate * fraction) for fraction in fractions])
    fixed = PRINCIPAL / sum((1 + whole) ** -k for k in range(1, MONTHS + 1))
    left, undated, owed = PRINCIPAL, PRINCIPAL, []
    for fraction in fractions:
        owed.append(left)
        interest = left * said.rate * fraction
        principal = {
            "level": PRINCIPAL / factors.sum() - interest,
            "level_payment": fixed - interest,
            "principal_table": fixed - undated * whole,
            "equal_principal": PRINCIPAL / MONTHS,
            "bullet": 0.0,
        }[said.profile]
        undated -= fixed - undated * whole
        left = min(max(left - principal, 0.0), left)
    return owed


class QuantLib:
    """The same loans in QuantLib, one at a time, as Python reaches it."""

    def __init__(self, module: ModuleType) -> None:
        ql = self.module = module
        us = ql.UnitedStates
        self.places = {
            "none": ql.NullCalendar(),
            "weekdays": ql.WeekendsOnly(),
            "nyse": us(us.NYSE),
            "fed": us(us.FederalReserve),
            "sofr": us(us.SOFR),
            "target": ql.TARGET(),
        }
        self.bases = {
            "30/360": ql.Thirty360(ql.Thirty360.BondBasis),
            "30E/360": ql.Thirty360(ql.Thirty360.European),
            "actual/360": ql.Actual360(),
            "actual/365": ql.Actual365Fixed(),
            "actual/actual": ql.ActualActual(ql.ActualActual.ISDA),
        }
        self.conventions = {
            "following": ql.Following,
            "modified_following": ql.ModifiedFollowing,
        }

    def schedule(self, said: Said) -> Any:
        """Closing and the days of its payments, adjusted."""
        ql, convention = self.module, self.conventions[said.convention]
        start = ql.Date(said.closing.day, said.closing.month, said.closing.year)
        return ql.Schedule(
            start,
            start + ql.Period(MONTHS, ql.Months),
            ql.Period(1, ql.Months),
            self.places[said.calendar],
            convention,
            convention,
            ql.DateGeneration.Forward,
            False,
        )

    def flows(self, said: Said, owed: Sequence[float]) -> list[tuple[int, float]]:
        """Day and amount of every flow: interest and principal apart."""
        schedule, convention = self.schedule(said), self.conventions[said.convention]
        bond = self.module.AmortizingFixedRateBond(
            0, list(owed), schedule, [said.rate], self.counter(said, schedule), convention
        )
        return [(flow.date().serialNumber(), flow.amount()) for flow in bond.cashflows()]

    def balances(self, said: Said) -> list[float]:
        """What a loan owes in each period, on QuantLib's own parts of a year."""
        days = list(self.schedule(said))
        counter = self.counter(said, days)
        return plain_balances(said, [counter.yearFraction(*pair) for pair in pairwise(days)])

    def counter(self, said: Said, schedule: Any) -> Any:
        """The day counter of a loan; one of them looks at its last day."""
        if said.basis == "30E/360 ISDA":
            return self.module.Thirty360(self.module.Thirty360.ISDA, schedule[MONTHS])
        return self.bases[said.basis]


def compared(theirs: Sequence[list[tuple[int, float]]], book: LoanBook) -> float:
    """How far QuantLib's payments lie from ours at most, in shares of their size; days are equal.

    Of a payment below one unit of currency, in units of currency.
    """
    shift, farthest = date(1899, 12, 30).toordinal(), 0.0
    for row, flows in enumerate(theirs):
        paid: dict[int, float] = {}
        for day, amount in flows:
            paid[day + shift] = paid.get(day + shift, 0.0) + amount
        assert list(paid) == book.days[row].tolist(), row
        ours = book.interest[row] + book.principal[row]
        apart = np.abs(np.array(list(paid.values())) - ours) / np.maximum(np.abs(ours), 1.0)
        farthest = max(farthest, float(apart.max()))
    return farthest


class Jactus:
    """Level loans in jactus' array mode."""

    def __init__(self) -> None:
        self.core = importlib.import_module("jactus.core")
        self.types = importlib.import_module("jactus.core.types")
        self.observers = importlib.import_module("jactus.observers")
        self.array = importlib.import_module("jactus.contracts.ann_array")

    def contract(self, index: int, said: Said) -> tuple[Any, Any]:
        """One loan, with the day counts and calendars that it shares with ours."""
        types, moment = self.types, self.core.ActusDateTime
        closing = said.closing
        first = date(
            closing.year + closing.month // 12, closing.month % 12 + 1, min(closing.day, 28)
        )
        end = closing.replace(year=closing.year + MONTHS // 12, day=min(closing.day, 28))
        counts = {
            "30E/360": types.DayCountConvention.E30360,
            "actual/360": types.DayCountConvention.A360,
            "actual/365": types.DayCountConvention.A365,
        }
        attributes = self.core.ContractAttributes(
            contract_id=f"loan-{index}",
            contract_type=types.ContractType.ANN,
            contract_role=types.ContractRole.RPA,
            status_date=moment(closing.year, closing.month, closing.day),
            initial_exchange_date=moment(closing.year, closing.month, closing.day),
            maturity_date=moment(end.year, end.month, end.day),
            notional_principal=PRINCIPAL,
            nominal_interest_rate=said.rate,
            day_count_convention=counts.get(said.basis, types.DayCountConvention.E30360),
            currency="USD",
            interest_payment_cycle="1M",
            interest_payment_anchor=moment(first.year, first.month, first.day),
            principal_redemption_cycle="1M",
            principal_redemption_anchor=moment(first.year, first.month, first.day),
            business_day_convention=types.BusinessDayConvention.SCF,
            calendar=types.Calendar.MONDAY_TO_FRIDAY,
        )
        return attributes, self.observers.ConstantRiskFactorObserver(0.0)

    def run(self, contracts: Sequence[tuple[Any, Any]]) -> Any:
        """Every payoff of every loan, ready to be read."""
        result = self.array.simulate_ann_portfolio(list(contracts))
        return np.asarray(result["payoffs"])


def row(name: str, taken: float, loans: int, own: float) -> None:
    """One line: time of all loans, loans a second, times as long as ours."""
    scaled = taken * LOANS / loans
    print(f"{name:<46}{scaled:>9.3f} s{loans / taken:>12,.0f}/s{scaled / own:>10,.1f} x")


def main() -> None:
    print(hardware())
    print(load() + "\n")
    said = some_loans(LOANS)
    begun = time.perf_counter()
    loans = [facility(each) for each in said]
    built = time.perf_counter() - begun
    closings = [each.closing for each in said]
    book = loan_book(loans, closings)
    own, best = seconds(lambda: loan_book(loans, closings))
    print(f"{LOANS:,} dated loans x {MONTHS} months; records checked once before: {built:.2f} s")
    row(f"lessor, all at once (best {best:.3f} s, bar {BAR:.0f} s)", own, LOANS, own)
    module = peer("QuantLib")
    if module:
        library, few = QuantLib(module), said[:QUANTLIB_LOANS]
        pairs = [(each, library.balances(each)) for each in few]
        taken, _ = seconds(lambda: [library.flows(*pair) for pair in pairs], 3)
        row(f"QuantLib, one by one ({len(few):,}, scaled up)", taken, len(few), own)
        apart = compared([library.flows(*pair) for pair in pairs], book)
        print(f"  days are the same, payments apart by at most {apart:.0e} (bar {TOLERANCE:.0e})")
    if peer("jactus"):
        jactus = Jactus()
        level = [each for each in said if each.profile == "level"][:JACTUS_LOANS]
        contracts = [jactus.contract(index, each) for index, each in enumerate(level)]
        taken, _ = seconds(lambda: jactus.run(contracts), 3)
        row(f"jactus, array mode, warm ({len(level):,}, scaled up)", taken, len(level), own)


if __name__ == "__main__":
    main()
