"""What to know about a month that was closed: what is odd about it and does not forbid it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from lessor.app.idle_claims import idle_warnings
from lessor.core.issue import Issue, Severity

if TYPE_CHECKING:
    from lessor.app.closing_order import Closing, Order
    from lessor.books.documents import Issued

SHOWN = 3
"""Months that a message names one by one."""


def warnings_of(order: Order, closing: Closing) -> Iterator[Issue]:
    """Everything to know about a closing, but for the dates of its documents."""
    if closing.rated == 0 and not closing.issued and not closing.is_known:
        message = f"no lease that is booked here is in service in {order.period}"
        if closing.booked == 0:
            message = "no lease is booked here"
        yield _warning("nothing-in-service", message, "see that store and month are those meant")
    yield from _not_over(order, closing.issued)
    if closing.skipped:
        yield _skipped(closing.skipped)
    if closing.unpaid:
        lease = closing.unpaid[0]
        message = f"no prepayment of {lease}{_others(closing.unpaid)} was received: none is drawn"
        remedy = f"enter what came: lessor receive {lease} AMOUNT --for prepayment"
        yield _warning("prepayment-not-received", message, remedy)
    if closing.uncharged:
        lease, meter = min(closing.uncharged.items())
        told = f"{meter} of {lease}{_others(closing.uncharged)}"
        message = f"usage in {order.period} that no charge asks for is not billed: {told}"
        remedy = "see the column `uncharged` of lessor usage audit; amend the deal, or the usage"
        yield _warning("usage-uncharged", message, remedy)
    yield from idle_warnings(closing.idle_claims)


def date_warnings(
    order: Order, fresh: Sequence[Issued], earlier: Mapping[str, date]
) -> Iterator[Issue]:
    """That documents are dated out of order; a number once given keeps its date.

    earlier: the latest date that a number of the same year bore before, by legal entity.
    """
    if not fresh:
        return
    dated, today = order.invoice_date, order.at.date()
    of_month = [each for each in fresh if each.document.period == order.period]
    end = max(each.document.end for each in of_month or fresh)
    entities = {each.document.entity for each in fresh}
    last = max((earlier[each] for each in entities if each in earlier), default=None)
    odd = []
    if dated > today:
        odd.append(f"after today, {today}")
    if dated < min(end, today):
        odd.append(f"before {end}, when the month ends")
    if last is not None and dated < last:
        odd.append(f"before {last}, the date of an earlier number")
    if odd:
        numbers = f"{fresh[0].number}{_others([each.number for each in fresh])}"
        message = f"{numbers}, dated {dated}: {'; '.join(odd)}"
        remedy = "where that is not meant: lessor invoice void NUMBER, and close it again"
        yield _warning("date-out-of-order", message, remedy)


def _not_over(order: Order, issued: Sequence[Issued]) -> Iterator[Issue]:
    # Notes of other months are among what was issued.
    ends = [each.document.end for each in issued if each.document.period == order.period]
    end = max(ends, default=None)
    if end is not None and end > order.at.date():
        message = f"the month {order.period} is not over before {end}: usage may still come"
        remedy = "close it again when it is over: what is new becomes a note"
        yield _warning("month-not-over", message, remedy)


def _skipped(skipped: Mapping[str, Sequence[str]]) -> Issue:
    lease, periods = min(skipped.items(), key=lambda item: (item[1][0], item[0]))
    told = ", ".join(periods[:SHOWN])
    if len(periods) > SHOWN:
        told = f"{told} and {len(periods) - SHOWN} more months"
    message = f"nothing is billed yet for {told} of {lease}{_others(skipped)}"
    remedy = f"close it: lessor close {periods[0]}; this month is then put right where it must be"
    return _warning("month-not-closed", message, remedy)


def _warning(code: str, message: str, remedy: str) -> Issue:
    return Issue(code, message, remedy, severity=Severity.WARNING)


def _others(those: Collection[str]) -> str:
    count = len(those) - 1
    return f" and {count} more" if count else ""
