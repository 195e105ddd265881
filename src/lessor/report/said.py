"""Figures and terms as a reader of a language says them: values by their units, terms by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from types import MappingProxyType

from lessor.forecast.metric_table import METRIC
from lessor.report.metric_groups import METRIC_GROUPS
from lessor.report.tongues import Tongue, msg
from lessor.terms.fields import FieldRow, field_at
from lessor.terms.load import Loaded
from lessor.terms.shapes import TIMES
from lessor.terms.source import parse_dotted

TERMS: Mapping[str, str] = MappingProxyType(
    {
        "assets.*.unit_cost.amount": msg("{names}: price of a unit"),
        "assets.*.cost.amount": msg("{names}: price"),
        "assets.*.residual.*": msg("{names}: resale value"),
        "assets.*.residual.amount.amount": msg("{names}: resale value"),
        "assets.*.quantity": msg("{names}: quantity"),
        "leases.*.term": msg("{names}: lease term"),
        "leases.*.charges.base.amount": msg("{names}: base rent"),
        "leases.*.charges.*.amount": msg("{names}: amount"),
        "leases.*.charges.*.price": msg("{names}: price"),
        "leases.*.charges.*.share": msg("{names}: share"),
        "leases.*.charges.*.floor": msg("{names}: floor"),
        "leases.*.usage.utilisation": msg("{names}: utilisation"),
        "leases.*.usage.tokens_per_gpu_hour": msg("{names}: tokens a GPU-hour"),
        "leases.*.usage.revenue_per_year": msg("{names}: token revenue a year"),
        "leased_in.*.rent.amount": msg("{names}: rent paid"),
        "costs.*.amount": msg("{names}: running cost"),
        "costs.*.share": msg("{names}: running cost"),
        "facilities.*.rate.value": msg("{names}: interest rate"),
        "facilities.*.rate.spread": msg("{names}: interest margin"),
        "facilities.*.principal.share": msg("{names}: share of debt"),
        "facilities.*.principal.amount.amount": msg("{names}: amount of debt"),
        "facilities.*.principal.amount": msg("{names}: amount of debt"),
    }
)
"""What a term is called, by its path; a `*` is a name of the file, and the names go before it."""

STANDING_ALONE: Mapping[str, str] = MappingProxyType(
    {
        "payback_years_total": msg("Payback on the whole cost"),
        "payback_years_equity": msg("Payback on equity, after debt"),
        "break_even_rent_share": msg("Break-even share of rent"),
        "break_even_residual": msg("Break-even residual"),
    }
)
"""Metrics whose name says too little without the title of their group."""


def term_name(path: str, tongue: Tongue) -> str:
    """What the term at a path is called, with the names that the file gives; else the path.

    >>> from lessor.report.tongues import tongue
    >>> term_name("facilities.bank.rate.value", tongue("en"))
    'bank: interest rate'
    """
    for pattern, english in TERMS.items():
        found = _pattern(pattern).fullmatch(path)
        if found is not None:
            return tongue.say(english, names=" / ".join(found.groups()))
    return path


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    """A pattern of paths: `*` takes a name, which is kept unless the pattern ends with it."""
    steps = [re.escape(step) for step in pattern.split(".")]
    last = len(steps) - 1
    any_name = re.escape("*")
    taken = [
        ("[^.]+" if place == last else "([^.]+)") if step == any_name else step
        for place, step in enumerate(steps)
    ]
    return re.compile(r"\.".join(taken))


def term_value(path: str, value: float | None, loaded: Loaded, tongue: Tongue) -> str:
    """The value of a term: `4.00%`, `1.45bn`, `60 months`."""
    row = field_at(parse_dotted(path), loaded.source.tree)
    return row_value(row, value, loaded.deal.currency, tongue)


def row_value(row: FieldRow | None, value: float | None, currency: str, tongue: Tongue) -> str:
    """A value as its field holds it: a share as a percentage, money in the unit people say."""
    if row is None or value is None:
        return tongue.number(value)
    if row.type == "fraction":
        return tongue.percent(value, _places(value * 100))
    if row.type in TIMES:
        return tongue.say("{months} months", months=tongue.number(value, 0))
    if row.type == "money" or row.unit.startswith("money"):
        return short_amount(value, currency, tongue)
    return tongue.number(value, _places(value))


def _places(value: float) -> int:
    """Decimals that tell a value apart from its neighbours: fewer where it is large."""
    return 0 if abs(value) >= 1000 else 2


def short_amount(value: float | None, currency: str, tongue: Tongue) -> str:
    """An amount in the unit people say; a small price to its last digit that matters."""
    if value is not None and 0 < abs(value) < 1:
        return exact_amount(round(value, 4), currency, tongue)
    return tongue.short_money(value, currency)


def exact_amount(value: Decimal | float, currency: str, tongue: Tongue) -> str:
    """An amount that a file states, in the unit people say, with all its digits and no more.

    >>> from lessor.report.tongues import tongue
    >>> [exact_amount(Decimal(each), "USD", tongue("en")) for each in ("1.45e9", "69000", "0.07")]
    ['$1.45bn', '$69,000', '$0.07']
    """
    exact = Decimal(str(value))
    divisor, unit = tongue.short_unit(exact, currency)
    scaled = exact / divisor
    if divisor != 1:
        exponent = scaled.normalize().as_tuple().exponent
        return tongue.short_money(exact, currency, max(0, -int(exponent)))
    said = tongue.number(exact)
    if tongue.language == "en":
        return f"{unit} {said}" if unit == currency else f"{unit}{said}"
    return f"{said}{unit}"


def metric_name(name: str, tongue: Tongue) -> str:
    """What a metric is called where the title of its group is not beside it."""
    for labels in METRIC_GROUPS.values():
        if name in labels:
            return tongue.say(STANDING_ALONE.get(name, labels[name]))
    return name


def metric_value(name: str, value: float | None, currency: str, tongue: Tongue) -> str:
    """A metric's value by its unit in the table of metrics."""
    return unit_value(METRIC[name].unit, value, currency, tongue)


def unit_value(unit: str, value: float | None, currency: str, tongue: Tongue) -> str:
    """A value by its unit: money, fraction, multiple, years, months, a count."""
    if value is None:
        return tongue.number(None)
    if unit.startswith("money"):
        return short_amount(value, currency, tongue)
    if unit.startswith("fraction"):
        return tongue.percent(value)
    if unit == "multiple":
        return tongue.times(value, 3)
    if unit == "years":
        return tongue.say("{years} years", years=tongue.number(value, 2))
    if unit == "months":
        return tongue.say("{months} months", months=tongue.number(value, 1))
    return tongue.number(value, _count_places(value))


def _count_places(value: float) -> int:
    return 0 if float(value).is_integer() or abs(value) >= 1000 else 2
