"""The words of the format, and what each stands for here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from lessor.core.calendars import CalendarName, Convention
from lessor.core.day_counts import DayCount


class ContractType(NamedTuple):
    """What sets one type of loan contract apart from the others.

    `has_redemptions`: principal falls due before maturity. `has_interest_inside`: the instalment
    holds the interest. `is_level`: it is computed so that all instalments are equal. `has_arrays`:
    its schedules are rows of segments.
    """

    has_redemptions: bool = True
    has_interest_inside: bool = False
    is_level: bool = False
    has_arrays: bool = False


CONTRACT_TYPES: Mapping[str, ContractType] = MappingProxyType(
    {
        "PAM": ContractType(has_redemptions=False),
        "LAM": ContractType(),
        "NAM": ContractType(has_interest_inside=True),
        "ANN": ContractType(has_interest_inside=True, is_level=True),
        "LAX": ContractType(has_arrays=True),
    }
)

EVENT_CODES: Mapping[str, str] = MappingProxyType(
    {
        "exchange": "IED",
        "redemption": "PR",
        "drawing": "PI",
        "interest": "IP",
        "capitalization": "IPCI",
        "rate_fixing": "RRF",
        "rate_reset": "RR",
        "payment_fixing": "PRF",
        "purchase": "PRD",
        "termination": "TD",
        "scaling": "SC",
        "base_reset": "IPCB",
        "maturity": "MD",
    }
)
"""Kind of event -> its code in the format."""

ROLES: Mapping[str, int] = MappingProxyType({"RPA": 1, "RPL": -1})

DAY_COUNTS: Mapping[str, DayCount] = MappingProxyType(
    {
        "AA": "actual/actual",
        "A360": "actual/360",
        "A365": "actual/365",
        "30E360": "30E/360",
    }
)

CALENDARS: Mapping[str, CalendarName] = MappingProxyType(
    {"NC": "none", "NOCALENDAR": "none", "MF": "weekdays", "MONDAYTOFRIDAY": "weekdays"}
)


class Shift(NamedTuple):
    """Where a date off the business days goes, and whether interest runs to there."""

    convention: Convention
    is_counted_as_moved: bool


SHIFTS: Mapping[str, Shift] = MappingProxyType(
    {
        "NULL": Shift("none", True),
        "NOS": Shift("none", True),
        "SCF": Shift("following", True),
        "SCMF": Shift("modified_following", True),
        "CSF": Shift("following", False),
        "CSMF": Shift("modified_following", False),
        "SCP": Shift("preceding", True),
        "SCMP": Shift("modified_preceding", True),
        "CSP": Shift("preceding", False),
        "CSMP": Shift("modified_preceding", False),
    }
)

MONTH_ENDS: Mapping[str, bool] = MappingProxyType({"SD": False, "EOM": True})

BASES: Mapping[str, bool] = MappingProxyType({"NT": False, "NTIED": False, "NTL": True})
"""Whether interest accrues on a base that is reset from time to time, and not on the notional."""


class Scaled(NamedTuple):
    """What an index scales."""

    interest: bool
    notional: bool


SCALINGS: Mapping[str, Scaled] = MappingProxyType(
    {
        f"{interest}{notional}{nothing}": Scaled(interest == "I", notional == "N")
        for nothing in "O0M"
        for interest in ("I", nothing)
        for notional in ("N", nothing)
        if nothing != "M" or interest + notional == "IN"
    }
)

DIRECTIONS: Mapping[str, str] = MappingProxyType({"INC": "drawing", "DEC": "redemption"})

RATE_KINDS: Mapping[str, str] = MappingProxyType(
    {"FIX": "rate_fixing", "F": "rate_fixing", "VAR": "rate_reset", "V": "rate_reset"}
)

NOT_HANDLED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "feeRate": ("0", "0.0"),
        "prepaymentEffect": ("N",),
        "penaltyType": ("N", "O"),
        "creditEventTypeCovered": (),
        "settlementCurrency": (),
    }
)
"""Terms that would change the payments in a way that is not computed, but for these words."""
