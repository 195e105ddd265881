"""Each reason to set an event aside has an event that meets it, and one beside it that does not."""

import json
from pathlib import Path

import pytest

from lessor.store.usage.catalogue import UsageStore
from lessor.store.usage.raw import raw_of_json, raw_of_ndjson
from lessor.store.usage.reasons import BY_CODE, REASONS
from lessor.store.usage.take import BatchInfo
from tests.store.usage.taking import JUNE, KNOWN, RECEIVED, event, fresh, outcomes, take, total

MONEY = {"type": "lessee_revenue", "unit": "CNY"}


def nested(depth: int) -> dict[str, object]:
    """An event of so many levels; brackets within texts are none."""
    inner: object = {"text": '[{"\\[{'}
    for level in range(depth - 2):
        inner = [inner] if level % 2 else {"deeper": inner}
    return event("a") | {"more": inner}


GOOD = {
    "no fields but those needed": event("a"),
    "a lease's own meter": event("a", type="requests", unit="thousand"),
    "a decimal text": event("a", "0.5", type="kwh", unit="kwh"),
    "none used": event("a", 0),
    "nothing below zero": event("a", "-0"),
    "the most": event("a", 10**27),
    "the most with a fraction": event("a", f"{10**21}.000", unit="million_tokens"),
    "money of the lease": event("a", "12.34", **MONEY),
    "yen": event("a", 12, type="cost.power", unit="JPY", subject="second"),
    "a name of 256 characters": event("é" * 256),
    "a day ahead": event("a", time="2026-07-02T08:00:00Z"),
    "the first moment": event("a", time="2000-01-01T00:00:00Z"),
    "a void without quantity": event("a", None, voids="b", unit=None),
    "a start without an end": event("a", start="2026-06-01T00:00:00Z"),
    "an interval of no length": event(
        "a", start="2026-06-01T00:00:00Z", end="2026-06-01T08:00:00+08:00"
    ),
    "32 levels": nested(32),
    "many brackets side by side": event("a") | {"more": [{"a": []}] * 40},
}

BAD = {
    "specversion-unknown": [event("a", specversion="0.3"), event("a", specversion=None)],
    "id-missing": [event(""), event("a", id=None)],
    "source-missing": [event("a", source="")],
    "too-long": [event("é" * 257), event("a", subject="x" * 257), event("a", model="x" * 257)],
    "time-missing": [event("a", time="")],
    "time-unreadable": [
        event("a", time=time)
        for time in (
            "2026-06-10", "2026-06-10T08:00:00", "2026-06-10T08:00Z", "infinity", "epoch",
            "2026-02-30T00:00:00Z", "2026-06-10T24:00:00Z", "2026-06-10T08:00:00+25:00", "x",
            "2026-06-10T08:00:60Z", " 2026-06-10T08:00:00Z", "2026-06-10T08:00:00Z; DROP",
        )
    ],
    "time-in-future": [event("a", time="2026-07-02T08:00:00.000001Z")],
    "time-too-early": [event("a", time="1999-12-31T23:59:59Z")],
    "lease-unknown": [event("a", subject="other"), event("a", subject=None)],
    "meter-unknown": [
        event("a", type="requests", subject="second", unit="unit"),
        event("a", type="cost."),
        event("a", type=""),
    ],
    "quantity-missing": [event("a", None), event("a") | {"data": None}, event("a") | {"data": 5}],
    "quantity-is-float": [event("a", 1.0), event("a", 1e3), event("a", 1e30)],
    "quantity-unreadable": [
        event("a", quantity)
        for quantity in ("", "1e3", "NaN", "1,000", " 1", "0x10", ".5", "1.", True, [1], {"a": 1})
    ],
    "quantity-negative": [event("a", -1), event("a", "-0.5")],
    "quantity-too-large": [
        event("a", 10**27 + 1),
        event("a", 10**40),
        event("a", "9" * 5000),
        event("a", 10**21 + 1, unit="million_tokens"),
    ],
    "quantity-too-fine": [
        event("a", "0.5"),
        event("a", "0.0000005", unit="million_tokens"),
        event("a", "0.0000000000001", unit="million_tokens"),
        event("a", "12.345", **MONEY),
        event("a", "0.5", type="cost.power", unit="JPY", subject="second"),
    ],
    "unit-missing": [event("a", unit=None)],
    "unit-unknown": [
        event("a", unit="kwh"),
        event("a", unit="byte"),
        event("a", **MONEY | {"unit": "yuan"}),
    ],
    "currency-differs": [event("a", **MONEY | {"unit": "USD"})],
    "interval-unreadable": [
        event("a", start="then"),
        event("a", end="2026-06-01T00:00:00Z"),
        event("a", start="2026-06-02T00:00:00Z", end="2026-06-01T00:00:00Z"),
    ],
    "claim-without-month": [event("a", type="service_credit_claim", quantity=1, unit="unit")],
    "amends-and-voids": [event("a", amends="b", voids="c")],
    "amends-itself": [event("a", amends="a"), event("a", voids="a")],
    "too-large": [event("a", prompt="x" * 65_536)],
    "too-deep": [nested(33), nested(500)],
    "not-an-event": [event("a") | {"id": 5}, event("a") | {"subject": {"a": 1}}],
}  # fmt: skip

