"""A finance lease in the plan: the loans it is made of, and the cash beside its rents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from lessor.core.numeric import DECIMAL, Kind, Value, scan, total
from lessor.engine.debt.payment_days import MONTHS
from lessor.engine.debt.rental import RentalFlows, RentalInputs, opening_rental, rental_date
from lessor.forecast.lease_rents import TakeDownRun, run_take_downs
from lessor.forecast.lease_terms import FinanceLease
from lessor.terms.deal import Deal
from lessor.terms.facilities import Facility, FacilityDraw, Principal
from lessor.terms.money import Money
from lessor.terms.repayment import PaymentDates, RepaymentStep


class LoanDate(NamedTuple):
    """What the loan side of a lease moved on a day: drawn, and the rent paid with its interest."""

    day: date
    drawn: Value
    rent: Value
    interest: Value


def rental_flows(
    deal: Deal, name: str, dates: Sequence[LoanDate], kind: Kind
) -> list[tuple[date, RentalFlows]]:
    """What a finance lease moves beside its rents, on each date of its loan side, oldest first.

    Deposit and service fee are paid on what is drawn, with the draw; `loan_fees` are those of
    `fees:`, which the loan side may have paid already. Purchase price and residual fall on the last
    date, whatever is drawn by then. Rents may be arrays, one entry a path: the deposit is set off
    against what was paid on each.
    """
    lease = FinanceLease(deal, name, kind)
    terms = lease.beside(total(each.drawn for each in dates))
    later = total(each.rent for each in dates)
    inputs = []
    for index, each in enumerate(dates):
        later = later - each.rent
        is_end = index == len(dates) - 1
        inputs.append(
            RentalInputs(
                financed=each.drawn,
                rent=each.rent,
                interest=each.interest,
                later_rents=terms.zero if is_end else later,
                end_share=kind.given(int(is_end)),
                is_end=is_end,
            )
        )
    flows, _ = scan(rental_date, terms, opening_rental(terms), inputs)
    return [(each.day, flow) for each, flow in zip(dates, flows, strict=True)]


def loans_of(deal: Deal, name: str) -> dict[str, Facility]:
    """The loans that a finance lease is made of, by name: one a take-down, each without `rental`.

    A residual is left to the end as a balloon. Rents by table and flat quotes become the principal
    of each rent, at the rate that they contain. A lease that is one level take-down from closing
    stays as it is, on its own dates.
    """
    lease = FinanceLease(deal, name, DECIMAL)
    runs = run_take_downs(lease)
    if len(runs) == 1:
        return {name: _loan(lease, runs[0])}
    return {f"{name} {number}": _loan(lease, run) for number, run in enumerate(runs, start=1)}


def _loan(lease: FinanceLease, run: TakeDownRun) -> Facility:
    said, drawn = lease.facility, run.drawn
    change: dict[str, object] = {"rental": None}
    repayment: dict[str, object] = {}
    residual = sum((row.beside.residual for row in run.rows), Decimal(0))
    if residual:
        left = _money(residual + _balloon(lease, run))
        repayment = {"balloon": Decimal(0), "balloon_amount": left}
    if lease.rental.rents or said.rate.quoted == "flat":
        repayment |= {"profile": "custom", "steps": _steps(lease, run), "balloon": Decimal(0)}
        repayment |= {"balloon_amount": None}
        change["rate"] = _rate_within(lease, run)
    if lease.rental.take_downs:
        change |= {
            "principal": Principal(amount=_money(drawn.financed)),
            "draw": "planned",
            "draws": [FacilityDraw(date=drawn.start, amount=_money(drawn.financed))],
            "dates": _dates(lease, run),
        }
        repayment["until"] = drawn.end
    return said.model_copy(
        update=change | {"repayment": said.repayment.model_copy(update=repayment)}
    )


def _balloon(lease: FinanceLease, run: TakeDownRun) -> Decimal:
    said = lease.facility.repayment
    if said.balloon_amount is not None:
        return Decimal(lease.money(said.balloon_amount, "repayment.balloon_amount"))
    return Decimal(said.balloon * run.drawn.financed)


def _steps(lease: FinanceLease, run: TakeDownRun) -> list[RepaymentStep]:
    """The principal of each rent; in arrears the last is the rest, which falls at maturity."""
    paid = [row for row in run.rows if row.rent.rent and row.rent.principal > 0]
    is_advance = lease.facility.repayment.timing == "advance"
    rows = paid if is_advance else paid[:-1]
    return [RepaymentStep(after=row.day, amount=_money(row.rent.principal)) for row in rows]


def _rate_within(lease: FinanceLease, run: TakeDownRun) -> object:
    """The rate that the rents contain, nominal, by equal periods."""
    said = lease.facility
    nominal = (run.periodic or Decimal(0)) * 12 / MONTHS[said.repayment.frequency]
    return said.rate.model_copy(
        update={
            "value": nominal,
            "quoted": "annual",
            "compounding": said.repayment.frequency,
            "basis": "30/360",
        }
    )


def _dates(lease: FinanceLease, run: TakeDownRun) -> PaymentDates:
    """Payment days of a take-down, rolled from the day it is drawn, when nothing is owed yet.

    So the first period with interest is a whole one, however long after closing it begins.
    """
    said = lease.facility.dates or PaymentDates()
    return said.model_copy(update={"first_payment": run.drawn.start})


def _money(amount: Decimal) -> Money:
    return Money(amount=amount)
