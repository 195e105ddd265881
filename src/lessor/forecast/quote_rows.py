"""The days of a quoted lease, all take-downs together, and the cash of either side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from lessor.forecast.lease_rents import LeaseRow, TakeDownRun


class Counted(NamedTuple):
    """Which of what stands beside the rents is counted."""

    fee: bool
    deposit: bool
    vat: bool


class QuoteRow(NamedTuple):
    """A day of the lease, all take-downs together, in its currency; all positive.

    rent = interest + principal. `residual`: paid by the lessee who guarantees it, or the worth of
    the equipment handed back.
    """

    day: date
    financed: float
    rent: float
    interest: float
    principal: float
    deposit_paid: float
    deposit_set_off: float
    deposit_returned: float
    fees: float
    purchase_price: float
    residual: float
    vat: float
    vat_credited: float
    outstanding: float

    def lessee_cash(self, counted: Counted) -> float:
        """What the lessee receives on the day, below 0 where it pays."""
        cash = self.financed - self.rent - self.purchase_price - self.residual
        if counted.fee:
            cash -= self.fees
        if counted.deposit:
            cash += self.deposit_set_off + self.deposit_returned - self.deposit_paid
        if counted.vat:
            cash -= self.vat - self.vat_credited
        return cash

    def as_json(self) -> dict[str, object]:
        """The row as one JSON object; `paid` is the lessee's net payment, before VAT credited."""
        everything = Counted(fee=True, deposit=True, vat=True)
        paid = self.vat_credited - self.lessee_cash(everything)
        fields = self._asdict()
        return {"date": fields.pop("day").isoformat(), **fields, "paid": paid}


def quote_rows(runs: Iterable[TakeDownRun]) -> tuple[QuoteRow, ...]:
    """The days of all take-downs, those of one day added up, oldest first."""
    runs = tuple(runs)
    by_day: dict[date, list[LeaseRow]] = defaultdict(list)
    for run in runs:
        for row in run.rows:
            by_day[row.day].append(row)
    return tuple(_row(day, by_day[day], _owed(runs, day)) for day in sorted(by_day))


def cash_by_day(rows: Iterable[QuoteRow], counted: Counted) -> dict[date, float]:
    """The lessee's cash, day by day."""
    return {row.day: row.lessee_cash(counted) for row in rows}


def _owed(runs: Sequence[TakeDownRun], day: date) -> float:
    """Principal owed after a day, over all take-downs."""
    owed = 0.0
    for run in runs:
        past = [row for row in run.rows if row.day <= day]
        owed += float(past[-1].rent.outstanding) if past else 0.0
    return owed


def _row(day: date, rows: Sequence[LeaseRow], owed: float) -> QuoteRow:
    def summed(part: str, field: str) -> float:
        return sum(float(getattr(getattr(row, part), field)) for row in rows)

    return QuoteRow(
        day=day,
        financed=sum(float(row.financed) for row in rows),
        rent=summed("rent", "rent"),
        interest=summed("rent", "interest"),
        principal=summed("rent", "principal"),
        deposit_paid=summed("beside", "deposit_paid"),
        deposit_set_off=summed("beside", "deposit_set_off"),
        deposit_returned=summed("beside", "deposit_returned"),
        fees=summed("beside", "service_fee") + summed("beside", "loan_fees"),
        purchase_price=summed("beside", "purchase_price"),
        residual=summed("beside", "residual"),
        vat=summed("beside", "vat"),
        vat_credited=summed("beside", "vat_credited"),
        outstanding=owed,
    )
