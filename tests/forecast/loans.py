"""Loans as a deal file writes them, prepared and run over a plan of their own."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from lessor.core.numeric import FLOAT, Kind, Value
from lessor.engine.debt.facility import FacilityFlows
from lessor.forecast.funding import FacilityRun, PreparedFacility, prepare_facility, run_facility
from lessor.forecast.horizon import plan_grid
from lessor.terms.deal import Deal

BUSINESS = {"calendar": "sofr", "convention": "modified_following"}


def loan_deal(
    profile: str = "level", *, closing: str = "2026-01-15", until: str = "60 months", **said: Any
) -> Deal:
    """A deal with the loan `senior` of 10m at 10.5%, actual/360, monthly, unless said otherwise."""
    rate = {"value": "10.5%", "basis": "actual/360", "compounding": "monthly"}
    loan = {
        "kind": "term_loan",
        "principal": "10_000_000",
        "rate": rate | said.pop("rate", {}),
        "repayment": {"profile": profile, "until": until} | said.pop("repayment", {}),
        "draw": "at_closing",
    }
    tree = {
        "format": "lessor/1",
        "deal": "a loan",
        "currency": "USD",
        "closing_date": closing,
        "facilities": {"senior": loan | {k: v for k, v in said.items() if k not in ("rates",)}},
        "rates": said.get("rates", {}),
    }
    if "index" in tree["facilities"]["senior"]["rate"]:
        tree["facilities"]["senior"]["rate"].pop("value")
    return Deal.model_validate(tree)


def prepared(
    deal: Deal, kind: Kind = FLOAT, *, draws: Mapping[str, str] | None = None
) -> PreparedFacility:
    """The loan `senior`, drawn whole at closing unless draws are given by day."""
    grid = plan_grid(deal)
    whole = deal.facilities["senior"].principal.amount
    assert whole is not None
    amounts = {day: Decimal(amount) for day, amount in (draws or {}).items()}
    amounts = amounts or {deal.closing_date.isoformat(): whole.amount}
    given = [
        (grid.moment(date.fromisoformat(day), opening=True), kind.number(amount))
        for day, amount in amounts.items()
    ]
    commitment = kind.number(whole.amount)
    return prepare_facility(
        deal, "senior", grid=grid, kind=kind, draws=given, commitment=commitment
    )


def ran(deal: Deal, kind: Kind = FLOAT, *, draws: Mapping[str, str] | None = None) -> FacilityRun:
    """The loan `senior` run to its end, all that is due being paid."""
    return run_facility(prepared(deal, kind, draws=draws))


def payments(run: FacilityRun) -> list[FacilityFlows]:
    """The flows of the segments that end with a payment."""
    return [run.segment_flows[index] for index in run.prepared.payments]


def payment_days(run: FacilityRun) -> list[date]:
    """The days of payment."""
    return [run.prepared.segments[index].payment_day for index in run.prepared.payments]


def service(flow: FacilityFlows) -> Value:
    """Interest and principal."""
    return flow.interest_paid + flow.principal_paid
