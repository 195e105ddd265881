"""Work that would keep every request waiting is done in a process of its own, which ends with it.

What draws and sets documents is compiled code that holds the interpreter for a second and more.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import TypeVar, cast

Result = TypeVar("Result")

AT_ONCE = 2
_CHILD = """
import os, pickle, sys
os.nice(10)
out, sys.stdout = sys.stdout.buffer, sys.stderr
work, told = pickle.load(sys.stdin.buffer)
out.write(pickle.dumps(work(*told)))
"""
_turns = threading.Semaphore(AT_ONCE)


def apart(work: Callable[..., Result], *told: object) -> Result:
    """What `work(*told)` gives; `work` stands at the top of a module, and all of it can be pickled.

    No more than `AT_ONCE` processes run at a time, and they yield to this one. Raises RuntimeError
    with what the process said where it fails.
    """
    # As this process finds its modules, so does that one.
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    request = pickle.dumps((work, told))
    with _turns:
        done = subprocess.run(
            [sys.executable, "-c", _CHILD],
            input=request,
            capture_output=True,
            env=environ,
            check=False,
        )
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode(errors="replace"))
    return cast(Result, pickle.loads(done.stdout))
