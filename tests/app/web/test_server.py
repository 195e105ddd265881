"""`lessor serve` with real clients: what is answered is kept, counted once, and never half."""

import datetime
import json
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from corehttp.exceptions import ClientAuthenticationError, HttpResponseError, ResourceExistsError
from openmeter import Client
from openmeter.models import Event

from lessor.app.commands.serve import serve
from lessor.app.commands.usage_load import Asked, usage_load
from lessor.store.home import open_home
from tests.app.usage_store import event, made, ndjson, totals
from tests.app.web.served import first_line, served, started

BATCH = "application/cloudevents-batch+json"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return made(tmp_path_factory.mktemp("served") / "store").folder


@pytest.fixture(scope="module")
def server(folder):
    with served(folder) as running:
        yield running


@pytest.fixture
def count(folder):
    """How much of a meter counts for a lease."""
    home = open_home(folder, {})
    return lambda lease, meter="tokens_in": totals(home).get((lease, meter), 0)


@pytest.fixture
def post(server):
    """Posts what is to be JSON, or bytes."""

    def post(content, kind=BATCH, **headers):
        sent = content if isinstance(content, bytes) else json.dumps(content).encode()
        told = {**server.headers, "content-type": kind, **headers}
        return httpx.post(f"{server.url}/api/v1/events", content=sent, headers=told, timeout=30)

    return post


def sdk(server, token=None) -> Client:
    return Client(endpoint=server.url, token=token or server.token)


def sdk_event(name: str, quantity: int = 1, **changes) -> Event:
    told = {
        "id": name,
        "source": "sdk",
        "specversion": "1.0",
        "type": "tokens_out",
        "subject": "conversation",
        "time": datetime.datetime(2026, 6, 15, 8, tzinfo=datetime.UTC),
        "data": {"quantity": quantity, "unit": "token"},
    }
    return Event(**{**told, **changes})


def test_the_sdk_posts_unchanged_one_and_many_and_again(server, count):
    with sdk(server) as client:
        client.events.ingest_event(sdk_event("one", 5))
        client.events.ingest_events([sdk_event(f"many-{n}", n) for n in range(10)])
        client.events.ingest_events_json(sdk_event("json", 7))
        for _ in range(2):
            client.events.ingest_event(sdk_event("one", 5))
            client.events.ingest_events([sdk_event(f"many-{n}", n) for n in range(10)])
    assert count("conversation", "tokens_out") == 5 + 45 + 7


def test_the_sdk_is_told_of_a_bad_event_a_conflict_and_a_bad_token(server, count):
    before = count("conversation", "tokens_out")
    with sdk(server) as client:
        client.events.ingest_event(sdk_event("known", 3))
        with pytest.raises(HttpResponseError) as bad:
            client.events.ingest_events([sdk_event("kept", 4), sdk_event("bad", -1)])
        assert bad.value.status_code == 400
        assert bad.value.response is not None
        assert "1 rejected" in bad.value.response.text()
        with pytest.raises(ResourceExistsError):
            client.events.ingest_event(sdk_event("known", 30))
    with sdk(server, "wrong") as client, pytest.raises(ClientAuthenticationError):
        client.events.ingest_event(sdk_event("stranger", 9))
    assert count("conversation", "tokens_out") == before + 3 + 4


