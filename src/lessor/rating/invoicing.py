"""On which day a charge of a stretch of service is invoiced."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from lessor.rating.grid import Grid
from lessor.rating.service import Service, Span
from lessor.terms.interest import FREQUENCY_MONTHS
from lessor.terms.leases import Billing


class InvoiceDay(NamedTuple):
    """The day of an invoice, and whether it asks for what is still to come."""

    day: date
    is_ahead: bool


def invoice_day(
    grid: Grid, billing: Billing, service: Service, span: Span, charge_kind: str
) -> InvoiceDay:
    """The day on which a charge of a span is invoiced: base rent by the timing, others in arrears.

    Billing periods are counted in months of the grid from the month of commencement. In arrears:
    the end of the period, or of service before that; in advance: its first day in service.
    """
    every = FREQUENCY_MONTHS[billing.frequency]
    first = grid.period_of(service.commencement)
    opening = first + (span.period - first) // every * every
    if billing.timing == "advance" and charge_kind == "base_rent":
        day = max(grid.boundaries[max(opening, 0)], service.commencement, grid.closing)
        return InvoiceDay(day, True)
    stop = grid.boundaries[min(opening + every, grid.months)]
    return InvoiceDay(max(min(stop, service.end), span.end), False)
