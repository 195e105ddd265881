"""LibreOffice without a window: reckons workbooks anew, whatever values they came with."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import openpyxl
import pytest

SOFFICE = shutil.which("soffice")
NO_OFFICE = "no LibreOffice (soffice): apt-get install libreoffice-calc"
needs_office = pytest.mark.skipif(SOFFICE is None, reason=NO_OFFICE)

ALWAYS = 0
"""Recalculate on load: always. By default the office may show the values that are in the file."""

OFFICES = 2
"""How many run at once."""

POISON = 999
_SHEETS = "xl/worksheets/"
_CACHED = re.compile(rb"</f><v>[^<]*</v>")
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>{mode}</value></prop>
</item>
</oor:items>
"""

Edit = Callable[[str, bytes], bytes]
"""What becomes of a part of a workbook, by its name."""


def edited(data: bytes, edit: Edit) -> bytes:
    """A workbook with its parts edited."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as came,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as went,
    ):
        for name in came.namelist():
            went.writestr(name, edit(name, came.read(name)))
    return made.getvalue()


def poisoned(data: bytes) -> bytes:
    """The workbook with the value beside every formula replaced by a wrong one."""
    wrong = f"</f><v>{POISON}</v>".encode()
    return edited(
        data,
        lambda name, part: _CACHED.sub(wrong, part) if name.startswith(_SHEETS) else part,
    )


def with_cells(data: bytes, sheet: str, cells: Mapping[str, float]) -> bytes:
    """The workbook with other numbers in some cells of the part `sheet`."""

    def edit(name: str, part: bytes) -> bytes:
        if name != f"{_SHEETS}{sheet}":
            return part
        for cell, value in cells.items():
            written = re.compile(rf'(<c r="{cell}"[^>]*>)<v>[^<]*</v>'.encode())
            part, count = written.subn(rf"\g<1><v>{value!r}</v>".encode(), part)
            assert count == 1, cell
        return part

    return edited(data, edit)


def recalculated(files: Mapping[str, bytes], folder: Path) -> dict[str, bytes]:
    """The workbooks, by name, as LibreOffice saves them with every formula reckoned anew.

    The largest go first and in turns to each of a few offices, each with a profile of its own.
    """
    came, out = folder / "came", folder / "out"
    came.mkdir()
    for name, data in files.items():
        (came / f"{name}.xlsx").write_bytes(data)
    ranked = sorted(came.iterdir(), key=lambda file: file.stat().st_size, reverse=True)
    with ThreadPoolExecutor(OFFICES) as pool:
        runs = [
            pool.submit(_convert, ranked[number::OFFICES], out, folder / f"profile-{number}")
            for number in range(OFFICES)
        ]
        for run in runs:
            run.result()
    return {name: (out / f"{name}.xlsx").read_bytes() for name in files}


def _convert(files: Sequence[Path], out: Path, profile: Path) -> None:
    if not files:
        return
    assert SOFFICE is not None, NO_OFFICE
    user = profile / "user"
    user.mkdir(parents=True)
    setting = _PROFILE.format(mode=ALWAYS)
    (user / "registrymodifications.xcu").write_text(setting, encoding="utf-8")
    command = [SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to"]
    command += ["xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), *map(str, files)]
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, env=environment)
    assert done.returncode == 0, done.stderr


def values_of(data: bytes) -> dict[str, list[tuple[Any, ...]]]:
    """Every sheet's values, row by row."""
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    found = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
    book.close()
    return found
