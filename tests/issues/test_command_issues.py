"""The golden message of every fault in what a command is asked, beside the file that it reads.

Each code has a folder here with `expected.txt`. LESSOR_REWRITE=1 writes the texts from what is
given now; the difference is then reviewed.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lessor.app.commands.explain import explain
from lessor.app.commands.new import new
from lessor.app.commands.reference import reference
from lessor.app.commands.sensitivity import sensitivity
from lessor.app.commands.solve import solve
from lessor.app.commands.underwrite import underwrite
from lessor.app.outcome import Outcome

HERE = Path(__file__).parent
RENT = "leases.anchor.charges.base.amount"


def _new_over_a_file() -> Outcome:
    new("new.yaml")
    return new("new.yaml")


ASKED: dict[str, Callable[[], Outcome]] = {
    "equity-supports-debt": lambda: underwrite("deal.yaml", [f"{RENT}=1.3e9"]),
    "file-exists": _new_over_a_file,
    "file-not-writable": lambda: new("no-such-folder/deal.yaml"),
    "not-numeric": lambda: solve("deal.yaml", vary="leases.anchor.lessee.name", until="dscr_min=1"),
    "range-malformed": lambda: sensitivity("deal.yaml", metric="dscr_min", varies=[f"{RENT}=1e9"]),
    "target-malformed": lambda: solve("deal.yaml", vary=RENT, until="dscr_min"),
    "unknown-figure": lambda: explain("deal.yaml", "cfad"),
    "unknown-metric": lambda: solve("deal.yaml", vary=RENT, until="dscr=1.2"),
    "unknown-period": lambda: explain("deal.yaml", "cfads", period="2026-04"),
    "unknown-reference": lambda: reference("server"),
}


@pytest.mark.parametrize("code", ASKED)
def test_a_command_asked_wrongly_gives_its_golden_message(
    code, root: Path, tmp_path, monkeypatch, rewrite
):
    monkeypatch.chdir(tmp_path)
    shutil.copy(root / "examples" / "b300-10k" / "deal.yaml", "deal.yaml")
    issues = ASKED[code]().issues
    assert code in {issue.code for issue in issues}
    given = "".join(issue.render() + "\n" for issue in issues)
    golden = HERE / code / "expected.txt"
    if rewrite:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(given, encoding="utf-8")
    assert given == golden.read_text(encoding="utf-8")
