"""Documents on paper as answers: a PDF or an HTML file in the reader's language."""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote

from fastapi.responses import Response

from lessor.report.documents.page import sheet_page
from lessor.report.documents.sheet import Sheet
from lessor.report.documents.typesetting import sheet_pdf

Form = Literal["pdf", "html"]

_MEDIA = {"pdf": "application/pdf", "html": "text/html; charset=utf-8"}


def paper(sheet: Sheet, name: str, form: Form) -> Response:
    """A sheet as a file to keep. Raises FaultsError with cjk-font-missing."""
    content = sheet_pdf(sheet).content if form == "pdf" else sheet_page([sheet]).encode()
    return attached(content, f"{name}.{form}", _MEDIA[form])


def attached(content: bytes, name: str, media_type: str) -> Response:
    """A file to keep, by its name; signs that no header can hold are told by their code."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in name)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, headers={"content-disposition": disposition}, media_type=media_type)
