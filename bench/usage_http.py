"""Usage over HTTP, durable before it is answered: 16 clients, batches of 100.

    python bench/usage_http.py [SECONDS]

The server is `lessor serve` as a process of its own, on a store of its own. The clients are bare
sockets in one other process, so that what is measured is the server and not a client library; each
sends its next batch when the last is answered. Every event is new. Afterwards what counts in the
store is compared with what was answered. The bar, on 2 cores that serve clients too: 10 K events a
second.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from machine import hardware, load

from lessor.store.home import Home, make_home
from lessor.store.records.records import Records
from lessor.store.records.rows import LeaseRecord, LeaseVersion
from lessor.store.usage.catalogue import UsageStore

SOURCE = Path(__file__).resolve().parents[1] / "src"
CLIENTS, BATCH, SECONDS, WARM_SECONDS = 16, 100, 15.0, 1.0
BAR = 10_000
SERVE = (
    "import typer; from lessor.app.cli_usage import register; "
    "app = typer.Typer(); register(app); app()"
)
EVENT = json.dumps(
    {
        "specversion": "1.0",
        "id": "@",
        "source": "gateway",
        "type": "tokens_out",
        "subject": "anchor",
        "time": "2026-06-15T08:00:00Z",
        "data": {"quantity": 1, "unit": "token", "model": "large"},
    }
)


class Sent(NamedTuple):
    """What one client sent and was answered, and how long each answer took."""

    events: int
    seconds: list[float]


def store_in(folder: Path) -> Home:
    """A store with one lease."""
    home = make_home(folder)
    version = LeaseVersion(1, None, {}, "")
    lease = LeaseRecord("anchor", "deal", "anchor", "LESSOR", "lessee", "CNY", "UTC", (version,))
    now = datetime.now(UTC)
    with Records.create(home.records_url) as records, records.writing(who="b", at=now) as writer:
        writer.add_leases([(lease, ())])
    UsageStore.create(home.usage_folder)
    return home


async def client(host: str, port: int, head: bytes, name: str, until: float) -> Sent:
    """Sends batch after batch until the time."""
    reader, writer = await asyncio.open_connection(host, port)
    seconds: list[float] = []
    while time.perf_counter() < until:
        ids = (f"{name}-{len(seconds)}-{number}" for number in range(BATCH))
        body = f"[{','.join(EVENT.replace('@', each) for each in ids)}]".encode()
        start = time.perf_counter()
        writer.write(head + f"content-length: {len(body)}\r\n\r\n".encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        seconds.append(time.perf_counter() - start)
        if not answer.startswith(b"HTTP/1.1 204"):
            raise RuntimeError(answer.decode())
    writer.close()
    return Sent(BATCH * len(seconds), seconds)


async def clients(address: str, seconds: float, name: str) -> tuple[float, list[Sent]]:
    """All clients at once, and how long it took."""
    parts = urlsplit(address)
    token = parse_qs(parts.query)["token"][0]
    host, port = str(parts.hostname), int(parts.port or 0)
    head = (
        f"POST /api/v1/events HTTP/1.1\r\nhost: {host}:{port}\r\nauthorization: Bearer {token}\r\n"
        "content-type: application/cloudevents-batch+json\r\n"
    ).encode()
    start = time.perf_counter()
    until = start + seconds
    sent = [client(host, port, head, f"{name}-{each}", until) for each in range(CLIENTS)]
    answered = await asyncio.gather(*sent)
    return time.perf_counter() - start, answered


def peak_mib(pid: int) -> float:
    """The most memory that a process has held."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    (peak,) = (line for line in lines if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024


def counted(home: Home) -> int:
    """What counts in the store."""
    with UsageStore.open(home.usage_folder) as store:
        sums = store.day_sums(None, date(2026, 1, 1), date(2027, 1, 1), cutoff=store.cutoff())
        return sum(each.quantity for each in sums)


def main() -> None:
    """Measure and print."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    print(hardware())
    print(load())
    with tempfile.TemporaryDirectory() as folder:
        home = store_in(Path(folder) / "store")
        words = ["serve", "--port", "0", "--store", str(home.folder)]
        with subprocess.Popen(
            [sys.executable, "-c", SERVE, *words],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(SOURCE)},
        ) as running:
            try:
                address = str(running.stdout.readline()).strip() if running.stdout else ""
                _, warm = asyncio.run(clients(address, WARM_SECONDS, "warm"))
                took, sent = asyncio.run(clients(address, seconds, "measured"))
                peak = peak_mib(running.pid)
            finally:
                running.send_signal(signal.SIGINT)
                running.wait(30)
        events = sum(each.events for each in sent)
        waits = sorted(wait for each in sent for wait in each.seconds)
        kept = counted(home)
    if kept != events + sum(each.events for each in warm):
        raise SystemExit(f"the store counts {kept:,}, which is not what was answered")
    rate = events / took
    print(f"{CLIENTS} clients, batches of {BATCH}: {rate:,.0f} events a second over {took:.1f} s")
    late = waits[int(len(waits) * 0.99)]
    print(f"an answer took {statistics.median(waits):.3f} s, 1 in 100 more than {late:.3f} s")
    print(f"the server held at most {peak:,.0f} MiB; what counts is what was answered")
    print(f"bar {BAR:,}: {'met' if rate >= BAR else 'MISSED'}")


if __name__ == "__main__":
    main()
