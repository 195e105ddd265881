"""Rows of usage that were set aside: the files that wait to be mended, and what they say."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from lessor.store.home import Home

NAME = re.compile(r"[0-9a-f]{16}")
"""What a file of rows set aside is called: 16 digits that stand for what was loaded."""


class RejectedRow(NamedTuple):
    """A row that could not be counted: where it stood, why, what to do; `event`: what it said."""

    file: str
    row: int
    code: str
    message: str
    remedy: str
    event: Mapping[str, Any]

    @property
    def said(self) -> str:
        """The event as one line of JSON."""
        return json.dumps(self.event, ensure_ascii=False)


class RejectedFile(NamedTuple):
    """The rows set aside of one load: its name, when it was written, how many of each code."""

    name: str
    files: tuple[str, ...]
    at: datetime
    codes: Mapping[str, int]

    @property
    def rows(self) -> int:
        """How many rows."""
        return sum(self.codes.values())


def rejected_files(home: Home) -> list[RejectedFile]:
    """Every file of rows that were set aside, the newest first."""
    folder = home.usage_folder / "rejects"
    found = [_file(path) for path in folder.glob("*.ndjson") if NAME.fullmatch(path.stem)]
    return sorted(found, key=lambda each: (each.at, each.name), reverse=True)


def rejected_path(home: Home, name: str) -> Path | None:
    """The file of that name; None where there is none, or where it is no such name."""
    path = home.usage_folder / "rejects" / f"{name}.ndjson"
    return path if NAME.fullmatch(name) and path.is_file() else None


def rejected_rows(path: Path, most: int) -> list[RejectedRow]:
    """The first rows of a file, up to so many."""
    found: list[RejectedRow] = []
    for line in _lines(path):
        if len(found) == most:
            break
        event = {key: said for key, said in line.items() if not key.startswith("rejected")}
        found.append(
            RejectedRow(
                file=Path(str(line.get("rejectedfile", ""))).name,
                row=int(line.get("rejectedrow", 0)),
                code=str(line.get("rejectedcode", "")),
                message=str(line.get("rejectedmessage", "")),
                remedy=str(line.get("rejecteddo", "")),
                event=event,
            )
        )
    return found


def _file(path: Path) -> RejectedFile:
    codes: Counter[str] = Counter()
    files: dict[str, None] = {}
    for line in _lines(path):
        codes[str(line.get("rejectedcode", ""))] += 1
        files[Path(str(line.get("rejectedfile", ""))).name] = None
    at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return RejectedFile(path.stem, tuple(files), at, dict(codes.most_common()))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for text in lines:
            try:
                line = json.loads(text)
            except ValueError:
                # The last line of a load that is still running, or that was killed.
                return
            if isinstance(line, dict):
                yield line
