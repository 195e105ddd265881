"""Terms of a deal in words of the reader's language: charges, costs, sizes, rates, repayment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from lessor.report.memo.writing import Pen
from lessor.report.tongues import msg
from lessor.terms.charges import (
    BaseRent,
    Charge,
    Commitment,
    LateDelivery,
    PassThrough,
    Priced,
    RevenueShare,
    ServiceCredit,
    Termination,
    Usage,
)
from lessor.terms.costs import (
    AnyCost,
    CabinetCost,
    FixedCost,
    MaintenanceCost,
    OneOffCost,
    PowerCost,
    RentShareCost,
)

if TYPE_CHECKING:
    from lessor.terms.assets import Asset
    from lessor.terms.facilities import Facility
    from lessor.terms.interest import Rate
    from lessor.terms.leases import Lease
    from lessor.terms.money import Money
    from lessor.terms.scalars import Duration

PER: Mapping[str, str] = MappingProxyType(
    {
        "total": msg("{amount} in all"),
        "gpu_hour": msg("{amount} a GPU-hour"),
        "gpu_month": msg("{amount} a GPU-month"),
        "gpu_second": msg("{amount} a GPU-second"),
        "server_month": msg("{amount} a server-month"),
        "server_year": msg("{amount} a server-year"),
        "cluster_month": msg("{amount} a month"),
        "month": msg("{amount} a month"),
        "quarter": msg("{amount} a quarter"),
        "year": msg("{amount} a year"),
        "pflops_year": msg("{amount} a PFLOPS-year"),
        "kwh": msg("{amount} a kWh"),
        "kw_month": msg("{amount} a kW-month"),
        "thousand": msg("{amount} a thousand"),
        "million": msg("{amount} a million"),
        "unit": msg("{amount} a unit"),
        "term": msg("{amount} over the term"),
    }
)
"""An amount for something."""

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "term_loan": msg("term loan"),
        "delayed_draw": msg("delayed draw loan"),
        "notes": msg("notes"),
        "direct_lease": msg("direct finance lease"),
        "sale_leaseback": msg("sale and leaseback"),
        "vendor_lease": msg("vendor lease"),
    }
)
"""Kinds of facilities."""

PROFILES: Mapping[str, str] = MappingProxyType(
    {
        "level": msg("level payments"),
        "level_payment": msg("level payments"),
        "equal_principal": msg("equal principal"),
        "bullet": msg("bullet"),
        "sculpted": msg("sculpted to cash"),
        "custom": msg("by its own table"),
        "principal_table": msg("by its own table"),
    }
)

FREQUENCIES: Mapping[str, str] = MappingProxyType(
    {
        "monthly": msg("monthly"),
        "quarterly": msg("quarterly"),
        "semiannual": msg("half-yearly"),
        "annual": msg("yearly"),
    }
)

BASES: Mapping[str, str] = MappingProxyType(
    {
        "hardware": msg("{share} of the servers"),
        "capex": msg("{share} of all assets"),
        "input_vat": msg("{share} of the VAT on assets"),
        "total_uses": msg("{share} of all uses"),
    }
)
"""What a loan's share is of."""


def worded(table: Mapping[str, str], word: str, pen: Pen) -> str:
    """A word of the language by its table; one that the table lacks as it is written."""
    return pen.say(table[word]) if word in table else word.replace("_", " ")


def for_each(amount: str, per: str, pen: Pen) -> str:
    """An amount for something: `CNY 1.45bn a year`."""
    if per in PER:
        return pen.say(PER[per], amount=amount)
    return pen.say("{amount} per {unit}", amount=amount, unit=per.replace("_", " "))


def length(value: Duration, pen: Pen) -> str:
    """A length of time."""
    if value.months:
        return pen.say("{months} months", months=pen.tongue.number(value.months))
    return pen.say("{days} days", days=pen.tongue.number(value.days))


def said_money(said: Money, pen: Pen) -> str:
    """An amount that a file states, with its own currency, and VAT where that is inside."""
    amount = pen.price(said.amount, said.currency)
    return _with_vat(amount, said.tax == "included", pen)


def _with_vat(text: str, is_included: bool, pen: Pen) -> str:
    return pen.say("{amount}, VAT included", amount=text) if is_included else text


