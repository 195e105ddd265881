"""How much one request may bring, and how long anything may take."""

from __future__ import annotations

from typing import NamedTuple


class Limits(NamedTuple):
    """Bytes, events and seconds of the HTTP endpoint; `upload_bytes_max` is of any body at all.

    `waiting_bytes_max`: bodies that wait for the store; beyond it clients are asked to come again.
    `held_seconds`: the store is let go for others after it; `gather_seconds`: how long requests
    are waited for after an answer, to be one transaction; `linger_seconds`: how long the store is
    kept for a next request when none waits; `yield_seconds`: how long the others get to take it.
    """

    body_bytes_max: int = 8 << 20
    upload_bytes_max: int = 512 << 20
    events_max: int = 10_000
    waiting_bytes_max: int = 64 << 20
    group_bytes_max: int = 8 << 20
    body_seconds: float = 20.0
    answer_seconds: float = 30.0
    store_wait_seconds: float = 20.0
    held_seconds: float = 2.0
    gather_seconds: float = 0.01
    linger_seconds: float = 0.05
    yield_seconds: float = 0.05
    connections_max: int = 512
    keep_alive_seconds: int = 15
    retry_after_seconds: int = 1


DEFAULT_LIMITS = Limits()
