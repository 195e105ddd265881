"""Runs every case under `tests/cases`; how to add one stands in the README beside this file."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from lessor.forecast.claims import check_claim
from lessor.forecast.figures import Figure, figures_of
from lessor.forecast.plan import Plan, run_plan
from lessor.forecast.solve import solve
from lessor.terms.load import Loaded, load_deal
from tests.cases.lenders import NAMES as LENDERS
from tests.cases.oracle import work_out
from tests.cases.schedules import schedule_faults
from tests.forecast.deals import BASE

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*/expected.yaml"))
RUN_KEYS = {"set", "given", "sheet", "issues", "metrics", "months", "schedules", "solve"}
FIGURE_KEYS = {"value", "by", "note", "published", "tolerance", "vary", "until", "nearest"}
NAUGHT = 1e-6

Tree = dict[str, Any]


def read(file: Path) -> Tree:
    """An expected file; every scalar as the text that was written."""
    return yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def runs() -> list[Any]:
    """Every run of every case, by the name it has in a list of tests."""
    return [
        pytest.param(file, name, id=f"{file.parent.name}/{name}")
        for file in FILES
        for name in read(file)["runs"]
    ]


def sheet_of(expected: Tree, run: Tree) -> Tree:
    """The lines worked out by hand: what the run is given, the shared sheet, the run's own."""
    known: Tree = dict(LENDERS)
    lines = (run.get("given") or {}, expected.get("sheet") or {}, run.get("sheet") or {})
    for part in lines:
        for name, formula in part.items():
            known[name] = work_out(formula, known)
    return known


def deal_of(file: Path, expected: Tree, run: Tree) -> Loaded:
    sets = [f"{path}={_text(value)}" for path, value in (run.get("set") or {}).items()]
    loaded, issues = load_deal(file.parent / expected.get("deal", "deal.yaml"), sets)
    assert loaded is not None, [issue.render() for issue in issues]
    assert sorted({issue.code for issue in loaded.issues}) == sorted(run.get("issues") or [])
    return loaded


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_text(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_text(each) for each in value) + "]"
    return str(value)


def monthly(plan: Plan, name: str) -> list[float]:
    """A stream or total of the plan's cash by month, or what its books say of the month."""
    if name in ("outstanding", "collateral"):
        return [float(value) for value in getattr(plan, name)[1:]]
    if hasattr(plan, name):
        return [float(value) for value in getattr(plan, name)]
    return [float(value) for value in plan.cash.by_period(name)]


def in_months(plan: Plan, key: str) -> float:
    """`name` is the sum over the plan, `name@2026-05` the month that starts then."""
    name, _, label = key.partition("@")
    values = monthly(plan, name)
    return values[plan.grid.labels.index(label)] if label else sum(values)


class Checked:
    """One run of a case: what each figure should be, what it is, where it stands in the file."""

    def __init__(self, file: Path, name: str, rewrite: bool) -> None:
        self.file, self.rewrite = file, rewrite
        self.expected = read(file)
        self.run: Tree = self.expected["runs"][name]
        self.known = sheet_of(self.expected, self.run)
        self.tolerance = float(self.expected["tolerance"])
        self.wrong: list[str] = []
        self.new: dict[tuple[str, ...], str] = {}
        self.path = ("runs", name)

    def figure(self, path: tuple[str, ...], said: Tree, found: Figure) -> None:
        """The program, the value written and the formula beside it must all agree."""
        assert set(said) <= FIGURE_KEYS, said
        where = "/".join((self.file.parent.name, *path))
        if said["value"] in ("", "null"):
            if found.value is not None:
                self._off((*path, "value"), found.value, f"{where}: {found.value}, not null")
            elif not found.note:
                self.wrong.append(f"{where}: null without a reason")
        else:
            value, tolerance = float(said["value"]), self.tolerance
            tolerance = float(said.get("tolerance", tolerance))
            self._formula(where, said, value, tolerance)
            if found.value is None or not near(found.value, value, tolerance):
                text = f"{where}: the program says {found.value} ({found.note}), expected {value}"
                self._off((*path, "value"), found.value, text)
        if said.get("note", "") not in found.note:
            self.wrong.append(f"{where}: the note is '{found.note}', without '{said['note']}'")

    def _formula(self, where: str, said: Tree, value: float, tolerance: float) -> None:
        worked = float(work_out(said["by"], self.known))
        if not near(worked, value, tolerance):
            self.wrong.append(f"{where}: the formula gives {worked}, and {value} is written")
        if "published" in said:
            digits = Decimal(said["published"])
            half = 0.5000001 * 10.0 ** int(digits.as_tuple().exponent)
            if abs(value - float(digits)) > half:
                self.wrong.append(f"{where}: {value} does not round to the published {digits}")

    def _off(self, path: tuple[str, ...], value: float | None, text: str) -> None:
        if self.rewrite:
            self.new[(*self.path, *path)] = "null" if value is None else f"{value:.12g}"
        else:
            self.wrong.append(text)

    def close(self) -> None:
        """Write what is new, and fail with all that is wrong at once."""
        if self.new:
            self.file.write_text(rewritten(self.file, self.new), encoding="utf-8")
        assert not self.wrong, "\n" + "\n".join(self.wrong)


def near(a: float, b: float, tolerance: float) -> bool:
    """Within the tolerance of each other, relative; beside 0, a millionth is naught."""
    return abs(a - b) <= (tolerance * abs(b) if b else NAUGHT)


def rewritten(file: Path, new: dict[tuple[str, ...], str]) -> str:
    """The file with other values at some paths; comments and everything else stay as they are."""
    text = file.read_text(encoding="utf-8")
    top = yaml.compose(text)
    assert top is not None
    spots = {path: _node(top, path) for path in new}
    for path, node in sorted(spots.items(), key=lambda item: -item[1].start_mark.index):
        text = text[: node.start_mark.index] + new[path] + text[node.end_mark.index :]
    return text


