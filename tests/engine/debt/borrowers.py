"""Borrowers for tests: accounts and a waterfall as a deal file writes them, run on dates."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from lessor.core.dates import add_months
from lessor.core.numeric import DECIMAL, Flag, Kind, Value
from lessor.engine.debt.waterfall import (
    WaterfallFlows,
    WaterfallInputs,
    WaterfallState,
    WaterfallTerms,
    lower_waterfall,
    opening_waterfall,
    waterfall_date,
)
from lessor.terms.spvs import Spv

CLOSING = date(2026, 5, 1)
LOANS = ("senior", "mezzanine")


def borrower(steps: Sequence[Any], **said: Any) -> Spv:
    """A borrower with a collection account, three reserves and a trap, unless said otherwise."""
    tree = {
        "facilities": list(LOANS),
        "accounts": {
            "service_reserve": {"kind": "reserve", "target": {"amount": "30"}},
            "operating_reserve": {"kind": "reserve", "target": {"amount": "10"}},
            "collection": {"kind": "collection"},
            "trap": {"kind": "cash_trap"},
        },
        "waterfall": list(steps),
        **said,
    }
    return Spv.model_validate(tree)


def days(count: int, months: int = 1) -> list[date]:
    """Closing and `count` payment dates."""
    return [add_months(CLOSING, months * place) for place in range(count + 1)]


class Run:
    """A waterfall that is run date by date, with amounts by the words of its steps."""

    def __init__(
        self, spv: Spv, *, kind: Kind = DECIMAL, balances: Mapping[str, int] | None = None
    ) -> None:
        self.kind = kind
        self.terms: WaterfallTerms = lower_waterfall("project", spv, kind=kind)
        held = balances or {}
        self.state: WaterfallState = opening_waterfall(
            self.terms, [kind.given(held.get(name, 0)) for name in self.terms.accounts]
        )

    def date(
        self,
        receipts: int,
        wants: Mapping[str, int] | None = None,
        *,
        targets: Mapping[str, int] | None = None,
        failing: Sequence[str] = (),
        may_cure: Flag = False,
    ) -> WaterfallFlows:
        """One date: what falls due by `what`, targets by account (30 and 10 unless said)."""
        wanted = wants or {}
        aims = {"service_reserve": 30, "operating_reserve": 10, **(targets or {})}
        inputs = WaterfallInputs(
            date=CLOSING,
            receipts=self.kind.given(receipts),
            wants=tuple(self.kind.given(wanted.get(step.what, 0)) for step in self.terms.steps),
            targets=tuple(self.kind.given(aims.get(name, 0)) for name in self.terms.accounts),
            failing=tuple(test in failing for test in self.terms.tests),
            test_values=tuple(self.kind.given(1) for _ in self.terms.tests),
            may_cure=may_cure,
        )
        self.inputs = inputs
        flows, self.state = waterfall_date(self.terms, self.state, inputs)
        return flows

    def balance(self, account: str) -> Value:
        """What an account holds after the last date."""
        return self.state.balances[self.terms.accounts.index(account)]


def paid(flows: WaterfallFlows) -> list[Value]:
    """What each step moved."""
    return [flow.paid for flow in flows.steps]
