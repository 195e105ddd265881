"""The schedule of a loan, for the terminal: one row a payment or draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lessor.report.columns import AmountTable, Column
from lessor.report.number_text import Scale

if TYPE_CHECKING:
    from lessor.forecast.loan_schedule import ScheduleRow

COLUMNS = (
    Column("days", "days", "days", spare=2),
    Column("rate", "rate", "rate", spare=3),
    Column("opening", "opening", spare=5),
    Column("drawn", "drawn", spare=4),
    Column("interest", "interest"),
    Column("principal", "principal"),
    Column("fees", "fees", spare=1),
    Column("closing", "closing"),
)
"""What a row shows, where the loan has it; on a narrow terminal, what can be told from the rest
gives way first."""

CENTS = Scale(1.0, "", 2)


def schedule_table(rows: Sequence[ScheduleRow], facility: str, currency: str) -> AmountTable:
    """The rows with all their digits: a schedule is compared with a bank's notice."""
    return AmountTable(
        [row.as_json() for row in rows],
        COLUMNS,
        first=Column("date", "date"),
        title=f"{facility}, {currency}",
        scale=CENTS,
    )
