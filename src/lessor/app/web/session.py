"""The printed address is opened once: its token becomes a cookie, and leaves the address."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import parse_qsl, quote, urlencode

from starlette.responses import RedirectResponse

from lessor.app.web.access import Application, Door, Receive, Scope, Send


class Session:
    """Answers a request that its address has opened with a cookie and the address without token.

    The cookie is unreadable to scripts, is sent by pages of this site alone, and ends with the
    browser; the token of the next start makes it worthless in any case.
    """

    def __init__(self, app: Application, door: Door) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Exchange the token of an address; hand on everything else."""
        if scope["type"] != "http" or scope.get("state", {}).get("opened_by") != "address":
            await self._app(scope, receive, send)
            return
        response = RedirectResponse(_without_token(scope), HTTPStatus.SEE_OTHER)
        response.set_cookie(
            self._door.cookie, self._door.session, path="/", httponly=True, samesite="strict"
        )
        await response(scope, receive, send)


def _without_token(scope: Scope) -> str:
    # A path that begins with two slashes would name another server.
    path = "/" + quote(scope["path"].lstrip("/"))
    left = [
        (name, value)
        for name, value in parse_qsl(scope["query_string"].decode("latin-1"))
        if name != "token"
    ]
    return f"{path}?{urlencode(left)}" if left else path
