"""Leases of a few words, and their rating, for the tests of charges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from lessor.core.numeric import DECIMAL, Kind, Value, scan
from lessor.engine.charges.lease import (
    ChargeDefaults,
    LeaseFlows,
    initial_state,
    lower_lease,
    rate_lease,
)
from lessor.engine.charges.segment import Line, Segment
from lessor.engine.charges.vat import VatRate
from lessor.terms.leases import Lease

VAT_6 = ChargeDefaults(vat=VatRate(Decimal("0.06"), "taxes.vat.rent"))
NO_VAT = ChargeDefaults()
ALL_WINDOWS = frozenset(("month", "quarter", "year", "term"))


def lease(charges: Mapping[str, Any], **fields: Any) -> Lease:
    """A lease of 10 servers for 60 months with these charges, all as a deal file writes them."""
    tree = {
        "lessee": {"name": "tenant"},
        "capacity": {"quantity": "10"},
        "events": {"accepted": "2026-05-01"},
        "term": "60 months",
        "charges": charges,
        **fields,
    }
    return Lease.model_validate(tree)


def numbers(kind: Kind, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields with each number (and text of one) as a value of `kind`; structure stays."""

    def value(name: str, field: Any) -> Any:
        if name.startswith(("age_", "is_")) or field is None:
            return field
        if isinstance(field, str | int | Decimal):
            return kind.given(Decimal(field))
        if isinstance(field, tuple):
            parts = [value("", part) for part in field]
            return type(field)(*parts) if hasattr(field, "_fields") else tuple(parts)
        return field

    return {name: value(name, field) for name, field in fields.items()}


def segment(kind: Kind = DECIMAL, **fields: Any) -> Segment:
    """A whole month of 10 servers with 80 GPUs and 5 PFLOPS in service, unless said otherwise."""
    usual: dict[str, Any] = {
        "months": 1,
        "hours": 730,
        "servers": 10,
        "gpus": 80,
        "pflops": 5,
        "capacity_share": 1,
        "lessee_revenue": 0,
        "availability": 1,
        "remaining_rent": 0,
        "days_late": 0,
        "days": 30,
        "own_months": fields.get("months", 1),
    }
    return Segment(**numbers(kind, {**usual, **fields}))


def months_of(count: int, kind: Kind = DECIMAL, **fields: Any) -> list[Segment]:
    """Whole months from commencement; a field given as a list has an entry a month.

    Windows open and close as they do when the plan starts with the lease.
    """
    made = []
    for age in range(count):
        own = {key: each[age] if isinstance(each, list) else each for key, each in fields.items()}
        marks = {"age_months": age, "age_days": age * 30, **marks_of(age, count)}
        made.append(segment(kind, **{**marks, **own}))
    return made


def marks_of(age: int, count: int) -> dict[str, frozenset[str]]:
    """The windows that open and close with month `age` of a lease of `count` months."""
    lengths = {"month": 1, "quarter": 3, "year": 12, "term": count}
    opens = frozenset(name for name, length in lengths.items() if age % length == 0)
    closes = frozenset(
        name for name, length in lengths.items() if (age + 1) % length == 0 or age == count - 1
    )
    return {"opens": opens, "closes": closes}


def rate(
    said: Lease,
    segments: Sequence[Segment],
    kind: Kind = DECIMAL,
    defaults: ChargeDefaults = NO_VAT,
) -> list[LeaseFlows]:
    """The flows of every segment, with the state carried."""
    terms = lower_lease("anchor", said, kind=kind, defaults=defaults)
    flows, _ = scan(rate_lease, terms, initial_state(terms, kind), segments)
    return flows


def lines(
    said: Lease,
    segments: Sequence[Segment],
    charge: str,
    defaults: ChargeDefaults = NO_VAT,
) -> list[Line]:
    """What one charge came to in every segment, on Decimal."""
    terms = lower_lease("anchor", said, kind=DECIMAL, defaults=defaults)
    place = [each.name for each in terms.charges].index(charge)
    return [flows.lines[place] for flows in rate(said, segments, DECIMAL, defaults)]


def nets(
    said: Lease, segments: Sequence[Segment], charge: str, defaults: ChargeDefaults = NO_VAT
) -> list[Value]:
    """The same net of VAT, to the cent."""
    return [round(line.net, 2) for line in lines(said, segments, charge, defaults)]
