"""What a client gets: a status, counts, and an outcome for every event."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from starlette.responses import Response

JSON, PROBLEM = "application/json", "application/problem+json"
NO_CONTENT, OK, BAD_REQUEST, CONFLICT = 204, 200, 400, 409
TITLES = {
    400: "Bad request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    408: "Request timeout",
    409: "Conflict",
    413: "Content too large",
    415: "Unsupported media type",
    503: "Service unavailable",
}


class Told(NamedTuple):
    """What became of one event of a request: its row counted from 1, and why, where it matters."""

    row: int
    id: str | None
    outcome: str
    code: str
    message: str


class Taken(NamedTuple):
    """What became of the events of one request, once that is durable.

    events: all of them, in their order; none where all went well and no one asked.
    """

    accepted: int
    duplicate: int
    conflict: int
    rejected: int
    events: tuple[Told, ...]

    def counts(self) -> dict[str, int]:
        """How many events came to each end."""
        return {
            "accepted": self.accepted,
            "duplicate": self.duplicate,
            "conflict": self.conflict,
            "rejected": self.rejected,
        }


class Refused(NamedTuple):
    """A request of which nothing was taken, and why."""

    status: int
    code: str
    message: str


def answer(taken: Taken, *, in_full: bool) -> Response:
    """204 where every event is kept, 400 where one was rejected, 409 where one is in conflict.

    A 4xx does not take back the good events beside the bad: they are kept, the body says which,
    and sending them again makes duplicates only. `in_full`: the client asked for JSON, so that it
    gets the body on success too, with 200.
    """
    counts = taken.counts()
    if taken.rejected or taken.conflict:
        status = BAD_REQUEST if taken.rejected else CONFLICT
        detail = ", ".join(f"{count} {name}" for name, count in counts.items())
        return _json(status, {**_problem(status, detail), **_document(taken)}, PROBLEM)
    if in_full:
        return _json(OK, _document(taken), JSON)
    headers = {f"lessor-{name}": str(count) for name, count in counts.items()}
    return Response(status_code=NO_CONTENT, headers=headers)


def problem(
    status: int, code: str, message: str, *, headers: Mapping[str, str] | None = None
) -> Response:
    """A request of which nothing was taken, as RFC 9457 tells it; no event is listed."""
    nothing = Taken(0, 0, 0, 0, ())
    body = {**_problem(status, message), "code": code, **_document(nothing)}
    return _json(status, body, PROBLEM, headers)


def _problem(status: int, detail: str) -> dict[str, Any]:
    title = TITLES.get(status, "Refused")
    return {"type": "about:blank", "title": title, "status": status, "detail": detail}


def _document(taken: Taken) -> dict[str, Any]:
    return {**taken.counts(), "events": [each._asdict() for each in taken.events]}


def _json(
    status: int, body: Mapping[str, Any], media_type: str, headers: Mapping[str, str] | None = None
) -> Response:
    # Half a surrogate, which JSON can say and UTF-8 cannot, goes out as the escape it came in as.
    text = json.dumps(body, allow_nan=False)
    return Response(text, status, headers=dict(headers or {}), media_type=media_type)
