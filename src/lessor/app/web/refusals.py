"""What who may not ask gets: a page for a person, a problem document for a program."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request
from starlette.responses import Response

from lessor.app.web.access import Application, Receive, Scope, Send
from lessor.app.web.answers import problem

API = "/api/"


def refused(
    status: int, code: str, message: str, *, headers: Mapping[str, str] | None = None
) -> Application:
    """The answer to a request that nothing opens to."""

    async def answered(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response: Response = problem(status, code, message, headers=headers)
        if status == 401 and is_person(request):
            from lessor.app.web.render import render_plain

            response = render_plain(request, "shut.html", status)
        await response(scope, receive, send)

    return answered


def is_person(request: Request) -> bool:
    """Whether a browser asks for a page, or for a part of one."""
    if request.url.path.startswith(API):
        return False
    wants = request.headers.get("accept", "")
    return "text/html" in wants or request.headers.get("hx-request") == "true"
