"""What principal a payment asks for, by the profile of the loan."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from lessor.core.numeric import Value, clip, maximum, minimum, round_to
from lessor.engine.debt.schedule import PaymentFactors, SegmentTerms


class ProfileTerms(NamedTuple):
    """How principal comes back: the name of the profile, and its numbers.

    `balloon`: share of principal left to the last payment; `balloon_amount`: an amount instead.
    `payment`: the level payment as it is given; `whole`: the factors of whole equal periods, from
    which it is found else. `reduces`: pro_rata, last or next: which payments an early repayment
    reduces. `decimals`: of each flow where flows are rounded.
    """

    name: str
    balloon: Value
    balloon_amount: Value | None = None
    payment: Value | None = None
    whole: PaymentFactors | None = None
    is_negative_allowed: bool = False
    reduces: str = "pro_rata"
    decimals: int | None = None


class Owed(NamedTuple):
    """What a loan owes as a payment falls due.

    `current`: principal that is not overdue; `original`: principal drawn, with interest added to it
    in a grace; `interest`: the period's own; `scale`: share of a table left by early repayments;
    `ahead`: repaid early, and still to reduce later payments; `agreed`: the rounded instalment that
    holds until a draw, a new rate or an early repayment changes it; empty before it is found.
    """

    current: Value
    original: Value
    interest: Value
    scale: Value
    ahead: Value
    zero: Value
    agreed: tuple[Value, ...] = ()


class Scheduled(NamedTuple):
    """Principal that falls due beside what is overdue, and what stays ahead of later payments.

    `agreed`: the rounded instalment that later payments keep.
    """

    principal: Value
    ahead: Value
    agreed: tuple[Value, ...] = ()


Rule = Callable[[ProfileTerms, Owed, SegmentTerms, PaymentFactors], Value]


def scheduled_principal(
    terms: ProfileTerms,
    owed: Owed,
    segment: SegmentTerms,
    factors: PaymentFactors,
    ceilings: tuple[Value, ...] = (),
) -> Scheduled:
    """Principal that falls due on a date beside what is overdue, between 0 and what is current.

    The profile's own, and with `ceilings` at least what stands above each of them (the greatest of
    several is due). Early repayments that reduce the next payments are taken off the profile's own
    until they are used up; those that reduce the last ones shorten the loan.
    """
    if terms.decimals is not None and terms.name in INSTALMENTS and len(owed.agreed) == 0:
        found = INSTALMENTS[terms.name](terms, owed, segment, factors)
        owed = owed._replace(agreed=(round_to(found, terms.decimals),))
    wanted = PROFILES[terms.name](terms, owed, segment, factors)
    ahead = owed.ahead
    if terms.reduces == "next":
        used = clip(wanted, owed.zero, owed.ahead)
        wanted, ahead = wanted - used, owed.ahead - used
    elif terms.reduces == "last" and terms.name == "level":
        # The interest saved repays principal too.
        ahead = ahead * (1 + factors.growth)
    for ceiling in ceilings:
        wanted = maximum(wanted, owed.current - ceiling)
    principal = clip(_rounded(wanted, terms.decimals), owed.zero, owed.current)
    return Scheduled(principal, ahead, owed.agreed)


def above_ceilings(owed: Owed, ceilings: tuple[Value, ...]) -> Value:
    """Principal that stands above the lowest of several balances; nothing without any."""
    above = owed.zero
    for ceiling in ceilings:
        above = maximum(above, owed.current - ceiling)
    return minimum(above, owed.current)


def level_payment_due(terms: ProfileTerms, owed: Owed) -> Value:
    """The payment of whole equal periods, kept: (original - balloon x discount) / annuity.

    With early repayments that reduce all payments alike, the share of it that they leave.
    """
    payment = terms.payment
    if payment is None and terms.whole is not None:
        rest = balloon_of(terms, owed) * terms.whole.discount
        payment = (owed.original - rest) / terms.whole.annuity
    return _rounded(payment * owed.scale, terms.decimals)


def balloon_of(terms: ProfileTerms, owed: Owed) -> Value:
    """What is left to the last payment."""
    if terms.balloon_amount is not None:
        return terms.balloon_amount
    return terms.balloon * owed.original


def _level_instalment(
    terms: ProfileTerms, owed: Owed, segment: SegmentTerms, factors: PaymentFactors
) -> Value:
    # Found anew from what is outstanding on each date, so that later draws are spread over the
    # payments left, and a new rate over the payments to come.
    balloon = balloon_of(terms, owed) * owed.scale
    return (_reckoned(terms, owed) - balloon * factors.discount) / factors.annuity


def _level(
    terms: ProfileTerms, owed: Owed, segment: SegmentTerms, factors: PaymentFactors
) -> Value:
    payment = owed.agreed[0] if owed.agreed else _level_instalment(terms, owed, segment, factors)
    bearing = owed.current if terms.reduces == "last" else _reckoned(terms, owed)
    return payment - _rounded(bearing * factors.growth, terms.decimals)


def _level_payment(
    terms: ProfileTerms, owed: Owed, segment: SegmentTerms, factors: PaymentFactors
) -> Value:
    return level_payment_due(terms, owed) - owed.interest


def _principal_table(
    terms: ProfileTerms, owed: Owed, segment: SegmentTerms, factors: PaymentFactors
) -> Value:
    return (owed.original - balloon_of(terms, owed)) * segment.share_due * owed.scale


def _equal_instalment(
    terms: ProfileTerms, owed: Owed, segment: SegmentTerms, factors: PaymentFactors
) -> Value:
    rest = _reckoned(terms, owed) - balloon_of(terms, owed) * owed.scale
    return rest / segment.payments_left


def _equal_principal(
    terms: ProfileTerms, owed: Owed, segment: SegmentTerms, factors: PaymentFactors
) -> Value:
    return owed.agreed[0] if owed.agreed else _equal_instalment(terms, owed, segment, factors)


def _table(
    terms: ProfileTerms, owed: Owed, segment: SegmentTerms, factors: PaymentFactors
) -> Value:
    return (owed.original * segment.share_due + segment.amount_due) * owed.scale


def _reckoned(terms: ProfileTerms, owed: Owed) -> Value:
    # Where early repayments do not reduce all payments alike, the payments are those of a loan
    # that nothing was repaid early of.
    return owed.current if terms.reduces == "pro_rata" else owed.current + owed.ahead


def _rounded(value: Value, decimals: int | None) -> Value:
    return value if decimals is None else round_to(value, decimals)


INSTALMENTS: dict[str, Rule] = {"level": _level_instalment, "equal_principal": _equal_instalment}
"""The profiles whose instalment is found from what is outstanding."""

PROFILES: dict[str, Rule] = {
    "level": _level,
    "level_payment": _level_payment,
    "principal_table": _principal_table,
    "equal_principal": _equal_principal,
    "bullet": _table,
    "custom": _table,
    "sculpted": _table,
}
"""The profiles of a deal file, each with the principal that it asks for on one date."""
