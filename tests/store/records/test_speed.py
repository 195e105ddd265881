"""Ten thousand invoices of six lines are numbered and stored in seconds, in little memory."""

import json
import subprocess
import sys
from pathlib import Path

from tests.store.records.test_numbers import environment


def test_a_month_of_ten_thousand_leases(records_url: str, root: Path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.store.records.bulk", records_url, "10000"],
        cwd=root,
        env=environment(root),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    # Alone on the machine, issuing takes 1.5 s by the clock on SQLite and 3.5 s on PostgreSQL.
    assert found["issue"] < 10
    assert found["last_runs"] < 1
    assert found["peak_mib"] < 500
