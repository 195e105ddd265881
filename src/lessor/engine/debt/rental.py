"""What a finance lease moves beside its rents: deposit, fees, purchase price, residual, VAT."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from lessor.core.numeric import Kind, Value, maximum, minimum
from lessor.terms.facilities import Facility, RentalTerms


class FinanceLeaseTerms(NamedTuple):
    """A finance lease's terms beside its rents, as numbers of one kind.

    Shares of what is financed: `deposit`, `service_fee`, `loan_fees` (up-front and draw fees and
    the discount, which a loan has too). Amounts at the end: `purchase_price` and `residual`.
    `vat`: its rate; `vat_on` is rent, interest or none.
    """

    deposit: Value
    is_set_off: bool
    service_fee: Value
    loan_fees: Value
    purchase_price: Value
    residual: Value
    vat: Value
    vat_on: str
    is_vat_credited: bool
    zero: Value


class RentalInputs(NamedTuple):
    """One date: what is financed on it, the rent due and the interest in it.

    `later_rents`: all rents after this date. `end_share`: the share of purchase price and residual
    that falls due on it, 0 before the end; take-downs that end on days of their own share them.
    `is_end`: nothing comes after it.
    """

    financed: Value
    rent: Value
    interest: Value
    later_rents: Value
    end_share: Value
    is_end: bool


class RentalState(NamedTuple):
    """The deposit that the lessor holds."""

    deposit_held: Value


class RentalFlows(NamedTuple):
    """What moves on a date beside the rent, all positive.

    The lessee pays `deposit_paid`, both fees, `purchase_price`, `residual` (in money, or by handing
    back equipment of that worth) and `vat`. Of the rent `deposit_set_off` is paid from the deposit;
    `deposit_returned` comes back at the end, `vat_credited` from the tax office. `deposit_held` is
    what the lessor still holds.
    """

    deposit_paid: Value
    service_fee: Value
    loan_fees: Value
    deposit_set_off: Value
    deposit_returned: Value
    purchase_price: Value
    residual: Value
    vat: Value
    vat_credited: Value
    deposit_held: Value


Convert = Callable[[Value, str | None], Value]
"""An amount in the deal's currency, from one in the currency named."""


def lower_rental(
    name: str, facility: Facility, financed: Value, *, kind: Kind, convert: Convert
) -> FinanceLeaseTerms:
    """The lease at `facilities.<name>` as numbers of `kind`; shares of the residual are of
    `financed`, all take-downs together."""
    said = facility.rental or RentalTerms()
    path = f"facilities.{name}"
    zero = kind.given(0)
    price, loan_fees = zero, zero
    if said.purchase_price is not None:
        number = kind.number(said.purchase_price.amount, f"{path}.rental.purchase_price.amount")
        price = convert(number, said.purchase_price.currency)
    for field in ("up_front", "on_draw", "discount"):
        loan_fees = loan_fees + kind.number(getattr(facility.fees, field), f"{path}.fees.{field}")

    return FinanceLeaseTerms(
        deposit=kind.number(said.deposit, f"{path}.rental.deposit"),
        is_set_off=said.deposit_use == "set_off",
        service_fee=kind.number(said.service_fee, f"{path}.rental.service_fee"),
        loan_fees=loan_fees,
        purchase_price=price,
        residual=lower_residual(name, facility, financed, kind=kind, convert=convert),
        vat=kind.number(said.vat, f"{path}.rental.vat"),
        vat_on=said.vat_on,
        is_vat_credited=said.vat_credited,
        zero=zero,
    )


def lower_residual(
    name: str, facility: Facility, financed: Value, *, kind: Kind, convert: Convert
) -> Value:
    """What the equipment is taken to be worth at the end: an amount, or a share of `financed`."""
    residual = facility.rental.residual if facility.rental is not None else None
    path = f"facilities.{name}.rental.residual"
    if residual is None:
        return kind.given(0)
    if residual.amount is not None:
        number = kind.number(residual.amount.amount, f"{path}.amount.amount")
        return convert(number, residual.amount.currency)
    return financed * kind.number(residual.share or 0, f"{path}.share")


def opening_rental(terms: FinanceLeaseTerms) -> RentalState:
    """Before the first drawdown no deposit is held."""
    return RentalState(terms.zero)


def rental_date(
    terms: FinanceLeaseTerms, state: RentalState, inputs: RentalInputs
) -> tuple[RentalFlows, RentalState]:
    """One date of a finance lease, beside its rent.

    deposit_paid = deposit x financed, fees likewise. Set off, the deposit pays the last rents until
    it is used up: deposit_set_off = clip(deposit_held - later_rents, 0, rent); what is left of it
    comes back at the end. VAT stands on top of the rent: vat x rent, or vat x the interest in it.
    """
    zero = terms.zero
    paid = terms.deposit * inputs.financed
    held = state.deposit_held + paid
    set_off = zero
    if terms.is_set_off:
        set_off = minimum(maximum(held - inputs.later_rents, zero), inputs.rent)
    returned = held - set_off if inputs.is_end else zero
    taxed = {"rent": inputs.rent, "interest": inputs.interest, "none": zero}[terms.vat_on]
    vat = terms.vat * taxed
    closing = RentalState(held - set_off - returned)
    flows = RentalFlows(
        deposit_paid=paid,
        service_fee=terms.service_fee * inputs.financed,
        loan_fees=terms.loan_fees * inputs.financed,
        deposit_set_off=set_off,
        deposit_returned=returned,
        purchase_price=terms.purchase_price * inputs.end_share,
        residual=terms.residual * inputs.end_share,
        vat=vat,
        vat_credited=vat if terms.is_vat_credited else zero,
        deposit_held=closing.deposit_held,
    )
    return flows, closing
