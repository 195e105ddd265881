"""Documents of the records with what goes on paper beside them: parties, bank, usage by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from lessor.app.closing import book_of
from lessor.app.found_documents import Found, cutoff_before, found_document
from lessor.books.annex import Annex, annex_of
from lessor.books.tracing import Basis
from lessor.report.documents.paper import Paper
from lessor.terms.parties import Lessee, Lessor, as_party

if TYPE_CHECKING:
    from lessor.books.lease_book import LeaseBook
    from lessor.books.usage import DaySum, Usage
    from lessor.store.records.reader import Reader
    from lessor.store.records.rows import LeaseRecord, LeaseVersion

_COUNTED = ("usage", "revenue_share", "pass_through")


def named_documents(reader: Reader, names: Sequence[str], month: str | None) -> list[Found]:
    """The documents and drafts of those names, then all that a month has; each once.

    Raises FaultsError with unknown-document.
    """
    wanted = dict.fromkeys(names)
    if month is not None:
        wanted |= dict.fromkeys(each.number for each in reader.documents(period=month))
        wanted |= dict.fromkeys(f"draft-{number}" for number, _, _ in reader.drafts(month))
    return [found_document(reader, name) for name in wanted]


def needs_usage(found: Found) -> bool:
    """Whether a document has lines whose days the annex lists."""
    if found.issued is not None and found.issued.voids:
        return False
    return any(line.kind in _COUNTED and line.basis == "metered" for line in found.document.lines)


class _Days:
    """Sums by day, asked for once for all leases of a batch, which share their days and cutoff."""

    def __init__(self, usage: Usage, leases: Sequence[str]) -> None:
        self._usage, self._leases = usage, leases
        self._kept: dict[tuple[date, date, int, str], dict[str, list[DaySum]]] = {}

    def day_sums(
        self,
        leases: Sequence[str] | None,
        start: date,
        end: date,
        *,
        cutoff: int,
        zone: str = "UTC",
        meters: Sequence[str] | None = None,
    ) -> Iterator[DaySum]:
        """The sums of some leases out of those of all."""
        key = (start, end, cutoff, zone)
        if key not in self._kept:
            found: dict[str, list[DaySum]] = defaultdict(list)
            for each in self._usage.day_sums(self._leases, start, end, cutoff=cutoff, zone=zone):
                found[each.lease].append(each)
            self._kept[key] = found
        for lease in self._leases if leases is None else leases:
            for each in self._kept[key].get(lease, ()):
                if meters is None or each.meter in meters:
                    yield each


class Papers:
    """Makes the papers of documents, each lease read once; `usage` None: without an annex."""

    def __init__(self, reader: Reader, usage: Usage | None) -> None:
        self._reader, self._usage = reader, usage
        self._days: _Days | None = None
        self._leases: dict[str, LeaseRecord] = {}
        self._books: dict[tuple[str, int], LeaseBook] = {}

    def of(self, documents: Sequence[Found]) -> Iterator[Paper]:
        """The paper of each document, with its parties as they stood in the version rated."""
        ids = sorted({each.document.lease for each in documents} - self._leases.keys())
        self._leases |= {lease.id: lease for lease in self._reader.leases(ids)}
        if self._usage is not None:
            self._days = _Days(self._usage, sorted({each.document.lease for each in documents}))
        for found in documents:
            lease, terms = found.document.lease, self._version(found).terms
            yield Paper(
                number=found.number,
                document=found.document,
                issued=found.issued,
                lessor=lessor_of(terms.get("lessor"), found.document.entity),
                lessee=lessee_of(terms, self._leases[lease].name, found.document.lessee),
                annex=self._annex(found),
            )

    def _version(self, found: Found) -> LeaseVersion:
        versions = self._leases[found.document.lease].versions
        return next(each for each in versions if each.number == found.run.version)

    def _annex(self, found: Found) -> tuple[Annex, ...]:
        if self._days is None or not needs_usage(found):
            return ()
        is_note = any(line.before is not None for line in found.document.lines)
        before = cutoff_before(self._reader, found) if is_note else None
        return annex_of(self._book(found), Basis(found.document, found.run, before), self._days)

    def _book(self, found: Found) -> LeaseBook:
        key = (found.document.lease, found.run.version)
        if key not in self._books:
            lease = self._leases[found.document.lease]
            known = tuple(each for each in lease.versions if each.number <= found.run.version)
            self._books[key] = book_of(lease._replace(versions=known))
        return self._books[key]


def lessor_of(said: object, entity: str) -> Lessor:
    """The lessor as booked terms write it; where they do not, by what its numbers begin with."""
    return Lessor.model_validate(as_party(said or entity))


def lessee_of(terms: Mapping[str, object], lease: str, name: str) -> Lessee:
    """The lessee called `name`, with the rest as booked terms write it of their lease `lease`."""
    leases = terms.get("leases")
    assert isinstance(leases, dict)
    said: Lessee = Lessee.model_validate(as_party(leases[lease]["lessee"]))
    return said.changed(name=name)
