"""The server: a port bound on this machine, a token made at the start, one writer, the pages."""

from __future__ import annotations

import secrets
import signal
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress

import uvicorn

from lessor.app.web.access import Access, Application, Door
from lessor.app.web.endpoints import endpoints
from lessor.app.web.headers import Guarded
from lessor.app.web.limits import DEFAULT_LIMITS, Limits
from lessor.app.web.refusals import refused
from lessor.app.web.session import Session
from lessor.app.web.site import Site
from lessor.app.web.writer import Turn, Writer

TOKEN_BYTES = 32
GRACE_SECONDS = 10


def new_token() -> str:
    """A token that no one can guess: 256 random bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def web_app(
    writer: Writer, door: Door, limits: Limits = DEFAULT_LIMITS, site: Site | None = None
) -> Application:
    """All that is served, as an ASGI application: whoever may not ask gets no further than here.

    site: what the pages stand on; without it events are taken and nothing is shown.
    """
    served = Session(endpoints(writer, limits, site), door)
    return Guarded(Access(served, door, refused), bytes_max=limits.upload_bytes_max)


def bound(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 lets the system choose. Raises OSError where it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        # The port of a server that has just ended is free to the next.
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(1024)
    except OSError:
        made.close()
        raise
    return made


class _Announced(uvicorn.Server):
    """A server that says when it answers; from then on it also ends as it is told to."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen, then say so."""
        await super().startup(sockets)
        self._announce()


def run(
    listening: socket.socket,
    host: str,
    turn: Callable[[], AbstractContextManager[Turn]],
    *,
    say: Callable[[str], None],
    site: Site | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> None:
    """Serve until told to end; requests that came before are answered first.

    `say` hears the address with its token, once the port answers.
    """
    door = Door(host, listening.getsockname()[1], new_token())
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # To be told to end is no fault: the server answers what it has, then hands the signal on.
    with suppress(KeyboardInterrupt), Writer(turn, limits) as writer:
        config = uvicorn.Config(
            web_app(writer, door, limits, site),
            # Neither the token of an address nor what anyone sends belongs in a log.
            access_log=False,
            log_level="warning",
            lifespan="off",
            proxy_headers=False,
            server_header=False,
            limit_concurrency=limits.connections_max,
            timeout_keep_alive=limits.keep_alive_seconds,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        _Announced(config, lambda: say(address_of(door))).run(sockets=[listening])


def address_of(door: Door) -> str:
    """The address to open or to give to a client, with the token that opens it."""
    host = f"[{door.host}]" if ":" in door.host else door.host
    return f"http://{host}:{door.port}/?token={door.token}"
