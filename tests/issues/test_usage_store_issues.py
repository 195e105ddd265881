"""The golden message of a usage store that cannot be opened."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lessor.core.issue import FaultsError
from lessor.store.usage.catalogue import UsageStore

HERE = Path(__file__).parent
USAGE = Path("books", "usage")


def _held_by_another() -> None:
    with UsageStore.open(USAGE):
        UsageStore.open(USAGE, wait_seconds=0)


def _written_over() -> None:
    (USAGE / "catalogue.duckdb").write_bytes(b"not a catalogue" * 1000)
    UsageStore.open(USAGE)


ASKED: dict[str, Callable[[], None]] = {
    "store-busy": _held_by_another,
    "store-damaged": _written_over,
}


@pytest.mark.parametrize("code", ASKED)
def test_a_usage_store_that_does_not_open(code, tmp_path, monkeypatch, rewrite):
    monkeypatch.chdir(tmp_path)
    UsageStore.create(USAGE)
    with pytest.raises(FaultsError) as raised:
        ASKED[code]()
    assert [issue.code for issue in raised.value.issues] == [code]
    given = "".join(issue.render() + "\n" for issue in raised.value.issues)
    golden = HERE / code / "expected.txt"
    if rewrite:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(given, encoding="utf-8")
    assert given == golden.read_text(encoding="utf-8")
