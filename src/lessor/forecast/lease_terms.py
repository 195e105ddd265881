"""What a finance lease says, lowered: its take-downs, its rate on a day, its table of rents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from lessor.core.numeric import Kind, Value, total
from lessor.engine.debt.payment_days import place_of
from lessor.engine.debt.rates import (
    MarketRateTerms,
    interest_rate,
    lower_interest,
    lower_market_rate,
    rate_inputs,
)
from lessor.engine.debt.rental import FinanceLeaseTerms, lower_rental
from lessor.engine.debt.rental_dates import RentDate, lease_dates
from lessor.rating.exchange import converted
from lessor.terms.deal import Deal
from lessor.terms.facilities import Facility, RentalTerms
from lessor.terms.loan_size import principal_of
from lessor.terms.money import Money
from lessor.terms.plan_dates import maturity

NO_RENTAL = RentalTerms()


class Drawn(NamedTuple):
    """A take-down: its first and last day, its amount, and its share of all that is financed."""

    start: date
    end: date
    financed: Value
    share: Value


@dataclass(frozen=True)
class FinanceLease:
    """The facility `name` of a deal, read as a finance lease on one kind of value."""

    deal: Deal
    name: str
    kind: Kind

    @property
    def facility(self) -> Facility:
        """What the deal says of it."""
        return self.deal.facilities[self.name]

    @property
    def rental(self) -> RentalTerms:
        """Its terms beside those of a loan."""
        return self.facility.rental or NO_RENTAL

    def money(self, money: Money, field: str) -> Value:
        """An amount at `field` of the facility, in the deal's currency at closing."""
        amount = self.kind.number(money.amount, f"facilities.{self.name}.{field}.amount")
        return self._converted(amount, money.currency)

    def number(self, value: Decimal, field: str) -> Value:
        """A number at `field` of the facility."""
        return self.kind.number(value, f"facilities.{self.name}.{field}")

    def _converted(self, amount: Value, currency: str | None) -> Value:
        return converted(self.deal, amount, currency, self.deal.closing_date, self.kind)

    def spans(self) -> list[tuple[date, date]]:
        """The first and last day of each take-down; one from closing to maturity unless said."""
        end = maturity(self.deal, self.facility) or self.deal.closing_date
        return [
            (each.date, each.term.after(each.date) if each.term is not None else end)
            for each in self.rental.take_downs
        ] or [(self.deal.closing_date, end)]

    def dates(self, start: date, end: date) -> tuple[RentDate, ...]:
        """The dates of a take-down, its drawdown first."""
        return lease_dates(self.facility, self.deal.closing_date, start, end)

    def amounts(self) -> list[Value]:
        """What each take-down finances."""
        taken, principal = self.rental.take_downs, self.facility.principal
        if taken:
            field = "rental.take_downs[{}].amount"
            return [self.money(e.amount, field.format(row)) for row, e in enumerate(taken)]
        if principal.amount is not None:
            return [self.money(principal.amount, "principal.amount")]
        size = principal_of(self.deal, self.name) or Decimal(0)
        return [self.kind.given(size, f"facilities.{self.name}.principal")]

    def drawn(self) -> list[Drawn]:
        """Every take-down, in the order of the file."""
        amounts = self.amounts()
        whole = total(amounts)
        return [
            Drawn(start, end, amount, amount / whole)
            for (start, end), amount in zip(self.spans(), amounts, strict=True)
        ]

    def beside(self, financed: Value) -> FinanceLeaseTerms:
        """Deposit, fees, purchase price, residual, VAT; `financed`: all take-downs together."""
        return lower_rental(
            self.name, self.facility, financed, kind=self.kind, convert=self._converted
        )

    def table(self, share: Value) -> list[Value]:
        """The rents of the table, a take-down's share of each, without VAT that is inside."""
        rents: list[Value] = []
        for row, each in enumerate(self.rental.rents):
            rent = self.money(each.amount, f"rental.rents[{row}].amount") * share
            if each.amount.tax == "included" and self.rental.vat_on == "rent":
                rent = rent / (1 + self.number(self.rental.vat, "rental.vat"))
            rents += [rent] * each.times
        return rents

    def rate_on(self, day: date, start: date) -> Value:
        """The rate a year in force on `day` of a take-down of `start`, whose market rate it keeps.

        A rate read anew on a reset changes the rents; a quote knows the first alone.
        """
        said, kind = self.facility, self.kind
        terms = lower_interest(
            self.name, said, self.market(), kind=kind, closing=self.deal.closing_date
        )
        read_on = start.toordinal()
        if said.rate.lag_days:
            read_on = place_of(said).business_days_after(read_on, -said.rate.lag_days)
        return interest_rate(terms, rate_inputs(terms, date.fromordinal(read_on), day))

    def market(self) -> MarketRateTerms | None:
        """The market rate that the lease is on; None for a fixed rate."""
        index = self.facility.rate.index
        if index is None:
            return None
        return lower_market_rate(index, self.deal.rates[index], kind=self.kind)
