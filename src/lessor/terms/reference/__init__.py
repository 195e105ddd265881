"""Dated reference data: hardware, rents, resale, exchange rates, tax, credit, each with a source.

Owns the figures under `data/` and the records that carry them. A figure never travels without its
date, source and grade; where no figure exists there is none here either.
"""

from lessor.terms.reference.catalogue import facts
from lessor.terms.reference.exchange import exchange_rate
from lessor.terms.reference.fact import KINDS, Fact, Grade
from lessor.terms.reference.hardware import (
    GpuModel,
    ServerModel,
    Throughput,
    WeakField,
    gpu_model,
    gpu_names,
    server_model,
    server_names,
)
from lessor.terms.reference.resale import ResalePoint, resale_curve, resale_curve_names
from lessor.terms.reference.tax import tax_preset, tax_preset_names

__all__ = [
    "KINDS",
    "Fact",
    "GpuModel",
    "Grade",
    "ResalePoint",
    "ServerModel",
    "Throughput",
    "WeakField",
    "exchange_rate",
    "facts",
    "gpu_model",
    "gpu_names",
    "resale_curve",
    "resale_curve_names",
    "server_model",
    "server_names",
    "tax_preset",
    "tax_preset_names",
]
