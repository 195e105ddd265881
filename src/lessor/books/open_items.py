"""What is still to be paid of each document, once money was received for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from lessor.books.documents import Issued


def open_amounts(issued: Sequence[Issued], received: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """What is open of each document by its number: payable - payments received for it.

    Below zero: to be credited, or too much came. A document that is void asks for nothing.
    """
    void = void_numbers(issued)
    return {
        # Begun from nothing, so that what asks for nothing is 0.00 and not below it.
        each.number: Decimal(0)
        + each.document.payable * (each.number not in void)
        - received.get(each.number, Decimal(0))
        for each in issued
    }


def void_numbers(issued: Sequence[Issued]) -> set[str]:
    """Documents that ask for nothing: what was voided, the notes on it, and the voids."""
    voided = {each.voids for each in issued if each.voids}
    # A void takes back the notes on what it voids, too.
    return {
        each.number
        for each in issued
        if each.voids or each.number in voided or each.document.corrects in voided
    }
