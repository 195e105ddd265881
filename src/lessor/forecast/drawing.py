"""What is drawn on loans that say it themselves: as planned, or against deliveries accepted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction as Rational
from typing import TYPE_CHECKING, NamedTuple

from lessor.core.dates import whole_months_between
from lessor.core.numeric import Kind, Value
from lessor.engine.assets.lots import lower_lots
from lessor.engine.debt.draws import SAID, DelayedInputs, Delivered, draw_delayed, lent_on
from lessor.engine.debt.sizing import Sizing
from lessor.rating.exchange import converted
from lessor.rating.grid import Grid, Moment
from lessor.terms.deal import Deal
from lessor.terms.facilities import Advance, Facility
from lessor.terms.plan_dates import day_of, maturity
from lessor.terms.scalars import Duration

if TYPE_CHECKING:
    from lessor.forecast.owning import AssetRun


class _Lot(NamedTuple):
    """Units that were accepted together: when, at what cost, how much may be lent on it."""

    accepted: date
    cost: Value
    rate: Value
    life: Duration | None


@dataclass(frozen=True)
class Lending:
    """What is lent against: the assets bought, and the share of each let at investment grade."""

    deal: Deal
    assets: Sequence[AssetRun]
    kind: Kind
    graded_share: Callable[[str], Value]

    def base_on(self, name: str, day: date) -> Value:
        """What may be lent under a loan on a day against all accepted before (a borrowing base).

        sum of rate x cost x (1 - worn) over what was accepted.
        """
        base = self.kind.given(0)
        for lot in self._lots(name):
            # What is accepted on the day is drawn for after its payment.
            if lot.accepted < day:
                base = base + lent_on(self._delivered(lot, day))
        return base

    def draws(self, name: str, principal: Value, grid: Grid) -> dict[Moment, Value]:
        """The draws of a loan against deliveries, by moment."""
        opens, closes = available_days(self.deal, self.deal.facilities[name])
        by_day: dict[date, list[_Lot]] = {}
        for lot in self._lots(name):
            day = max(lot.accepted, opens)
            if closes is None or day <= closes:
                by_day.setdefault(day, []).append(lot)
        drawn = self.kind.given(0)
        draws: dict[Moment, Value] = {}
        for day, accepted in sorted(by_day.items()):
            given = DelayedInputs(tuple(self._delivered(lot, day) for lot in accepted))
            amount, drawn = draw_delayed(principal, drawn, given)
            moment = grid.moment(day, opening=True)
            draws[moment] = draws[moment] + amount if moment in draws else amount
        return draws

    def _delivered(self, lot: _Lot, day: date) -> Delivered:
        return Delivered(lot.cost, lot.rate, self._worn(lot, day))

    def _worn(self, lot: _Lot, day: date) -> Value:
        """The part of a straight line that has passed since acceptance, in whole months."""
        if lot.life is None or day <= lot.accepted:
            return self.kind.given(0)
        age = whole_months_between(lot.accepted, day)
        life = whole_months_between(lot.accepted, lot.life.after(lot.accepted))
        return self.kind.given(min(Rational(age, max(life, 1)), Rational(1)), "share worn")

    def _lots(self, name: str) -> list[_Lot]:
        facility = self.deal.facilities[name]
        runs = [r for r in self.assets if facility.principal.of != "hardware" or r.is_hardware]
        return [lot for run in runs for lot in self._lots_of(run, facility, name)]

    def _lots_of(self, run: AssetRun, facility: Facility, name: str) -> list[_Lot]:
        asset, advance = self.deal.assets[run.name], facility.advance
        life = None
        if advance is not None and advance.of == "net_cost":
            worn = asset.depreciation
            life = advance.life or (None if worn is None else worn.life)
        closing = self.deal.closing_date
        lots = lower_lots(asset, f"assets.{run.name}", kind=self.kind, closing=closing)
        rate = self._rate(run, advance, f"facilities.{name}.advance")
        return [_Lot(lot.accepted, run.cost * lot.share, rate, life) for lot in lots]

    def _rate(self, run: AssetRun, advance: Advance | None, path: str) -> Value:
        """What share of cost may be lent; all of it where the loan does not say."""
        if advance is None:
            return self.kind.given(1)
        rate = self.kind.number(advance.rate, f"{path}.rate")
        if advance.other_rate is None:
            return rate
        other = self.kind.number(advance.other_rate, f"{path}.other_rate")
        share = self.graded_share(run.name)
        share = self.kind.named(share, f"assets.{run.name}.share_at_investment_grade", None)
        return share * rate + (1 - share) * other


def draws_said(lending: Lending, sizing: Sizing, grid: Grid) -> list[dict[Moment, Value]]:
    """The draws of each loan drawn as planned or against deliveries, by moment; else nothing.

    Against deliveries: on each acceptance day while the loan is available, rate x cost of what was
    accepted (with `net_cost` less a straight line since acceptance), at most what is left of the
    principal. What was accepted before the loan is available is drawn for on its first day.
    """
    found: list[dict[Moment, Value]] = []
    loans = lending.deal.facilities
    for (name, facility), principal in zip(loans.items(), sizing.principals, strict=True):
        if facility.balance is not None or facility.draw not in SAID:
            found.append({})
        elif facility.draw == "planned":
            found.append(_planned(lending.deal, name, grid, lending.kind))
        else:
            found.append(lending.draws(name, principal, grid))
    return found


def _planned(deal: Deal, name: str, grid: Grid, kind: Kind) -> dict[Moment, Value]:
    draws: dict[Moment, Value] = {}
    for row, draw in enumerate(deal.facilities[name].draws):
        amount = kind.number(draw.amount.amount, f"facilities.{name}.draws[{row}].amount.amount")
        amount = converted(deal, amount, draw.amount.currency, draw.date, kind)
        moment = grid.moment(draw.date, opening=True)
        draws[moment] = draws[moment] + amount if moment in draws else amount
    return draws


def available_days(deal: Deal, facility: Facility) -> tuple[date, date | None]:
    """The first and the last day on which a loan may be drawn."""
    said = facility.availability
    opens = deal.closing_date if said.from_ is None else day_of(deal, said.from_)
    closes = maturity(deal, facility) if said.until is None else day_of(deal, said.until)
    return max(opens, deal.closing_date), closes
