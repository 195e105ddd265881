"""A finance lease as quoted, for the terminal: its rates side by side, and its rents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from lessor.report.columns import AmountTable, Column
from lessor.report.layout import framed, indented
from lessor.report.number_text import NOTHING, percent

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lessor.forecast.quote import Quote, RateRow

_DECIMALS = 3
_LABEL_WIDTH, _VALUE_WIDTH = 34, 16
_RATES = {
    "rate_nominal": "Contract rate, nominal",
    "rate_effective": "Contract rate, effective",
    "rate_flat": "Flat rate on the amount financed",
    "irr_nominal": "IRR x periods, fees and deposit in",
    "irr_effective": "IRR effective, fees and deposit in",
    "cost_all_in": "All-in cost, VAT not credited in",
    "rate_implicit": "Lessor's implicit rate, effective",
}
_AMOUNTS = {
    "rent": "Rent",
    "financed": "Financed",
    "rents_total": "All rents",
    "rents_worth": "Worth of the rents at the rate",
    "interest_total": "Interest in them",
    "deposit": "Deposit",
    "fees": "Fees",
    "purchase_price": "Purchase price",
    "residual": "Residual",
    "vat": "VAT",
    "vat_not_credited": "VAT not credited",
}
_ALWAYS = ("rent", "financed", "rents_total", "interest_total")
_KINDS = {
    "direct_lease": "direct lease",
    "sale_leaseback": "sale and leaseback",
    "vendor_lease": "vendor lease",
}
_RENTS = [
    Column("financed", "financed", spare=4),
    Column("rent", "rent"),
    Column("interest", "interest", spare=3),
    Column("principal", "principal", spare=5),
    Column("beside", "deposit, fees, end", spare=2),
    Column("vat", "VAT", spare=1),
    Column("paid", "paid net"),
    Column("outstanding", "outstanding", spare=6),
]


def quote_tables(quote: Quote) -> Iterable[RenderableType]:
    """The lease in a line, its amounts, its rates, each with and without extras, and its rents."""
    yield Text(_headline(quote), style="bold")
    yield indented(Text(f"amounts in {quote.lease.deal.currency}", style="dim"))
    yield _amounts(quote)
    yield Text("Rates a year", style="bold")
    yield _figures(quote)
    yield Text("The lessee's cost, with and without what stands beside the rents", style="bold")
    yield _side_by_side(quote.rates)
    yield from _notes(quote)
    rows = [_rent_row(row.as_json()) for row in quote.rows]
    yield AmountTable(
        rows, _RENTS, first=Column("date", "date"), title=f"Rents, {quote.lease.deal.currency}"
    )


def _headline(quote: Quote) -> str:
    facility = quote.lease.facility
    said = facility.repayment
    count = sum(row.rent > 0 for row in quote.rows)
    kind = _KINDS.get(facility.kind, facility.kind.replace("_", " "))
    timing = "in advance" if said.timing == "advance" else "in arrears"
    return f"{quote.lease.name}: {kind}, {count} {said.frequency} rents {timing}"


def _amounts(quote: Quote) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(width=_LABEL_WIDTH)
    table.add_column(width=_VALUE_WIDTH, justify="right", no_wrap=True)
    table.add_column(style="dim", no_wrap=True)
    for name, label in _AMOUNTS.items():
        value = quote.figures[name]
        if name in _ALWAYS or (value and (name != "rents_worth" or name in _told(quote))):
            shown = NOTHING if value is None else _exact(value, quote.figures["financed"])
            table.add_row(label, shown, name)
    return indented(table, below=1)


def _exact(value: float, financed: float | None) -> str:
    """An amount to the cent, as an offer has it; two digits more where rents are per 100."""
    return f"{value:,.{2 if (financed or 0) >= 10_000 else 4}f}"


def _told(quote: Quote) -> tuple[str, ...]:
    """Worth stands beside what is financed only where a table of rents makes it another."""
    facility = quote.lease.facility
    has_table = facility.rental is not None and bool(facility.rental.rents)
    return ("rents_worth",) if has_table else ()


def _figures(quote: Quote) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(width=_LABEL_WIDTH)
    table.add_column(width=_VALUE_WIDTH, justify="right", no_wrap=True)
    table.add_column(style="dim", no_wrap=True)
    for name, label in _RATES.items():
        table.add_row(label, _rate(quote.figures[name]), name)
    return indented(table, below=1)


def _side_by_side(rates: Iterable[RateRow]) -> RenderableType:
    table = framed()
    table.add_column("with")
    for heading in ("IRR x periods", "effective", "flat"):
        table.add_column(heading, justify="right")
    for row in rates:
        words = (
            ("fees", row.counted.fee),
            ("deposit", row.counted.deposit),
            ("VAT", row.counted.vat),
        )
        counted = ", ".join(word for word, is_counted in words if is_counted)
        table.add_row(
            counted or "the rents alone",
            _rate(row.irr_nominal),
            _rate(row.irr_effective),
            _rate(row.flat),
        )
    return indented(table, below=1)


def _rate(value: float | None) -> str:
    return NOTHING if value is None else percent(value, _DECIMALS)


def _notes(quote: Quote) -> Iterable[RenderableType]:
    """What is to be known of the figures; what several share is said once."""
    sharing: dict[str, list[str]] = {}
    for name, note in quote.notes.items():
        sharing.setdefault(note, []).append(name)
    lines = Table.grid()
    for note, names in sharing.items():
        lines.add_row(Text(f"{', '.join(names)}: {note}", style="italic"))
    if sharing:
        yield indented(lines, below=1)


def _rent_row(row: dict[str, object]) -> dict[str, object]:
    """A day as the table shows it: what stands beside the rent as one net payment."""
    amounts = {name: value for name, value in row.items() if isinstance(value, float)}
    beside = sum(amounts[name] for name in ("deposit_paid", "fees", "purchase_price", "residual"))
    beside -= amounts["deposit_set_off"] + amounts["deposit_returned"]
    return {**row, "beside": beside}
