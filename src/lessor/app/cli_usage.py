"""The command line of usage: taking it in, by file and by network, and seeing that it adds up."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from lessor.app.terminal import echo_issues, end_with_json, end_with_tables

usage_app = typer.Typer(
    name="usage",
    no_args_is_help=True,
    rich_markup_mode=None,
    help="What was used: taken in once, and accounted for.",
)

Store = Annotated[
    str | None,
    typer.Option("--store", metavar="DIR", help="The store; else $LESSOR_HOME, else .lessor."),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


@usage_app.command()
def load(  # noqa: PLR0913 - each is an option of the command
    files: Annotated[
        list[str], typer.Argument(metavar="FILES", help="NDJSON, JSON, CSV or Parquet.")
    ],
    store: Store = None,
    mapping: Annotated[
        str | None, typer.Option("--map", metavar="NAME", help="Of another's format: azure-llm.")
    ] = None,
    lease: Annotated[
        str | None, typer.Option("--lease", metavar="LEASE", help="With --map: whose usage it is.")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--source", metavar="NAME", help="What counted it, where files do not say."),
    ] = None,
    tenant: Annotated[
        str, typer.Option("--tenant", metavar="NAME", help="Whose identities they are.")
    ] = "default",
    batch: Annotated[
        int, typer.Option("--batch", metavar="ROWS", min=1, help="Rows in one transaction.")
    ] = 100_000,
    as_json: AsJson = False,
) -> None:
    """Take usage in from files.

    Every event counts once, however often it is loaded. A bad row is set aside with its reason.
    """
    from lessor.app.commands.usage_load import Asked, usage_load

    asked = Asked(tuple(files), store, mapping or "", lease or "", source or "", tenant, batch)
    if sys.stderr.isatty():
        from lessor.report.usage import shown_progress

        with shown_progress() as progress:
            outcome = usage_load(asked, progress)
    else:
        outcome = usage_load(asked)
    if as_json:
        end_with_json(outcome)
    from lessor.report.usage import load_tables

    end_with_tables(outcome, load_tables)


@usage_app.command()
def audit(store: Store = None, as_json: AsJson = False) -> None:
    """Whether all that was accepted is accounted for.

    Accepted is rated, pending and void, for each lease, meter and day.
    """
    from lessor.app.commands.usage_audit import usage_audit

    outcome = usage_audit(store)
    if as_json:
        end_with_json(outcome)
    from lessor.report.usage import audit_tables

    end_with_tables(outcome, audit_tables)


@usage_app.command()
def conflicts(
    store: Store = None,
    resolve: Annotated[
        int | None, typer.Option("--resolve", metavar="NUMBER", help="The conflict to settle.")
    ] = None,
    keep: Annotated[
        str | None, typer.Option("--keep", metavar="WHICH", help="What counts: first or second.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Events that came twice and differ.

    The first one counts until a person says otherwise.
    """
    from lessor.app.commands.usage_conflicts import usage_conflicts

    outcome = usage_conflicts(store, resolve=resolve, keep=keep)
    if as_json:
        end_with_json(outcome)
    from lessor.report.usage import conflict_tables

    end_with_tables(outcome, conflict_tables)


def serve(
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="The address to listen on.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", metavar="PORT", min=0, max=65535, help="0: any that is free.")
    ] = 8321,
    store: Store = None,
) -> None:
    """Show the store in a browser.

    Open the address that is printed; programs send its token. Until interrupted.
    """
    from lessor.app.commands.serve import serve as serving

    outcome = serving(host, port, store)
    echo_issues(outcome.issues)
    if outcome.result is None:
        raise typer.Exit(outcome.exit_code)
    outcome.result.run(_say)


def _say(address: str) -> None:
    # A program that starts the server reads the address through a pipe.
    typer.echo(address)
    sys.stdout.flush()


def register(app: typer.Typer) -> None:
    """Add `usage` and `serve` to the command line."""
    app.add_typer(usage_app)
    app.command()(serve)
