"""All that a memo asks of a deal, each answer found once: figures, borrowers, what breaks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lessor.forecast.borrowers import Borrower, borrowers
from lessor.forecast.cash_years import RESIDUE
from lessor.forecast.cashflow import TOTALS
from lessor.forecast.claims import ClaimResult
from lessor.forecast.lender_case import LenderSheet, lender_case
from lessor.forecast.plan import Plan
from lessor.forecast.sensitivity import Grid, Tornado, grid, tornado
from lessor.forecast.underwriting import Underwriting, underwrite
from lessor.terms.load import Loaded

RETURN, WORTH, COVER = "irr_equity", "npv_equity", "dscr_min"
SUMMED = ("cost_total", "equity_invested", "debt_drawn", "rent_total", "revenue_total")
"""Sizes that may be added up over deals of one currency."""


@dataclass(frozen=True)
class Study:
    """A deal with every answer that its memo gives.

    `tornados`: what moves its return, and its cover where it has loans. `crossed`: the term that
    rent is set by against the one that debt (else the hardware) costs. `lender_sheet`: where the
    deal says what its lender asks.
    """

    result: Underwriting
    borrowers: tuple[Borrower, ...]
    tornados: tuple[Tornado, ...]
    crossed: Grid | None
    lender_sheet: LenderSheet | None
    claims: tuple[ClaimResult, ...] = ()

    @property
    def loaded(self) -> Loaded:
        """The deal, with its source."""
        return self.result.loaded

    @property
    def currency(self) -> str:
        """The currency of its amounts."""
        return self.result.loaded.deal.currency


def study(loaded: Loaded, claims: Sequence[ClaimResult] = ()) -> Study:
    """Underwrite a checked deal, and find what moves it. Raises FaultsError as `plan_of` does."""
    result = underwrite(loaded)
    moved = _return_moved(loaded)
    tornados = [moved, _moved(loaded, COVER)] if result.plan.facilities else [moved]
    shown = tuple(each for each in tornados if each is not None and _says_something(each))
    has_sheet = bool(loaded.deal.facilities) and "lender_case" in loaded.source.tree
    return Study(
        result=result,
        borrowers=borrowers(loaded),
        tornados=shown,
        crossed=_crossed(loaded, shown),
        lender_sheet=lender_case(loaded) if has_sheet else None,
        claims=tuple(claims),
    )


def _return_moved(loaded: Loaded) -> Tornado | None:
    """What moves the return on equity; its worth, where some change leaves no return at all."""
    found = _moved(loaded, RETURN)
    if found is None or found.base is None or any(bar.span < 0 for bar in found.bars):
        return _moved(loaded, WORTH)
    return found


def _moved(loaded: Loaded, metric: str) -> Tornado | None:
    found, _ = tornado(loaded, (), metric)
    return found


def _says_something(found: Tornado) -> bool:
    return found.base is not None and any(bar.span > 0 for bar in found.bars)


def _crossed(loaded: Loaded, tornados: Sequence[Tornado]) -> Grid | None:
    """Return on equity at each pair of the two terms that matter most; None without two."""
    paths = list(dict.fromkeys(bar.vary for each in tornados for bar in each.bars))
    rents = [path for path in paths if path.startswith("leases.") and path.endswith(".amount")]
    prices = [path for path in paths if path.startswith("facilities.") and ".rate." in path]
    prices += [path for path in paths if path.startswith("assets.") and "cost" in path]
    if not rents or not prices:
        return None
    found, _ = grid(loaded, rents[0], prices[0], RETURN)
    if found is None or all(value is None for row in found.cells for value in row):
        found, _ = grid(loaded, rents[0], prices[0], WORTH)
    return found


def totals_by_currency(studies: Sequence[Study]) -> dict[str, Mapping[str, float]]:
    """The sizes of several deals added up, each currency by itself: no two are ever added."""
    totals: dict[str, dict[str, float]] = {}
    for each in studies:
        own = totals.setdefault(each.currency, dict.fromkeys(SUMMED, 0.0))
        for name in SUMMED:
            own[name] += each.result.metrics[name] or 0.0
    return dict(totals)


class Funding(NamedTuple):
    """What is paid for and with what, over the plan: name of a stream or a loan -> amount."""

    uses: dict[str, float]
    sources: dict[str, float]

    @property
    def total(self) -> float:
        """What all uses come to, and all sources too."""
        return sum(self.uses.values())

    def share(self, amount: float) -> float:
        """An amount over the total."""
        return amount / self.total


def funding(plan: Plan) -> Funding:
    """Sources and uses; both sum to the same. Loans by name, then rent paid ahead, then equity."""
    cash = plan.cash

    def total(name: str) -> float:
        return sum(map(float, cash.by_period(name)), 0.0)

    uses = {name: total(name) for _, name in TOTALS["uses"]}
    loans = {
        run.name: sum((float(flow.drawn) for flow in run.flows), 0.0) for run in plan.facilities
    }
    beside = total("debt_drawn") - sum(loans.values())
    sources = {**loans, "prepayment_spent": total("prepayment_spent")}
    sources["equity"] = sum(uses.values()) - total("debt_drawn") - sources["prepayment_spent"]
    if abs(beside) > RESIDUE * max(total("debt_drawn"), 1.0):
        sources["debt_drawn"] = beside
    return Funding(
        {name: amount for name, amount in uses.items() if amount},
        {name: amount for name, amount in sources.items() if amount},
    )


def rent_by_lease(plan: Plan) -> dict[str, float]:
    """Rent earned over the plan by each lease."""
    return {run.name: sum(map(float, run.rent_earned), 0.0) for run in plan.leases}
