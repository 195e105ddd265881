"""Whatever the order, the split and the repetitions: the same events give the same sums."""

import tempfile
from itertools import product
from pathlib import Path

import hypothesis
import pytest
from hypothesis import Phase
from hypothesis import strategies as st

from lessor.store.usage import take as usage_take
from lessor.store.usage.catalogue import UsageStore
from tests.store.usage.taking import (
    Sent,
    Sums,
    event,
    fresh,
    in_batches,
    listed,
    outcomes,
    sums,
    take,
)

DAYS = ("2026-06-01T00:00:00Z", "2026-06-01T23:59:59Z", "2026-06-30T12:30:00+08:00")


counts = st.sampled_from((1, 2, -1))
leases = st.sampled_from(("anchor", "second"))
meters = st.sampled_from(("tokens_out", "tokens_in"))
# Each try makes stores; shrinking one would take minutes.
UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)


@st.composite
def histories(draw: st.DrawFn) -> list[Sent]:
    """Events of which each is corrected at most once as one of a lease and meter, its own or not.

    Some corrections come before their event is sent at all, and some name one that never is.
    """
    count = draw(st.integers(1, 8))
    sent, corrected = [], set()
    for number in range(count):
        kind = draw(st.sampled_from(("plain", "plain", "amends", "voids")))
        lease, meter = draw(leases), draw(meters)
        claim = (f"e{draw(st.integers(0, count + 1))}", lease, meter)
        quantity: int | None = draw(st.sampled_from((0, 1, 7, 2**63, 10**27)))
        is_plain = kind == "plain" or claim[0] == f"e{number}" or claim in corrected
        field = {} if is_plain else {kind: claim[0]}
        corrected |= set() if is_plain else {claim}
        if "voids" in field:
            quantity = None
        place = {"subject": lease, "type": meter, "time": draw(st.sampled_from(DAYS))}
        sent.append(event(f"e{number}", quantity, **place, **field))
    return sent


def target_of(sent: Sent) -> tuple[str | None, str, str]:
    """What an event takes back: an identity, of its own lease and meter alone."""
    return sent["data"].get("amends") or sent["data"].get("voids"), sent["subject"], sent["type"]


def by_hand(sent: list[Sent]) -> int:
    """What counts: no event that another of its lease and meter corrects, and none that voids."""
    corrected = {target_of(e) for e in sent}
    standing = (e for e in sent if (e["id"], e["subject"], e["type"]) not in corrected)
    return sum(e["data"]["quantity"] for e in standing if "voids" not in e["data"])


def told(store: UsageStore) -> tuple[Sums, list[str]]:
    """All sums, and the ids of all events that count."""
    of_events = (
        listed(store, *pair) for pair in product(("anchor", "second"), ("tokens_in", "tokens_out"))
    )
    return sums(store), sorted(name for names in of_events for name in names)


@hypothesis.settings(max_examples=25, phases=UNSHRUNK)
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
            expected = told(store)
        with pytest.MonkeyPatch.context() as patch, fresh(Path(folder) / "other") as store:
            patch.setattr(usage_take, "SEGMENTS_FROM", segments_from)
            for number, batch in enumerate(in_batches(shuffled, size)):
                take(store, *batch)
                if number == compact_at:
                    store.compact()
            found = told(store)
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
        quantity, lease, meter = draw(st.sampled_from((1, 2))), draw(leases), draw(meters)
        sent.append(event(draw(names), quantity, subject=lease, type=meter, **field))
    return sent


def one_by_one(sent: list[Sent]) -> list[str]:
    """What becomes of each event when the rules are read in plain words."""
    kept: dict[str, Sent] = {}
    corrected: set[tuple[str | None, str, str]] = set()
    found = []
    for each in sent:
        name, data, target = each["id"], each["data"], target_of(each)
        says = {**each, "data": {**data, "quantity": 0} if "voids" in data else data}
        if target[0] == name:
            found.append("amends-itself")
        elif name in kept:
            found.append("duplicate" if kept[name] == says else "conflict")
        elif target in corrected:
            found.append("already-amended")
        else:
            kept[name] = says
            corrected |= {target} if target[0] else set()
            found.append("accepted")
    return found


@hypothesis.settings(max_examples=40, phases=UNSHRUNK)
@hypothesis.given(quarrels(), st.integers(1, 9))
def test_a_batch_is_judged_as_if_its_rows_came_one_by_one(sent: list[Sent], size: int):
    with tempfile.TemporaryDirectory() as folder, fresh(Path(folder) / "usage") as store:
        answers = [outcomes(take(store, *batch)) for batch in in_batches(sent, size)]
        assert store.examine() == []
    assert [outcome for answer in answers for outcome in answer] == one_by_one(sent)


@hypothesis.settings(max_examples=25, phases=UNSHRUNK)
@hypothesis.given(st.data(), st.integers(1, 5))
def test_batches_judged_together_end_as_if_each_came_alone(data: st.DataObject, most: int):
    names = st.sampled_from(("a", "b", "c", "d"))
    corrections = st.sampled_from(({}, {}, {"amends": "a"}, {"amends": "b"}, {"voids": "c"}))
    drawn = st.builds(
        lambda name, count, lease, of: event(name, count, subject=lease, **of),
        *(names, counts, leases, corrections),
    )
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
