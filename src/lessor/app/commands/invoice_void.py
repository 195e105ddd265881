"""`lessor invoice void`: a document is taken back whole, by a note."""

from __future__ import annotations

from lessor.app.asking import Asker, day_of
from lessor.app.commands.invoice_show import shown
from lessor.app.found_documents import Found, found_document
from lessor.app.outcome import Outcome, command
from lessor.core.issue import FaultsError, Issue


@command
def invoice_void(
    store: str | None, number: str, asker: Asker, *, reason: str, dated: str | None = None
) -> Outcome[Found]:
    """Void a document by a note for the whole of it; the note is what is handed back.

    Issues: unknown-document, already-void, reason-missing, not-issued, date-malformed,
    store-missing.
    """
    import os

    from lessor.store.home import open_home
    from lessor.store.records.records import Records

    if not reason.strip():
        remedy = "say why, for whoever reads the audit trail: --reason 'billed the wrong lease'"
        raise FaultsError([Issue("reason-missing", "a void needs its reason", remedy)])
    day = asker.today if dated is None else day_of(dated, "--date")
    home = open_home(store, os.environ)
    with (
        Records.open(home.records_url) as records,
        records.writing(who=asker.who, at=asker.at) as writer,
    ):
        found = found_document(writer, number)
        if found.issued is None:
            message = f"'{number}' is a draft: it was never issued"
            remedy = "leave it: the next close of its month drops it"
            raise FaultsError([Issue("not-issued", message, remedy)])
        note = writer.void(number, day, reason=reason.strip())
    return shown(Found(note.number, note.document, note, found.run, lessor=found.lessor))
