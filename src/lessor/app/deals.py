"""Deals kept in the records: what they are called, and a new version of one."""

from __future__ import annotations

import re
from typing import NamedTuple

from lessor.core.issue import FaultsError, Issue, Place
from lessor.store.records.reader import Reader
from lessor.store.records.rows import DealVersion
from lessor.store.records.writer import Writer

NAME_MAX = 60
TAKEN = {"new": "new-deal"}
"""Names that an address has for something else, and what stands for them."""

_NOT_IN_NAMES = re.compile(r"[^\w]+")


class DealToKeep(NamedTuple):
    """A deal's text, to be kept as the next version under a name.

    after: the version that it was made from; None: from the newest, whichever that is.
    """

    name: str
    text: str
    note: str = ""
    after: int | None = None


def deal_name(title: str) -> str:
    """What a deal is kept by: its title in small letters, without what an address cannot hold.

    >>> deal_name("B300 cluster, 10,000 cards"), deal_name("算力租赁 (一期)"), deal_name("?!")
    ('b300-cluster-10-000-cards', '算力租赁-一期', 'deal')
    """
    name = _NOT_IN_NAMES.sub("-", title.casefold()).strip("-_")[:NAME_MAX].strip("-_")
    return TAKEN.get(name, name) or "deal"


def keep_deal(writer: Writer, deal: DealToKeep) -> DealVersion:
    """The version that says this text: the newest where it does already, else a new one.

    Raises FaultsError with records-changed where `after` is not the newest.
    """
    had = writer.deal_versions(deal.name)
    if had and had[-1].text == deal.text:
        return had[-1]
    after = len(had) if deal.after is None else deal.after
    return writer.add_deal_version(deal.name, deal.text, note=deal.note, after=after)


def kept_deal(reader: Reader, name: str, number: int | None = None) -> DealVersion:
    """A version of a deal, the newest unless one is said. Raises FaultsError: unknown-deal."""
    found = reader.deal_versions(name)
    chosen = [each for each in found if number is None or each.number == number]
    if not chosen:
        raise FaultsError([_unknown(name, number, is_kept=bool(found))])
    return chosen[-1]


def _unknown(name: str, number: int | None, *, is_kept: bool) -> Issue:
    if is_kept:
        message = f"the deal '{name}' has no version {number}"
        return Issue("unknown-deal", message, "see its versions on its page", Place(field=name))
    message = f"no deal is kept by the name '{name}'"
    return Issue("unknown-deal", message, "see the deals kept: /deals", Place(field=name))
