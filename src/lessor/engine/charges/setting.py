"""What a charge needs of its lease when it is lowered, beside its own record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from lessor.core.numeric import Kind, Value
from lessor.engine.charges.vat import VatRate
from lessor.terms.scalars import Duration


class Setting(NamedTuple):
    """The lease around a charge: kind of number, term, and the charges before it in the pipe.

    renewal: base rent of the renewal as a share of the last, None without one. promised: the day
    the capacity was promised for. meters: all meters of the lease. before: the terms of every
    charge that is rated earlier, in pipe order.
    """

    kind: Kind
    term: Duration
    vat: VatRate | None
    renewal: Value | None
    promised: date | None
    meters: tuple[str, ...]
    before: tuple[Any, ...]


def lower_names(
    names: Sequence[str], setting: Setting, *, otherwise: frozenset[str]
) -> tuple[int, ...]:
    """The places in the pipe of the named charges; of all of kinds `otherwise` if none is named.

    A charge can only be measured against charges rated before it. A name that is none of them
    should have been refused when the deal was checked, so here it raises.
    """
    if not names:
        return tuple(i for i, charge in enumerate(setting.before) if charge.kind in otherwise)
    places = {charge.name: place for place, charge in enumerate(setting.before)}
    unknown = [name for name in names if name not in places]
    if unknown:
        raise ValueError(f"{', '.join(unknown)}: no charge of the lease that is rated before")
    return tuple(places[name] for name in names)
