"""What is rated: one segment of one lease, and the line that each charge makes of it."""

from __future__ import annotations

from typing import NamedTuple

from lessor.core.numeric import Value


class Passed(NamedTuple):
    """What a cost that is charged on came to in a segment: money net of VAT, and its quantity."""

    amount: Value
    quantity: Value


class LatePart(NamedTuple):
    """Capacity that is late: in every unit, as a share of all, and the hours of a whole month."""

    servers: Value
    gpus: Value
    pflops: Value
    share: Value
    month_hours: Value


class Segment(NamedTuple):
    """A half-open part of one month of the plan in which nothing about the lease changes.

    It never crosses a month of the plan, the acceptance of a lot, an age at which a price changes
    (`lease.break_months`), a suspension, or the end; the driver cuts it so.

    months: part of the plan's month in service, 17/31 for 17 days of a 31-day month; hours: the
    same in hours (730 x months, or the actual ones). servers, gpus, pflops: capacity in service,
    the PFLOPS in the lease's own precision and basis; capacity_share: its part of the contracted
    capacity. quantities: usage in the order of `LeaseTerms.meters`, in each meter's own unit.
    passed: the costs charged on, in the order of `LeaseTerms.passed_costs`. days: calendar days
    in service, read only where a lease's term is in days; own_months: months in service counted
    from commencement, which sum to the term exactly, read only by a rent that is a total.

    Structure: age_months and age_days are whole months and days since commencement at the
    segment's start; is_renewed says that it lies in the renewal; opens and closes name the windows
    (month, quarter, year, term) that begin and end with it; is_terminated marks the segment of an
    early end, in which remaining_rent is the base rent, net of VAT, that the rest of the term
    would have brought. late is the capacity that was promised and not accepted, during days_late
    days of the segment.
    """

    months: Value
    hours: Value
    servers: Value
    gpus: Value
    pflops: Value
    capacity_share: Value = 1
    quantities: tuple[Value, ...] = ()
    lessee_revenue: Value = 0
    availability: Value = 1
    passed: tuple[Passed, ...] = ()
    remaining_rent: Value = 0
    days_late: Value = 0
    late: LatePart | None = None
    days: Value = 0
    own_months: Value = 0
    age_months: int = 0
    age_days: int = 0
    is_renewed: bool = False
    is_terminated: bool = False
    opens: frozenset[str] = frozenset()
    closes: frozenset[str] = frozenset()


class Line(NamedTuple):
    """What one charge comes to in a segment: quantity in priced units, money net of VAT, and VAT.

    Positive is owed to the lessor; credits and damages are negative.
    """

    quantity: Value
    net: Value
    vat: Value


def net_of_lines(lines: tuple[Line, ...], places: tuple[int, ...], zero: Value) -> Value:
    """Net of the lines at `places` together, in that order; `zero` for none."""
    if len(places) == 0:
        return zero
    result = lines[places[0]].net
    for place in places[1:]:
        result = result + lines[place].net
    return result


def vat_of_lines(lines: tuple[Line, ...], places: tuple[int, ...], zero: Value) -> Value:
    """VAT of the lines at `places` together, in that order; `zero` for none."""
    if len(places) == 0:
        return zero
    result = lines[places[0]].vat
    for place in places[1:]:
        result = result + lines[place].vat
    return result


class Rated(NamedTuple):
    """Inputs of one charge: the segment, and the lines of all charges before it in the pipe."""

    segment: Segment
    lines: tuple[Line, ...]
