"""A finance lease as quoted: its rents, and every rate that people quote for it, side by side.

All rates are fractions a year, of the lessee's cash unless said:

- rate_nominal: the contract's rate of a rent period x periods a year. A rate that compounds more
  slowly than rents fall due (an effective one) is turned into the rate of a period first; where a
  flat quote or a table says the rents, it is the rate that those contain.
- rate_flat: interest of the whole term / (amount financed x years).
- irr_nominal: the periodic internal rate of return of what is financed less fees and deposit, the
  rents, the deposit set off or returned, the purchase price and the residual, x periods a year;
  irr_effective = (1 + periodic rate) ** periods - 1.
- cost_all_in: irr_effective with VAT that is not credited.
- rate_implicit: the lessor's, effective: it makes rents, purchase price and residual (guaranteed or
  not) worth the amount financed, which is the equipment's fair value, plus its direct costs less
  fees received. A deposit is a debt of the lessor's, and stays out. Source: IFRS 16 Appendix A and
  paragraph 70; CAS 21 (2018), which defines it alike.

The residual counts as paid at the end by the lessee who guarantees it, and as given up by one who
hands back equipment of that worth.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import NamedTuple

from lessor.core.issue import Issue
from lessor.core.numeric import FLOAT
from lessor.engine.debt.payment_days import MONTHS
from lessor.forecast.lease_rates import CashRate, rate_of_cash
from lessor.forecast.lease_rents import TakeDownRun, rent_count, run_take_downs
from lessor.forecast.lease_terms import FinanceLease
from lessor.forecast.quote_notes import notes_of
from lessor.forecast.quote_rows import Counted, QuoteRow, cash_by_day, quote_rows
from lessor.terms.lease_file import QuotedLease
from lessor.terms.source import Path

RENTS_ALONE = Counted(fee=False, deposit=False, vat=False)
AS_QUOTED = Counted(fee=True, deposit=True, vat=False)
ALL_IN = Counted(fee=True, deposit=True, vat=True)

Figures = dict[str, float | None]


class RateRow(NamedTuple):
    """The rates with or without fees, deposit and VAT that is not credited.

    `flat` = (all paid - all received) / (received at drawdowns x years).
    """

    counted: Counted
    flat: float | None
    irr_nominal: float | None
    irr_effective: float | None

    def as_json(self) -> dict[str, object]:
        """The row as one JSON object."""
        fields = self._asdict()
        return {**fields.pop("counted")._asdict(), **fields}


@dataclass(frozen=True)
class Quote:
    """A lease as quoted: its figures by their public names, with notes, rates and rents."""

    lease: QuotedLease
    figures: Mapping[str, float | None]
    notes: Mapping[str, str]
    rates: tuple[RateRow, ...]
    rows: tuple[QuoteRow, ...]
    take_downs: tuple[TakeDownRun, ...]

    def as_json(self) -> dict[str, object]:
        """The document of `lessor quote --json`."""
        return {
            "lease": self.lease.name,
            "currency": self.lease.deal.currency,
            "closing_date": self.lease.deal.closing_date.isoformat(),
            **self.figures,
            "rates": [row.as_json() for row in self.rates],
            "rents": [row.as_json() for row in self.rows],
            "take_downs": [_take_down(run) for run in self.take_downs],
            "notes": dict(self.notes),
            "issues": [issue.as_json() for issue in self.lease.issues],
        }


def quote(said: QuotedLease) -> tuple[Quote | None, tuple[Issue, ...]]:
    """Quote a checked lease; None with every Issue where its terms make no rents.

    Issues: not-quoted, not-positive, rents-not-term, draw-after-maturity.
    """
    lease = FinanceLease(said.deal, said.name, FLOAT)
    faults = tuple(_faults(said, lease))
    if faults:
        return None, faults
    runs = run_take_downs(lease)
    rows = quote_rows(runs)
    months = MONTHS[said.facility.repayment.frequency]
    near = rate_of_cash(cash_by_day(rows, RENTS_ALONE), months=months).effective or 0.0
    rates = {
        counted: rate_of_cash(cash_by_day(rows, counted), months=months, near=near)
        for counted in (Counted(*each) for each in product((False, True), repeat=3))
    }
    implicit = rate_of_cash(_lessor_cash(lease, rows), months=months, near=near)
    figures: Figures = {
        "rent": sum(float(run.rent) for run in runs),
        "rate_nominal": _contract_rate(runs, 12 / months),
        "rate_flat": _flat_interest(runs, rows),
        "irr_nominal": rates[AS_QUOTED].nominal,
        "irr_effective": rates[AS_QUOTED].effective,
        "rate_implicit": implicit.effective,
        "cost_all_in": rates[ALL_IN].effective,
        "rate_implicit_nominal": implicit.nominal,
        "rate_effective": _effective(_contract_rate(runs, 12 / months), 12 / months),
        **_amounts(runs, rows),
    }
    notes = notes_of(lease, runs, figures, _reasons(rates, implicit))
    table = tuple(_rate_row(rows, runs, *each) for each in rates.items() if _moves(rows, each[0]))
    return Quote(said, figures, notes, table, rows, runs), ()


def _faults(said: QuotedLease, lease: FinanceLease) -> Iterator[Issue]:
    facility, wanted = said.facility, sum(row.times for row in lease.rental.rents)
    if facility.repayment.profile == "sculpted" or facility.repayment.greatest_of is not None:
        yield said.issue(
            "not-quoted",
            ("repayment",),
            "what is repaid follows cash or cost, which a quote does not know",
            "see its payments with `lessor schedule`, or write `profile: level`",
        )
    for index, amount in enumerate(lease.amounts()):
        place: Path = ("rental", "take_downs", index) if lease.rental.take_downs else ("principal",)
        start, end = lease.spans()[index]
        if amount <= 0:
            yield said.issue(
                "not-positive", place, "nothing is financed", "write an amount above 0"
            )
        if start >= end:
            yield said.issue(
                "draw-after-maturity",
                place,
                f"drawn on {start}, and the lease ends on {end}",
                "write a later `until:`, or a `term:` of its own",
            )
            continue
        count = rent_count(lease.dates(start, end))
        if wanted and count != wanted:
            yield said.issue(
                "rents-not-term",
                ("rental", "rents"),
                f"the table has {wanted} rents, and what is drawn on {start} has {count}",
                f"list {count} rents, or write another `until:` or `frequency:`",
            )


def _reasons(rates: Mapping[Counted, CashRate], implicit: CashRate) -> dict[str, str]:
    """What the search of each rate had to say, by the figure's public name."""
    return {
        "irr_nominal": rates[AS_QUOTED].note,
        "irr_effective": rates[AS_QUOTED].note,
        "cost_all_in": rates[ALL_IN].note,
        "rate_implicit": implicit.note,
        "rate_implicit_nominal": implicit.note,
    }


