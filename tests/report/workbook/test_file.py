"""The file of a workbook: nothing of a deal becomes a formula, nothing reaches out of it."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pytest

from lessor.report.workbook.input_sheet import INPUTS, VALUE, spot_of
from lessor.report.workbook.inputs import LIVE
from lessor.report.workbook.model import model_of
from lessor.report.workbook.writing import ORDER, workbook_of, write_workbook
from tests.forecast.deals import LOAN, built

NASTY = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=HYPERLINK(1)", "'x", 'a"b', "{=1}")
RENAMED = """
deal: "=cmd|' /C calc'!A0"
leases:
  tenant:
    lessee: {name: "@SUM(A1:A9)"}
"""


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


@pytest.fixture(scope="module")
def data() -> bytes:
    return write_workbook(workbook_of(model_of(built(LOAN, RENAMED)), "# =1\n=cmd\n"))


def test_texts_of_the_deal_are_texts(data: bytes):
    found = {}
    for sheet in opened(data):
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith(("=cmd", "@SUM", "+1")):
                    found[f"{sheet.title}!{cell.coordinate}"] = cell.data_type
    assert found
    assert set(found.values()) == {"s"}


def test_only_formulas_of_ours_are_formulas(data: bytes):
    """Every formula is made of references, numbers and functions of a closed list."""
    allowed = {"IF", "MIN", "MAX", "SUM", "AND", "OR", "NOT", "ABS", "ROUND", "INT", "SIGN", "IRR"}
    allowed |= {"XIRR", "SUMIF", "SUMPRODUCT", "AVERAGE", "COUNT", "COUNTIF", "IFERROR", "TRUE"}
    allowed |= {"FALSE", "ISNUMBER"}
    count = 0
    for sheet in opened(data):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    count += 1
                    assert len(cell.value) < 8192
                    assert set(re.findall(r"([A-Z]+)\(", cell.value)) <= allowed, cell.value
                    assert "[" not in cell.value
    assert count > 500


def test_no_macro_no_link_no_address(data: bytes):
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        names = packed.namelist()
        assert not [n for n in names if "vba" in n.lower() or "external" in n.lower()]
        for name in names:
            if name.endswith(".rels"):
                assert b'TargetMode="External"' not in packed.read(name), name


def test_inputs_are_named_and_unlocked_and_all_else_is_locked(data: bytes):
    book = workbook_of(model_of(built(LOAN, RENAMED)), "")
    file = opened(write_workbook(book))
    assert tuple(file.sheetnames) == ORDER
    assert all(sheet.protection.sheet for sheet in file)
    assert not any(sheet.protection.password for sheet in file)
    live = set()
    for place, row in enumerate(book.rows):
        spot = spot_of(place)
        cell = file[INPUTS].cell(spot.row + 1, VALUE + 1)
        assert cell.protection.locked == (row.status != LIVE), row.path
        if row.status == LIVE:
            live.add(cell.coordinate)
            name = file.defined_names[row.name].attr_text
            assert name == f"{INPUTS}!$C${spot.row + 1}"
    unlocked = {
        cell.coordinate
        for sheet in file
        for row in sheet.iter_rows()
        for cell in row
        if not cell.protection.locked
    }
    assert unlocked == live


@pytest.mark.parametrize("name", ["服务器", "a b-c", "A1", "R1C1", "x" * 150, "ß", "1st"])
def test_names_of_any_script_make_defined_names(name: str):
    text = (
        f"assets: {{servers: null, {name!r}: {{spec: {{gpus: 8}}, quantity: 10, unit_cost: 100}}}}"
        f"\nleases: {{tenant: {{capacity: {{asset: {name!r}, quantity: 10}}}}}}"
    )
    book = workbook_of(model_of(built(text)), "")
    names = [row.name for row in book.rows if row.name]
    assert len({each.casefold() for each in names}) == len(names)
    file = opened(write_workbook(book))
    assert set(names) <= set(file.defined_names)


def test_the_same_deal_gives_the_same_file():
    once, again = (write_workbook(workbook_of(model_of(built(LOAN)), "x")) for _ in range(2))
    assert once == again
