"""Who pays for the uses of money, where the debt itself causes some of them.

Interest of the construction time, fees and reserves funded at closing are uses; the debt that pays
for them depends on them. They are found as a fixed point: fund, run the loans, see what they cause,
and again until nothing moves by more than `TOLERANCE` of all uses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import NamedTuple

import numpy as np

from lessor.core.issue import FaultsError, Issue, Place
from lessor.core.numeric import Kind, Value, total
from lessor.engine.debt.prepaid import PrepaidInputs, PrepaidState, spend_prepaid
from lessor.engine.debt.sizing import Sizing, Uses
from lessor.forecast.cashflow import Cash
from lessor.forecast.desk import LeaseRun
from lessor.forecast.drawing import Lending, draws_said
from lessor.forecast.funding import (
    FacilityRun,
    Funding,
    PreparedFacility,
    Use,
    fund,
    prepare_facility,
    run_facility,
    size_loans,
)
from lessor.forecast.graded import graded_share
from lessor.forecast.owning import AssetRun
from lessor.rating.grid import Moment
from lessor.terms.deal import Deal
from lessor.terms.plan_dates import day_of

TOLERANCE = 1e-12
"""Share of all uses by which two rounds may differ where the fixed point counts as found."""

ROUNDS = 500

_GROWS = "interest and fees of the construction time grow faster than the debt that pays them"
_SHORTEN = "shorten `construction.until`, lower the rate, or let the owners pay (`interest: paid`)"

Prepare = Callable[[PreparedFacility, Sequence[FacilityRun]], PreparedFacility]
"""What else a loan needs before it runs (its table, its ceilings), given the loans before it."""

Reserves = Callable[[Sequence[FacilityRun]], Sequence[Use]]
"""What reserves are funded with, given the loans as they would run."""

Beside = Callable[[Sequence[FacilityRun]], Sequence[tuple[str, Use]]]
"""Deposits and service fees of finance leases: the stream that each goes to, and the use."""


Charge = Callable[[list[FacilityRun]], list[FacilityRun]]
"""The loans so far, the last of them with what its lender is due beside interest and principal."""


class Caused(NamedTuple):
    """Uses that the debt causes, each with the stream that it goes to.

    Fees on draws are found with the draws, and are not among them.
    """

    streams: tuple[str, ...] = ()
    uses: tuple[Use, ...] = ()


@dataclass
class Borrowed:
    """The loans of a plan as they would run if all is paid, and who paid for what."""

    sizing: Sizing
    funding: Funding
    runs: list[FacilityRun]
    caused: Caused
    spent: list[tuple[Moment, Value]]
    prepaid_left: Value
    duties: Value

    @property
    def fees(self) -> Value:
        """Fees that are uses: up front, on draws, and service fees of finance leases."""
        of_uses = zip(self.caused.streams, self.caused.uses, strict=True)
        return total(
            [
                0,
                *self.sizing.fees,
                *(fee for _, fee in self.funding.fees),
                *(use.amount for stream, use in of_uses if stream == "fees_paid"),
            ]
        )


@dataclass
class Borrowing:
    """What borrowing goes by: the assets to be paid for, the leases, duties on loans.

    `duties`: stamp duty on a principal. `prepare`: what a loan needs before it runs; `reserves`,
    `beside`: what an SPV and finance leases add to the uses; `charge`: what is due beside rents.
    """

    deal: Deal
    cash: Cash
    assets: Sequence[AssetRun]
    leases: Sequence[LeaseRun]
    duties: Callable[[Value], Value]
    prepare: Prepare
    beside: Beside
    charge: Charge
    reserves: Reserves | None = None

    @property
    def kind(self) -> Kind:
        """The kind of value of the plan."""
        return self.cash.kind

    def borrow(self) -> Borrowed:
        """The loans with everything that they cause; raises FaultsError: uses-without-end."""
        caused = Caused()
        for _ in range(ROUNDS):
            found = self._round(caused)
            anew = self._caused(found.runs)
            if not anew.uses or self._is_found(caused, anew, found.sizing.total_uses):
                return found
            caused = anew
        raise FaultsError([endless("construction", _GROWS, _SHORTEN)])

    def _round(self, caused: Caused) -> Borrowed:
        """Sizes, draws and runs of the loans for given uses that they cause."""
        deal, kind, grid = self.deal, self.kind, self.cash.grid
        nothing = kind.given(0)
        net, vat, hardware = nothing, nothing, nothing
        for asset in self.assets:
            net, vat = net + asset.cost, vat + asset.cost_vat
            if asset.is_hardware:
                hardware = hardware + asset.cost
        all_uses = total([net + vat, *(use.amount for use in caused.uses)])
        sizing = size_loans(deal, Uses(hardware, net, all_uses, vat), kind)
        duties = self.duties(total([nothing, *sizing.principals]))
        uses = [use for asset in self.assets for use in (*asset.paid, *asset.paid_vat)]
        uses += [Use(grid.opening(0), fee) for fee in sizing.fees]
        uses += [*caused.uses, Use(grid.opening(0), duties)]
        spent, left = self._spend(uses)
        unpaid = [*uses, *(Use(moment, -amount) for moment, amount in spent)]
        sizing = sizing._replace(total_uses=sizing.total_uses + duties)
        of_loans = sizing.total_uses - total([nothing, *(amount for _, amount in spent)])
        graded = partial(graded_share, deal, self.assets, self.leases, kind=kind)
        said = draws_said(Lending(deal, self.assets, kind, graded), sizing, grid)
        of_uses = sizing._replace(total_uses=of_loans)
        funding = fund(deal, of_uses, unpaid, grid, kind, said)
        runs: list[FacilityRun] = []
        for name, draws, most in zip(
            deal.facilities, funding.draws, sizing.principals, strict=True
        ):
            prepared = prepare_facility(
                deal, name, grid=grid, kind=kind, draws=draws, commitment=most
            )
            runs = self.charge([*runs, run_facility(self.prepare(prepared, runs))])
        return Borrowed(sizing, funding, runs, caused, spent, left, duties)

    def _spend(self, uses: Sequence[Use]) -> tuple[list[tuple[Moment, Value]], Value]:
        """What prepaid money pays of the uses at each moment, and what is left of it."""
        nothing = self.kind.given(0)
        state = PrepaidState(nothing)
        prepaid = [entry for run in self.leases for entry in run.prepaid_for_uses]
        if not prepaid:
            return [], nothing
        spent = []
        moments = {use.moment for use in uses} | {moment for moment, _ in prepaid}
        for moment in sorted(moments):
            received = total([nothing, *(held for at, held in prepaid if at == moment)])
            use = total([nothing, *(use.amount for use in uses if use.moment == moment)])
            flows, state = spend_prepaid(None, state, PrepaidInputs(received, use))
            spent.append((moment, flows.spent))
        return spent, state.held

    def _caused(self, runs: Sequence[FacilityRun]) -> Caused:
        until = funded_until(self.deal)
        found: list[tuple[str, Use]] = [*self.beside(runs)]
        for run in runs:
            if until is None:
                break
            for index in run.prepared.payments:
                flow = run.segment_flows[index]
                if run.prepared.segments[index].payment_day <= until:
                    due = flow.interest_paid + flow.fees_paid
                    use = Use(run.prepared.moment(index), due)
                    found.append(("construction_interest_paid", use))
        if self.reserves is not None:
            found += [("reserves_funded", use) for use in self.reserves(runs)]
        return Caused(tuple(name for name, _ in found), tuple(use for _, use in found))

    def _is_found(self, before: Caused, after: Caused, uses: Value) -> bool:
        if len(before.uses) != len(after.uses):
            return False
        moved = [
            np.abs(np.asarray(now.amount - then.amount, dtype=np.float64)).max()
            for then, now in zip(before.uses, after.uses, strict=True)
        ]
        largest = np.abs(np.asarray(uses, dtype=np.float64)).max()
        return bool(max(moved) <= TOLERANCE * largest)


def funded_until(deal: Deal) -> date | None:
    """The last day of construction whose interest and fees are a use of money; None without."""
    said = deal.construction
    return None if said is None or said.interest != "funded" else construction_until(deal)


def construction_until(deal: Deal) -> date | None:
    """The last day of construction, up to which a borrower's own cash pays no interest or fee."""
    return None if deal.construction is None else day_of(deal, deal.construction.until)


def endless(field: str, what: str, remedy: str) -> Issue:
    """Uses (or taxes) and the debt that depends on them find no end."""
    return Issue(
        "uses-without-end",
        what,
        remedy,
        Place(field=field),
    )
