"""How many points are killed: a few on every run, hundreds with LESSOR_THOROUGH=1."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

THOROUGH = os.environ.get("LESSOR_THOROUGH") == "1"


@pytest.fixture
def crashing(root: Path) -> Callable[..., str]:
    """Runs one of the programs here, which open no database in themselves; what it printed."""

    def run(program: str, *arguments: object) -> str:
        ended = subprocess.run(
            [sys.executable, "-m", f"tests.faults.{program}", *map(str, arguments)],
            cwd=root,
            env={**os.environ, "PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr[-4000:]
        return ended.stdout

    return run
