"""In which language and which format a command writes what people read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from lessor.core.issue import FaultsError, Issue, Place

if TYPE_CHECKING:
    from lessor.report.tongues import Language

Format = Literal["pdf", "html"]
_FORMATS: tuple[Format, ...] = get_args(Format)


def language_of(tag: str) -> Language:
    """The language of a tag, capitals aside; raises FaultsError with language-unknown."""
    from lessor.report.tongues import LANGUAGES

    for language in LANGUAGES:
        if language.lower() == tag.lower():
            return language
    remedy = f"write one of {', '.join(LANGUAGES)}"
    issue = Issue("language-unknown", f"no language '{tag}'", remedy, Place(field="--language"))
    raise FaultsError([issue])


def format_of(said: str | None, target: str | None) -> Format:
    """The format that is said, else that of the file's name, else PDF.

    Raises FaultsError with format-unknown.
    """
    ending = (target or "").rpartition(".")[2].lower()
    wanted = (said or ("html" if ending in ("html", "htm") else "pdf")).lower()
    for form in _FORMATS:
        if form == wanted:
            return form
    remedy = f"write one of {', '.join(_FORMATS)}"
    issue = Issue("format-unknown", f"no format '{said}'", remedy, Place(field="--format"))
    raise FaultsError([issue])
