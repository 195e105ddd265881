"""A charge or a cost in one line, as the file says it."""

from __future__ import annotations

from decimal import Decimal

from lessor.report.number_text import exact_percent, plain, said_amount
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

_PER = {
    "total": "in all",
    "gpu_hour": "a GPU-hour",
    "gpu_month": "a GPU-month",
    "gpu_second": "a GPU-second",
    "server_month": "a server-month",
    "server_year": "a server-year",
    "cluster_month": "a month",
    "pflops_year": "a PFLOPS-year",
    "kwh": "a kWh",
}

_COUNTED = {
    "unit": "units",
    "gpu_hour": "GPU-hours",
    "gpu_second": "GPU-seconds",
    "kwh": "kWh",
}


def per_text(per: str) -> str:
    """What an amount is for, in words: `a server-month`."""
    return _PER.get(per, f"a {per.replace('_', ' ')}")


def _said(value: Decimal, currency: str) -> str:
    return f"{currency} {said_amount(value)}"


def charge_text(charge: Charge, currency: str) -> str:
    """What a lease charges under one name."""
    if isinstance(charge, Priced):
        vat = ", VAT included" if charge.tax == "included" else ""
        return f"{_priced(charge, charge.currency or currency)}{vat}"
    if isinstance(charge, ServiceCredit):
        return f"service credit, at most {exact_percent(charge.cap)} of a month's rent"
    if isinstance(charge, LateDelivery):
        return _late_delivery(charge, currency)
    return _termination(charge)


def _termination(charge: Termination) -> str:
    relet = ""
    if charge.relet_credit:
        relet = f", less {exact_percent(charge.relet_credit)} of them for re-letting"
    return f"{exact_percent(charge.share)} of the remaining rents{relet} on early termination"


def _priced(
    charge: BaseRent | Usage | Commitment | RevenueShare | PassThrough, currency: str
) -> str:
    if isinstance(charge, BaseRent):
        return _base_rent(charge, currency)
    if isinstance(charge, Usage):
        return _usage(charge, currency)
    if isinstance(charge, Commitment):
        word = "at least" if charge.kind == "minimum" else "at most"
        return f"{word} {_said(charge.amount, currency)} {per_text(charge.per)}"
    if isinstance(charge, RevenueShare):
        return _revenue_share(charge, currency)
    return _pass_through(charge, currency)


def _base_rent(charge: BaseRent, currency: str) -> str:
    rises = ""
    if charge.escalator is not None:
        rises = f", {exact_percent(charge.escalator.rate)} every {charge.escalator.every}"
    return f"{_said(charge.amount, currency)} {per_text(charge.per)}{rises}"


def _usage(charge: Usage, currency: str) -> str:
    per = "" if charge.per == "unit" else f" {per_text(charge.per)}"
    if charge.tiers:
        return f"{charge.meter}{per}, {len(charge.tiers)} steps, {charge.mode}"
    price = _said(charge.price or Decimal(0), currency)
    if charge.package is not None:
        counted = _COUNTED.get(charge.per, charge.per.replace("_", " "))
        return f"{charge.meter} at {price} a package of {plain(charge.package)} {counted}"
    return f"{charge.meter} at {price}{per or ' a unit'}"


def _revenue_share(charge: RevenueShare, currency: str) -> str:
    if charge.share is not None:
        shares = exact_percent(charge.share)
    else:
        shares = " / ".join(exact_percent(band.share) for band in charge.bands)
    above = f" above {_said(charge.above, currency)}" if charge.above else ""
    window = "over the term" if charge.window == "term" else per_text(charge.window)
    limits = [
        f"{word} {_said(limit, currency)}"
        for word, limit in (("at least", charge.floor), ("at most", charge.cap))
        if limit is not None
    ]
    bounded = f", {' and '.join(limits)} {window}" if limits else ""
    return f"{shares} of the lessee's token revenue{above}{bounded}"


def _pass_through(charge: PassThrough, currency: str) -> str:
    if charge.price is not None:
        return f"{charge.cost} at {_said(charge.price, currency)} a unit"
    margin = f" and {exact_percent(charge.margin)}" if charge.margin else ""
    return f"{charge.cost} at cost{margin}"


def _late_delivery(charge: LateDelivery, currency: str) -> str:
    if charge.per_day is not None:
        amount = _said(charge.per_day.amount, charge.per_day.currency or currency)
        return f"{amount} a day of late delivery"
    return f"{exact_percent(charge.share_of_rent or 0)} of the month's rent a day of late delivery"


def cost_text(cost: AnyCost, currency: str) -> str:
    """What running the cluster costs under one name."""
    if isinstance(cost, MaintenanceCost):
        return f"{exact_percent(cost.share)} of cost a year"
    if isinstance(cost, RentShareCost):
        return f"{exact_percent(cost.share)} of rent"
    amount = _said(cost.amount, cost.currency or currency)
    if isinstance(cost, FixedCost):
        count = f"{plain(cost.quantity)} x " if cost.quantity != 1 else ""
        text = f"{count}{amount} {per_text(cost.per)}"
    elif isinstance(cost, CabinetCost):
        text = f"{amount} a kW-month"
    elif isinstance(cost, PowerCost):
        text = f"{amount} a kWh"
    else:
        text = f"{amount} once" if isinstance(cost, OneOffCost) else f"{amount} per {cost.meter}"
    return f"{text}, VAT included" if cost.tax == "included" else text
