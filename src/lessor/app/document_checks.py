"""What a lease's documents must be, to themselves and to each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from lessor.books.documents import Document, Issued
from lessor.core.money import decimals_of
from lessor.store.records.standing import NOTHING, billed_so_far

_NONE = Decimal(0)


class Contradiction(NamedTuple):
    """What cannot be, and where: a document's number, or a lease with its month."""

    place: str
    message: str


def contradictions(issued: Sequence[Issued]) -> Iterator[Contradiction]:
    """Everything that cannot be among the documents of one lease, in the order of their issue."""
    for each in issued:
        for message in (*_sums(each.document), *_taxes(each.document), *_drawn(each)):
            yield Contradiction(each.number, message)
    yield from _live_invoices(issued)
    yield from _corrections(issued)


def _sums(document: Document) -> Iterator[str]:
    """total = net + tax, and lines that bear it; their sum is checked by the records themselves."""
    if document.total != document.net + document.tax:
        yield f"net {document.net} and tax {document.tax} are not the total {document.total}"
    if not document.lines:
        yield "it has no line"


def _taxes(document: Document) -> Iterator[str]:
    """Every category bears the lines of its rate, and its tax is rate x base to a smallest unit."""
    if document.kind != "invoice":
        # A note bears differences: those of a line whose rate has changed stand under both rates.
        if sum((each.base for each in document.taxes), _NONE) != document.net:
            yield "its VAT is not on what its lines sum to"
        return
    bases: dict[Decimal, Decimal] = defaultdict(Decimal)
    for line in document.lines:
        bases[line.vat_rate] += line.amount
    if bases != {each.rate: each.base for each in document.taxes}:
        yield "its VAT is not on what its lines of each rate sum to"
    unit = Decimal(1).scaleb(-decimals_of(document.currency))
    for each in document.taxes:
        if abs(each.tax - each.rate * each.base) >= unit:
            yield f"VAT of {each.rate} on {each.base} is not {each.tax}"


def _drawn(issued: Issued) -> Iterator[str]:
    """Money paid ahead pays for no more than the total; a void gives back no more."""
    document = issued.document
    sign = -1 if issued.voids else 1
    prepaid, set_off, total = (
        sign * each for each in (document.prepaid, document.set_off, document.total)
    )
    if min(prepaid, set_off) < 0 or prepaid + set_off > max(total, _NONE):
        yield f"{document.prepaid + document.set_off} paid ahead is for a total of {document.total}"


def _live_invoices(issued: Sequence[Issued]) -> Iterator[Contradiction]:
    """At most one invoice of a month that is not void."""
    void = {each.voids for each in issued if each.voids}
    live: dict[str, list[Issued]] = defaultdict(list)
    for each in issued:
        if each.document.kind == "invoice" and each.number not in void:
            live[each.document.period].append(each)
    for period, invoices in live.items():
        if len(invoices) > 1:
            numbers = ", ".join(each.number for each in invoices)
            lease = invoices[0].document.lease
            yield Contradiction(lease, f"{period} is invoiced more than once: {numbers}")


def _corrections(issued: Sequence[Issued]) -> Iterator[Contradiction]:
    """A note corrects an earlier document of its month, and knew how each line stood."""
    earlier: dict[str, list[Issued]] = defaultdict(list)
    for each in issued:
        document, before = each.document, earlier[each.document.period]
        if document.kind != "invoice":
            if document.corrects not in {known.number for known in before}:
                told = f"it corrects {document.corrects or 'nothing'}, which is none of its month"
                yield Contradiction(each.number, told)
            stood = billed_so_far(before)
            wrong = [
                line.charge
                for line in document.lines
                if not each.voids and line.before != stood.get(line.key, NOTHING)
            ]
            if wrong:
                told = f"what it says was billed before is not what was: {', '.join(wrong)}"
                yield Contradiction(each.number, told)
        before.append(each)
