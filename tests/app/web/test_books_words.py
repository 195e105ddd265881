"""Every word of the books that a page may have to say is there to be said."""

from typing import get_args

import pytest

from lessor.app.shown import attention, next_dates
from lessor.app.web.pages.billing import AGE_WORDS
from lessor.app.web.pages.book import COMING, MATTERS, matter_path
from lessor.app.web.pages.facilities import ACTIONS
from lessor.app.web.pages.words import CAUSES, EVENTS, MEASURES, QUANTITIES, STATES, UNITS
from lessor.books.receivables import AGES
from lessor.books.variance import Causes
from lessor.core.issue import Severity
from lessor.terms import spvs
from lessor.terms.covenants import Measure
from lessor.terms.lease_state import LeaseState
from lessor.terms.leases import Capacity, Events


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (STATES, set(LeaseState)),
        (MEASURES, set(get_args(Measure))),
        (ACTIONS, set(spvs.ACTIONS)),
        (CAUSES, set(Causes._fields)),
        (AGE_WORDS, set(AGES)),
        (MATTERS, set(get_args(attention.Kind))),
        (COMING, set(get_args(next_dates.Kind))),
        (UNITS, set(get_args(Capacity.model_fields["unit"].annotation))),
        (QUANTITIES, set(get_args(Capacity.model_fields["unit"].annotation))),
        (EVENTS, {*Events.model_fields, "renewed", "term_end"}),
    ],
)
def test_no_word_is_missing(words, wanted):
    assert set(words) == wanted


@pytest.mark.parametrize("kind", get_args(attention.Kind))
def test_every_matter_leads_somewhere(kind):
    path = matter_path(attention.Matter(kind, Severity.NOTE, "a/b & <c>", many=1))
    assert path.startswith("/")
    assert "<" not in path and " " not in path
