"""A memo as the content of a file."""

from __future__ import annotations

from typing import Literal

from lessor.report.documents.typesetting import Pdf
from lessor.report.memo.model import Memo


def memo_file(memo: Memo, form: Literal["pdf", "html"], script: str = "") -> Pdf:
    """The memo as PDF or HTML. `script`: what shows charts in a page, if it is at hand already.

    Raises FaultsError with cjk-font-missing.
    """
    if form == "pdf":
        from lessor.report.memo.pdf import memo_pdf

        return memo_pdf(memo)
    from lessor.report.memo.html import memo_page

    return Pdf(memo_page(memo, script).encode())
