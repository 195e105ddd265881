"""A waterfall as a treasurer reads it: each step of a date, the accounts, the tests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.text import Text

from lessor.report.layout import framed, indented
from lessor.report.number_text import NOTHING, Scale, scale_of

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lessor.forecast.trace_rows import Row, Trace

_AMOUNTS = ("available", "wanted", "paid", "shortfall")


def waterfall_tables(trace: Trace) -> Iterable[RenderableType]:
    """One block an SPV: steps, accounts, tests; without a date named, what each date came to."""
    scale = scale_of(_number(row, key) for row in trace.rows for key in _AMOUNTS)
    is_one_date = len(trace.days) == 1
    names = list(dict.fromkeys(str(row["spv"]) for row in trace.rows))
    for name in names:
        own = trace if len(names) == 1 else _of_spv(trace, name)
        when = f"of {own.days[0]}" if is_one_date else "by date"
        title = f"Waterfall {when}" if len(names) == 1 else f"{name}: waterfall {when}"
        yield Text(f"{title}, {trace.currency} {scale.word}".rstrip(), style="bold")
        if is_one_date:
            yield from _one_date(own, scale)
        else:
            yield indented(_dates(own, scale), below=1)
    if not is_one_date:
        yield Text("one date step by step: --date YYYY-MM-DD", style="italic")


def _of_spv(trace: Trace, name: str) -> Trace:
    def own(rows: Iterable[Row]) -> tuple[Row, ...]:
        return tuple(row for row in rows if row["spv"] == name)

    return replace(
        trace, rows=own(trace.rows), accounts=own(trace.accounts), tests=own(trace.tests)
    )


def _one_date(trace: Trace, scale: Scale) -> Iterable[RenderableType]:
    table = framed()
    for heading in ("", "step", "for"):
        table.add_column(heading, no_wrap=True)
    for key in _AMOUNTS:
        table.add_column(key, justify="right", no_wrap=True)
    for row in trace.rows:
        amounts = [scale.text(_number(row, key)) for key in _AMOUNTS]
        table.add_row(str(row["step"]), str(row["do"]), str(row["what"]), *amounts)
    yield indented(table, below=1)
    yield from _notes(trace)
    yield from _accounts(trace, scale)
    yield from _tests(trace)


def _notes(trace: Trace) -> Iterable[RenderableType]:
    """What steps look at, and from where they were paid beside the collection account."""
    notes = [(row["step"], _note(row)) for row in trace.rows]
    told = [f"{step}: {note}" for step, note in notes if note]
    if told:
        yield Text("Of the steps", style="bold")
        for line in told:
            yield indented(Text(line))
        yield Text()


def _note(row: Row) -> str:
    notes = []
    if row["test"] is not None:
        value = _number(row, "value")
        shown = "not tested yet" if value is None else f"at {value:.3f}"
        notes.append(f"{row['test']} {shown}, {'holds' if row['holds'] else 'fails'}")
    reserves = row["from_reserves"]
    if isinstance(reserves, dict):
        notes += [f"from {name}" for name, amount in reserves.items() if amount]
    if _number(row, "from_owners"):
        notes.append("from the owners")
    return "; ".join(notes)


def _accounts(trace: Trace, scale: Scale) -> Iterable[RenderableType]:
    yield Text("Accounts after it", style="bold")
    table = framed()
    table.add_column("account", no_wrap=True)
    for heading in ("balance", "target"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in trace.accounts:
        cells = [scale.text(_number(row, key)) for key in ("balance", "target")]
        table.add_row(str(row["account"]), *cells)
    yield indented(table, below=1)


def _tests(trace: Trace) -> Iterable[RenderableType]:
    if not trace.tests:
        return
    yield Text("Tests of this date", style="bold")
    table = framed()
    table.add_column("covenant", no_wrap=True)
    for heading in ("value", "default at", "lock-up at"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for row in trace.tests:
        numbers = [_number(row, key) for key in ("value", "level", "lock_up")]
        cells = [NOTHING if number is None else f"{number:.3f}" for number in numbers]
        table.add_row(str(row["covenant"]), *cells, _outcome(row))
    yield indented(table, below=1)


def _outcome(row: Row) -> str:
    if row["is_default"]:
        return "default"
    if row["is_cured"]:
        return "cured"
    return "lock-up" if row["is_lock_up"] else "kept"


def _dates(trace: Trace, scale: Scale) -> RenderableType:
    """What each date came to: paid, short, to the owners, held, and the tests that failed."""
    table = framed()
    table.add_column("date", no_wrap=True)
    for heading in ("available", "paid", "short", "to owners", "on accounts"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("tests that fail", overflow="fold")
    for day in trace.days:
        rows = [row for row in trace.rows if row["date"] == day]
        held = sum(_number(row, "balance") or 0.0 for row in trace.accounts if row["date"] == day)
        failed = [
            f"{row['covenant']} ({_outcome(row)})"
            for row in trace.tests
            if row["date"] == day and _outcome(row) != "kept"
        ]
        amounts = [
            max((_number(row, "available") or 0.0 for row in rows), default=0.0),
            _sum(rows, "paid", ("pay", "sweep")),
            _sum(rows, "shortfall", ("pay",)),
            _sum(rows, "paid", ("distribute",)),
            held,
        ]
        table.add_row(day, *(scale.text(amount) for amount in amounts), ", ".join(failed))
    return table


def _sum(rows: Iterable[Row], key: str, actions: tuple[str, ...]) -> float:
    return sum(_number(row, key) or 0.0 for row in rows if row["do"] in actions)


def _number(row: Row, key: str) -> float | None:
    value = row.get(key)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
