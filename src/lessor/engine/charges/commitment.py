"""Floors (take-or-pay) and ceilings on other charges, settled when their window closes."""

from __future__ import annotations

from typing import NamedTuple

from lessor.core.numeric import Kind, Value, maximum
from lessor.engine.charges.segment import Line, Rated, net_of_lines
from lessor.engine.charges.setting import Setting, lower_names
from lessor.engine.charges.vat import VatTerms, line_of, lower_vat, net_of, nothing_of
from lessor.engine.charges.window import (
    WINDOW_MONTHS,
    Counted,
    WindowTerms,
    counted,
    lower_window,
    nothing_counted,
)
from lessor.terms.charges import Commitment

_BOUND = frozenset(("base_rent", "usage"))


class CommitmentTerms(NamedTuple):
    """A floor or ceiling as numbers of one kind; the amount is for `per_months` months."""

    name: str
    path: str
    kind: str
    amount: Value
    per_months: int
    window: WindowTerms
    of: tuple[int, ...]
    vat: VatTerms


def lower_commitment(name: str, path: str, said: Commitment, setting: Setting) -> CommitmentTerms:
    """The minimum or maximum that stands at `path`; it binds base rent and usage unless it says."""
    return CommitmentTerms(
        name=name,
        path=path,
        kind=said.kind,
        amount=setting.kind.number(said.amount, f"{path}.amount"),
        per_months=WINDOW_MONTHS[said.per],
        window=lower_window(said.window, setting.term),
        of=lower_names(said.of, setting, otherwise=_BOUND),
        vat=lower_vat(said, path, setting.kind, setting.vat),
    )


def initial_commitment(kind: Kind) -> Counted:
    """Nothing billed yet."""
    return nothing_counted(kind.given(0))


def rate_commitment(terms: CommitmentTerms, state: Counted, inputs: Rated) -> tuple[Line, Counted]:
    """What is added or taken off when a window closes; nothing before.

    minimum: net = maximum(bound - billed, 0); maximum: net = -maximum(billed - bound, 0), with
    bound = amount x service in the window / what the amount is per, and billed the charges that
    it binds, net of VAT. Service counts months weighted with the capacity in service, so a broken
    window has a smaller bound; a rent-free time lowers what is billed, not the bound.
    """
    billed = net_of_lines(inputs.lines, terms.of, terms.vat.zero)
    filled = counted(terms.window, state, inputs.segment, billed)
    if terms.window.name not in inputs.segment.closes:
        return nothing_of(terms.vat), filled
    bound = net_of(terms.vat, terms.amount * filled.served / terms.per_months)
    if terms.kind == "minimum":
        net = maximum(bound - filled.billed, 0)
    else:
        net = 0 - maximum(filled.billed - bound, 0)
    return line_of(terms.vat, filled.served / terms.per_months, net), nothing_counted(
        terms.vat.zero
    )
