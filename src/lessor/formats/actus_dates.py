"""The dates of a case: what it says of them, and its maturity, said or derived."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from lessor.core.numeric import Kind
from lessor.engine.debt.contract_dates import LATEST_YEAR, DayRules, Step, moved
from lessor.engine.debt.contract_maturity import lower_array_maturity, lower_maturity
from lessor.engine.debt.contract_plan import ContractDates, Segment, day_before
from lessor.formats.actus_fields import FIRST_YEAR, TermReader
from lessor.formats.actus_schedules import Schedules
from lessor.formats.actus_words import CALENDARS, DAY_COUNTS, MONTH_ENDS, SHIFTS, ContractType

DATES_MAX = 20_000
"""Dates of one schedule; a daily one of fifty years has fewer."""

SPREAD_MAX = 5_000_000
"""Level payments of a contract, times the dates that each is spread over."""

_YEAR_DAYS = 366
_SHORTEST_MONTH = 28


_NEVER = datetime(FIRST_YEAR, 1, 1)
"""Stands in for a date whose absence is noted as a fault; it is computed with by no one."""

_BEYOND = datetime(LATEST_YEAR, 12, 31, 23, 59, 59)


class Owed(NamedTuple):
    """What a maturity is derived from: notional, instalment (None: not said), rate."""

    notional: float
    payment: float | None
    rate: float


def read_rules(reader: TermReader) -> DayRules:
    """How dates are made, moved and counted; without a calendar or a convention none is moved."""
    reader.needs("dayCountConvention", "interest cannot be counted without it")
    shift = reader.choice("businessDayConvention", SHIFTS, SHIFTS["NOS"])
    return DayRules(
        day_count=reader.choice("dayCountConvention", DAY_COUNTS, "actual/365"),
        calendar=reader.choice("calendar", CALENDARS, "none"),
        convention=shift.convention,
        is_counted_as_moved=shift.is_counted_as_moved,
        is_month_end=reader.choice("endOfMonthConvention", MONTH_ENDS, False),
    )


def read_dates(
    reader: TermReader,
    contract: ContractType,
    owed: Owed,
    *,
    rules: DayRules,
    cut_off: datetime | None,
    kind: Kind,
) -> ContractDates | None:
    """The dates of the contract; None where faults leave none.

    Issues: missing-field, dates-out-of-order, never-repaid, too-many-events, and those of each
    term.
    """
    said = _said_maturity(reader, contract, owed)
    dates = _written(reader, contract, owed, rules=rules, kind=kind)._replace(cut_off=cut_off)
    if reader.issues:
        return None
    maturity = _derived_maturity(reader, contract, owed, dates) if said is None else said
    if maturity is None:
        return None
    dates = dates._replace(maturity=maturity)
    _check_span(reader, dates)
    _check_size(reader, dates)
    return None if reader.issues else dates


def _written(
    reader: TermReader, contract: ContractType, owed: Owed, *, rules: DayRules, kind: Kind
) -> ContractDates:
    """The dates as they are written, the maturity apart."""
    exchange = reader.moment("initialExchangeDate")
    schedules = Schedules(reader, contract, exchange, rules, kind)
    redemptions = schedules.redemptions()
    return ContractDates(
        rules=rules,
        opening=reader.moment("statusDate") or _NEVER,
        exchange=exchange or _NEVER,
        maturity=_NEVER,
        interest=schedules.interest(),
        redemptions=redemptions,
        resets=schedules.resets(),
        scalings=schedules.scalings(),
        base_resets=schedules.base_resets(),
        capitalization_end=reader.moment("capitalizationEndDate"),
        is_first_reset_fixed=reader.has("nextResetRate"),
        fixes_payment=contract.is_level,
        first_fixing=_first_fixing(contract, owed, redemptions),
        amortization_end=reader.moment("amortizationDate") if contract.is_level else None,
        purchase=reader.moment("purchaseDate"),
        termination=reader.moment("terminationDate"),
    )


def _first_fixing(
    contract: ContractType, owed: Owed, redemptions: Sequence[Segment]
) -> datetime | None:
    """When a level payment that is not said is fixed: the day before the first redemption."""
    if not contract.is_level or owed.payment is not None or not redemptions:
        return None
    return day_before(redemptions[0].anchor)


def _said_maturity(reader: TermReader, contract: ContractType, owed: Owed) -> datetime | None:
    """The maturity said, else that of the amortization; None where it is to be derived."""
    if reader.has("maturityDate"):
        return reader.moment("maturityDate")
    if contract.is_level and reader.has("amortizationDate"):
        return reader.moment("amortizationDate")
    if not contract.has_redemptions:
        reader.needs("maturityDate", "nothing else ends the contract")
    elif not contract.has_arrays:
        reader.needs("nextPrincipalRedemptionPayment", "without maturityDate it tells the end")
    return None


def _derived_maturity(
    reader: TermReader, contract: ContractType, owed: Owed, dates: ContractDates
) -> datetime | None:
    """The date of the redemption that leaves nothing; where none does, one beyond any cut-off."""
    start, rules, schedule = dates.opening, dates.rules, dates.redemptions
    if contract.has_arrays:
        # What would fall due before the exchange repays nothing.
        start = max(start, dates.exchange)
        derived = lower_array_maturity(owed.notional, schedule, start=start, rules=rules)
    else:
        rate = owed.rate if contract.has_interest_inside else 0.0
        derived = lower_maturity(
            owed.notional,
            owed.payment or 0.0,
            rate=rate,
            schedule=schedule[0],
            start=start,
            rules=rules,
        )
    if derived is None and dates.cut_off is not None and not contract.is_level:
        # What is computed ends long before; a level payment alone looks ahead to the maturity.
        return _BEYOND
    if derived is None:
        reader.fault(
            "never-repaid",
            "maturityDate",
            "none is said, and the redemptions do not repay the notional",
            remedy="add maturityDate, or redemptions that are larger than the interest in them",
        )
    return derived


def _check_span(reader: TermReader, dates: ContractDates) -> None:
    # The exchange does not move, the maturity may: to a business day before it.
    end = min(dates.maturity, moved(dates.maturity, dates.rules))
    if dates.maturity <= dates.exchange or end < dates.exchange:
        reader.fault(
            "dates-out-of-order",
            "maturityDate",
            f"the contract ends on {end.date()}, before it is exchanged",
            remedy="write a maturityDate after initialExchangeDate",
        )


def _check_size(reader: TermReader, dates: ContractDates) -> None:
    """Note a schedule too long to be computed in one go."""
    end = max(dates.maturity, dates.amortization_end or dates.maturity)
    schedules = {
        "interest": dates.interest,
        "redemptions": dates.redemptions,
        "rate resets": dates.resets,
        "scalings": dates.scalings,
        "base resets": dates.base_resets,
    }
    counts = {name: _most_dates(segments, end) for name, segments in schedules.items()}
    spread = counts["rate resets"] * counts["redemptions"] if dates.fixes_payment else 0
    for name, count in counts.items():
        if count > DATES_MAX:
            reader.fault(
                "too-many-events",
                "maturityDate",
                f"there are more than {DATES_MAX:,} dates of {name}",
                remedy="write a longer cycle or an earlier maturity",
            )
    if spread > SPREAD_MAX:
        reader.fault(
            "too-many-events",
            "cycleOfRateReset",
            "the level payment is computed anew too often",
            remedy="write a longer cycle of rate resets or of redemptions",
        )


def _most_dates(segments: Sequence[Segment], end: datetime) -> int:
    """At most so many dates has a schedule, if each of its segments ran to the end."""
    shortest = min((_days(segment.step, end) for segment in segments), default=1)
    days = max(((end - segment.anchor).days for segment in segments), default=0)
    return len(segments) + max(days, 0) // shortest


def _days(step: Step | None, end: datetime) -> int:
    if step is None:
        return _YEAR_DAYS * end.year
    return step.cycle.every * (1 if step.cycle.unit == "days" else _SHORTEST_MONTH)
