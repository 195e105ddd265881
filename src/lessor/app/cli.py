"""The command line: each command parses its arguments, calls its module and shows what it found."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from lessor import __version__
from lessor.app import cli_books, cli_documents, cli_report, cli_usage, cli_workbook
from lessor.app.terminal import end_with_json, end_with_tables

app = typer.Typer(
    name="lessor",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Deal = Annotated[str, typer.Argument(metavar="DEAL", help="The deal file.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Set a field of the deal. Repeatable."),
]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"lessor {__version__}")
        raise typer.Exit


@app.callback()
def lessor(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Underwrite, bill and finance the leasing of AI compute."""


@app.command()
def check(deal: Deal, as_json: AsJson = False) -> None:
    """List every fault of a deal file.

    Each with its line, what is wrong, and what to write.
    """
    from lessor.app.commands.check import check

    outcome = check(deal)
    if as_json:
        end_with_json(outcome)
    from lessor.report.summary import checked

    end_with_tables(outcome, checked)


@app.command()
def underwrite(
    deal: Deal,
    sets: Sets = None,
    periods: Annotated[bool, typer.Option("--periods", help="Month by month, too.")] = False,
    statement: Annotated[
        bool, typer.Option("--statement", help="The yearly income statement, too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """What a deal returns.

    Size, rent, payback, returns, debt cover, break-even; docs/metrics.md says what each figure is.
    """
    from lessor.app.commands.underwrite import underwrite

    outcome = underwrite(deal, sets or (), periods=periods, statement=statement)
    if as_json:
        end_with_json(outcome)
    from lessor.report.underwriting import underwriting_tables

    end_with_tables(
        outcome, lambda found: underwriting_tables(found, periods=periods, statement=statement)
    )


@app.command()
def solve(
    deal: Deal,
    vary: Annotated[str, typer.Option("--vary", metavar="PATH", help="The term to vary.")],
    until: Annotated[
        str, typer.Option("--until", metavar="METRIC=TARGET", help="The figure to meet.")
    ],
    sets: Sets = None,
    as_json: AsJson = False,
) -> None:
    """The term at which a figure meets its target.

    Where no admissible value meets it, the nearest is given.
    """
    from lessor.app.commands.solve import solve

    outcome = solve(deal, vary=vary, until=until, sets=sets or ())
    if as_json:
        end_with_json(outcome)
    from lessor.report.solution import solution_tables

    end_with_tables(outcome, lambda found: solution_tables(*found))


@app.command()
def sensitivity(
    deal: Deal,
    metric: Annotated[str, typer.Option("--metric", metavar="METRIC", help="The figure.")],
    varies: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            metavar="PATH=LOW:HIGH",
            help="A term and its range. Repeatable; two are also set against each other. "
            "Without it: the terms that matter, 10% down and up.",
        ),
    ] = None,
    sets: Sets = None,
    as_json: AsJson = False,
) -> None:
    """How far a figure moves with the terms.

    One at a time, the widest effect first; with two terms, each against the other as well.
    """
    from lessor.app.commands.sensitivity import sensitivity

    outcome = sensitivity(deal, metric=metric, varies=varies or (), sets=sets or ())
    if as_json:
        end_with_json(outcome)
    from lessor.report.sensitivity import sensitivity_tables

    end_with_tables(outcome, lambda found: sensitivity_tables(*found))


@app.command("check-claim")
def check_claim(
    claim: Annotated[str, typer.Argument(metavar="CLAIM", help="The claim file.")],
    as_json: AsJson = False,
) -> None:
    """Whether a published claim is true.

    A verdict for each reading of it, and what would make it true.
    """
    from lessor.app.commands.check_claim import check_claim

    outcome = check_claim(claim)
    if as_json:
        end_with_json(outcome)
    from lessor.report.claim import claim_tables

    end_with_tables(outcome, claim_tables)


@app.command()
def explain(
    deal: Deal,
    figure: Annotated[str, typer.Argument(metavar="FIGURE", help="A figure of the plan.")],
    period: Annotated[
        str | None, typer.Option("--period", metavar="YYYY-MM", help="Of this month alone.")
    ] = None,
    sets: Sets = None,
    as_json: AsJson = False,
) -> None:
    """What a figure is made of.

    The tree of terms and inputs behind it, down to the lines of the deal file.
    """
    from lessor.app.commands.explain import explain

    outcome = explain(deal, figure, period=period, sets=sets or ())
    if as_json:
        end_with_json(outcome)
    from lessor.report.explanation import explanation_tree

    end_with_tables(outcome, explanation_tree)


@app.command()
def schedule(
    deal: Deal,
    facility: Annotated[str, typer.Argument(metavar="FACILITY", help="A loan of the deal.")],
    sets: Sets = None,
    as_json: AsJson = False,
) -> None:
    """What a loan pays, and when.

    A row for each payment and each draw, to the day and the cent.
    """
    from lessor.app.commands.schedule import schedule

    outcome = schedule(deal, facility, sets or ())
    if as_json:
        end_with_json(outcome)
    from lessor.report.schedule import schedule_table

    end_with_tables(
        outcome, lambda found: [schedule_table(found.rows, found.facility, found.deal.currency)]
    )


@app.command()
def quote(
    lease: Annotated[str, typer.Argument(metavar="LEASE", help="A lease file, or a deal file.")],
    facility: Annotated[
        str | None,
        typer.Argument(metavar="FACILITY", help="Of a deal: its only finance lease unless said."),
    ] = None,
    sets: Sets = None,
    as_json: AsJson = False,
) -> None:
    """What a finance lease costs, by every rate that people quote.

    Nominal, flat, IRR and effective, with and without fees, deposit and VAT; the lessor's own.
    """
    from lessor.app.commands.quote import quote

    outcome = quote(lease, facility, sets or ())
    if as_json:
        end_with_json(outcome)
    from lessor.report.quote import quote_tables

    end_with_tables(outcome, quote_tables)


@app.command()
def size(
    deal: Deal,
    facility: Annotated[
        str | None,
        typer.Option(
            "--facility",
            metavar="NAME",
            help="The loan to size. Without it: those with `sizing:`, else all, together.",
        ),
    ] = None,
    dscr: Annotated[
        str | None, typer.Option("--dscr", metavar="TIMES", help="The lowest cover, as 1.2.")
    ] = None,
    ltv: Annotated[
        str | None, typer.Option("--ltv", metavar="SHARE", help="The highest LTV, as 80%.")
    ] = None,
    sets: Sets = None,
    as_json: AsJson = False,
) -> None:
    """How much a deal can borrow.

    What each limit of the lender allows, and which one binds.
    """
    from lessor.app.commands.size import size

    outcome = size(deal, facility=facility, dscr=dscr, ltv=ltv, sets=sets or ())
    if as_json:
        end_with_json(outcome)
    from lessor.report.sizing import sizing_tables

    end_with_tables(outcome, lambda found: sizing_tables(*found))


@app.command("lender-case")
def lender_case(deal: Deal, sets: Sets = None, as_json: AsJson = False) -> None:
    """What a lender asks of a deal.

    The factors that agencies publish for GPU debt, one by one; a sheet, and no rating.
    """
    from lessor.app.commands.lender_case import lender_case

    outcome = lender_case(deal, sets or ())
    if as_json:
        end_with_json(outcome)
    from lessor.report.lender_case import lender_case_tables

    end_with_tables(outcome, lambda found: lender_case_tables(*found))


@app.command()
def new(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The file to write.")] = "deal.yaml",
    as_json: AsJson = False,
) -> None:
    """Write a deal file to start from.

    It is commented, and never written over another file.
    """
    from lessor.app.commands.new import new

    outcome = new(file)
    if as_json:
        end_with_json(outcome)
    end_with_tables(outcome, lambda path: [f"{path} is written; try: lessor underwrite {path}"])


@app.command()
def schema(
    part: Annotated[
        str | None,
        typer.Argument(
            metavar="PART", help="A record (Lease), a kind (base_rent) or a path (leases)."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The fields of the deal language.

    Each with type, unit, default, bounds and meaning.
    """
    from lessor.app.commands.schema import schema

    outcome = schema(part)
    if as_json:
        end_with_json(outcome)
    from lessor.report.language import language_tables

    end_with_tables(outcome, language_tables)


@app.command()
def reference(
    kind: Annotated[
        str | None, typer.Argument(metavar="KIND", help="Of this kind only, as servers.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Reference figures with their sources.

    The figures that a deal may lean on, each with date, source and grade.
    """
    from lessor.app.commands.reference import reference

    outcome = reference(kind)
    if as_json:
        end_with_json(outcome)
    from lessor.report.reference import reference_tables

    end_with_tables(outcome, reference_tables)


@app.command()
def actus(
    cases: Annotated[str, typer.Argument(metavar="CASES", help="The file of cases, JSON.")],
    as_json: AsJson = False,
) -> None:
    """The cash flows of loan contracts.

    Of a file in the format of actusfrf/actus-tests; where it has results, whether they are met.
    """
    from lessor.app.commands.actus import actus

    outcome = actus(cases)
    if as_json:
        end_with_json(outcome)
    from lessor.report.contract_events import event_tables

    end_with_tables(outcome, lambda found: event_tables(found.as_json(), found.told()))


@app.command()
def waterfall(
    deal: Deal,
    on: Annotated[
        str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="Of this date alone.")
    ] = None,
    sets: Sets = None,
    as_json: AsJson = False,
) -> None:
    """What every step of every payment date did.

    Available, wanted, paid and short, with the test that a step looks at; accounts and covenants.
    """
    from lessor.app.commands.waterfall import waterfall

    outcome = waterfall(deal, sets or (), on=on)
    if as_json:
        end_with_json(outcome)
    from lessor.report.waterfall import waterfall_tables

    end_with_tables(outcome, waterfall_tables)


cli_report.register(app)
cli_workbook.register(app)
cli_documents.register_of_deals(app)
cli_books.register(app)
cli_usage.register(app)


def main() -> None:
    """The `lessor` command: exits 0 when done, 2 for faults in the input."""
    # A terminal that cannot show a sign gets a substitute, never a traceback.
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    app()
