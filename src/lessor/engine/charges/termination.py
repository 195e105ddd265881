"""What is paid when a lease is ended early after acceptance."""

from __future__ import annotations

from typing import NamedTuple

from lessor.core.numeric import Value, maximum
from lessor.engine.charges.segment import Line, Rated
from lessor.engine.charges.setting import Setting
from lessor.engine.charges.vat import VatTerms, line_of, lower_vat, nothing_of
from lessor.terms.charges import Termination


class TerminationTerms(NamedTuple):
    """A payment for termination as numbers of one kind."""

    name: str
    path: str
    kind: str
    share: Value
    relet_credit: Value
    vat: VatTerms


def lower_termination(
    name: str, path: str, said: Termination, setting: Setting
) -> TerminationTerms:
    """The payment that stands at `path`; it bears VAT as the (first) rent it stands for."""
    kind = setting.kind
    of_rents = [charge.vat for charge in setting.before if charge.kind == "base_rent"]
    vat = of_rents[0] if of_rents else lower_vat(None, path, kind, setting.vat)
    return TerminationTerms(
        name=name,
        path=path,
        kind=said.kind,
        share=kind.number(said.share, f"{path}.share"),
        relet_credit=kind.number(said.relet_credit, f"{path}.relet_credit"),
        vat=vat._replace(is_included=False),
    )


def rate_termination(
    terms: TerminationTerms, state: tuple[()], inputs: Rated
) -> tuple[Line, tuple[()]]:
    """The payment: net = maximum(share - relet_credit, 0) x remaining base rent, at the early end.

    What becomes of a prepayment not yet drawn down is settled in `billing`.
    """
    remaining = inputs.segment.remaining_rent
    if not inputs.segment.is_terminated:
        return nothing_of(terms.vat), state
    share = maximum(terms.share - terms.relet_credit, 0)
    return line_of(terms.vat, remaining, share * remaining), state
