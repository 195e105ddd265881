"""Claims of service credits that have no effect are told by a close, and by the audit."""

from pathlib import Path

import pytest

from lessor.app.commands.usage_audit import usage_audit
from tests.app.test_close import Store, tokens
from tests.books.test_claims import CLAIMED
from tests.books.test_closing import DEAL


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def claim(day: str, of: str, number: int = 1):
    data = {"quantity": 1, "unit": "unit", "start": f"{of}T00:00:00Z"}
    return tokens(day, 1, type="service_credit_claim", id=f"claim-{number}", data=data)


def told(issues) -> list[str]:
    return [each["message"] for each in issues if each["code"] == "claim-without-effect"]


def closed(store: Store, period: str) -> list[str]:
    issues = store.close(period)["issues"]
    assert "usage-uncharged" not in {each["code"] for each in issues}
    return told(issues)


def audited(store: Store) -> list[str]:
    return told(usage_audit(store.folder).document["issues"])


LATE = (
    "claim claim-1 of a has no effect: it is for 2026-01, and came after 2026-02-10, the last day "
    "to claim it"
)


def test_a_claim_that_comes_too_late_is_told_by_each_close_that_it_is_about(store, tmp_path):
    store.book(CLAIMED, tmp_path)
    store.use(claim("2026-03-20", of="2026-01-20"))
    # The month that it is for, the one between, and the one in which it was made.
    assert [closed(store, f"2026-0{month}") for month in (1, 2, 3)] == [[LATE], [], [LATE]]
    assert audited(store) == [LATE]


def test_a_claim_in_time_and_one_taken_back_are_not_told(store, tmp_path):
    store.book(CLAIMED, tmp_path)
    store.use(claim("2026-02-03", of="2026-01-20"), claim("2026-03-20", of="2026-01-20", number=2))
    store.use(claim("2026-03-21", of="2026-01-20", number=3) | voiding("claim-2"))
    assert [closed(store, f"2026-0{month}") for month in (1, 2, 3)] == [[], [], []]
    assert audited(store) == []


def voiding(name: str):
    return {"data": {"quantity": 1, "unit": "unit", "voids": name}}


def test_claims_on_a_lease_without_a_credit_are_told_once_with_their_number(store, tmp_path):
    store.book(DEAL, tmp_path)
    store.use(*(claim("2026-01-25", of="2026-01-20", number=number) for number in (1, 2, 3)))
    message = "claim claim-1 of a has no effect: no service credit is agreed in 2026-01; and 2 more"
    assert closed(store, "2026-01") == [message]
    assert audited(store) == [message]
