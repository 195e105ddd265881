"""Invoices as PDF: one compiler for all of them, against one compile a file.

    python bench/documents.py [INVOICES]        (1,000 unless said)

Each invoice has six lines at two rates of VAT, bank details and an annex of thirty days by two
meters: two pages of A4, PDF/A-2a and PDF/UA-1, English and Chinese in turns. Each says other
figures, so nothing of one is there for the next. Reused is what `lessor invoice print` does; anew
searches the machine's fonts and makes a compiler for each file, as a command for each would.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from machine import hardware, load

from lessor.books.annex import Annex, AnnexDay
from lessor.books.documents import Document, DocumentLine, Issued, TaxLine
from lessor.report.documents import typesetting
from lessor.report.documents.fonts import machine_fonts
from lessor.report.documents.invoice import invoice_sheet
from lessor.report.documents.page import sheet_page
from lessor.report.documents.paper import Paper
from lessor.report.documents.sheet import Sheet
from lessor.report.documents.typesetting import sheet_pdf
from lessor.terms.parties import BankAccount, Lessee, Lessor

INVOICES = 1_000
ANEW = 40
REPEATS = 3
FIRST, NEXT = date(2026, 6, 1), date(2026, 7, 1)
LESSOR = Lessor(
    name="Compute Lessor",
    address="8 Example Road\nShanghai 200120",
    tax_id="91310115EXAMPLE00X",
    bank=BankAccount(name="Example Bank", account="0000 1234 5678", bic="EXMPCNSHXXX"),
)


def line(number: int, place: int) -> DocumentLine:
    """A line of usage, at one of two rates of VAT."""
    quantity = Decimal(number * 1_000 + place) / 1_000
    return DocumentLine(
        charge=f"output of model {place}",
        kind="usage",
        basis="metered",
        start=FIRST,
        end=NEXT,
        quantity=quantity,
        unit="million_tokens",
        price=Decimal("1.75"),
        amount=round(quantity * Decimal("1.75"), 2),
        unrounded=quantity * Decimal("1.75"),
        vat_rate=Decimal("0.13") if place % 2 else Decimal("0.06"),
    )


def annex(number: int, place: int) -> Annex:
    """Thirty days of a meter."""
    days = [AnnexDay(FIRST + timedelta(day), number * 1_000 + day, 0) for day in range(30)]
    return Annex(
        place=place,
        charge=f"output of model {place}",
        meter="tokens_out",
        unit="token",
        is_money=False,
        days=tuple(days),
        quantity=Decimal(sum(day.now for day in days)).scaleb(-6),
        priced_in="million_tokens",
        is_note=False,
    )


def paper(number: int) -> Paper:
    """An invoice with its parties and its annex."""
    lines = tuple(line(number, place) for place in range(1, 7))
    net = sum((each.amount for each in lines), Decimal(0))
    taxes = tuple(
        TaxLine(rate, base, round(base * rate, 2))
        for rate in sorted({each.vat_rate for each in lines})
        for base in [sum((each.amount for each in lines if each.vat_rate == rate), Decimal(0))]
    )
    tax = sum((each.tax for each in taxes), Decimal(0))
    document = Document(
        kind="invoice",
        lease=f"lease-{number}",
        lessee=f"Lessee {number}",
        entity="COMPUTE-LESSOR",
        currency="CNY",
        period="2026-06",
        start=FIRST,
        end=NEXT,
        due_days=15,
        lines=lines,
        taxes=taxes,
        net=net,
        tax=tax,
        total=net + tax,
    )
    name = f"COMPUTE-LESSOR-2026-{number:06d}"
    issued = Issued(name, document, NEXT, NEXT + timedelta(15), number)
    usage = (annex(number, 1), annex(number, 2))
    return Paper(name, document, issued, LESSOR, Lessee(name=document.lessee), usage)


def sheet(number: int) -> Sheet:
    """The invoice in English or in Chinese, in turns."""
    return invoice_sheet(paper(number), "en" if number % 2 else "zh-Hans")


def page(number: int) -> Sheet:
    """The same on one page: without its annex."""
    return invoice_sheet(paper(number)._replace(annex=()), "en" if number % 2 else "zh-Hans")


def rate(made: Callable[[int], object], numbers: range) -> float:
    """Documents a second."""
    began = time.perf_counter()
    for number in numbers:
        made(number)
    return len(numbers) / (time.perf_counter() - began)


def anew(number: int) -> bytes:
    """A document with a compiler of its own."""
    typesetting._compiler.cache_clear()
    typesetting._installed.cache_clear()
    machine_fonts.cache_clear()
    return sheet_pdf(sheet(number)).content


def main() -> None:
    """Both ways in turns, medians; then HTML, and the words alone."""
    count = int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else INVOICES
    print(hardware())
    print(load())
    sheet_pdf(sheet(1))
    reused, single, alone, pages, words = [], [], [], [], []
    for turn in range(REPEATS):
        first = 2 + turn * (count + ANEW)
        reused.append(rate(lambda number: sheet_pdf(sheet(number)), range(first, first + count)))
        single.append(rate(lambda number: sheet_pdf(page(number)), range(first, first + count)))
        alone.append(rate(anew, range(first + count, first + count + ANEW)))
        sheet_pdf(sheet(1))
        pages.append(rate(lambda number: sheet_page([sheet(number)]), range(first, first + count)))
        words.append(rate(sheet, range(first, first + count)))
    print(f"PDF, one compiler     {statistics.median(reused):8.0f} documents/s")
    print(f"  without the annex   {statistics.median(single):8.0f} documents/s")
    print(f"PDF, a compile a file {statistics.median(alone):8.1f} documents/s")
    print(f"  times               {statistics.median(reused) / statistics.median(alone):8.1f}")
    print(f"HTML                  {statistics.median(pages):8.0f} documents/s")
    print(f"the words alone       {statistics.median(words):8.0f} documents/s")


if __name__ == "__main__":
    main()
