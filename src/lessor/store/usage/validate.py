"""From raw rows to typed events: one definition, in SQL, of what is accepted and why not.

Every row keeps its number. `code` is the first reason against it in the order of `REASONS`, or
empty. Times become UTC, quantities whole numbers of the meter's smallest unit, so that the payload
hash is of what was meant and not of how it was written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pyarrow as pa

from lessor.store.usage.reasons import NAME_LIMIT, QUANTITY_DIGITS
from lessor.terms.meters import BUILT_IN, COST_PREFIX, meter_of, money_unit, spellings


class Known(NamedTuple):
    """What events may name.

    leases: the currency by lease. meters: by lease, the meters of its own beside the built-in ones.
    """

    leases: Mapping[str, str]
    meters: Mapping[str, frozenset[str]]


_MONEY = "money"
_OWN = "own"
_RFC_3339 = (
    r"\d{4}-\d{2}-\d{2}[Tt ]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?"
    r"([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)"
)
_NAMES = (
    "id", "source", "type", "subject", "unit", "model", "cluster", "node", "cause", "amends",
    "voids",
)  # fmt: skip


def known_leases(known: Known) -> pa.Table:
    """The leases with what one of their currency holds of its smallest unit."""
    held = {currency: money_unit(currency) for currency in set(known.leases.values())}
    return pa.table(
        {
            "lease": pa.array(known.leases, pa.string()),
            "currency": pa.array(known.leases.values(), pa.string()),
            "money_factor": pa.array([held[c] for c in known.leases.values()], pa.int64()),
        }
    )


def known_meters(known: Known) -> pa.Table:
    """The leases' own meters, one row each."""
    pairs = [(lease, meter) for lease, meters in known.meters.items() for meter in meters]
    return pa.table(
        {
            "lease": pa.array([lease for lease, _ in pairs], pa.string()),
            "meter": pa.array([meter for _, meter in pairs], pa.string()),
        }
    )


def meter_units() -> pa.Table:
    """Each family of meters with its units, and how many smallest units each holds."""
    families = {name: meter.units for name, meter in BUILT_IN.items() if not meter.is_money}
    families[_OWN] = meter_of("a lease's own").units
    rows = [
        (family, spelled, held)
        for family, units in families.items()
        for unit, held in units.items()
        for spelled in spellings(unit)
    ]
    return pa.table(
        {
            "family": pa.array([family for family, _, _ in rows], pa.string()),
            "unit": pa.array([unit for _, unit, _ in rows], pa.string()),
            "held": pa.array([held for _, _, held in rows], pa.int64()),
        }
    )


def _hashed(*texts: str) -> str:
    """The first 16 bytes of SHA-256 over a JSON array of texts, as a whole number of 128 bits.

    JSON, so that no two different lists of texts give the same.
    """
    return f"('0x' || left(sha256(to_json([{', '.join(texts)}])), 32))::UHUGEINT"


def _time(text: str) -> str:
    # A time is cut, not rounded, to microseconds; upper case because RFC 3339 allows `t` and `z`.
    matched = f"regexp_full_match({text}, '{_RFC_3339}')"
    return f"TRY_CAST(CASE WHEN {matched} THEN upper({text}) END AS TIMESTAMPTZ)::TIMESTAMP"


def _builtin(*, money: bool) -> str:
    names = (name for name, meter in BUILT_IN.items() if meter.is_money is money)
    return ", ".join(f"'{name}'" for name in names)


_NAMED = f"""
SELECT r.*, l.currency, l.money_factor,
    CASE WHEN r.type IN ({_builtin(money=False)}) THEN r.type
         WHEN r.type IN ({_builtin(money=True)}) THEN '{_MONEY}'
         WHEN starts_with(r.type, '{COST_PREFIX}') AND r.type <> '{COST_PREFIX}' THEN '{_MONEY}'
         WHEN o.meter IS NOT NULL THEN '{_OWN}' END AS family
FROM raw_rows r
LEFT JOIN known_leases l ON l.lease = r.subject
LEFT JOIN known_meters o ON o.lease = r.subject AND o.meter = r.type
"""

_READ = f"""
SELECT n.*, {_time('n."time"')} AS moment,
    CASE WHEN n."start" <> '' THEN {_time('n."start"')} END AS start_time,
    CASE WHEN n."end" <> '' THEN {_time('n."end"')} END AS end_time,
    CASE WHEN n.family = '{_MONEY}' AND n.unit = n.currency THEN n.money_factor
        WHEN n.family = '{_OWN}' AND n.unit IN (n.type, rtrim(n.type, 's')) THEN 1 ELSE u.held
        END AS held,
    regexp_full_match(n.quantity, '[0-9]{{1,18}}') AS is_plain,
    n.voids <> '' AS is_void
FROM named n LEFT JOIN meter_units u
    ON u.family = n.family AND u.unit = lower(translate(n.unit, '- ', '__'))
"""

# Most quantities are plain whole numbers: only the others are taken apart by their digits.
_SPLIT = """
SELECT *, CASE WHEN NOT is_plain THEN regexp_extract(
        quantity, '^([+-]?)0*([0-9]*)(?:[.]([0-9]*?)0*)?$', ['sign', 'digits', 'fraction']
    ) END AS told,
    is_plain OR regexp_full_match(quantity, '[+-]?[0-9]+([.][0-9]+)?') AS is_number
FROM read
"""

