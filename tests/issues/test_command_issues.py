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
from lessor.app.commands.quote import quote
from lessor.app.commands.reference import reference
from lessor.app.commands.sensitivity import sensitivity
from lessor.app.commands.solve import solve
from lessor.app.commands.underwrite import underwrite
from lessor.app.commands.waterfall import waterfall
from lessor.app.outcome import Outcome

HERE = Path(__file__).parent
RENT = "leases.anchor.charges.base.amount"
BANK = "facilities.bank.repayment"
SPV = (
    "{accounts: {collection: {kind: collection}}, "
    "waterfall: [pay operating_costs, pay bank, distribute equity]}"
)
TESTED = SPV.replace("waterfall", "covenants: {cover: {measure: dscr, level: 1.05}}, waterfall")
ENDLESS = [
    "facilities.bank.principal={share: 100%, of: total_uses}",
    "facilities.bank.rate.value=100%",
    "facilities.bank.draw=at_closing",
    "construction={until: 24 months}",
]


def _new_over_a_file() -> Outcome:
    new("new.yaml")
    return new("new.yaml")


ASKED: dict[str, Callable[[], Outcome]] = {
    "covenant-fails": lambda: underwrite("deal.yaml", [f"spvs.spv={TESTED}"]),
    "debt-in-arrears": lambda: underwrite("deal.yaml", [f"spvs.spv={SPV}", f"{RENT}=1.3e9"]),
    "debt-unpaid": lambda: underwrite("deal.yaml", [f"spvs.spv={SPV}", "horizon=48 months"]),
    "equity-supports-debt": lambda: underwrite("deal.yaml", [f"{RENT}=1.3e9"]),
    "file-exists": _new_over_a_file,
    "file-not-writable": lambda: new("no-such-folder/deal.yaml"),
    "lease-unsaid": lambda: quote("deal.yaml"),
    "maturity-after-plan": lambda: underwrite("deal.yaml", ["horizon=48 months"]),
    "not-quoted": lambda: quote(
        "deal.yaml", "bank", [f"{BANK}.profile=sculpted", f"{BANK}.dscr=1.2"]
    ),
    "not-numeric": lambda: solve("deal.yaml", vary="leases.anchor.lessee.name", until="dscr_min=1"),
    "range-malformed": lambda: sensitivity("deal.yaml", metric="dscr_min", varies=[f"{RENT}=1e9"]),
    "target-malformed": lambda: solve("deal.yaml", vary=RENT, until="dscr_min"),
    "no-waterfall": lambda: waterfall("deal.yaml"),
    "unknown-date": lambda: waterfall("deal.yaml", [f"spvs.spv={SPV}"], on="2026-06-02"),
    "uses-without-end": lambda: underwrite("deal.yaml", ENDLESS),
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
