"""Who asks for something, when, and the days that they write."""

from __future__ import annotations

import getpass
import re
from datetime import UTC, date, datetime
from typing import NamedTuple

from lessor.core.issue import FaultsError, Issue, Place


class Asker(NamedTuple):
    """Who gives a command, and when: for the audit trail, and for the date of documents."""

    who: str
    at: datetime

    @property
    def today(self) -> date:
        """The day of the command, where it is given."""
        return self.at.astimezone().date()


def asker() -> Asker:
    """The user of this machine, now."""
    try:
        who = getpass.getuser()
    except (KeyError, OSError):
        who = "unknown"
    return Asker(who, datetime.now(UTC))


def day_of(text: str, option: str) -> date:
    """The day that an option says; raises FaultsError with `date-malformed`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        remedy = "write year, month and day, as 2026-06-01"
        issue = Issue("date-malformed", f"'{text}' is no day", remedy, Place(field=option))
        raise FaultsError([issue]) from None


def month_of(text: str) -> str:
    """The month that an option says; raises FaultsError with `period-malformed`."""
    if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text) is None:
        remedy = "write year and month, as 2026-06"
        raise FaultsError([Issue("period-malformed", f"'{text}' is no month", remedy)])
    return text
