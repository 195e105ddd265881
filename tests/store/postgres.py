"""A PostgreSQL server of the tests' own: its own folder, its own socket, gone when they end."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

_PORT = 5433  # names the socket's file; nothing listens on the network
_SECONDS_TO_START = 60


def programs() -> Path | None:
    """The folder of the newest server installed as Debian does; None where there is none."""
    found = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    newest = max(found, key=lambda program: int(program.parts[-3]), default=None)
    return newest and newest.parent


class Server:
    """A server that can be stopped, killed and started again with what it has kept."""

    def __init__(self, *, durable: bool) -> None:
        folder = programs()
        assert folder is not None
        self._programs = folder
        # A socket's path must be short, which a test's own folder is not.
        self.folder = Path(tempfile.mkdtemp(prefix="lessor-"))
        self._data = self.folder / "data"
        self._settings = [] if durable else ["-c", "fsync=off", "-c", "full_page_writes=off"]
        # The server refuses to run as root.
        self._user = "postgres" if os.getuid() == 0 else None
        if self._user is not None:
            owner = pwd.getpwnam(self._user)
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self._run("initdb", "--no-sync", "--username=lessor", "--auth=trust", "--encoding=UTF8")
        self.start()

    def url(self, database: str) -> str:
        """The URL of a database, as the records take it."""
        return f"postgresql+psycopg://lessor@/{database}?host={self.folder}&port={_PORT}"

    def execute(self, statement: str, database: str = "postgres") -> None:
        """Run one statement outside any transaction."""
        with self._connect(database) as connection:
            connection.execute(statement.encode())

    def start(self) -> None:
        """Start, and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            self._running = subprocess.Popen(
                [
                    self._programs / "postgres",
                    *("-D", self._data, "-k", self.folder, "-p", str(_PORT)),
                    *("-c", "listen_addresses=", "-c", "max_connections=40", *self._settings),
                ],
                cwd=self.folder,
                user=self._user,
                stdout=log,
                stderr=log,
            )
        end = time.monotonic() + _SECONDS_TO_START
        while not self._answers():
            assert time.monotonic() < end and self._running.poll() is None, self._log()
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT: cut every connection and end in order; SIGQUIT: end at once, as in a crash."""
        self._running.send_signal(how)
        self._running.wait(timeout=_SECONDS_TO_START)

    def remove(self) -> None:
        """Stop for good, and delete everything."""
        if self._running.poll() is None:
            self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder)

    def _connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.folder), port=_PORT, user="lessor", dbname=database, autocommit=True
        )

    def _answers(self) -> bool:
        try:
            self._connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._programs / program, "-D", self._data, *arguments],
            cwd=self.folder,
            user=self._user,
            check=True,
            capture_output=True,
        )

    def _log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")[-2000:]
