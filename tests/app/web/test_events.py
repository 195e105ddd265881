"""What a request gets, whatever it brings; the store behind is one in memory."""

import asyncio
import json

import pytest

from lessor.app.web.limits import Limits
from lessor.app.web.writer import Writer
from lessor.core.issue import FaultsError, Issue
from tests.app.web.fake_store import FakeStore, client

ONE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
EVENT = {"id": "a", "quantity": 1}


def posted(content, content_type=ONE, *, store=None, limits=None, **headers):
    """The answer to one POST."""
    limits = limits or Limits(linger_seconds=0.0)
    text = content if isinstance(content, bytes) or hasattr(content, "__aiter__") else None
    text = text if text is not None else json.dumps(content).encode()

    async def post(writer):
        async with client(writer, limits) as http:
            told = {"content-type": content_type, **headers}
            return await http.post("/api/v1/events", content=text, headers=told)

    with Writer((store or FakeStore()).turn, limits) as writer:
        return asyncio.run(post(writer))


def test_one_event_that_is_kept_is_answered_with_204_and_counts():
    shown = posted(EVENT)
    assert (shown.status_code, shown.content) == (204, b"")
    assert shown.headers["lessor-accepted"] == "1"


def test_a_client_that_asks_for_json_gets_the_answer_in_full():
    shown = posted([EVENT, EVENT], BATCH, accept="application/json")
    assert shown.status_code == 200
    assert shown.json() == {
        "accepted": 1,
        "duplicate": 1,
        "conflict": 0,
        "rejected": 0,
        "events": [
            {"row": 1, "id": "a", "outcome": "accepted", "code": "", "message": ""},
            {"row": 2, "id": "a", "outcome": "duplicate", "code": "", "message": ""},
        ],
    }


def test_a_bad_event_beside_good_ones_is_a_400_that_says_which_are_kept():
    store = FakeStore()
    batch = [EVENT, {"id": "b", "quantity": -1}, {"id": "c", "quantity": 2}]
    shown = posted(batch, BATCH, store=store)
    told = shown.json()
    assert (shown.status_code, told["status"], told["title"]) == (400, 400, "Bad request")
    assert shown.headers["content-type"] == "application/problem+json"
    assert (told["accepted"], told["rejected"]) == (2, 1)
    assert told["events"][1]["code"] == "quantity-negative"
    assert set(store.seen) == {"a", "c"}
    again = posted(batch, BATCH, store=store).json()
    assert (again["accepted"], again["duplicate"], again["rejected"]) == (0, 2, 1)


def test_another_payload_for_a_known_identity_is_a_409():
    store = FakeStore()
    posted(EVENT, store=store)
    shown = posted({"id": "a", "quantity": 2}, store=store)
    assert (shown.status_code, shown.json()["conflict"]) == (409, 1)


@pytest.mark.parametrize("told", ["text/plain", "", "application/xml", "application/cloudevents"])
def test_another_type_of_content_is_refused(told: str):
    shown = posted(EVENT, told)
    assert (shown.status_code, shown.json()["code"]) == (415, "content-type-unknown")


def test_a_charset_may_be_said_and_a_compression_may_not():
    assert posted(EVENT, "application/json; charset=utf-8").status_code == 204
    shown = posted(EVENT, **{"content-encoding": "gzip"})
    assert (shown.status_code, shown.json()["code"]) == (415, "encoding-unknown")


def test_a_body_that_is_too_long_is_refused_by_its_header_and_by_its_bytes():
    limits = Limits(body_bytes_max=20)

    async def parts():
        yield b"[" + b" " * 15
        yield b" " * 10 + b"]"

    for content in (b"[" + b" " * 30 + b"]", parts()):
        shown = posted(content, BATCH, limits=limits)
        assert (shown.status_code, shown.json()["code"]) == (413, "body-too-large")


def test_a_body_that_does_not_come_is_not_waited_for():
    async def slow():
        yield b"["
        await asyncio.sleep(5)
        yield b"]"

    shown = posted(slow(), BATCH, limits=Limits(body_seconds=0.05))
    assert (shown.status_code, shown.json()["code"]) == (408, "body-too-slow")


def test_a_store_that_cannot_be_had_is_a_503_to_be_sent_again():
    store = FakeStore()
    store.fault = FaultsError([Issue("file-not-readable", "it is held", "wait")])
    shown = posted(EVENT, store=store)
    assert (shown.status_code, shown.json()["code"]) == (503, "file-not-readable")
    assert shown.headers["retry-after"] == "1"


def test_a_store_that_does_not_answer_in_time_is_a_503_and_what_waits_is_not_begun():
    store = FakeStore()
    store.open.clear()
    limits = Limits(answer_seconds=0.1, linger_seconds=0.0)

    async def post(writer):
        async with client(writer, limits) as http:
            told = {"content-type": ONE}

            async def one(name):
                text = json.dumps({"id": name})
                return await http.post("/api/v1/events", content=text, headers=told)

            first = asyncio.create_task(one("begun"))
            await asyncio.sleep(0.03)
            shown = await asyncio.gather(first, one("left"))
            store.open.set()
            return shown

    with Writer(store.turn, limits) as writer:
        shown = asyncio.run(post(writer))
    assert [each.status_code for each in shown] == [503, 503]
    assert set(store.seen) == {"begun"}


def test_more_than_may_wait_is_a_503():
    store = FakeStore()
    store.open.clear()
    limits = Limits(answer_seconds=0.2, waiting_bytes_max=10, linger_seconds=0.0)

    async def post(writer):
        async with client(writer, limits) as http:
            told = {"content-type": ONE}
            posts = [
                http.post("/api/v1/events", content=json.dumps({"id": str(i)}), headers=told)
                for i in range(5)
            ]
            found = await asyncio.gather(*posts)
            store.open.set()
            return found

    with Writer(store.turn, limits) as writer:
        shown = asyncio.run(post(writer))
    assert {each.status_code for each in shown} == {503}
    assert any("too much waits" in each.json()["detail"] for each in shown)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/events", 405),
        ("POST", "/api/v1/meters", 404),
        ("GET", "/docs", 404),
        ("GET", "/openapi.json", 404),
        ("GET", "/", 404),
        ("GET", "/health", 200),
    ],
)
def test_other_paths_and_methods(method: str, path: str, status: int):
    async def ask(writer):
        async with client(writer, Limits()) as http:
            return await http.request(method, path)

    with Writer(FakeStore().turn, Limits()) as writer:
        shown = asyncio.run(ask(writer))
    assert shown.status_code == status
