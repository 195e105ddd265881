"""A block of each record as it is written, for the messages that ask for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from lessor.terms.scalars import choice_key, is_duration
from lessor.terms.shapes import Shape, member_fields

BLOCKS: Mapping[str, str] = MappingProxyType(
    {
        "Account": "{kind: reserve, target: {debt_service: 3 months}}",
        "Advance": "{rate: 90%, of: net_cost, life: 6 years}",
        "Asserted": "{value: 3, about: 0.25, better: lower}",
        "Asset": "{model: HGX-H100-8, quantity: 2, unit_cost: 2_000_000}",
        "Availability": "{until: 12 months}",
        "BankAccount": "{name: Example Bank, account: 0042 1234 5678}",
        "Billing": "{frequency: monthly, timing: arrears, due_days: 30}",
        "Capacity": "{asset: servers, quantity: 2}",
        "Construction": "{until: 9 months}",
        "Covenant": "{measure: dscr, level: 1.15, lock_up: 1.2, trailing: 3 months}",
        "CovenantLevel": "{from: 24 months, level: 1.2}",
        "CreditBand": "{below: 99%, credit: 10%}",
        "Cure": "{until: 12 months, times: 2}",
        "Curve": "{values: [{age: 0 months, share: 100%}, {age: 60 months, share: 20%}]}",
        "Delivery": "{date: 2026-05-01, quantity: 2, accepted: 2026-05-15}",
        "Deposit": "{months: 2}",
        "Depreciation": "{life: 60 months, method: straight_line}",
        "EarlyRepayment": "{planned: [{date: 24 months, share: 10%}]}",
        "Equity": "{takes: rest}",
        "Escalator": "{rate: 3%, every: 12 months}",
        "Events": "{signed: 2026-04-01, accepted: 2026-05-01}",
        "ExchangeRate": "{date: 2026-05-01, rate: 7.1, source: central parity}",
        "Facility": "{kind: term_loan, principal: {share: 80%}, "
        "rate: {value: 4%, basis: 30/360, compounding: monthly}, repayment: {profile: level}}",
        "FacilityDraw": "{date: 2026-09-01, amount: 1_000_000}",
        "Fees": "{up_front: 1%}",
        "FreeTerm": "{vary: leases.anchor.charges.base.amount}",
        "FrequencyStep": "{from: 12 months, frequency: quarterly}",
        "GreatestOf": "{contract_cash: 80%, asset_base: 85%, life: 6 years}",
        "Hedge": "{share: 95%, rate: 3.7%}",
        "IncomeTax": "{rate: 25%, loss_years: 5}",
        "Lease": "{lessee: {name: A lab}, capacity: {asset: servers, quantity: 2}, "
        "events: {accepted: 2026-05-01}, term: 36 months, "
        "charges: {base: {kind: base_rent, amount: 70_000, per: server_month}}}",
        "LeasedIn": "{model: HGX-H100-8, quantity: 2, rent: 60_000, per: server_month, "
        "term: 36 months}",
        "LenderCase": "{contract_assigned: yes, direct_agreement: yes}",
        "Lessee": "{name: A lab}",
        "Lessor": "{name: Cluster company, tax_id: 12 345 678}",
        "MarketRate": "{observed: [{date: 2026-05-01, rate: 4%}]}",
        "MarketValue": "{decline: 30%}",
        "Money": "{amount: 1_500_000, currency: USD}",
        "PaymentDates": "{calendar: sofr, convention: modified_following}",
        "Pflops": "{dense: 8}",
        "PremiumStep": "{until: 36 months, share: 1%}",
        "Prepayment": "{share: 20%}",
        "PrepaymentRow": "{date: 24 months, share: 10%}",
        "Principal": "{share: 80%, of: capex}",
        "Range": "{low: 1_400_000, high: 1_500_000}",
        "Rate": "{value: 4%, basis: 30/360, compounding: monthly}",
        "RatePoint": "{date: 2026-05-01, rate: 4%}",
        "RateStep": "{from: 24 months, add: 0.25%}",
        "Reading": "{story: rent alone, set: {npv_rate: 8%}}",
        "Relet": "{amount: 60_000, per: server_month, gap: 3 months}",
        "Renewal": "{term: 12 months, rent: 80%}",
        "RentPoint": "{date: 2026-05-01, amount: 70_000}",
        "RentRow": "{times: 12, amount: 100_000}",
        "RentalTerms": "{deposit: 5%, deposit_use: set_off, service_fee: 2%}",
        "Repayment": "{profile: level, until: lease_end}",
        "RepaymentStep": "{after: 12 months, share: 20%}",
        "Residual": "{share: 10%}",
        "ServerSpec": "{gpus: 8, power_kw_max: 10}",
        "ShareBand": "{up_to: 1_000_000, share: 10%}",
        "Sizing": "{dscr: 1.2, loan_to_cost: 80%}",
        "Spv": "{accounts: {cash: {kind: collection}}, waterfall: [pay bank, distribute]}",
        "StampDuty": "{lease: 0.1%, purchase: 0.03%, loan: 0.005%}",
        "Step": "{do: pay, what: bank.interest, reserves: [reserve]}",
        "TakeDown": "{date: 2026-09-01, amount: 1_000_000}",
        "Target": "{debt_service: 3 months}",
        "Taxes": "{vat: {rent: 6%, equipment: 13%}, income: {rate: 25%}}",
        "Tier": "{up_to: 1_000, price: 2}",
        "TokenPrices": "{in: 2, out: 8}",
        "TokenSplit": "{in: 70%, out: 20%, cached: 10%}",
        "UsagePlan": "{utilisation: 70%, tokens_per_gpu_hour: 2_000_000}",
        "ValuePoint": "{age: 36 months, share: 30%}",
        "Vat": "{rent: 6%, equipment: 13%}",
        "VendorPayment": "{share: 60%, on: order}",
        "base_rent": "{kind: base_rent, amount: 70_000, per: server_month}",
        "by_use": "{kind: by_use, meter: kwh, amount: 0.6}",
        "cabinet": "{kind: cabinet, amount: 440, pue: 1.3}",
        "fixed": "{kind: fixed, amount: 100_000, per: month}",
        "late_delivery": "{kind: late_delivery, per_day: 10_000, cap: 300_000}",
        "maintenance": "{kind: maintenance, share: 2%}",
        "maximum": "{kind: maximum, amount: 1_000_000, per: month}",
        "minimum": "{kind: minimum, amount: 500_000, per: month}",
        "one_off": "{kind: one_off, amount: 100_000, on: 2026-05-01}",
        "pass_through": "{kind: pass_through, cost: power, margin: 5%}",
        "power": "{kind: power, amount: 0.6, load: 80%, pue: 1.3}",
        "revenue_share": "{kind: revenue_share, share: 10%}",
        "service_credit": "{kind: service_credit, bands: [{below: 99%, credit: 10%}]}",
        "share_of_rent": "{kind: share_of_rent, share: 5%}",
        "termination": "{kind: termination, share: 50%}",
        "usage": "{kind: usage, meter: tokens_out, per: million_tokens, price: 8}",
    }
)
"""By the name of a record, or for charges and costs by their kind: all of them sound."""


def block_example(shape: Shape, said: Any = None) -> str:
    """A block of this shape; a single value that was written stands where it seems to belong.

    >>> from lessor.terms.facilities import Rate
    >>> block_example(Shape("block", record=Rate), "5%")
    '{value: 5%, basis: 30/360, compounding: monthly}'
    """
    owner = shape.record.__name__ if shape.record is not None else next(iter(shape.members), "")
    block = BLOCKS.get(owner, "")
    if not isinstance(said, str):
        return block
    for part, name, value in _parts(block):
        field = member_fields(shape, owner).get(name)
        if field is not None and _fits(field.shape, said):
            return block.replace(part, part.replace(f": {value}", f": {said.strip()}"), 1)
    return block


def _parts(block: str) -> Iterator[tuple[str, str, str]]:
    """The `name: value` parts of a flat block."""
    for part in block.strip("{}").split(", "):
        name, _, value = part.partition(": ")
        yield part, name, value


def _fits(shape: Shape, said: str) -> bool:
    text = said.strip()
    if shape.form == "choice":
        return choice_key(text) in map(choice_key, shape.choices)
    if shape.form == "fraction":
        return text.endswith("%") and _is_number(text[:-1])
    if shape.form == "length of time":
        return is_duration(text)
    return shape.form == "number" and _is_number(text)


def _is_number(text: str) -> bool:
    return text.replace("_", "").replace(".", "", 1).isdigit()
