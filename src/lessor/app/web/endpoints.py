"""Every route there is: events in, the interface for programs, the pages and what they load."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import cast

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.staticfiles import StaticFiles

from lessor import __version__
from lessor.app.outcome import listed
from lessor.app.web.answers import problem
from lessor.app.web.asks import who_asks
from lessor.app.web.events import take_events
from lessor.app.web.limits import Limits
from lessor.app.web.refusals import is_person
from lessor.app.web.site import Site, SiteOf
from lessor.app.web.writer import Writer
from lessor.core.issue import FaultsError

STATIC = files("lessor.app.web") / "static"
ASKED = [Depends(who_asks)]


def endpoints(writer: Writer, limits: Limits, site: Site | None) -> FastAPI:
    """The routes as one application; who may reach it is not decided here."""
    # FastAPI's own pages load scripts from elsewhere.
    app = FastAPI(
        title="Lessor", version=__version__, docs_url=None, redoc_url=None, openapi_url=None
    )
    app.state.site = site
    _add_events(app, writer, limits)
    _add_answers_to_faults(app)
    if site is not None:
        _add_pages(app)
    return app


def _add_events(app: FastAPI, writer: Writer, limits: Limits) -> None:
    @app.post("/api/v1/events", dependencies=ASKED, summary="Take usage events as CloudEvents")
    async def events(request: Request) -> Response:
        return await take_events(request, writer, limits)

    @app.get("/health", summary="Whether the server answers")
    async def health() -> dict[str, str]:
        return {"status": "ok", "version": __version__}


def _add_pages(app: FastAPI) -> None:
    from lessor.app.web.interface import router as interface
    from lessor.app.web.pages.routes import routers

    @app.get("/api/openapi.json", dependencies=ASKED, include_in_schema=False)
    def openapi() -> JSONResponse:
        return JSONResponse(app.openapi())

    @app.get("/scripts/charts.js", dependencies=ASKED, include_in_schema=False)
    def charts_script(request: Request, site: SiteOf) -> Response:
        made = site.charts_script.made()
        headers = {"etag": made.etag, "cache-control": "private, no-cache"}
        if request.headers.get("if-none-match") == made.etag:
            return Response(status_code=304, headers=headers)
        return Response(made.content, headers=headers, media_type="text/javascript")

    app.include_router(interface)
    for router in routers():
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=cast(Path, STATIC)), name="static")


def _add_answers_to_faults(app: FastAPI) -> None:
    @app.exception_handler(HTTPException)
    async def refused(request: Request, fault: HTTPException) -> Response:
        if is_person(request):
            return _page_of(request, fault)
        if fault.status_code == 404:
            return problem(404, "path-unknown", "events go to POST /api/v1/events")
        if fault.status_code == 405:
            told = "events are sent with POST"
            return problem(405, "method-unknown", told, headers=fault.headers)
        return problem(fault.status_code, "request-refused", fault.detail, headers=fault.headers)

    @app.exception_handler(ClientDisconnect)
    async def left(request: Request, fault: ClientDisconnect) -> Response:
        # A page was left while it asked for a part of itself: no one hears the answer.
        return Response(status_code=400)

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, fault: RequestValidationError) -> Response:
        first = fault.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        return problem(422, "request-malformed", f"{place}: {first['msg']}")

    @app.exception_handler(FaultsError)
    async def faulty(request: Request, fault: FaultsError) -> Response:
        from lessor.app.web.render import render_faults, status_of

        if is_person(request):
            return render_faults(request, fault.issues)
        return JSONResponse({"issues": listed(fault.issues)}, status_of(fault.issues))


def _page_of(request: Request, fault: HTTPException) -> Response:
    from lessor.app.web.render import render_plain

    template = "missing.html" if fault.status_code == 404 else "refused.html"
    return render_plain(request, template, fault.status_code)
