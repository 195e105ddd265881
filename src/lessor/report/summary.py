"""A deal in a few lines: what is bought, let, spent and borrowed, as the file says it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from lessor.report.charge_text import charge_text, cost_text, per_text
from lessor.report.layout import indented
from lessor.report.number_text import exact_percent, plain, said_amount

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lessor.terms.assets import Asset, LeasedIn
    from lessor.terms.deal import Deal
    from lessor.terms.facilities import Facility
    from lessor.terms.interest import Rate
    from lessor.terms.leases import Lease
    from lessor.terms.load import Loaded
    from lessor.terms.money import Money
    from lessor.terms.repayment import Repayment
    from lessor.terms.taxes import Taxes

_LABEL_WIDTH = 10


def checked(loaded: Loaded) -> Iterable[RenderableType]:
    """What `lessor check` shows of a deal without errors."""
    yield from summary(loaded.deal)
    found = "see the notes on stderr" if loaded.issues else "no faults"
    yield Text(f"{loaded.source.file}: can be underwritten, {found}")


def summary(deal: Deal) -> Iterable[RenderableType]:
    """The deal's name and its terms in a few lines."""
    yield Text(deal.deal, style="bold")
    lines = Table.grid(padding=(0, 2))
    lines.add_column(width=_LABEL_WIDTH, style="dim")
    lines.add_column(overflow="fold")
    for label, texts in _parts(deal):
        for index, text in enumerate(texts):
            lines.add_row("" if index else label, Text(text))
    yield indented(lines, below=1)


def _parts(deal: Deal) -> Iterator[tuple[str, list[str]]]:
    horizon = f", {deal.horizon} long" if deal.horizon else ""
    yield "Plan", [f"from {deal.closing_date}{horizon}, in {deal.currency}"]
    if deal.assets:
        yield "Buys", [_asset(name, asset, deal.currency) for name, asset in deal.assets.items()]
    if deal.leased_in:
        yield "Rents in", [_leased_in(each, deal.currency) for each in deal.leased_in.values()]
    if deal.leases:
        yield "Lets", [t for name, lease in deal.leases.items() for t in _lease(name, lease, deal)]
    if deal.costs:
        yield (
            "Spends",
            [f"{name}: {cost_text(cost, deal.currency)}" for name, cost in deal.costs.items()],
        )
    if deal.facilities:
        yield (
            "Borrows",
            [_facility(name, loan, deal.currency) for name, loan in deal.facilities.items()],
        )
    taxes = _taxes(deal.taxes)
    if taxes:
        yield "Taxes", [taxes]


def _said(said: Money, currency: str, per: str = "") -> str:
    vat = ", VAT included" if said.tax == "included" else ""
    return f"{said.currency or currency} {said_amount(said.amount)}{per}{vat}"


def _asset(name: str, asset: Asset, currency: str) -> str:
    what = f"{plain(asset.quantity)} {asset.model} ({name})" if asset.model else name
    if asset.model is None and asset.quantity != 1:
        what = f"{plain(asset.quantity)} {name}"
    if asset.unit_cost is not None:
        price = f" at {_said(asset.unit_cost, currency, ' each')}"
    elif asset.cost is not None:
        price = f" for {_said(asset.cost, currency)}"
    else:
        price = ""
    return f"{what}{price}{_residual(asset, currency)}"


def _residual(asset: Asset, currency: str) -> str:
    residual = asset.residual
    if residual.share:
        return f", sold at the end for {exact_percent(residual.share)} of cost"
    if residual.amount is not None and residual.amount.amount:
        return f", sold at the end for {_said(residual.amount, currency)}"
    return ", sold at the end at market value" if residual.market else ""


def _leased_in(item: LeasedIn, currency: str) -> str:
    what = f"{plain(item.quantity)} {item.model or 'servers'}"
    return f"{what} at {_said(item.rent, currency, f' {per_text(item.per)}')}, {item.term}"


def _lease(name: str, lease: Lease, deal: Deal) -> Iterator[str]:
    capacity = lease.capacity
    basis = f" {capacity.precision.upper()} {capacity.basis}" if capacity.unit == "pflops" else ""
    unit = {"gpus": "GPUs", "pflops": "PFLOPS"}.get(capacity.unit, capacity.unit)
    if capacity.quantity == 1 and capacity.unit != "pflops":
        unit = unit.removesuffix("s")
    grade = f" ({lease.lessee.grade})" if lease.lessee.grade else ""
    yield f"{name}: {plain(capacity.quantity)} {unit}{basis} to {lease.lessee.name}{grade}"
    billing = lease.billing
    yield f"{lease.term}, {_events(lease)}; billed {billing.frequency} in {billing.timing}"
    for label, charge in lease.charges.items():
        yield f"{label}: {charge_text(charge, deal.currency)}"


def _events(lease: Lease) -> str:
    events = lease.events
    told = [
        ("signed", events.signed),
        ("acceptance expected", None if events.accepted else events.expected_acceptance),
        ("accepted", events.accepted),
        ("terminated", events.terminated),
        ("ended", events.ended),
    ]
    shown = [f"{word} {day}" for word, day in told if day is not None]
    return ", ".join(shown) or "neither signed nor accepted"


def _facility(name: str, loan: Facility, currency: str) -> str:
    principal, rate, repayment = loan.principal, loan.rate, loan.repayment
    if principal.amount is not None:
        size = _said(principal.amount, currency)
    else:
        basis = principal.of.replace("_", " ")
        size = f"{exact_percent(principal.share or 0)} of {basis}"
    profile = repayment.profile.replace("_", " ")
    until = {"lease_end": "the end of the leases"}.get(str(repayment.until), str(repayment.until))
    compounding = "" if rate.compounding == "none" else f", {rate.compounding} compounding"
    return (
        f"{name}: {size} at {_rate(rate)} ({rate.basis}{compounding}), "
        f"{profile}, {_frequencies(repayment)}, to {until}"
    )


def _frequencies(repayment: Repayment) -> str:
    """How often a loan pays, with the changes."""
    later = (f"{step.frequency} from {step.from_}" for step in repayment.frequency_steps)
    return ", ".join((repayment.frequency, *later))


def _rate(rate: Rate) -> str:
    """A fixed rate, or a market rate with its spread and the share of it that is hedged."""
    if rate.value is not None:
        return exact_percent(rate.value)
    spread = f" + {exact_percent(rate.spread)}" if rate.spread else ""
    hedge = f", {exact_percent(rate.hedge.share)} hedged" if rate.hedge is not None else ""
    return f"{rate.index}{spread}{hedge}"


def _taxes(taxes: Taxes) -> str:
    said = []
    if taxes.preset:
        said.append(f"rates of {taxes.preset}")
    if taxes.vat is not None:
        rates = [("rent", taxes.vat.rent), ("equipment", taxes.vat.equipment)]
        rates.append(("costs", taxes.vat.costs))
        shown = [f"{exact_percent(rate)} on {item}" for item, rate in rates if rate]
        said.append(f"VAT {', '.join(shown)}" if shown else "VAT at no rate")
    if taxes.income is not None:
        said.append(f"income tax {exact_percent(taxes.income.rate)}")
    if taxes.stamp_duty is not None:
        said.append("stamp duty")
    return "; ".join(said)
