"""What a form brings: a file, or the text pasted in its place."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from lessor.core.issue import FaultsError, Issue, Place

TEXT_BYTES_MAX = 4_000_000
FIELDS_MAX = 5_000
FILES_MAX = 50


async def form_of(request: Request) -> AsyncIterator[FormData]:
    """The form that a request brings; its files are there until the request is answered."""
    limits = {"max_fields": FIELDS_MAX, "max_files": FILES_MAX, "max_part_size": TEXT_BYTES_MAX}
    async with request.form(**limits) as form:
        yield form


FormOf = Annotated[FormData, Depends(form_of)]


def texts_of(form: FormData) -> dict[str, str]:
    """The fields of a form that are texts, by name."""
    return {name: value for name, value in form.items() if isinstance(value, str)}


async def file_text(form: FormOf) -> str:
    """The text of the field `file`, else of the field `text`, with plain ends of lines.

    Raises FaultsError with file-too-large, not-text.
    """
    sent = form.get("file")
    if isinstance(sent, UploadFile) and sent.filename:
        return _decoded(await sent.read(TEXT_BYTES_MAX + 1), sent.filename)
    pasted = form.get("text", "")
    # A browser ends the lines of a pasted text as Windows does.
    return pasted.replace("\r\n", "\n") if isinstance(pasted, str) else ""


FileTextOf = Annotated[str, Depends(file_text)]


def _decoded(content: bytes, name: str) -> str:
    if len(content) > TEXT_BYTES_MAX:
        message = f"the file holds more than {TEXT_BYTES_MAX / 1e6:g} MB"
        remedy = "a deal is some hundred lines: check that this is the deal file"
        raise FaultsError([Issue("file-too-large", message, remedy, Place(name))])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        message = f"byte 0x{content[fault.start]:02x} is not UTF-8"
        remedy = (
            "save it as plain text in UTF-8 "
            "(a text in Chinese may be in GBK, which editors also call ANSI)"
        )
        raise FaultsError([Issue("not-text", message, remedy, Place(name, line))]) from None
