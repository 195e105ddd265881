"""Files of usage as raw tables, piece by piece: NDJSON, JSON, CSV, Parquet, and traces of others.

Memory stays bounded whatever a file holds: by rows, by bytes, and by the longest line. A row that
cannot be read is a row with a fault, never the end of the file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, NamedTuple

import pyarrow.compute as pc

from lessor.core.issue import FaultsError, Issue, Place
from lessor.store.usage.azure_llm import SOURCE, Told, azure_llm_chunks
from lessor.store.usage.csv_rows import LINE_BYTES_MAX, csv_chunks
from lessor.store.usage.lines import Block, Limits, blocks, bounded_lines
from lessor.store.usage.parquet_rows import parquet_chunks, rows_in
from lessor.store.usage.raw import raw_of_json, raw_of_ndjson
from lessor.store.usage.raw_rows import Chunk
from lessor.store.usage.reasons import TEXT_LIMIT

BOM = b"\xef\xbb\xbf"
AZURE_LLM = "azure-llm"
MAPPINGS = (AZURE_LLM,)
DOCUMENT, TABLE, PARQUET = ".json", ".csv", (".parquet", ".pq")
ENDINGS = (".ndjson", ".jsonl", DOCUMENT, TABLE, *PARQUET)
CHUNK_BYTES_MAX = 128 << 20
DOCUMENT_BYTES_MAX = 64 << 20


class Meant(NamedTuple):
    """What a file is to be read as: a mapping of another's format, and what such a file lacks."""

    mapping: str = ""
    lease: str = ""
    source: str = ""


class Reading(NamedTuple):
    """How a file is read: rows at a time, rows that were taken before, who hears of the bytes."""

    batch: int
    start: int = 0
    told: Callable[[int], None] | None = None


class UsageFile(NamedTuple):
    """A file of usage: where it is, how long, and the SHA-256 of its content."""

    path: Path
    bytes: int
    digest: str


def usage_file(path: str | Path) -> UsageFile:
    """The file, read once for its digest, so that going on later goes on in the same content.

    Issues: file-not-found, file-not-readable, wrong-format.
    """
    path = Path(path)
    with _opened(path) as stream:
        if path.suffix.lower() not in ENDINGS:
            remedy = f"name it by what it is: {', '.join(ENDINGS)}"
            raise _fault("wrong-format", f"{path.suffix!r} is no ending of usage", remedy, path)
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return UsageFile(path, stream.tell(), digest)


def chunks(file: UsageFile, meant: Meant, reading: Reading) -> Iterator[Chunk]:
    """The file from row `reading.start` on, at most `reading.batch` rows at a time.

    Issues: columns-missing, columns-repeated, file-not-readable, file-too-large.
    """
    try:
        yield from _chunks(file, meant, reading)
    except FaultsError as fault:
        place = Place(str(file.path))
        told = [replace(issue, place=place) for issue in fault.issues]
        raise FaultsError(told) from fault


def _chunks(file: UsageFile, meant: Meant, reading: Reading) -> Iterator[Chunk]:
    ending = file.path.suffix.lower()
    if meant.mapping != AZURE_LLM and ending in PARQUET:
        yield from parquet_chunks(
            file.path,
            batch=reading.batch,
            start=reading.start,
            source=meant.source,
            told=_share_of(file, reading),
        )
        return
    with _opened(file.path) as stream:
        if meant.mapping == AZURE_LLM:
            told = Told(meant.lease, meant.source or SOURCE, file.digest)
            lines = bounded_lines(stream, LINE_BYTES_MAX, told=reading.told)
            yield from azure_llm_chunks(lines, told, batch=reading.batch, start=reading.start)
        elif ending == TABLE:
            lines = bounded_lines(stream, LINE_BYTES_MAX, told=reading.told)
            yield from csv_chunks(
                lines, batch=reading.batch, start=reading.start, source=meant.source
            )
        elif ending == DOCUMENT and _is_one_text(stream):
            yield from _document(stream, file, reading)
        else:
            yield from _ndjson(stream, reading)


def _ndjson(stream: BinaryIO, reading: Reading) -> Iterator[Chunk]:
    position = 0
    limits = Limits(reading.batch, CHUNK_BYTES_MAX, TEXT_LIMIT)
    for text, lines in _from(blocks(stream, limits, told=reading.told), reading.start):
        first, position = max(position, reading.start), max(position, reading.start) + lines
        if not first:
            text = text.removeprefix(BOM)
        yield Chunk(raw_of_ndjson(_plain(text), first + 1), position)


def _from(found: Iterator[Block], start: int) -> Iterator[Block]:
    """The blocks without the first `start` lines."""
    for text, lines in found:
        passed = min(start, lines)
        start -= passed
        if passed < lines:
            yield Block(text.split(b"\n", passed)[-1], lines - passed)


def _plain(text: bytes) -> bytes:
    """Lines as they end elsewhere than on Windows."""
    return text.replace(b"\r\n", b"\n") if b"\r" in text else text


def _document(stream: BinaryIO, file: UsageFile, reading: Reading) -> Iterator[Chunk]:
    """One JSON text, which is read as a whole: an event or an array of events."""
    if file.bytes > DOCUMENT_BYTES_MAX:
        told = f"an array of {file.bytes >> 20} MiB is read as a whole, at most 64 MiB"
        remedy = "write one event a line, in a file that ends with .ndjson"
        raise _fault("file-too-large", told, remedy, file.path)
    table = raw_of_json(stream.read().removeprefix(BOM))
    if reading.told is not None:
        reading.told(file.bytes)
    table = table.set_column(0, "row", pc.add(table.column("row"), 1))
    for start in range(reading.start, table.num_rows, reading.batch):
        piece = table.slice(start, reading.batch)
        yield Chunk(piece, start + piece.num_rows)


def _is_one_text(stream: BinaryIO) -> bool:
    """Whether a file that ends with .json is one JSON text, and not one a line."""
    start = stream.read(TEXT_LIMIT)
    stream.seek(0)
    first, _, rest = start.lstrip().partition(b"\n")
    if first.startswith(b"[") or not rest.strip():
        return True
    try:
        json.loads(first)
    except ValueError:
        return True
    return False


def _share_of(file: UsageFile, reading: Reading) -> Callable[[int], None] | None:
    """Hears of rows, and tells of the bytes that they are of the file, as near as can be."""
    told = reading.told
    if told is None:
        return None
    rows = max(rows_in(file.path), 1)
    return lambda count: told(file.bytes * count // rows)


@contextmanager
def _opened(path: Path) -> Iterator[BufferedReader]:
    try:
        with path.open("rb") as stream:
            yield stream
    except FileNotFoundError as fault:
        told = "there is no such file"
        raise _fault("file-not-found", told, "check the name and the folder", path) from fault
    except OSError as fault:
        told = f"the file cannot be read: {fault.strerror or fault}"
        raise _fault("file-not-readable", told, "name a file of usage", path) from fault


def _fault(code: str, told: str, remedy: str, path: Path) -> FaultsError:
    return FaultsError([Issue(code, told, remedy, Place(str(path)))])
