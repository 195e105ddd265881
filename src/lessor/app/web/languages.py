"""Which language and which shade a reader wants: chosen on a page, else as the browser says."""

from __future__ import annotations

from typing import Literal, cast

from fastapi import Request

from lessor.report.tongues import LANGUAGES, Language

LANGUAGE_COOKIE = "lessor-language"
SHADE_COOKIE = "lessor-shade"
CHOICE = "language"

Shade = Literal["light", "dark"]

_TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")


def language_of(request: Request) -> Language:
    """The language of an answer: the address's, the cookie's, the browser's, else English."""
    for told in (request.query_params.get(CHOICE), request.cookies.get(LANGUAGE_COOKIE)):
        if told in LANGUAGES:
            return told
    return _accepted(request.headers.get("accept-language", ""))


def chosen_language(request: Request) -> Language | None:
    """The language that the address chooses, to be remembered."""
    told = request.query_params.get(CHOICE)
    return told if told in LANGUAGES else None


def shade_of(request: Request) -> Shade:
    """The shade that the page's script has found out, for charts that are made here."""
    told = request.cookies.get(SHADE_COOKIE)
    return cast(Shade, told) if told == "dark" else "light"


def _accepted(header: str) -> Language:
    """The first known language of an Accept-Language header, by its weights.

    >>> _accepted("fr, zh-TW;q=0.8, en;q=0.5"), _accepted("zh-CN,zh;q=0.9"), _accepted("de")
    ('zh-Hant', 'zh-Hans', 'en')
    """
    weighted: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            weighted.append((-float(weight or 1), tag.strip().lower()))
        except ValueError:
            continue
    for _, tag in sorted(weighted, key=lambda pair: pair[0]):
        if tag.startswith(_TRADITIONAL):
            return "zh-Hant"
        if tag == "zh" or tag.startswith("zh-"):
            return "zh-Hans"
        if tag == "en" or tag.startswith("en-"):
            return "en"
    return "en"
