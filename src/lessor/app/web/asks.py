"""Who asks: the one seam at which users and their roles are told apart, once there are any."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, HTTPException, Request

from lessor.app.asking import Asker
from lessor.report.tongues import msg

HOLDER = msg("holder of the start-up token")
"""Whoever opened the printed address; the audit trail names them so."""


def who_asks(request: Request) -> Asker:
    """Who a request is from, and when it came. Every route depends on it.

    `Access` has let the request in and noted what opened to it; without that note nothing stands
    before this server, and no one is served.
    """
    if not getattr(request.state, "opened_by", ""):
        raise HTTPException(401)
    return Asker(HOLDER, datetime.now(UTC))


Asks = Annotated[Asker, Depends(who_asks)]
