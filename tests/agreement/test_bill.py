"""Plan equals bill: the forecast fed with what was metered, and the invoices made of it.

One set of terms, one set of events. The plan rates the lease whole, on Decimal and on float; the
books close it month by month, in any order, with usage that comes late, and correct what they
billed. Both end at the same money, line by line and cent for cent.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from lessor.books.metered import Metered
from lessor.core.money import round_money
from lessor.core.numeric import DECIMAL, FLOAT, Kind
from lessor.forecast.plan import run_plan
from tests.agreement.bills import Case, cases
from tests.books.kept import Books

Key = tuple[str, date, date]


def planned_lines(case: Case, books: Books, kind: Kind) -> dict[Key, object]:
    """Net of every line of the plan, unrounded, with what was metered in place of its own use."""
    book = books.book
    facts = books.facts(date.min, date.max)
    use = Metered(book, book.course(), facts, kind).use(book.stages[0])
    plan = run_plan(case.loaded.deal, kind, metered={"a": use})
    found: dict[Key, object] = {}
    for run in plan.leases:
        for _, terms, rated in run.rated:
            for charge, line in zip(terms.charges, rated.flows.lines, strict=True):
                if line.quantity != 0 or line.net != 0:
                    found[charge.name, rated.span.start, rated.span.end] = line.net
    return found


def assert_agree(case: Case, books: Books) -> None:
    exact = planned_lines(case, books, DECIMAL)
    rounded = {
        key: round_money(Decimal(str(net)), "CNY", case.rounding) for key, net in exact.items()
    }
    assert books.net_by_line() == {key: net for key, net in rounded.items() if net != 0}
    quick = planned_lines(case, books, FLOAT)
    assert quick.keys() == exact.keys()
    scale = max((abs(float(str(net))) for net in exact.values()), default=0.0)
    for key, net in exact.items():
        assert abs(float(str(net)) - float(str(quick[key]))) <= 1e-9 * max(scale, 1.0)


@settings(deadline=None, max_examples=60)
@given(cases())
def test_closed_month_by_month(case: Case):
    books = Books(case.book())
    used = sorted(case.usage, key=lambda each: each.day)
    for period in case.periods():
        for each in [each for each in used if f"{case.month_of(each.day)}" == period]:
            books.use(each.meter, each.day, each.quantity)
        books.close(period)
    assert_agree(case, books)


@settings(deadline=None, max_examples=60)
@given(cases(), st.data())
def test_closed_out_of_order_with_late_usage(case: Case, data: st.DataObject):
    books = Books(case.book())
    events = data.draw(st.permutations(case.usage))
    periods = data.draw(st.permutations(case.periods()))
    cut = data.draw(st.integers(0, len(events)))
    for each in events[:cut]:
        books.use(each.meter, each.day, each.quantity)
    for place, period in enumerate(periods):
        books.close(period)
        if place == len(periods) // 2:
            for each in events[cut:]:
                books.use(each.meter, each.day, each.quantity)
    books.close(periods[-1])
    assert_agree(case, books)
    again = len(books.issued)
    books.close(periods[0])
    assert len(books.issued) == again


@settings(deadline=None, max_examples=30)
@given(cases())
def test_tax_is_worked_out_on_the_rounded_lines_of_a_month(case: Case):
    books = Books(case.book())
    for each in case.usage:
        books.use(each.meter, each.day, each.quantity)
    for period in case.periods():
        books.close(period)
    for issued in books.issued:
        document = issued.document
        assert document.total == document.net + document.tax
        for tax in document.taxes:
            base = sum(
                (line.amount for line in document.lines if line.vat_rate == tax.rate), Decimal(0)
            )
            assert tax.base == base
