"""What a waterfall paid, put into the cash of the plan in place of what had fallen due."""

from __future__ import annotations

from lessor.core.numeric import Value, total
from lessor.forecast.cashflow import Cash
from lessor.forecast.spv_dates import DueCash
from lessor.forecast.spv_records import DateRun, SpvRun

REPLACED = ("operating_costs_paid", "vat_paid_on_costs", "income_tax_paid", "vat_remitted")
"""Streams that hold what falls due until the waterfall says what was paid, and on which date."""


def pay_waterfall(run: SpvRun, due: DueCash, cash: Cash) -> None:
    """Replace costs and taxes due by what was paid of them, and add what lenders and owners got.

    What costs and taxes are short of on a date falls on the costs without VAT and on income tax.
    """
    for name in REPLACED:
        cash.streams[name].entries.clear()
    for index, date in enumerate(run.dates):
        _pay_costs(run, date, index, due, cash)
        _pay_loans(run, date, cash)
        moment = date.moment
        cash.due.add(moment, date.service)
        for amount in date.repaid.values():
            cash.add("debt_prepaid", moment, amount)
            cash.add("equity_contributed", moment, amount)
        cash.add("equity_contributed", moment, date.flows.cured + date.cures)
        cash.add("equity_distributed", moment, date.flows.distributed + date.left)


def _pay_costs(run: SpvRun, date: DateRun, index: int, due: DueCash, cash: Cash) -> None:
    zero, moment = run.terms.waterfall.zero, date.moment
    steps = run.terms.waterfall.steps
    first_loan = next((place for place, step in enumerate(steps) if step.loan), len(steps))
    paid: Value = zero
    taxes: Value = zero
    junior: Value = zero
    has_tax_step = False
    for place, flow in zip(date.steps, date.flows.steps, strict=True):
        step = steps[place]
        if step.action != "pay" or step.loan:
            continue
        if step.what == "taxes":
            has_tax_step, taxes = True, taxes + flow.paid
        elif place > first_loan and step.what != "operating_costs":
            junior = junior + flow.paid
        else:
            paid = paid + flow.paid
    if not has_tax_step:
        # Taxes without a step of their own are paid with the running costs.
        taxes = due.taxes[index]
        paid = paid - taxes
    vat, on_rents = due.vat_on_costs[index], due.vat_on_rents[index]
    cash.add("vat_paid_on_costs", moment, vat)
    behind = due.vat_on_junior[index]
    cash.add("operating_costs_paid", moment, paid - (vat - on_rents - behind) - due.refunds[index])
    cash.add("junior_costs_paid", moment, junior - behind)
    cash.add("vat_remitted", moment, due.vat_remitted[index])
    cash.add("income_tax_paid", moment, taxes - due.vat_remitted[index] - on_rents)


def _pay_loans(run: SpvRun, date: DateRun, cash: Cash) -> None:
    zero, moment = run.terms.waterfall.zero, date.moment
    own_fees = [
        flow.paid
        for place, flow in zip(date.steps, date.flows.steps, strict=True)
        if run.terms.waterfall.steps[place].part == "fees"
    ]
    with_step = {step.loan for step in run.terms.waterfall.steps if step.part == "fees"}
    fees = total([zero, *own_fees])
    for name, paid in date.paid.items():
        if name not in with_step:
            fees = fees + paid.fees
        fees = fees + paid.premium
        cash.add("interest_paid", moment, paid.interest)
        cash.add("principal_paid", moment, paid.principal)
        cash.add("debt_prepaid", moment, paid.early)
    cash.add("debt_fees_paid", moment, fees)
