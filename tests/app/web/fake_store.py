"""A store in memory for tests of what stands before it: it knows an id, and no more."""

import json
import threading
from collections import Counter
from contextlib import contextmanager

import httpx

from lessor.app.web.access import Door
from lessor.app.web.answers import Taken, Told
from lessor.app.web.server import web_app
from lessor.app.web.writer import Writer

TOKEN = "opens"
DOOR = Door("127.0.0.1", 8321, TOKEN)
URL = "http://127.0.0.1:8321"


class FakeStore:
    """Counts its turns and transactions; `blocked` holds every transaction until it is set."""

    def __init__(self):
        self.seen = {}
        self.turns = 0
        self.groups = []
        self.fault = None
        self.open = threading.Event()
        self.open.set()

    @contextmanager
    def turn(self):
        self.turns += 1
        if self.fault is not None:
            raise self.fault
        yield self

    def take(self, bodies):
        self.open.wait(10)
        self.groups.append(len(bodies))
        return [self._taken(json.loads(body.content)) for body in bodies]

    def _taken(self, document):
        events = document if isinstance(document, list) else [document]
        told = [self._told(row, event) for row, event in enumerate(events, start=1)]
        ends = [each.outcome for each in told]
        counted = Counter(ends)
        return Taken(
            counted["accepted"],
            counted["duplicate"],
            counted["conflict"],
            counted["rejected"],
            tuple(told),
        )

    def _told(self, row, event):
        if event.get("quantity", 1) < 0:
            return Told(row, event["id"], "rejected", "quantity-negative", "it is below zero")
        first = self.seen.setdefault(event["id"], event)
        if first is event:
            return Told(row, event["id"], "accepted", "", "")
        same = first == event
        return Told(row, event["id"], "duplicate" if same else "conflict", "", "")


def client(writer: Writer, limits, **headers: str) -> httpx.AsyncClient:
    """A client of the endpoint within this process, with the token unless told otherwise."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(web_app(writer, DOOR, limits)),
        base_url=URL,
        headers={"authorization": f"Bearer {TOKEN}", **headers},
    )
