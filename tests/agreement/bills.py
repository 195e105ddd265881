"""Leases of every sort, with usage, as deal files say them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from hypothesis import strategies as st

from lessor.books.lease_book import LeaseBook
from lessor.core.money import Rounding
from lessor.terms.load import Loaded
from tests.books.kept import book_of, loaded_of

MONTHS = 8
METERS = ("tokens_out", "gpu_seconds", "images")


@dataclass(frozen=True)
class Use:
    """A quantity of a meter on a day, in smallest units."""

    meter: str
    day: date
    quantity: int


@dataclass(frozen=True)
class Case:
    """A deal with one lease called `a`, and what is used of it."""

    text: str
    rounding: Rounding
    usage: tuple[Use, ...]

    @cached_property
    def loaded(self) -> Loaded:
        """The checked deal."""
        return loaded_of(self.text)

    def book(self) -> LeaseBook:
        """Its lease in the books."""
        return book_of(self.loaded, "a")

    def periods(self) -> list[str]:
        """All months in which anything can be billed."""
        return list(self.book().grid.labels[: MONTHS + 6])

    def month_of(self, day: date) -> str:
        """The billing month of a day."""
        grid = self.book().grid
        return grid.labels[grid.period_of(day)]


def _amount(low: int, high: int) -> st.SearchStrategy[str]:
    return st.decimals(low, high, places=2).map(str)


@st.composite
def _base(draw: st.DrawFn) -> str:
    per = draw(
        st.sampled_from(("gpu_hour", "server_month", "cluster_month", "quarter", "year", "total"))
    )
    said = f"kind: base_rent, amount: {draw(_amount(1, 90_000))}, per: {per}, {draw(TAX)}"
    if draw(st.booleans()):
        every = draw(st.sampled_from(("3 months", "100 days", "6 months")))
        said += f", escalator: {{rate: {draw(st.sampled_from(('3%', '-2%')))}, every: {every}}}"
    if draw(st.booleans()):
        said += f", rent_free: {draw(st.sampled_from(('1 months', '20 days')))}"
    return f"base: {{{said}}}"


TAX = st.sampled_from(("tax: excluded", "tax: included", "tax: excluded, vat: 13%"))
WINDOW = st.sampled_from(("month", "quarter", "year", "term"))


@st.composite
def _usage(draw: st.DrawFn, name: str, meter: str, per: str) -> str:
    mode = draw(st.sampled_from(("flat", "graduated", "volume", "package")))
    said = f"kind: usage, meter: {meter}, per: {per}, mode: {mode}, {draw(TAX)}"
    said += f", window: {draw(WINDOW)}, included: {draw(st.integers(0, 40))}"
    if mode in ("graduated", "volume"):
        first, second = draw(_amount(1, 9)), draw(_amount(1, 9))
        said += f", tiers: [{{up_to: 60, price: {first}}}, {{price: {second}}}]"
    else:
        said += f", price: 0.{draw(st.integers(1, 999_999)):06d}"
    if mode == "package":
        said += f", package: {draw(st.integers(1, 30))}"
    if draw(st.booleans()):
        said += ", escalator: {rate: 5%, every: 4 months}"
    return f"{name}: {{{said}}}"


@st.composite
def _bounds(draw: st.DrawFn) -> list[str]:
    found = []
    if draw(st.booleans()):
        window = draw(st.sampled_from(("month", "quarter", "year")))
        found.append(
            f"least: {{kind: minimum, amount: {draw(_amount(1, 400_000))}, window: {window}, "
            f"{draw(TAX)}}}"
        )
    if draw(st.booleans()):
        found.append(
            "credit: {kind: service_credit, bands: [{below: 99.9%, credit: 10%}, "
            "{below: 99%, credit: 30%}], cap: 20%}"
        )
    if draw(st.booleans()):
        found.append("damages: {kind: late_delivery, share_of_rent: 1%, grace: 3 days}")
    if draw(st.booleans()):
        window = draw(WINDOW)
        against = draw(st.sampled_from(("", ", greater_of: [base]", ", floor: 1000")))
        found.append(
            f"share: {{kind: revenue_share, bands: [{{up_to: 5000, share: 0%}}, {{share: 12.5%}}], "
            f"window: {window}{against}, {draw(TAX)}}}"
        )
    if draw(st.booleans()):
        found.append("end: {kind: termination, share: 40%}")
    return found


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Any lease of a few months, and any usage in and around its service."""
    closing = date(2025, draw(st.sampled_from((1, 3))), draw(st.sampled_from((1, 15, 31))))
    accepted = closing + timedelta(days=draw(st.integers(0, 50)))
    events = [f"signed: {closing}", f"accepted: {accepted}"]
    if draw(st.booleans()):
        promised = max(closing, accepted - timedelta(days=draw(st.integers(0, 30))))
        events.append(f"promised: {promised}")
    if draw(st.booleans()):
        stop = accepted + timedelta(days=draw(st.integers(20, 90)))
        events += [f"suspended: {stop}", f"resumed: {stop + timedelta(days=17)}"]
    if draw(st.booleans()):
        events.append(f"terminated: {accepted + timedelta(days=draw(st.integers(110, 200)))}")
    charges = [draw(_base())]
    for name, meter, per in (
        ("tokens", "tokens_out", "million_tokens"),
        ("hours", "gpu_seconds", "gpu_hour"),
        ("pictures", "images", "thousand"),
    ):
        if draw(st.booleans()):
            charges.append(draw(_usage(name, meter, per)))
    charges += draw(_bounds())
    rounding: Rounding = draw(st.sampled_from(("half_up", "half_even", "down", "up")))
    every = draw(st.sampled_from(("monthly", "quarterly")))
    timing = draw(st.sampled_from(("arrears", "advance")))
    hours = draw(st.sampled_from(("730_a_month", "actual")))
    lines = "\n".join(f"      {charge}" for charge in charges)
    text = f"""format: lessor/1
deal: Any lease
currency: CNY
closing_date: {closing}
hours: {hours}
taxes: {{vat: {{rent: 6%}}}}
leases:
  a:
    lessee: Any lessee
    capacity: {{model: HGX-H800-8, quantity: 3}}
    events: {{{", ".join(events)}}}
    term: {MONTHS} months
    billing: {{frequency: {every}, timing: {timing}, rounding: {rounding}}}
    usage:
      tokens_per_month: 1000000
      split: {{out: 100%}}
      prices: {{out: 1}}
      meters: {{images: 10}}
    charges:
{lines}
"""
    used = draw(
        st.lists(
            st.builds(
                Use,
                st.sampled_from((*METERS, "lessee_revenue")),
                st.integers(-5, 250).map(lambda days: accepted + timedelta(days=days)),
                st.integers(0, 90_000_000),
            ),
            max_size=25,
        )
    )
    used += draw(
        st.lists(
            st.builds(
                Use,
                st.just("downtime"),
                st.integers(0, 200).map(lambda days: accepted + timedelta(days=days)),
                st.integers(600, 400_000),
            ),
            max_size=4,
        )
    )
    return Case(text, rounding, tuple(used))
