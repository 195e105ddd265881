"""Claims of service credits that were taken in and have no effect: found, and told by why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from lessor.books.claims import Idle, Why, idle_claims
from lessor.books.metered import CLAIM_REACH
from lessor.core.issue import Issue, Severity
from lessor.terms.meters import CREDIT_CLAIM

if TYPE_CHECKING:
    from lessor.app.closing_order import Work
    from lessor.books.usage import Event
    from lessor.store.usage.catalogue import UsageStore

_REMEDIES: dict[Why, str] = {
    "automatic": "nothing is to be done: the credit follows from the downtime alone",
    "no-month": "send it again, with an id of its own and a `start` in the month that is claimed",
    "not-agreed": "see that lease and month are those meant; else book the credit that was agreed",
    "too-late": "no credit is due; to grant it, book a longer `claim` and close that month again",
}


def idle_of_month(work: Sequence[Work], usage: UsageStore, cutoff: int) -> list[Idle]:
    """The claims without effect that were made in the month closed, or for it."""
    days: dict[tuple[str, date, date], list[Work]] = defaultdict(list)
    for each in work:
        bounds, month = each.book.grid.boundaries, each.scope.month
        days[each.book.zone, bounds[month], bounds[month + 1]].append(each)
    found: list[Idle] = []
    for (zone, start, end), of_month in days.items():
        until, asked = end + CLAIM_REACH, [each.book.id for each in of_month]
        sums = usage.day_sums(asked, start, until, cutoff=cutoff, zone=zone, meters=[CREDIT_CLAIM])
        claiming = {each.lease for each in sums}
        for each in of_month:
            if each.book.id in claiming:
                claims = usage.events(
                    each.book.id, CREDIT_CLAIM, start, until, cutoff=cutoff, zone=zone
                )
                about = [claim for claim in claims if _is_about(claim, start, end, zone)]
                found += idle_claims(each.book, each.course, about)
    return found


def _is_about(claim: Event, start: date, end: date, zone: str) -> bool:
    """Whether a claim was made in the days `[start, end)`, or for them."""

    def lies(moment: datetime) -> bool:
        return start <= moment.astimezone(ZoneInfo(zone)).date() < end

    return lies(claim.time) or (claim.start is not None and lies(claim.start))


def idle_warnings(found: Iterable[Idle]) -> Iterator[Issue]:
    """A warning for each reason, that names the first claim."""
    by_why: dict[Why, list[Idle]] = defaultdict(list)
    for each in found:
        by_why[each.why].append(each)
    for why, claims in sorted(by_why.items()):
        first, more = claims[0], len(claims) - 1
        others = f"; and {more} more" if more else ""
        message = f"claim {first.id} of {first.lease} has no effect: {first.told}{others}"
        yield Issue("claim-without-effect", message, _REMEDIES[why], severity=Severity.WARNING)
