"""Takes a batch in and is killed once it is answered, with the log as it is then.

Argument: the folder of a store with two leases.
"""

from __future__ import annotations

import os
import signal
import sys

from lessor.store.home import open_home
from lessor.store.usage.catalogue import UsageStore
from lessor.store.usage.raw import raw_of_ndjson
from lessor.store.usage.take import BatchInfo
from tests.app.kept_store import NOW
from tests.faults.dying import Child, Point, killed_at
from tests.faults.ingesting import KNOWN
from tests.faults.taken import batch


def main(folder: str) -> None:
    def work(child: Child) -> None:
        raw = raw_of_ndjson("\n".join(batch(0)).encode() + b"\n")
        with UsageStore.open(open_home(folder, {}).usage_folder) as store:
            store.take(raw, KNOWN, batch=BatchInfo("default", NOW))
            os.kill(os.getpid(), signal.SIGKILL)

    assert killed_at(Point(0), work).killed


if __name__ == "__main__":
    main(*sys.argv[1:])
