"""Issues one invoice after another on records, until it is done or killed.

Arguments: the URL, the name of its lease, and how many. Each number is said once it is kept.
"""

import sys

from lessor.store.records.records import Records
from tests.store.records.samples import document, issue, lease


def month(place: int) -> str:
    """The name of a month, counted from 2000-01."""
    return f"{2000 + place // 12}-{place % 12 + 1:02d}"


def say(text: str) -> None:
    """Write a line where another program reads it at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(url: str, name: str, count: str) -> None:
    with Records.open(url) as records:
        say("ready")
        for place in range(int(count)):
            # Two at a time: a transaction that is kept by half would show.
            months = (month(2 * place), month(2 * place + 1))
            batch = [document(lease(name), period=period) for period in months]
            say(" ".join(issued.number for issued in issue(records, *batch)))


if __name__ == "__main__":
    main(*sys.argv[1:])
