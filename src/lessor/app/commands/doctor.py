"""`lessor doctor`: is the store sound, and what did a crash leave in it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lessor.app.asking import asker
from lessor.app.outcome import Outcome, command, listed
from lessor.core.issue import errors

if TYPE_CHECKING:
    from lessor.app.doctor import Examination


@command
def doctor(store: str | None, *, mend: bool = False, rerate: bool = False) -> Outcome[Examination]:
    """Examine a store, and with `mend` put what a crash left out of the way.

    The document is `{"sound", "checks": [{"name", "looked_at", "faults"}], "issues"}`. Issues:
    usage-unsound, records-unsound, lines-differ (errors), left-over, and those of a store that
    does not open.
    """
    import os

    from lessor.app.doctor import Orders, examine
    from lessor.store.home import open_home

    found = examine(open_home(store, os.environ), Orders(mend, rerate, *asker()))
    document: dict[str, object] = {
        "sound": not errors(found.issues),
        "checks": [check._asdict() for check in found.checks],
        "issues": listed(found.issues),
    }
    return Outcome(document, tuple(found.issues), found)
