"""Money back for availability below what was promised."""

from __future__ import annotations

from typing import NamedTuple

from lessor.core.numeric import Value, minimum, where
from lessor.engine.charges.availability import AvailabilityTerms, lower_availability
from lessor.engine.charges.segment import Line, Rated, net_of_lines, vat_of_lines
from lessor.engine.charges.setting import Setting, lower_names
from lessor.terms.charges import ServiceCredit

_RENT = frozenset(("base_rent",))


class CreditBandTerms(NamedTuple):
    """Below which availability, what share of the rent is credited."""

    below: Value
    credit: Value


class ServiceCreditTerms(NamedTuple):
    """A service credit as numbers of one kind; bands from the highest availability down.

    measure: how the availability of a segment is found where it is metered, by the driver.
    """

    name: str
    path: str
    kind: str
    bands: tuple[CreditBandTerms, ...]
    cap: Value
    of: tuple[int, ...]
    measure: AvailabilityTerms
    zero: Value


def lower_service_credit(
    name: str, path: str, said: ServiceCredit, setting: Setting
) -> ServiceCreditTerms:
    """The service credit that stands at `path`; base rent is credited unless it says otherwise."""
    ordered = sorted(enumerate(said.bands), key=lambda item: -item[1].below)
    return ServiceCreditTerms(
        name=name,
        path=path,
        kind=said.kind,
        bands=tuple(
            CreditBandTerms(
                setting.kind.number(band.below, f"{path}.bands[{i}].below"),
                setting.kind.number(band.credit, f"{path}.bands[{i}].credit"),
            )
            for i, band in ordered
        ),
        cap=setting.kind.number(said.cap, f"{path}.cap"),
        of=lower_names(said.of, setting, otherwise=_RENT),
        measure=lower_availability(said),
        zero=setting.kind.given(0),
    )


def rate_service_credit(
    terms: ServiceCreditTerms, state: tuple[()], inputs: Rated
) -> tuple[Line, tuple[()]]:
    """The credit of a segment: net = -minimum(credit of the band reached, cap) x rent.

    The lowest band that the availability falls below decides. A credit takes the VAT of the rent
    back with it; its quantity is the share credited. A forecast takes every credit as claimed.
    """
    share = terms.zero
    for band in terms.bands:
        share = where(inputs.segment.availability < band.below, band.credit, share)
    share = minimum(share, terms.cap)
    net = net_of_lines(inputs.lines, terms.of, terms.zero)
    vat = vat_of_lines(inputs.lines, terms.of, terms.zero)
    return Line(share, 0 - share * net, 0 - share * vat), state
