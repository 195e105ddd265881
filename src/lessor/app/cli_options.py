"""Options that many commands of what is kept share."""

from __future__ import annotations

from typing import Annotated

import typer

Store = Annotated[
    str | None,
    typer.Option("--store", metavar="DIR", help="The store; else $LESSOR_HOME, else .lessor."),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
