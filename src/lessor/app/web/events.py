"""POST /api/v1/events: usage events as CloudEvents, answered when they are durable."""

from __future__ import annotations

import asyncio

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from lessor.app.web.answers import Refused, answer, problem
from lessor.app.web.limits import Limits
from lessor.app.web.writer import Body, Form, Writer

FORMS: dict[str, Form] = {
    "application/cloudevents+json": "json",
    "application/cloudevents-batch+json": "json",
    "application/json": "json",
    "application/x-ndjson": "lines",
}


async def take_events(request: Request, writer: Writer, limits: Limits) -> Response:
    """Take the events of a request; `answers.answer` says which status they get."""
    form = _form(request)
    if isinstance(form, Refused):
        return _refusal(form)
    try:
        async with asyncio.timeout(limits.body_seconds):
            content = await _content(request, limits)
    except TimeoutError:
        return problem(408, "body-too-slow", "the body did not come in time; send it again")
    except ClientDisconnect:
        return problem(400, "body-incomplete", "the body ended before its length")
    if isinstance(content, Refused):
        return _refusal(content)
    return await _taken(Body(content, form, _wants_json(request)), request, writer, limits)


async def _taken(body: Body, request: Request, writer: Writer, limits: Limits) -> Response:
    waiting = writer.submit(body)
    if waiting is None:
        return _busy("too much waits for the store already", limits)
    try:
        async with asyncio.timeout(limits.answer_seconds):
            result = await asyncio.wrap_future(waiting)
    except TimeoutError:
        return _busy("the store did not answer in time", limits)
    if isinstance(result, Refused):
        return _refusal(result, limits)
    return answer(result, in_full=body.in_full)


def _form(request: Request) -> Form | Refused:
    told = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        return Refused(415, "encoding-unknown", "send the body as it is, without compression")
    if told not in FORMS:
        return Refused(415, "content-type-unknown", f"send one of {', '.join(FORMS)}")
    return FORMS[told]


async def _content(request: Request, limits: Limits) -> bytes | Refused:
    """The body, read no further than it may be long."""
    too_large = Refused(
        413, "body-too-large", f"send at most {limits.body_bytes_max} bytes; split the batch"
    )
    told = request.headers.get("content-length", "")
    if told.isascii() and told.isdigit() and int(told[:20]) > limits.body_bytes_max:
        return too_large
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limits.body_bytes_max:
            return too_large
        parts.append(part)
    return b"".join(parts)


def _wants_json(request: Request) -> bool:
    """Whether the client named JSON; one that takes anything gets the plain 204."""
    return "json" in request.headers.get("accept", "").lower()


def _refusal(refused: Refused, limits: Limits | None = None) -> Response:
    headers = {}
    if limits is not None and refused.status == 503:
        headers["retry-after"] = str(limits.retry_after_seconds)
    return problem(refused.status, refused.code, refused.message, headers=headers)


def _busy(message: str, limits: Limits) -> Response:
    told = f"{message}; send it again: what was taken counts once"
    return _refusal(Refused(503, "store-busy", told), limits)
