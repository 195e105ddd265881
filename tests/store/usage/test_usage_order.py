"""Whatever the order, the split and the repetitions: the same events give the same sums."""

import tempfile
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from lessor.store.usage import take as usage_take
from tests.store.usage.taking import Sent, event, fresh, in_batches, listed, outcomes, sums, take

DAYS = ("2026-06-01T00:00:00Z", "2026-06-01T23:59:59Z", "2026-06-30T12:30:00+08:00")


counts = st.sampled_from((1, 2, -1))


@st.composite
def histories(draw: st.DrawFn) -> list[Sent]:
    """Events of which each is corrected at most once, some before they are sent at all."""
    count = draw(st.integers(1, 8))
    targets = draw(st.permutations(range(count + 2)))
    sent = []
    for number in range(count):
        kind = draw(st.sampled_from(("plain", "plain", "amends", "voids")))
        of = targets[number]
        quantity: int | None = draw(st.sampled_from((0, 1, 7, 2**63, 10**27)))
        field = {} if kind == "plain" or of == number else {kind: f"e{of}"}
        if "voids" in field:
            quantity = None
        lease = draw(st.sampled_from(("anchor", "second")))
        time = draw(st.sampled_from(DAYS))
        sent.append(event(f"e{number}", quantity, subject=lease, time=time, **field))
    return sent


def by_hand(sent: list[Sent]) -> int:
    """What counts: no event that is corrected by another, and no event that voids one."""
    corrected = {e["data"].get("amends") or e["data"].get("voids") for e in sent}
    counts = (e for e in sent if e["id"] not in corrected and "voids" not in e["data"])
    return sum(e["data"]["quantity"] for e in counts)


@hypothesis.settings(max_examples=25)
@hypothesis.given(histories(), st.data())
def test_order_split_and_repetition_change_no_sum(sent: list[Sent], data: st.DataObject):
    again = [*sent, *data.draw(st.lists(st.sampled_from(sent), max_size=4))]
    shuffled = data.draw(st.permutations(again))
    size = data.draw(st.integers(1, len(again)))
    compact_at = data.draw(st.integers(0, len(again)))
    segments_from = data.draw(st.sampled_from((1, 3, 1000)))
    with tempfile.TemporaryDirectory() as folder:
        with fresh(Path(folder) / "one") as store:
            take(store, *sent)
            expected = sums(store), sorted(listed(store)), sorted(listed(store, "second"))
        with pytest.MonkeyPatch.context() as patch, fresh(Path(folder) / "other") as store:
            patch.setattr(usage_take, "SEGMENTS_FROM", segments_from)
            for number, batch in enumerate(in_batches(shuffled, size)):
                take(store, *batch)
                if number == compact_at:
                    store.compact()
            found = sums(store), sorted(listed(store)), sorted(listed(store, "second"))
            assert store.examine() == []
            of_events = sums(store, zone="Asia/Kathmandu")
    assert found == expected
    assert sum(found[0].values()) == sum(of_events.values()) == by_hand(sent)


@st.composite
def quarrels(draw: st.DrawFn) -> list[Sent]:
    """Events of few identities that repeat, contradict and correct each other."""
    names = st.sampled_from("abcd")
    sent = []
    for _ in range(draw(st.integers(1, 9))):
        field = draw(st.sampled_from(({}, {}, {"amends": draw(names)}, {"voids": draw(names)})))
        sent.append(event(draw(names), draw(st.sampled_from((1, 2))), **field))
    return sent


def one_by_one(sent: list[Sent]) -> list[str]:
    """What becomes of each event when the rules are read in plain words."""
    kept: dict[str, Sent] = {}
    corrected: set[str] = set()
    found = []
    for told in sent:
        data = told["data"]
        target = data.get("amends") or data.get("voids")
        says = {**data, "quantity": 0} if "voids" in data else data
        if target == told["id"]:
            found.append("amends-itself")
        elif told["id"] in kept:
            found.append("duplicate" if kept[told["id"]] == says else "conflict")
        elif target in corrected:
            found.append("already-amended")
        else:
            kept[told["id"]] = says
            corrected |= {target} if target else set()
            found.append("accepted")
    return found


@hypothesis.settings(max_examples=40)
@hypothesis.given(quarrels(), st.integers(1, 9))
def test_a_batch_is_judged_as_if_its_rows_came_one_by_one(sent: list[Sent], size: int):
    with tempfile.TemporaryDirectory() as folder, fresh(Path(folder) / "usage") as store:
        answers = [outcomes(take(store, *batch)) for batch in in_batches(sent, size)]
        assert store.examine() == []
    assert [outcome for answer in answers for outcome in answer] == one_by_one(sent)


@hypothesis.settings(max_examples=25)
@hypothesis.given(st.data(), st.integers(1, 5))
def test_batches_judged_together_end_as_if_each_came_alone(data: st.DataObject, most: int):
    names = st.sampled_from(("a", "b", "c", "d"))
    corrections = st.sampled_from(({}, {}, {"amends": "a"}, {"amends": "b"}, {"voids": "c"}))
    drawn = st.builds(lambda name, count, of: event(name, count, **of), names, counts, corrections)
    sent = data.draw(st.lists(drawn, min_size=1, max_size=10))
    with tempfile.TemporaryDirectory() as folder:
        with fresh(Path(folder) / "one") as store:
            answers = [take(store, *batch) for batch in in_batches(sent, most)]
            expected = [outcome for answer in answers for outcome in outcomes(answer)]
            expected_sums = sums(store)
        with fresh(Path(folder) / "other") as store:
            together = take(store, *sent, most=most)
            assert (outcomes(together), sums(store)) == (expected, expected_sums)
            assert together[:4] == tuple(map(sum, zip(*(a[:4] for a in answers), strict=True)))
