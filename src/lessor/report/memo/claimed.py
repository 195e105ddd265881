"""What was claimed of a deal, and what its own terms say of that."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lessor.forecast.claims import ClaimResult, ReadingResult
from lessor.forecast.metric_table import METRIC
from lessor.forecast.solve import Solution
from lessor.forecast.study import Study
from lessor.report.charts.readings import VERDICTS, claim_readings, reading_name
from lessor.report.memo.model import Block, Cell, Chart, Column, Paragraph, Row, Section, Table
from lessor.report.memo.writing import Pen, start
from lessor.report.retold import retold
from lessor.report.said import metric_name, term_name, term_value, unit_value
from lessor.report.tongues import msg

_NUMBER = r"-?[0-9][0-9.e+-]*"
_RANGE = re.compile(
    rf"(?:(?P<least>{_NUMBER}) <= )?(?P<path>[a-z_]+\.[^ ]+) (?P<sign><=|>=) (?P<bound>{_NUMBER})"
)
"""A part of a term's range, as the check of a claim writes it."""

TOLD = {
    "holds": msg("It holds in {count} of {all} readings."),
    "holds_in_part": msg("It holds in part of the range in {count} of {all} readings."),
    "does_not_hold": msg("It does not hold in {count} of {all} readings."),
    "cannot_be_told": msg("It cannot be told in {count} of {all} readings."),
}


def claimed(study: Study, pen: Pen) -> Section | None:
    """Each claim with its readings and what would make it true; None without any claim."""
    if not study.claims:
        return None
    blocks = [block for claim in study.claims for block in _claim(claim, study, pen)]
    return Section(pen.say("Claims checked"), tuple(blocks))


def verdict_lines(claim: ClaimResult, pen: Pen) -> Iterator[str]:
    """How many readings have each verdict."""
    for verdict, english in TOLD.items():
        count = sum(reading.verdict == verdict for reading in claim.readings)
        if count:
            yield pen.say(english, count=count, all=len(claim.readings))


def _claim(claim: ClaimResult, study: Study, pen: Pen) -> Iterator[Block]:
    yield Paragraph((claim.claim,), "lead")
    unit = METRIC[claim.metric].unit
    sought = pen.say(
        "Read as: {figure} is {value}",
        figure=metric_name(claim.metric, pen.tongue),
        value=unit_value(unit, float(claim.sought.value), pen.currency, pen.tongue),
    )
    lines = [pen.say("Said by: {source}", source=claim.source)] if claim.source else []
    yield Paragraph((*lines, sought, *verdict_lines(claim, pen)))
    drawn = claim_readings(claim, pen.currency, pen.tongue)
    if drawn is not None:
        yield Chart(drawn, f"claim {claim.claim}")
    yield _readings(claim, study, pen)
    if claim.solutions:
        yield _solutions(claim, study, pen)


def _readings(claim: ClaimResult, study: Study, pen: Pen) -> Table:
    columns = (
        start(pen.say("Reading"), is_wide=True),
        Column(pen.say("From")),
        Column(pen.say("To")),
        start(pen.say("Verdict")),
        start(pen.say("Note"), is_wide=True),
    )
    rows = tuple(_reading(reading, study, pen) for reading in claim.readings)
    return Table(pen.say("Every reading, over the range that was given"), columns, rows)


def _reading(reading: ReadingResult, study: Study, pen: Pen) -> Row:
    notes = [retold(reading.note, pen.tongue)]
    if reading.holds_where:
        notes.append(pen.say("holds where {range}", range=_where(reading.holds_where, study, pen)))
    return Row(
        (
            Cell(reading_name(reading), below=reading.story),
            pen.metric(reading.metric, reading.low),
            pen.metric(reading.metric, reading.high),
            Cell(pen.say(VERDICTS[reading.verdict])),
            Cell("; ".join(note for note in notes if note)),
        )
    )


def _where(said: str, study: Study, pen: Pen) -> str:
    """Where a claim holds, its term by name and the ends by its unit."""

    def told(found: re.Match[str]) -> str:
        path = found["path"]

        def end(number: str) -> str:
            return term_value(path, float(number), study.loaded, pen.tongue)

        name = term_name(path, pen.tongue)
        left = f"{end(found['least'])} \u2264 " if found["least"] else ""
        sign = "\u2264" if found["sign"] == "<=" else "\u2265"
        return f"{left}{name} {sign} {end(found['bound'])}"

    return _RANGE.sub(told, said)


def _solutions(claim: ClaimResult, study: Study, pen: Pen) -> Table:
    columns = (
        start(pen.say("Term varied"), is_wide=True),
        Column(pen.say("Value that meets it")),
        start(pen.say("Note"), is_wide=True),
    )
    rows = tuple(_solution(name, found, study, pen) for name, found in claim.solutions)
    return Table(pen.say("What would make it true"), columns, rows)


def _solution(name: str, found: Solution, study: Study, pen: Pen) -> Row:
    value = Cell(pen.say("none"))
    if found.value is not None:
        value = Cell(term_value(found.vary, found.value, study.loaded, pen.tongue), found.value)
    return Row(
        (
            Cell(term_name(found.vary, pen.tongue), below=name.replace("_", " ")),
            value,
            Cell(retold(found.note, pen.tongue)),
        )
    )