# part / parts: what stands behind the decimal point, in smallest units.
_MEASURED = f"""
SELECT *,
    length(told.digits) > {QUANTITY_DIGITS + 1} AS is_long,
    length(told.fraction) > 9 AS is_fine,
    CASE WHEN is_plain THEN quantity::BIGINT::HUGEINT
         WHEN is_number AND NOT is_long THEN ('0' || told.digits)::HUGEINT END * held AS whole,
    CASE WHEN is_number AND NOT is_plain AND NOT is_fine
        THEN ('0' || told.fraction)::HUGEINT * held ELSE 0 END AS part,
    CASE WHEN is_number AND NOT is_plain AND NOT is_fine
        THEN ('1' || repeat('0', length(told.fraction)))::HUGEINT ELSE 1 END AS parts
FROM split
"""

_SUMMED = """
SELECT *, whole + part // parts AS smallest, part % parts <> 0 AS has_rest FROM measured
"""

_LONG_NAME = " OR ".join(f"length({name}) > {NAME_LIMIT}" for name in _NAMES)

_JUDGED = f"""
SELECT *, CASE
    WHEN fault <> '' THEN fault
    WHEN specversion <> '1.0' THEN 'specversion-unknown'
    WHEN id = '' THEN 'id-missing'
    WHEN source = '' THEN 'source-missing'
    WHEN {_LONG_NAME} THEN 'too-long'
    WHEN "time" = '' THEN 'time-missing'
    WHEN moment IS NULL THEN 'time-unreadable'
    WHEN moment > $received_at + INTERVAL 24 HOUR THEN 'time-in-future'
    WHEN moment < TIMESTAMP '2000-01-01' THEN 'time-too-early'
    WHEN currency IS NULL THEN 'lease-unknown'
    WHEN family IS NULL THEN 'meter-unknown'
    WHEN is_void THEN {{rest}}
    WHEN quantity_kind = 'missing' THEN 'quantity-missing'
    WHEN quantity_kind = 'float' THEN 'quantity-is-float'
    WHEN quantity_kind = 'other' OR NOT is_number THEN 'quantity-unreadable'
    WHEN told.sign = '-' AND (told.digits <> '' OR told.fraction <> '') THEN 'quantity-negative'
    WHEN is_long OR smallest > '1{"0" * QUANTITY_DIGITS}'::HUGEINT THEN 'quantity-too-large'
    WHEN unit = '' THEN 'unit-missing'
    WHEN held IS NULL AND family = '{_MONEY}' AND regexp_full_match(unit, '[A-Z]{{{{3}}}}')
        THEN 'currency-differs'
    WHEN held IS NULL THEN 'unit-unknown'
    WHEN is_fine OR has_rest THEN 'quantity-too-fine'
    ELSE {{rest}} END AS code
FROM summed
"""

_REST = """CASE
    WHEN "start" <> '' AND start_time IS NULL OR "end" <> '' AND end_time IS NULL
        OR "end" <> '' AND "start" = '' OR end_time < start_time THEN 'interval-unreadable'
    WHEN type = 'service_credit_claim' AND "start" = '' AND voids = '' THEN 'claim-without-month'
    WHEN amends <> '' AND voids <> '' THEN 'amends-and-voids'
    WHEN amends = id OR voids = id THEN 'amends-itself'
    ELSE '' END"""

_TYPED = """
SELECT row, code, $tenant AS tenant, source, id, subject AS lease, type AS meter, moment AS time,
    moment::DATE AS day,
    CASE WHEN code <> '' THEN NULL WHEN is_void THEN 0 ELSE smallest END::DECIMAL(38,0) AS quantity,
    model, cluster, node, cause, start_time, end_time, amends, voids
FROM judged
"""

_MOMENTS = "concat_ws(':', epoch_us(time), quantity, epoch_us(start_time), epoch_us(end_time))"
_PAYLOAD = (
    _MOMENTS, "lease", "meter", "model", "cluster", "node", "cause", "amends", "voids",
)  # fmt: skip


def keyed(typed: str) -> str:
    """A query that adds to typed events their identity, payload hash and the identity they correct.

    key: of (tenant, source, id). payload: of what the event says, as normalised; not of its id.
    """
    return f"""
SELECT *,
    CASE WHEN code = '' THEN {_hashed("tenant", "source", "id")} END AS key,
    CASE WHEN code = '' THEN {_hashed(*_PAYLOAD)} END AS payload,
    CASE WHEN code = '' AND (amends <> '' OR voids <> '')
        THEN {_hashed("tenant", "source", "amends || voids")} END AS target_key
FROM ({typed})
"""


VALIDATED = f"""
WITH named AS ({_NAMED}), read AS ({_READ}), split AS ({_SPLIT}), measured AS ({_MEASURED}),
summed AS ({_SUMMED}), judged AS ({_JUDGED.format(rest=_REST)})
{keyed(_TYPED)}
"""
"""Typed rows of `raw_rows`, with parameters $tenant and $received_at; all rows, in any order."""
