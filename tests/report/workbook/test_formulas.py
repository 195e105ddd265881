"""Formulas: operators bind as a spreadsheet binds them, sums of neighbours name a range."""

from __future__ import annotations

from decimal import Decimal

import pytest

from lessor.core.cells import Cell, CellKind, Seen, Watched, as_cell, call, figure
from lessor.core.numeric import clip, ratio, total, where
from lessor.report.workbook.formulas import Formulas
from lessor.report.workbook.layout import LENGTH_MAX, Layout, Series

KIND = CellKind()


def term(name: str, value: float) -> Cell:
    return KIND.number(Watched(Decimal(repr(value)), name, Seen(set(), set())))


A, B, C = (term(name, value) for name, value in (("a", 2.0), ("b", 3.0), ("c", 5.0)))


def text_of(*cells: Cell) -> list[str]:
    shown = [figure(cell, "x", at) for at, cell in enumerate(cells)]
    layout = Layout(["Timeline", "Cash", "Workings"])
    layout.place([Series("Cash", "Block", "x", shown)])
    formulas = Formulas(layout, {"a": "a", "b": "b", "c": "c"}, {})
    return [formulas.formula(cell) for cell in shown]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (lambda: A - (B - C), "=a-(b-c)"),
        (lambda: A - B - C, "=a-b-c"),
        (lambda: A / (B * C), "=a/(b*c)"),
        (lambda: A * (B + C), "=a*(b+c)"),
        (lambda: (-A) ** 2, "=(-a)^2"),
        (lambda: A ** (B + 1), "=a^(b+1)"),
        (lambda: (A**B) ** C, "=(a^b)^c"),
        (lambda: A - (-B), "=a-(-b)"),
        (lambda: A * -0.5, "=a*(-0.5)"),
        (lambda: 1 / (1 + A), "=1/(1+a)"),
        (lambda: where(A > B, A, B + C), "=IF(a>b,a,b+c)"),
        (lambda: ratio(A + B, C, as_cell(0)), "=IF(c=0,0,(a+b)/c)"),
        (lambda: clip(A, as_cell(0), as_cell(1)), "=MIN(MAX(a,0),1)"),
        (lambda: 1e-9 * A, "=1E-09*a"),
        (lambda: call('IF({0}>0,{1},"")', 2.0, [A], [B]) + 1, '=(IF(a>0,b,""))+1'),
    ],
)
def test_text(cell, text: str):
    assert text_of(cell()) == [text]


def test_neighbours_are_summed_as_a_range():
    parts = [figure(A + at, "part", at) for at in range(5)]
    layout = Layout(["Timeline", "Cash", "Workings"])
    summed = figure(total(parts) + B, "sum", None)
    layout.place([Series("Cash", "B", "part", parts), Series("Cash", "B", "sum", [summed])])
    formulas = Formulas(layout, {"a": "a", "b": "b"}, {})
    assert formulas.formula(summed) == "=SUM(E7:I7)+b"


def test_what_two_formulas_use_is_a_step_of_its_own():
    shared = A * B
    texts = text_of(shared + 1, shared + 2)
    assert texts == ["=Workings!F7+1", "=Workings!F7+2"]


def test_a_long_formula_is_split_into_steps():
    cell: Cell = A
    for at in range(2, 400):
        cell = where(cell > at, cell * at - B, C)
    [text] = text_of(cell)
    assert len(text) < 4 * LENGTH_MAX


def test_both_branches_stay():
    cell = where(A > B, A, C)
    assert cell.value == 5.0
    assert [each.field for each in cell.args[1:]] == ["a", "c"]


def test_a_constant_flag_picks_at_once():
    assert where(as_cell(1.0) > 0, A, C) is A


def test_a_cell_is_never_branched_on():
    with pytest.raises(TypeError, match="where"):
        bool(A)


def test_decimals_do_not_mix_with_cells():
    with pytest.raises(TypeError, match="Decimal"):
        A + Decimal(1)


@pytest.mark.parametrize("look", [float, int, str, bool, lambda x: x > 1, lambda x: x + 1, abs])
def test_looking_at_a_watched_number_is_noted(look):
    seen = Seen(set(), set())
    look(Watched(Decimal(2), "here", seen))
    assert seen.values | seen.zeros == {"here"}


def test_lowering_a_watched_number_is_not_noted():
    seen = Seen(set(), set())
    watched = Watched(Decimal(2), "here", seen)
    assert CellKind().number(watched).field == "here"
    assert CellKind().given(watched, "units").field == "here"
    assert seen == Seen(set(), set())
