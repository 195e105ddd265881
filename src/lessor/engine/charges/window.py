"""Windows over which a charge counts before it settles: months, quarters, years, the term."""

from __future__ import annotations

from typing import NamedTuple

from lessor.core.numeric import Value
from lessor.engine.charges.segment import Segment
from lessor.terms.scalars import Duration

WINDOW_MONTHS = {"month": 1, "quarter": 3, "year": 12}


class WindowTerms(NamedTuple):
    """A window by name, and its length in months or in days when nothing breaks it."""

    name: str
    length: int
    is_in_days: bool


class Counted(NamedTuple):
    """What a window holds so far: months (or days) of service, and money billed, net of VAT."""

    served: Value
    billed: Value


def lower_window(name: str, term: Duration) -> WindowTerms:
    """The window called `name`; the window `term` is as long as the lease's term."""
    if name != "term":
        return WindowTerms(name, WINDOW_MONTHS[name], False)
    return WindowTerms(name, term.days or term.months, term.days > 0)


def nothing_counted(zero: Value) -> Counted:
    """A window in which nothing has happened yet, or which was settled: it settles once."""
    return Counted(zero, zero)


def counted(window: WindowTerms, state: Counted, segment: Segment, billed: Value) -> Counted:
    """The window with a segment added; empty before it where the window opens with the segment.

    Service is weighted with the capacity in service, so a window that the lease's beginning, its
    end or a suspension breaks, or in which part of the capacity is not there yet, holds less.
    """
    time = segment.days if window.is_in_days else segment.months
    served = segment.capacity_share * time
    if window.name in segment.opens:
        return Counted(served, billed)
    return Counted(state.served + served, state.billed + billed)


def whole_windows(window: WindowTerms, served: Value, amount: Value) -> Value:
    """An amount for a whole window, prorated by its service: amount x served / length."""
    return amount * served / window.length
