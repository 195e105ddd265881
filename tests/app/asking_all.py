"""Asks every command of the books of a store that cannot be written to; prints how each ended.

Arguments: the folder of the store, and what keeps it from being written to: `folder` or `disk`.
"""

import ctypes
import json
import resource
import sys
from pathlib import Path

from typer.testing import CliRunner

from lessor.app.cli import app

NUMBER = "ACME-COMPUTE-2026-000001"
READING = (
    "invoice list",
    f"invoice show {NUMBER}",
    f"invoice trace {NUMBER} --line 2",
    "receivables",
    "usage audit",
    "usage conflicts",
    "actual-vs-plan a",
    "doctor",
)
WRITING = (
    "close 2026-02",
    "close 2026-02 --draft",
    f"invoice void {NUMBER} --reason wrong",
    "usage load more.ndjson",
    "usage conflicts --resolve 1 --keep first",
    f"receive a 5 --for invoice --number {NUMBER} --date 2026-02-09 --reference x",
)


def keep_to_the_modes_of_files() -> None:
    """Root writes to every file until it gives up the right to (capabilities 1 and 2 of Linux)."""
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    data = (ctypes.c_uint32 * 6)()
    if libc.capget(header, data) == 0:
        data[0] &= ~0b110
        libc.capset(header, data)


def main(folder: str, kept_by: str) -> None:
    if kept_by == "folder":
        keep_to_the_modes_of_files()
        for path in (Path(folder), *Path(folder).rglob("*")):
            path.chmod(0o500 if path.is_dir() else 0o400)
    else:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    ends = {}
    for words in (*READING, *WRITING):
        ended = CliRunner().invoke(app, [*words.split(), "--store", folder, "--json"])
        told = ended.stdout if ended.exit_code in (0, 2) else str(ended.exception)
        found = json.loads(told)["issues"] if told.startswith("{") else [{"code": told}]
        ends[words] = [ended.exit_code, sorted({issue["code"] for issue in found})]
    sys.stdout.write(json.dumps(ends))


if __name__ == "__main__":
    main(*sys.argv[1:])
