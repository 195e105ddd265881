"""GPU and server models of the reference data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from lessor.terms.reference.fact import Fact, Grade, read, weakest

_MULTIPLIED = ("pflops", "memory_gb", "memory_stated_gb")
_WEAK = (Grade.LOW, Grade.UNVERIFIED)


class Throughput(NamedTuple):
    """Peak PFLOPS at one precision, dense and sparse apart; None where no figure exists.

    Neither is ever computed from the other: dense is half of sparse for most, not for all.
    """

    dense: Decimal | None
    sparse: Decimal | None


class WeakField(NamedTuple):
    """A field whose figure is graded low or unverified: a result that uses it must say so."""

    field: str
    grade: Grade
    note: str


class GpuModel(NamedTuple):
    """A GPU: PFLOPS by precision, memory fitted (GB), power (W), as its source states them.

    `as_of`, `source` and `grade` are those of its first figure; `weak_fields` names each field
    that is graded low or unverified (`power_w_max`, `pflops.bf16.dense`).
    """

    name: str
    pflops: Mapping[str, Throughput]
    memory_gb: Decimal | None
    memory_tb_per_s: Decimal | None
    power_w_max: Decimal | None
    announced: str
    as_of: date
    source: str
    grade: Grade
    weak_fields: tuple[WeakField, ...]


class ServerModel(NamedTuple):
    """A server or rack: its GPUs, PFLOPS by precision and memory (GB) of all of them, power (kW).

    `pflops[precision]` and `memory_gb` are `gpus` x the GPU's figure. `power_kw_max` is the top of
    what its source states (HGX-B300-8: 15.1 kW with power supplies, not 14.5 on a busbar), None
    where no figure exists. Provenance as in `GpuModel`.
    """

    name: str
    gpu: str
    gpus: int
    power_kw_max: Decimal | None
    pflops: Mapping[str, Throughput]
    memory_gb: Decimal | None
    as_of: date
    source: str
    grade: Grade
    weak_fields: tuple[WeakField, ...]


def gpu_names() -> tuple[str, ...]:
    """Names of the GPU models, in file order."""
    return tuple(_by_model("gpus"))


def server_names() -> tuple[str, ...]:
    """Names of the server models, in file order."""
    return tuple(_by_model("servers"))


@cache
def gpu_model(name: str) -> GpuModel | None:
    """The GPU of that exact name, or None."""
    fields = _by_model("gpus").get(name)
    if fields is None:
        return None
    first = next(iter(fields.values()))
    return GpuModel(
        name=name,
        pflops=_pflops(fields),
        memory_gb=_number(fields.get("memory_gb")),
        memory_tb_per_s=_number(fields.get("memory_tb_per_s")),
        power_w_max=_number(fields.get("power_w_max")),
        announced=str(fields["announced"].value),
        as_of=first.as_of,
        source=first.source,
        grade=first.grade,
        weak_fields=_weak(fields),
    )


@cache
def server_model(name: str) -> ServerModel | None:
    """The server of that exact name, or None; PFLOPS a server = gpus x PFLOPS a GPU.

    >>> server_model("HGX-B300-8").pflops["fp4"]
    Throughput(dense=Decimal('108.0'), sparse=Decimal('144'))
    """
    if name not in _by_model("servers"):
        return None
    fields = _server_fields(name)
    gpus = fields["gpus"]
    return ServerModel(
        name=name,
        gpu=str(fields["gpu"].value),
        gpus=int(gpus.value),
        power_kw_max=_number(fields.get("power_kw_max")),
        pflops=_pflops(fields),
        memory_gb=_number(fields.get("memory_gb")),
        as_of=gpus.as_of,
        source=gpus.source,
        grade=gpus.grade,
        weak_fields=_weak(fields),
    )


def server_facts() -> Iterator[Fact]:
    """Every figure of every server: those of the file, then those computed from its GPUs."""
    for name in server_names():
        yield from _server_fields(name).values()


def _server_fields(name: str) -> dict[str, Fact]:
    fields = dict(_by_model("servers")[name])
    gpus = fields["gpus"]
    for field, fact in _by_model("gpus")[str(fields["gpu"].value)].items():
        if field.split(".", 1)[0] in _MULTIPLIED:
            fields[field] = _multiplied(fact, gpus, f"{name}.{field}")
    return fields


def _multiplied(fact: Fact, gpus: Fact, name: str) -> Fact:
    return replace(
        fact,
        kind="servers",
        name=name,
        value=Decimal(fact.value) * Decimal(gpus.value),
        source=f"computed: {gpus.value} x {fact.name}; {fact.source}",
        grade=weakest(fact.grade, gpus.grade),
        note=f"per GPU: {fact.note}" if fact.note else "",
    )


@cache
def _by_model(kind: str) -> dict[str, dict[str, Fact]]:
    """The figures of a file by model, then by field."""
    models: dict[str, dict[str, Fact]] = {}
    for fact in read(kind):
        model, field = fact.name.split(".", 1)
        models.setdefault(model, {})[field] = fact
    return models


def _pflops(fields: Mapping[str, Fact]) -> Mapping[str, Throughput]:
    precisions = {name.split(".")[1]: None for name in fields if name.startswith("pflops.")}
    return MappingProxyType(
        {
            precision: Throughput(
                dense=_number(fields.get(f"pflops.{precision}.dense")),
                sparse=_number(fields.get(f"pflops.{precision}.sparse")),
            )
            for precision in precisions
        }
    )


def _weak(fields: Mapping[str, Fact]) -> tuple[WeakField, ...]:
    return tuple(
        WeakField(field, fact.grade, fact.note)
        for field, fact in fields.items()
        if fact.grade in _WEAK
    )


def _number(fact: Fact | None) -> Decimal | None:
    return None if fact is None else Decimal(fact.value)
