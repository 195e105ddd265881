"""Claims of service credits: which have an effect, and why the others have none."""

from datetime import UTC, datetime

import pytest

from lessor.books.claims import idle_claims
from lessor.books.usage import Event
from tests.books.kept import book_of, loaded_of
from tests.books.test_closing import DEAL

IN_TEN_DAYS = "credit: {kind: service_credit, bands: [{below: 99%, credit: 20%}], claim: 10 days}"
CLAIMED = DEAL.rstrip() + f"\n      {IN_TEN_DAYS}\n"
AUTOMATIC = CLAIMED.replace(", claim: 10 days", "")


def claim(time: datetime, start: datetime | None) -> Event:
    return Event("lessee", "c", "a", "service_credit_claim", time, 1, 1, start=start)


def february(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 2, day, hour, tzinfo=UTC)


JANUARY = datetime(2026, 1, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("deal", "time", "start", "told"),
    [
        (CLAIMED, february(10, 23), JANUARY, ()),
        (CLAIMED, JANUARY, JANUARY, ()),
        (CLAIMED, february(11), JANUARY,
         ("2026-01", "too-late",
          "it is for 2026-01, and came after 2026-02-10, the last day to claim it")),
        (DEAL, february(3), JANUARY,
         ("2026-01", "not-agreed", "no service credit is agreed in 2026-01")),
        (AUTOMATIC, february(3), JANUARY,
         ("2026-01", "automatic", "no claim is needed in 2026-01")),
        (CLAIMED, february(3), None, ("", "no-month", "its `start` is in no month of service")),
        (CLAIMED, february(3), datetime(2025, 12, 31, tzinfo=UTC),
         ("", "no-month", "its `start` is in no month of service")),
        (CLAIMED, february(3), datetime(2027, 5, 1, tzinfo=UTC),
         ("", "no-month", "its `start` is in no month of service")),
    ],
)  # fmt: skip
def test_a_claim_has_an_effect_or_a_reason_why_not(deal, time, start, told):
    book = book_of(loaded_of(deal), "a")
    found = [each[2:] for each in idle_claims(book, book.course(), [claim(time, start)])]
    assert found == ([told] if told else [])


def test_a_claim_goes_by_the_terms_of_the_month_that_it_is_for():
    later = loaded_of(CLAIMED)
    book = book_of(loaded_of(DEAL), "a", (datetime(2026, 2, 1).date(), later))
    of_january, of_february = claim(february(3), JANUARY), claim(february(20), february(5))
    found = list(idle_claims(book, book.course(), [of_january, of_february]))
    assert [(each.period, each.why) for each in found] == [("2026-01", "not-agreed")]
