"""Deals evaluated over HTTP by `lessor serve`: how long an answer takes while many ask.

    python bench/web.py [SECONDS]        (60 unless said)

The server is a process of its own; users keep a connection each and ask once a second, at
moments of their own: the whole text of a deal and its rent, another one with each request, so that
no answer was given before. A time runs from the moment at which the request was due, also where the
user still waited for the answer before, to the last byte. The bar, on 2 cores with 50 users:
99 of 100 answers within 100 ms.
"""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from http_ingest import Address, served
from machine import hardware, load

from lessor.store.home import make_home
from lessor.store.records.records import Records
from lessor.store.usage.catalogue import UsageStore

SECONDS = 60
WARM = 20
"""Answers before the clock starts: the first of a process also read what it is made with."""

BAR = 100.0
EXAMPLES = Path(__file__).parents[1] / "examples"


class Asked(NamedTuple):
    """A deal, the rent that users move (its path and where it stands), and how many users."""

    example: str
    path: str
    amount: float
    users: int


DEALS = (
    Asked("b300-10k", "leases.anchor.charges.base.amount", 1.45e9, 50),
    Asked("spv-finance-lease", "leases.first.charges.base.amount", 75_000, 20),
    Asked("ddtl-4", "leases.anchor.charges.base.amount", 156_000, 15),
    # More than one process can plan: what happens then is told too.
    Asked("ddtl-4", "leases.anchor.charges.base.amount", 156_001, 50),
)


def request_of(asked: Asked, address: Address, number: int) -> bytes:
    """One whole HTTP request; its number makes its rent another one than all others'."""
    rent = f"{asked.amount * (1 + number * 1e-6):.4f}"
    text = (EXAMPLES / asked.example / "deal.yaml").read_text(encoding="utf-8")
    body = json.dumps({"deal": text, "set": {asked.path: rent}}).encode()
    head = (
        f"POST /api/v1/deals/evaluate HTTP/1.1\r\nHost: {address.host}:{address.port}\r\n"
        f"Authorization: Bearer {address.token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def answer_of(connection: socket.socket) -> tuple[bytes, bytes]:
    """The status and the body of an answer."""
    held = b""
    while b"\r\n\r\n" not in held:
        part = connection.recv(65_536)
        if not part:
            raise ConnectionError("the server hung up")
        held += part
    head, _, body = held.partition(b"\r\n\r\n")
    lines = [line.lower().partition(b":") for line in head.split(b"\r\n")]
    length = next(int(value) for name, _, value in lines if name == b"content-length")
    while len(body) < length:
        body += connection.recv(65_536)
    return head.split(b" ", 2)[1], body


class User:
    """Someone who moves the rent once a second, and how long each answer took, in seconds."""

    def __init__(self, address: Address, requests: Sequence[bytes]) -> None:
        self.took: list[float] = []
        self.errors = 0
        self.figures: set[bytes] = set()
        self._requests = requests
        self._connection = socket.create_connection(address[:2])
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, begin: float) -> None:
        """Each request when it is due, from a moment on."""
        with self._connection:
            for number, request in enumerate(self._requests):
                due = begin + number
                time.sleep(max(due - time.perf_counter(), 0.0))
                self._connection.sendall(request)
                status, body = answer_of(self._connection)
                self.took.append(time.perf_counter() - due)
                self.errors += status != b"200"
                self.figures.add(body)


def run(asked: Asked, address: Address, seconds: int) -> list[User]:
    """All users for some seconds, each from a moment of its own within the first."""
    bodies = [
        [request_of(asked, address, user + asked.users * second) for second in range(seconds)]
        for user in range(asked.users)
    ]
    warm = User(address, [request_of(asked, address, -1 - number) for number in range(WARM)])
    warm.ask(time.perf_counter() - WARM)
    users = [User(address, requests) for requests in bodies]
    begin = time.perf_counter() + 0.5
    threads = [
        threading.Thread(target=user.ask, args=(begin + place / asked.users,))
        for place, user in enumerate(users)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return users


def cpu_seconds(server: subprocess.Popen[str]) -> float:
    """What the server has had of the processor so far."""
    fields = Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def main(seconds: int) -> None:
    """Every deal for some seconds; how long answers took, and whether each was worked out."""
    print(hardware())
    print(f"{load()}; each user asks once a second, {seconds} s a deal\n")
    print("| deal | users | answers | errors | p50 | p99 | longest | server's cores | bar of p99 |")
    print("|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as made:
        home = make_home(Path(made) / "store")
        Records.create(home.records_url).close()
        UsageStore.create(home.usage_folder)
        server, address = served(home.folder)
        try:
            for asked in DEALS:
                begin, before = time.perf_counter(), cpu_seconds(server)
                users = run(asked, address, seconds)
                took = time.perf_counter() - begin
                _print(asked, users, (cpu_seconds(server) - before) / took)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)


def _print(asked: Asked, users: Sequence[User], busy: float) -> None:
    took = sorted(each * 1000 for user in users for each in user.took)
    errors = sum(user.errors for user in users)
    figures = set[bytes]().union(*(user.figures for user in users))
    assert errors or len(figures) == len(took), "an answer was given twice"
    middle, last = took[len(took) // 2], took[min(int(len(took) * 0.99), len(took) - 1)]
    print(
        f"| {asked.example} | {asked.users} | {len(took):,} | {errors} | {middle:.1f} ms "
        f"| **{last:.1f} ms** | {took[-1]:.0f} ms | {busy:.2f} | {BAR:.0f} ms |",
        flush=True,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else SECONDS)
