"""Makes records, or issues on them, again and again; is killed some statements later each time.

Arguments: the URL, and the name of a lease to issue for; without a name records are made. Ends when
all statements are got through, and says how many times it was killed before. Each attempt is a
child of this program, which itself opens nothing, so that the children share no connection.
"""

import os
import signal
import sys

from sqlalchemy import Engine, event

from lessor.store.records import migrating  # noqa: F401  loaded once, not by every child
from lessor.store.records.records import Records
from tests.store.records.samples import document, issue, lease


def kill_before_step(step: int) -> None:
    """Kill this program when it comes to its `step`-th statement or commit, counted from 1."""
    steps = 0

    def count(*_: object) -> None:
        nonlocal steps
        steps += 1
        if steps == step:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", count)
    event.listen(Engine, "commit", count)


def work(url: str, name: str, step: int) -> None:
    if not name:
        Records.create(url).close()
        return
    with Records.open(url) as records:
        months = (f"{2000 + step}-01", f"{2000 + step}-02")
        issue(records, *(document(lease(name), period=month) for month in months))


def is_killed(url: str, name: str, step: int) -> bool:
    child = os.fork()
    if child == 0:
        kill_before_step(step)
        work(url, name, step)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) > 0:
        sys.exit("the child failed by itself")
    return os.WIFSIGNALED(status)


def main(url: str, name: str = "") -> None:
    step, killed = 1, 0
    while is_killed(url, name, step):
        # Making is many statements that are much alike.
        step += 1 if name else 3
        killed += 1
    sys.stdout.write(str(killed))


if __name__ == "__main__":
    main(*sys.argv[1:])