def _node(node: yaml.Node, path: tuple[str, ...]) -> yaml.Node:
    for step in path:
        node = next(value for key, value in node.value if key.value == step)
    return node


def check(file: Path, name: str, rewrite: bool) -> None:
    """Run a case and compare every figure that it expects."""
    case = Checked(file, name, rewrite)
    assert set(case.run) <= RUN_KEYS, set(case.run) - RUN_KEYS
    loaded = deal_of(file, case.expected, case.run)
    plan = run_plan(loaded.deal)
    figures = figures_of(plan)
    for metric, said in (case.run.get("metrics") or {}).items():
        case.figure(("metrics", metric), said, figures[metric])
    for key, said in (case.run.get("months") or {}).items():
        case.figure(("months", key), said, Figure(in_months(plan, key)))
    for loan, formula in (case.run.get("schedules") or {}).items():
        rows = work_out(formula, case.known)
        case.wrong += schedule_faults(plan, loan, rows, case.tolerance)
    for key, said in (case.run.get("solve") or {}).items():
        found, issues = solve(loaded, said["vary"], said["until"])
        assert found is not None, issues
        case.figure(("solve", key), said, Figure(found.value, found.note))
        if "nearest" in said:
            assert found.nearest == pytest.approx(float(said["nearest"]), rel=1e-6)
    case.close()


@pytest.mark.parametrize(("file", "name"), runs())
def test_a_case_comes_out_as_worked_by_hand(file: Path, name: str, rewrite: bool):
    check(file, name, rewrite)


def test_the_case_that_the_readme_shows_comes_out(tmp_path: Path):
    text = (HERE / "README.md").read_text(encoding="utf-8")
    file = tmp_path / "expected.yaml"
    file.write_text(text.partition("```yaml\n")[2].partition("```")[0])
    (tmp_path / "deal.yaml").write_text(BASE)
    for name in read(file)["runs"]:
        check(file, name, rewrite=False)


@pytest.mark.parametrize(
    "file", [file for file in FILES if "claim" in read(file)], ids=lambda file: file.parent.name
)
def test_a_claim_is_judged_as_worked_by_hand(file: Path):
    expected = read(file)
    claim = expected["claim"]
    result, issues = check_claim(file.parent / claim.get("file", "claim.yaml"))
    assert result is not None, issues
    known = sheet_of(expected, claim)
    tolerance = float(expected["tolerance"])
    readings = {reading.name: reading for reading in result.readings}
    wrong: list[str] = []
    for name, said in claim["readings"].items():
        found = readings.pop(name)
        if found.verdict != said["verdict"]:
            wrong.append(f"{name}: {found.verdict}, not {said['verdict']}")
        for end in ("low", "high"):
            worked = None if said[end] == "null" else float(work_out(said[end], known))
            value = getattr(found, end)
            if (value is None) != (worked is None) or (
                worked is not None and not near(value, worked, tolerance)
            ):
                wrong.append(f"{name}: {end} is {value}, not {worked}")
        if said.get("holds_from"):
            edge = float(str(found.holds_where).rpartition(" ")[2])
            worked = float(work_out(said["holds_from"], known))
            if ">=" not in str(found.holds_where) or not near(edge, worked, 1e-8):
                wrong.append(f"{name}: holds where {found.holds_where}, not from {worked}")
    assert not readings, f"readings that are not expected: {sorted(readings)}"
    solutions = dict(result.solutions)
    for name, said in claim["solutions"].items():
        solution = solutions.pop(name)
        worked = None if said.get("value") is None else float(work_out(said["value"], known))
        if solution.admissible != (worked is not None):
            wrong.append(f"{name}: {solution}")
        elif worked is not None and not near(solution.value or 0.0, worked, 1e-7):
            wrong.append(f"{name}: {solution.value}, not {worked}")
        if said.get("note", "") not in solution.note:
            wrong.append(f"{name}: the note is '{solution.note}', without '{said['note']}'")
        if "nearest" in said and solution.nearest != pytest.approx(float(said["nearest"])):
            wrong.append(f"{name}: nearest is {solution.nearest}, not {said['nearest']}")
    assert not solutions, f"solutions that are not expected: {sorted(solutions)}"
    assert not wrong, "\n" + "\n".join(wrong)


def test_rewriting_changes_a_value_and_nothing_else(tmp_path: Path):
    file = tmp_path / "expected.yaml"
    file.write_text(
        "# why\nruns:\n  one:\n    metrics:\n      irr_equity: {value: 1, by: 0.5 + 0.5}  # so\n"
    )
    text = rewritten(file, {("runs", "one", "metrics", "irr_equity", "value"): "0.25"})
    assert text == file.read_text().replace("value: 1", "value: 0.25")


def test_a_figure_that_is_off_is_told_with_its_place(tmp_path: Path):
    file = tmp_path / "case" / "expected.yaml"
    file.parent.mkdir()
    file.write_text("tolerance: 1e-9\nruns:\n  one: {sheet: {half: 1 / 2}}\n")
    case = Checked(file, "one", rewrite=False)
    case.figure(("metrics", "moic_equity"), {"value": "0.5", "by": "half"}, Figure(0.5))
    assert not case.wrong
    case.figure(("metrics", "moic_equity"), {"value": "0.5", "by": "half"}, Figure(0.500001))
    case.figure(("metrics", "moic_equity"), {"value": "0.6", "by": "half"}, Figure(0.6))
    case.figure(("metrics", "moic_equity"), {"value": "null"}, Figure(None))
    assert [text.partition(":")[0] for text in case.wrong] == ["case/metrics/moic_equity"] * 3