def test_every_event_of_a_batch_is_answered_and_the_good_ones_are_kept(post, count):
    before = count("code")
    batch = [
        event("w1", 10),
        event("w1", 10),
        event("w1", 11),
        event("w2", 1.5),
        event("w3", subject="nobody"),
        {"id": "w4"},
        "no event",
        event("w5", "20"),
    ]
    shown = post(batch)
    told = shown.json()
    assert shown.status_code == 400
    assert [(each["row"], each["id"], each["outcome"]) for each in told["events"]] == [
        (1, "w1", "accepted"),
        (2, "w1", "duplicate"),
        (3, "w1", "conflict"),
        (4, "w2", "rejected"),
        (5, "w3", "rejected"),
        (6, "w4", "rejected"),
        (7, None, "rejected"),
        (8, "w5", "accepted"),
    ]
    codes = [each["code"] for each in told["events"]]
    assert codes[3:5] == ["quantity-is-float", "lease-unknown"]
    assert all(each["message"] for each in told["events"][2:7])
    counted = {name: told[name] for name in ("accepted", "duplicate", "conflict", "rejected")}
    assert counted == {"accepted": 2, "duplicate": 1, "conflict": 1, "rejected": 4}
    assert count("code") == before + 30


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[",
        b"null",
        b"1e999",
        b"\xff\xfe",
        b"[[[[[[]]]]]]",
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"id":' * 50_000 + b"1" + b"}" * 50_000,
        b'{"id": "\\ud800"}',
        b'[{"id": "a"}, {"id": }]',
        b"\x00" * 100,
        json.dumps([event("deep", extra=json.loads("[" * 40 + "]" * 40))]).encode(),
        json.dumps([event("long", note="x" * 70_000)]).encode(),
    ],
    ids=range(15),
)
@pytest.mark.parametrize("kind", [BATCH, "application/x-ndjson"])
def test_what_is_no_event_is_a_400_and_keeps_nothing(post, count, kind, content):
    before = count("code")
    shown = post(content, kind)
    if kind != BATCH and not content.strip():
        assert shown.status_code == 204
    else:
        assert shown.status_code == 400
        assert shown.json()["accepted"] == 0
        assert shown.json()["rejected"] >= 1
    assert count("code") == before


def test_an_empty_batch_is_no_fault(post):
    assert post([]).status_code == 204
    assert post(b" [ ] ").headers["lessor-accepted"] == "0"


def test_one_event_a_line(post, count):
    before = count("code")
    lines = b"\n".join(json.dumps(event(f"line-{n}", n)).encode() for n in range(5))
    shown = post(lines + b"\r\n\n", "application/x-ndjson", accept="application/json")
    assert (shown.status_code, shown.json()["accepted"]) == (200, 5)
    assert count("code") == before + 10


def test_more_events_than_one_request_may_bring_keep_nothing(post, count):
    before = count("code")
    shown = post([event(f"much-{n}") for n in range(10_001)])
    assert (shown.status_code, shown.json()["code"]) == (413, "too-many-events")
    assert count("code") == before
    shown = post(b"[" + b" " * (8 << 20) + b"]")
    assert (shown.status_code, shown.json()["code"]) == (413, "body-too-large")


def test_a_body_that_breaks_off_keeps_nothing(server, count):
    before = count("code")
    body = json.dumps(event("broken-off", 99)).encode()
    for told in (len(body) + 10, len(body)):
        with socket.create_connection(server.url.removeprefix("http://").split(":")) as raw:
            raw.sendall(
                b"POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\n"
                + f"Authorization: Bearer {server.token}\r\n".encode()
                + b"Content-Type: application/json\r\n"
                + f"Content-Length: {told}\r\n\r\n".encode()
                + body[: told - 1]
            )
    time.sleep(0.3)
    assert count("code") == before


def test_sixteen_clients_that_send_the_same_are_counted_once(server, count):
    before = count("code")
    batches = [[event(f"same-{b}-{n}", 3) for n in range(20)] for b in range(8)]
    outcomes = []

    def client(first):
        with httpx.Client(headers={**server.headers, "accept": "application/json"}) as http:
            for step in range(len(batches)):
                batch = batches[(first + step) % len(batches)]
                shown = http.post(f"{server.url}/api/v1/events", json=batch, timeout=60)
                outcomes.append((shown.status_code, shown.json()["accepted"]))

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(client, range(16)))
    assert {status for status, _ in outcomes} == {200}
    assert sum(accepted for _, accepted in outcomes) == 160
    assert count("code") == before + 480


def test_a_load_takes_turns_with_the_server(server, folder, count, tmp_path):
    before = count("code")
    path = ndjson(tmp_path / "a.ndjson", [event(f"turn-{n}", 1) for n in range(200)])
    end = threading.Event()
    sent: list[int] = []

    def client():
        with httpx.Client(headers=server.headers) as http:
            while not end.is_set():
                batch = [event(f"sent-{len(sent)}", 1)]
                shown = http.post(f"{server.url}/api/v1/events", json=batch, timeout=60)
                assert shown.status_code == 204
                sent.append(1)

    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(client)
        found = usage_load(Asked((str(path),), str(folder), batch=50))
        end.set()
        sending.result(60)
    assert found.document["accepted"] == 200
    assert count("code") == before + 200 + len(sent)


