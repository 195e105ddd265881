"""A part of what the lessee earns on the leased capacity."""

from __future__ import annotations

from typing import NamedTuple

from lessor.core.numeric import Kind, Value, maximum, minimum
from lessor.engine.charges.segment import Line, Rated, net_of_lines
from lessor.engine.charges.setting import Setting, lower_names
from lessor.engine.charges.steps import StepTerms, graduated, lower_steps
from lessor.engine.charges.vat import VatTerms, line_of, lower_vat, net_of
from lessor.engine.charges.window import (
    Counted,
    WindowTerms,
    counted,
    lower_window,
    nothing_counted,
    whole_windows,
)
from lessor.terms.charges import RevenueShare


class RevenueShareTerms(NamedTuple):
    """A revenue share as numbers of one kind; None for a cap or floor that the contract lacks.

    against: places in the pipe of the charges that the share is set against.
    """

    name: str
    path: str
    kind: str
    bands: tuple[StepTerms, ...]
    above: Value
    cap: Value | None
    floor: Value | None
    against: tuple[int, ...]
    window: WindowTerms
    vat: VatTerms


class RevenueShareState(NamedTuple):
    """The lessee's revenue in the window, the window's service, and what was billed against."""

    revenue: Value
    window: Counted


def lower_revenue_share(
    name: str, path: str, said: RevenueShare, setting: Setting
) -> RevenueShareTerms:
    """The revenue share that stands at `path`; one share is a table of one open band."""
    kind = setting.kind
    if said.bands:
        listed = [(band.up_to, band.share) for band in said.bands]
        bands = lower_steps(listed, f"{path}.bands", "share", kind)
    elif said.share is not None:
        bands = (StepTerms(None, kind.number(said.share, f"{path}.share")),)
    else:
        raise ValueError(f"{path}: neither a share nor bands")
    return RevenueShareTerms(
        name=name,
        path=path,
        kind=said.kind,
        bands=bands,
        above=kind.number(said.above, f"{path}.above"),
        cap=None if said.cap is None else kind.number(said.cap, f"{path}.cap"),
        floor=None if said.floor is None else kind.number(said.floor, f"{path}.floor"),
        against=lower_names(said.greater_of, setting, otherwise=frozenset()),
        window=lower_window(said.window, setting.term),
        vat=lower_vat(said, path, kind, setting.vat),
    )


def initial_revenue_share(kind: Kind) -> RevenueShareState:
    """No revenue yet."""
    return RevenueShareState(kind.given(0), nothing_counted(kind.given(0)))


def rate_revenue_share(
    terms: RevenueShareTerms, state: RevenueShareState, inputs: Rated
) -> tuple[Line, RevenueShareState]:
    """The lessor's share of the segment's revenue; its quantity is that revenue.

    The share of the revenue beyond `above`, band by band, and at most the cap, runs up as the
    window goes; when the window closes it is raised to the floor, prorated by service in the
    window. Set against other charges (`greater_of`) nothing is paid before the window closes,
    and then only what the share, capped and floored, exceeds those charges by.
    """
    segment = inputs.segment
    before = terms.vat.zero if terms.window.name in segment.opens else state.revenue
    after = before + segment.lessee_revenue
    billed = net_of_lines(inputs.lines, terms.against, terms.vat.zero)
    window = counted(terms.window, state.window, segment, billed)
    is_closing = terms.window.name in segment.closes
    if len(terms.against) > 0 and not is_closing:
        line = Line(segment.lessee_revenue, terms.vat.zero, terms.vat.zero)
        return line, RevenueShareState(after, window)
    earned = share_of(terms, after)
    if is_closing and terms.floor is not None:
        earned = maximum(earned, whole_windows(terms.window, window.served, terms.floor))
    if len(terms.against) > 0:
        net = maximum(net_of(terms.vat, earned) - window.billed, 0)
    else:
        net = net_of(terms.vat, earned - share_of(terms, before))
    line = line_of(terms.vat, segment.lessee_revenue, net)
    if is_closing:
        return line, RevenueShareState(terms.vat.zero, nothing_counted(terms.vat.zero))
    return line, RevenueShareState(after, window)


def share_of(terms: RevenueShareTerms, revenue: Value) -> Value:
    """The share of a window's revenue, band by band and at most the cap."""
    share = graduated(terms.bands, maximum(revenue, terms.above)) - graduated(
        terms.bands, terms.above
    )
    return share if terms.cap is None else minimum(share, terms.cap)
