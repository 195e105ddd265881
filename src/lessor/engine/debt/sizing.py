"""How large each loan is, with its own up-front fee among the uses that it pays for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from lessor.core.numeric import Kind, Value, total
from lessor.terms.facilities import Facility

Convert = Callable[[Value, str | None], Value]
"""An amount and its currency to the amount in the currency of the deal."""


class PrincipalTerms(NamedTuple):
    """The size of one loan: `of` is amount, hardware, capex or total_uses (structure).

    `quantum` is the amount, or the share of the basis; `up_front` the fee's share of principal.
    """

    name: str
    of: str
    quantum: Value
    up_front: Value


class Uses(NamedTuple):
    """What the money is for, before loan fees: servers, all assets, and all uses together."""

    hardware: Value
    capex: Value
    total: Value


class Sizing(NamedTuple):
    """Principals and fees in the order of the loans; total uses with fees; equity takes the rest.

    Negative `equity` says that the loans exceed the uses.
    """

    principals: tuple[Value, ...]
    fees: tuple[Value, ...]
    total_uses: Value
    equity: Value


def lower_principal(
    name: str, facility: Facility, *, kind: Kind, convert: Convert | None = None
) -> PrincipalTerms:
    """The size of the loan at `facilities.<name>`; `convert` serves amounts in other currencies."""
    path = f"facilities.{name}"
    up_front = kind.number(facility.fees.up_front, f"{path}.fees.up_front")
    principal = facility.principal
    if principal.amount is None:
        share = kind.number(principal.share or 0, f"{path}.principal.share")
        return PrincipalTerms(name, principal.of, share, up_front)
    amount = kind.number(principal.amount.amount, f"{path}.principal.amount.amount")
    if convert is not None:
        amount = convert(amount, principal.amount.currency)
    return PrincipalTerms(name, "amount", amount, up_front)


def size_principals(loans: Sequence[PrincipalTerms], uses: Uses) -> Sizing:
    """The principal of every loan, solved in closed form where fees are among the uses.

    total_uses = (uses + fees of loans of known size) / (1 - sum of share x fee over the loans that
    are shares of total uses); for one such loan, principal = share x uses / (1 - share x fee).
    """
    known = {"hardware": uses.hardware, "capex": uses.capex}
    base, divisor = uses.total, None
    for loan in loans:
        if loan.of == "total_uses":
            part = loan.quantum * loan.up_front
            divisor = 1 - part if divisor is None else divisor - part
        else:
            base = base + _known_principal(loan, known) * loan.up_front
    all_uses = base if divisor is None else base / divisor
    principals = tuple(
        loan.quantum * all_uses if loan.of == "total_uses" else _known_principal(loan, known)
        for loan in loans
    )
    fees = tuple(
        principal * loan.up_front for loan, principal in zip(loans, principals, strict=True)
    )
    return Sizing(principals, fees, all_uses, all_uses - total(principals))


def _known_principal(loan: PrincipalTerms, basis: dict[str, Value]) -> Value:
    return loan.quantum if loan.of == "amount" else loan.quantum * basis[loan.of]
