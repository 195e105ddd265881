"""The command line of the books: leases booked, months closed, invoices, and plan against bill."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lessor.app import cli_documents, cli_money
from lessor.app.cli_options import AsJson, Store
from lessor.app.outcome import Outcome, command
from lessor.app.terminal import end_with_json, end_with_tables

if TYPE_CHECKING:
    from lessor.app.closing_order import Closing

OneLease = Annotated[
    str | None, typer.Option("--lease", metavar="LEASE", help="Of this lease alone.")
]
OneMonth = Annotated[
    str | None, typer.Option("--period", metavar="YYYY-MM", help="Of this month alone.")
]
Dated = Annotated[
    str | None,
    typer.Option("--date", metavar="YYYY-MM-DD", help="The date of the document; else today."),
]
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="The document's number.")]

invoice_app = typer.Typer(
    name="invoice",
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Invoices and notes: seen, traced to their events, issued and voided.",
)


def init(
    store: Store = None,
    records_url: Annotated[
        str | None,
        typer.Option(
            "--records-url",
            metavar="URL",
            help="Where records are kept, as postgresql+psycopg://...; else SQLite in the store.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a store.

    Leases, usage and invoices are kept in it; one that is there stays as it is.
    """
    from lessor.app.commands.init import init

    outcome = init(store, records_url=records_url)
    if as_json:
        end_with_json(outcome)
    from lessor.report.booked import made_tables

    end_with_tables(
        outcome, lambda made: made_tables(str(made.home.folder), made.records, is_new=made.is_new)
    )


def keep(
    deals: Annotated[list[str], typer.Argument(metavar="DEAL", help="Deal files.")],
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Keep deals in the store, for `lessor serve` to show.

    Kept again, a deal that changed gets a new version. Nothing is booked.
    """
    from lessor.app.asking import asker
    from lessor.app.commands.keep import keep

    outcome = keep(deals, store, asker())
    if as_json:
        end_with_json(outcome)
    from lessor.report.kept import kept_tables

    end_with_tables(outcome, kept_tables)


def book(  # noqa: PLR0913 - each is an option of the command
    deal: Annotated[str, typer.Argument(metavar="DEAL", help="The deal file.")],
    leases: Annotated[
        list[str] | None,
        typer.Option("--lease", metavar="LEASE", help="Book this lease. Repeatable; else all."),
    ] = None,
    effective: Annotated[
        str | None,
        typer.Option(
            "--effective",
            metavar="YYYY-MM-DD",
            help="Changed terms hold from this day on; else from the beginning.",
        ),
    ] = None,
    from_beginning: Annotated[
        bool,
        typer.Option(
            "--from-beginning",
            help="They hold from the beginning, though documents are issued.",
        ),
    ] = False,
    store: Store = None,
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Set a field of the deal. Repeatable."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Book the leases of a deal.

    Usage may name them then, and months be closed. Booked again, what changed is a new version.
    """
    from lessor.app.asking import asker
    from lessor.app.commands.book import BookRequest, book

    request = BookRequest(
        asker(), tuple(leases or ()), effective, tuple(sets or ()), from_beginning
    )
    outcome = book(deal, store, request)
    if as_json:
        end_with_json(outcome)
    from lessor.app.commands.book import rows_of
    from lessor.report.booked import booked_tables

    end_with_tables(outcome, lambda found: booked_tables(found.deal, rows_of(found)))


def close(
    period: Annotated[str, typer.Argument(metavar="PERIOD", help="The month, as 2026-06.")],
    lease: OneLease = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="Show what it comes to; nothing is issued.")
    ] = False,
    date: Dated = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Close a month: rate what was used, and issue what follows.

    Run again, nothing is issued twice; what came late becomes a note of its own month.
    """
    outcome = _closed(store, period, lease=lease, is_draft=draft, dated=date)
    if as_json:
        end_with_json(outcome)
    from lessor.report.invoices import closing_tables

    end_with_tables(
        outcome,
        lambda found: closing_tables(
            found.period, found.issued, found.drafts, found.cutoff, is_draft=found.is_draft
        ),
    )


@command
def _closed(
    store: str | None, period: str, *, lease: str | None, is_draft: bool, dated: str | None
) -> Outcome[Closing]:
    from lessor.app.asking import asker, day_of
    from lessor.app.commands.close import Request, close

    day = None if dated is None else day_of(dated, "--date")
    return close(store, Request(period, lease, is_draft, day, *asker()))


@invoice_app.command("list")
def list_(
    lease: OneLease = None, period: OneMonth = None, store: Store = None, as_json: AsJson = False
) -> None:
    """The documents issued, and the drafts.

    What each comes to, what is to be paid and until when.
    """
    from lessor.app.commands.invoice_list import invoice_list

    outcome = invoice_list(store, lease=lease, period=period)
    if as_json:
        end_with_json(outcome)
    from lessor.report.invoices import list_tables

    end_with_tables(outcome, lambda found: list_tables(found.issued, found.drafts, found.still))


@invoice_app.command()
def show(number: Number, store: Store = None, as_json: AsJson = False) -> None:
    """One document, line by line.

    A note shows what had been billed, and what stands now.
    """
    from lessor.app.commands.invoice_show import invoice_show

    outcome = invoice_show(store, number)
    if as_json:
        end_with_json(outcome)
    from lessor.report.invoices import document_tables

    end_with_tables(
        outcome,
        lambda found: document_tables(
            found.number, found.document, found.issued, lessor=found.lessor
        ),
    )


@invoice_app.command()
def trace(
    number: Number,
    line: Annotated[
        int | None, typer.Option("--line", metavar="N", help="This line alone, counted from 1.")
    ] = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Each line back to what it is made of.

    The terms, the rating run and its cutoff, and every event that counts in it.
    """
    from lessor.app.commands.invoice_trace import invoice_trace

    outcome = invoice_trace(store, number, line=line)
    if as_json:
        end_with_json(outcome)
    from lessor.report.traces import trace_tables

    end_with_tables(
        outcome,
        lambda trace: trace_tables(
            trace.found.number, trace.found.document, trace.found.run, trace.lines
        ),
    )


