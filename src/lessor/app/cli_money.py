"""The command line of money: what lessees paid, and what they owe."""

from __future__ import annotations

import re
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from lessor.app.cli_options import AsJson, Store
from lessor.app.terminal import end_with_json, end_with_tables


def receive(  # noqa: PLR0913 - each is an option of the command
    lease: Annotated[str, typer.Argument(metavar="LEASE", help="The lease.")],
    amount: Annotated[
        str, typer.Argument(metavar="AMOUNT", help="In its currency; below zero: given back.")
    ],
    purpose: Annotated[
        str, typer.Option("--for", metavar="PURPOSE", help="deposit, prepayment or invoice.")
    ],
    date: Annotated[str, typer.Option("--date", metavar="YYYY-MM-DD", help="The day it came.")],
    reference: Annotated[
        str, typer.Option("--reference", metavar="TEXT", help="The bank's: entered once.")
    ],
    number: Annotated[
        str | None, typer.Option("--number", metavar="NUMBER", help="The document that is paid.")
    ] = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Enter money that a lessee paid.

    Deposits and prepayments are what later invoices draw on.
    """
    from lessor.app.asking import asker
    from lessor.app.commands.receive import ReceiveRequest, receive

    request = ReceiveRequest(lease, amount, purpose, date, reference, asker(), number)
    outcome = receive(store, request)
    if as_json:
        end_with_json(outcome)
    from lessor.report.received import received_tables

    end_with_tables(outcome, lambda found: received_tables(found.entry, found.standing))


def receivables(
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="YYYY-MM-DD", help="At the end of this day; else today."),
    ] = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """What lessees owe, and since when.

    Open documents by how long they are past due; deposits and prepayments held.
    """
    from lessor.app.asking import asker
    from lessor.app.commands.receivables import receivables

    outcome = receivables(store, asker(), as_of=as_of)
    if as_json:
        end_with_json(outcome)
    from lessor.report.receivables import receivables_tables

    end_with_tables(outcome, lambda found: receivables_tables(found.as_of, found.found))


class AmountsBelowZero(TyperCommand):
    """A command that takes an amount: one below zero is no option, though it looks like one."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments; an option that is not known is one of them where it is a number."""
        ctx.ignore_unknown_options = any(re.fullmatch(r"-[\d.][\d.,_]*", word) for word in args)
        return super().parse_args(ctx, args)


def register(app: typer.Typer) -> None:
    """Add the commands of money to the command line."""
    app.command(cls=AmountsBelowZero)(receive)
    app.command()(receivables)
