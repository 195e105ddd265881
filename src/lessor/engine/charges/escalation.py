"""How a price rises with the age of a lease or a cost."""

from __future__ import annotations

from typing import NamedTuple

from lessor.core.numeric import Kind, Value, compounded
from lessor.terms.charges import Escalator
from lessor.terms.scalars import Duration


class EscalatorTerms(NamedTuple):
    """A rise after every full `every`, compounding."""

    growth: Value
    every: Duration


def lower_escalator(said: Escalator | None, path: str, kind: Kind) -> EscalatorTerms | None:
    """The escalator of the charge or cost that stands at `path`; None where its price is fixed."""
    if said is None:
        return None
    return EscalatorTerms(1 + kind.number(said.rate, f"{path}.escalator.rate"), said.every)


def rises(every: Duration, age_months: int, age_days: int) -> int:
    """How often a price has risen by an age: never on commencement, then after every full `every`.

    >>> rises(Duration(12, 0), 25, 760)
    2
    """
    return age_days // every.days if every.days else age_months // every.months


def escalated(terms: EscalatorTerms | None, price: Value, age_months: int, age_days: int) -> Value:
    """The price at an age: price x (1 + rate) ** rises.

    It follows from the age alone, so a suspension cannot swallow a rise and a segment rated
    twice cannot raise it twice.
    """
    if terms is None:
        return price
    times = rises(terms.every, age_months, age_days)
    return price * compounded(terms.growth, times) if times else price
