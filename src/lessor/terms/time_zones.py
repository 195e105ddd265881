"""The names of time zones, as the tz database has them."""

from __future__ import annotations

from functools import cache


@cache
def time_zones() -> frozenset[str]:
    """Every name of the tz database but `Factory`, which stands for a zone that no one has said.

    They are read off the release that Lessor is installed with, so that a deal is as sound on one
    machine as on another. Source: IANA, Time Zone Database.

    >>> "Asia/Shanghai" in time_zones(), "Beijing" in time_zones()
    (True, False)
    """
    # Imported here: most deals name no zone, and every command would wait for it.
    from importlib.resources import files

    listed = files("tzdata").joinpath("zones").read_text(encoding="utf-8")
    return frozenset(listed.split()) - {"Factory"}
