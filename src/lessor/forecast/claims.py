"""Checks a published claim: what each reading of it computes, and what would make it true."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lessor.core.issue import Issue, Place, errors
from lessor.forecast.closing_tables import plan_of
from lessor.forecast.figures import Figure, figure_of
from lessor.forecast.metric_table import METRIC
from lessor.forecast.search import Domain, Level, crossing
from lessor.forecast.solve import WHOLE, Solution, Target, find, unknown_metric, varied_field
from lessor.terms.claim import Asserted, Claim, FreeTerm, Range, Reading
from lessor.terms.fields import field_at
from lessor.terms.load import Loaded, build_deal, build_record
from lessor.terms.paths import text_of, value_at
from lessor.terms.scalars import Duration
from lessor.terms.setting import with_set, with_sets
from lessor.terms.source import FileText, Readable, Source, load_source, parse_dotted

HOLDS = "holds"
IN_PART = "holds_in_part"
DOES_NOT = "does_not_hold"
CANNOT = "cannot_be_told"

STEPS = 8
"""Parts into which a range is cut to see where in it a claim holds."""

NEAR = 1e-9


@dataclass(frozen=True)
class ReadingResult:
    """A reading: the metric over the range given, the verdict, and where in the range it holds."""

    name: str
    story: str
    metric: str
    low: float | None
    high: float | None
    verdict: str
    holds_where: str | None
    note: str

    def as_json(self) -> dict[str, object]:
        """The reading as one JSON object."""
        return dict(self.__dict__)


@dataclass(frozen=True)
class ClaimResult:
    """A claim checked: its readings, and a solution for each term that could be different.

    `asserted` says in words that `metric` is what is `sought`.
    """

    claim: str
    source: str | None
    deal: str
    asserted: str
    metric: str
    sought: Asserted
    readings: tuple[ReadingResult, ...]
    solutions: tuple[tuple[str, Solution], ...]
    issues: tuple[Issue, ...]

    def as_json(self) -> dict[str, object]:
        """The fixed keys of `check-claim --json`, and the name each solution has in the file."""
        return {
            "claim": self.claim,
            "readings": [reading.as_json() for reading in self.readings],
            "solutions": [{"name": name, **found.as_json()} for name, found in self.solutions],
            "issues": [issue.as_json() for issue in self.issues],
        }


def check_claim(
    path: Readable, *, deal_file: Readable | None = None, sets: Sequence[str] = ()
) -> tuple[ClaimResult | None, tuple[Issue, ...]]:
    """Check a claim file against the deal file that it names, or against the one given.

    Each `path=value` of `sets` is set on the deal first.
    """
    source, faults = load_source(path)
    if source is None or errors(faults):
        return None, faults
    claim, more = build_record(Claim, source)
    if claim is None:
        return None, (*faults, *more)
    wrong = tuple(_unknown_metrics(claim, source))
    deal, found = load_source(_deal_of(claim, path) if deal_file is None else deal_file)
    if deal is not None:
        deal, faults = with_sets(deal, sets)
        found += faults
    if deal is None or errors(found) or wrong:
        return None, (*wrong, *found)
    loaded, found = build_deal(deal)
    if loaded is None:
        return None, found
    return _checked(claim, source, loaded)


def claimed_deal(path: Readable) -> Path | None:
    """The deal file that a claim file is about; None where it cannot be told."""
    source, _ = load_source(path)
    claim = None if source is None else build_record(Claim, source)[0]
    return None if claim is None else _deal_of(claim, path)


def _deal_of(claim: Claim, path: Readable) -> Path:
    """The deal file that a claim names, seen from where the claim stands."""
    folder = Path() if isinstance(path, FileText) else Path(path).parent
    return folder / claim.deal


def _unknown_metrics(claim: Claim, source: Source) -> list[Issue]:
    """Metrics that do not exist, or that what is asserted cannot be compared with."""
    said: list[tuple[tuple[str | int, ...], str | None]] = [(("metric",), claim.metric)]
    said += [(("readings", name, "metric"), item.metric) for name, item in claim.readings.items()]
    said += [
        (("free_terms", name, "metric"), item.metric) for name, item in claim.free_terms.items()
    ]
    found = []
    for path, metric in said:
        if metric is not None and metric not in METRIC:
            found.append(unknown_metric(metric, source.place(path)))
        elif metric is not None and claim.metric in METRIC:
            unit, wanted = METRIC[metric].unit, METRIC[claim.metric].unit
            if unit != wanted:
                found.append(
                    Issue(
                        "unit-mismatch",
                        f"{metric} is in {unit}, and the claim is about {wanted}",
                        f"name a metric in {wanted}, or check this in a claim of its own",
                        source.place(path),
                    )
                )
    return found


def _checked(
    claim: Claim, source: Source, loaded: Loaded
) -> tuple[ClaimResult | None, tuple[Issue, ...]]:
    faults: list[Issue] = []
    readings: list[ReadingResult] = []
    solutions: list[tuple[str, Solution]] = []
    for name, reading in claim.readings.items():
        at = source.place(("readings", name))
        changed, issues = _with(loaded.source, reading.set, at)
        faults += issues
        if issues:
            continue
        result, issues = _read(name, reading, claim, changed, at)
        faults += issues
        if result is not None:
            readings.append(result)
        if reading.solve is not None:
            target = Target(reading.metric or claim.metric, float(claim.asserted.value))
            faults += _solved(name, changed, reading.solve, target, at, solutions)
    for name, term in claim.free_terms.items():
        faults += _free_term(name, term, claim, loaded.source, source, solutions)
    if errors(faults):
        return None, tuple(faults)
    return (
        ClaimResult(
            claim.claim,
            claim.source,
            loaded.deal.deal,
            _in_words(claim),
            claim.metric,
            claim.asserted,
            tuple(readings),
            tuple(solutions),
            (*loaded.issues, *faults),
        ),
        (),
    )


def _in_words(claim: Claim) -> str:
    asserted = claim.asserted
    about = f", give or take {asserted.about:g}" if asserted.about else ""
    better = f" (or {asserted.better})" if asserted.better else ""
    return f"{claim.metric} is {asserted.value:g}{about}{better}"


def _with(source: Source, changes: Mapping[str, object], at: Place) -> tuple[Source, list[Issue]]:
    """The deal with a claim's values laid over it; faults are placed in the claim file."""
    faults: list[Issue] = []
    for path, value in changes.items():
        changed, found = with_set(source, path, value, by=at.file)  # type: ignore[arg-type]
        if changed is None:
            faults += [_moved(issue, at) for issue in found]
        else:
            source = changed
    return source, faults


