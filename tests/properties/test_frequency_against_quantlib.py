"""Loans whose frequency changes, against QuantLib: one of its schedules for each frequency."""

import math
import random
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import pytest
import QuantLib
from hypothesis import given
from hypothesis import strategies as st

from lessor.core.dates import add_months
from tests.forecast.loans import loan_deal, payment_days, payments, ran
from tests.properties.test_dates_against_quantlib import CONVENTIONS, COUNTERS, PLACES, SHIFT
from tests.properties.test_facilities_against_quantlib import (
    LONG,
    MONTHS,
    PROFILES,
    counter,
    quantlib,
)

BACKWARD = ("short_first", "long_first")


STUBS = ("short_last", "long_last", *BACKWARD)


def some_loan(pick: random.Random, stubs: Sequence[str] = STUBS) -> dict[str, Any]:
    """Two to four frequencies, each for some whole periods; odd months where the stub stands."""
    words = [pick.choice(list(MONTHS))]
    while len(words) < pick.randint(2, 4):
        words.append(pick.choice([word for word in MONTHS if word != words[-1]]))
    stub = pick.choice(stubs)
    odd = 0 if stub in BACKWARD else -1
    spans = [MONTHS[word] * pick.randint(1, 6) for word in words]
    # A broken period, or none: always shorter than one of its frequency.
    spans[odd] += pick.randrange(MONTHS[words[odd]])
    return {
        "frequencies": words,
        "spans": spans,
        "stub": stub,
        "profile": pick.choice(PROFILES),
        "basis": pick.choice(list(COUNTERS)),
        "calendar": pick.choice(LONG),
        "convention": pick.choice(list(CONVENTIONS)),
        "accrual": pick.choice(["adjusted", "unadjusted"]),
        "end_of_month": pick.random() < 0.5,
        "rate": round(pick.uniform(0.001, 0.2), 4),
    }


def a_closing(pick: random.Random, said: dict[str, Any]) -> date:
    """A day that all months have, or under `end_of_month` the last of one: no day is clipped."""
    day = date(2026, 1, 1) + timedelta(days=pick.randrange(1000))
    last = day.replace(day=1) - timedelta(days=1)
    return last if said["end_of_month"] else day.replace(day=min(day.day, 28))


class Oracle:
    """Each frequency rolled by QuantLib from its own start (or end) to the next; then adjusted."""

    def __init__(self, said: dict[str, Any], closing: date) -> None:
        self.is_month_end = said["end_of_month"]
        turns = [self.after(closing, months) for months in (0, *accumulate(said["spans"]))]
        dues, self.months = [turns[0]], []
        for place, (word, span) in enumerate(
            zip(said["frequencies"], pairwise(turns), strict=True)
        ):
            days = self.segment(said, MONTHS[word], span, place)
            dues += days[1:]
            self.months += [MONTHS[word]] * (len(days) - 1)
        center, convention = PLACES[said["calendar"]][0], CONVENTIONS[said["convention"]]
        paid = [center.adjust(day, convention) for day in dues[1:]]
        points = [dues[0], *paid] if said["accrual"] == "adjusted" else dues
        count = counter(said["basis"], points[-1])
        self.days = [day.serialNumber() + SHIFT for day in paid]
        self.fractions = [count.yearFraction(start, stop) for start, stop in pairwise(points)]

    def after(self, closing: date, months: int) -> QuantLib.Date:
        day = quantlib(closing) + QuantLib.Period(months, QuantLib.Months)
        return QuantLib.Date.endOfMonth(day) if self.is_month_end else day

    def segment(
        self, said: dict[str, Any], months: int, span: tuple[Any, Any], place: int
    ) -> list[QuantLib.Date]:
        backward = said["stub"] in BACKWARD
        rule = QuantLib.DateGeneration.Backward if backward else QuantLib.DateGeneration.Forward
        days = list(
            QuantLib.Schedule(
                *span,
                QuantLib.Period(months, QuantLib.Months),
                QuantLib.NullCalendar(),
                QuantLib.Unadjusted,
                QuantLib.Unadjusted,
                rule,
                self.is_month_end,
            )
        )
        is_odd = said["spans"][place] % months != 0
        if is_odd and said["stub"].startswith("long") and len(days) > 2:
            days.pop(1 if backward else -2)
        return days


