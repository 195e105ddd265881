"""The reference data: rents, resale curves, rates, hardware, each with date, source and grade."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from lessor.app.web.render import Visiting, render
from lessor.report.tongues import Tongue, msg
from lessor.terms.reference import KINDS, Fact, facts

router = APIRouter(prefix="/reference", include_in_schema=False)

NAMES = {
    "gpus": msg("GPUs"),
    "servers": msg("Servers"),
    "rents": msg("Market rents"),
    "resale": msg("Resale values"),
    "purchase_prices": msg("Purchase prices"),
    "exchange_rates": msg("Exchange rates"),
    "rates": msg("Interest rates"),
    "tax_rates": msg("Tax rates"),
    "defaults": msg("Defaults and recoveries"),
    "power": msg("Power"),
}
"""What each kind of figure is called."""

GRADES = {
    "filing": (msg("filing"), "good"),
    "agency": (msg("agency"), "good"),
    "press": (msg("press"), "running"),
    "low": (msg("weak"), "warn"),
    "unverified": (msg("unverified"), "bad"),
}
"""How far a figure can be relied on, and its colour, best first."""

Row = tuple[Fact, str]


@router.get("")
def reference(visit: Visiting, kind: str = "rents") -> Response:
    """The figures of one kind, by their source."""
    if kind not in KINDS:
        raise HTTPException(404)
    by_source = [
        (source, list(found)) for source, found in groupby(facts(kind), key=lambda f: f.source)
    ]
    return render(
        visit,
        "reference.html",
        kind=kind,
        kinds=[(each, NAMES[each]) for each in KINDS],
        names=NAMES,
        grades=GRADES,
        groups=[(source, _rows(found, visit.tongue)) for source, found in by_source],
    )


def _rows(found: Sequence[Fact], tongue: Tongue) -> list[Row]:
    """Each figure with its value in words: a fraction as a percentage, a number with all digits."""
    return [(fact, _value(fact, tongue)) for fact in found]


def _value(fact: Fact, tongue: Tongue) -> str:
    if isinstance(fact.value, str):
        return fact.value
    if fact.unit.startswith("fraction"):
        return tongue.number(fact.value * 100) + "%"
    return tongue.number(fact.value)
