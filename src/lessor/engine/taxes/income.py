"""Income tax of a calendar year, with losses carried forward."""

from __future__ import annotations

from typing import NamedTuple

from lessor.core.numeric import Kind, Value, maximum, minimum, total
from lessor.terms.taxes import IncomeTax


class IncomeTaxTerms(NamedTuple):
    """The rate, and for how many later years a loss may be used (structure)."""

    rate: Value
    loss_years: int
    zero: Value


class IncomeTaxInputs(NamedTuple):
    """Profit before tax of the year, for tax; a loss is negative."""

    profit: Value


class IncomeTaxState(NamedTuple):
    """Unused losses of the last `loss_years` years, oldest first, positive."""

    losses: tuple[Value, ...]


class IncomeTaxFlows(NamedTuple):
    """Profit after losses, losses set against it, losses that no later year may use, and tax."""

    taxable_income: Value
    losses_used: Value
    loss_lapsed: Value
    tax: Value


def lower_income_tax(
    income: IncomeTax, *, kind: Kind, path: str = "taxes.income"
) -> IncomeTaxTerms:
    """The income tax that stands at `path`."""
    return IncomeTaxTerms(
        kind.number(income.rate, f"{path}.rate"), income.loss_years, kind.given(0)
    )


def opening_income_tax(terms: IncomeTaxTerms) -> IncomeTaxState:
    """No losses yet."""
    return IncomeTaxState(tuple(terms.zero for _ in range(terms.loss_years)))


def income_tax_year(
    terms: IncomeTaxTerms, state: IncomeTaxState, inputs: IncomeTaxInputs
) -> tuple[IncomeTaxFlows, IncomeTaxState]:
    """Tax of a year: rate x (profit less losses of the last `loss_years` years), at least 0.

    The oldest loss is used first; what is left of it after its last year lapses.
    """
    profit = maximum(inputs.profit, terms.zero)
    loss = maximum(-inputs.profit, terms.zero)
    left = profit
    kept: list[Value] = []
    for earlier in state.losses:
        used = minimum(earlier, left)
        left = left - used
        kept.append(earlier - used)
    aged = (*kept, loss)
    flows = IncomeTaxFlows(
        taxable_income=left,
        losses_used=profit - left,
        loss_lapsed=aged[0],
        tax=left * terms.rate,
    )
    return flows, IncomeTaxState(aged[1:])


def losses_carried(state: IncomeTaxState) -> Value:
    """Losses that later years may still use, in money."""
    return total(state.losses)
