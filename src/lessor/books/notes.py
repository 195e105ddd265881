"""The lines of a credit or debit note: the old rating, the new one, and the difference."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from lessor.books.documents import Before, Document, DocumentLine, LineKey


def corrected(owed: Sequence[DocumentLine], billed: Iterable[Document]) -> list[DocumentLine]:
    """What has to be added to the documents of a month so that they come to what is owed.

    A line whose rating changed bears the difference, with what was billed before beside it; one
    that is owed no longer is taken back whole. Lines that stand as they were are left out.
    """
    documents = list(billed)
    before = billed_lines(documents)
    last = {line.key: line for document in documents for line in document.lines}
    new = [_difference(line, before.get(line.key) or _nothing(line)) for line in owed]
    owed_keys = {line.key for line in owed}
    gone = [_taken_back(last[key], had) for key, had in before.items() if key not in owed_keys]
    return [line for line in (*new, *gone) if _moves(line)]


def billed_lines(documents: Iterable[Document]) -> dict[LineKey, Before]:
    """Of every line the quantity, amount and unrounded amount billed so far, notes counted."""
    sums: dict[LineKey, Before] = {}
    for document in documents:
        for line in document.lines:
            had = sums.get(line.key) or _nothing(line)
            sums[line.key] = Before(
                had.quantity + line.quantity,
                had.amount + line.amount,
                had.unrounded + line.unrounded,
            )
    return sums


def _moves(line: DocumentLine) -> bool:
    return line.amount != 0 or line.unrounded != 0 or line.quantity != 0


def _nothing(line: DocumentLine) -> Before:
    """Nothing billed yet; the amount in the smallest unit of the line's currency, as it is kept."""
    return Before(Decimal(0), (line.amount * 0).copy_abs(), Decimal(0))


def _difference(line: DocumentLine, had: Before) -> DocumentLine:
    return line._replace(
        quantity=line.quantity - had.quantity,
        amount=line.amount - had.amount,
        unrounded=line.unrounded - had.unrounded,
        before=had,
    )


def _taken_back(line: DocumentLine, had: Before) -> DocumentLine:
    return line._replace(
        quantity=-had.quantity, amount=-had.amount, unrounded=-had.unrounded, before=had
    )
