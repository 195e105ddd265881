"""How an invoice and its notes stand together: what is void, what each line has been billed."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from lessor.books.documents import Before, Issued, LineKey
from lessor.books.notes import billed_lines

NOTHING = Before(Decimal(0), Decimal(0), Decimal(0))


def billed_so_far(issued: Iterable[Issued]) -> dict[LineKey, Before]:
    """What documents bill of every line together."""
    return billed_lines(each.document for each in issued)


def void_numbers(issued: Iterable[Issued]) -> dict[str, str]:
    """Of a lease's month the documents that are void, each with the number of what voids it.

    What voids an invoice takes the notes on it along. What voids something is not void itself.
    """
    documents = list(issued)
    found = {each.voids: each.number for each in documents if each.voids}
    taken_along = {
        each.number: found[each.document.corrects]
        for each in documents
        if each.document.corrects in found and not each.voids
    }
    return {**taken_along, **found}
