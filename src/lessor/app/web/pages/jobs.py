"""Work in the background: what runs, how far it is, and calling it off."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, HTTPException
from fastapi.responses import RedirectResponse, Response

from lessor.app.web.jobs import Standing
from lessor.app.web.render import Visiting, render
from lessor.report.tongues import msg

router = APIRouter(prefix="/jobs", include_in_schema=False)

STATES = {
    "waiting": msg("Waiting for its turn"),
    "running": msg("Running"),
    "done": msg("Done"),
    "failed": msg("Failed"),
    "cancelled": msg("Called off"),
}


@router.get("")
def all_jobs(visit: Visiting) -> Response:
    """Every job that is remembered."""
    return render(visit, "jobs.html", jobs=visit.site.jobs.all(), states=STATES)


@router.get("/{number}")
def one_job(visit: Visiting, number: int) -> Response:
    """One job; a page that shows it asks for it again until it is over."""
    return _shown(visit, _standing(visit, number))


@router.post("/{number}/cancel")
def cancel(visit: Visiting, number: int) -> Response:
    """Call a job off."""
    _standing(visit, number)
    visit.site.jobs.cancel(number)
    if visit.is_partial:
        return _shown(visit, _standing(visit, number))
    return RedirectResponse(f"/jobs/{number}", HTTPStatus.SEE_OTHER)


def _shown(visit: Visiting, job: Standing) -> Response:
    template = "parts/job.html" if visit.is_partial else "job.html"
    return render(visit, template, job=job, states=STATES)


def _standing(visit: Visiting, number: int) -> Standing:
    found = visit.site.jobs.standing(number)
    if found is None:
        raise HTTPException(404)
    return found
