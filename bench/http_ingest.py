"""Usage over HTTP into `lessor serve`: events a second, and how long an answer takes.

    python bench/http_ingest.py [EVENTS]        (200,000 unless said)

The server is a process of its own; 16 clients keep a connection each and send batches of 100
CloudEvents over it, one after the other's answer. An answer comes after the commit, which is synced
to disk; requests that wait together share one. The clients write requests that are made before
and read no more than the status line and headers. In the end the store counts what was sent.
The bar, on 2 cores with the clients: 10 K events a second.
"""

from __future__ import annotations

import os
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from closing import booked
from ingest import counted
from machine import hardware, load
from month_of_events import LEASES, EventFile, write_events

from lessor.store.home import make_home
from lessor.store.usage.catalogue import UsageStore

CLIENTS, BATCH = 16, 100
EVENTS = 200_000
REPEATS = 3
BAR = 10_000


class Address(NamedTuple):
    """Where the server listens, and the token that opens it."""

    host: str
    port: int
    token: str


class Round(NamedTuple):
    """Seconds that a round took, and those of each of its answers in ascending order."""

    seconds: float
    answers: list[float]

    def answer(self, share: float) -> float:
        """The seconds within which that share of the answers came."""
        return self.answers[min(int(share * len(self.answers)), len(self.answers) - 1)]


def requests_of(file: EventFile, address: Address) -> list[bytes]:
    """The file's events as whole HTTP requests, a batch each."""
    head = (
        f"POST /api/v1/events HTTP/1.1\r\nHost: {address.host}:{address.port}\r\n"
        f"Authorization: Bearer {address.token}\r\n"
        "Content-Type: application/cloudevents-batch+json\r\nContent-Length: "
    )
    lines = file.path.read_bytes().splitlines()
    bodies = (b"[" + b",".join(some) + b"]" for some in batched_lines(lines))
    return [head.encode() + str(len(body)).encode() + b"\r\n\r\n" + body for body in bodies]


def batched_lines(lines: Sequence[bytes]) -> list[Sequence[bytes]]:
    """Lines, a batch at a time."""
    return [lines[start : start + BATCH] for start in range(0, len(lines), BATCH)]


def answered(connection: socket.socket) -> bytes:
    """The status of an answer; what follows its headers is read and dropped."""
    held = b""
    while b"\r\n\r\n" not in held:
        part = connection.recv(65_536)
        if not part:
            raise ConnectionError("the server hung up")
        held += part
    head, _, body = held.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        body += connection.recv(65_536)
    return head.split(b" ", 2)[1]


def client(address: Address, requests: Sequence[bytes], answers: list[float]) -> None:
    """Send requests, each after the answer to the one before."""
    with socket.create_connection(address[:2]) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for request in requests:
            begin = time.perf_counter()
            connection.sendall(request)
            status = answered(connection)
            answers.append(time.perf_counter() - begin)
            assert status == b"204", status


def one_round(address: Address, file: EventFile) -> Round:
    """All clients at once, until the last has its last answer."""
    requests = requests_of(file, address)
    answers: list[list[float]] = [[] for _ in range(CLIENTS)]
    threads = [
        threading.Thread(target=client, args=(address, requests[n::CLIENTS], answers[n]))
        for n in range(CLIENTS)
    ]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begin
    found = sorted(each for of_one in answers for each in of_one)
    assert len(found) == len(requests), "a client failed"
    return Round(seconds, found)


def served(store: Path) -> tuple[subprocess.Popen[str], Address]:
    """A server of the store on a port of its own choice."""
    lessor = str(Path(sys.executable).with_name("lessor"))
    command = [lessor, "serve", "--port", "0", "--store", str(store)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    told = urlsplit(server.stdout.readline().strip())
    assert told.hostname is not None and told.port is not None
    return server, Address(told.hostname, told.port, parse_qs(told.query)["token"][0])


def main(events: int) -> None:
    """Several rounds of new events into one store; medians, and whether all are there."""
    print(hardware())
    print(f"{load()}; {CLIENTS} clients, batches of {BATCH}, answered after a synced commit\n")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        home = make_home(folder / "store")
        booked(home, LEASES)
        UsageStore.create(home.usage_folder)
        files = [
            write_events(folder / f"{number}.ndjson", events, number, REPEATS, conflicts=False)
            for number in range(REPEATS)
        ]
        server, address = served(home.folder)
        try:
            rounds = [one_round(address, file) for file in files]
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)
        assert counted(home.folder) == sum(file.total for file in files), "not what was sent"
    _print(rounds, events)


def _print(rounds: Sequence[Round], events: int) -> None:
    own, servers = os.times(), resource.getrusage(resource.RUSAGE_CHILDREN)
    rate = statistics.median(events / each.seconds for each in rounds)
    middle = statistics.median(each.answer(0.5) for each in rounds)
    last = statistics.median(each.answer(0.99) for each in rounds)
    cpu = (servers.ru_utime + servers.ru_stime) / (len(rounds) * events) * 1e6
    print("| events a second | answer p50 | p99 | server's processor per event | bar |")
    print("|---|---|---|---|---|")
    print(
        f"| {rate:,.0f} | {middle * 1000:,.0f} ms | {last * 1000:,.0f} ms | {cpu:,.0f} us "
        f"| {BAR:,} |"
    )
    print(f"\nmedians of {len(rounds)} rounds of {events:,} events; all of them are counted;")
    print(f"clients' processor {own.user + own.system:.1f} s; server {servers.ru_maxrss >> 10} MiB")


if __name__ == "__main__":
    main(int(sys.argv[1].replace(",", "").replace("_", "")) if sys.argv[1:] else EVENTS)
