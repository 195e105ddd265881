"""The command line of the report: deals as a memo to send."""

from __future__ import annotations

from typing import Annotated

import typer

from lessor.app.cli_documents import Form, InLanguage
from lessor.app.cli_options import AsJson
from lessor.app.terminal import end_with_json, end_with_tables


def report(  # noqa: PLR0913 - each is an option of the command
    deals: Annotated[list[str], typer.Argument(metavar="DEAL...", help="Deal files.")],
    target: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", metavar="PATH", help="The file (.pdf, .html), or a folder; else here."
        ),
    ] = None,
    form: Form = None,
    language: InLanguage = "en",
    claims: Annotated[
        list[str] | None,
        typer.Option("--claim", metavar="FILE", help="A claim to check. Repeatable."),
    ] = None,
    day: Annotated[
        str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="The day that it bears.")
    ] = None,
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Set a field of the deals. Repeatable."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """A deal as a memo to send, with charts.

    What is bought, how it is paid, cash, returns, debt, what breaks it, claims, sources.
    """
    from lessor.app.commands.report import ReportRequest
    from lessor.app.commands.report import report as write

    request = ReportRequest(target, form, language, day, claims or (), sets or ())
    outcome = write(deals, request)
    if as_json:
        end_with_json(outcome)
    from lessor.report.written import written_tables

    end_with_tables(outcome, lambda found: written_tables([found.written]))


def register(app: typer.Typer) -> None:
    """Add `report` to the command line."""
    app.command()(report)
