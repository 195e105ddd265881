"""What lenders look at: the borrowers of the deals kept, each on a day of its plan."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from lessor.core.issue import FaultsError, Issue
from lessor.forecast.borrowers import Borrower, CovenantTest, Cover, Debt, borrowers
from lessor.terms.load import Loaded, build_deal
from lessor.terms.source import load_source_text

DEALS_KEPT = 64
"""Deals whose plans stay worked out: the same text has the same plan."""

NEAR = Decimal("0.1")
"""Headroom as a share of the level below which a covenant is near it."""

FILLED = frozenset(["liquidity"])
"""Measures of a reserve that is filled to what is asked: no headroom is what was meant."""


class ReadDeal(NamedTuple):
    """A deal's text as read: the deal where it is sound, and what there is to say about it."""

    text: str
    loaded: Loaded | None
    issues: tuple[Issue, ...]
    borrowers: tuple[Borrower, ...]

    @property
    def name(self) -> str:
        """The deal's own name; empty where it cannot be read."""
        return "" if self.loaded is None else self.loaded.deal.deal


class LenderRow(NamedTuple):
    """A borrower on a day, as its plan has it, in the deal's currency.

    debt: the last boundary of the plan that has come; cover: DSCR of the next payment; lowest: the
    lowest DSCR still to come; near: the covenant test to come with the least headroom, as a share
    of its level.
    """

    deal: str
    borrower: str
    currency: str
    debt: Debt | None
    cover: Cover | None
    lowest: Cover | None
    near: CovenantTest | None


@lru_cache(maxsize=DEALS_KEPT)
def read_deal(text: str, name: str = "deal.yaml") -> ReadDeal:
    """A deal's text, checked and planned; what is wrong with it are Issues, never an exception."""
    source, issues = load_source_text(text, name)
    if source is None:
        return ReadDeal(text, None, tuple(issues), ())
    loaded, found = build_deal(source)
    if loaded is None:
        return ReadDeal(text, None, tuple(found), ())
    try:
        return ReadDeal(text, loaded, loaded.issues, borrowers(loaded))
    except FaultsError as fault:
        return ReadDeal(text, None, fault.issues, ())


def lender_rows(deals: Iterable[ReadDeal], day: date) -> tuple[LenderRow, ...]:
    """Every borrower with a loan, deal by deal."""
    return tuple(
        _row(deal, borrower, day)
        for deal in deals
        for borrower in deal.borrowers
        if borrower.schedules
    )


def tests_to_come(borrower: Borrower, day: date) -> tuple[CovenantTest, ...]:
    """The tests of a borrower from a day on."""
    return tuple(test for test in borrower.tests if test.day >= day)


def is_failing(test: CovenantTest) -> bool:
    """Whether a test ends in default or lock-up."""
    return test.is_default or test.is_lock_up


def is_near(test: CovenantTest) -> bool:
    """Whether a test that is kept has little headroom, as a share of its level."""
    if is_failing(test) or test.measure in FILLED or test.headroom_share is None:
        return False
    return Decimal(str(test.headroom_share)) < NEAR


def _row(deal: ReadDeal, borrower: Borrower, day: date) -> LenderRow:
    covers = [cover for cover in borrower.covers if cover.day >= day]
    tests = [
        test
        for test in tests_to_come(borrower, day)
        if test.headroom_share is not None and test.measure not in FILLED
    ]
    return LenderRow(
        deal=deal.name,
        borrower=borrower.name,
        currency=borrower.currency,
        debt=max((each for each in borrower.debts if each.day <= day), default=None),
        cover=covers[0] if covers else None,
        lowest=min(covers, key=lambda cover: cover.dscr, default=None),
        near=min(tests, key=lambda test: test.headroom_share or 0.0, default=None),
    )
