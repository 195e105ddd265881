"""How much a deal can borrow: what each limit of the lender allows, and which of them binds.

Every limit is found by running the plan with the loans at other sizes, so that a loan is nowhere
computed a second time; tax that follows interest, and cash that follows tax, come with it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from lessor.core.issue import FaultsError, Issue, Place, errors
from lessor.core.numeric import FLOAT
from lessor.forecast.cases import BASE, case_deal
from lessor.forecast.closing_tables import sculpting_cases
from lessor.forecast.debt_limits import (
    Measure,
    advance_slack,
    cap_slack,
    cost_slack,
    cover_slack,
    loan_to_cost_slack,
    ltv_slack,
    term_slack,
)
from lessor.forecast.scaled_loans import ScaledLoans, drawn_by_loan, owners_pay
from lessor.forecast.search import Domain, Level, crossing
from lessor.rating.exchange import converted
from lessor.terms.deal import Deal
from lessor.terms.facilities import Facility, Sizing
from lessor.terms.fields import listed, near_names
from lessor.terms.load import Loaded, build_deal
from lessor.terms.setting import with_set

LIMITS = (
    "advance",
    "dscr",
    "downside_dscr",
    "ltv",
    "loan_to_cost",
    "term",
    "cap",
    "cost",
)
"""Every limit by its name, in the order in which they are told."""

TRACE = 1e-6
"""The share of the deal's own money below which loans count as none at all."""


class Limit(NamedTuple):
    """What a limit allows, and a note; None: it allows any debt."""

    amount: float | None
    note: str = ""


@dataclass(frozen=True)
class Sized:
    """The debt that all limits allow, the limit that binds, and what each of them would allow.

    `said`: the debt that the deal draws as it stands. Amounts in the reporting currency.
    """

    loans: tuple[str, ...]
    said: float
    debt: float | None
    binds: str | None
    limits: dict[str, float]
    notes: dict[str, str]

    @property
    def note(self) -> str:
        """The notes of all limits in one line."""
        return "; ".join(f"{name}: {note}" for name, note in self.notes.items())

    def as_json(self) -> dict[str, object]:
        """The fixed keys of `size --json`."""
        return {"debt": self.debt, "binds": self.binds, "limits": self.limits, "note": self.note}


def size(
    loaded: Loaded, facility: str | None = None, *, dscr: str | None = None, ltv: str | None = None
) -> Sized:
    """The debt that the limits of `sizing` and `advance` allow: the least of them.

    Of the loan named; else of those with `sizing`, else of all, grown together in proportion. Other
    loans stand as they are, and their debt service comes first. `dscr` and `ltv` set those limits.
    Raises FaultsError: unknown-name, not-positive where nothing is ever drawn, and the faults of a
    limit.
    """
    names = _chosen(loaded, facility)
    loaded = _with_limits(loaded, names, dscr=dscr, ltv=ltv)
    sought = _Sought(loaded, names)
    _require_drawn(loaded, sought)
    found: dict[str, Limit] = {}
    for name, slack, case in sought.limits():
        limit = sought.largest(slack, case)
        if name not in found or _is_lower(limit, found[name]):
            found[name] = limit
    limits = {name: found[name].amount for name in LIMITS if name in found}
    binding = {name: amount for name, amount in limits.items() if amount is not None}
    notes = {name: found[name].note for name in limits if found[name].note}
    binds = min(binding, key=binding.__getitem__, default=None)
    debt = None if binds is None else binding[binds]
    return Sized(names, sought.debt, debt, binds, binding, notes)


def _is_lower(one: Limit, other: Limit) -> bool:
    amounts = [math.inf if each.amount is None else each.amount for each in (one, other)]
    return amounts[0] < amounts[1]


def _chosen(loaded: Loaded, facility: str | None) -> tuple[str, ...]:
    loans = loaded.deal.facilities
    if facility is None:
        limited = tuple(name for name, loan in loans.items() if loan.sizing is not None)
        if loans:
            return limited or tuple(loans)
    elif facility in loans:
        return (facility,)
    near = near_names(facility or "", tuple(loans))
    remedy = "the deal has no loan: add one under `facilities:`"
    if loans:
        remedy = f"did you mean {listed(near or tuple(loans))}?"
    what = "there is no loan to size" if facility is None else f"there is no loan '{facility}'"
    place = loaded.source.place(("facilities",)) if facility is None else Place("--facility")
    raise FaultsError([Issue("unknown-name", what, remedy, place)])


def _with_limits(loaded: Loaded, names: Sequence[str], **limits: str | None) -> Loaded:
    """The deal with limits given beside it set on the loans, checked as those of a file are."""
    source, faults = loaded.source, list[Issue]()
    for limit, text in limits.items():
        for name in names if text is not None else ():
            path = f"facilities.{name}.sizing.{limit}"
            changed, found = with_set(source, path, text, by=f"--{limit}")
            faults += found
            source = changed or source
    if source is loaded.source:
        return loaded
    built, issues = build_deal(source)
    if built is None or faults:
        raise FaultsError(faults or errors(issues))
    return built


