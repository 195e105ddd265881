"""The command line of documents that go out: invoices, statements and certificates as files."""

from __future__ import annotations

from typing import Annotated

import typer

from lessor.app.cli_options import AsJson, Store
from lessor.app.terminal import end_with_json, end_with_tables

Target = Annotated[
    str | None,
    typer.Option("-o", "--output", metavar="PATH", help="The file, or a folder; else here."),
]
Form = Annotated[
    str | None,
    typer.Option("--format", metavar="FORMAT", help="pdf or html; else as the file is called."),
]
InLanguage = Annotated[
    str, typer.Option("--language", metavar="LANGUAGE", help="en, zh-Hans or zh-Hant.")
]


def print_(  # noqa: PLR0913 - each is an option of the command
    numbers: Annotated[
        list[str] | None,
        typer.Argument(metavar="NUMBER", help="Documents and drafts.", show_default=False),
    ] = None,
    month: Annotated[
        str | None,
        typer.Option("--all-of", metavar="YYYY-MM", help="All documents and drafts of a month."),
    ] = None,
    target: Target = None,
    form: Form = None,
    language: InLanguage = "en",
    without_annex: Annotated[
        bool, typer.Option("--no-annex", help="Without the usage by day.")
    ] = False,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Documents as PDF or HTML, to be sent.

    Lines, VAT, parties, bank details and the usage by day; drafts are marked so.
    """
    from lessor.app.commands.invoice_print import PrintRequest, invoice_print

    request = PrintRequest(
        numbers or (), month, target, form, language, has_annex=not without_annex
    )
    outcome = invoice_print(store, request)
    if as_json:
        end_with_json(outcome)
    from lessor.report.written import written_tables

    end_with_tables(outcome, lambda found: written_tables([each.file for each in found]))


def statement(  # noqa: PLR0913 - each is an option of the command
    lessee: Annotated[str, typer.Argument(metavar="LESSEE", help="The lessee, by its name.")],
    first: Annotated[
        str | None,
        typer.Option("--from", metavar="YYYY-MM-DD", help="From this day on; else from the first."),
    ] = None,
    last: Annotated[
        str | None,
        typer.Option("--to", metavar="YYYY-MM-DD", help="At the end of this day; else today."),
    ] = None,
    target: Target = None,
    form: Form = None,
    language: InLanguage = "en",
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """A lessee's statement of account, to be sent.

    Documents and payments with the balance, open items by age, deposits and prepayments held.
    """
    from lessor.app.asking import asker
    from lessor.app.commands.statement import StatementRequest, statement

    request = StatementRequest(lessee, first, last, target, form, language)
    outcome = statement(store, asker(), request)
    if as_json:
        end_with_json(outcome)
    from lessor.report.written import written_tables

    end_with_tables(outcome, lambda found: written_tables([each.file for each in found]))


def certificate(  # noqa: PLR0913 - each is an option of the command
    deal: Annotated[str, typer.Argument(metavar="DEAL", help="The deal file.")],
    day: Annotated[str, typer.Option("--date", metavar="YYYY-MM-DD", help="The test date.")],
    spv: Annotated[
        str | None, typer.Option("--spv", metavar="NAME", help="Of this borrower alone.")
    ] = None,
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Set a field of the deal. Repeatable."),
    ] = None,
    target: Target = None,
    form: Form = None,
    language: InLanguage = "en",
    as_json: AsJson = False,
) -> None:
    """A borrower's covenant certificate, to be signed.

    Each covenant tested on a date: formula, figures, threshold, headroom and outcome.
    """
    from lessor.app.commands.certificate import CertificateRequest, certificate

    request = CertificateRequest(day, spv, target, form, language)
    outcome = certificate(deal, request, sets or ())
    if as_json:
        end_with_json(outcome)
    from lessor.report.written import written_tables

    end_with_tables(outcome, lambda found: written_tables([each.file for each in found]))


def register_of_deals(app: typer.Typer) -> None:
    """Add the documents that are made of a deal file alone."""
    app.command()(certificate)


def register_of_books(app: typer.Typer, invoice_app: typer.Typer) -> None:
    """Add the documents that are made of the records."""
    invoice_app.command("print")(print_)
    app.command()(statement)
