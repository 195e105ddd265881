"""What the pages stand on: the store, the records, the work in the background, the scripts."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends, Request

from lessor.app.web.evaluations import Evaluations
from lessor.app.web.jobs import Jobs
from lessor.app.web.results import Results
from lessor.app.web.scripts import Script
from lessor.store.home import Home
from lessor.store.records.records import Records


class Site:
    """One running server: what it serves from. Safe to share between threads."""

    def __init__(self, home: Home, records: Records) -> None:
        self.home = home
        self.records = records
        self.jobs = Jobs()
        self.evaluations = Evaluations()
        self.results = Results()
        self.charts_script = Script()

    @property
    def store(self) -> str:
        """The store's folder, as commands take it."""
        return str(self.home.folder)

    def close(self) -> None:
        """End the work in the background."""
        self.jobs.close()


def site_of(request: Request) -> Site:
    """The site that a request came to."""
    return cast(Site, request.app.state.site)


SiteOf = Annotated[Site, Depends(site_of)]
