"""Usage delivered in any split, in any order, any part of it twice: the same invoices in the end.

Against the very stores: events in the usage store, documents in the records.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.app.test_close import Store, tokens
from tests.books.test_closing import DEAL

MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04")
EVENTS = [
    tokens(f"2026-{1 + n // 6:02d}-{17 + 2 * (n % 6):02d}", 9_000_000 + 1_234_567 * n, id=f"e{n}")
    for n in range(24)
]
# Two that take others back, which may come before what they name.
EVENTS += [
    tokens("2026-02-19", 0, id="amends", data={"quantity": 7, "unit": "token", "amends": "e7"}),
    tokens("2026-03-19", 0, id="voids", data={"unit": "token", "voids": "e14"}),
]
# Two that name events of another meter, which take nothing back whichever comes first.
AMENDING = {"quantity": 11, "unit": "token", "amends": "e9"}
EVENTS += [
    tokens("2026-02-20", 0, id="astray", type="tokens_in", data={"unit": "token", "voids": "e3"}),
    tokens("2026-03-21", 0, id="beside", type="tokens_in", data=AMENDING),
]


def billed(store: Store) -> dict[tuple[str, ...], Decimal]:
    """Net of everything issued, by charge and days."""
    sums: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    for month in MONTHS:
        for document in store.close(month)["invoices"]:
            if document["period"] == month:
                for line in document["lines"]:
                    sums[line["charge"], *line["service_period"]] += Decimal(line["amount"])
    return {key: amount for key, amount in sums.items() if amount != 0}


@cache
def expected() -> dict[tuple[str, ...], Decimal]:
    """What one delivery of everything, closed once, comes to."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        store.book(DEAL, Path(folder))
        store.deliver(EVENTS)
        return billed(store)


@st.composite
def deliveries(draw: st.DrawFn) -> list[list[dict[str, Any]] | str]:
    """Batches of events, every one of them in some batch, and months closed between them."""
    ordered = draw(st.permutations(EVENTS))
    steps: list[list[dict[str, Any]] | str] = []
    while ordered:
        size = draw(st.integers(1, len(ordered)))
        again = draw(st.lists(st.sampled_from(EVENTS), max_size=5))
        steps.append([*ordered[:size], *again])
        ordered = ordered[size:]
        if draw(st.booleans()):
            steps.append(draw(st.sampled_from(MONTHS)))
    return steps


# Each try makes a store; shrinking one would take minutes.
@settings(deadline=None, max_examples=6, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(deliveries())
def test_any_delivery_ends_at_the_same_invoices(steps: list[list[dict[str, Any]] | str]):
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        store.book(DEAL, Path(folder))
        for step in steps:
            if isinstance(step, str):
                store.close(step)
            else:
                store.deliver(step)
        for month in MONTHS:
            store.close(month)
        assert billed(store) == expected()
