"""Where every figure of a deal comes from, and which of them nobody has verified."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from lessor.core.issue import Place
from lessor.forecast.study import Study
from lessor.report.memo.model import Block, Cell, Column, Paragraph, Row, Section, Table
from lessor.report.memo.writing import Pen, start
from lessor.report.tongues import msg
from lessor.terms.provenance import (
    WEAK,
    Stated,
    assumed_terms,
    named_sources,
    reference_facts,
    stated_terms,
)
from lessor.terms.reference import Fact, Grade

GRADES = {
    Grade.FILING: msg("filing"),
    Grade.AGENCY: msg("rating agency"),
    Grade.PRESS: msg("press"),
    Grade.LOW: msg("weak"),
    Grade.UNVERIFIED: msg("unverified"),
}
"""What each grade of a source is called."""

SHORT = 64
"""Letters of a meaning that fit below a path."""


def sources(study: Study, pen: Pen) -> Section:
    """Reference data with source and grade, what the file names or leaves unsaid, every term."""
    facts = reference_facts(study.loaded.deal)
    return Section(
        pen.say("Sources"),
        tuple(
            block
            for block in (
                _summary(study, facts, pen),
                _facts(facts, pen),
                _named(study, pen),
                _assumed(study, pen),
                _stated(study, pen),
            )
            if not isinstance(block, Table) or block.rows
        ),
    )


def _summary(study: Study, facts: tuple[Fact, ...], pen: Pen) -> Block:
    stated, assumed = stated_terms(study.loaded), assumed_terms(study.loaded.deal)
    weak = sum(fact.grade in WEAK for fact in facts)
    lines = [
        pen.say(
            "{count} terms are as the deal file says them. Nobody has verified them here: each "
            "stands below with its line.",
            count=len(stated),
        ),
        pen.say(
            "{count} figures are of the reference data, each with date, source and grade; {weak} "
            "of them are graded weak or unverified.",
            count=len(facts),
            weak=weak,
        ),
        pen.say(
            "{count} terms are said by nothing, and stand at the defaults of the language.",
            count=len(assumed),
        ),
        pen.say("All other figures are computed from these."),
    ]
    return Paragraph(tuple(lines))


def _facts(facts: tuple[Fact, ...], pen: Pen) -> Table:
    columns = (
        start(pen.say("Figure"), is_code=True),
        Column(pen.say("Value")),
        start(pen.say("As of")),
        start(pen.say("Source"), is_wide=True),
        start(pen.say("Grade")),
    )
    rows = tuple(
        Row(
            (
                Cell(fact.name),
                _fact_value(fact, pen),
                pen.day(fact.as_of),
                Cell(fact.source, below=fact.note),
                Cell(pen.say(GRADES[fact.grade])),
            ),
            is_strong=fact.grade in WEAK,
        )
        for fact in facts
    )
    return Table(pen.say("Reference data"), columns, rows, is_small=True)


def _fact_value(fact: Fact, pen: Pen) -> Cell:
    if isinstance(fact.value, str):
        return Cell(fact.value, below=fact.unit)
    if fact.unit.startswith("fraction"):
        return pen.percent(fact.value)
    return Cell(pen.count(fact.value).said, float(fact.value), fact.unit)


def _named(study: Study, pen: Pen) -> Table:
    rows = tuple(
        Row((Cell(each.path), Cell(each.source), Cell(_place(each.place))))
        for each in named_sources(study.loaded)
    )
    columns = (
        start(pen.say("Terms"), is_code=True),
        start(pen.say("Source"), is_wide=True),
        start(pen.say("Stands at")),
    )
    return Table(pen.say("Sources that the file names"), columns, rows, is_small=True)


def _assumed(study: Study, pen: Pen) -> Table:
    rows = tuple(
        Row((Cell(each.path, below=_meaning(each.meaning, "", pen)), Cell(each.text)))
        for each in assumed_terms(study.loaded.deal)
    )
    columns = (
        start(pen.say("Term"), is_wide=True, is_code=True),
        start(pen.say("Default"), is_code=True),
    )
    return Table(pen.say("Assumed: what the file does not say"), columns, rows, is_small=True)


def _stated(study: Study, pen: Pen) -> Table:
    rows = tuple(_term(term, pen) for term in stated_terms(study.loaded))
    columns = (
        start(pen.say("Term"), is_wide=True, is_code=True),
        start(pen.say("As written"), is_code=True),
        start(pen.say("Stands at")),
    )
    return Table(pen.say("Terms as the file says them"), columns, rows, is_small=True)


def _term(term: Stated, pen: Pen) -> Row:
    below = _meaning(term.meaning, term.text, pen)
    return Row((Cell(term.path, below=below), Cell(term.text), Cell(_place(term.place))))


def _meaning(meaning: str, text: str, pen: Pen) -> str:
    """What a term means, where that is short and says more than the term itself."""
    is_of_use = meaning and len(meaning) <= SHORT and meaning != text
    return pen.say(meaning) if is_of_use else ""


def _place(place: Place) -> str:
    """File and line, without the folder: where a file lies is no business of its readers."""
    name = PurePath(place.file).name if place.line is not None else place.file
    return name if place.line is None else f"{name}:{place.line}"


def cautions(study: Study) -> Iterator[str]:
    """The warnings of the checks and of the plan, as the engine says them."""
    for issue in study.result.issues:
        yield issue.message
