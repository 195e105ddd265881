"""What each charge of a lease comes to, in the order in which contracts settle them.

Rents and usage; then floors and ceilings; credits and damages; the share of revenue; costs charged
on; what is paid for an early end. Amounts that are set against each other are without VAT.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from typing import Any

from tests.cases.bill_terms import Contract, months_of, number

HELD = {"unit": 1, "thousand": 1000, "million": 10**6, "gpu_second": 1, "gpu_hour": 3600}
HELD |= {"kwh": 1, "thousand_tokens": 1000, "million_tokens": 10**6}
WINDOWS = {"month": 1, "quarter": 3, "year": 12}
MONEY = {"JPY": 1, "KRW": 1, "KWD": 1000}
ORDER = (
    ("base_rent", "usage"),
    ("minimum", "maximum"),
    ("service_credit", "late_delivery"),
    ("revenue_share",),
    ("pass_through",),
    ("termination",),
)

Rated = tuple[str, Fraction, Fraction, bool]


class Pot:
    """What is remembered from slice to slice: units, money and time by charge and window."""

    def __init__(self) -> None:
        self.sums: dict[tuple[str, str, int], Fraction] = defaultdict(Fraction)

    def add(self, what: str, name: str, window: int, amount: Fraction) -> Fraction:
        """The sum with an amount added."""
        self.sums[what, name, window] += amount
        return self.sums[what, name, window]

    def of(self, what: str, name: str, window: int) -> Fraction:
        """The sum so far."""
        return self.sums[what, name, window]


def window_of(said: dict[str, Any], each: Any) -> int:
    """Which window of a charge a slice lies in, counted from the month of acceptance."""
    length = said.get("window", "month")
    since = each.month - each.terms.month_of(each.terms.accepted)
    return 0 if length == "term" else since // WINDOWS[length]


def rate_charges(bill: Any, pot: Pot, each: Any, later_ones: Sequence[Any]) -> Iterator[Rated]:
    """(charge, net, VAT rate, whether anything was counted) of one slice.

    `later_ones` are the slices in service after it.
    """
    terms: Contract = each.terms
    nets: dict[str, Fraction] = {}
    for kinds in ORDER:
        for name, said in terms.charges.items():
            if said["kind"] not in kinds:
                continue
            if said["kind"] == "service_credit":
                yield from _credit(bill, each, name, nets)
                continue
            net = RATES[said["kind"]](bill, pot, each, name, nets, later_ones)
            nets[name] = net
            yield name, net, _vat(terms, said), _is_counted(bill, each, said)


def _is_counted(bill: Any, each: Any, said: dict[str, Any]) -> bool:
    """Whether time, use or revenue is told on the bill, were it at no price."""
    meters = {"usage": said.get("meter"), "revenue_share": "lessee_revenue"}
    if said["kind"] in meters:
        counted = bill.counted(meters[said["kind"]], each.start, each.end) != 0
        guessed = said["kind"] == "revenue_share" and not bill.is_reported(each.month)
        return each.in_service and (counted or (guessed and "usage" in each.terms.lease))
    return each.in_service and said["kind"] == "base_rent"


def _vat(terms: Contract, said: dict[str, Any]) -> Fraction:
    if said["kind"] == "late_delivery":
        per_day = said.get("per_day")
        is_taxed = isinstance(per_day, dict) and ("tax" in per_day or "vat" in per_day)
        return terms.vat(per_day) if is_taxed and isinstance(per_day, dict) else Fraction(0)
    if said["kind"] == "termination":
        rents = [c for c in terms.charges.values() if c["kind"] == "base_rent"]
        return terms.vat(rents[0]) if rents else Fraction(0)
    return terms.vat(said)


def rent_of(terms: Contract, said: dict[str, Any], start: date, end: date) -> Fraction:
    """Base rent of the whole capacity for some days of one month, at the first day's price; net."""
    amount, per = number(said["amount"]), said["per"]
    if per == "gpu_hour":
        rent = amount * terms.servers * terms.gpus * terms.hours(start, end)
    elif per == "total":
        rent = amount / months_of(terms.lease["term"]) * terms.own_time(start, end)
    else:
        rent = amount * _a_month(terms, per) * terms.month_time(start, end)
    return terms.net(said, rent)


def _whole_month(terms: Contract, said: dict[str, Any], low: date, high: date) -> Fraction:
    if said["per"] == "total":
        return terms.net(said, number(said["amount"]) / months_of(terms.lease["term"]))
    return rent_of(terms, said, low, high)


def _a_month(terms: Contract, per: str) -> Fraction:
    times = {"gpu_month": terms.servers * terms.gpus, "server_month": terms.servers}
    times |= {"quarter": Fraction(1, 3), "year": Fraction(1, 12)}
    return times.get(per, Fraction(1))


