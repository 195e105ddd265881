"""How a line's amount came about, as JSON."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from lessor.app.commands.close import plain_text

if TYPE_CHECKING:
    from lessor.books.workings import CreditWorking, PriceWorking, Working


def working_json(working: Working | None) -> dict[str, object] | None:
    """A line's working; None where it has none.

    A usage charge: `{"kind": "steps", "window", "since", "mode", "included", "package", "before",
    "after", "free", "steps": [{"from", "to", "quantity", "price", "amount"}]}`. A service credit:
    `{"kind": "availability", "month", "node_hours", "node_hours_down",
    "node_hours_excluded", "availability", "claimed", "below", "credit"}`.
    """
    from lessor.books.workings import CreditWorking

    if working is None:
        return None
    return _credit(working) if isinstance(working, CreditWorking) else _price(working)


def _price(working: PriceWorking) -> dict[str, object]:
    steps = working.steps
    return {
        "kind": "steps",
        "window": working.window,
        "since": working.since.isoformat(),
        "mode": working.mode,
        "included": plain_text(working.included),
        "package": None if working.package is None else plain_text(working.package),
        "before": plain_text(steps.before),
        "after": plain_text(steps.after),
        "free": plain_text(steps.free),
        "steps": [
            {
                "from": plain_text(Decimal(use.low)),
                "to": None if use.up_to is None else plain_text(use.up_to),
                "quantity": plain_text(use.units),
                "price": plain_text(use.price),
                "amount": plain_text(use.units * use.price),
            }
            for use in steps.uses
        ],
    }


def _credit(working: CreditWorking) -> dict[str, object]:
    return {
        "kind": "availability",
        "month": [working.start.isoformat(), working.end.isoformat()],
        "node_hours": _hours(working.in_service),
        "node_hours_down": _hours(working.down),
        "node_hours_excluded": _hours(working.all_down - working.down),
        "availability": plain_text(_decimal(working.availability)),
        "claimed": working.is_claimed,
        "below": None if working.below is None else plain_text(working.below),
        "credit": None if working.credit is None else plain_text(working.credit),
    }


def _hours(seconds: Fraction) -> str:
    return plain_text(_decimal(seconds / 3_600))


def _decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)
