"""What others lost or counted twice in public: each counts once here, or is said.

The numbers are those of the issue and pull request pages of the projects on GitHub, 2023 to 2026.
"""

import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from lessor.store.usage import take as taking
from lessor.store.usage.catalogue import UsageStore
from tests.app.kept_store import RENTED, book, close, event, make_store, take

NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)


@pytest.fixture
def home(tmp_path):
    home = make_store(tmp_path / "store")
    book(home, copies=1)
    return home


def metered(home) -> int:
    with UsageStore.open(home.usage_folder) as store:
        days = (date(2026, 1, 1), date(2027, 1, 1))
        return sum(each.quantity for each in store.day_sums(None, *days, cutoff=store.cutoff()))


def outcomes(answer) -> dict[str, int]:
    return dict(Counter(answer.rows.column("outcome").to_pylist()))


def test_openmeter_5118_a_retry_after_a_failed_write_counts(home, monkeypatch):
    """There the key was claimed before the write: the retry was told success, and metered zero."""
    settle, fails = taking.settle, [True]

    def failing(*args):
        answer = settle(*args)
        if fails.pop() if fails else False:
            raise OSError("the disk is gone")
        return answer

    monkeypatch.setattr(taking, "settle", failing)
    line = event(1, "a", NOON, 7)
    with pytest.raises(Exception, match="the disk is gone"):
        take(home, [line])
    assert metered(home) == 0
    assert outcomes(take(home, [line])) == {"accepted": 1}
    assert metered(home) == 7
    assert outcomes(take(home, [line])) == {"duplicate": 1}
    assert metered(home) == 7


def test_openmeter_4902_what_was_answered_outlives_the_program(home, root):
    """There 77 seconds of accepted usage were missing after the nodes were replaced."""
    running = subprocess.Popen(
        [sys.executable, "-m", "tests.regressions.answering", str(home.folder)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    for _ in range(77):
        assert running.stdout.readline()
    running.kill()
    # What was on its way through the pipe was answered too.
    answered = 77 + len(running.stdout.read().splitlines())
    running.stdout.close()
    running.wait()
    # The last one may have been kept without an answer.
    assert metered(home) in (answered, answered + 1)


@pytest.mark.parametrize("said", ["model", "cluster", "node"])
def test_lago_5359_an_event_is_in_one_bucket_whatever_it_is_filtered_by(home, said):
    """There one id and time under two filters was counted in both buckets (#5334 was reverted)."""
    lines = [event(1, "a", NOON, 7, **{said: bucket}) for bucket in ("one", "two")]
    assert outcomes(take(home, lines)) == {"accepted": 1, "conflict": 1}
    assert outcomes(take(home, lines)) == {"duplicate": 1, "conflict": 1}
    assert metered(home) == 7
    with UsageStore.open(home.usage_folder) as store:
        assert len(store.conflicts()) == 1


def test_lago_4725_the_same_id_at_another_time_is_the_same_event(home):
    """There the time was part of the identity: a resend with a new time counted again."""
    take(home, [event(1, "a", NOON, 7)])
    close(home, "2026-01")
    for later in (timedelta(microseconds=1), timedelta(days=1), timedelta(days=45)):
        assert outcomes(take(home, [event(1, "a", NOON + later, 7)])) == {"conflict": 1}
    assert metered(home) == 7
    assert [len(close(home, month).issued) for month in ("2026-01", "2026-02")] == [1, 1]


def test_litellm_28376_an_id_that_two_sources_share_is_two_events(home):
    """There the id alone was the key: of requests that shared one, all but the first were gone."""
    other = event(1, "a", NOON, 11).replace('"gateway"', '"another gateway"')
    assert outcomes(take(home, [event(1, "a", NOON, 7), other])) == {"accepted": 2}
    assert metered(home) == 18


def test_litellm_28376_a_collision_within_a_source_is_never_silent(home):
    """There a row whose id was taken was skipped without an error, and no one could see it."""
    take(home, [event(1, "a", NOON, 7)])
    answer = take(home, [event(1, "a", NOON, 8), event(2, "a", NOON, 1)])
    assert answer.rows.column("code").to_pylist() == ["conflict", ""]
    with UsageStore.open(home.usage_folder) as store:
        [conflict] = store.conflicts()
    assert (conflict.id, conflict.quantity) == ("1", 8)
    assert metered(home) == 8


def test_litellm_39749_an_event_without_an_id_is_refused_and_no_none_is_made_of_it(home):
    """There a missing id became the word None, and every second such row was a duplicate."""
    lines = [event(1, "a", NOON, 7).replace('"id": "1"', '"id": null') for _ in range(2)]
    answer = take(home, lines)
    assert answer.rows.column("code").to_pylist() == ["id-missing"] * 2


@pytest.mark.parametrize("count", [99, 100, 101, 1_001])
def test_litellm_29292_every_row_of_a_flush_is_kept(tmp_path, count):
    """There a flush kept its first 100 groups and dropped the others."""
    home = make_store(tmp_path / "store")
    leases = book(home, RENTED, copies=101)
    lines = [
        event(n, leases[n % len(leases)], NOON + timedelta(hours=n % 7), n + 1, model=f"m{n}")
        for n in range(count)
    ]
    assert outcomes(take(home, lines)) == {"accepted": count}
    assert metered(home) == count * (count + 1) // 2
