"""Stamp duty on the contracts of a deal, paid on signature."""

from __future__ import annotations

from typing import NamedTuple

from lessor.core.numeric import Kind, Value
from lessor.terms.taxes import StampDuty


class StampTerms(NamedTuple):
    """Rates of duty by contract."""

    lease: Value
    purchase: Value
    loan: Value


class StampBases(NamedTuple):
    """What duty is charged on: rent contracted, price of equipment, principal of loans."""

    lease: Value
    purchase: Value
    loan: Value


class StampFlows(NamedTuple):
    """Duty by contract, and all of it."""

    lease: Value
    purchase: Value
    loan: Value
    total: Value


def lower_stamp_duty(stamp: StampDuty, *, kind: Kind, path: str = "taxes.stamp_duty") -> StampTerms:
    """The rates that stand at `path`."""
    return StampTerms(
        lease=kind.number(stamp.lease, f"{path}.lease"),
        purchase=kind.number(stamp.purchase, f"{path}.purchase"),
        loan=kind.number(stamp.loan, f"{path}.loan"),
    )


def stamp_duty(terms: StampTerms, bases: StampBases) -> StampFlows:
    """Duty on the contracts: rate x what each is about."""
    lease = terms.lease * bases.lease
    purchase = terms.purchase * bases.purchase
    loan = terms.loan * bases.loan
    return StampFlows(lease, purchase, loan, lease + purchase + loan)
