"""The tables of the usage catalogue."""

from __future__ import annotations

SCHEMA_VERSION = 2

# Columns of an event as it is kept, in the hot table and (with keys as bytes) in segments.
EVENT_COLUMNS = (
    ("ingest_seq", "BIGINT"),
    ("batch", "BIGINT"),
    ("key", "UHUGEINT"),
    ("tenant", "VARCHAR"),
    ("source", "VARCHAR"),
    ("id", "VARCHAR"),
    ("lease", "VARCHAR"),
    ("meter", "VARCHAR"),
    ("time", "TIMESTAMP"),
    ("day", "DATE"),
    ("quantity", "DECIMAL(38,0)"),
    ("model", "VARCHAR"),
    ("cluster", "VARCHAR"),
    ("node", "VARCHAR"),
    ("cause", "VARCHAR"),
    ("start_time", "TIMESTAMP"),
    ("end_time", "TIMESTAMP"),
    ("amends", "VARCHAR"),
    ("voids", "VARCHAR"),
    ("target_key", "UHUGEINT"),
)

EVENT_NAMES = ", ".join(name for name, _ in EVENT_COLUMNS)

# Random texts and hashes do not compress, and trying to costs a third of the time of keeping them.
_RANDOM = "USING COMPRESSION uncompressed"
_EVENT = ", ".join(
    f"{name} {kind} {_RANDOM if name in ('id', 'key', 'target_key') else ''}"
    for name, kind in EVENT_COLUMNS
)
# A conflict keeps the second payload; it never got an ingest_seq of its own.
_SECOND = ", ".join(f"{name} {kind}" for name, kind in EVENT_COLUMNS if name != "ingest_seq")

TABLES = f"""
CREATE TABLE about (schema_version INTEGER NOT NULL);
INSERT INTO about VALUES ({SCHEMA_VERSION});
CREATE TABLE batches (
    batch BIGINT NOT NULL, seq_from BIGINT NOT NULL, seq_to BIGINT NOT NULL,
    tenant VARCHAR NOT NULL, received_at TIMESTAMP NOT NULL,
    load VARCHAR NOT NULL, position BIGINT NOT NULL,
    accepted BIGINT NOT NULL, duplicate BIGINT NOT NULL,
    conflict BIGINT NOT NULL, rejected BIGINT NOT NULL
);
CREATE TABLE seen (
    key UHUGEINT NOT NULL {_RANDOM}, payload UHUGEINT NOT NULL {_RANDOM},
    ingest_seq BIGINT NOT NULL, day DATE NOT NULL
);
CREATE TABLE hot ({_EVENT});
CREATE TABLE corrections (
    target_key UHUGEINT NOT NULL, key UHUGEINT NOT NULL, ingest_seq BIGINT NOT NULL,
    lease VARCHAR NOT NULL, meter VARCHAR NOT NULL
);
CREATE TABLE deltas (
    ingest_seq BIGINT NOT NULL, lease VARCHAR NOT NULL, meter VARCHAR NOT NULL,
    hour TIMESTAMP NOT NULL, quantity DECIMAL(38,0) NOT NULL, since DATE NOT NULL
);
CREATE TABLE conflicts (
    conflict BIGINT NOT NULL, payload UHUGEINT NOT NULL, {_SECOND},
    kept VARCHAR NOT NULL, resolved_by VARCHAR NOT NULL, resolved_at TIMESTAMP
);
CREATE TABLE segments (
    segment VARCHAR NOT NULL, day DATE NOT NULL, events BIGINT NOT NULL,
    seq_from BIGINT NOT NULL, seq_to BIGINT NOT NULL, bytes BIGINT NOT NULL, sha256 VARCHAR NOT NULL
);
"""
