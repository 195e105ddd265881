"""What a borrower's waterfall is run with, and what each of its dates leaves behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from lessor.core.numeric import Value
from lessor.engine.debt.accounts import AccountsTerms
from lessor.engine.debt.covenants import CovenantFlows, CovenantTerms
from lessor.engine.debt.facility import FacilityDue
from lessor.engine.debt.waterfall import WaterfallFlows, WaterfallInputs, WaterfallTerms
from lessor.forecast.spv_loans import Loan
from lessor.rating.grid import Moment
from lessor.terms.spvs import Spv


class DateRun(NamedTuple):
    """One date of a waterfall: what it was given, what it did, and the tests on it.

    `steps`: the places in the waterfall of the steps that were run. `balances`: of the accounts
    after the date. To make tests good the owners put in `cures`, which stay on the collection
    account, and `repaid`, by loan, which repays it. `funded`: what reserves are filled with as a
    use of money. `service`: debt service that newly fell due. As the plan ends, `emptied` (by
    account) goes into collection before the steps, and `left` to the owners after them.
    """

    moment: Moment
    is_payment: bool
    steps: tuple[int, ...]
    inputs: WaterfallInputs
    flows: WaterfallFlows
    tests: tuple[CovenantFlows, ...]
    paid: Mapping[str, FacilityDue]
    balances: tuple[Value, ...]
    cures: Value
    left: Value
    emptied: tuple[Value, ...] = ()
    repaid: Mapping[str, Value] = MappingProxyType({})
    service: Value = 0
    funded: Value = 0


@dataclass(frozen=True)
class SpvTerms:
    """A borrower's waterfall, accounts and covenants as numbers of one kind."""

    name: str
    said: Spv
    waterfall: WaterfallTerms
    accounts: AccountsTerms
    covenants: tuple[CovenantTerms, ...]


@dataclass
class SpvRun:
    """A borrower over the plan, date by date."""

    terms: SpvTerms
    loans: list[Loan]
    dates: list[DateRun] = field(default_factory=list)
