"""Which files a command writes: the one that is named, or one each in a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lessor.app.writing_out import is_folder
from lessor.app.written_in import Format


def paths_for(names: Sequence[str], target: str | None, form: Format) -> list[Path]:
    """The file of each name; `target` is a file only where there is one name."""
    if target is not None and len(names) == 1 and not is_folder(target):
        return [Path(target)]
    folder = Path(target or ".")
    return [folder / f"{file_name(name)}.{form}" for name in names]


def file_name(name: str) -> str:
    """A name as that of a file: letters and digits of any script, all else a hyphen.

    >>> file_name("STATEMENT Model company/2026-06-30")
    'STATEMENT-Model-company-2026-06-30'
    """
    words = "".join(letter if letter.isalnum() or letter in "-_" else " " for letter in name)
    return "-".join(words.split()) or "document"
