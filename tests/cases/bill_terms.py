"""A lease of a deal file as a biller reads it: plain text, fractions and days."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

import yaml

STEPS = {"day": 0, "month": 1, "quarter": 3, "year": 12}


def later(start: date, months: int) -> date:
    """The same day of a later month, its last one where it is shorter."""
    year, month = start.year + (start.month - 1 + months) // 12, (start.month - 1 + months) % 12 + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def number(said: Any) -> Fraction:
    """A number as people write it: 69_000, 1,000, 1.5e9, 6%."""
    text = str(said).replace("_", "").replace(",", "")
    if text.endswith("%"):
        return Fraction(Decimal(text[:-1])) / 100
    return Fraction(Decimal(text))


def after(start: date, length: str, times: int = 1) -> date:
    """The day that comes so many lengths of time (as 12 months) after a day."""
    count, _, word = str(length).partition(" ")
    step = STEPS[word.rstrip("s") or "day"]
    amount = int(count) * times
    return later(start, amount * step) if step else start + timedelta(days=amount)


def months_of(length: str) -> int:
    """A length of time in whole months."""
    count, _, word = length.partition(" ")
    return int(count) * STEPS[word.rstrip("s")]


def days_of(said: Any) -> list[date]:
    """A day, or a list of them."""
    return [date.fromisoformat(each) for each in ([said] if isinstance(said, str) else said or [])]


class Lot(NamedTuple):
    """Servers that come together: how many, from when they serve, from when they are late."""

    units: Fraction
    serves: date
    promised: date | None
    late_from: date | None


@dataclass(frozen=True)
class Contract:
    """One lease of one deal."""

    deal: dict[str, Any]
    name: str

    @classmethod
    def read(cls, text: str, name: str) -> Contract:
        """The lease called `name`, every value still as it is written."""
        return cls(yaml.load(text, Loader=yaml.BaseLoader), name)

    @cached_property
    def lease(self) -> dict[str, Any]:
        """Its block."""
        return dict(self.deal["leases"][self.name])

    @property
    def charges(self) -> dict[str, dict[str, Any]]:
        """What is charged, in the order written."""
        return dict(self.lease.get("charges") or {})

    @property
    def currency(self) -> str:
        """The currency of every amount."""
        return str(self.deal["currency"])

    @property
    def billing(self) -> dict[str, str]:
        """How it is invoiced."""
        return dict(self.lease.get("billing") or {})

    @property
    def frequency(self) -> str:
        """How often."""
        return self.billing.get("frequency", "monthly")

    @property
    def timing(self) -> str:
        """Rent before or after its period."""
        return self.billing.get("timing", "arrears")

    @property
    def rounding(self) -> str:
        """How a line is rounded."""
        return self.billing.get("rounding", "half_up")

    @property
    def zone(self) -> str:
        """Whose midnight ends a day."""
        return self.billing.get("time_zone", "UTC")

    @cached_property
    def closing(self) -> date:
        """First day of the plan, from which months are counted."""
        return date.fromisoformat(self.deal["closing_date"])

    @cached_property
    def events(self) -> dict[str, Any]:
        """What happened when."""
        return dict(self.lease["events"])

    @cached_property
    def accepted(self) -> date:
        """Rent begins."""
        return date.fromisoformat(self.events.get("accepted") or self.events["expected_acceptance"])

    @cached_property
    def term_ends(self) -> date:
        """The day after the last of the term."""
        return after(self.accepted, self.lease["term"])

    @cached_property
    def ends(self) -> date:
        """The day after the last of service."""
        whole = self.term_ends
        if "renewal" in self.lease and "terminated" not in self.events:
            whole = after(whole, self.lease["renewal"]["term"])
        said = [self.events[key] for key in ("terminated", "ended") if key in self.events]
        return min([whole, *days_of(said)])

    def month_bounds(self, month: int) -> tuple[date, date]:
        """First day of a month of the plan, and of the one after."""
        return later(self.closing, month), later(self.closing, month + 1)

    def month_of(self, day: date) -> int:
        """The month of the plan that a day lies in."""
        month = (day.year - self.closing.year) * 12 + day.month - self.closing.month
        return month if later(self.closing, month) <= day else month - 1

    def month_named(self, label: str) -> int:
        """The month of the plan called 2026-05."""
        year, month = label.split("-")
        return (int(year) - self.closing.year) * 12 + int(month) - self.closing.month

    @cached_property
    def pauses(self) -> list[tuple[date, date]]:
        """Times out of service."""
        stops = days_of(self.events.get("suspended"))
        goes = days_of(self.events.get("resumed"))
        return [(stop, min([g for g in goes if g > stop], default=self.ends)) for stop in stops]

    def is_in_service(self, day: date) -> bool:
        """Whether the lessee has the use of it on a day."""
        paused = any(stop <= day < go for stop, go in self.pauses)
        return self.accepted <= day < self.ends and not paused and self.share(day) > 0

    @cached_property
    def asset(self) -> dict[str, Any]:
        """What it stands on."""
        return dict((self.deal.get("assets") or {}).get(self.lease["capacity"].get("asset"), {}))

    @cached_property
    def servers(self) -> Fraction:
        """Servers leased."""
        return number(self.lease["capacity"]["quantity"])

    @cached_property
    def gpus(self) -> Fraction:
        """GPUs of one server: as said, or as the name of its model ends."""
        if "spec" in self.asset:
            return number(self.asset["spec"]["gpus"])
        model = self.lease["capacity"].get("model") or self.asset.get("model") or "-8"
        return Fraction(int(model.rsplit("-", 1)[1]))

    @cached_property
    def grace(self) -> str:
        """Time of delay without damages."""
        for charge in self.charges.values():
            if charge["kind"] == "late_delivery":
                return str(charge.get("grace", "0 days"))
        return ""

    @cached_property
    def lots(self) -> list[Lot]:
        """In the order they come."""
        found = []
        for said in self.asset.get("deliveries") or [{}]:
            units = number(said.get("quantity", self.servers))
            came = said.get("accepted") or said.get("date") or self.accepted.isoformat()
            came_on = date.fromisoformat(came)
            if "acceptance" in said:
                came_on = after(came_on, said["acceptance"])
            promised = said.get("promised") or self.events.get("promised")
            late = since = None
            serves = max(came_on, self.accepted)
            if promised and self.grace:
                since = date.fromisoformat(promised)
                late = max(after(since, self.grace), self.closing)
                late = late if late < serves else None
                since = max(since, self.closing)
            found.append(Lot(units, serves, since if late else None, late))
        return found

    def share(self, day: date) -> Fraction:
        """Part of the capacity that is there on a day."""
        there = sum((lot.units for lot in self.lots if lot.serves <= day), Fraction(0))
        return min(there / self.servers, Fraction(1))

    def late_days(self, start: date, end: date) -> Fraction:
        """Days, beyond any grace, on which capacity should be there and is not, times its part."""
        late = Fraction(0)
        for lot in self.lots:
            if lot.late_from:
                days = min(end, lot.serves) - max(start, lot.late_from)
                late += max(days.days, 0) * lot.units / self.servers
        return late

    def rises(self, said: dict[str, Any], day: date) -> Fraction:
        """What a price of the first day has become by a day, but for a renewal."""
        escalator = said.get("escalator")
        if escalator is None:
            return Fraction(1)
        block = escalator if isinstance(escalator, dict) else {"rate": escalator}
        rate, every = 1 + number(block["rate"]), block.get("every", "12 months")
        factor, begin = Fraction(1), self.accepted
        if said["kind"] == "base_rent" and day >= self.term_ends and "renewal" in self.lease:
            share = self.lease["renewal"].get("rent", "100%")
            factor = number(share) * self.rises(said, self.term_ends - timedelta(days=1))
            begin = self.term_ends
        times = 0
        while after(begin, every, times + 1) <= day:
            times += 1
        return factor * Fraction(rate**times)

    def rent_factor(self, said: dict[str, Any], day: date) -> Fraction:
        """Rises, renewal and rent-free time of a base rent, on a day."""
        if day < after(self.accepted, said.get("rent_free", "0 days")):
            return Fraction(0)
        if "escalator" not in said and day >= self.term_ends and "renewal" in self.lease:
            return number(self.lease["renewal"].get("rent", "100%"))
        return self.rises(said, day)

    def turning_days(self) -> set[date]:
        """Days on which a price, the capacity or the service changes."""
        found = {self.accepted, self.term_ends, self.ends}
        found |= {day for pause in self.pauses for day in pause}
        for lot in self.lots:
            found |= {day for day in (lot.serves, lot.promised) if day}
        for said in self.charges.values():
            if said.get("rent_free"):
                found.add(after(self.accepted, said["rent_free"]))
            found |= self._rising_days(said)
        return found

    def _rising_days(self, said: dict[str, Any]) -> set[date]:
        if "escalator" not in said:
            return set()
        block = said["escalator"]
        every = block.get("every", "12 months") if isinstance(block, dict) else "12 months"
        found, renewed = set(), said["kind"] == "base_rent" and "renewal" in self.lease
        spans = [(self.accepted, min(self.term_ends, self.ends) if renewed else self.ends)]
        spans += [(self.term_ends, self.ends)] if renewed else []
        for begin, end in spans:
            times = 1
            while (day := after(begin, every, times)) < end:
                found.add(day)
                times += 1
        return found

    def month_time(self, start: date, end: date) -> Fraction:
        """Days as a part of the month of the plan that they lie in."""
        low, high = self.month_bounds(self.month_of(start))
        return Fraction((end - start).days, (high - low).days)

    def hours(self, start: date, end: date) -> Fraction:
        """Hours of some days of one month."""
        if self.deal.get("hours", "730_a_month") == "actual":
            return Fraction(24 * (end - start).days)
        return 730 * self.month_time(start, end)

    def own_time(self, start: date, end: date) -> Fraction:
        """Days in months that are counted from acceptance."""
        found = Fraction(0)
        for step in range((end - start).days):
            day, month = start + timedelta(days=step), 0
            while later(self.accepted, month + 1) <= day:
                month += 1
            length = later(self.accepted, month + 1) - later(self.accepted, month)
            found += Fraction(1, length.days)
        return found

    def vat(self, said: dict[str, Any]) -> Fraction:
        """The VAT rate of a charge."""
        rent = ((self.deal.get("taxes") or {}).get("vat") or {}).get("rent", "0")
        return number(said.get("vat", rent))

    def net(self, said: dict[str, Any], amount: Fraction) -> Fraction:
        """An amount as written, without the VAT that may be inside."""
        return amount / (1 + self.vat(said)) if said.get("tax") == "included" else amount
