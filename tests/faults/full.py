"""Takes a batch in, or closes a month, where files may not grow beyond a limit; prints the end.

Arguments: the folder of a store, `take` or `close`, and the limit in bytes.
"""

from __future__ import annotations

import resource
import sys

from lessor.core.issue import FaultsError
from lessor.store.home import open_home
from lessor.store.usage.catalogue import UsageStore
from lessor.store.usage.raw import raw_of_ndjson
from lessor.store.usage.take import BatchInfo
from tests.app.kept_store import NOW, close
from tests.faults.ingesting import KNOWN
from tests.faults.taken import batch


def main(folder: str, what: str, limit: str) -> None:
    home = open_home(folder, {})
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
    try:
        if what == "take":
            raw = raw_of_ndjson("\n".join(batch(1)).encode() + b"\n")
            with UsageStore.open(home.usage_folder) as store:
                store.take(raw, KNOWN, batch=BatchInfo("default", NOW))
        else:
            close(home, "2026-01")
    except FaultsError as fault:
        sys.stdout.write(" ".join(issue.code for issue in fault.issues))
    else:
        sys.stdout.write("done")


if __name__ == "__main__":
    main(*sys.argv[1:])
