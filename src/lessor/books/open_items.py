"""What is still to be paid of each document, once money was received for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from lessor.books.documents import Issued


def open_amounts(issued: Sequence[Issued], received: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """What is open of each document by its number: payable - payments received for it.

    Below zero: to be credited, or too much came. A document that is void asks for nothing.
    """
    void = asking_nothing(issued)
    return {
        # Begun from nothing, so that what asks for nothing is 0.00 and not below it.
        each.number: Decimal(0)
        + each.document.payable * (each.number not in void)
        - received.get(each.number, Decimal(0))
        for each in issued
    }


def asking_nothing(issued: Sequence[Issued]) -> set[str]:
    """Documents that ask for nothing: those that are void, and those that void them."""
    return {*void_numbers(issued), *(each.number for each in issued if each.voids)}


def void_numbers(issued: Iterable[Issued]) -> dict[str, str]:
    """The documents that are void, each with the number of what voids it.

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
