"""The debt of a borrower by calendar year, and how near it comes to each covenant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lessor.forecast.borrowers import Borrower, CovenantTest
from lessor.forecast.cash_years import RESIDUE
from lessor.forecast.figures import as_floats
from lessor.forecast.taxation import years_of
from lessor.metrics.cover import lowest


class DebtYear(NamedTuple):
    """A calendar year of a borrower's loans, a month counted in the year that it starts in.

    closing = opening + drawn + added - principal. `added`: interest that became principal;
    `principal` holds what is repaid early. `dscr`: the lowest cover of a payment in the year;
    `ltv`: debt over collateral at its end.
    """

    year: int
    opening: float
    drawn: float
    added: float
    interest: float
    principal: float
    fees: float
    closing: float
    dscr: float | None
    ltv: float | None


class Tightest(NamedTuple):
    """A covenant over its life: the test that came nearest to its level, and how many failed."""

    covenant: str
    measure: str
    tests: int
    failed: int
    locked: int
    nearest: CovenantTest


def debt_years(borrower: Borrower) -> tuple[DebtYear, ...]:
    """The years in which the borrower owes, draws or pays anything, oldest first."""
    plan = borrower.plan
    owed = as_floats(plan.outstanding).tolist()
    found, opening = [], 0.0
    for year, months in years_of(plan.grid):

        def total(*names: str, of: Sequence[int] = months) -> float:
            parts = (as_floats(plan.cash.by_period(name))[list(of)].sum() for name in names)
            return float(sum(parts))

        drawn, principal = total("debt_drawn"), total("principal_paid", "debt_prepaid")
        closing = owed[months[-1] + 1]
        added = closing - (opening + drawn - principal)
        # What floats leave of sums this large is no interest.
        added = 0.0 if abs(added) < RESIDUE * max(opening + drawn, 1.0) else added
        own = DebtYear(
            year=year,
            opening=opening,
            drawn=drawn,
            added=added,
            interest=total("interest_paid"),
            principal=principal,
            fees=total("debt_fees_paid"),
            closing=closing,
            dscr=_lowest_cover(borrower, months),
            ltv=borrower.debts[months[-1] + 1].ltv,
        )
        if opening or drawn or own.interest or own.fees:
            found.append(own)
        opening = closing
    return tuple(found)


def _lowest_cover(borrower: Borrower, months: Sequence[int]) -> float | None:
    """The lowest cover of the payments after the first of the months begins, to the last's end."""
    boundaries = borrower.plan.grid.boundaries
    since, until = boundaries[months[0]], boundaries[months[-1] + 1]
    covers = [cover.dscr for cover in borrower.covers if since < cover.day <= until]
    return float(lowest(covers)) if covers else None


def tightest(borrower: Borrower) -> tuple[Tightest, ...]:
    """Each covenant with its nearest test, by headroom; one without a level or figure is left out.

    A test that cannot be measured (debt over no collateral) fails, and is nearer than any other.
    """
    found = []
    for name in dict.fromkeys(test.covenant for test in borrower.tests):
        tests = [test for test in borrower.tests if test.covenant == name]
        unmeasured = next((test for test in tests if test.is_default and test.value is None), None)
        measured = [test for test in tests if test.headroom is not None]
        if not measured and unmeasured is None:
            continue
        nearest = unmeasured or min(measured, key=lambda test: test.headroom or 0.0)
        found.append(
            Tightest(
                covenant=name,
                measure=nearest.measure,
                tests=len(tests),
                failed=sum(test.is_default for test in tests),
                locked=sum(test.is_lock_up for test in tests),
                nearest=nearest,
            )
        )
    return tuple(found)
