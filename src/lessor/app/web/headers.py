"""What every answer tells the browser to refuse, and how long a body may be."""

from __future__ import annotations

from lessor.app.web.access import OPEN_FOLDER, Application, Message, Receive, Scope, Send
from lessor.app.web.answers import problem

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

HEADERS = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    # "no-referrer" would have forms send `Origin: null`, by which we could not tell our own.
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


class Guarded:
    """Adds the headers to every answer, and refuses a body above `bytes_max`.

    Pages hold what is confidential, so nothing is kept by a cache unless its route says so.
    """

    def __init__(self, app: Application, *, bytes_max: int) -> None:
        self._app = app
        self._bytes_max = bytes_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on the request; its answer gets the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _with_headers(message.get("headers", []), scope["path"])
            await send(message)

        if _is_too_long(scope, self._bytes_max):
            told = f"send at most {self._bytes_max} bytes"
            await problem(413, "body-too-large", told)(scope, receive, send_guarded)
            return
        await self._app(scope, _bounded(receive, self._bytes_max), send_guarded)


def _with_headers(given: list[tuple[bytes, bytes]], path: str) -> list[tuple[bytes, bytes]]:
    names = {name.lower() for name, _ in given}
    # A file of the server's own is asked for again, and sent again only where it has changed.
    kept = "no-cache" if path.startswith(OPEN_FOLDER) else "no-store"
    wanted = {**HEADERS, "cache-control": kept}
    return [
        *given,
        *(
            (name.encode(), value.encode())
            for name, value in wanted.items()
            if name.encode() not in names
        ),
    ]


def _is_too_long(scope: Scope, bytes_max: int) -> bool:
    told = dict(scope["headers"]).get(b"content-length", b"")
    return told.isdigit() and int(told[:20]) > bytes_max


def _bounded(receive: Receive, bytes_max: int) -> Receive:
    """The body as it comes; one of unknown length ends where it grows too long."""
    seen = 0

    async def bounded() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        return {"type": "http.disconnect"} if seen > bytes_max else message

    return bounded