@invoice_app.command()
def issue(
    draft: Annotated[str, typer.Argument(metavar="DRAFT", help="The draft, as draft-3.")],
    date: Dated = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Issue a draft: it gets its number.

    A draft that no longer says what the month comes to is refused.
    """
    from lessor.app.asking import asker
    from lessor.app.commands.invoice_issue import invoice_issue

    outcome = invoice_issue(store, draft, asker(), dated=date)
    if as_json:
        end_with_json(outcome)
    from lessor.report.invoices import document_tables

    end_with_tables(
        outcome,
        lambda found: document_tables(
            found.number, found.document, found.issued, lessor=found.lessor
        ),
    )


@invoice_app.command()
def void(
    number: Number,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why, for the audit trail.")
    ],
    date: Dated = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Take a document back whole, by a note.

    Nothing is deleted; its month can be closed anew.
    """
    from lessor.app.asking import asker
    from lessor.app.commands.invoice_void import invoice_void

    outcome = invoice_void(store, number, asker(), reason=reason, dated=date)
    if as_json:
        end_with_json(outcome)
    from lessor.report.invoices import document_tables

    end_with_tables(
        outcome,
        lambda found: document_tables(
            found.number, found.document, found.issued, lessor=found.lessor
        ),
    )


def actual_vs_plan(
    lease: Annotated[str, typer.Argument(metavar="LEASE", help="The lease.")],
    period: OneMonth = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="YYYY-MM", help="The first month.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", metavar="YYYY-MM", help="The last month.")
    ] = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """What was planned of a lease, what was billed, and why they differ.

    By month and charge: timing, volume, availability, price, rounding.
    """
    from lessor.app.commands.actual_vs_plan import actual_vs_plan

    first, last = (period, period) if period is not None else (start, end)
    outcome = actual_vs_plan(store, lease, first=first, last=last)
    if as_json:
        end_with_json(outcome)
    from lessor.report.variance import variance_tables

    end_with_tables(
        outcome,
        lambda found: variance_tables(found.lease, found.currency, found.rows, found.total),
    )


def doctor(
    mend: Annotated[
        bool, typer.Option("--mend", help="Mend what is safe: nothing counted is touched.")
    ] = False,
    rerate: Annotated[
        bool, typer.Option("--rerate", help="Rate every closed month again, too.")
    ] = False,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Whether the store is sound.

    Usage, records and what a crash left; what is wrong is said, and what is safe is mended.
    """
    from lessor.app.commands.doctor import doctor

    outcome = doctor(store, mend=mend, rerate=rerate)
    if as_json:
        end_with_json(outcome)
    from lessor.report.doctor import doctor_tables

    end_with_tables(
        outcome, lambda found: doctor_tables(found.checks, is_sound=not outcome.exit_code)
    )


def register(app: typer.Typer) -> None:
    """Add the commands of the books to the command line."""
    app.command()(init)
    app.command()(keep)
    app.command()(book)
    app.command()(close)
    app.add_typer(invoice_app)
    cli_money.register(app)
    cli_documents.register_of_books(app, invoice_app)
    app.command("actual-vs-plan")(actual_vs_plan)
    app.command()(doctor)
