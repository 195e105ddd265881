"""Faults as values: what an Issue shows, and that its code is a known one."""

import json
import re

import pytest

from lessor.core.issue import FaultsError, Issue, Place, Severity, errors, worst
from lessor.core.issue_codes import ISSUE_CODES

ERROR = Issue("duplicate-key", "written twice", "keep one", Place("deal.yaml", 12, 3, "a.b"))
WARNING = Issue("empty-file", "empty", "write one", severity=Severity.WARNING)
NOTE = Issue("too-many-faults", "more", "run again", severity=Severity.NOTE)


@pytest.mark.parametrize(
    ("place", "head"),
    [
        (Place("deal.yaml", 12, 3, "a.b"), "deal.yaml:12: error[empty-file] a.b: empty"),
        (Place("deal.yaml", 12), "deal.yaml:12: error[empty-file] empty"),
        (Place("deal.yaml"), "deal.yaml: error[empty-file] empty"),
        (Place("--set", field="a.b"), "--set: error[empty-file] a.b: empty"),
        (Place(field="a.b"), "error[empty-file] a.b: empty"),
        (Place(line=12), "line:12: error[empty-file] empty"),
        (Place(), "error[empty-file] empty"),
    ],
)
def test_render_shows_the_parts_that_are_known(place, head):
    assert Issue("empty-file", "empty", "write one", place).render() == f"{head}\n  do: write one"


def test_render_escapes_what_a_terminal_would_obey():
    place = Place("dea\x1b[2J\udcff.yaml", field="收入.\u202e")
    shown = Issue("empty-file", "red \x1b[31m", "回车\r", place).render()
    assert "\x1b" not in shown and "\r" not in shown and "\u202e" not in shown
    assert "收入" in shown and "回车" in shown
    shown.encode("utf-8")


def test_as_json_is_flat_and_plain():
    assert json.loads(json.dumps(ERROR.as_json())) == {
        "code": "duplicate-key",
        "severity": "error",
        "message": "written twice",
        "remedy": "keep one",
        "file": "deal.yaml",
        "line": 12,
        "column": 3,
        "field": "a.b",
    }
    assert WARNING.as_json()["line"] is None


def test_a_code_outside_the_table_is_our_mistake():
    with pytest.raises(AssertionError, match="no-such-code"):
        Issue("no-such-code", "", "")


def test_errors_keeps_order_and_worst_finds_the_gravest():
    assert errors([NOTE, ERROR, WARNING, ERROR]) == (ERROR, ERROR)
    assert worst([NOTE, ERROR, WARNING]) is Severity.ERROR
    assert worst([NOTE, WARNING]) is Severity.WARNING
    assert worst([NOTE]) is Severity.NOTE
    assert worst([]) is None


def test_faults_error_holds_and_shows_every_issue():
    error = FaultsError(iter([ERROR, WARNING]))
    assert error.issues == (ERROR, WARNING)
    assert str(error) == f"{ERROR.render()}\n{WARNING.render()}"


def test_codes_are_kebab_case_in_order_with_a_one_line_meaning():
    assert list(ISSUE_CODES) == sorted(ISSUE_CODES)
    for code, meaning in ISSUE_CODES.items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code), code
        assert meaning and "\n" not in meaning and not meaning.endswith("."), code
