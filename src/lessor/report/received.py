"""Money received, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text

from lessor.report.exact_text import exact_money

if TYPE_CHECKING:
    from rich.console import RenderableType


class Entry(NamedTuple):
    """Money as entered: for deposit, prepayment or invoice; number empty: of no document yet."""

    lease: str
    purpose: str
    number: str
    currency: str
    amount: Decimal
    day: date
    is_new: bool


class Standing(NamedTuple):
    """What has come for one purpose so far, what of it is used or asked for, and what is left.

    deposit and prepayment: due is None, used is what documents drew, left is at hand. invoice: due
    is what the document asks for in cash, left is still to be paid (below zero: too much came).
    """

    received: Decimal
    used: Decimal
    due: Decimal | None
    left: Decimal


def received_tables(entry: Entry, standing: Standing | None) -> Iterator[RenderableType]:
    """What was entered, and how it stands now."""
    amount = exact_money(abs(entry.amount), entry.currency)
    done = "received" if entry.amount > 0 else "given back"
    told = f"lease {entry.lease}: {amount} {done} for {_purpose(entry)}, {entry.day.isoformat()}"
    yield Text(told if entry.is_new else f"{told}: entered already, nothing changed")
    if standing is not None:
        yield Text(_standing(standing, entry.currency))


def _purpose(entry: Entry) -> str:
    if entry.purpose != "invoice":
        return f"the {entry.purpose}"
    return entry.number or "invoices, matched to none yet"


def _standing(standing: Standing, currency: str) -> str:
    received = f"in all {exact_money(standing.received, currency)}"
    if standing.due is None:
        drawn = f"drawn {exact_money(standing.used, currency)}"
        return f"{received}, {drawn}, at hand {exact_money(standing.left, currency)}"
    told = f"to be paid {exact_money(standing.due, currency)}, {received}"
    if standing.left < 0:
        return f"{told}, too much {exact_money(-standing.left, currency)}"
    return f"{told}, open {exact_money(standing.left, currency)}"