def _contract_rate(runs: Sequence[TakeDownRun], periods: float) -> float | None:
    """The contract's rate of a rent period x periods a year, that of the first take-down."""
    periodic = runs[0].periodic
    return None if periodic is None else float(periodic) * periods


def _effective(nominal: float | None, periods: float) -> float | None:
    return None if nominal is None else math.expm1(math.log1p(nominal / periods) * periods)


def _flat_interest(runs: Sequence[TakeDownRun], rows: Sequence[QuoteRow]) -> float:
    interest = sum(row.rent + row.residual - row.financed for row in rows)
    return interest / sum(float(run.drawn.financed) * float(run.years) for run in runs)


def _lessor_cash(lease: FinanceLease, rows: Sequence[QuoteRow]) -> dict[date, float]:
    """What the lessor pays for the equipment and the lease, and what it gets for them."""
    cash = {
        row.day: row.rent + row.purchase_price + row.residual + row.fees - row.financed
        for row in rows
    }
    if lease.rental.direct_costs is not None:
        costs = float(lease.money(lease.rental.direct_costs, "rental.direct_costs"))
        cash[rows[0].day] -= costs
    return cash


def _moves(rows: Sequence[QuoteRow], counted: Counted) -> bool:
    """Whether all that is counted is there to be counted, so that the row says something new."""
    amounts = (
        (counted.fee, any(row.fees for row in rows)),
        (counted.deposit, any(row.deposit_paid for row in rows)),
        (counted.vat, any(row.vat != row.vat_credited for row in rows)),
    )
    return all(is_there for is_counted, is_there in amounts if is_counted)


def _rate_row(
    rows: Sequence[QuoteRow], runs: Sequence[TakeDownRun], counted: Counted, found: CashRate
) -> RateRow:
    received = sum(
        row._replace(rent=0.0, vat=0.0, vat_credited=0.0).lessee_cash(counted)
        for row in rows
        if row.financed > 0
    )
    years = sum(float(run.drawn.financed) * float(run.years) for run in runs)
    years /= sum(float(run.drawn.financed) for run in runs)
    paid = -sum(row.lessee_cash(counted) for row in rows)
    flat = paid / (received * years) if received > 0 else None
    return RateRow(counted, flat, found.nominal, found.effective)


def _take_down(run: TakeDownRun) -> dict[str, object]:
    return {
        "date": run.drawn.start.isoformat(),
        "end": run.drawn.end.isoformat(),
        "financed": float(run.drawn.financed),
        "rate": float(run.rate),
        "rent": float(run.rent),
        "rents": [float(row.rent.rent) for row in run.rows if row.rent.rent],
    }


def _amounts(runs: Sequence[TakeDownRun], rows: Sequence[QuoteRow]) -> Figures:
    """The sums behind the rates, in the lease's currency."""

    def summed(field: str) -> float:
        return float(sum(getattr(row, field) for row in rows))

    worths = [float(run.worth) for run in runs if run.worth is not None]
    return {
        "financed": summed("financed"),
        "rents_total": summed("rent"),
        "rents_worth": sum(worths) if worths else None,
        "interest_total": summed("rent") + summed("residual") - summed("financed"),
        "deposit": summed("deposit_paid"),
        "fees": summed("fees"),
        "purchase_price": summed("purchase_price"),
        "residual": summed("residual"),
        "vat": summed("vat"),
        "vat_not_credited": summed("vat") - summed("vat_credited"),
    }
