"""A cost of the deal charged on to the lessee."""

from __future__ import annotations

from typing import NamedTuple

from lessor.core.numeric import Value
from lessor.engine.charges.segment import Line, Rated
from lessor.engine.charges.setting import Setting
from lessor.engine.charges.vat import VatTerms, line_of, lower_vat, net_of
from lessor.terms.charges import PassThrough


class PassThroughTerms(NamedTuple):
    """A pass-through as numbers of one kind; `place` is its cost's place among those passed."""

    name: str
    path: str
    kind: str
    place: int
    share: Value
    margin: Value
    price: Value | None
    vat: VatTerms


def lower_pass_through(
    name: str, path: str, said: PassThrough, setting: Setting
) -> PassThroughTerms:
    """The pass-through that stands at `path`."""
    kind = setting.kind
    return PassThroughTerms(
        name=name,
        path=path,
        kind=said.kind,
        place=[charge.kind for charge in setting.before].count(said.kind),
        share=kind.number(said.share, f"{path}.share"),
        margin=kind.number(said.margin, f"{path}.margin"),
        price=None if said.price is None else kind.number(said.price, f"{path}.price"),
        vat=lower_vat(said, path, kind, setting.vat),
    )


def rate_pass_through(
    terms: PassThroughTerms, state: tuple[()], inputs: Rated
) -> tuple[Line, tuple[()]]:
    """The cost charged on: net = share x cost x (1 + margin), or share x quantity x price.

    The cost comes net of VAT, so tax can be inside a price only.
    """
    passed = inputs.segment.passed[terms.place]
    quantity = terms.share * passed.quantity
    if terms.price is None:
        net = terms.share * passed.amount * (1 + terms.margin)
    else:
        net = quantity * net_of(terms.vat, terms.price)
    return line_of(terms.vat, quantity, net), state