def charge_words(charge: Charge, pen: Pen) -> str:
    """What a lease charges under one name."""
    if isinstance(charge, Priced):
        said = _priced(charge, Pen(pen.tongue, charge.currency or pen.currency))
        return _with_vat(said, charge.tax == "included", pen)
    if isinstance(charge, ServiceCredit):
        cap = pen.exact_percent(charge.cap)
        return pen.say("service credit, at most {share} of a month's rent", share=cap)
    if isinstance(charge, LateDelivery):
        return _late_delivery(charge, pen)
    return _termination(charge, pen)


def _priced(charge: BaseRent | Usage | Commitment | RevenueShare | PassThrough, pen: Pen) -> str:
    if isinstance(charge, BaseRent):
        return _base_rent(charge, pen)
    if isinstance(charge, Usage):
        return _usage(charge, pen)
    if isinstance(charge, Commitment):
        amount = for_each(pen.price(charge.amount), charge.per, pen)
        if charge.kind == "minimum":
            return pen.say("at least {amount}", amount=amount)
        return pen.say("at most {amount}", amount=amount)
    if isinstance(charge, RevenueShare):
        return _revenue_share(charge, pen)
    return _pass_through(charge, pen)


def _base_rent(charge: BaseRent, pen: Pen) -> str:
    amount = for_each(pen.price(charge.amount), charge.per, pen)
    if charge.escalator is None:
        return amount
    return pen.say(
        "{amount}, rising {rate} every {time}",
        amount=amount,
        rate=pen.exact_percent(charge.escalator.rate),
        time=length(charge.escalator.every, pen),
    )


def _usage(charge: Usage, pen: Pen) -> str:
    if charge.tiers:
        return pen.say("{meter} in {count} steps", meter=charge.meter, count=len(charge.tiers))
    price = for_each(pen.price(charge.price or 0), charge.per, pen)
    if charge.package is not None:
        units = pen.tongue.number(charge.package)
        return pen.say(
            "{meter} at {price}, in packages of {units}",
            meter=charge.meter,
            price=price,
            units=units,
        )
    return pen.say("{meter} at {price}", meter=charge.meter, price=price)


def _revenue_share(charge: RevenueShare, pen: Pen) -> str:
    if charge.share is not None:
        shares = pen.exact_percent(charge.share)
    else:
        shares = " / ".join(pen.exact_percent(band.share) for band in charge.bands)
    parts = [pen.say("{share} of the lessee's token revenue", share=shares)]
    if charge.above:
        parts.append(pen.say("above {amount}", amount=pen.price(charge.above)))
    for english, limit in (
        (msg("at least {amount}"), charge.floor),
        (msg("at most {amount}"), charge.cap),
    ):
        if limit is not None:
            amount = for_each(pen.price(limit), charge.window, pen)
            parts.append(pen.say(english, amount=amount))
    return _listed(parts, pen)


def _pass_through(charge: PassThrough, pen: Pen) -> str:
    if charge.price is not None:
        return pen.say("{cost} at {price} a unit", cost=charge.cost, price=pen.price(charge.price))
    if charge.margin:
        margin = pen.exact_percent(charge.margin)
        return pen.say("{cost} at cost and {margin}", cost=charge.cost, margin=margin)
    return pen.say("{cost} at cost", cost=charge.cost)


def _late_delivery(charge: LateDelivery, pen: Pen) -> str:
    if charge.per_day is not None:
        amount = pen.price(charge.per_day.amount, charge.per_day.currency)
        return pen.say("{amount} a day of late delivery", amount=amount)
    share = pen.exact_percent(charge.share_of_rent or 0)
    return pen.say("{share} of the month's rent a day of late delivery", share=share)


def _termination(charge: Termination, pen: Pen) -> str:
    share = pen.exact_percent(charge.share)
    if not charge.relet_credit:
        return pen.say("{share} of the remaining rents on early termination", share=share)
    return pen.say(
        "{share} of the remaining rents on early termination, less {credit} of them for re-letting",
        share=share,
        credit=pen.exact_percent(charge.relet_credit),
    )


