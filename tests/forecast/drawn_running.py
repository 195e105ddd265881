"""What drawn deals have beside assets and leases: running costs, loans and taxes."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from tests.forecast.drawn_parts import (
    ESCALATOR,
    TAXED,
    at_times,
    block,
    iso,
    money,
    months,
    share,
    some,
)

INDEPENDENT = ("cabinet", "power", "upkeep", "staff", "setup")
"""Costs that can be charged on."""


def costs(closing: date) -> st.SearchStrategy[dict[str, Any]]:
    """Some running costs of every kind."""
    own = {"tax": TAXED, "currency": st.sampled_from((None, "USD"))}
    first = st.sampled_from((None, iso(closing, 5), iso(closing, 40)))
    last = st.sampled_from((None, iso(closing, 200)))
    per = st.sampled_from(("month", "quarter", "year", "server_month", "gpu_month"))
    return some(
        {
            "cabinet": block(kind="cabinet", amount=money("1", "90"), pue="1.3", **own),
            "power": block(kind="power", amount=money("0.01", "1"), load="70%", from_=first, **own),
            "upkeep": block(kind="maintenance", share=share(0, 10), escalator=ESCALATOR),
            "staff": block(
                kind="fixed",
                amount=money("0", "900"),
                per=per,
                from_=first,
                until=last,
                escalator=ESCALATOR,
                **own,
            ),
            "setup": block(kind="one_off", amount=money("0", "9000"), on=first, **own),
            "agent": block(kind="share_of_rent", share=share(0, 20)),
            "tokens": block(
                kind="by_use", meter="tokens_out", amount=money("0", "0.0001", 6), **own
            ),
        }
    )


@st.composite
def facilities(draw: Any) -> dict[str, Any]:
    """No loan, one or two; together at most 90% of the cost."""
    found = {}
    for name in ("senior", "junior")[: draw(st.integers(0, 2))]:
        principal = {"share": draw(share(1, 45)), "of": draw(st.sampled_from(_BASES))}
        found[name] = {
            "kind": "term_loan",
            "principal": principal,
            "rate": {
                "value": draw(share(0, 15)),
                "basis": draw(
                    st.sampled_from(("30/360", "actual/360", "actual/365", "actual/actual"))
                ),
                "compounding": draw(st.sampled_from(("none", *_FREQUENCIES))),
            },
            "repayment": draw(_repayment()),
            "fees": {"up_front": draw(share(0, 3))},
            "draw": draw(st.sampled_from(("pro_rata", "equity_first", "at_closing"))),
        }
    return found


_BASES = ("hardware", "capex", "total_uses")
_FREQUENCIES = ("monthly", "quarterly", "semiannual", "annual")


@st.composite
def _repayment(draw: Any) -> dict[str, Any]:
    profile = draw(st.sampled_from(("level", "equal_principal", "bullet", "custom")))
    found = {
        "profile": profile,
        "until": draw(st.sampled_from(("lease_end", "14 months", "19 months", "30 months"))),
        "frequency": draw(st.sampled_from(_FREQUENCIES)),
    }
    if found["until"] != "lease_end" and draw(st.booleans()):
        # A year from closing is a payment date of every frequency.
        changed = {"from": "12 months", "frequency": draw(st.sampled_from(_FREQUENCIES))}
        found["frequency_steps"] = [changed]
    if profile == "custom":
        found["steps"] = [
            {"after": "5 months", "share": "30%"},
            {"after": "9 months", "share": "20%"},
        ]
    elif profile != "bullet":
        found["balloon"] = draw(share(0, 50))
        found["interest_only"] = draw(months(0, 4))
    return found


def taxes() -> st.SearchStrategy[dict[str, Any]]:
    """Off, or some of them."""
    rate = st.sampled_from(("0%", "6%", "13%"))
    return some(
        {
            "vat": block(rent=rate, equipment=rate, costs=rate),
            "income": block(
                rate=share(0, 30),
                loss_years=st.sampled_from(("0", "1", "5")),
                depreciation=at_times(block(life=months(6, 24))),
            ),
            "stamp_duty": block(lease="0.1%", purchase="0.03%", loan="0.005%"),
        }
    )
