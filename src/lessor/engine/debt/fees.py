"""What a lender charges beside interest: on draws, on what is not drawn, on repayment, a year."""

from __future__ import annotations

from typing import NamedTuple

from lessor.core.numeric import Kind, Value, either, where
from lessor.engine.debt.schedule import Convert, SegmentTerms
from lessor.terms.facilities import Facility


class FeeTerms(NamedTuple):
    """Fees as numbers of one kind; what is None is not charged.

    `draw`: share of each draw, with the discount that the lender keeps. `undrawn`: a year, on
    `commitment` less what was drawn. `exit`: share of each repayment. `agency`: an amount a year.
    """

    draw: Value | None = None
    undrawn: Value | None = None
    exit: Value | None = None
    agency: Value | None = None
    commitment: Value | None = None


def lower_fees(
    name: str,
    facility: Facility,
    *,
    kind: Kind,
    convert: Convert | None = None,
    commitment: Value | None = None,
) -> FeeTerms:
    """The fees at `facilities.<name>.fees` but for the up-front one, which sizing reckons with."""
    fees, path = facility.fees, f"facilities.{name}.fees"
    on_draw = lower_draw_fee(name, facility, kind=kind)
    agency = None
    if fees.agency is not None:
        agency = kind.number(fees.agency.amount, f"{path}.agency.amount")
        if convert is not None:
            agency = convert(agency, fees.agency.currency)
    return FeeTerms(
        draw=on_draw,
        undrawn=kind.number(fees.undrawn, f"{path}.undrawn") if fees.undrawn else None,
        exit=kind.number(fees.exit, f"{path}.exit") if fees.exit else None,
        agency=agency,
        commitment=commitment,
    )


def lower_draw_fee(name: str, facility: Facility, *, kind: Kind) -> Value | None:
    """The share of each draw that is paid with it or kept by the lender; None where none is."""
    fees, path = facility.fees, f"facilities.{name}.fees"
    if not fees.on_draw and not fees.discount:
        return None
    on_draw = kind.number(fees.on_draw, f"{path}.on_draw")
    return on_draw + kind.number(fees.discount, f"{path}.discount")


class Undrawn(NamedTuple):
    """A segment as fees see it: drawn before it, its draws x their fractions, what is owed."""

    original: Value
    drawn_years: Value | None
    outstanding: Value


def fees_accrued(terms: FeeTerms, segment: SegmentTerms, undrawn: Undrawn) -> Value | None:
    """Fees of one segment; None where the loan has none.

    undrawn x ((commitment - drawn before) x year_fraction - each draw x its year_fraction), while
    the loan may be drawn, + agency x years of service with each payment until it is repaid.
    """
    fee: Value | None = None
    if terms.undrawn is not None and terms.commitment is not None and segment.is_available:
        years = (terms.commitment - undrawn.original) * segment.year_fraction
        if undrawn.drawn_years is not None:
            years = years - undrawn.drawn_years
        fee = terms.undrawn * years
    if terms.agency is not None and segment.service_years is not None:
        is_served = either(undrawn.outstanding > 0, undrawn.original <= 0)
        nothing = 0 * undrawn.original
        service = where(is_served, terms.agency * segment.service_years, nothing)
        fee = service if fee is None else fee + service
    return fee