TEXTS = {
    b"{": "malformed-json",
    b'{"id": "a"': "malformed-json",
    b"\xff\xfe": "malformed-json",
    b'{"id": "\\ud800"}': "malformed-json",
    b"5": "not-an-event",
    b'"text"': "not-an-event",
    b"[5]": "not-an-event",
    b"null": "not-an-event",
}


@pytest.fixture
def store(tmp_path: Path):
    with fresh(tmp_path / "usage") as opened:
        yield opened


@pytest.mark.parametrize("case", GOOD)
def test_good_events_are_accepted(store: UsageStore, case: str):
    assert outcomes(take(store, GOOD[case])) == ["accepted"]


@pytest.mark.parametrize("code", BAD)
def test_a_bad_event_is_rejected_with_its_reason(store: UsageStore, code: str):
    answer = take(store, *BAD[code], event("good", 7))
    assert outcomes(answer) == [code] * len(BAD[code]) + ["accepted"]
    assert {row["message"] for row in answer.rows.to_pylist()} == {BY_CODE[code].message, ""}
    assert (total(store), answer.rejected) == (7, len(BAD[code]))


@pytest.mark.parametrize("line", TEXTS)
def test_a_text_that_is_no_event_is_rejected_alone(store: UsageStore, line: bytes):
    block = json.dumps(event("a", 1)).encode() + b"\n" + line + b"\n" + b"\n"
    answer = store.take(raw_of_ndjson(block, 10), KNOWN, batch=BatchInfo("own", RECEIVED))
    assert outcomes(answer) == ["accepted", TEXTS[line]]
    assert answer.rows["row"].to_pylist() == [10, 11]


def test_every_reason_is_shown(store: UsageStore):
    shown = {*BAD, *TEXTS.values(), "already-amended"}
    assert shown == {reason.code for reason in REASONS}


def test_the_first_reason_in_the_list_is_told(store: UsageStore):
    sent = event("", 1.5, source="", time="x", subject="y", specversion="2", unit="z")
    assert outcomes(take(store, sent)) == ["specversion-unknown"]
    sent |= {"specversion": "1.0", "id": "a", "source": "s"}
    assert outcomes(take(store, sent)) == ["time-unreadable"]


def test_quantities_become_smallest_units(store: UsageStore):
    take(
        store,
        event("a", "0.000001", unit="million_tokens", type="tokens_in"),
        event("b", "1.5", unit="gpu_hour", type="gpu_seconds"),
        event("c", "2.125", unit="mwh", type="kwh"),
        event("d", "12.30", **MONEY),
        event("e", 10**27),
    )
    found = store.day_sums(None, *JUNE, cutoff=store.cutoff())
    assert {row.meter: row.quantity for row in found} == {
        "tokens_in": 1, "gpu_seconds": 5400, "kwh": 2_125_000, "lessee_revenue": 1230,
        "tokens_out": 10**27,
    }  # fmt: skip


def test_a_body_is_one_event_or_an_array():
    one = raw_of_json(json.dumps(event("a")).encode())
    many = raw_of_json(json.dumps([event("a"), 5, event("b")]).encode())
    assert one["id"].to_pylist() == ["a"]
    assert many["id"].to_pylist() == ["a", "", "b"]
    assert many["row"].to_pylist() == [0, 1, 2]
    assert many["fault"].to_pylist() == ["", "not-an-event", ""]
    assert raw_of_json(b"[]").num_rows == 0


@pytest.mark.parametrize("body", [b"", b"[", b'[{"id": "a"},', b"\xff", b"{"])
def test_a_body_that_is_not_json_is_one_fault(body: bytes):
    assert raw_of_json(body)["fault"].to_pylist() == ["malformed-json"]


def test_nothing_is_read_that_is_not_named():
    sent = event("a", prompt="a secret") | {"response": "a secret", "more": ["a secret"]}
    raw = raw_of_json(json.dumps(sent).encode())
    assert "secret" not in str(raw.to_pylist())


def test_texts_are_read_as_they_are_meant():
    name = 'quote " backslash \\ line \n zero \x00 é 中'
    raw = raw_of_json(json.dumps(event(name, model=name)).encode())
    assert (raw["id"].to_pylist(), raw["model"].to_pylist()) == ([name], [name])


@pytest.mark.parametrize(
    ("meter", "unit", "counted"),
    [
        ("tokens_out", "tokens", 2),
        ("tokens_out", "Million-Tokens", 2_000_000),
        ("gpu_seconds", "GPU hours", 7_200),
        ("gpu_seconds", "seconds", 2),
        ("kwh", "kWh", 2_000),
        ("requests", "request", 2),
        ("requests", "requests", 2),
        ("requests", "thousand", 2_000),
    ],
)
def test_a_unit_may_be_written_as_people_do(store: UsageStore, meter: str, unit: str, counted: int):
    assert outcomes(take(store, event("a", 2, type=meter, unit=unit))) == ["accepted"]
    assert total(store) == counted
