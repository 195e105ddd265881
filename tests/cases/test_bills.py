"""Months closed by the program, and billed a second time by `biller.py`: by line, to the cent.

Folders called `bill-...` tell a lease's story (`bill.yaml`): its steps, the documents that come of
them, and the lines that were worked out by hand. Others are drawn at random, with months closed
in any order and usage that comes late. Every document must be the same: kind, month, lines and VAT.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lessor.books.documents import Document
from tests.agreement.bills import Case, Use, cases
from tests.books.kept import Books
from tests.cases.bill_story import billed, kept, told
from tests.cases.bill_terms import Contract
from tests.cases.biller import Bill, Biller, Happened, noon
from tests.cases.oracle import day, later, work_out

STORIES = sorted(path.parent for path in Path(__file__).parent.glob("bill-*/bill.yaml"))
SOME = max(settings().max_examples // 5, 1)


@pytest.mark.parametrize("folder", STORIES, ids=lambda path: path.name)
def test_a_story_is_billed_as_its_case_says(folder: Path, tmp_path: Path, rewrite: bool):
    text, story = told(folder)
    by_biller = billed(text, story)
    if rewrite:
        _write(folder / "bill.yaml", by_biller)
        story["documents"] = by_biller
    assert by_biller == story["documents"]
    assert kept(text, story, tmp_path) == story["documents"]


@pytest.mark.parametrize("folder", STORIES, ids=lambda path: path.name)
def test_what_a_story_works_out_by_hand_is_what_it_bills(folder: Path):
    _, story = told(folder)
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for document in story["documents"]:
        for line in document["lines"]:
            words = line.split(" at ")[0].rsplit(" ", 2)
            totals[f"{words[0]} {words[1].split('/')[0]}"] += Decimal(words[2])
    for line, formula in story["by_hand"].items():
        exact = work_out(formula, {"day": day, "later": later})
        unit = 10 ** totals[line].as_tuple().exponent  # type: ignore[operator]
        assert abs(exact - float(totals[line])) <= unit / 2 + 1e-7, line


def _write(path: Path, documents: list[dict[str, object]]) -> None:
    head = path.read_text("utf-8").partition("documents:")[0]
    tail = yaml.safe_dump({"documents": documents}, sort_keys=False, width=98)
    path.write_text(head + tail, encoding="utf-8")


class Both:
    """The program's books and the biller's, of one lease, told and asked the same."""

    def __init__(self, case: Case) -> None:
        self.books = Books(case.book())
        self.biller = Biller([(None, Contract.read(case.text, "a"))])

    def use(self, used: Iterable[Use]) -> None:
        for each in used:
            self.books.use(each.meter, each.day, each.quantity)
            self.biller.events.append(Happened(each.meter, noon(each.day), each.quantity))

    def close(self, period: str) -> None:
        found = [bill_of(each) for each in self.books.close(period)]
        # A note that bears no money says what was counted, to less than the smallest unit.
        found = [bill for bill in found if bill.lines or bill.kind == "invoice"]
        assert found == self.biller.close(period)


def bill_of(document: Document) -> Bill:
    """A document as the biller writes one; lines that bear no money left out."""
    lines = sorted(
        (line.charge, line.start, line.end, Fraction(line.vat_rate), line.amount)
        for line in document.lines
        if line.amount
    )
    rates = {line[3] for line in lines}
    taxes = ((Fraction(tax.rate), tax.tax) for tax in document.taxes)
    kept = tuple(sorted((rate, tax) for rate, tax in taxes if tax or rate in rates))
    return Bill(document.kind, document.period, tuple(lines), kept)


@settings(deadline=None, max_examples=SOME)
@given(cases())
def test_months_closed_as_they_end_are_billed_as_by_hand(case: Case):
    both = Both(case)
    for period in case.periods():
        both.use(each for each in case.usage if case.month_of(each.day) == period)
        both.close(period)


@settings(deadline=None, max_examples=SOME)
@given(cases(), st.data())
def test_months_closed_in_any_order_with_late_usage_are_billed_as_by_hand(
    case: Case, data: st.DataObject
):
    both = Both(case)
    periods = data.draw(st.permutations(case.periods()))
    cut = data.draw(st.integers(0, len(case.usage)))
    both.use(case.usage[:cut])
    for place, period in enumerate(periods):
        if place == len(periods) // 2:
            both.use(case.usage[cut:])
        both.close(period)
    both.close(periods[0])
