"""What a command found, on the terminal: a JSON document, or tables with the Issues beside."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NoReturn

import typer

from lessor.app.outcome import Outcome, Result
from lessor.core.issue import Issue, Severity

if TYPE_CHECKING:
    from rich.console import RenderableType


def end_with_json(outcome: Outcome[Result]) -> NoReturn:
    """Write one JSON document to stdout and nothing else there; end with the exit code."""
    text = json.dumps(outcome.document, allow_nan=False, ensure_ascii=False, indent=2)
    # Bytes, as JSON is UTF-8 whatever the terminal's own encoding; half a surrogate, from a file
    # name that is no text, becomes the escape that JSON has for it.
    typer.echo(text.encode("utf-8", errors="backslashreplace"))
    raise typer.Exit(outcome.exit_code)


def end_with_tables(
    outcome: Outcome[Result], tables: Callable[[Result], Iterable[RenderableType]]
) -> NoReturn:
    """Write tables to stdout and Issues to stderr; end with the exit code.

    So a result can be piped on while its warnings stay in sight.
    """
    if outcome.result is not None:
        _print(tables(outcome.result))
    echo_issues(outcome.issues)
    raise typer.Exit(outcome.exit_code)


def _print(tables: Iterable[RenderableType]) -> None:
    from rich.console import Console

    # No markup and no highlighting: names come from files, and a [bracket] in one is a bracket.
    console = Console(markup=False, emoji=False, highlight=False)
    with console.capture() as captured:
        for table in tables:
            console.print(table)
    for line in captured.get().rstrip().splitlines():
        typer.echo(line.rstrip())


def echo_issues(issues: Iterable[Issue]) -> None:
    """Write Issues to stderr, and how many there are of each severity."""
    found = tuple(issues)
    for issue in found:
        typer.echo(issue.render(), err=True)
    if len(found) > 1:
        typer.echo(_counts(found), err=True)


def _counts(issues: tuple[Issue, ...]) -> str:
    """How many of each severity, gravest first: `2 errors, 1 warning`."""
    counts = {each: sum(issue.severity is each for issue in issues) for each in Severity}
    return ", ".join(
        f"{count} {each.value}{'s' if count > 1 else ''}" for each, count in counts.items() if count
    )
