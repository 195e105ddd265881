"""How large each loan is, with its own up-front fee among the uses that it pays for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lessor.core.numeric import Kind, Value, total
from lessor.engine.debt.fees import lower_draw_fee
from lessor.engine.debt.schedule import Convert
from lessor.terms.facilities import Facility
from lessor.terms.money import Money

__all__ = ["Convert", "PrincipalTerms", "Sizing", "Uses", "lower_principal", "size_principals"]


class PrincipalTerms(NamedTuple):
    """The size of one loan: `of` is amount, hardware, capex, input_vat or total_uses (structure).

    `quantum` is the amount, or the share of the basis; `up_front` the fee's share of principal,
    `on_draw` that of fees paid with draws. `balance`: what is left of a loan made earlier, whose
    fees were paid then.
    """

    name: str
    of: str
    quantum: Value
    up_front: Value
    on_draw: Value | None = None
    balance: Value | None = None


class Uses(NamedTuple):
    """What the money is for, before loan fees: servers, all assets, and all uses together.

    `input_vat`: the VAT on the assets, for a loan of its own.
    """

    hardware: Value
    capex: Value
    total: Value
    input_vat: Value = 0


class Sizing(NamedTuple):
    """Principals and up-front fees in the order of the loans; total uses with all loan fees.

    `equity` takes the rest of the uses; negative, it says that the loans exceed them. `to_draw`:
    what of each principal is to be drawn, which for a loan made earlier is its balance.
    """

    principals: tuple[Value, ...]
    fees: tuple[Value, ...]
    total_uses: Value
    equity: Value
    to_draw: tuple[Value, ...] = ()


def lower_principal(
    name: str, facility: Facility, *, kind: Kind, convert: Convert | None = None
) -> PrincipalTerms:
    """The size of the loan at `facilities.<name>`; `convert` serves amounts in other currencies."""
    path = f"facilities.{name}"
    up_front = kind.number(facility.fees.up_front, f"{path}.fees.up_front")
    principal = facility.principal
    terms = PrincipalTerms(
        name,
        principal.of,
        kind.given(0),
        up_front,
        lower_draw_fee(name, facility, kind=kind),
        _amount(facility.balance, f"{path}.balance", kind, convert),
    )
    amount = _amount(principal.amount, f"{path}.principal.amount", kind, convert)
    if amount is not None:
        return terms._replace(of="amount", quantum=amount)
    return terms._replace(quantum=kind.number(principal.share or 0, f"{path}.principal.share"))


def _amount(money: Money | None, path: str, kind: Kind, convert: Convert | None) -> Value | None:
    if money is None:
        return None
    amount = kind.number(money.amount, f"{path}.amount")
    return amount if convert is None else convert(amount, money.currency)


def size_principals(loans: Sequence[PrincipalTerms], uses: Uses) -> Sizing:
    """The principal of every loan, solved in closed form where fees are among the uses.

    total_uses = (uses + fees of loans of known size) / (1 - sum of share x fee over the loans that
    are shares of total uses); for one such loan, principal = share x uses / (1 - share x fee). The
    fee is the up-front one and those on draws together.
    """
    known = {"hardware": uses.hardware, "capex": uses.capex, "input_vat": uses.input_vat}
    base, divisor = uses.total, None
    for loan in loans:
        fee = _all_fees(loan)
        if loan.of == "total_uses":
            part = loan.quantum * fee
            divisor = 1 - part if divisor is None else divisor - part
        elif loan.balance is None:
            base = base + _known_principal(loan, known) * fee
    all_uses = base if divisor is None else base / divisor
    principals = tuple(
        loan.quantum * all_uses if loan.of == "total_uses" else _known_principal(loan, known)
        for loan in loans
    )
    fees = tuple(
        principal * (loan.up_front if loan.balance is None else 0 * loan.up_front)
        for loan, principal in zip(loans, principals, strict=True)
    )
    to_draw = tuple(
        principal if loan.balance is None else loan.balance
        for loan, principal in zip(loans, principals, strict=True)
    )
    return Sizing(principals, fees, all_uses, all_uses - total(to_draw), to_draw)


def _all_fees(loan: PrincipalTerms) -> Value:
    return loan.up_front if loan.on_draw is None else loan.up_front + loan.on_draw


def _known_principal(loan: PrincipalTerms, basis: dict[str, Value]) -> Value:
    return loan.quantum if loan.of == "amount" else loan.quantum * basis[loan.of]
