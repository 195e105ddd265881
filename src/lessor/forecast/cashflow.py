"""The plan's cash and earnings by name: what every total is made of, written once.

A stream holds amounts at moments, in the reporting currency; each is positive in the sense its name
says. The totals below are sums of streams; nothing here prices, accrues or taxes anything.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from lessor.core.numeric import Kind, Value
from lessor.rating.grid import Grid, Moment, Stream, by_day

STREAMS = (
    "rent_received",
    "prepayment_received",
    "prepayment_refunded",
    "prepayment_spent",
    "deposit_received",
    "deposit_returned",
    "operating_costs_paid",
    "junior_costs_paid",
    "capex_paid",
    "sale_proceeds",
    "vat_collected",
    "vat_paid_on_costs",
    "vat_paid_on_capex",
    "vat_remitted",
    "stamp_duty_paid",
    "income_tax_paid",
    "equity_contributed",
    "equity_distributed",
    "debt_drawn",
    "fees_paid",
    "construction_interest_paid",
    "reserves_funded",
    "lender_deposits_paid",
    "lender_deposits_returned",
    "debt_fees_paid",
    "interest_paid",
    "principal_paid",
    "debt_prepaid",
)
"""Every name under which cash moves."""

DUE = "debt_service_due"
"""Debt service as it falls due: no cash, for a borrower's waterfall may not pay all of it."""

TOTALS: Mapping[str, tuple[tuple[int, str], ...]] = {
    "operating_cash": (
        (1, "rent_received"),
        (1, "prepayment_received"),
        (-1, "prepayment_refunded"),
        (-1, "operating_costs_paid"),
        (-1, "junior_costs_paid"),
    ),
    "vat_timing": (
        (1, "vat_collected"),
        (-1, "vat_paid_on_costs"),
        (-1, "vat_remitted"),
    ),
    "cfads": (
        (1, "operating_cash"),
        # Costs that a waterfall pays behind the loans do not lessen what covers them.
        (1, "junior_costs_paid"),
        (-1, "income_tax_paid"),
    ),
    "debt_service": ((1, "interest_paid"), (1, "principal_paid"), (1, "debt_fees_paid")),
    "uses": (
        (1, "capex_paid"),
        (1, "vat_paid_on_capex"),
        (1, "stamp_duty_paid"),
        (1, "fees_paid"),
        (1, "construction_interest_paid"),
        (1, "reserves_funded"),
        (1, "lender_deposits_paid"),
    ),
    "equity_available": (
        (1, "cfads"),
        (-1, "junior_costs_paid"),
        (-1, "debt_service"),
        (1, "vat_timing"),
        (1, "deposit_received"),
        (-1, "deposit_returned"),
        (1, "sale_proceeds"),
        (1, "lender_deposits_returned"),
        (-1, "debt_prepaid"),
    ),
    "equity_cash": ((1, "equity_distributed"), (-1, "equity_contributed")),
    "project_inflow": (
        (1, "operating_cash"),
        (1, "prepayment_spent"),
        (1, "sale_proceeds"),
    ),
    "project_cash": ((1, "project_inflow"), (-1, "capex_paid")),
    "project_cash_after_tax": (
        (1, "project_cash"),
        (1, "vat_timing"),
        (-1, "vat_paid_on_capex"),
        (-1, "stamp_duty_paid"),
        (-1, "income_tax_paid"),
    ),
}
"""Totals as signed sums of streams and of totals above them."""


@dataclass
class Cash:
    """All streams of a plan, and its totals by month, by equal rest and by day."""

    grid: Grid
    kind: Kind
    streams: dict[str, Stream] = field(default_factory=lambda: {n: Stream() for n in STREAMS})
    due: Stream = field(default_factory=Stream)
    _by_period: dict[str, list[Value]] = field(default_factory=dict)

    def add(self, name: str, moment: Moment, amount: Value) -> None:
        """Note cash of a stream."""
        self.streams[name].add(moment, amount)

    def by_period(self, name: str) -> list[Value]:
        """A stream or total by month of the plan."""
        if name not in self._by_period:
            if name == DUE or name in self.streams:
                stream = self.due if name == DUE else self.streams[name]
                sums = stream.by_period(self.grid.months)
            else:
                sums = self._total(name)
            if self.kind.keeps_names:
                sums = [self.kind.named(value, name, period) for period, value in enumerate(sums)]
            self._by_period[name] = sums
        return self._by_period[name]

    def _total(self, name: str) -> list[Value]:
        parts = [(sign, self.by_period(part)) for sign, part in TOTALS[name]]
        sums = []
        for period in range(self.grid.months):
            amount: Value = 0
            for sign, values in parts:
                value = values[period]
                # A plain 0 is the untouched start of a sum: no cash moved in the month.
                if not isinstance(value, int):
                    amount = amount + value if sign > 0 else amount - value
            sums.append(amount)
        return sums

    def signed(self, name: str) -> list[tuple[int, Stream]]:
        """The streams that a total is made of, each with its sign."""
        if name == DUE:
            return [(1, self.due)]
        if name in self.streams:
            return [(1, self.streams[name])]
        return [
            (sign * inner, stream)
            for sign, part in TOTALS[name]
            for inner, stream in self.signed(part)
        ]

    def distribute(self, payments: Sequence[Moment]) -> None:
        """Give the owners what is left over: while loans stand, with the loans' payments only.

        Cash since the last payment is held until debt service is met, and goes out (or has to be
        put in) at the end of the month of the payment, or with a payment inside a month. After the
        last payment, and in a plan without loans, it goes out as it comes.
        """
        for sign, stream in self.signed("equity_available"):
            for moment, amount in stream.entries:
                place = bisect_left(payments, moment)
                due = payments[place] if place < len(payments) else moment
                self.add("equity_distributed", due, amount if sign > 0 else -amount)

    def by_rest(self, name: str) -> list[Value]:
        """A stream or total by equal months after closing, 0 to the number of months."""
        sums: list[Value] = [0] * (self.grid.months + 1)
        for sign, stream in self.signed(name):
            for moment, amount in stream.entries:
                index = moment.rest
                sums[index] = sums[index] + sign * amount
        return sums

    def by_day(self, name: str) -> dict[date, Value]:
        """A stream or total by day, oldest first."""
        return by_day(self.signed(name))
