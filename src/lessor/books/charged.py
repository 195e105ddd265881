"""Which of what was metered a charge asks for: the meters of the terms, on days of service."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from lessor.books.lease_book import Stage, Stretch
from lessor.books.metered import EVIDENCE, meters_asked


class Days(NamedTuple):
    """Days `[start, end)`."""

    start: date
    end: date


class Charged:
    """What the charges of a lease ask for: of each meter the days that they are rated by it."""

    def __init__(self, stages: Sequence[Stage], course: Iterable[Stretch]) -> None:
        asked = [meters_asked(stage) for stage in stages]
        self._days: dict[str, list[Days]] = defaultdict(list)
        for stretch in course:
            if stretch.part.what == "service":
                for meter in asked[stretch.stage]:
                    span = stretch.part.span
                    self._days[meter].append(Days(span.start, span.end))

    def knows(self, meter: str) -> bool:
        """Whether a charge asks for a meter on any day."""
        return meter in self._days

    def asks(self, meter: str, day: date) -> bool:
        """Whether a charge asks for what a meter counted on a day."""
        days = self._days.get(meter)
        if days is None:
            return False
        return meter in EVIDENCE or any(each.start <= day < each.end for each in days)

    def unasked(self, sums: Mapping[str, Mapping[date, int]], start: date, end: date) -> list[str]:
        """The meters that counted something in `[start, end)` that no charge asks for."""
        return [
            meter
            for meter, days in sums.items()
            if not self._covers(meter, start, end)
            and any(
                quantity != 0 and start <= day < end and not self.asks(meter, day)
                for day, quantity in days.items()
            )
        ]

    def _covers(self, meter: str, start: date, end: date) -> bool:
        within = (min(each.end, end) - max(each.start, start) for each in self._days.get(meter, ()))
        return sum(max(each.days, 0) for each in within) == (end - start).days
