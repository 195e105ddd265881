"""Whatever is sent, the answer is a 2xx or a 4xx, and what counts is what was answered."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lessor.app.commands.usage_audit import usage_audit
from lessor.store.home import open_home
from tests.app.usage_store import event, made, totals
from tests.app.web.served import served

KINDS = (
    "application/cloudevents+json",
    "application/cloudevents-batch+json",
    "application/json",
    "application/x-ndjson",
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**40), 10**40),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(
        ["1e30", "-1", "1.0", "0x10", "1_000", "NaN", "9" * 28, "9" * 400, "\u0661", " 1", "1."]
    ),
    st.sampled_from(["2999-01-01T00:00:00Z", "1999-12-31T23:59:59Z", "2026-02-30T00:00:00Z"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)
FIELDS = ("id", "source", "type", "subject", "time", "specversion", "data")
DATA = ("quantity", "unit", "model", "start", "end", "amends", "voids", "prompt")


@st.composite
def events(draw):
    """An event that is right, with some of it put wrong."""
    made_up = event(draw(st.sampled_from("abcdefgh")), draw(st.integers(0, 3)))
    for name in draw(st.lists(st.sampled_from(FIELDS), max_size=2)):
        if draw(st.booleans()):
            made_up[name] = draw(VALUES)
        else:
            made_up.pop(name, None)
    if isinstance(made_up.get("data"), dict):
        for name in draw(st.lists(st.sampled_from(DATA), max_size=2)):
            made_up["data"][name] = draw(VALUES)
    return made_up


@st.composite
def bodies(draw):
    """A body: bytes, JSON, events, or events with bytes of it changed."""
    how = draw(st.integers(0, 3))
    if how == 0:
        return draw(st.binary(max_size=200))
    if how == 1:
        return json.dumps(draw(VALUES)).encode()
    sent = draw(st.lists(events(), max_size=6))
    text = json.dumps(sent).encode()
    if draw(st.booleans()):
        text = b"\n".join(json.dumps(each).encode() for each in sent)
    if how == 3 and text:
        at = draw(st.integers(0, len(text) - 1))
        text = text[:at] + draw(st.binary(max_size=3)) + text[at + 1 :]
    return text


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    home = made(tmp_path_factory.mktemp("fuzzed") / "store")
    with served(home.folder) as running, httpx.Client(headers=running.headers, timeout=30) as http:
        yield home, running, http


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(content=bodies(), kind=st.sampled_from(KINDS))
def test_no_body_is_a_500(server, content, kind):
    _, running, http = server
    told = {"content-type": kind, "accept": "application/json"}
    shown = http.post(f"{running.url}/api/v1/events", content=content, headers=told)
    assert shown.status_code in (200, 400, 409), (shown.status_code, shown.text)
    answer = shown.json()
    ends = [each["outcome"] for each in answer["events"]]
    for outcome in ("accepted", "duplicate", "conflict", "rejected"):
        assert answer[outcome] == ends.count(outcome)
    assert (shown.status_code == 200) == (answer["rejected"] == answer["conflict"] == 0)
    again = http.post(f"{running.url}/api/v1/events", content=content, headers=told).json()
    assert again["accepted"] == 0
    assert again["duplicate"] == answer["accepted"] + answer["duplicate"]


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "host",
                "origin",
                "authorization",
                "content-type",
                "content-encoding",
                "accept",
                "expect",
            ]
        ),
        st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f")),
        max_size=4,
    ),
    st.sampled_from(["/api/v1/events", "/", "/health", "/api", "//", "/%00", "/..%2f"]),
    st.sampled_from(["GET", "POST", "PUT", "OPTIONS", "HEAD"]),
)
def test_no_header_path_or_method_is_a_500(server, headers, path, method):
    _, running, http = server
    sent = {name: value.strip().encode("latin-1") for name, value in headers.items()}
    shown = http.request(method, f"{running.url}{path}", headers=sent, content=b"[]")
    assert shown.status_code < 500


def test_what_counts_is_what_its_audit_says(server):
    home, _, _ = server
    found = usage_audit(str(home.folder))
    assert [i for i in found.issues if i.code == "usage-unbalanced"] == []
    rows: Any = found.document["rows"]
    accepted: dict[tuple[str, str], int] = {}
    for row in rows:
        key = row["lease"], row["meter"]
        accepted[key] = accepted.get(key, 0) + int(row["pending"])
    assert {k: v for k, v in accepted.items() if v} == {
        k: v for k, v in totals(open_home(home.folder, {})).items() if v
    }
