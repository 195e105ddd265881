"""Rows that were set aside: a file for each load, with the reason and the fields that are known."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import pyarrow.compute as pc

from lessor.store.usage.raw import ATTRIBUTES
from lessor.store.usage.raw_rows import TOLD, Chunk
from lessor.store.usage.reasons import BY_CODE
from lessor.store.usage.take import Answer

TEXT_MAX = 256
"""Characters kept of a field: enough to find the event by, too few to carry what was not meant."""

WHY = "rejected"
"""What the names of the attributes begin with that say why a row was set aside."""


class Rejects:
    """The rows of some files that could not be counted, as NDJSON; no file where there are none.

    Each line is the event as it was told, a CloudEvent that can be mended and loaded, with why it
    was set aside in attributes of its own that no reader of events looks at: `rejectedload`,
    `rejectedfile`, `rejectedrow`, `rejectedcode`, `rejectedmessage`, `rejecteddo`. Whatever else a
    row held is not in it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(self, load: str, position: int) -> None:
        """Keep of this load what stands up to a row of its file; of other loads, all."""
        kept = [
            line
            for line in self._lines()
            if line.get("rejectedload") != load or line["rejectedrow"] <= position
        ]
        self._write(kept)

    def add(self, load: str, file: str, chunk: Chunk, answer: Answer) -> dict[str, int]:
        """Set aside the rejected rows of a chunk, durably; how many there are of each code."""
        rejected = answer.rows.filter(pc.equal(answer.rows.column("outcome"), "rejected"))
        if not rejected.num_rows:
            return {}
        told = chunk.table.select(["row", *TOLD, "quantity_kind"])
        # The answer has one row for each of the table, in the order of their numbers.
        ends = rejected.select(["row", "code", "message"]).join(told, "row", join_type="inner")
        counts: dict[str, int] = {}
        with self._appending() as file_out:
            for row in ends.sort_by("row").to_pylist():
                code = row["code"]
                counts[code] = counts.get(code, 0) + 1
                file_out.write(_line(load, file, chunk.file_row(row["row"]), row) + "\n")
            file_out.flush()
            os.fsync(file_out.fileno())
        return counts

    def end(self) -> Path | None:
        """The file, where anything was set aside."""
        return self.path if self.path.exists() else None

    def _lines(self) -> Iterator[dict[str, Any]]:
        if not self.path.exists():
            return
        with self.path.open(encoding="utf-8") as lines:
            for text in lines:
                try:
                    yield json.loads(text)
                except ValueError:
                    # The last line of a run that was killed: its row comes again.
                    return

    def _write(self, lines: list[dict[str, Any]]) -> None:
        if not lines:
            self.path.unlink(missing_ok=True)
            return
        aside = self.path.with_suffix(".new")
        with _private(aside, os.O_TRUNC) as out:
            out.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
            out.flush()
            os.fsync(out.fileno())
        aside.replace(self.path)

    def _appending(self) -> TextIO:
        return _private(self.path, os.O_APPEND)


def _private(path: Path, flag: int) -> TextIO:
    """A file of text that only its owner may read."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | flag, 0o600)
    return open(opened, "w", encoding="utf-8")


def _line(load: str, file: str, row: int, told: dict[str, str]) -> str:
    reason = BY_CODE.get(told["code"])
    fields = {name: told[name][:TEXT_MAX] for name in TOLD if told[name]}
    known = {name: fields.pop(name) for name in ("specversion", *ATTRIBUTES) if name in fields}
    why = {
        "load": load,
        "file": file,
        "row": row,
        "code": told["code"],
        "message": told["message"],
        "do": reason.remedy if reason else "",
    }
    event = {**known, "data": fields, **{f"{WHY}{name}": said for name, said in why.items()}}
    text = json.dumps(event, ensure_ascii=False)
    if told["quantity_kind"] in ("integer", "float") and len(told["quantity"]) <= TEXT_MAX:
        # A bare number stays one: as a text, a float would be taken that was refused.
        quoted = json.dumps(fields["quantity"])
        return text.replace(f'"quantity": {quoted}', f'"quantity": {fields["quantity"]}', 1)
    return text
