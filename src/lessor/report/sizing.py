"""How much can be borrowed: the limits beside each other, and the one that binds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.text import Text

from lessor.report.layout import framed, indented
from lessor.report.number_text import money, percent, scale_of

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lessor.forecast.debt_sizing import Sized

WORDS = {
    "advance": "advance rate on what is bought",
    "dscr": "cover of debt service",
    "downside_dscr": "cover in the downside case",
    "ltv": "loan to value",
    "loan_to_cost": "loan to cost",
    "term": "repaid by all cash within the term",
    "cap": "highest amount",
    "cost": "cost of what it pays for",
}


def sizing_tables(currency: str, sized: Sized) -> Iterable[RenderableType]:
    """The debt that all limits allow, what the deal says, and what each limit would allow."""
    loans = ", ".join(sized.loans)
    if sized.debt is None or sized.binds is None:
        yield Text(f"No limit of {loans} binds.", style="bold")
    else:
        yield Text(f"{loans}: {money(sized.debt, currency)}, bound by {sized.binds}", style="bold")
        yield indented(Text(_against(currency, sized, sized.debt)), below=1)
    scale = scale_of(sized.limits.values())
    table = framed()
    table.add_column("limit", no_wrap=True)
    table.add_column(f"allows, {currency} {scale.word}".rstrip(), justify="right", no_wrap=True)
    table.add_column("")
    for name, amount in sorted(sized.limits.items(), key=lambda each: each[1]):
        note = sized.notes.get(name, "")
        told = f"{WORDS[name]}; {note}" if note else WORDS[name]
        table.add_row(name, scale.text(amount), f"{told} (binds)" if name == sized.binds else told)
    yield indented(table)
    for name, note in sized.notes.items():
        if name not in sized.limits:
            yield indented(Text(f"{name}: {note}"))


def _against(currency: str, sized: Sized, debt: float) -> str:
    said = f"the deal draws {money(sized.said, currency)}"
    if not sized.said or not debt:
        return said
    change = debt / sized.said - 1
    return f"{said}: {percent(abs(change), 1)} {'more' if change > 0 else 'less'} is allowed"
