"""A command answers in well under a second only while heavy libraries stay off its path."""

import os
import subprocess
import sys
from pathlib import Path

HEAVY = ["fastapi", "matplotlib", "openpyxl", "pandas", "scipy", "sqlalchemy", "xlsxwriter"]


def test_the_command_line_loads_nothing_heavy(root: Path):
    shown = subprocess.run(
        [sys.executable, "-c", "import sys, lessor.app.cli; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(root / "src")},
    )
    assert shown.returncode == 0, shown.stderr
    loaded = set(shown.stdout.split())
    assert "lessor.app.cli" in loaded
    assert loaded.isdisjoint(HEAVY), sorted(loaded & set(HEAVY))