def test_the_printed_address_opens_and_others_do_not(server):
    opened = httpx.get(f"{server.url}/?token={server.token}")
    assert (opened.status_code, opened.headers["location"]) == (303, "/")
    with httpx.Client(follow_redirects=True) as browser:
        assert browser.get(f"{server.url}/?token={server.token}").status_code == 200
    assert httpx.get(f"{server.url}/").status_code == 401
    assert httpx.get(f"{server.url}/health").json()["status"] == "ok"
    far = {**server.headers, "host": "lessor.evil.example"}
    assert httpx.get(f"{server.url}/health", headers=far).status_code == 403


def test_a_server_that_is_killed_has_kept_all_that_it_answered(tmp_path):
    home = made(tmp_path / "store")
    answered: list[int] = []
    lost = pytest.raises(httpx.TransportError)
    with served(home.folder) as server, httpx.Client(headers=server.headers) as http, lost:
        while True:
            batch = [event(f"{len(answered)}-{n}", 1) for n in range(10)]
            shown = http.post(f"{server.url}/api/v1/events", json=batch, timeout=30)
            assert shown.status_code == 204
            answered.append(10)
            if len(answered) == 1:
                threading.Timer(0.7, server.running.kill).start()
    kept = totals(home).get(("code", "tokens_in"), 0)
    assert answered
    assert kept in (sum(answered), sum(answered) + 10)
    with served(home.folder) as server, httpx.Client(headers=server.headers) as http:
        for number in range(len(answered) + 1):
            batch = [event(f"{number}-{n}", 1) for n in range(10)]
            assert http.post(f"{server.url}/api/v1/events", json=batch).status_code == 204
    assert totals(home) == {("code", "tokens_in"): sum(answered) + 10}


def test_a_disk_that_is_full_is_a_503_and_what_was_answered_is_kept(tmp_path):
    home = made(tmp_path / "store")
    answered: list[int] = []
    refused: list[int] = []
    small = served(home.folder, file_bytes=2_500_000)
    with small as server, httpx.Client(headers=server.headers) as http:
        for number in range(400):
            batch = [event(f"{number}-{n}" + "x" * 200, 1) for n in range(200)]
            shown = http.post(f"{server.url}/api/v1/events", json=batch, timeout=30)
            assert shown.status_code in (204, 503), shown.text
            (answered if shown.status_code == 204 else refused).append(number)
            if len(refused) == 3:
                break
    assert answered
    assert refused
    assert shown.json()["code"] == "store-not-writable"
    assert "retry-after" in shown.headers
    assert totals(home).get(("code", "tokens_in"), 0) == 200 * len(answered)
    with served(home.folder) as server, httpx.Client(headers=server.headers) as http:
        for number in (*answered[:2], *refused):
            batch = [event(f"{number}-{n}" + "x" * 200, 1) for n in range(200)]
            assert http.post(f"{server.url}/api/v1/events", json=batch).status_code == 204
    assert totals(home) == {("code", "tokens_in"): 200 * (len(answered) + len(refused))}


def test_it_ends_when_it_is_told_to_without_a_traceback(tmp_path):
    home = made(tmp_path / "store")
    for told in (signal.SIGINT, signal.SIGTERM):
        with started(home.folder) as running:
            assert first_line(running).startswith("http://127.0.0.1:")
            running.send_signal(told)
            assert running.communicate(timeout=15)[1] == ""
        assert running.returncode == 0


def test_a_host_that_others_reach_is_warned_of(tmp_path):
    home = made(tmp_path / "store")
    with started(home.folder, "--host", "0.0.0.0") as running:
        assert first_line(running).startswith("http://0.0.0.0:")
        running.send_signal(signal.SIGINT)
        assert "warning[open-to-network]" in running.communicate(timeout=15)[1]


def test_faults_of_the_start(tmp_path):
    found = serve("127.0.0.1", 0, str(tmp_path / "none"))
    assert [issue.code for issue in found.issues] == ["store-missing"]
    home = made(tmp_path / "store")
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        found = serve("127.0.0.1", held.getsockname()[1], str(home.folder))
    assert [issue.code for issue in found.issues] == ["address-taken"]
