"""The golden message of every fault that a deal can have, and that no code is without one.

Each code has a folder: `bad.yaml`, and in `expected.txt` what `lessor check` says of it. Where the
fault is not in a file it is made anew. LESSOR_REWRITE=1 writes the expected texts from what is
given now; the difference is then reviewed.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from lessor.core.issue import Issue
from lessor.core.issue_codes import ISSUE_CODES
from lessor.terms.load import load_deal
from tests.issues.test_source_issues import KEPT as KEPT_BY_SOURCE
from tests.issues.test_source_issues import agrees

HERE = Path(__file__).parent
SOUND = HERE / "date-before-closing" / "bad.yaml"

KEPT = sorted(
    folder.parent.name
    for folder in HERE.glob("*/bad.yaml")
    if folder.parent.name not in KEPT_BY_SOURCE
)


def _set_without_value() -> tuple[Issue, ...]:
    return load_deal(SOUND, ["npv_rate"])[1]


def _wrong_paths() -> tuple[Issue, ...]:
    sets = [
        "assets.server.quantity=3",
        "assets.servers.unit_cost.ammount=3",
        "quantity=3",
        "npv_rate.value=10%",
        "charges.base.amount=70_000",
        "leases.ancor.chargs.base.amount=70_000",
        "costs.staff.amount=1",
    ]
    return load_deal(SOUND, sets)[1]


MADE: dict[str, Callable[[], tuple[Issue, ...]]] = {
    "set-malformed": _set_without_value,
    "unknown-path": _wrong_paths,
}


@pytest.mark.parametrize("code", KEPT)
def test_kept_bad_file_gives_its_golden_message(code, monkeypatch):
    monkeypatch.chdir(HERE / code)
    agrees(code, load_deal("bad.yaml")[1])


@pytest.mark.parametrize("code", MADE)
def test_made_fault_gives_its_golden_message(code, monkeypatch):
    monkeypatch.chdir(SOUND.parent)
    issues = [issue for issue in MADE[code]() if issue.place.file == "--set"]
    agrees(code, tuple(issues))


def test_every_code_has_a_golden_message_and_no_message_is_without_a_code():
    golden = {folder.parent.name for folder in HERE.glob("*/expected.txt")}
    assert sorted(golden) == sorted(ISSUE_CODES)
