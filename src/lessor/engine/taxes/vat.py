"""VAT of a month: collected on rent, paid on purchases, and the credit carried forward."""

from __future__ import annotations

from typing import NamedTuple

from lessor.core.numeric import Kind, Value, maximum, minimum
from lessor.terms.taxes import Vat


class VatTerms(NamedTuple):
    """VAT rates by what they are charged on."""

    rent: Value
    equipment: Value
    costs: Value
    zero: Value


class VatInputs(NamedTuple):
    """VAT collected and VAT paid to suppliers in the month."""

    output_vat: Value
    input_vat: Value


class VatState(NamedTuple):
    """Input VAT not yet set against output VAT."""

    credit_carried: Value


class VatFlows(NamedTuple):
    """VAT paid to the state, and earlier credit used up, in the month; both 0 or more."""

    vat_payable: Value
    credit_used: Value


def lower_vat(vat: Vat, *, kind: Kind, path: str = "taxes.vat") -> VatTerms:
    """The rates that stand at `path`."""
    return VatTerms(
        rent=kind.number(vat.rent, f"{path}.rent"),
        equipment=kind.number(vat.equipment, f"{path}.equipment"),
        costs=kind.number(vat.costs, f"{path}.costs"),
        zero=kind.given(0),
    )


def opening_vat(terms: VatTerms) -> VatState:
    """No credit yet."""
    return VatState(terms.zero)


def vat_month(terms: VatTerms, state: VatState, inputs: VatInputs) -> tuple[VatFlows, VatState]:
    """VAT due for a month: output VAT less input VAT less credit carried, at least 0.

    What input VAT exceeds output VAT by is carried forward without limit; it is never refunded.
    Source: PRC VAT Law in force from 1 Jan 2026 (a refund on request is not modelled).
    """
    due = inputs.output_vat - inputs.input_vat
    vat_payable = maximum(due - state.credit_carried, terms.zero)
    credit_used = minimum(state.credit_carried, maximum(due, terms.zero))
    closing = VatState(maximum(state.credit_carried - due, terms.zero))
    return VatFlows(vat_payable, credit_used), closing