def _listed(parts: list[str], pen: Pen) -> str:
    """Parts of a description one after the other, as the language sets them apart."""
    joint = ", " if pen.tongue.language == "en" else "，"
    return joint.join(parts)


def cost_words(cost: AnyCost, pen: Pen) -> str:
    """What running the cluster costs under one name."""
    if isinstance(cost, MaintenanceCost):
        return pen.say("{share} of cost a year", share=pen.exact_percent(cost.share))
    if isinstance(cost, RentShareCost):
        return pen.say("{share} of rent", share=pen.exact_percent(cost.share))
    amount = pen.price(cost.amount, cost.currency)
    if isinstance(cost, FixedCost):
        text = for_each(amount, cost.per, pen)
        if cost.quantity != 1:
            count = pen.tongue.number(cost.quantity)
            text = pen.say("{count} times {amount}", count=count, amount=text)
    elif isinstance(cost, CabinetCost):
        text = for_each(amount, "kw_month", pen)
    elif isinstance(cost, PowerCost):
        text = for_each(amount, "kwh", pen)
    elif isinstance(cost, OneOffCost):
        text = pen.say("{amount} once", amount=amount)
    else:
        text = pen.say("{amount} per {unit}", amount=amount, unit=cost.meter)
    return _with_vat(text, cost.tax == "included", pen)


def residual_words(asset: Asset, pen: Pen) -> str:
    """What an asset is sold for."""
    residual = asset.residual
    if residual.share:
        return pen.say("{share} of cost", share=pen.exact_percent(residual.share))
    if residual.amount is not None and residual.amount.amount:
        return said_money(residual.amount, pen)
    if residual.market or residual.curve:
        return pen.say("market value")
    return pen.say("nothing")


def capacity_words(lease: Lease, pen: Pen) -> str:
    """What is let."""
    capacity = lease.capacity
    count = pen.tongue.number(capacity.quantity)
    if capacity.unit == "pflops":
        basis = f"{capacity.precision.upper()} {capacity.basis}"
        return pen.say("{count} PFLOPS, {basis}", count=count, basis=basis)
    if capacity.unit == "gpus":
        return pen.say("{count} GPUs", count=count)
    return pen.say("{count} servers", count=count)


def state_words(lease: Lease, pen: Pen) -> str:
    """What has happened to a lease, or is expected to, with its days."""
    return _listed([*_events(lease, pen)], pen) or pen.say("neither signed nor accepted")


def _events(lease: Lease, pen: Pen) -> Iterator[str]:
    events = lease.events
    expected = None if events.accepted else events.expected_acceptance
    for english, day in (
        (msg("signed {day}"), events.signed),
        (msg("acceptance expected {day}"), expected),
        (msg("accepted {day}"), events.accepted),
        (msg("terminated {day}"), events.terminated),
        (msg("ended {day}"), events.ended),
    ):
        if day is not None:
            yield pen.say(english, day=pen.tongue.short_day(day))


def size_words(loan: Facility, pen: Pen) -> str:
    """How much may be borrowed."""
    principal = loan.principal
    if principal.amount is not None:
        return said_money(principal.amount, pen)
    share = pen.exact_percent(principal.share or 0)
    return pen.say(BASES[principal.of], share=share)


def rate_words(rate: Rate, pen: Pen) -> str:
    """A fixed rate, or a market rate with its spread and the share of it that is hedged."""
    if rate.value is not None:
        said = pen.exact_percent(rate.value)
    elif rate.spread:
        said = pen.say(
            "{index} + {spread}", index=rate.index, spread=pen.exact_percent(rate.spread)
        )
    else:
        said = str(rate.index)
    if rate.hedge is not None:
        share = pen.exact_percent(rate.hedge.share)
        return pen.say("{rate}, {share} hedged", rate=said, share=share)
    return said


def repayment_words(loan: Facility, pen: Pen) -> str:
    """How a loan comes back: its profile, how often, and to when."""
    repayment = loan.repayment
    until = str(repayment.until)
    if until == "lease_end":
        until = pen.say("the end of the leases")
    return pen.say(
        "{profile}, {frequency}, to {until}",
        profile=worded(PROFILES, repayment.profile, pen),
        frequency=worded(FREQUENCIES, repayment.frequency, pen),
        until=until,
    )