def contract_rent(terms: Contract, said: dict[str, Any], start: date) -> Fraction:
    """Base rents from a day to the end of the term, in months counted from acceptance; net."""
    amount, per, found = number(said["amount"]), said["per"], Fraction(0)
    is_actual = terms.deal.get("hours", "730_a_month") == "actual"
    if per == "gpu_hour":
        a_month = amount * terms.servers * terms.gpus * 730
    elif per == "total":
        a_month = amount / months_of(terms.lease["term"])
    else:
        a_month = amount * _a_month(terms, per)
    for step in range((terms.term_ends - start).days):
        day = start + timedelta(days=step)
        part = a_month * terms.own_time(day, day + timedelta(days=1))
        if per == "gpu_hour" and is_actual:
            part = amount * terms.servers * terms.gpus * 24
        found += part * terms.rent_factor(said, day)
    return terms.net(said, found)


def _base(bill: Any, pot: Pot, each: Any, name: str, *_: Any) -> Fraction:
    terms, said = each.terms, each.terms.charges[name]
    if not each.in_service:
        return Fraction(0)
    rent = rent_of(terms, said, each.start, each.end) * terms.share(each.start)
    return rent * terms.rent_factor(said, each.start)


def price_of(said: dict[str, Any], units: Fraction) -> Fraction:
    """What so many units of a window cost at the prices of the first day."""
    units = max(units - number(said.get("included", 0)), Fraction(0))
    mode = said.get("mode", "flat")
    if mode == "flat":
        return units * number(said["price"])
    if mode == "package":
        return ceil(units / number(said["package"])) * number(said["price"])
    low, found = Fraction(0), Fraction(0)
    for tier in said["tiers"]:
        top = number(tier["up_to"]) if "up_to" in tier else None
        if mode == "volume" and (top is None or units <= top):
            return units * number(tier["price"])
        if mode == "graduated":
            reached = units if top is None else min(units, top)
            found += max(reached - low, Fraction(0)) * number(tier["price"])
            low = top if top is not None else units
    return found


def _usage(bill: Any, pot: Pot, each: Any, name: str, *_: Any) -> Fraction:
    said = each.terms.charges[name]
    if not each.in_service:
        return Fraction(0)
    counted = bill.counted(said["meter"], each.start, each.end)
    units = Fraction(counted, HELD[said.get("per", "unit")])
    units /= 1000 if said["meter"] == "kwh" else 1
    window = window_of(said, each)
    now = pot.add("units", name, window, units)
    rise = each.terms.rises(said, each.start)
    return each.terms.net(said, (price_of(said, now) - price_of(said, now - units)) * rise)


def _closes(said: dict[str, Any], each: Any, later_ones: Sequence[Any]) -> bool:
    window = window_of(said, each)
    return each.in_service and all(window_of(said, s) != window for s in later_ones)


def _served(each: Any) -> Fraction:
    return Fraction(each.terms.month_time(each.start, each.end) * each.terms.share(each.start))


def _bound(
    bill: Any, pot: Pot, each: Any, name: str, nets: dict[str, Fraction], later_ones: Sequence[Any]
) -> Fraction:
    terms, said = each.terms, each.terms.charges[name]
    if not each.in_service:
        return Fraction(0)
    of = said.get("of") or [
        other for other, c in terms.charges.items() if c["kind"] in ("base_rent", "usage")
    ]
    window = window_of(said, each)
    a_month = number(said["amount"]) / WINDOWS[said.get("per", "month")]
    due = pot.add("bound", name, window, terms.net(said, a_month * _served(each)))
    paid = pot.add("bounded", name, window, sum((nets[other] for other in of), Fraction(0)))
    if not _closes(said, each, later_ones):
        return Fraction(0)
    if said["kind"] == "minimum":
        return max(due - paid, Fraction(0))
    return min(due - paid, Fraction(0))


def _credit(bill: Any, each: Any, name: str, nets: dict[str, Fraction]) -> Iterator[Rated]:
    terms, said = each.terms, each.terms.charges[name]
    if not each.in_service:
        return
    of = said.get("of") or [o for o, c in terms.charges.items() if c["kind"] == "base_rent"]
    up = bill.uptime(each, said)
    missed = [band for band in said["bands"] if up < number(band["below"])]
    share = min(
        max((number(band["credit"]) for band in missed), default=Fraction(0)),
        number(said.get("cap", "100%")),
    )
    rates = {terms.vat(terms.charges[other]) for other in of}
    if len(rates) == 1:
        yield name, -share * sum((nets[other] for other in of), Fraction(0)), rates.pop(), False
        return
    for other in of:
        yield f"{name}: {other}", -share * nets[other], terms.vat(terms.charges[other]), False


