"""`lessor usage conflicts`: which events came twice and differ, and which one is to count?"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

from lessor.app.asking import Asker, asker
from lessor.app.outcome import Outcome, command, listed, refused
from lessor.core.issue import Issue

if TYPE_CHECKING:
    from lessor.store.usage.catalogue import UsageStore
    from lessor.store.usage.conflicts import Conflict, Resolution

Which = Literal["first", "second"]
CHOICES: dict[str, Which] = {"first": "first", "second": "second"}


@command
def usage_conflicts(
    store: str | None,
    *,
    resolve: int | None = None,
    keep: str | None = None,
    by: Asker | None = None,
) -> Outcome[list[Conflict]]:
    """The conflicts that are open, once the one asked for is resolved; `by`: who resolves it.

    keep: first leaves what counts as it is; second takes the other in as an amendment of the
    first or, where it is of another lease or meter, beside a void of the first. The document is
    `{"conflicts": [...], "issues"}`. Issues: choice-of-one, unknown-conflict, conflict-resolved,
    conflict-overtaken, those of opening the store.
    """
    from lessor.store.home import open_home
    from lessor.store.usage.catalogue import UsageStore
    from lessor.store.usage.conflicts import Resolution

    which = CHOICES.get(keep or "")
    if (resolve is None) != (keep is None) or (keep is not None and which is None):
        told = "--resolve and --keep go together"
        return refused([Issue("choice-of-one", told, "write --resolve NUMBER --keep first")])
    folder = open_home(store, os.environ).usage_folder
    with UsageStore.open(folder, read_only=resolve is None) as opened:
        if resolve is not None and which is not None:
            issue = _resolved(opened, resolve, Resolution(*(by or asker()), which))
            if issue is not None:
                return refused([issue])
        found = opened.conflicts()
    document: dict[str, object] = {
        "conflicts": [_json(each) for each in found],
        "issues": listed(()),
    }
    return Outcome(document, (), found)


def _resolved(store: UsageStore, number: int, resolution: Resolution) -> Issue | None:
    end = store.resolve(number, resolution)
    if end == resolution.keep:
        return None
    if end == "unknown":
        told = f"there is no conflict {number}"
        return Issue("unknown-conflict", told, "see lessor usage conflicts")
    if end in CHOICES:
        told = f"conflict {number} is resolved already: the {end} one counts"
        remedy = "send an event that amends it, if another is right"
        return Issue("conflict-resolved", told, remedy)
    told = f"what conflict {number} would correct is amended or voided already"
    remedy = "keep first, and send an event that amends the one that counts now"
    return Issue("conflict-overtaken", told, remedy)


def _json(conflict: Conflict) -> dict[str, object]:
    return {
        "conflict": conflict.conflict,
        "tenant": conflict.tenant,
        "source": conflict.source,
        "id": conflict.id,
        "lease": conflict.lease,
        "meter": conflict.meter,
        "time": conflict.time.isoformat(),
        "quantity": conflict.quantity,
        "first_seq": conflict.first_seq,
        "first": None
        if conflict.first is None
        else {**conflict.first._asdict(), "time": conflict.first.time.isoformat()},
    }
