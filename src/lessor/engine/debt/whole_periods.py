"""The annuity of whole equal periods: what a payment table says that knows no days."""

from __future__ import annotations

from collections.abc import Sequence

from lessor.core.numeric import Kind, Value
from lessor.engine.debt.facility_terms import FacilityTerms
from lessor.engine.debt.schedule import PaymentFactors, RateTerms, SegmentTerms, whole_growth


def whole_period_gains(rate: RateTerms, months: Sequence[int], kind: Kind) -> list[Value]:
    """Interest on 1 over whole periods of so many months each, at one rate."""
    known = {
        length: whole_growth(rate._replace(payment_months=length), kind) for length in set(months)
    }
    return [known[length] for length in months]


def whole_period_factors(gains: Sequence[Value], *, in_advance: bool, kind: Kind) -> PaymentFactors:
    """The factors of equal payments, one a whole period, at the first rate of the loan.

    `gains`: interest on 1 over the period before each payment, in advance over the one after it.
    annuity = sum over the payments of 1 / product of (1 + gain) since the loan began; discount =
    1 / product of (1 + gain) of all.

    >>> from lessor.core.numeric import FLOAT
    >>> factors = whole_period_factors([0.105 / 12] * 60, in_advance=False, kind=FLOAT)
    >>> round(10_000_000 / factors.annuity, 8)
    214939.00378117
    """
    annuity, discount = kind.given(0), kind.given(1)
    for gain in reversed(_before(gains, in_advance=in_advance)):
        annuity = (1 + annuity) / (1 + gain)
    for gain in reversed(gains):
        discount = discount / (1 + gain)
    return PaymentFactors(gains[0], annuity * (1 + gains[0]) if in_advance else annuity, discount)


def _before(gains: Sequence[Value], *, in_advance: bool) -> list[Value]:
    """The gain before each payment; what stands before the first in advance is taken off again."""
    return [gains[0], *gains[:-1]] if in_advance else list(gains)


def principal_shares(
    factors: PaymentFactors, gains: Sequence[Value], *, in_advance: bool
) -> list[Value]:
    """The shares of what is repaid by the table that each payment repays; they sum to 1.

    share = 1 / annuity - gain x share still outstanding; the first payment in advance bears no
    interest.
    """
    payment, left = 1 / factors.annuity, None
    free = 1 if in_advance else 0
    shares: list[Value] = []
    for index, gain in enumerate(_before(gains, in_advance=in_advance)):
        owed = 1 if left is None else left
        share = payment - gain * owed if index >= free else payment
        shares.append(share)
        left = owed - share
    return shares


def with_whole_periods(
    terms: FacilityTerms,
    segments: tuple[SegmentTerms, ...],
    *,
    in_advance: bool,
    kind: Kind,
    months: Sequence[int] = (),
) -> tuple[FacilityTerms, tuple[SegmentTerms, ...]]:
    """The loan and its segments with the annuity of whole equal periods, where its profile has one.

    `level_payment` is found from it, `principal_table` repays its shares. `in_advance`: the first
    payment of principal falls on closing. `months`: those of the payment period of each segment,
    where the frequency of payments changes.
    """
    if terms.profile.name not in ("level_payment", "principal_table"):
        return terms, segments
    count = next(each for each in segments if each.is_principal_payment).payments_left
    if count == 0:
        # All principal falls at maturity.
        return terms, segments
    rate = terms.rate._replace(value=terms.zero) if terms.is_flat else terms.rate
    lengths = [rate.payment_months] * count
    if months:
        lengths = _of_payments(segments, months, in_advance=in_advance)[:count]
    gains = whole_period_gains(rate, lengths, kind)
    whole = whole_period_factors(gains, in_advance=in_advance, kind=kind)
    terms = terms._replace(profile=terms.profile._replace(whole=whole))
    if terms.profile.name == "level_payment":
        return terms, segments
    return terms, with_shares(segments, principal_shares(whole, gains, in_advance=in_advance))


def _of_payments(
    segments: Sequence[SegmentTerms], months: Sequence[int], *, in_advance: bool
) -> list[int]:
    """The months of the whole period before each payment of principal, or in advance after it."""
    paying = zip(segments, months, strict=True)
    before = [length for segment, length in paying if segment.is_principal_payment]
    # Nothing is left after the last payment in advance, unless a balloon follows it.
    return [*before[1:], before[-1]] if in_advance else before


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
