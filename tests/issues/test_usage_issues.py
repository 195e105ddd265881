"""The golden message of every fault in taking usage in and in accounting for it.

Each code has a folder here with `expected.txt`. LESSOR_REWRITE=1 writes the texts from what is
given now; the difference is then reviewed.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from lessor.app.commands.serve import serve
from lessor.app.commands.usage_audit import usage_audit
from lessor.app.commands.usage_conflicts import usage_conflicts
from lessor.app.commands.usage_load import Asked, usage_load
from lessor.app.outcome import Outcome
from lessor.store.usage.catalogue import UsageStore
from tests.app.usage_store import event, made, ndjson

HERE = Path(__file__).parent
STORE = "store"


def _loaded(*events) -> Outcome:
    return usage_load(Asked((str(ndjson(Path("events.ndjson"), events)),), STORE))


def _table(header: str) -> Outcome:
    Path("usage.csv").write_text(header + "\n", encoding="utf-8")
    return usage_load(Asked(("usage.csv",), STORE))


def _two_of_one_identity() -> Outcome:
    _loaded(event("a", 5))
    return _loaded(event("a", 6))


def _turned_when_it_is_void() -> Outcome:
    _loaded(event("a", 5))
    _loaded(event("a", 6), event("-a", 0, voids="a"))
    return usage_conflicts(STORE, resolve=1, keep="second")


def _of_a_tenant_misspelt() -> Outcome:
    _loaded(event("a", 5))
    return usage_load(Asked(("events.ndjson",), STORE, tenant="defualt"))


def _settled_otherwise() -> Outcome:
    _two_of_one_identity()
    usage_conflicts(STORE, resolve=1, keep="first")
    return usage_conflicts(STORE, resolve=1, keep="second")


def _with_a_sum_that_is_lost() -> Outcome:
    _loaded(event("a", 5))
    with UsageStore.open(Path(STORE, "usage")) as store:
        store.connection.execute("DELETE FROM deltas")
    return usage_audit(STORE)


def _open_to_all() -> Outcome:
    found = serve("0.0.0.0", 0, STORE)
    if found.result is not None:
        found.result.listening.close()
    return found


def _corrected_amiss() -> Outcome:
    _loaded(event("a", 5), event("b", 6, voids="nowhere"))
    _loaded(event("c", 7, subject="conversation", amends="a"))
    return usage_audit(STORE)


ASKED: dict[str, Callable[[], Outcome]] = {
    # An address that is kept for documents, so that no machine has it.
    "address-taken": lambda: serve("192.0.2.1", 8321, STORE),
    "columns-missing": lambda: _table("id,time,quantity"),
    "columns-repeated": lambda: _table("id,type,meter,subject,time"),
    "conflict-overtaken": _turned_when_it_is_void,
    "conflict-resolved": _settled_otherwise,
    "conflicts-open": _two_of_one_identity,
    "correction-astray": _corrected_amiss,
    "open-to-network": _open_to_all,
    "rows-set-aside": lambda: _loaded(event("a", -5), event("b", 6, subject="nobody")),
    "tenant-new": _of_a_tenant_misspelt,
    "unknown-conflict": lambda: usage_conflicts(STORE, resolve=7, keep="first"),
    "usage-unbalanced": _with_a_sum_that_is_lost,
}


@pytest.mark.parametrize("code", ASKED)
def test_usage_that_is_wrong_gives_its_golden_message(code, tmp_path, monkeypatch, rewrite):
    monkeypatch.chdir(tmp_path)
    made(Path(STORE))
    issues = ASKED[code]().issues
    assert code in {issue.code for issue in issues}
    given = "".join(issue.render() + "\n" for issue in issues)
    golden = HERE / code / "expected.txt"
    if rewrite:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(given, encoding="utf-8")
    assert given == golden.read_text(encoding="utf-8")
