"""Every chart of an example deal, as the memo and the web draw them."""

from functools import cache
from pathlib import Path
from typing import Any

from lessor.forecast.borrowers import borrowers
from lessor.forecast.claims import ClaimResult, check_claim
from lessor.forecast.sensitivity import Grid, Tornado, grid, tornado
from lessor.forecast.underwriting import Underwriting, underwrite
from lessor.report.charts.cash import cash_by_year
from lessor.report.charts.collateral import debt_and_value
from lessor.report.charts.cover import cover_by_date
from lessor.report.charts.frame import Spec
from lessor.report.charts.heat import heat_map
from lessor.report.charts.palette import Theme
from lessor.report.charts.readings import claim_readings
from lessor.report.charts.tornado import tornado_bars
from lessor.report.tongues import tongue
from lessor.terms.load import require_deal

EXAMPLES = Path(__file__).parents[3] / "examples"
DEALS = sorted(
    f"{path.parent.name}/{path.name}"
    for path in EXAMPLES.glob("*/*.yaml")
    if path.name in ("deal.yaml", "funding.yaml", "fixed.yaml")
)
CLAIMS = sorted(f"{path.parent.name}/{path.name}" for path in EXAMPLES.glob("*/claim.yaml"))
CROSSED = {
    "b300-10k/deal.yaml": ("leases.anchor.charges.base.amount", "facilities.bank.rate.value"),
}


@cache
def result_of(name: str) -> Underwriting:
    return underwrite(require_deal(EXAMPLES / name))


@cache
def tornado_of(name: str, metric: str = "irr_equity") -> Tornado:
    found, issues = tornado(result_of(name).loaded, (), metric)
    assert found is not None, issues
    return found


@cache
def grid_of(name: str, metric: str = "irr_equity") -> Grid:
    found, issues = grid(result_of(name).loaded, *CROSSED[name], metric)
    assert found is not None, issues
    return found


@cache
def claim_of(name: str) -> ClaimResult:
    found, issues = check_claim(EXAMPLES / name)
    assert found is not None, issues
    return found


def charts_of(name: str, language: str = "en", theme: Theme = "light") -> dict[str, Spec]:
    """The charts of a deal by name, those that have something to show."""
    result, said = result_of(name), tongue(language)
    loaded = result.loaded
    drawn = {
        "cash": cash_by_year(result, said, theme),
        "tornado": tornado_bars(tornado_of(name), loaded, said, theme),
    }
    for borrower in borrowers(loaded):
        drawn[f"debt {borrower.name}"] = debt_and_value(borrower, said, theme)
        drawn[f"cover {borrower.name}"] = cover_by_date(borrower, said, theme)
    if name in CROSSED:
        drawn["heat"] = heat_map(grid_of(name), loaded, said, theme)
    claim = name.replace("deal.yaml", "claim.yaml")
    if claim in CLAIMS:
        drawn["claim"] = claim_readings(claim_of(claim), loaded.deal.currency, said, theme)
    return {title: spec for title, spec in drawn.items() if spec is not None}


def rows_of(spec: Spec, layer: int = 0) -> list[dict[str, Any]]:
    """The rows inside one layer of a chart; the layers below it that share them are one with it."""
    held = [spec]
    held += [part for part in spec["layer"] if "data" in part]
    data = [part["data"] for part in held if "data" in part][layer]
    rows = spec["datasets"][data["name"]] if "name" in data else data["values"]
    assert isinstance(rows, list)
    return rows
