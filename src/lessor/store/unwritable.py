"""A store that can be read and not written to: its disk is full, or its folder may only be read."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

from lessor.core.issue import FaultsError, Issue, Place

ROOM_NEEDED = 1_000_000
"""Bytes that a disk must have left for the least that is written to count as having room."""

_FULL = (errno.ENOSPC, errno.EDQUOT)


def not_writable(what: str, folder: Path, fault: Exception) -> FaultsError:
    """The fault `store-not-writable` of a part of the store in `folder`, with why it is so."""
    if is_full(folder, fault):
        reason = "its disk is full"
        remedy = "make room on its disk and do this again: what is kept already counts once"
    elif isinstance(fault, OSError) and fault.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        reason = "that folder may only be read"
        remedy = "copy the store to where you may write, and do it there"
    else:
        reason = str(fault).splitlines()[0] if str(fault) else type(fault).__name__
        remedy = "see to its disk and do this again: what is kept already counts once"
    message = f"{what} cannot be written to: {reason}"
    return FaultsError([Issue("store-not-writable", message, remedy, Place(str(folder)))])


def is_full(folder: Path, fault: Exception | None = None) -> bool:
    """Whether the disk under a folder has no room, as a fault says or as it is found."""
    if isinstance(fault, OSError) and fault.errno is not None:
        return fault.errno in _FULL
    try:
        return shutil.disk_usage(folder).free < ROOM_NEEDED
    except OSError:
        return False
