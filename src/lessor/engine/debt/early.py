"""Principal repaid ahead of schedule: how much is planned, its premium, what it reduces."""

from __future__ import annotations

from typing import NamedTuple

from lessor.core.numeric import Kind, Value, clip, ratio
from lessor.engine.debt.payment_days import day_after
from lessor.engine.debt.schedule import Convert
from lessor.engine.debt.structure import SegmentStructure
from lessor.terms.facilities import Facility


class EarlyInputs(NamedTuple):
    """What is repaid early on one payment date by choice: shares of what is outstanding, amounts.

    `premium`: share of it that is paid on top; `is_made_whole`: the worth of the payments forgone,
    less what is repaid, is paid instead.
    """

    share: Value | None
    amount: Value | None
    premium: Value | None
    is_made_whole: bool


def lower_early(
    name: str,
    facility: Facility,
    plan: tuple[SegmentStructure, ...],
    *,
    kind: Kind,
    convert: Convert | None = None,
) -> dict[int, EarlyInputs]:
    """Early repayments planned at `facilities.<name>.early`, by the segment that ends with them."""
    path, early = f"facilities.{name}.early", facility.early
    closing = plan[0].start
    whole_until = early.make_whole_until
    found = {}
    for index, segment in enumerate(plan):
        if not segment.planned:
            continue
        share: Value | None = None
        amount: Value | None = None
        for row in segment.planned:
            said = early.planned[row]
            if said.share is not None:
                part = kind.number(said.share, f"{path}.planned[{row}].share")
                share = part if share is None else share + part
            if said.amount is not None:
                part = kind.number(said.amount.amount, f"{path}.planned[{row}].amount.amount")
                part = part if convert is None else convert(part, said.amount.currency)
                amount = part if amount is None else amount + part
        is_whole = whole_until is not None and segment.end <= day_after(whole_until, closing)
        steps = [
            kind.number(step.share, f"{path}.premium[{row}].share")
            for row, step in enumerate(early.premium)
            if segment.end <= day_after(step.until, closing)
        ]
        premium = steps[0] if steps and not is_whole else None
        found[index] = EarlyInputs(share, amount, premium, is_whole)
    return found


def planned_early(early: EarlyInputs, outstanding: Value, zero: Value) -> Value:
    """Principal repaid early by choice: share x outstanding + amount, at most what is outstanding.

    `outstanding` is what is left after the payment that is due on the date.
    """
    wanted = zero
    if early.share is not None:
        wanted = wanted + early.share * outstanding
    if early.amount is not None:
        wanted = wanted + early.amount
    return clip(wanted, zero, outstanding)


def reduced_scale(scale: Value, outstanding: Value, early: Value) -> Value:
    """The share of a table still due after an early repayment that reduces all of it alike.

    scale x (outstanding - early) / outstanding.
    """
    return scale * ratio(outstanding - early, outstanding, 0 * outstanding + 1)
