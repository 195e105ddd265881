"""A published claim: what is asserted of a deal, how it may be read, what could be different."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from lessor.terms.record import Record, field
from lessor.terms.scalars import Number


class Asserted(Record):
    """The figure claimed, and how near to it counts as true."""

    value: Number = field("the figure, in the metric's unit", low=None)
    about: Number = field("how far off still counts", default=Decimal(0))
    better: Literal["lower", "higher"] | None = field(
        "the side on which more than claimed holds as well", default=None
    )


class Range(Record):
    """The lowest and highest value that the text gives for a term, written as in the deal file."""

    low: str = field("lowest value")
    high: str = field("highest value")


class Reading(Record):
    """One way to understand the claim: other values of some terms, or another metric."""

    story: str | None = field("what is read into the text", default=None)
    metric: str | None = field("another metric", default=None)
    set: dict[str, Any] = field("values of terms, by path", default={})
    ranges: dict[str, Range] = field(
        "ranges of its own, beside or instead of the claim's", default={}
    )
    solve: str | None = field("the term whose value would make this reading hold", default=None)


class FreeTerm(Record):
    """A term that could be different: at which admissible value does the claim hold?"""

    vary: str = field("path of the term")
    metric: str | None = field("another metric", default=None)
    set: dict[str, Any] = field("values of other terms, by path", default={})


class Claim(Record):
    """A claim file, `format: lessor-claim/1`."""

    format: Literal["lessor-claim/1"] = field("the language and its version")
    claim: str = field("what is claimed, in a sentence")
    source: str | None = field("who said it, and when", default=None)
    deal: str = field("the deal file, from the folder of this file")
    metric: str = field("the metric that the claim is about")
    asserted: Asserted = field("the figure claimed")
    ranges: dict[str, Range] = field("ranges that the text gives, by path", default={})
    readings: dict[str, Reading] = field("ways to read it, by name", default={})
    free_terms: dict[str, FreeTerm] = field("terms that could be different, by name", default={})
