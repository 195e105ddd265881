"""The annuity of whole equal periods: what a payment table says that knows no days."""

from __future__ import annotations

from collections.abc import Sequence

from lessor.core.numeric import Kind, Value
from lessor.engine.debt.facility_terms import FacilityTerms
from lessor.engine.debt.schedule import PaymentFactors, RateTerms, SegmentTerms, whole_growth


def whole_period_factors(
    rate: RateTerms, payments: int, *, in_advance: bool, kind: Kind
) -> PaymentFactors:
    """The factors of `payments` equal payments, one a whole period, at the first rate of the loan.

    growth = rate x months / 12; annuity = sum of 1 / (1 + growth) ** k, where k runs from 1, in
    advance from 0; discount = 1 / (1 + growth) ** payments.

    >>> from lessor.core.numeric import FLOAT
    >>> factors = whole_period_factors(RateTerms(0.105, 1, 1), 60, in_advance=False, kind=FLOAT)
    >>> round(10_000_000 / factors.annuity, 8)
    214939.00378117
    """
    gain = whole_growth(rate, kind)
    annuity, discount = kind.given(0), kind.given(1)
    for _ in range(payments):
        annuity = (1 + annuity) / (1 + gain)
        discount = discount / (1 + gain)
    return PaymentFactors(gain, annuity * (1 + gain) if in_advance else annuity, discount)


def principal_shares(factors: PaymentFactors, payments: int, *, in_advance: bool) -> list[Value]:
    """The shares of what is repaid by the table that each payment repays; they sum to 1.

    share = 1 / annuity - growth x share still outstanding; the first payment in advance bears no
    interest.
    """
    payment, left = 1 / factors.annuity, None
    free = 1 if in_advance else 0
    shares: list[Value] = []
    for index in range(payments):
        owed = 1 if left is None else left
        share = payment - factors.growth * owed if index >= free else payment
        shares.append(share)
        left = owed - share
    return shares


def with_whole_periods(
    terms: FacilityTerms, segments: tuple[SegmentTerms, ...], *, in_advance: bool, kind: Kind
) -> tuple[FacilityTerms, tuple[SegmentTerms, ...]]:
    """The loan and its segments with the annuity of whole equal periods, where its profile has one.

    `level_payment` is found from it, `principal_table` repays its shares. `in_advance`: the first
    payment of principal falls on closing.
    """
    if terms.profile.name not in ("level_payment", "principal_table"):
        return terms, segments
    count = next(each for each in segments if each.is_principal_payment).payments_left
    if count == 0:
        # All principal falls at maturity.
        return terms, segments
    rate = terms.rate._replace(value=terms.zero) if terms.is_flat else terms.rate
    whole = whole_period_factors(rate, count, in_advance=in_advance, kind=kind)
    terms = terms._replace(profile=terms.profile._replace(whole=whole))
    if terms.profile.name == "level_payment":
        return terms, segments
    return terms, with_shares(segments, principal_shares(whole, count, in_advance=in_advance))


def with_shares(
    segments: Sequence[SegmentTerms], shares: Sequence[Value]
) -> tuple[SegmentTerms, ...]:
    """The segments with the share that each payment of principal repays."""
    left = iter(shares)
    return tuple(
        # A last payment that comes after all level ones takes no share.
        segment._replace(share_due=next(left, segment.share_due))
        if segment.is_principal_payment
        else segment
        for segment in segments
    )
