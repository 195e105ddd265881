"""What an asset is sold for at the end of the plan."""

from __future__ import annotations

from typing import NamedTuple

from lessor.core.numeric import Value
from lessor.engine.assets.cost import CostContext, PricedTerms, Taxed, lower_priced, taxed
from lessor.terms.assets import Residual


class ResidualTerms(NamedTuple):
    """The rule (none, share, amount or market_value) and its number; `vat` None: VAT is off."""

    rule: str
    share: Value
    amount: PricedTerms | None
    vat: Value | None
    zero: Value


class ResidualInputs(NamedTuple):
    """Cost of the whole asset, and what it would fetch on the market now (without VAT)."""

    cost: Value
    market_value: Value


def lower_residual(residual: Residual, path: str, context: CostContext) -> ResidualTerms:
    """The residual that stands at `path`."""
    kind = context.kind
    nothing = kind.given(0)
    if residual.amount is not None:
        amount = lower_priced(residual.amount, f"{path}.amount", context)
        return ResidualTerms("amount", nothing, amount, amount.vat, nothing)
    if residual.share is not None:
        share = kind.number(residual.share, f"{path}.share")
        return ResidualTerms("share", share, None, context.vat, nothing)
    valued = residual.market is not None or residual.curve is not None
    rule = "market_value" if valued else "none"
    return ResidualTerms(rule, nothing, None, context.vat, nothing)


def residual_value(terms: ResidualTerms, inputs: ResidualInputs) -> Taxed:
    """What the sale brings without VAT, and the VAT collected on it.

    share x cost, the amount, or market value; nothing where the residual is none.
    """
    if terms.amount is not None:
        return taxed(terms.amount, zero=terms.zero)
    if terms.rule == "none":
        return Taxed(terms.zero, terms.zero)
    value = inputs.market_value if terms.rule == "market_value" else terms.share * inputs.cost
    return Taxed(value, terms.zero if terms.vat is None else value * terms.vat)
