"""The words of documents that come from tables: kinds of documents and charges, and units."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lessor.books.documents import DocumentKind, DocumentLine
from lessor.report.tongues import Tongue, msg

DOCUMENTS: Mapping[DocumentKind, str] = MappingProxyType(
    {
        "invoice": msg("Invoice"),
        "credit_note": msg("Credit note"),
        "debit_note": msg("Debit note"),
    }
)

_METERED: Mapping[str, str] = MappingProxyType(
    {
        "base_rent": msg("Base rent"),
        "usage": msg("Usage, metered"),
        "minimum": msg("Minimum commitment"),
        "maximum": msg("Maximum"),
        "revenue_share": msg("Revenue share, as reported"),
        "pass_through": msg("Cost passed on"),
        "service_credit": msg("Service credit"),
        "late_delivery": msg("Damages for late delivery"),
        "termination": msg("Payment for an early end"),
    }
)
_ESTIMATED: Mapping[str, str] = MappingProxyType({"revenue_share": msg("Revenue share, estimated")})

_UNITS: Mapping[str, str] = MappingProxyType(
    {
        "server_month": msg("server month"),
        "gpu_month": msg("GPU month"),
        "gpu_hour": msg("GPU hour"),
        "gpu_second": msg("GPU second"),
        "pflops_year": msg("PFLOPS year"),
        "cluster_month": msg("month"),
        "month": msg("month"),
        "quarter": msg("quarter"),
        "year": msg("year"),
        "day": msg("day"),
        "total": msg("in all"),
        "unit": msg("unit"),
        "thousand": msg("thousand"),
        "million": msg("million"),
        "token": msg("token"),
        "thousand_tokens": msg("thousand tokens"),
        "million_tokens": msg("million tokens"),
        "kwh": msg("kWh"),
        "wh": msg("Wh"),
    }
)
SHARE = "share"
"""The unit of a line whose quantity is a part of another charge, said as a percentage."""


def charge_text(line: DocumentLine, tongue: Tongue) -> str:
    """What a line charges: the sort of charge, whether it is estimated, and the lease's name."""
    is_estimated = line.basis == "expected" and line.kind in _ESTIMATED
    sort = _ESTIMATED[line.kind] if is_estimated else _METERED.get(line.kind)
    if sort is None:
        return line.charge
    return tongue.say("{sort}: {charge}", sort=tongue.say(sort), charge=line.charge)


def unit_words(unit: str, tongue: Tongue) -> str:
    """A unit as people say it; a currency, and a unit that the table lacks, by its own name."""
    if unit == SHARE:
        return ""
    return tongue.say(_UNITS[unit]) if unit in _UNITS else unit.replace("_", " ")
