"""Waiting requests share a transaction, and the store is let go in time."""

import itertools
import time
from typing import Any

import pytest

from lessor.app.web.limits import Limits
from lessor.app.web.writer import Body, Writer
from tests.app.web.fake_store import FakeStore


def body(name: str) -> Body:
    return Body(f'{{"id": "{name}"}}'.encode(), "json")


def submitted(writer: Writer, name: str) -> Any:
    """The result to come of an event that is let in."""
    result = writer.submit(body(name))
    assert result is not None
    return result


def test_what_waits_together_is_one_transaction():
    store = FakeStore()
    store.open.clear()
    with Writer(store.turn, Limits(linger_seconds=0.0)) as writer:
        first = submitted(writer, "first")
        while not first.running():
            time.sleep(0.001)
        rest = [submitted(writer, str(number)) for number in range(20)]
        store.open.set()
        assert [each.result(5).accepted for each in rest] == [1] * 20
    assert store.groups == [1, 20]


def test_what_comes_right_after_an_answer_is_one_transaction():
    store = FakeStore()
    with Writer(store.turn, Limits(gather_seconds=0.5, linger_seconds=5.0)) as writer:
        submitted(writer, "first").result(5)
        second = submitted(writer, "second")
        time.sleep(0.1)
        third = submitted(writer, "third")
        assert [each.result(5).accepted for each in (second, third)] == [1, 1]
    assert store.groups == [1, 2]


def test_a_transaction_holds_no_more_than_it_may():
    store = FakeStore()
    store.open.clear()
    size = len(body("0").content)
    with Writer(store.turn, Limits(linger_seconds=0.0, group_bytes_max=2 * size)) as writer:
        results = [submitted(writer, str(number)) for number in range(7)]
        store.open.set()
        assert [each.result(5).accepted for each in results] == [1] * 7
    assert max(store.groups) <= 2


def test_the_store_is_let_go_though_work_goes_on():
    store = FakeStore()
    ticks = itertools.count()
    limits = Limits(linger_seconds=0.01, yield_seconds=0.0, held_seconds=3.0)
    with Writer(store.turn, limits, clock=lambda: float(next(ticks))) as writer:
        for number in range(9):
            submitted(writer, str(number)).result(5)
    assert store.turns >= 3


def test_what_waits_at_the_end_is_still_taken_and_what_comes_later_is_not():
    store = FakeStore()
    store.open.clear()
    writer = Writer(store.turn, Limits(linger_seconds=0.0))
    with writer:
        results = [submitted(writer, str(number)) for number in range(3)]
        store.open.set()
    assert [each.result(0).accepted for each in results] == [1, 1, 1]
    assert writer.submit(body("late")) is None


def test_a_request_that_was_left_is_not_taken():
    store = FakeStore()
    store.open.clear()
    with Writer(store.turn, Limits(linger_seconds=0.0)) as writer:
        first = submitted(writer, "first")
        while not first.running():
            time.sleep(0.001)
        left, kept = submitted(writer, "left"), submitted(writer, "kept")
        assert left.cancel()
        store.open.set()
        assert kept.result(5).accepted == 1
    assert set(store.seen) == {"first", "kept"}


def test_an_unknown_fault_of_the_store_reaches_who_waits_and_the_writer_goes_on(caplog):
    store = FakeStore()
    store.fault = ZeroDivisionError("a broken invariant")
    with Writer(store.turn, Limits(linger_seconds=0.0)) as writer:
        with pytest.raises(ZeroDivisionError):
            submitted(writer, "lost").result(5)
        store.fault = None
        assert submitted(writer, "next").result(5).accepted == 1
    assert "a broken invariant" in caplog.text
