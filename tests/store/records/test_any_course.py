"""Whatever is issued, corrected and voided in whatever order, the books stay whole."""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from lessor.books.documents import Issued
from lessor.core.issue import FaultsError
from lessor.store.records.records import Records
from lessor.store.records.standing import NOTHING, billed_so_far
from tests.store.records.samples import INVOICE_DATE, NOW, book, document, issue, lease, line

LEASE = lease("a", "JPY")
MONTHS = ["2026-05", "2026-06"]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("close"), st.sampled_from(MONTHS)),
        st.tuples(st.just("correct"), st.sampled_from(MONTHS)),
        st.tuples(st.just("void"), st.integers(1, 5)),
    ),
    min_size=2,
    max_size=10,
)


def of_month(records: Records, month: str) -> list[Issued]:
    with records.reading() as reader:
        return reader.documents(LEASE.id, period=month)


def correct(records: Records, month: str, amount: int) -> None:
    """A note on the month's standing invoice, made from what is billed, as closing makes it."""
    issued = of_month(records, month)
    invoice = standing_invoice(issued)
    if invoice is None:
        return
    stood = billed_so_far(issued).get(line().key, NOTHING)
    lines = [line(str(amount), before=stood)]
    note = document(LEASE, lines, period=month, corrects=invoice.number)
    issue(records, note._replace(kind="credit_note" if amount < 0 else "debit_note"))


def standing_invoice(issued: list[Issued]) -> Issued | None:
    void = {each.voids for each in issued}
    invoices = [each for each in issued if each.document.kind == "invoice"]
    standing = [each for each in invoices if each.number not in void]
    assert len(standing) <= 1
    return standing[0] if standing else None


def void(records: Records, sequence: int) -> None:
    try:
        with records.writing(who="ann", at=NOW) as writer:
            writer.void(f"ACME-2026-{sequence:06d}", INVOICE_DATE)
    except FaultsError as refused:
        assert {each.code for each in refused.issues} <= {"already-void", "unknown-document"}


@given(STEPS)
def test_any_course_of_a_lease(fresh_sqlite: Callable[[Path], str], steps):
    with TemporaryDirectory() as folder, Records.open(fresh_sqlite(Path(folder))) as records:
        book(records, LEASE)
        issue(records, *(document(LEASE, [line("100")], period=month) for month in MONTHS))
        for place, (action, what) in enumerate(steps):
            if action == "close":
                issue(records, document(LEASE, [line("100")], period=what))
            elif action == "correct":
                correct(records, what, 10 * place - 45)
            else:
                void(records, what)
        with records.reading() as reader:
            documents = reader.documents()
            assert reader.examine() == []
            entries = Counter(change.what for change in reader.audit())
        sequences = [int(each.number.rpartition("-")[2]) for each in documents]
        assert sequences == list(range(1, len(documents) + 1))
        assert entries["issued"] + entries["voided"] == len(documents)
        for month in MONTHS:
            issued = of_month(records, month)
            if standing_invoice(issued) is None:
                assert sum((each.document.total for each in issued), Decimal(0)) == 0
