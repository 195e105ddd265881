"""The cash of a plan by calendar year: what was put in, and what comes through to the owners."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lessor.forecast.figures import Arrays
from lessor.forecast.plan import Plan
from lessor.forecast.taxation import years_of

Signed = tuple[tuple[int, str], ...]

RENT: Signed = (
    (1, "rent_received"),
    (1, "prepayment_received"),
    (-1, "prepayment_refunded"),
)
COSTS: Signed = ((-1, "operating_costs_paid"), (-1, "junior_costs_paid"))
TAXES: Signed = ((-1, "income_tax_paid"), (1, "vat_timing"))
INTEREST: Signed = ((-1, "interest_paid"), (-1, "debt_fees_paid"))
PRINCIPAL: Signed = ((-1, "principal_paid"), (-1, "debt_prepaid"))
DEPOSITS: Signed = (
    (1, "deposit_received"),
    (-1, "deposit_returned"),
    (1, "lender_deposits_returned"),
)
SUPPORT: Signed = (
    (1, "equity_contributed"),
    (1, "debt_drawn"),
    (1, "prepayment_spent"),
    (-1, "uses"),
)


class CashYear(NamedTuple):
    """A calendar year of the plan; every part as it bears on the owners: paid out is negative.

    to_owners = rent + costs + taxes + interest + principal + deposits + sale + support + accounts.
    `support`: what owners put in beyond the uses, to pay what cash does not. `accounts`: taken
    from (kept on, negative) the accounts of borrowers. `uses`, `debt_drawn`, `equity` and
    `prepaid` (rent paid ahead that was spent on the uses) fund what is bought; they stand beside
    that sum, and are positive. A month belongs to the year it starts in.
    """

    year: int
    months: int
    rent: float
    costs: float
    taxes: float
    interest: float
    principal: float
    deposits: float
    sale: float
    support: float
    accounts: float
    to_owners: float
    uses: float
    debt_drawn: float
    equity: float
    prepaid: float


PARTS = (
    "rent",
    "sale",
    "deposits",
    "support",
    "accounts",
    "costs",
    "taxes",
    "interest",
    "principal",
)
"""The parts that `to_owners` is the sum of, in the order they are shown in."""


def cash_years(plan: Plan) -> tuple[CashYear, ...]:
    """The years of a plan, oldest first, in the deal's currency."""
    arrays = Arrays(plan)
    return tuple(_year(arrays, year, months) for year, months in years_of(plan.grid))


def _year(arrays: Arrays, year: int, months: Sequence[int]) -> CashYear:
    def total(parts: Signed) -> float:
        return sum((sign * float(arrays.periods(n)[list(months)].sum()) for sign, n in parts), 0.0)

    to_owners = total(((1, "equity_distributed"),))
    parts = {
        "rent": total(RENT),
        "costs": total(COSTS),
        "taxes": total(TAXES),
        "interest": total(INTEREST),
        "principal": total(PRINCIPAL),
        "deposits": total(DEPOSITS),
        "sale": total(((1, "sale_proceeds"),)),
        "support": _settled(total(SUPPORT), total(((1, "uses"),)), to_owners),
    }
    kept = to_owners - sum(parts.values())
    return CashYear(
        year=year,
        months=len(months),
        **parts,
        accounts=_settled(kept, parts["rent"], to_owners),
        to_owners=to_owners,
        uses=total(((1, "uses"),)),
        debt_drawn=total(((1, "debt_drawn"),)),
        equity=total(((1, "equity_contributed"),)),
        prepaid=total(((1, "prepayment_spent"),)),
    )


RESIDUE = 1e-9
"""Share of the amounts compared below which their difference is what rounding leaves."""


def _settled(difference: float, *compared: float) -> float:
    size = max(abs(amount) for amount in compared)
    return 0.0 if abs(difference) <= RESIDUE * size else difference
