"""Money that customers pay ahead and that stands in for equity: it pays for uses first."""

from __future__ import annotations

from typing import NamedTuple

from lessor.core.numeric import Value, minimum


class PrepaidState(NamedTuple):
    """Prepaid money received and not yet spent."""

    held: Value


class PrepaidInputs(NamedTuple):
    """One date: what customers pay ahead, and the uses that fall due."""

    received: Value
    use: Value


class PrepaidFlows(NamedTuple):
    """What of the uses prepaid money pays, and what is left for loans and equity."""

    spent: Value
    use: Value


def spend_prepaid(
    terms: None, state: PrepaidState, inputs: PrepaidInputs
) -> tuple[PrepaidFlows, PrepaidState]:
    """Uses of a date paid out of prepaid money: spent = minimum(held + received, use)."""
    held = state.held + inputs.received
    spent = minimum(held, inputs.use)
    return PrepaidFlows(spent, inputs.use - spent), PrepaidState(held - spent)
