"""A workbook says what the engine says: as it was written, and after its inputs were changed.

LibreOffice reckons every formula anew from files whose values are all wrong, so that a figure can
only be right if its formula is.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings

from lessor.app.commands.workbook import read_back
from lessor.report.workbook.input_sheet import spot_of
from lessor.report.workbook.layout import ordered
from lessor.report.workbook.model import Model, model_of
from lessor.report.workbook.writing import ORDER, Written, workbook_of, write_workbook
from lessor.terms.load import Loaded, require_deal
from tests.agreement.test_plan import DEALS
from tests.forecast.deals import Drawn, deals
from tests.report.workbook.books import (
    RELATIVE,
    changes,
    differences,
    evaluated,
    figures_apart,
    written,
)
from tests.report.workbook.office import (
    POISON,
    edited,
    needs_office,
    poisoned,
    recalculated,
    values_of,
    with_cells,
)

EXAMPLES = [path for path in DEALS if "examples" in path.parts and path.name == "deal.yaml"]
DRAWN = 12
_INPUTS_PART = f"sheet{ORDER.index('Inputs') + 1}.xml"
_DEBT_PART = f"xl/worksheets/sheet{ORDER.index('Debt') + 1}.xml"


class Book(NamedTuple):
    """A workbook, the deal with its inputs changed, and what the office made of both files."""

    name: str
    written: Written
    model_changed: Model
    inputs_changed: dict[str, float]
    values: dict
    values_changed: dict
    file_changed: bytes


def _drawn_deals() -> list[Loaded]:
    """The first deals that a search finds; always the same ones."""
    found: list[Loaded] = []

    @settings(max_examples=60, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(deals())
    def collect(drawn: Drawn) -> None:
        loaded, _ = drawn.loaded()
        assume(loaded is not None)
        if loaded is not None and len(found) < DRAWN:
            found.append(loaded)

    collect()
    return found


def _books() -> list[tuple[str, Written, Loaded]]:
    books = [(path.parent.name, written(path), require_deal(path)) for path in EXAMPLES]
    for number, loaded in enumerate(_drawn_deals()):
        books.append((f"drawn-{number}", workbook_of(model_of(loaded), ""), loaded))
    return books


def _wrong(data: bytes) -> bytes:
    """The workbook with one formula of its loans off by a thousandth."""

    def edit(name: str, part: bytes) -> bytes:
        return part.replace(b"<f>", b"<f>1.001*", 1) if name == _DEBT_PART else part

    return edited(data, edit)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Book], tuple[Written, dict]]:
    """Every workbook recalculated, in one run of the office; and one with a wrong formula."""
    books = _books()
    files: dict[str, bytes] = {}
    changed: dict[str, tuple[dict[str, float], Loaded]] = {}
    for name, book, loaded in books:
        data = poisoned(write_workbook(book))
        files[name] = data
        changed[name] = changes(book, loaded)
        cells = {
            f"C{spot_of(place).row + 1}": changed[name][0][row.path]
            for place, row in enumerate(book.rows)
            if row.path in changed[name][0]
        }
        files[f"{name} changed"] = with_cells(data, _INPUTS_PART, cells)
    files["wrong"] = _wrong(files["b300-10k"])
    out = recalculated(files, tmp_path_factory.mktemp("office"))
    found = [
        Book(
            name,
            book,
            model_of(changed[name][1]),
            changed[name][0],
            values_of(out[name]),
            values_of(out[f"{name} changed"]),
            out[f"{name} changed"],
        )
        for name, book, _ in books
    ]
    return found, (found[0].written, values_of(out["wrong"]))


@needs_office
def test_every_figure_is_the_engines(office: tuple[list[Book], object]):
    for book in office[0]:
        assert differences(book.written, book.values) == [], book.name
        assert book.values["Checks"][1][1] == "ok", book.name


@needs_office
def test_every_figure_is_the_engines_after_inputs_have_changed(office: tuple[list[Book], object]):
    for book in office[0]:
        assert book.inputs_changed, book.name
        apart = figures_apart(book.written, book.model_changed, book.values_changed)
        assert apart == [], book.name
        assert book.values_changed["Checks"][2][1] == len(book.inputs_changed), book.name
        assert book.values_changed["Checks"][1][1] == "ok", book.name


@needs_office
def test_changed_inputs_come_back_as_a_deal_file(office: tuple[list[Book], object], tmp_path: Path):
    for book in office[0]:
        if book.name.startswith("drawn"):
            continue
        came, back = tmp_path / f"{book.name}.xlsx", tmp_path / f"{book.name}.yaml"
        came.write_bytes(book.file_changed)
        outcome = read_back(str(came), str(back))
        assert outcome.exit_code == 0, (book.name, [each.render() for each in outcome.issues])
        changed = outcome.document["changed"]
        assert isinstance(changed, list)
        assert set(changed) == set(book.inputs_changed), book.name
        assert require_deal(back).deal == book.model_changed.loaded.deal, book.name


@needs_office
def test_a_wrong_formula_is_found(office: tuple[object, tuple[Written, dict]]):
    book, values = office[1]
    assert differences(book, values)
    assert values["Checks"][1][1] == "CHECK"


def test_the_files_that_the_office_gets_hold_no_right_value():
    book = written(EXAMPLES[0])
    values = values_of(poisoned(write_workbook(book)))
    cells = {id(cell): cell for cell in book.layout.order}
    formulas = [
        values[spot.sheet][spot.row][spot.column]
        for key, spot in book.layout.spots.items()
        if book.formulas.formula(cells[key]).count("(") > 0
    ]
    assert formulas
    assert set(formulas) <= {POISON, str(POISON), True}


@pytest.mark.parametrize("path", DEALS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_cells_are_the_plan_and_follow_its_inputs(path: Path):
    loaded = require_deal(path)
    assert_cells_agree(model_of(loaded))
    _assert_follows_inputs(loaded)


@given(deals())
def test_any_deal_agrees_on_cells(drawn: Drawn):
    loaded, _ = drawn.loaded()
    assume(loaded is not None)
    assert loaded is not None
    assert_cells_agree(model_of(loaded))
    _assert_follows_inputs(loaded)


def assert_cells_agree(model: Model) -> None:
    """The plan on cells is the plan on floats: each stream within 1e-12 of its largest month."""
    for name in model.plan.cash.streams:
        mine, theirs = model.plan.cash.by_period(name), model.plain.cash.by_period(name)
        largest = max((abs(float(each)) for each in theirs), default=0.0)
        for one, other in zip(mine, theirs, strict=True):
            assert abs(float(one) - float(other)) <= 1e-12 * largest, name
    assert model.plain.grid == model.plan.grid


def _assert_follows_inputs(loaded: Loaded) -> None:
    """With other inputs the cells come to what the engine then says, reckoned in Python."""
    book = workbook_of(model_of(loaded), "")
    inputs, deal = changes(book, loaded)
    model = model_of(deal)
    values = evaluated(ordered(_roots(book)), inputs)
    assert set(book.model.rows) == set(model.rows)
    for title, row in book.model.rows.items():
        largest = max((abs(float(cell)) for cell in model.rows[title].cells), default=0.0)
        for one, other in zip(row.cells, model.rows[title].cells, strict=True):
            off = abs(float(values[id(one)]) - float(other))
            assert off <= max(RELATIVE * abs(float(other)), 1e-12 * largest), (title, one.period)


def _roots(book: Written) -> list:
    return [cell for row in book.model.rows.values() for cell in row.cells]