def _moved(issue: Issue, at: Place) -> Issue:
    place = Place(at.file, at.line, at.column, issue.place.field or at.field)
    return Issue(issue.code, issue.message, issue.remedy, place, issue.severity)


def _free_term(
    name: str,
    term: FreeTerm,
    claim: Claim,
    deal: Source,
    source: Source,
    solutions: list[tuple[str, Solution]],
) -> list[Issue]:
    at = source.place(("free_terms", name))
    changed, faults = _with(deal, term.set, at)
    if faults:
        return faults
    target = Target(term.metric or claim.metric, float(claim.asserted.value))
    return _solved(name, changed, term.vary, target, at, solutions)


def _solved(
    name: str,
    deal: Source,
    vary: str,
    target: Target,
    at: Place,
    solutions: list[tuple[str, Solution]],
) -> list[Issue]:
    row, faults = varied_field(deal, vary)
    if row is None:
        return [_moved(issue, at) for issue in faults]
    found = find(deal, row, vary, target)
    if found.value is not None and vary.endswith("residual.amount"):
        found = _with_shares(found, deal)
    solutions.append((name, found))
    return []


def _with_shares(found: Solution, deal: Source) -> Solution:
    """A residual said as a share of all cost and of the servers, as people compare it."""
    loaded, _ = build_deal(deal)
    assert loaded is not None and found.value is not None
    plan = plan_of(loaded)
    hardware = sum(float(run.cost) for run in plan.assets if run.is_hardware)
    shares = [f"{found.value / float(plan.cost_total):.1%} of cost"]
    if hardware:
        shares.append(f"{found.value / hardware:.1%} of servers")
    note = "; ".join(part for part in (found.note, ", ".join(shares)) if part)
    return Solution(found.vary, found.until, found.value, found.admissible, found.nearest, note)


def _read(
    name: str, reading: Reading, claim: Claim, deal: Source, at: Place
) -> tuple[ReadingResult | None, list[Issue]]:
    metric = reading.metric or claim.metric
    ranges = {**claim.ranges, **reading.ranges}
    loaded, found = build_deal(deal)
    if loaded is None and not [i for i in errors(found) if i.code != "missing-field"]:
        missing = ", ".join(issue.place.field for issue in errors(found))
        return _untold(name, reading, metric, f"not said: {missing}"), []
    if loaded is None:
        return None, [_moved(issue, at) for issue in errors(found)]
    points, faults = _points(ranges, deal, at)
    if faults:
        return None, faults
    evaluator = _Evaluator(deal, metric, claim.asserted, ranges)
    figures = [evaluator.at(point) for point in points]
    if any(figure is None or figure.rank is None for figure in figures):
        note = next((f.note for f in figures if f is not None and f.rank is None), "")
        return _untold(name, reading, metric, note or "the deal cannot be run on this range"), []
    held = [evaluator.holds(figure) for figure in figures]
    verdict = HOLDS if all(held) else IN_PART if any(held) else DOES_NOT
    where = None
    if verdict == IN_PART:
        where = _boundary(evaluator, ranges, points, held)
    values = [figure.value for figure in figures if figure is not None]
    known = [value for value in values if value is not None]
    result = ReadingResult(
        name,
        reading.story or "",
        metric,
        min(known, default=None),
        max(known, default=None) if len(known) == len(values) else None,
        verdict,
        where,
        _ends_noted([f.note for f in figures if f is not None]),
    )
    return result, []


