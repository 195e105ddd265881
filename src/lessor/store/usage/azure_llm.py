"""The Azure LLM inference traces as usage: what each request read and wrote, in tokens.

Source: Azure/AzurePublicDataset, AzureLLMInferenceTrace_code.csv and _conv.csv of 2023, CC BY 4.0
(Patel et al., "Splitwise", ISCA 2024): TIMESTAMP (UTC, 7 decimals), ContextTokens, GeneratedTokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import pyarrow as pa

from lessor.core.issue import FaultsError, Issue
from lessor.store.usage.csv_rows import CsvRows, Rows, chunks_of, split_text
from lessor.store.usage.lines import Line
from lessor.store.usage.raw_rows import SPECVERSION, Chunk, fault_rows, raw_table

HEADER = ("timestamp", "contexttokens", "generatedtokens")
METERS = ("tokens_in", "tokens_out")
SOURCE = "azure-llm"


class Told(NamedTuple):
    """What a trace does not say: whose usage it is, what it is called, and the file's digest."""

    lease: str
    source: str
    digest: str


def azure_llm_chunks(
    lines: Iterable[Line], told: Told, *, batch: int, start: int = 0
) -> Iterator[Chunk]:
    """Each row of a trace as two events of a lease: tokens_in and tokens_out.

    An event's id is made of the file's digest and its row, so that the same file is the same
    usage whatever it is called. Issues: columns-missing.
    """
    rows = CsvRows(lines)
    if rows.header != HEADER:
        raise FaultsError(
            [
                Issue(
                    "columns-missing",
                    f"the first line is {','.join(rows.header)!r}, not that of an Azure LLM trace",
                    "give a file with TIMESTAMP,ContextTokens,GeneratedTokens, or drop --map",
                )
            ]
        )
    each = max(1, batch // len(METERS))
    for chunk in chunks_of(rows, lambda found: _events(found, told), batch=each, start=start):
        yield chunk._replace(events_per_row=len(METERS))


def _events(rows: Rows, told: Told) -> pa.Table:
    rows = split_text(rows)
    count = len(rows.numbers)
    both = range(len(METERS))
    quantities = [fields[1 + which].strip() for fields in rows.fields for which in both]
    times = [_instant(fields[0]) for fields in rows.fields]
    table = raw_table(
        pa.array([_event_row(number, which) for number in rows.numbers for which in both]),
        {
            "id": [
                f"{told.digest[:32]}:{number}:{METERS[which]}"
                for number in rows.numbers
                for which in both
            ],
            "source": _same(told.source, count),
            "type": list(METERS) * count,
            "subject": _same(told.lease, count),
            "time": [time for time in times for _ in both],
            "quantity": quantities,
            "quantity_kind": ["text" if quantity else "missing" for quantity in quantities],
            "unit": _same("token", count),
            "specversion": _same(SPECVERSION, count),
        },
    )
    return _with_bad_rows(table, rows.faults)


def _with_bad_rows(table: pa.Table, faults: Sequence[tuple[int, str]]) -> pa.Table:
    """A row that cannot be read is one fault, though it would have made two events."""
    if not faults:
        return table
    bad = [fault_rows([_event_row(number, 0)], fault) for number, fault in faults]
    return pa.concat_tables([table, *bad]).sort_by("row")


def _event_row(number: int, which: int) -> int:
    return (number - 1) * len(METERS) + which + 1


def _same(value: str, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(value), count * len(METERS))


def _instant(text: str) -> str:
    """The trace's UTC time with the sign that says so."""
    day, _, time = text.strip().partition(" ")
    return f"{day}T{time}Z" if time else day
