"""A store that was made, and leases that were booked, for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text

from lessor.report.exact_text import exact_money
from lessor.report.fitted import FittedTable, names, numbers, words
from lessor.report.layout import indented
from lessor.report.number_text import NOTHING

if TYPE_CHECKING:
    from rich.console import RenderableType

_CHANGES = {
    "new": "booked",
    "unchanged": "unchanged",
    "amended": "amended from {day}",
    "corrected": "corrected from the beginning",
}
_AMOUNTS = ("contract value", "deposit", "prepayment")


class BookedRow(NamedTuple):
    """A lease as booked; amounts in its own currency, None where there is none."""

    lease: str
    lessee: str
    state: str
    term: str
    version: int
    change: str
    effective: str
    currency: str
    contract_value: Decimal
    deposit: Decimal | None
    prepayment: Decimal | None


def made_tables(folder: str, records: str, *, is_new: bool) -> Iterable[RenderableType]:
    """What `lessor init` did."""
    if is_new:
        yield Text(f"made the store {folder}")
    else:
        yield Text(f"there is a store already, and it stays as it is: {folder}")
    yield indented(Text(f"records in {records}"))
    if is_new:
        yield indented(Text("next: lessor book DEAL"))


def booked_tables(deal: str, rows: Sequence[BookedRow]) -> Iterable[RenderableType]:
    """The leases of a deal as they stand in the records."""
    yield Text(deal, style="bold")
    shown = [
        name for name in _AMOUNTS if name == _AMOUNTS[0] or any(_amount(r, name) for r in rows)
    ]
    headings = [*names("lease", "lessee"), *words("state", "version"), *numbers(*shown)]
    cells = [
        [row.lease, row.lessee, _state(row), _version(row)]
        + [_money(row, _amount(row, name)) for name in shown]
        for row in rows
    ]
    yield indented(FittedTable(headings, cells), below=1)


def _state(row: BookedRow) -> str:
    return f"{row.state.replace('_', ' ')}, {row.term}"


def _version(row: BookedRow) -> str:
    return f"{row.version}, {_CHANGES[row.change].format(day=row.effective)}"


def _amount(row: BookedRow, heading: str) -> Decimal | None:
    return {
        "contract value": row.contract_value,
        "deposit": row.deposit,
        "prepayment": row.prepayment,
    }[heading]


def _money(row: BookedRow, amount: Decimal | None) -> str:
    return NOTHING if amount is None else exact_money(amount, row.currency)
