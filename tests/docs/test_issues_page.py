"""docs/issues.md is what the table of codes and the golden messages say; no fault is left out."""

from pathlib import Path

from lessor.core.issue_codes import ISSUE_CODES

FAULTS = {
    "unknown field": "unknown-field",
    "wrong unit": "wrong-unit",
    "negative quantity": "negative-quantity",
    "percent written as 4 instead of 4%": "percent-as-number",
    "dates out of order": "dates-out-of-order",
    "lease larger than the assets": "lease-larger-than-assets",
    "overlapping leases on the same servers": "leases-overlap",
    "debt above cost": "debt-above-cost",
    "amortization past maturity": "amortization-past-maturity",
    "a market rate with no observations and no forward path": "rate-unknown",
    "a fee on nothing": "fee-on-nothing",
    "draws over the commitment": "draws-above-commitment",
    "a waterfall that names no such account": "account-unknown",
    "a waterfall that pays one thing twice": "paid-twice",
    "a waterfall that never pays a loan": "never-paid",
    "a circular reserve target": "circular-reserve",
    "a covenant without data": "covenant-without-data",
    "dates before closing": "date-before-closing",
    "missing exchange rate": "exchange-rate-missing",
    "circular reference": "circular-reference",
    "empty file": "empty-file",
    "not YAML": "not-yaml",
    "a file of 200 MB": "file-too-large",
    "anchors and aliases, which could grow without end": "alias-refused",
    "a number that is not finite": "not-finite",
    "a path that does not exist": "unknown-path",
}
"""Faults by the words in which one looks for them, beside the codes that name them."""

HEAD = """# Faults and their codes

Every fault is an Issue: a code, where it stands, what is wrong, and after `do:` how to write it.
All of a file's faults come together. An error stops the deal (exit code 2), a warning does not.
Codes are never renamed, so tools can match on them. This page is generated from the table of codes
and the golden messages under `tests/issues/` (`LESSOR_REWRITE=1 make tests ARGS=tests/docs`); the
folder of a code there holds a file with the fault where a file can hold it, and all that is said.

## Where to look

| fault | code |
|---|---|
"""


def _first_message(folder: Path, code: str) -> str:
    """The first message of the code, without the path of a folder of its own."""
    lines = (folder / code / "expected.txt").read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if f"[{code}]" in line)


def issues_page(issues: Path) -> str:
    """The page, from the golden messages under a folder."""
    lines = [f"| {fault} | [`{code}`](#{code}) |" for fault, code in FAULTS.items()]
    lines += ["", "## All codes", ""]
    for code, meaning in ISSUE_CODES.items():
        lines += [f"### {code}", "", f"{meaning[0].upper()}{meaning[1:]}.", ""]
        lines += ["```", _first_message(issues, code), "```", ""]
    return HEAD + "\n".join(lines)


def test_the_page_of_faults_is_up_to_date(root: Path, rewrite: bool):
    page, made = root / "docs" / "issues.md", issues_page(root / "tests" / "issues")
    if rewrite:
        page.write_text(made, encoding="utf-8")
    assert page.read_text(encoding="utf-8") == made


def test_every_fault_that_people_look_for_has_a_golden_message(root: Path):
    for code in FAULTS.values():
        assert (root / "tests" / "issues" / code / "expected.txt").is_file(), code
