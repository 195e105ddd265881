"""The dates of a borrower's waterfall, and the cash that is known to fall due by each of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lessor.core.numeric import Kind, Value
from lessor.forecast.cashflow import Cash
from lessor.forecast.running import CostRun
from lessor.rating.grid import Grid, Moment

RECEIPTS = (
    "rent_received",
    "prepayment_received",
    "deposit_received",
    "sale_proceeds",
    "vat_collected",
    "lender_deposits_returned",
)
"""Streams that come into the collection account."""

REFUNDS = ("prepayment_refunded", "deposit_returned")
"""What goes back to lessees: due with the running costs."""

TAXES = ("income_tax_paid", "vat_remitted")

Entries = Sequence[tuple[Moment, Value]]
"""Amounts at moments."""


@dataclass(frozen=True)
class SpvDates:
    """The dates of a waterfall: each payment day of a loan, and each end of a month.

    `is_payment`: the whole waterfall is run; on the other dates costs and taxes are paid only. On
    the last date the plan ends.
    """

    days: tuple[date, ...]
    moments: tuple[Moment, ...]
    is_payment: tuple[bool, ...]

    def bucket(self, entries: Iterable[tuple[Moment, Value]], kind: Kind) -> list[Value]:
        """Amounts by the first date on or after their moment."""
        sums: list[Value] = [kind.given(0)] * len(self.days)
        for moment, amount in entries:
            place = min(bisect_left(self.moments, moment), len(sums) - 1)
            sums[place] = sums[place] + amount
        return sums


def spv_dates(grid: Grid, payments: Iterable[date]) -> SpvDates:
    """The dates of a borrower whose loans pay on `payments`.

    After the last payment, and without loans, the whole waterfall is run at the end of each month.
    """
    paying = {day for day in payments if grid.closing < day <= grid.end}
    last = max(paying, default=grid.closing)
    days = sorted(paying | set(grid.boundaries[1:]))
    return SpvDates(
        days=tuple(days),
        moments=tuple(grid.moment(day, opening=False) for day in days),
        is_payment=tuple(day in paying or day > last or day == grid.end for day in days),
    )


@dataclass(frozen=True)
class DueCash:
    """Cash by date as it falls due, known before the waterfall is run.

    `costs`: by cost with VAT; `vat_on_costs`: the VAT in all of them and `vat_on_rents` of finance
    leases, `vat_on_junior` in those that are paid behind the loans. `refunds`: to lessees.
    `taxes`: income tax, VAT remitted and `vat_on_rents`. `cfads` = operating cash due less income
    tax: what covers debt service. `senior_costs`: running costs but for those that are paid behind
    the loans, which `cfads` is not less of.
    """

    receipts: tuple[Value, ...]
    costs: Mapping[str, tuple[Value, ...]]
    vat_on_costs: tuple[Value, ...]
    vat_on_junior: tuple[Value, ...]
    refunds: tuple[Value, ...]
    taxes: tuple[Value, ...]
    vat_remitted: tuple[Value, ...]
    vat_on_rents: tuple[Value, ...]
    cfads: tuple[Value, ...]
    senior_costs: tuple[Value, ...]


def due_cash(
    dates: SpvDates,
    cash: Cash,
    runs: Sequence[CostRun],
    *,
    junior: Collection[str] = (),
    vat_on_rents: Entries = (),
) -> DueCash:
    """The cash of a plan by the dates of its waterfall; `junior`: costs paid behind the loans.

    `vat_on_rents`: of finance leases, to be credited; `cash` has it among the VAT on costs.
    """
    kind = cash.kind

    def entries(*names: str) -> list[tuple[Moment, Value]]:
        return [entry for name in names for entry in cash.streams[name].entries]

    def of(*names: str) -> list[Value]:
        return dates.bucket(entries(*names), kind)

    costs = {
        run.name: tuple(dates.bucket([(due.moment, due.net + due.vat) for due in run.due], kind))
        for run in runs
    }
    signed = [
        (moment, amount if sign > 0 else -amount)
        for sign, stream in cash.signed("cfads")
        for moment, amount in stream.entries
    ]
    senior = [kind.given(0)] * len(dates.days)
    for run in runs:
        if run.name in junior:
            signed += [(due.moment, due.net) for due in run.due]
        else:
            senior = [held + cost for held, cost in zip(senior, costs[run.name], strict=True)]
    return DueCash(
        receipts=tuple(of(*RECEIPTS)),
        costs=costs,
        vat_on_costs=tuple(of("vat_paid_on_costs")),
        vat_on_junior=tuple(
            dates.bucket(
                [(due.moment, due.vat) for run in runs if run.name in junior for due in run.due],
                kind,
            )
        ),
        refunds=tuple(of(*REFUNDS)),
        taxes=tuple(dates.bucket([*entries(*TAXES), *vat_on_rents], kind)),
        vat_remitted=tuple(of("vat_remitted")),
        vat_on_rents=tuple(dates.bucket(vat_on_rents, kind)),
        cfads=tuple(dates.bucket(signed, kind)),
        senior_costs=tuple(senior),
    )
