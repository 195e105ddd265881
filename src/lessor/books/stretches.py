"""One stretch of a lease rated, its state handed on as the text that is kept."""

from __future__ import annotations

from lessor.books.lease_book import LeaseBook, Stretch
from lessor.books.state_text import restored, written
from lessor.rating.rate import Rated, Rating, rate_parts


def rate_stretch(
    book: LeaseBook, stretch: Stretch, opening: str, rating: Rating
) -> tuple[Rated, str]:
    """A stretch by the version that holds on it, and the state after it; `opening`: that before."""
    letting, part = book.stages[stretch.stage].letting, stretch.part
    remaining = None
    if part.what == "end":
        remaining = letting.contract.base_from(part.span.start, rating.kind)
    state = restored(letting.terms, opening)
    rated, closing = rate_parts(letting.terms, state, [part], rating, remaining_rent=remaining)
    return rated[0], written(letting.terms, closing)
