"""Checks of finance leases: what they have beside a loan."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from lessor.core.dates import whole_months_between
from lessor.core.issue import Severity
from lessor.terms.check_draws import draw_in_time, within_commitment
from lessor.terms.deal import Deal
from lessor.terms.facilities import Facility, RentalTerms
from lessor.terms.findings import (
    Finding,
    above_zero,
    figure,
    one_of,
    percent,
    rising,
    without_effect,
)
from lessor.terms.interest import FREQUENCY_MONTHS
from lessor.terms.loan_size import at_closing, principal_of
from lessor.terms.plan_dates import maturity
from lessor.terms.source import Path

FINANCE_LEASES = ("direct_lease", "sale_leaseback", "vendor_lease")
_INSTEAD_OF_RENTS = ("steps", "payment", "balloon", "balloon_amount", "amortization")


def check_finance_leases(deal: Deal) -> Iterator[Finding]:
    """The rental terms of each finance lease.

    Issues: choice-of-one, missing-field, shares-above-one, rents-not-term, not-positive,
    points-not-rising, draws-above-commitment, draw-outside-availability, draw-after-maturity,
    date-before-closing; warnings without-effect, rents-below-financed.
    """
    for name, facility in deal.facilities.items():
        rental, path = facility.rental, ("facilities", name, "rental")
        if rental is None:
            continue
        if facility.kind not in FINANCE_LEASES:
            yield Finding(
                "choice-of-one",
                path,
                f"rental terms are those of a finance lease, and this is a {facility.kind}",
                "write `kind: direct_lease`, `sale_leaseback` or `vendor_lease`, or take them away",
            )
        yield from _kept_back(rental, path)
        yield from list(_rents(deal, facility, path)) or _rents_repay(deal, name, path)
        if rental.residual is not None:
            yield from one_of(rental.residual, (*path, "residual"), ("share", "amount"))
        yield from _vat(rental, path)
        yield from _take_downs(deal, name, path)


def _kept_back(rental: RentalTerms, path: Path) -> Iterator[Finding]:
    kept = rental.deposit + rental.service_fee
    if kept >= 1:
        yield Finding(
            "shares-above-one",
            (*path, "deposit"),
            f"deposit and service fee take {percent(kept)} of what is financed, and leave nothing",
            "make `deposit` and `service_fee` sum to less than 100%",
        )
    if not rental.deposit and "deposit_use" in rental.model_fields_set:
        yield without_effect((*path, "deposit_use"), "there is no deposit")


def _rents(deal: Deal, facility: Facility, path: Path) -> Iterator[Finding]:
    rental, repayment = facility.rental, facility.repayment
    if rental is None or not rental.rents:
        return
    said = [name for name in _INSTEAD_OF_RENTS if getattr(repayment, name)]
    if said:
        yield Finding(
            "choice-of-one",
            (*path, "rents"),
            f"the table says every rent, and `{said[0]}` of the repayment says another",
            f"take `{said[0]}` away from `repayment:`, or the table",
        )
    end = maturity(deal, facility)
    if end is None or end <= deal.closing_date or facility.dates is not None:
        return
    each = FREQUENCY_MONTHS[repayment.frequency]
    # A broken last period has its rent too.
    wanted = -(-whole_months_between(deal.closing_date, end) // each) or 1
    listed = sum(row.times for row in rental.rents)
    if listed != wanted:
        yield Finding(
            "rents-not-term",
            (*path, "rents"),
            f"the table has {listed} rents, and the lease has {wanted} to its end on {end}",
            f"list {wanted} rents, or write another `until:` or `frequency:`",
        )


def _rents_repay(deal: Deal, name: str, path: Path) -> Iterator[Finding]:
    """Rents by table and what is left at the end repay what is financed, or cost less than it."""
    rental, financed = deal.facilities[name].rental, principal_of(deal, name)
    if rental is None or not rental.rents or financed is None:
        return
    rents, residual = Decimal(0), Decimal(0)
    for row in rental.rents:
        has_vat = row.amount.tax == "included" and rental.vat_on == "rent"
        rent = at_closing(deal, row.amount)
        if rent is None:
            return
        rents += rent * row.times / (1 + rental.vat * has_vat)
    if rental.residual is not None:
        held = rental.residual
        worth = None if held.amount is None else at_closing(deal, held.amount)
        residual = financed * (held.share or 0) if worth is None else worth
    if rents + residual < financed:
        beside = f" with the residual of {figure(residual)}" if residual else ""
        yield Finding(
            "rents-below-financed",
            (*path, "rents"),
            f"the rents sum to {figure(rents)} {deal.currency}{beside}, less than the "
            f"{figure(financed)} financed: the rate that they contain is below 0",
            "check the amounts and `times:`, or lower the principal",
            Severity.WARNING,
        )


def _vat(rental: RentalTerms, path: Path) -> Iterator[Finding]:
    if rental.vat_on != "none" and "vat" not in rental.model_fields_set:
        yield Finding(
            "missing-field",
            path,
            f"VAT falls on the {rental.vat_on}, and its rate is not said",
            "add `vat: 13%`, with your own figure",
        )
    if rental.vat_on == "none" and rental.vat > 0:
        yield without_effect(
            (*path, "vat"),
            "VAT falls on nothing",
            "add `vat_on: rent` or `vat_on: interest`, or take it away",
        )


def _take_downs(deal: Deal, name: str, path: Path) -> Iterator[Finding]:
    facility = deal.facilities[name]
    rental, size = facility.rental, principal_of(deal, name)
    if rental is None:
        return
    limit = None if rental.framework is None else at_closing(deal, rental.framework)
    if limit is not None and size is not None and size > limit:
        yield Finding(
            "draws-above-commitment",
            (*path, "framework"),
            f"the principal is {figure(size)} {deal.currency}, and the framework is for "
            f"{figure(limit)}",
            "lower the principal, or raise the framework",
        )
    if rental.take_downs and facility.draws:
        yield Finding(
            "choice-of-one",
            (*path, "take_downs"),
            "the lease has both take-downs and planned draws",
            "keep one of the two lists",
        )
    yield from rising(rental.take_downs, (*path, "take_downs"), "date")
    for index, each in enumerate(rental.take_downs):
        where: Path = (*path, "take_downs", index)
        yield from above_zero(each.amount.amount, (*where, "amount"), "a take-down")
        yield from draw_in_time(deal, facility, each.date, (*where, "date"))
    taken = [at_closing(deal, each.amount) for each in rental.take_downs]
    yield from within_commitment(deal, name, taken, (*path, "take_downs"))