def _ends_noted(notes: list[str]) -> str:
    """What is to be known at both ends of the range; the points between lie between."""
    ends = [note for note in dict.fromkeys((notes[0], notes[-1])) if note]
    return " ... ".join(ends)


def _untold(name: str, reading: Reading, metric: str, note: str) -> ReadingResult:
    return ReadingResult(name, reading.story or "", metric, None, None, CANNOT, None, note)


Point = dict[str, float]


def _points(
    ranges: Mapping[str, Range], deal: Source, at: Place
) -> tuple[list[Point], list[Issue]]:
    """The values tried: one range in equal steps, several at all their corners."""
    axes: list[list[tuple[str, float]]] = []
    for path, said in ranges.items():
        ends = []
        for text in (said.low, said.high):
            changed, faults = with_set(deal, path, text, by=at.file)
            if changed is None:
                return [], [_moved(issue, at) for issue in faults]
            loaded, found = build_deal(changed)
            value = value_at(loaded, path) if loaded is not None else None
            if value is None:
                return [], [_moved(issue, at) for issue in errors(found)]
            # A length of time is in months or in days, and the other of the two is 0.
            ends.append(float(sum(value) if isinstance(value, Duration) else value))
        low, high = ends
        steps = STEPS if len(ranges) == 1 else 1
        values = [low + (high - low) * step / steps for step in range(steps + 1)]
        if _is_whole(deal, path):
            values = list(dict.fromkeys(float(round(value)) for value in values))
        axes.append([(path, value) for value in values])
    return [dict(point) for point in itertools.product(*axes)], []


def _is_whole(deal: Source, path: str) -> bool:
    row = field_at(parse_dotted(path), deal.tree)
    return row is not None and row.type in WHOLE


class _Evaluator:
    """The metric of a reading at a point of its ranges, and whether the claim holds of it."""

    def __init__(
        self, deal: Source, metric: str, asserted: Asserted, ranges: Mapping[str, Range]
    ) -> None:
        self.deal = deal
        self.in_days = {path for path, said in ranges.items() if "day" in said.low + said.high}
        self.metric = metric
        self.asserted = asserted

    def at(self, point: Point) -> Figure | None:
        """The figure; None where the deal is not admissible there."""
        deal: Source | None = self.deal
        for path, value in point.items():
            assert deal is not None
            row = field_at(parse_dotted(path), deal.tree)
            if row is None:
                return None
            text = f"{value:.0f} days" if path in self.in_days else text_of(row, value)
            deal, _ = with_set(deal, path, text)
            if deal is None:
                return None
        assert deal is not None
        loaded, found = build_deal(deal)
        if loaded is None or errors(found):
            return None
        return figure_of(plan_of(loaded), self.metric)

    def excess(self, figure: Figure | None) -> float:
        """How far the figure is beyond what the claim allows; at most 0 where it holds."""
        if figure is None or figure.rank is None:
            return math.inf
        off = figure.rank - float(self.asserted.value)
        about = float(self.asserted.about)
        if self.asserted.better == "lower":
            return off - about
        if self.asserted.better == "higher":
            return -off - about
        return abs(off) - about

    def holds(self, figure: Figure | None) -> bool:
        """Whether the claim holds of a figure; one without value never does."""
        if figure is None or figure.value is None:
            return False
        return self.excess(figure) <= NEAR * max(1.0, abs(float(self.asserted.value)))


def _boundary(
    evaluator: _Evaluator, ranges: Mapping[str, Range], points: list[Point], held: list[bool]
) -> str:
    """In words, for which part of the range the claim holds."""
    if len(ranges) != 1:
        good = [point for point, holds in zip(points, held, strict=True) if holds]
        return "at " + "; ".join(
            ", ".join(f"{path} = {value:.10g}" for path, value in point.items()) for point in good
        )
    path = next(iter(ranges))
    parts = []
    start: float | None = points[0][path] if held[0] else None
    for index in range(1, len(points)):
        if held[index] == held[index - 1]:
            continue
        edge = _edge(evaluator, path, points[index - 1][path], points[index][path])
        if held[index]:
            start = edge
        else:
            parts.append(_between(path, points, start, edge))
            start = None
    if start is not None:
        parts.append(_between(path, points, start, None))
    return " or ".join(parts)


def _between(path: str, points: list[Point], start: float | None, stop: float | None) -> str:
    if stop is None:
        return f"{path} >= {start:.10g}"
    if start == points[0][path]:
        return f"{path} <= {stop:.10g}"
    return f"{start:.10g} <= {path} <= {stop:.10g}"


def _edge(evaluator: _Evaluator, path: str, low: float, high: float) -> float:
    """Where the claim begins, or stops, to hold between two points of a range."""

    def excess(x: float) -> float:
        return evaluator.excess(evaluator.at({path: x}))

    level = Level(excess, meets=lambda x: abs(level.tried[x]) <= NEAR)
    whole = _is_whole(evaluator.deal, path)
    found = crossing(level, Domain(low, low, high, high - low, whole))
    return high if found is None else found.at
