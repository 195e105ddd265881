"""Work in a process of its own gives what it gives here, and leaves this process to others."""

import os
import threading
import time

import pytest

from lessor.app.web.apart import AT_ONCE, apart
from lessor.terms.source import dotted


def test_what_it_gives_comes_back():
    assert apart(dotted, ("deliveries", 0, "date")) == "deliveries[0].date"
    assert apart(os.getpid) != os.getpid()


def test_a_fault_of_the_other_process_is_told():
    with pytest.raises(RuntimeError, match="FileNotFoundError"):
        apart(os.stat, "/no/such/file")


def test_this_process_goes_on_and_no_more_run_at_once_than_may():
    ended: list[float] = []

    def one():
        apart(time.sleep, 0.5)
        ended.append(time.monotonic())

    threads = [threading.Thread(target=one) for _ in range(AT_ONCE + 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ended[-1] - ended[0] >= 0.4
