"""One case's terms as a loan contract of the engine: its dates and its numbers."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from lessor.core.numeric import Kind, Value
from lessor.engine.debt.contract import ContractTerms
from lessor.engine.debt.contract_dates import moments_before
from lessor.engine.debt.contract_lowering import AgreedValues
from lessor.engine.debt.contract_plan import ContractDates
from lessor.engine.debt.reset import ResetTerms
from lessor.formats.actus_dates import Owed, read_dates, read_rules
from lessor.formats.actus_fields import TermReader
from lessor.formats.actus_words import (
    BASES,
    CONTRACT_TYPES,
    NOT_HANDLED,
    ROLES,
    SCALINGS,
    ContractType,
    Scaled,
)


class Contract(NamedTuple):
    """A loan contract with its numbers as values of one kind."""

    dates: ContractDates
    terms: ContractTerms
    agreed: AgreedValues


def read_contract(reader: TermReader, cut_off: datetime | None, *, kind: Kind) -> Contract | None:
    """The contract that the terms describe; None where they have faults, all of which are noted.

    Issues: unknown-contract-type, missing-field, not-positive, term-not-handled, and those of
    dates and terms.
    """
    contract = _contract_type(reader)
    if contract is None:
        return None
    _check_handled(reader)
    for name in ("statusDate", "initialExchangeDate", "contractRole"):
        reader.needs(name, "every contract has it")
    numbers = _Numbers(reader, kind)
    owed = numbers.owed()
    agreed = numbers.agreed()
    terms = numbers.terms(contract)
    rules = read_rules(reader)
    dates = read_dates(reader, contract, owed, rules=rules, cut_off=cut_off, kind=kind)
    if dates is None or reader.issues:
        return None
    return Contract(dates, _with_equal_principal(terms, contract, dates), agreed)


def _contract_type(reader: TermReader) -> ContractType | None:
    reader.needs("contractType", "it says what the other terms mean")
    word = reader.text("contractType")
    if word is not None and word not in CONTRACT_TYPES:
        reader.fault(
            "unknown-contract-type",
            "contractType",
            f"contracts of type {word[:60]!r} are not computed",
            remedy=f"keep to {', '.join(CONTRACT_TYPES)}: leave this case out",
        )
    return None if word is None else CONTRACT_TYPES.get(word)


def _check_handled(reader: TermReader) -> None:
    for name, harmless in NOT_HANDLED.items():
        if not reader.has(name):
            continue
        word = reader.text(name)
        if word in harmless or (name == "settlementCurrency" and word == reader.text("currency")):
            continue
        reader.fault(
            "term-not-handled",
            name,
            "the term would change the payments in a way that is not computed",
            remedy="leave this case out",
        )


class _Numbers:
    """The numbers of a case as values of one kind; what is not said has its default."""

    def __init__(self, reader: TermReader, kind: Kind) -> None:
        self._reader, self._kind = reader, kind
        for name in ("notionalPrincipal", "nominalInterestRate"):
            reader.needs(name, "every contract has it")
        self._notional = reader.number("notionalPrincipal") or Decimal(0)
        self._rate = reader.number("nominalInterestRate") or Decimal(0)
        self._payment = reader.number("nextPrincipalRedemptionPayment")
        if self._notional <= 0 and reader.has("notionalPrincipal"):
            reader.fault(
                "not-positive",
                "notionalPrincipal",
                "there is no notional",
                remedy="write a positive amount: contractRole says who owes it",
            )

    def owed(self) -> Owed:
        """What a maturity is derived from."""
        payment = None if self._payment is None else float(self._payment)
        return Owed(float(self._notional), payment, float(self._rate))

    def agreed(self) -> AgreedValues:
        """Prices and the next rate."""
        for what in ("Purchase", "Termination"):
            if self._reader.has(f"{what.lower()}Date"):
                self._reader.needs(f"priceAt{what}Date", "there is a date without a price")
        return AgreedValues(
            self._value("priceAtPurchaseDate"),
            self._value("priceAtTerminationDate"),
            self._value("nextResetRate"),
        )

    def terms(self, contract: ContractType) -> ContractTerms:
        """The contract's own numbers."""
        number, reader = self._kind.number, self._reader
        lags = contract.has_redemptions and reader.choice("interestCalculationBase", BASES, False)
        base = reader.number("interestCalculationBaseAmount")
        payment = None if contract.has_arrays else self._payment
        scaled = reader.choice("scalingEffect", SCALINGS, Scaled(False, False))
        if (scaled.interest or scaled.notional) and self._has_scaling_dates():
            reader.needs("scalingIndexAtContractDealDate", "the index has no start")
        return ContractTerms(
            role=reader.choice("contractRole", ROLES, 1),
            notional=number(self._notional, "notionalPrincipal"),
            rate=number(self._rate, "nominalInterestRate"),
            premium=self._value_or("premiumDiscountAtIED", 0),
            accrued=self._value("accruedInterest"),
            payment=None if payment is None else number(payment, "nextPrincipalRedemptionPayment"),
            has_interest_inside=contract.has_interest_inside,
            base=number(self._notional if base is None else base) if lags else None,
            reset=self._reset(),
            index_at_start=self._index_at_start(),
            notional_scale=self._value_or("notionalScalingMultiplier", 1),
            interest_scale=self._value_or("interestScalingMultiplier", 1),
            zero=self._kind.given(0),
            has_scaled_notional=scaled.notional,
            has_scaled_interest=scaled.interest,
        )

    def _has_scaling_dates(self) -> bool:
        names = ("cycleAnchorDateOfScalingIndex", "cycleOfScalingIndex")
        return any(self._reader.has(name) for name in names)

    def _index_at_start(self) -> Value:
        name = "scalingIndexAtContractDealDate"
        if self._reader.number(name) == 0:
            self._reader.fault(
                "not-positive", name, "an index of zero scales nothing", remedy="write its level"
            )
        return self._value_or(name, 1)

    def _reset(self) -> ResetTerms:
        return ResetTerms(
            multiplier=self._value_or("rateMultiplier", 1),
            spread=self._value_or("rateSpread", 0),
            period_floor=self._value("periodFloor"),
            period_cap=self._value("periodCap"),
            life_floor=self._value("lifeFloor"),
            life_cap=self._value("lifeCap"),
        )

    def _value(self, name: str) -> Value | None:
        number = self._reader.number(name)
        return None if number is None else self._kind.number(number, name)

    def _value_or(self, name: str, otherwise: int) -> Value:
        value = self._value(name)
        return self._kind.given(otherwise) if value is None else value


def _with_equal_principal(
    terms: ContractTerms, contract: ContractType, dates: ContractDates
) -> ContractTerms:
    """The terms, where equal principal is not said, with notional / number of redemption dates."""
    is_told = terms.payment is not None or contract.has_interest_inside or contract.has_arrays
    if is_told or not contract.has_redemptions:
        return terms
    first = dates.redemptions[0]
    number = len(moments_before(first.anchor, first.step, dates.maturity, dates.rules)) + 1
    return terms._replace(payment=terms.notional / number)
