"""The schedules of a case: its cycles and arrays as segments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from lessor.core.numeric import Kind
from lessor.engine.debt.contract_dates import DayRules, Step, nth_moment
from lessor.engine.debt.contract_plan import Segment
from lessor.formats.actus_fields import TermReader
from lessor.formats.actus_words import (
    BASES,
    DIRECTIONS,
    RATE_KINDS,
    SCALINGS,
    ContractType,
    Scaled,
)

Item = TypeVar("Item")


class Schedules:
    """The schedules of a case, each as segments; single cycles are one segment."""

    def __init__(
        self,
        reader: TermReader,
        contract: ContractType,
        exchange: datetime | None,
        rules: DayRules,
        kind: Kind,
    ) -> None:
        self._reader, self._contract, self._kind = reader, contract, kind
        self._exchange, self._rules = exchange, rules

    def interest(self) -> tuple[Segment, ...]:
        """When interest is paid, maturity apart."""
        if self._has_array("InterestPayment"):
            return self._array("InterestPayment", ["interest"], [])
        return self._single("interest", "InterestPayment")

    def redemptions(self) -> tuple[Segment, ...]:
        """When principal is paid back or drawn."""
        if not self._contract.has_redemptions:
            return ()
        reader, cycle = self._reader, "PrincipalRedemption"
        if not self._contract.has_arrays:
            if not reader.has(f"cycleAnchorDateOf{cycle}"):
                reader.needs(f"cycleOf{cycle}", "no principal would fall due")
            return self._single("redemption", cycle)
        for name in (f"arrayCycleAnchorDateOf{cycle}", f"arrayNext{cycle}Payment"):
            reader.needs(name, "no principal would fall due")
        kinds = reader.choices("arrayIncreaseDecrease", DIRECTIONS)
        amounts = [
            self._kind.number(amount, f"arrayNext{cycle}Payment")
            for amount in reader.numbers(f"arrayNext{cycle}Payment")
        ]
        return self._array(cycle, kinds or ["redemption"], amounts)

    def resets(self) -> tuple[Segment, ...]:
        """When the rate changes."""
        if not self._has_array("RateReset"):
            return self._single("rate_reset", "RateReset")
        kinds = self._reader.choices("arrayFixedVariable", RATE_KINDS)
        rates = [self._kind.number(rate, "arrayRate") for rate in self._reader.numbers("arrayRate")]
        self._reader.needs("arrayRate", "the rate would be reset to nothing")
        return self._array("RateReset", kinds or ["rate_fixing"], rates)

    def scalings(self) -> tuple[Segment, ...]:
        """When the index is read that scales what is paid."""
        scaled = self._reader.choice("scalingEffect", SCALINGS, Scaled(False, False))
        is_scaled = scaled.interest or scaled.notional
        return self._single("scaling", "ScalingIndex") if is_scaled else ()

    def base_resets(self) -> tuple[Segment, ...]:
        """When the base that interest accrues on follows the notional."""
        lags = self._reader.choice("interestCalculationBase", BASES, False)
        if not (lags and self._contract.has_redemptions):
            return ()
        return self._single("base_reset", "InterestCalculationBase")

    def _has_array(self, cycle: str) -> bool:
        name = f"arrayCycleAnchorDateOf{cycle}"
        return self._contract.has_arrays and self._reader.has(name)

    def _single(self, kind: str, cycle: str) -> tuple[Segment, ...]:
        anchor = self._reader.moment(f"cycleAnchorDateOf{cycle}")
        step = self._reader.step(f"cycleOf{cycle}")
        if anchor is None and step is not None and self._exchange is not None:
            anchor = nth_moment(self._exchange, step.cycle, 1, self._rules)
        return () if anchor is None else (Segment(kind, anchor, step),)

    def _array(
        self, cycle: str, kinds: Sequence[str], values: Sequence[object]
    ) -> tuple[Segment, ...]:
        reader, name = self._reader, f"arrayCycleAnchorDateOf{cycle}"
        anchors = reader.moments(name)
        steps: Sequence[Step | None] = reader.steps(f"arrayCycleOf{cycle}") or [None]
        columns = (steps, kinds, values or [None])
        if not anchors or reader.issues:
            return ()
        if any(len(column) not in (1, len(anchors)) for column in columns):
            reader.fault(
                "lengths-differ",
                name,
                f"{len(anchors)} dates stand beside {_counts(columns)}",
                remedy="write as many of each as dates, or one for all",
            )
            return ()
        if sorted(set(anchors)) != anchors:
            reader.fault(
                "dates-out-of-order",
                name,
                "the dates of an array do not rise",
                remedy="write them in order, each once",
            )
            return ()
        rows = zip(anchors, *(_for_all(column, len(anchors)) for column in columns), strict=True)
        return tuple(Segment(kind, anchor, step, value) for anchor, step, kind, value in rows)


def _counts(columns: Sequence[Sequence[object]]) -> str:
    steps, kinds, values = map(len, columns)
    return f"cycles: {steps}, kinds: {kinds}, values: {values}"


def _for_all(column: Sequence[Item], number: int) -> Sequence[Item]:
    return [column[0]] * number if len(column) == 1 else column
