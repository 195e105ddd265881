"""Pages out of templates, in the reader's language; every value is escaped on its way in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Annotated, Any, NamedTuple

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lessor import __version__
from lessor.app.asking import Asker
from lessor.app.web.asks import who_asks
from lessor.app.web.languages import (
    CHOICE,
    LANGUAGE_COOKIE,
    Shade,
    chosen_language,
    language_of,
    shade_of,
)
from lessor.app.web.site import Site, site_of
from lessor.core.issue import Issue
from lessor.report.retold import retold
from lessor.report.tongues import LANGUAGES, Tongue, tongue

YEAR_SECONDS = 365 * 24 * 3600
LANGUAGE_NAMES = {"en": "English", "zh-Hans": "简体中文", "zh-Hant": "繁體中文"}

NOT_FOUND = frozenset({"unknown-deal", "unknown-document", "unknown-lease"})
UNAVAILABLE = frozenset({"records-unreachable", "store-busy", "store-not-writable"})


class Visit(NamedTuple):
    """A request for a page: who asks, of which site, and how they read."""

    request: Request
    asker: Asker
    site: Site
    tongue: Tongue
    shade: Shade

    @property
    def is_partial(self) -> bool:
        """Whether a part of a page that is already shown is asked for."""
        return self.request.headers.get("hx-request") == "true"


def visiting(
    request: Request,
    asker: Annotated[Asker, Depends(who_asks)],
    site: Annotated[Site, Depends(site_of)],
) -> Visit:
    """The visit that a request is."""
    return Visit(request, asker, site, tongue(language_of(request)), shade_of(request))


Visiting = Annotated[Visit, Depends(visiting)]


def render(visit: Visit, template: str, /, status: int = 200, **values: object) -> HTMLResponse:
    """A page or a part of one. A template has `say`, `tongue`, `visit`, `nav`, and the values."""
    response = HTMLResponse(_text(visit.request, visit.tongue, template, values), status)
    chosen = chosen_language(visit.request)
    if chosen is not None:
        response.set_cookie(
            LANGUAGE_COOKIE, chosen, max_age=YEAR_SECONDS, httponly=True, samesite="strict"
        )
    return response


def render_faults(
    request: Request, issues: Iterable[Issue], /, status: int | None = None
) -> HTMLResponse:
    """The page that says why what was asked for cannot be had."""
    found = tuple(issues)
    values: dict[str, object] = {"issues": found}
    said = tongue(language_of(request))
    status = status_of(found) if status is None else status
    return HTMLResponse(_text(request, said, "faults.html", values), status)


def render_plain(request: Request, template: str, status: int) -> HTMLResponse:
    """A page that shows nothing of the site, for whoever asks."""
    return HTMLResponse(_text(request, tongue(language_of(request)), template, {}), status)


def status_of(issues: Iterable[Issue]) -> int:
    """The HTTP status of faults: 404 for what is not there, 503 to come again, else 422."""
    codes = {issue.code for issue in issues}
    if codes & UNAVAILABLE:
        return 503
    return 404 if codes & NOT_FOUND else 422


def _text(request: Request, said: Tongue, template: str, values: Mapping[str, object]) -> str:
    from lessor.app.web.pages import NAVIGATION

    path = request.url.path
    return (
        environment()
        .get_template(template)
        .render(
            say=said.say,
            tongue=said,
            retold=lambda text: retold(text, said),
            shade=shade_of(request),
            path=path,
            nav=[(entry, _is_at(path, entry.path)) for entry in NAVIGATION],
            languages=[(each, LANGUAGE_NAMES[each], _in(request, each)) for each in LANGUAGES],
            release=__version__,
            **values,
        )
    )


def _is_at(path: str, entry: str) -> bool:
    return path == entry or (entry != "/" and path.startswith(f"{entry}/"))


def _in(request: Request, language: str) -> str:
    """The page that is shown, in another language; a form that was sent is not sent anew."""
    if request.method != "GET":
        return f"?{CHOICE}={language}"
    return "?" + str(request.url.include_query_params(**{CHOICE: language}).query)


@cache
def environment() -> Environment:
    """The templates, made ready: what is not given is an error, and everything is escaped."""
    made = Environment(
        loader=PackageLoader("lessor.app.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["embedded"] = embedded
    made.filters["coded"] = coded
    made.filters["chart_title"] = _chart_title
    made.filters["untitled"] = _untitled
    return made


def coded(text: str) -> Markup:
    """A text in which what stands between backticks is code, all else escaped.

    >>> coded("price with `mode: flat` <b>")
    Markup('price with <code>mode: flat</code> &lt;b&gt;')
    """
    marks = ("{}", "<code>{}</code>")
    return Markup("").join(
        Markup(marks[place % 2]).format(part) for place, part in enumerate(text.split("`"))
    )


def embedded(value: Any) -> Markup:
    """Data as JSON that may stand in a script element of a page: nothing in it can end it."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for sign, said in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(sign, said)
    for sign in ("\u2028", "\u2029"):
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


def _chart_title(specification: Mapping[str, Any]) -> str:
    """What a chart is called: its own title, which is a text or a block with one."""
    title = specification.get("title", "")
    return str(title.get("text", "") if isinstance(title, Mapping) else title)


def _untitled(specification: Mapping[str, Any]) -> dict[str, Any]:
    """A chart whose title the page says above it."""
    return {name: value for name, value in specification.items() if name != "title"}
