"""A floating loan contract, for the tests of its events."""

from lessor.engine.debt.contract import ContractTerms
from lessor.engine.debt.reset import ResetTerms


def contract_of(number, *, level):
    """Terms of a floating loan, each number made by `number`."""
    return ContractTerms(
        role=1,
        notional=number("1200"),
        rate=number("0.1"),
        premium=number("-12"),
        accrued=None,
        payment=None if level else number("100"),
        has_interest_inside=level,
        base=None,
        reset=ResetTerms(number("1.5"), number("0.01"), life_cap=number("0.15")),
        index_at_start=number("1"),
        notional_scale=number("1"),
        interest_scale=number("1"),
        zero=number("0"),
    )
