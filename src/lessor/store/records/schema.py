"""The tables of the records, the same on SQLite and PostgreSQL.

Money is an integer of the currency's smallest unit (`amounts.minor`); what is not rounded stands
as the exact text of its Decimal. A moment is UTC in ISO 8601 text, a period text such as 2026-06.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

HEAD = "0003"
"""The newest migration: `records.Records.open` refuses any other schema."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _money(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


def _whole(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _lease() -> Column[str]:
    return Column("lease", Text, ForeignKey("leases.id"), nullable=False)


def _id() -> Column[int]:
    # The writer counts: SQLite and PostgreSQL then give the same numbers, without holes.
    return Column("id", Integer, primary_key=True, autoincrement=False)


lessees = Table("lessees", metadata, Column("name", Text, primary_key=True), _text("first_seen"))

leases = Table(
    "leases",
    metadata,
    Column("id", Text, primary_key=True),
    _text("deal"),
    _text("name"),
    _text("entity"),
    Column("lessee", Text, ForeignKey("lessees.name"), nullable=False),
    _text("currency"),
    _text("zone"),
)

lease_versions = Table(
    "lease_versions",
    metadata,
    _lease(),
    _whole("number"),
    Column("effective", Date),
    _text("terms"),
    _text("digest"),
    # Where a version names its lessee anew; None: as the lease was called before.
    Column("lessee", Text, ForeignKey("lessees.name")),
    PrimaryKeyConstraint("lease", "number"),
    sqlite_with_rowid=False,
)

meters = Table(
    "meters",
    metadata,
    _lease(),
    _text("name"),
    PrimaryKeyConstraint("lease", "name"),
    sqlite_with_rowid=False,
)

rating_runs = Table(
    "rating_runs",
    metadata,
    _id(),
    _lease(),
    _text("period"),
    Column("cutoff", BigInteger, nullable=False),
    _whole("version"),
    _text("closing"),
    Index(None, "lease", "period", "id"),
    Index(None, "period"),
)

documents = Table(
    "documents",
    metadata,
    _id(),
    _text("number"),
    _text("entity"),
    _whole("year"),
    _whole("sequence"),
    _text("kind"),
    _lease(),
    _text("lessee"),
    _text("currency"),
    _text("period"),
    Column("start_date", Date, nullable=False),
    Column("end_date", Date, nullable=False),
    _whole("due_days"),
    Column("invoice_date", Date, nullable=False),
    Column("due_date", Date, nullable=False),
    _money("net"),
    _money("tax"),
    _money("total"),
    _money("prepaid"),
    _money("set_off"),
    Column("corrects", Text, ForeignKey("documents.number")),
    Column("voids", Text, ForeignKey("documents.number")),
    Column("run", Integer, ForeignKey("rating_runs.id"), nullable=False),
    # 0 for a month's first invoice, 1 for the one after a void; None on a note.
    Column("attempt", Integer),
    UniqueConstraint("number"),
    UniqueConstraint("entity", "year", "sequence"),
    UniqueConstraint("voids"),
    UniqueConstraint("lease", "period", "attempt"),
    CheckConstraint("kind in ('invoice', 'credit_note', 'debit_note')", name="kind"),
    CheckConstraint("(kind = 'invoice') = (attempt is not null)", name="attempt"),
    CheckConstraint("total = net + tax", name="total"),
    CheckConstraint("sequence > 0", name="sequence"),
    Index(None, "lease", "period"),
    Index(None, "period"),
    Index(None, "corrects"),
)

document_lines = Table(
    "document_lines",
    metadata,
    Column("document", Integer, ForeignKey("documents.id"), nullable=False),
    _whole("position"),
    _text("charge"),
    _text("kind"),
    _text("basis"),
    Column("start_date", Date, nullable=False),
    Column("end_date", Date, nullable=False),
    _text("quantity"),
    _text("unit"),
    Column("price", Text),
    _money("amount"),
    _text("unrounded"),
    _text("vat_rate"),
    Column("before_quantity", Text),
    Column("before_amount", BigInteger),
    Column("before_unrounded", Text),
    PrimaryKeyConstraint("document", "position"),
    sqlite_with_rowid=False,
)

document_taxes = Table(
    "document_taxes",
    metadata,
    Column("document", Integer, ForeignKey("documents.id"), nullable=False),
    _whole("position"),
    _text("rate"),
    _money("base"),
    _money("tax"),
    PrimaryKeyConstraint("document", "position"),
    sqlite_with_rowid=False,
)

drafts = Table(
    "drafts",
    metadata,
    # The database counts: the id of a draft that is gone must not come to stand for another one.
    Column("id", Integer, primary_key=True),
    _lease(),
    _text("period"),
    _text("document"),
    _text("run"),
    Index(None, "lease", "period"),
    sqlite_autoincrement=True,
)

number_series = Table(
    "number_series",
    metadata,
    _text("entity"),
    _whole("year"),
    _whole("last"),
    PrimaryKeyConstraint("entity", "year"),
    sqlite_with_rowid=False,
)


def _received(name: str, *further: ForeignKeyConstraint | Column[str]) -> Table:
    return Table(
        name,
        metadata,
        _id(),
        _lease(),
        _text("currency"),
        _money("amount"),
        Column("paid_date", Date, nullable=False),
        _text("reference"),
        *further,
        UniqueConstraint("lease", "reference"),
    )


payments = _received("payments", Column("number", Text, ForeignKey("documents.number")))
deposits = _received("deposits")
prepayments = _received("prepayments")

closings = Table(
    "closings",
    metadata,
    _id(),
    _text("period"),
    Column("cutoff", BigInteger, nullable=False),
    _whole("documents"),
    _text("closed_at"),
    _text("closed_by"),
    Index(None, "period"),
)

audit = Table(
    "audit",
    metadata,
    _id(),
    _text("at"),
    _text("who"),
    _text("what"),
    _text("subject"),
    Column("before", Text),
    Column("after", Text),
    Index(None, "subject"),
)

deal_versions = Table(
    "deal_versions",
    metadata,
    _text("name"),
    _whole("number"),
    _text("text"),
    _text("saved_at"),
    _text("saved_by"),
    _text("note"),
    PrimaryKeyConstraint("name", "number"),
    sqlite_with_rowid=False,
)

APPEND_ONLY: tuple[str, ...] = (
    "audit",
    "closings",
    "deal_versions",
    "deposits",
    "document_lines",
    "document_taxes",
    "documents",
    "lease_versions",
    "leases",
    "lessees",
    "meters",
    "payments",
    "prepayments",
    "rating_runs",
)
"""The tables whose rows are never changed or deleted: triggers refuse it."""
