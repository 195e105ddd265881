"""A lender's case: the factors that agencies publish for GPU debt, each with its figure and test.

It is a sheet of factors and no rating: nothing is weighed, and no factor stands for another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lessor.core.issue import FaultsError, Issue
from lessor.forecast import lender_cash, lender_security
from lessor.forecast.lender_facts import Factor, Facts
from lessor.terms.load import Loaded

NOTE = "a sheet of factors, each by itself; it is no rating"

FACTORS: tuple[Callable[[Facts], Iterator[Factor]], ...] = (
    lender_cash.repaid_in_first_term,
    lender_cash.residual_credited,
    lender_cash.covers,
    lender_cash.falls_survived,
    lender_cash.outage_survived,
    lender_security.customers,
    lender_security.prepayment_share,
    lender_security.reserve_months,
    lender_security.hedge_share,
    lender_security.power_pass_through,
    lender_cash.replacement,
    lender_security.step_in,
    lender_security.recovery,
    lender_cash.refinancing,
    lender_security.completion_test,
    lender_cash.life_after_maturity,
)
"""Every factor, in the order of the sheet."""


@dataclass(frozen=True)
class LenderSheet:
    """The factors of a deal, in the order of the sheet."""

    factors: tuple[Factor, ...]
    note: str = NOTE

    def as_json(self) -> dict[str, object]:
        """The fixed keys of `lender-case --json`."""
        rows = [
            {
                "name": factor.name,
                "value": factor.value,
                "test": factor.test,
                "passes": factor.passes,
            }
            for factor in self.factors
        ]
        return {"factors": rows, "note": self.note}


def lender_case(loaded: Loaded) -> LenderSheet:
    """Every factor of a deal with loans. Raises FaultsError with unknown-name where it has none."""
    if not loaded.deal.facilities:
        what, remedy = "there is no loan", "the deal has no loan: add one under `facilities:`"
        place = loaded.source.place(("facilities",))
        raise FaultsError([Issue("unknown-name", what, remedy, place)])
    facts = Facts(loaded)
    return LenderSheet(tuple(factor for factors in FACTORS for factor in factors(facts)))
