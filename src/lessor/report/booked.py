"""A store that was made, and leases that were booked, for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text

from lessor.report.exact_text import exact_money
from lessor.report.layout import framed, indented
from lessor.report.number_text import NOTHING

if TYPE_CHECKING:
    from rich.console import RenderableType

_CHANGES = {
    "new": "booked",
    "unchanged": "unchanged",
    "amended": "amended from {day}",
    "corrected": "corrected from the beginning",
}


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
    table = framed()
    for heading in ("lease", "lessee", "state", "version"):
        table.add_column(heading, overflow="fold")
    for heading in ("contract value", "deposit", "prepayment"):
        if heading == "contract value" or any(_amount(row, heading) for row in rows):
            table.add_column(heading, justify="right", no_wrap=True)
    shown = [str(column.header) for column in table.columns[4:]]
    for row in rows:
        amounts = [_money(row, _amount(row, heading)) for heading in shown]
        table.add_row(row.lease, row.lessee, _state(row), _version(row), *amounts)
    yield indented(table, below=1)


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
