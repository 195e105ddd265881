"""What each line of an invoice has been billed, its notes counted."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from lessor.books.documents import Before, Issued, LineKey
from lessor.books.notes import billed_lines

NOTHING = Before(Decimal(0), Decimal(0), Decimal(0))


def billed_so_far(issued: Iterable[Issued]) -> dict[LineKey, Before]:
    """What documents bill of every line together."""
    return billed_lines(each.document for each in issued)
