"""Closes a month from several programs at once, which start together; prints what each was told.

Arguments: the folders of stores that keep their records together, with commas between; the month;
how many programs.
"""

from __future__ import annotations

import json
import os
import sys

from lessor.app import closing
from lessor.store.home import open_home
from tests.app.kept_store import close


def main(folders: str, period: str, count: str) -> None:
    among = folders.split(",")
    ready, go = os.pipe()
    said, say = os.pipe()
    children = []
    for place in range(int(count)):
        child = os.fork()
        if child == 0:
            os.close(go)
            os.read(ready, 1)
            closing.GROUP = 1
            done = close(open_home(among[place % len(among)], {}), period)
            os.write(say, json.dumps([each.number for each in done.issued]).encode() + b"\n")
            os._exit(0)
        children.append(child)
    for end in (ready, go, say):
        os.close(end)
    ends = [os.waitpid(child, 0)[1] for child in children]
    assert ends == [0] * len(ends), ends
    with os.fdopen(said, encoding="utf-8") as lines:
        sys.stdout.write(json.dumps([json.loads(line) for line in lines]))


if __name__ == "__main__":
    main(*sys.argv[1:])
