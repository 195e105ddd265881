"""Runs every `lender.yaml` under `tests/cases`: the debt that limits allow, and factors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lessor.forecast.debt_sizing import size
from lessor.forecast.lender_case import lender_case
from lessor.terms.load import Loaded, require_deal
from tests.cases.oracle import work_out
from tests.cases.test_cases import Tree, near, read, sheet_of

FILES = sorted(Path(__file__).parent.glob("*/lender.yaml"))
ANSWERS = {"yes": True, "no": False, "not known": None}
NAUGHT = 1e-6


def runs() -> list[Any]:
    """Every run of every file, by the name it has in a list of tests."""
    return [
        pytest.param(file, name, id=f"{file.parent.name}/{name}")
        for file in FILES
        for name in read(file)["runs"]
    ]


def deal_of(file: Path, expected: Tree, run: Tree) -> Loaded:
    sets = [f"{path}={value}" for path, value in (run.get("set") or {}).items()]
    return require_deal(file.parent / expected["deal"], sets)


@pytest.mark.parametrize(("file", "name"), runs())
def test_what_the_program_says_is_what_is_worked_out(file: Path, name: str):
    expected = read(file)
    run: Tree = expected["runs"][name]
    known, loaded = sheet_of(expected, run), deal_of(file, expected, run)
    sized = size(loaded)
    figures = {**sized.limits, "debt": sized.debt}
    assert sized.binds == run["binds"]
    _compare(run["size"], figures, known, float(expected["tolerance"]))
    if "factors" in run:
        factors = {factor.name: factor for factor in lender_case(loaded).factors}
        values = {name: factor.value for name, factor in factors.items()}
        _compare(run["factors"], values, known, float(expected["tolerance"]))
        for name, said in run["factors"].items():
            assert factors[name].passes is ANSWERS[said["passes"]], name


def _compare(said: Tree, found: dict[str, Any], known: Tree, tolerance: float) -> None:
    for name, row in said.items():
        worked, value = float(work_out(row["by"], known)), float(row["value"])
        assert near(worked, value, tolerance), f"{name}: the formula gives {worked}"
        assert near(float(found[name]), value, tolerance), f"{name}: {found[name]}"
        if "published" in row:
            digits = row["published"]
            assert f"{value:.3E}".replace("E+0", "E") == digits, f"{name}: not {digits}"