class _Sought:
    """The loans that are sized, and the limits on them."""

    def __init__(self, loaded: Loaded, names: tuple[str, ...]) -> None:
        self.loaded, self.names = loaded, names
        self._cases: dict[str, ScaledLoans] = {}
        base = self.loans(BASE)
        drawn = drawn_by_loan(base.deal, base.said)
        self.debt = sum((drawn[name] for name in names), 0.0)

    def loans(self, case: str) -> ScaledLoans:
        """The loans in a case of the deal; sculpted ones as the case that they name fixes them.

        Where several loans are sculpted in several cases, the first of these fixes them all.
        """
        if case not in self._cases:
            deal = owners_pay(case_deal(self.loaded, case), self.names)
            fixing = next(iter(sculpting_cases(self.loaded)), case)
            self._cases[case] = ScaledLoans(
                _sculpted_to_sizing(deal, self.names),
                self.names,
                None if fixing == case else self.loans(fixing),
            )
        return self._cases[case]

    def limits(self) -> Iterator[tuple[str, Measure, ScaledLoans]]:
        """Each limit by its name, with its slack and the loans in the case it is tested in."""
        base = self.loans(BASE)
        for name in self.names:
            facility = base.deal.facilities[name]
            if facility.advance is not None:
                yield "advance", partial(advance_slack, name=name), base
            yield from self._of_sizing(name, facility.sizing or Sizing())
        if not all(self._is_above_cost(name) for name in self.names):
            yield "cost", cost_slack, base

    def _of_sizing(self, name: str, sizing: Sizing) -> Iterator[tuple[str, Measure, ScaledLoans]]:
        base = self.loans(BASE)
        covers = (
            ("dscr", sizing.dscr, sizing.case),
            ("downside_dscr", sizing.downside_dscr, sizing.downside_case),
        )
        for limit, cover, case in covers:
            if cover is not None:
                yield limit, partial(cover_slack, cover=float(cover)), self.loans(case)
        if sizing.ltv is not None:
            yield "ltv", partial(ltv_slack, share=float(sizing.ltv)), base
        if sizing.loan_to_cost is not None:
            share = float(sizing.loan_to_cost)
            yield "loan_to_cost", partial(loan_to_cost_slack, share=share), base
        if sizing.term is not None:
            yield "term", partial(term_slack, term=sizing.term), self.loans(sizing.case)
        if sizing.cap is not None:
            deal, cap = base.deal, sizing.cap
            amount = FLOAT.number(cap.amount)
            worth = converted(deal, amount, cap.currency, deal.closing_date, FLOAT)
            yield "cap", partial(cap_slack, name=name, cap=float(worth)), base

    def _is_above_cost(self, name: str) -> bool:
        sizing = self.loaded.deal.facilities[name].sizing
        return sizing is not None and sizing.above_cost

    def largest(self, slack: Measure, loans: ScaledLoans) -> Limit:
        """The most debt at which a limit is kept: the multiple at which its slack runs out.

        It is looked for around the money of the deal itself, whatever size the loans are said at.
        """
        unit = loans.own_money
        start = unit / loans.debt_at(1.0)
        traced = slack(loans, TRACE * start)
        if traced.amount < 0:
            return Limit(0.0, f"it bears no debt at all{traced.where and f' ({traced.where})'}")

        def gap(times: float) -> float:
            return slack(loans, times).amount / unit

        level = Level(gap, lambda times: level.tried[times] >= 0, closed=0.0)
        found = crossing(level, Domain(start, TRACE * start, None, start))
        if found is None or all(at > 0 for at in level.tried.values()):
            return Limit(None, "it allows any debt")
        return Limit(loans.debt_at(found.at), slack(loans, found.at).where)


def _require_drawn(loaded: Loaded, sought: _Sought) -> None:
    """Loans that draw nothing at any size cannot be grown. Raises FaultsError."""
    if sought.loans(BASE).debt_at(1.0) > 0:
        return
    name = sought.names[0]
    what = f"nothing is drawn on {' and '.join(sought.names)}, so that it cannot be sized"
    remedy = "write a principal above 0, and when it may be drawn (`availability:`, `draws:`)"
    raise FaultsError(
        [Issue("not-positive", what, remedy, loaded.source.place(("facilities", name)))]
    )


def _sculpted_to_sizing(deal: Deal, names: Sequence[str]) -> Deal:
    """The deal with the sculpted loans among those sized sculpted to the cover that sizes them."""

    def changed(name: str, facility: Facility) -> Facility:
        sizing, repayment = facility.sizing, facility.repayment
        if name not in names or repayment.profile != "sculpted" or sizing is None:
            return facility
        return facility.changed(repayment=repayment.changed(dscr=sizing.dscr or repayment.dscr))

    loans = {name: changed(name, facility) for name, facility in deal.facilities.items()}
    return deal.changed(facilities=loans)
