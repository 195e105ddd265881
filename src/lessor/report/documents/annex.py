"""The annex of a document: what its lines counted, day by day, in smallest units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from lessor.books.annex import Annex
from lessor.core.money import decimals_of
from lessor.report.documents.paper import quantity_text
from lessor.report.documents.sheet import Column, Row, Table
from lessor.report.documents.words import unit_words
from lessor.report.tongues import Tongue
from lessor.report.tongues.tongue import NOTHING

_SIDE_BY_SIDE = 4
"""Meters that a page has room for beside each other."""


def annex_tables(annex: Sequence[Annex], currency: str, said: Tongue) -> Iterator[Table]:
    """The days of each meter side by side; on a note, of each meter before, now and difference."""
    plain = [each for each in annex if not each.is_note]
    parts = [plain[at : at + _SIDE_BY_SIDE] for at in range(0, len(plain), _SIDE_BY_SIDE)]
    tables = [_side_by_side(part, currency, said) for part in parts]
    tables += [_differences(each, currency, said) for each in annex if each.is_note]
    for place, (title, columns, rows) in enumerate(tables):
        yield Table(title, columns, rows, starts_page=place == 0)


Parts = tuple[str, tuple[Column, ...], tuple[Row, ...]]


def _side_by_side(annex: Sequence[Annex], currency: str, said: Tongue) -> Parts:
    columns = (
        Column(said.say("Day"), "start"),
        *(Column(_heading(each, currency, said)) for each in annex),
    )
    by_day = [{day.day: day.now for day in each.days} for each in annex]
    days = sorted({day for each in by_day for day in each})
    rows = [
        Row(
            (
                said.short_day(day),
                *(
                    _counted(each, own.get(day), currency, said)
                    for each, own in zip(annex, by_day, strict=True)
                ),
            )
        )
        for day in days
    ]
    totals = (_counted(each, each.total, currency, said) for each in annex)
    rows.append(Row((said.say("Total"), *totals), is_strong=True))
    rows.append(Row((said.say("As billed"), *(_billed(each, said) for each in annex))))
    return said.say("Annex: usage by day"), columns, tuple(rows)


def _differences(annex: Annex, currency: str, said: Tongue) -> Parts:
    title = said.say("Annex: what changed by day; {what}", what=_heading(annex, currency, said))
    columns = (
        Column(said.say("Day"), "start"),
        Column(said.say("Before")),
        Column(said.say("Now")),
        Column(said.say("Difference")),
    )
    rows = [
        Row(
            (
                said.short_day(each.day),
                *(
                    _counted(annex, number, currency, said)
                    for number in (each.before, each.now, each.now - each.before)
                ),
            )
        )
        for each in annex.days
    ]
    total = _counted(annex, annex.total, currency, said)
    rows.append(Row((said.say("Total"), "", "", total), is_strong=True))
    rows.append(Row((said.say("As billed"), "", "", _billed(annex, said))))
    return title, columns, tuple(rows)


def _heading(annex: Annex, currency: str, said: Tongue) -> str:
    """Line, meter and unit of a column."""
    unit = currency if annex.is_money else unit_words(annex.unit, said)
    return said.say(
        "line {place}: {charge}, {unit}", place=annex.place, charge=annex.charge, unit=unit
    )


def _billed(annex: Annex, said: Tongue) -> str:
    """The same in the unit of the line, as the line has it."""
    quantity = quantity_text(annex.quantity, annex.priced_in, said)
    unit = unit_words(annex.priced_in, said)
    return said.say("{quantity} {unit}", quantity=quantity, unit=unit)


def _counted(annex: Annex, number: int | None, currency: str, said: Tongue) -> str:
    if number is None:
        return NOTHING
    if annex.is_money:
        places = decimals_of(currency)
        return said.number(Decimal(number).scaleb(-places), places)
    return said.number(number)
