"""How long a workbook takes to write, how large it is, and how long an office takes to open it.

    python bench/workbook.py

`waterfall.yaml`: four loans, five accounts, fifteen steps, five covenants, 120 months. Opened by
LibreOffice without a window, as its values stand and with every formula reckoned anew; the time of
an empty workbook, which is that of the office itself, is taken off. The bars: 5 MB, 3 s.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import xlsxwriter
from machine import hardware, load

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from lessor.report.workbook.model import model_of
from lessor.report.workbook.writing import workbook_of, write_workbook
from lessor.terms.load import require_deal

DEAL = Path(__file__).with_name("waterfall.yaml")
RUNS = 5
BAR_MB, BAR_SECONDS = 5, 3
ALWAYS, NEVER = 0, 1
SETTING = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>{mode}</value></prop>
</item>
</oor:items>
"""


def seconds(run: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def written() -> tuple[bytes, int]:
    """The workbook of the deal, and how many cells have a formula or a figure."""
    book = workbook_of(model_of(require_deal(DEAL)), DEAL.read_text(encoding="utf-8"))
    return write_workbook(book), len(book.layout.spots)


def opens(file: Path, folder: Path, mode: int) -> tuple[float, float]:
    """Wall and processor seconds to open a file and write its first sheet, in a fresh office."""
    soffice = shutil.which("soffice")
    assert soffice is not None, "LibreOffice is not installed: apt-get install libreoffice-calc"
    profile = folder / f"profile-{mode}"
    user = profile / "user"
    if not user.exists():
        user.mkdir(parents=True)
        setting = SETTING.format(mode=mode)
        (user / "registrymodifications.xcu").write_text(setting, encoding="utf-8")
    command = [soffice, f"-env:UserInstallation={profile.as_uri()}", "--headless"]
    command += ["--convert-to", "csv", "--outdir", str(folder / "out"), str(file)]
    before = os.times()
    wall = seconds(lambda: subprocess.run(command, check=True, capture_output=True))
    after = os.times()
    used = after.children_user + after.children_system
    return wall, used - before.children_user - before.children_system


def main() -> None:
    """Print the table."""
    print(hardware(), load(), sep="\n")
    takes = statistics.median(seconds(written) for _ in range(RUNS))
    data, cells = written()
    print(f"written: {takes:.2f} s, {cells:,} cells, {len(data) / 1e6:.2f} MB (bar {BAR_MB})")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "deal.xlsx").write_bytes(data)
        empty = xlsxwriter.Workbook(str(folder / "empty.xlsx"))
        empty.add_worksheet()
        empty.close()
        for mode, words in ((NEVER, "as its values stand"), (ALWAYS, "all reckoned anew")):
            opens(folder / "empty.xlsx", folder, mode)
            rows = [
                (
                    *opens(folder / "empty.xlsx", folder, mode),
                    *opens(folder / "deal.xlsx", folder, mode),
                )
                for _ in range(RUNS)
            ]
            start = statistics.median(row[0] for row in rows)
            wall = statistics.median(row[2] - row[0] for row in rows)
            used = statistics.median(row[3] - row[1] for row in rows)
            print(
                f"opened, {words}: {wall:.2f} s (bar {BAR_SECONDS}), {used:.2f} s of processor; "
                f"the office itself {start:.2f} s"
            )


if __name__ == "__main__":
    main()