def _late(bill: Any, pot: Pot, each: Any, name: str, *_: Any) -> Fraction:
    terms, said = each.terms, each.terms.charges[name]
    days = terms.late_days(each.start, each.end)
    if "per_day" in said:
        per_day = said["per_day"]
        block = per_day if isinstance(per_day, dict) else {"amount": per_day}
        a_day = number(block["amount"])
        if block.get("tax") == "included":
            a_day /= 1 + terms.vat(block)
    else:
        low, high = terms.month_bounds(each.month)
        rents = [c for c in terms.charges.values() if c["kind"] == "base_rent"]
        month = sum((_whole_month(terms, c, low, high) for c in rents), Fraction(0))
        a_day = number(said["share_of_rent"]) * month
    before = pot.of("damages", name, 0)
    after = pot.add("damages", name, 0, a_day * days)
    if "cap" not in said:
        return before - after
    cap = said["cap"]
    most = number(cap["amount"] if isinstance(cap, dict) else cap)
    return min(before, most) - min(after, most)


def _shared(said: dict[str, Any], revenue: Fraction) -> Fraction:
    left = max(revenue - number(said.get("above", 0)), Fraction(0))
    low = found = Fraction(0)
    for band in said.get("bands") or [{"share": said.get("share", "0")}]:
        top = number(band["up_to"]) if "up_to" in band else left
        found += max(min(left, top) - low, Fraction(0)) * number(band["share"])
        low = max(top, low)
    return min(found, number(said["cap"])) if "cap" in said else found


def _expected_revenue(terms: Contract, each: Any) -> Fraction:
    plan = terms.lease.get("usage") or {}
    if "revenue_per_year" in plan:
        month = number(plan["revenue_per_year"]) / 12
    else:
        prices, split = plan.get("prices") or {}, plan.get("split") or {}
        price = sum(
            (number(prices.get(way, 0)) * number(split.get(way, 0)) for way in split), Fraction(0)
        )
        month = number(plan.get("tokens_per_month", 0)) * price / 10**6
    return month * _served(each)


def _share(
    bill: Any, pot: Pot, each: Any, name: str, nets: dict[str, Fraction], later_ones: Sequence[Any]
) -> Fraction:
    terms, said = each.terms, each.terms.charges[name]
    if not each.in_service:
        return Fraction(0)
    window = window_of(said, each)
    if bill.is_reported(each.month) or "usage" not in terms.lease:
        counted = bill.counted("lessee_revenue", each.start, each.end)
        revenue = Fraction(counted, MONEY.get(terms.currency, 100))
    else:
        revenue = _expected_revenue(terms, each)
    now = pot.add("revenue", name, window, revenue)
    owed, had = _shared(said, now), pot.of("shared", name, window)
    length = WINDOWS.get(said.get("window", "month")) or months_of(terms.lease["term"])
    served = pot.add("served", name, window, _served(each))
    against = [nets[other] for other in said.get("greater_of", ())]
    rent = pot.add("against", name, window, sum(against, Fraction(0)))
    if _closes(said, each, later_ones):
        owed = max(owed, number(said.get("floor", 0)) * served / length)
        owed = terms.net(said, owed)
        owed = max(owed - rent, Fraction(0)) if "greater_of" in said else owed
    else:
        owed = Fraction(0) if "greater_of" in said else terms.net(said, owed)
    pot.add("shared", name, window, owed - had)
    return owed - had


def _passed(bill: Any, pot: Pot, each: Any, name: str, *_: Any) -> Fraction:
    terms, said = each.terms, each.terms.charges[name]
    if not each.in_service:
        return Fraction(0)
    cost = terms.deal["costs"][said["cost"]]
    share = number(said.get("share", "100%"))
    if "price" in said and cost["kind"] == "power":
        units = Fraction(bill.counted("kwh", each.start, each.end), 1000)
        return terms.net(said, units * share * number(said["price"]))
    told = Fraction(
        bill.counted(f"cost.{said['cost']}", each.start, each.end), MONEY.get(terms.currency, 100)
    )
    return terms.net(said, told * share * (1 + number(said.get("margin", 0))))


def _ended(bill: Any, pot: Pot, each: Any, name: str, *_: Any) -> Fraction:
    terms, said = each.terms, each.terms.charges[name]
    if not each.is_end or "terminated" not in terms.events:
        return Fraction(0)
    rents = [c for c in terms.charges.values() if c["kind"] == "base_rent"]
    left = sum((contract_rent(terms, rent, each.start) for rent in rents), Fraction(0))
    return left * (number(said.get("share", "100%")) - number(said.get("relet_credit", 0)))


RATES = {
    "base_rent": _base,
    "usage": _usage,
    "minimum": _bound,
    "maximum": _bound,
    "late_delivery": _late,
    "revenue_share": _share,
    "pass_through": _passed,
    "termination": _ended,
}
