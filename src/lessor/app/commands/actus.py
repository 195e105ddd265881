"""`lessor actus`: which cash flows do the loan contracts of a file of test cases have?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lessor.app.outcome import Outcome, command

if TYPE_CHECKING:
    from lessor.formats.actus_cases import CasesResult


@command
def actus(path: str) -> Outcome[CasesResult]:
    """The events of every case of a file in the format of actusfrf/actus-tests.

    The document is `{case: [{"eventDate", "eventType", "payoff", "notionalPrincipal",
    "nominalInterestRate", "accruedInterest"}, ...]}` and nothing beside; a fault in any case leaves
    `{"issues": [...]}`. That published results are not met is an answer, not a fault.
    """
    from lessor.formats.actus_cases import run_cases

    result = run_cases(path)
    return Outcome({**result.as_json()}, (), result)
