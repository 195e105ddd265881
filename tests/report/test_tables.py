"""Tables at the widths that people have: nothing is cut, names are shown as they are written."""

from pathlib import Path

import pytest
from rich.console import Console

from lessor.forecast.metric_table import METRIC
from lessor.forecast.sensitivity import tornado
from lessor.forecast.underwriting import underwrite
from lessor.report.columns import AmountTable, Column
from lessor.report.metric_groups import METRIC_GROUPS
from lessor.report.sensitivity import sensitivity_tables
from lessor.report.underwriting import underwriting_tables
from lessor.terms.load import require_deal

EXAMPLES = sorted(Path(__file__).parents[2].glob("examples/*/*.yaml"))
DEALS = [path for path in EXAMPLES if "lessor/1" in path.read_text(encoding="utf-8")]


def shown(tables, width: int) -> str:
    """What a terminal of that width shows."""
    console = Console(width=width, markup=False, emoji=False, highlight=False, color_system=None)
    with console.capture() as captured:
        for table in tables:
            console.print(table)
    return captured.get()


@pytest.mark.parametrize("width", [80, 100, 120])
@pytest.mark.parametrize("path", DEALS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_figure_of_an_example_is_cut(path: Path, width: int):
    result = underwrite(require_deal(path))
    text = shown(underwriting_tables(result, periods=True, statement=True), width)
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= width


def test_every_metric_stands_in_one_group():
    grouped = [name for labels in METRIC_GROUPS.values() for name in labels]
    assert sorted(grouped) == sorted(METRIC)


def test_names_are_shown_as_they_are_written(root: Path):
    sets = ["deal=A [bold]B[/bold] :smile: [link]", "leases.anchor.lessee.name=B [red]"]
    loaded = require_deal(root / "examples" / "b300-10k" / "deal.yaml", sets)
    text = shown(underwriting_tables(underwrite(loaded)), 100)
    assert "A [bold]B[/bold] :smile: [link]" in text
    assert "to B [red]" in text


def test_columns_that_find_no_room_are_named():
    rows = [{"month": "2026-05", "rent": 7e9, "costs": 1e9, "sale": 2e9}]
    columns = [
        Column("rent", "rent"),
        Column("costs", "costs", spare=1),
        Column("sale", "sale", spare=2),
    ]
    table = AmountTable(rows, columns, first=Column("month", "month"), title="Months, CNY")
    wide = shown([table], 80)
    assert "7,000.0" in wide and "2,000.0" in wide
    narrow = shown([table], 24)
    assert "7,000.0" in narrow
    assert "2,000.0" not in narrow
    assert "no room here for" in narrow and "sale" in narrow


def test_a_table_without_any_figure_says_so():
    table = AmountTable(
        [{"month": "2026-05", "rent": 0.0}],
        [Column("rent", "rent")],
        first=Column("month", "month"),
        title="Months, CNY",
    )
    assert "nothing moves" in shown([table], 80)


def test_bars_set_the_lower_figure_left_and_gaps_are_told(root: Path):
    loaded = require_deal(root / "examples" / "b300-10k" / "deal.yaml")
    price = "assets.servers.unit_cost.amount"
    dearer_is_worse, _ = tornado(loaded, [f"{price}=4e6:6e6"], "npv_equity")
    assert dearer_is_worse is not None
    text = shown(sensitivity_tables("CNY", dearer_is_worse, None), 80)
    left, right = next(line for line in text.splitlines() if "│" in line).split("│")
    assert "at 6.00m: -" in left
    assert "at 4.00m" in right
    assert "no value there" not in text
    never, _ = tornado(loaded, [f"{price}=5e6:9e6"], "payback_years_total")
    assert never is not None
    assert "no value there" in shown(sensitivity_tables("CNY", never, None), 80)
