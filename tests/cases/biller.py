"""A lease billed the long way: day by day, in fractions, from the text of its deal alone.

It shares no code with the program, on purpose: two ways to an invoice that agree say more than one.
Every version of the terms is rated on all usage that is known; what was billed before is taken off.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from tests.cases.bill_charges import Pot, rate_charges
from tests.cases.bill_terms import Contract
from tests.cases.bill_uptime import uptime

ROUNDINGS = {
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "down": ROUND_DOWN,
    "up": ROUND_UP,
}
PLACES = {"JPY": 0, "KRW": 0, "KWD": 3}
MONTHS = {"monthly": 1, "quarterly": 3, "semiannual": 6, "annual": 12}


class Happened(NamedTuple):
    """An event as it came in: what was counted, when; times carry a zone."""

    meter: str
    time: datetime
    quantity: int
    node: str = ""
    cause: str = ""
    start: datetime | None = None
    end: datetime | None = None


class Owed(NamedTuple):
    """A line: a charge for [start, end), net of VAT; `home` is the month that bills it."""

    home: int
    charge: str
    start: date
    end: date
    exact: Fraction
    vat: Fraction
    is_guess: bool = False


class Bill(NamedTuple):
    """An invoice or a note: lines as (charge, start, end, vat, amount), taxes as (vat, tax)."""

    kind: str
    period: str
    lines: tuple[tuple[str, date, date, Fraction, Decimal], ...]
    taxes: tuple[tuple[Fraction, Decimal], ...]

    @property
    def net(self) -> Decimal:
        """Sum of its lines."""
        return sum((line[4] for line in self.lines), Decimal(0))

    @property
    def tax(self) -> Decimal:
        """Sum of its VAT."""
        return sum((tax for _, tax in self.taxes), Decimal(0))


class Slice(NamedTuple):
    """Days [start, end) of one billing month in which nothing about the lease changes."""

    month: int
    start: date
    end: date
    terms: Contract
    in_service: bool
    is_end: bool = False


@dataclass
class Biller:
    """A lease with its versions (day from which each holds; None: from the beginning)."""

    versions: list[tuple[date | None, Contract]]
    events: list[Happened] = field(default_factory=list)
    closed: set[int] = field(default_factory=set)
    billed: dict[int, list[Bill]] = field(default_factory=lambda: defaultdict(list))

    @property
    def first(self) -> Contract:
        """The terms as they stood on the first day, with what was corrected of them since."""
        return [terms for day, terms in self.versions if day is None][-1]

    def terms_on(self, day: date) -> Contract:
        """The terms in force on a day: a later version goes before an earlier one."""
        whole = max(place for place, (since, _) in enumerate(self.versions) if since is None)
        found = self.versions[whole][1]
        for since, terms in self.versions[whole + 1 :]:
            if since is not None and since <= day:
                found = terms
        return found

    def round(self, exact: Fraction) -> Decimal:
        """An amount in the smallest unit of its currency, by the contract's mode."""
        terms = self.versions[-1][1]
        unit = Decimal(1).scaleb(-PLACES.get(terms.currency, 2))
        scaled = exact / Fraction(unit)
        whole, rest = divmod(abs(scaled.numerator), scaled.denominator)
        # One digit says on which side of a half the rest lies, which is all a mode asks.
        half = 2 * rest - scaled.denominator
        digit = 0 if rest == 0 else 5 if half == 0 else 2 if half < 0 else 8
        near = (Decimal(whole) + Decimal(digit) / 10).quantize(
            Decimal(1), ROUNDINGS[terms.rounding]
        )
        return (near if scaled >= 0 else -near) * unit

    def counted(self, meter: str, start: date, end: date) -> int:
        """What a meter counted on days of the lease's own clock."""
        zone = ZoneInfo(self.first.zone)
        return sum(
            each.quantity
            for each in self.events
            if each.meter == meter and start <= each.time.astimezone(zone).date() < end
        )

    def is_reported(self, month: int) -> bool:
        """Whether the lessee has told what it earned in a month."""
        zone, bounds = ZoneInfo(self.first.zone), self.first.month_bounds(month)
        return any(
            bounds[0] <= each.time.astimezone(zone).date() < bounds[1]
            for each in self.events
            if each.meter == "lessee_revenue"
        )

    def slices(self) -> list[Slice]:
        """The lease from the first late day to the end, cut wherever anything changes."""
        first, found = self.first, []
        turning = ((day, terms) for _, terms in self.versions for day in terms.turning_days())
        days = [day for day, terms in turning if terms is self.terms_on(day)]
        days += [day for day, terms in self.versions if day and terms is self.terms_on(day)]
        ends = self.end()
        begin = min([first.accepted, *(lot.promised for lot in first.lots if lot.promised)])
        month = first.month_of(max(begin, first.closing))
        while first.month_bounds(month)[0] < ends:
            low, high = first.month_bounds(month)
            low, high = max(low, begin), min(high, ends)
            edges = sorted({low, high, *(day for day in days if low < day < high)})
            for start, end in pairwise(edges):
                terms = self.terms_on(start)
                found.append(Slice(month, start, end, terms, terms.is_in_service(start)))
            month += 1
        last = self.terms_on(ends - timedelta(days=1))
        if any(charge["kind"] == "termination" for charge in last.charges.values()):
            found.append(Slice(first.month_of(ends), ends, ends, last, False, True))
        return found

    def end(self) -> date:
        """The day on which service ends, by the terms in force before it."""
        found = self.first.ends
        for day, _ in self.versions:
            found = self.terms_on(day).ends if day and day < found else found
        return found

    def owed(self) -> list[Owed]:
        """Every line of the lease, from beginning to end, on all that is known."""
        slices, pot, found = self.slices(), Pot(), []
        serving = [each for each in slices if each.in_service]
        for each in slices:
            later_ones = [s for s in serving if s.start >= each.end]
            guess = not self.is_reported(each.month)
            for name, exact, vat, is_counted in rate_charges(self, pot, each, later_ones):
                kind = each.terms.charges[name.split(": ")[0]]["kind"]
                home = self._home(each, kind)
                is_guess = kind == "revenue_share" and guess and "usage" in each.terms.lease
                if exact or is_counted:
                    found.append(Owed(home, name, each.start, each.end, exact, vat, is_guess))
        return found

    def _home(self, each: Slice, kind: str) -> int:
        terms = each.terms
        length, commenced = MONTHS[terms.frequency], terms.month_of(self.first.accepted)
        opening = commenced + (each.month - commenced) // length * length
        if kind == "base_rent" and terms.timing == "advance":
            return max(opening - 1, commenced)
        last_day = self.end() - timedelta(days=1)
        return max(min(opening + length - 1, terms.month_of(last_day)), commenced)

    def uptime(self, each: Slice, said: dict[str, Any]) -> Fraction:
        """Availability of the month a slice lies in, by the evidence that counts."""
        return uptime(self, each.month, each.terms, said)

    def taxes(self, lines: Iterable[tuple[Fraction, Decimal]]) -> dict[Fraction, Decimal]:
        """VAT by rate, on the sum of rounded lines."""
        bases: dict[Fraction, Decimal] = defaultdict(Decimal)
        for vat, amount in lines:
            bases[vat] += amount
        return {vat: self.round(Fraction(base) * vat) for vat, base in bases.items()}

    def close(self, period: str) -> list[Bill]:
        """Close a month: what is owed for it and for the closed ones, less what was billed."""
        month = self.first.month_named(period)
        # A lease that has not begun has nothing to close, and waits with what is late.
        if month < min(each.month for each in self.slices()):
            return []
        self.closed.add(month)
        owed: dict[int, list[Owed]] = defaultdict(list)
        for line in self.owed():
            owed[line.home].append(line)
        found = []
        for each in sorted(self.closed):
            bill = self._bill(each, owed[each])
            if bill is not None:
                self.billed[each].append(bill)
                found.append(bill)
        return found

    def _bill(self, month: int, owed: Sequence[Owed]) -> Bill | None:
        left: dict[tuple[str, date, date, Fraction], Decimal] = defaultdict(Decimal)
        for line in owed:
            left[line.charge, line.start, line.end, line.vat] += self.round(line.exact)
        taxes = defaultdict(Decimal, self.taxes((key[3], each) for key, each in left.items()))
        for bill in self.billed[month]:
            for *key, amount in bill.lines:
                left[tuple(key)] -= amount  # type: ignore[index]
            for vat, tax in bill.taxes:
                taxes[vat] -= tax
        lines = tuple(sorted((*key, amount) for key, amount in left.items() if amount))
        # A month in which something was counted is invoiced, were it at no price.
        if not lines and (self.billed[month] or not owed):
            return None
        rates = {line[3] for line in lines} | {vat for vat, tax in taxes.items() if tax}
        kind = "invoice"
        total = sum((line[4] for line in lines), sum(taxes.values(), Decimal(0)))
        if self.billed[month]:
            kind = "credit_note" if total < 0 else "debit_note"
        bounds = self.first.month_bounds(month)[0]
        return Bill(
            kind, f"{bounds:%Y-%m}", lines, tuple((vat, taxes[vat]) for vat in sorted(rates))
        )


def noon(day: date) -> datetime:
    """The middle of a day, in UTC."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
