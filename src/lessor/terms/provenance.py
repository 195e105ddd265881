"""Where the figures of a deal come from: what its file says, what nothing says, what is looked up.

Nothing that a file says is verified here: it is as its writer had it. What reference data holds has
a date, a source and a grade; what neither says is a default of the language, and listed as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel

from lessor.core.issue import Place
from lessor.terms.check_reference import models_used, resale_curves_used
from lessor.terms.deal import Deal
from lessor.terms.fields import field_at
from lessor.terms.load import Loaded
from lessor.terms.reference import Fact, Grade, facts
from lessor.terms.shapes import fields_of
from lessor.terms.source import Path, dotted
from lessor.terms.tax_preset import preset_facts

WEAK = frozenset((Grade.LOW, Grade.UNVERIFIED))
"""Grades of figures that a result must say it rests on."""

ASIDE = frozenset(("format", "deal", "story", "cases", "lender_case"))
"""Fields that no figure of the deal's own plan rests on."""

NOTHING = frozenset(("", "required", "0", "0%", "none", "no", "off", "{}", "[]"))
"""Defaults that assume nothing: what is not said is not there."""


class Stated(NamedTuple):
    """A term as it is written: `set_by` says who set it where the file does not hold it."""

    path: str
    text: str
    meaning: str
    unit: str
    place: Place
    set_by: str


class Assumed(NamedTuple):
    """A term that nothing says, with the default that stands in for it."""

    path: str
    text: str
    meaning: str


class Sourced(NamedTuple):
    """A source that the file names for figures of its own: of a rate, a curve, an exchange rate."""

    path: str
    source: str
    place: Place


def stated_terms(loaded: Loaded) -> tuple[Stated, ...]:
    """Every value that the file, or whoever set one, says; in the order of the file."""
    return tuple(
        _stated(loaded, path, text)
        for path, text in _leaves(loaded.source.tree, ())
        if path[0] not in ASIDE
    )


def _stated(loaded: Loaded, path: Path, text: str) -> Stated:
    source = loaded.source
    row = field_at(path, source.tree)
    set_by = next(
        (
            source.set_by[path[:end]]
            for end in range(len(path), 0, -1)
            if path[:end] in source.set_by
        ),
        "",
    )
    return Stated(
        path=dotted(path),
        text=text,
        meaning="" if row is None else row.meaning,
        unit="" if row is None else row.unit,
        place=source.place(path),
        set_by=set_by,
    )


def _leaves(node: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(node, Mapping):
        for name, child in node.items():
            yield from _leaves(child, (*path, name))
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from _leaves(child, (*path, index))
    elif node is not None:
        yield path, str(node)


def assumed_terms(deal: Deal) -> tuple[Assumed, ...]:
    """Every default that stands in for what the file does not say, within the blocks it has."""
    return tuple(_assumed(deal, ()))


def _assumed(record: BaseModel, path: Path) -> Iterator[Assumed]:
    said = record.model_fields_set
    attributes = {info.alias or name: name for name, info in type(record).model_fields.items()}
    for found in fields_of(type(record)).values():
        here = (*path, found.name)
        if not path and found.name in ASIDE:
            continue
        attribute = attributes[found.name]
        value = getattr(record, attribute)
        if attribute in said or isinstance(value, BaseModel):
            yield from _below(value, here)
        elif found.default not in NOTHING and value is not None:
            yield Assumed(dotted(here), found.default, found.meaning)


def _below(value: Any, path: Path) -> Iterator[Assumed]:
    if isinstance(value, BaseModel):
        yield from _assumed(value, path)
    elif isinstance(value, Mapping):
        for name, child in value.items():
            yield from _below(child, (*path, name))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _below(child, (*path, index))


def reference_facts(deal: Deal) -> tuple[Fact, ...]:
    """The figures of the reference data that the deal's plan rests on, each once."""
    return tuple(dict.fromkeys(_facts(deal)))


def _facts(deal: Deal) -> Iterator[Fact]:
    for _, model, used in models_used(deal):
        names = {f"{model}.{field}" for field in ("gpus", *used)}
        yield from (fact for fact in facts("servers") if fact.name in names)
    for _, curve in resale_curves_used(deal):
        yield from (fact for fact in facts("resale") if fact.name.startswith(f"{curve}.age."))
    if deal.taxes.preset is not None:
        yield from preset_facts(deal.taxes.preset).values()


def named_sources(loaded: Loaded) -> tuple[Sourced, ...]:
    """What the file itself names as sources of its figures."""
    return tuple(
        Sourced(dotted(path[:-1]), text, loaded.source.place(path))
        for path, text in _leaves(loaded.source.tree, ())
        if path[-1] == "source"
    )
