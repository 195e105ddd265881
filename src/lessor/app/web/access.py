"""Who may ask: the Host that was bound, no other site's page, and the bearer of the token.

A program sends the token as a header. A person opens the address that holds it once, and their
browser then has a cookie in its place (`session`); by a cookie nothing is written unless the
browser says that a page of ours asks.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any, Literal, NamedTuple
from urllib.parse import parse_qs

from lessor.app.web.answers import problem

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
OPEN_PATHS = ("/health",)
OPEN_FOLDER = "/static/"
SHOWN_METHODS = ("GET", "HEAD")

OpenedBy = Literal["", "header", "address", "cookie"]
"""What showed that a request may ask; empty: nothing, and the path is open to all."""


class Door(NamedTuple):
    """What is bound and what opens it; `token` is random at every start."""

    host: str
    port: int
    token: str

    @property
    def cookie(self) -> str:
        """The cookie's name: a browser does not tell the ports of a machine apart; this does."""
        return f"lessor-{self.port}"

    @property
    def session(self) -> str:
        """What the cookie holds: made from the token, which cannot be found out from it."""
        return hmac.new(self.token.encode(), b"lessor session", hashlib.sha256).hexdigest()


Refusal = tuple[int, str, str]


class Access:
    """Refuses, before anything is read of a request, what may not ask.

    A page of another site that a browser shows can reach a port of this machine: by a name that it
    points here (so the Host must be one of ours, or a bare address, which no one can point
    elsewhere) or by a plain request (so an Origin, where there is one, must be ours).
    """

    def __init__(
        self, app: Application, door: Door, refused: Callable[..., Application] = problem
    ) -> None:
        self._app = app
        self._door = door
        self._refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on a request that may ask, and what opened to it; answer all others."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        opened_by, refusal = self._judged(scope)
        if refusal is None:
            scope.setdefault("state", {})["opened_by"] = opened_by
            await self._app(scope, receive, send)
            return
        status, code, message = refusal
        headers = {"www-authenticate": 'Bearer realm="lessor"'} if status == 401 else {}
        await self._refused(status, code, message, headers=headers)(scope, receive, send)

    def _judged(self, scope: Scope) -> tuple[OpenedBy, Refusal | None]:
        headers = _single(scope["headers"])
        host = headers.get("host")
        if host is None or not self._is_ours(host):
            told = "the Host header names another server than this one"
            return "", (403, "host-refused", told)
        origin = headers.get("origin")
        if origin is not None and not self._is_same(origin, host):
            return "", (403, "origin-refused", "a page of another site may not ask here")
        opened_by = self._opened_by(scope, headers)
        if opened_by == "cookie" and not _may_write(scope, headers):
            return "", (403, "origin-missing", "what writes by a cookie comes from a page of ours")
        path = scope["path"]
        if opened_by or path in OPEN_PATHS or path.startswith(OPEN_FOLDER):
            return opened_by, None
        told = "send the token that was printed at the start, as Authorization: Bearer TOKEN"
        return "", (401, "token-missing", told)

    def _is_ours(self, host: str) -> bool:
        parts = _host_and_port(host)
        if parts is None or parts[1] not in (self._door.port, None):
            return False
        name = parts[0]
        if name in LOOPBACK_NAMES or name == self._door.host.lower():
            return True
        return not is_loopback(self._door.host) and _is_address(name)

    def _is_same(self, origin: str, host: str) -> bool:
        return origin.lower() == f"http://{host.lower()}"

    def _opened_by(self, scope: Scope, headers: Mapping[str, str]) -> OpenedBy:
        scheme, _, told = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self._is_token(told.strip()):
            return "header"
        # An address ends up in histories and logs, so it opens nothing that writes.
        if scope["method"] in SHOWN_METHODS:
            query = parse_qs(scope["query_string"].decode("latin-1"))
            if any(self._is_token(each) for each in query.get("token", [])[:1]):
                return "address"
        if hmac.compare_digest(
            _cookie(headers.get("cookie", ""), self._door.cookie).encode(),
            self._door.session.encode(),
        ):
            return "cookie"
        return ""

    def _is_token(self, told: str) -> bool:
        return hmac.compare_digest(told.encode(), self._door.token.encode())


def _may_write(scope: Scope, headers: Mapping[str, str]) -> bool:
    """Whether the browser says that a page of ours asks, where something may be written.

    An Origin that is not ours was refused before; a page of another port of this machine counts as
    the same site, so that the cookie alone says nothing.
    """
    if scope["method"] in SHOWN_METHODS:
        return True
    return "origin" in headers or headers.get("sec-fetch-site") == "same-origin"


def _cookie(header: str, name: str) -> str:
    """The value of a cookie; empty where there is none, or more than one, or no sense."""
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return "" if found is None or header.count(f"{name}=") != 1 else found.value


def _single(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers by name; one that comes twice is joined, and so is none that would pass."""
    found: dict[str, str] = {}
    for name, value in headers:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


def _host_and_port(host: str) -> tuple[str, int | None] | None:
    """The name and the port of a Host header; None for what is not one."""
    name, _, port = host.strip().lower().rpartition(":") if _has_port(host) else (host, "", "")
    if port and not (port.isascii() and port.isdigit() and len(port) <= 5):
        return None
    return name.strip().lower().strip("[]").removesuffix("."), int(port) if port else None


def _has_port(host: str) -> bool:
    return ":" in host.rpartition("]")[2]


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what is bound to a host."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
