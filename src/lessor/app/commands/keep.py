"""`lessor keep`: deals kept in the store, a version each time that they changed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from lessor.app.asking import Asker
from lessor.app.outcome import Outcome, command, listed, refused
from lessor.core.issue import Issue

Change = Literal["new", "changed", "unchanged"]


class Kept(NamedTuple):
    """A deal as it is kept: its title, the name it is found by, its version and what is new."""

    title: str
    name: str
    version: int
    change: Change


@command
def keep(paths: Sequence[str], store: str | None, asker: Asker) -> Outcome[tuple[Kept, ...]]:
    """Keep deal files, all of them or, where one has a fault, none.

    The document is `{"deals": [{"deal", "name", "version", "change"}], "issues"}`; change is
    new, changed or unchanged. Issues: those of the deals, store-missing.
    """
    from lessor.app.deals import DealToKeep, deal_name, keep_deal
    from lessor.store.home import open_home
    from lessor.store.records.records import Records
    from lessor.terms.load import load_deal

    deals: list[tuple[str, DealToKeep]] = []
    issues: list[Issue] = []
    chosen = tuple(dict.fromkeys(paths))
    for path in chosen:
        loaded, found = load_deal(path)
        issues += found
        if loaded is not None:
            title = loaded.deal.deal
            text = Path(path).read_text(encoding="utf-8-sig")
            deals.append((title, DealToKeep(deal_name(title), text)))
    home = open_home(store, os.environ)
    if len(deals) < len(chosen):
        return refused(issues)
    kept = []
    with (
        Records.open(home.records_url) as records,
        records.writing(who=asker.who, at=asker.at) as writer,
    ):
        for title, deal in deals:
            had = len(writer.deal_versions(deal.name))
            number = keep_deal(writer, deal).number
            kept.append(Kept(title, deal.name, number, _change(had, number)))
    document: dict[str, object] = {
        "deals": [
            {"deal": each.title, "name": each.name, "version": each.version, "change": each.change}
            for each in kept
        ],
        "issues": listed(issues),
    }
    return Outcome(document, tuple(issues), tuple(kept))


def _change(had: int, number: int) -> Change:
    if number == had:
        return "unchanged"
    return "changed" if had else "new"
