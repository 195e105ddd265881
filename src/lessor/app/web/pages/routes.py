"""Every page's routes; a new page is a module with a `router`, named here and in `NAVIGATION`."""

from __future__ import annotations

from fastapi import APIRouter

from lessor.app.web.pages import (
    billing,
    book,
    deal,
    deal_answers,
    deal_versions,
    deals,
    documents,
    facilities,
    jobs,
    leases,
    reference,
    usage,
)


def routers() -> tuple[APIRouter, ...]:
    """The routes of all pages."""
    return (
        book.router,
        # A deal of the name "new" would be hidden by the form for another one.
        deals.router,
        deal.router,
        deal_answers.router,
        deal_versions.router,
        leases.router,
        facilities.router,
        usage.router,
        billing.router,
        documents.router,
        reference.router,
        jobs.router,
    )
