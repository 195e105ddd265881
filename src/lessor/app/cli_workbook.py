"""The command line of the workbook: a deal written as one, and its inputs read back."""

from __future__ import annotations

from typing import Annotated

import typer

from lessor.app.cli_options import AsJson
from lessor.app.terminal import end_with_json, end_with_tables


def workbook(
    deal: Annotated[str | None, typer.Argument(metavar="DEAL", help="The deal file.")] = None,
    out: Annotated[
        str, typer.Option("-o", "--output", metavar="FILE", help="The file to write.")
    ] = "deal.xlsx",
    read: Annotated[
        str | None,
        typer.Option("--read", metavar="FILE", help="A workbook to take the inputs back from."),
    ] = None,
    onto: Annotated[
        str | None,
        typer.Option("--onto", metavar="DEAL", help="With --read: the deal file to change."),
    ] = None,
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Set a field of the deal. Repeatable."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """A deal as a spreadsheet that recalculates.

    Live formulas, made by the engine itself; with --read, a deal file from a changed one.
    """
    from lessor.app.commands.workbook import read_back
    from lessor.app.commands.workbook import workbook as write

    if (deal is None) == (read is None):
        raise typer.BadParameter("name a deal file, or a workbook with --read")
    if deal is not None:
        outcome = write(deal, out, sets or ())
    else:
        assert read is not None, "one of the two is named"
        outcome = read_back(read, out, onto)
    if as_json:
        end_with_json(outcome)
    end_with_tables(outcome, lambda made: made.lines)


def register(app: typer.Typer) -> None:
    """Add `workbook` to the command line."""
    app.command()(workbook)
