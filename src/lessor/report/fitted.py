"""A table of names and numbers in which no number is ever broken or cut, however narrow it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text

from lessor.report.layout import GAP

NAME_MIN = 16
"""What a name keeps at least where it is cut."""

STEP = 3
"""How far numbers below their words are moved in."""


class Heading(NamedTuple):
    """A column: its heading, and whether it holds words, a number, or a name that may be cut."""

    text: str
    holds: Literal["words", "number", "name"] = "words"


class FittedTable:
    """Rows under headings, on one line each while there is room.

    Where there is none, names are cut; then the numbers go below the words, on as many lines as
    they need. With `has_total` the last row stands under a line of its own.
    """

    def __init__(
        self,
        headings: Sequence[Heading],
        rows: Iterable[Sequence[str]],
        *,
        has_total: bool = False,
    ) -> None:
        self._headings, self._rows = tuple(headings), [tuple(row) for row in rows]
        self._has_total = has_total

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """As wide as its longest line."""
        widest = max(cell_len(line.plain) for line in self._lines(options.max_width))
        return Measurement(min(widest, options.max_width), options.max_width)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Each line of the table."""
        yield from self._lines(options.max_width)

    def _lines(self, room: int) -> Iterator[Text]:
        bands = self._bands(room)
        widths = self._widths(bands, room)
        head = list(self._laid([each.text for each in self._headings], bands, widths))
        body = [list(self._laid(row, bands, widths)) for row in self._rows]
        lines = [line for row in (head, *body) for line in row]
        rule = "─" * min(max(map(cell_len, lines), default=0), room)
        yield from (Text(line, style="bold") for line in head)
        yield Text(rule)
        last = len(body) - 1
        for place, row in enumerate(body):
            is_total = self._has_total and place == last
            if is_total:
                yield Text(rule)
            yield from (Text(line, style="bold" if is_total else "") for line in row)

    def _bands(self, room: int) -> list[list[int]]:
        """The places of the columns that stand beside each other, line by line."""
        every = list(range(len(self._headings)))
        if self._least([every]) <= room:
            return [every]
        numbers = [place for place in every if self._headings[place].holds == "number"]
        words = [place for place in every if place not in numbers]
        for count in range(1, len(numbers) + 1):
            size = -(-len(numbers) // count)
            bands = [numbers[at : at + size] for at in range(0, len(numbers), size)]
            if self._least(bands) + STEP <= room:
                break
        return [words, *bands] if numbers else [words]

    def _least(self, bands: list[list[int]]) -> int:
        """How wide the columns are at least, those of a band below those of the band before."""
        slots: dict[int, int] = {}
        for band in bands:
            for slot, place in enumerate(band):
                natural = self._natural(place)
                is_name = self._headings[place].holds == "name"
                least = min(natural, NAME_MIN) if is_name else natural
                slots[slot] = max(slots.get(slot, 0), least)
        return sum(slots.values()) + GAP * (len(slots) - 1)

    def _natural(self, place: int) -> int:
        cells = (self._headings[place].text, *(row[place] for row in self._rows))
        return max(map(cell_len, cells))

    def _widths(self, bands: list[list[int]], room: int) -> dict[int, int]:
        """The width of each column; numbers in one slot of several lines share theirs."""
        widths = {place: self._natural(place) for band in bands for place in band}
        first = bands[0]
        over = sum(widths[place] for place in first) + GAP * (len(first) - 1) - room
        names = [place for place in first if self._headings[place].holds == "name"]
        while over > 0 and names:
            longest = max(names, key=lambda place: widths[place])
            if widths[longest] <= NAME_MIN:
                break
            cut = min(over, widths[longest] - NAME_MIN)
            widths[longest] -= cut
            over -= cut
        below = bands[1:]
        for slot in range(max(map(len, below), default=0)):
            places = [band[slot] for band in below if slot < len(band)]
            widest = max(widths[place] for place in places)
            widths.update(dict.fromkeys(places, widest))
        return widths

    def _laid(
        self, cells: Sequence[str], bands: list[list[int]], widths: dict[int, int]
    ) -> Iterator[str]:
        """A row as its lines."""
        for number, band in enumerate(bands):
            told = [self._cell(cells[place], place, widths[place]) for place in band]
            line = (" " * GAP).join(told).rstrip()
            yield f"{' ' * STEP}{line}" if number else line

    def _cell(self, cell: str, place: int, width: int) -> str:
        if cell_len(cell) > width:
            return f"{set_cell_size(cell, width - 1).rstrip()}…"
        blanks = " " * (width - cell_len(cell))
        return blanks + cell if self._headings[place].holds == "number" else cell + blanks


def words(*headings: str) -> list[Heading]:
    """Columns of words that are never cut."""
    return [Heading(each) for each in headings]


def numbers(*headings: str) -> list[Heading]:
    """Columns of numbers."""
    return [Heading(each, "number") for each in headings]


def names(*headings: str) -> list[Heading]:
    """Columns of names that others gave, which may be of any length."""
    return [Heading(each, "name") for each in headings]
