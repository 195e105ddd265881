"""Takes events one by one and says each that was answered, until it is killed.

Arguments: the folder of a store with a lease `a`.
"""

import sys
from datetime import UTC, datetime, timedelta

from lessor.store.home import open_home
from lessor.store.usage.catalogue import UsageStore
from lessor.store.usage.raw import raw_of_ndjson
from lessor.store.usage.take import BatchInfo
from lessor.store.usage.validate import Known
from tests.app.kept_store import event


def main(folder: str) -> None:
    known = Known({"a": "CNY"}, {"a": frozenset()})
    now = datetime(2026, 1, 20, tzinfo=UTC)
    with UsageStore.open(open_home(folder, {}).usage_folder) as store:
        for second in range(10_000):
            moment = now + timedelta(seconds=second)
            raw = raw_of_ndjson(event(second, "a", moment, 1).encode() + b"\n")
            store.take(raw, known, batch=BatchInfo("default", moment))
            sys.stdout.write(f"{second}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
