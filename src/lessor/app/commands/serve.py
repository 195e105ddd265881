"""`lessor serve`: the pages of a store, and where usage may be sent to."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lessor.app.outcome import Outcome, command, listed
from lessor.core.issue import FaultsError, Issue, Severity

if TYPE_CHECKING:
    from lessor.app.web.intake import Intake
    from lessor.app.web.site import Site

TENANT = "default"
"""Whose events they are, until access control tells senders apart."""


@dataclass(frozen=True)
class Serving:
    """A port that is bound, and the store behind it; nothing is taken until it runs."""

    host: str
    listening: socket.socket
    intake: Intake
    site: Site

    def run(self, say: Callable[[str], None]) -> None:
        """Serve until told to end; `say` hears the address with its token."""
        from lessor.app.web.server import run

        def announced(address: str) -> None:
            say(address)
            # It takes a second that no one should wait for, at the start or at the first chart.
            self.site.charts_script.begin()

        try:
            with self.listening:
                run(self.listening, self.host, self.intake.turn, say=announced, site=self.site)
        finally:
            self.site.close()


@command
def serve(host: str, port: int, store: str | None) -> Outcome[Serving]:
    """A server of the store, bound but not yet running.

    Issues: address-taken; open-to-network, a warning, for a host that other machines reach; those
    of opening the store.
    """
    from lessor.app.web.access import is_loopback
    from lessor.app.web.intake import Intake
    from lessor.app.web.limits import DEFAULT_LIMITS
    from lessor.app.web.server import bound
    from lessor.app.web.site import Site
    from lessor.store.home import open_home
    from lessor.store.records.records import Records
    from lessor.store.usage.catalogue import UsageStore

    home = open_home(store, os.environ)
    records = Records.open(home.records_url)
    # A fault of the store is told now, and not to the first who sends.
    UsageStore.open(home.usage_folder, read_only=True).close()
    try:
        listening = bound(host, port)
    except OSError as fault:
        raise FaultsError([_taken(host, port, fault)]) from fault
    issues = () if is_loopback(host) else (_open_to_network(host),)
    intake = Intake(home, records, DEFAULT_LIMITS, tenant=TENANT, now=lambda: datetime.now(UTC))
    document: dict[str, object] = {"host": host, "port": port, "issues": listed(issues)}
    return Outcome(document, issues, Serving(host, listening, intake, Site(home, records)))


def _taken(host: str, port: int, fault: OSError) -> Issue:
    return Issue(
        "address-taken",
        f"{host} port {port} cannot be had: {fault.strerror or fault}",
        "end what listens there, or name another: --port PORT (0: any that is free)",
    )


def _open_to_network(host: str) -> Issue:
    return Issue(
        "open-to-network",
        f"{host} can be reached from other machines, and what is sent is not encrypted",
        "leave --host out, or put a server with TLS before it that hands on to 127.0.0.1",
        severity=Severity.WARNING,
    )
