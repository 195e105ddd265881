"""Sculpted principal as it is fixed at closing, in the case that each loan names.

A loan that were sculpted anew in every case would follow cash down and never be in default.
"""

from __future__ import annotations

from collections.abc import Sequence

from lessor.core.numeric import FLOAT, Kind, Value
from lessor.forecast.cases import BASE, case_deal
from lessor.forecast.paths import PathsKind
from lessor.forecast.plan import Plan, run_plan
from lessor.forecast.preparing import Tables
from lessor.terms.load import Loaded


def tables_of(plan: Plan) -> dict[str, Sequence[Value]]:
    """The principal of each sculpted loan of a plan, by payment."""
    return {
        run.name: [run.prepared.values[index].amount_due for index in run.prepared.payments]
        for run in plan.facilities
        if run.prepared.facility.repayment.profile == "sculpted"
    }


def closing_tables(loaded: Loaded) -> Tables:
    """The principal of each sculpted loan, by payment, from the plan of the case it names.

    Hand it to every plan of the deal that is run in another case, or on paths. Raises FaultsError
    with unknown-name for a case that the deal has not.
    """
    tables: dict[str, Sequence[Value]] = {}
    for case in sculpting_cases(loaded):
        deal = case_deal(loaded, case)
        found = tables_of(run_plan(deal))
        own = {n for n, loan in deal.facilities.items() if loan.repayment.case == case}
        tables |= {name: table for name, table in found.items() if name in own}
    return tables


def plan_of(loaded: Loaded, kind: Kind = FLOAT) -> Plan:
    """The plan of a checked deal, sculpted loans as they were fixed at closing.

    On paths, and where a loan is sculpted in another case than the base, the table comes from that
    case; else from the plan's own cash. Raises FaultsError: those of `closing_tables`.
    """
    cases = sculpting_cases(loaded)
    if not cases or (cases == [BASE] and not isinstance(kind, PathsKind)):
        return run_plan(loaded.deal, kind)
    return run_plan(loaded.deal, kind, closing_tables(loaded))


def sculpting_cases(loaded: Loaded) -> list[str]:
    """The cases that sculpted loans take their cash from, the base case first."""
    cases = {
        loan.repayment.case
        for loan in loaded.deal.facilities.values()
        if loan.repayment.profile == "sculpted"
    }
    return sorted(cases, key=lambda case: (case != BASE, case))
