"""Why an event is set aside: a closed list of reasons, in order of precedence."""

from __future__ import annotations

from typing import NamedTuple


class Reason(NamedTuple):
    """One reason: its code, what is wrong, and what the sender is to do about it."""

    code: str
    message: str
    remedy: str


TEXT_LIMIT = 64 * 1024
DEPTH_LIMIT = 32
NAME_LIMIT = 256
QUANTITY_DIGITS = 27

REASONS = (
    Reason("malformed-json", "the text is not JSON in UTF-8", "send one JSON object an event"),
    Reason("too-large", "the event is longer than 64 KiB", "send what was used, no content"),
    Reason("too-deep", "the event is nested deeper than 32 levels", "send a flat `data` object"),
    Reason(
        "not-an-event",
        "the value is not a CloudEvents object with text attributes",
        "send an object whose id, source, type, subject and time are strings",
    ),
    Reason("specversion-unknown", "`specversion` is not 1.0", 'write "specversion": "1.0"'),
    Reason("id-missing", "`id` is missing or empty", "give each event an id of its own"),
    Reason("source-missing", "`source` is missing or empty", "say which system counted it"),
    Reason("too-long", "a name is longer than 256 characters", "shorten it"),
    Reason("time-missing", "`time` is missing", "say when it was used: 2026-06-01T08:00:00Z"),
    Reason(
        "time-unreadable",
        "`time` is not an RFC 3339 time with an offset",
        "write it as 2026-06-01T08:00:00Z or 2026-06-01T16:00:00+08:00",
    ),
    Reason(
        "time-in-future",
        "`time` is more than 24 hours after the event was received",
        "correct the clock of the sender and send it again",
    ),
    Reason("time-too-early", "`time` is before the year 2000", "correct the time"),
    Reason("lease-unknown", "`subject` names no lease", "book the lease, or correct the subject"),
    Reason(
        "meter-unknown",
        "`type` is neither a built-in meter nor one of the lease",
        "use a meter that a charge of the lease names",
    ),
    Reason("quantity-missing", "`quantity` is missing", "write how much was used"),
    Reason(
        "quantity-is-float",
        "`quantity` is a number with a fraction or an exponent",
        'write a whole number, or a decimal as text: "12.5"',
    ),
    Reason(
        "quantity-unreadable",
        "`quantity` is neither a whole number nor a decimal written as text",
        'write a whole number, or a decimal as text: "12.5"',
    ),
    Reason(
        "quantity-negative",
        "`quantity` is below zero",
        "to take an event back, send one that `voids` or `amends` it",
    ),
    Reason("quantity-too-large", "`quantity` is above 10^27 smallest units", "correct it"),
    Reason("unit-missing", "`unit` is missing", "name a unit of the meter"),
    Reason("unit-unknown", "`unit` is not a unit of the meter", "name a unit of the meter"),
    Reason(
        "currency-differs",
        "`unit` is not the currency of the lease",
        "report money in the currency of the lease",
    ),
    Reason(
        "quantity-too-fine",
        "`quantity` is not a whole number of the meter's smallest unit",
        "round it where it is measured, and carry the rest to the next event",
    ),
    Reason(
        "interval-unreadable",
        "`start` and `end` are not RFC 3339 times, or end before they start",
        "write both as 2026-06-01T08:00:00Z, the start first",
    ),
    Reason(
        "claim-without-month",
        "the claim of a service credit has no `start`, so it names no month",
        "write a moment of the month that is claimed as `data.start`",
    ),
    Reason(
        "amends-and-voids", "the event both amends and voids", "send one event for each of both"
    ),
    Reason("amends-itself", "the event amends or voids itself", "name the event to be corrected"),
    Reason(
        "already-amended",
        "the event that it corrects is amended or voided already",
        "correct the amendment that stands instead",
    ),
)
"""All reasons. `quantity-too-fine` comes after the unit: it is measured in the unit's fractions."""

CONFLICT = Reason(
    "conflict",
    "an event of this id and source is kept with other content; the first one counts",
    "send a correction under a new id that `amends` the first, or resolve the conflict",
)

BY_CODE = {reason.code: reason for reason in (*REASONS, CONFLICT)}