def worth_of(growths: Sequence[float]) -> float:
    """What 1 at the end of each period is worth at the start of the first."""
    return sum(1 / math.prod(1 + each for each in growths[: k + 1]) for k in range(len(growths)))


def schedule(said: dict[str, Any], oracle: Oracle) -> list[tuple[float, float]]:
    """Interest and principal of each payment, by the plainest loop there is."""
    rate, left, count = said["rate"], 1e6, len(oracle.days)
    even = worth_of([rate * months / 12 for months in oracle.months])
    owed, rows = 1e6, []
    for k, (fraction, months) in enumerate(zip(oracle.fractions, oracle.months, strict=True)):
        interest = left * rate * fraction
        tabled = 1e6 / even - owed * rate * months / 12
        owed -= tabled
        principal = {
            # Anew on each date: a long period may bear more interest than the payment.
            "level": left / worth_of([rate * each for each in oracle.fractions[k:]]) - interest,
            "level_payment": 1e6 / even - interest,
            "principal_table": tabled,
            "equal_principal": 1e6 / count,
            "bullet": 0.0,
        }[said["profile"]]
        principal = left if k == count - 1 else min(max(principal, 0.0), left)
        rows.append((interest, principal))
        left -= principal
    return rows


def as_terms(said: dict[str, Any]) -> dict[str, Any]:
    first, *later = said["frequencies"]
    turns = list(accumulate(said["spans"]))
    return {
        "rate": {"value": str(said["rate"]), "basis": said["basis"], "compounding": "none"},
        "repayment": {
            "profile": said["profile"],
            "until": f"{turns[-1]} months",
            "frequency": first,
            "frequency_steps": [
                {"from": f"{months} months", "frequency": word}
                for months, word in zip(turns, later, strict=False)
            ],
        },
        "dates": {
            "stub": said["stub"],
            "calendar": said["calendar"],
            "convention": said["convention"],
            "accrual": said["accrual"],
            "end_of_month": "yes" if said["end_of_month"] else "no",
        },
    }


@given(st.integers(0, 2**32))
def test_a_loan_whose_frequency_changes_has_quantlibs_days_and_figures(seed):
    pick = random.Random(seed)
    said = some_loan(pick)
    closing = a_closing(pick, said)
    run = ran(loan_deal(closing=closing.isoformat(), principal="1_000_000", **as_terms(said)))
    oracle = Oracle(said, closing)
    assert [day.toordinal() for day in payment_days(run)] == oracle.days, (said, closing)
    rows = np.array(schedule(said, oracle))
    flows = payments(run)
    for part, column in (("interest_paid", 0), ("principal_paid", 1)):
        found = [getattr(flow, part) for flow in flows]
        assert found == pytest.approx(rows[:, column].tolist(), rel=1e-9, abs=1e-4), part


@given(st.integers(0, 2**32))
def test_without_days_the_same_frequencies_fall_on_months_from_closing(seed):
    pick = random.Random(seed)
    said = {**some_loan(pick, ["short_last"]), "basis": "actual/365", "convention": "none"}
    closing = date(2026, 1, 1) + timedelta(days=pick.randrange(1000))
    terms = as_terms({**said, "end_of_month": False})
    dated = loan_deal(closing=closing.isoformat(), principal="1_000_000", **terms)
    terms.pop("dates")
    undated = loan_deal(closing=closing.isoformat(), principal="1_000_000", **terms)
    expected, found = ran(dated), ran(undated)
    assert payment_days(found) == payment_days(expected)
    assert payment_days(found)[-1] == add_months(closing, sum(said["spans"]))
    for one, other in zip(payments(found), payments(expected), strict=True):
        assert one.interest_paid == pytest.approx(other.interest_paid, rel=1e-9, abs=1e-6)
        assert one.principal_paid == pytest.approx(other.principal_paid, rel=1e-9, abs=1e-4)
