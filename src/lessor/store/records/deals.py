"""Deals as they were written: every version of each, under the name that they were saved by."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select

from lessor.store.records.rows import DealVersion
from lessor.store.records.schema import audit, deal_versions


def latest(connection: Connection) -> list[DealVersion]:
    """The newest version of each deal, ordered by name."""
    newest = (
        select(deal_versions.c.name, func.max(deal_versions.c.number).label("number"))
        .group_by(deal_versions.c.name)
        .subquery()
    )
    both = (deal_versions.c.name == newest.c.name) & (deal_versions.c.number == newest.c.number)
    return _read(connection, select(deal_versions).join(newest, both))


def versions(connection: Connection, name: str) -> list[DealVersion]:
    """Every version of a deal, oldest first; none for a name that nothing was saved by."""
    return _read(connection, select(deal_versions).where(deal_versions.c.name == name))


BOOKED = "deal booked"
"""What the audit trail says where the leases of a deal are booked from a version of it."""


def booked(connection: Connection) -> list[DealVersion]:
    """Of each deal the version that its leases were booked from last, ordered by name."""
    told = audit.c
    kept = select(deal_versions.c.name).distinct()
    wanted = select(told.subject, told.after).where(told.what == BOOKED, told.subject.in_(kept))
    numbers = {
        row.subject: json.loads(row.after) for row in connection.execute(wanted.order_by(told.id))
    }
    of_names = select(deal_versions).where(deal_versions.c.name.in_(numbers))
    return [each for each in _read(connection, of_names) if each.number == numbers[each.name]]


def add(connection: Connection, version: DealVersion) -> None:
    """Keep a version; its number is the next one of its name."""
    row = {**version._asdict(), "saved_at": version.saved_at.isoformat()}
    connection.execute(insert(deal_versions), [row])


def _read(connection: Connection, wanted: Select[Any]) -> list[DealVersion]:
    ordered = wanted.order_by(deal_versions.c.name, deal_versions.c.number)
    return [_version(row) for row in connection.execute(ordered)]


def _version(row: Row[Any]) -> DealVersion:
    return DealVersion(
        row.name,
        row.number,
        row.text,
        datetime.fromisoformat(row.saved_at),
        row.saved_by,
        row.note,
    )
