"""The metrics of a plan, each a value or null with the reason. Never NaN, never a made-up number.

Beside the value stands an order: where a figure without value lies against figures with one (a
payback that never comes is later than any that does), which is what a solver needs.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

import numpy as np

from lessor.core.numeric import Value
from lessor.forecast.cashflow import DUE
from lessor.forecast.plan import Plan
from lessor.metrics.arrays import Floats
from lessor.metrics.cover import average, by_payment, dscr, highest, llcr, lowest, ltv
from lessor.metrics.irr import IrrStatus, irr, xirr
from lessor.metrics.multiples import moic
from lessor.metrics.payback import payback, payback_pace
from lessor.metrics.present_value import npv
from lessor.metrics.rates import annual_effective, annual_nominal, per_period

MONTHS_A_YEAR = 12
RESIDUE = 1e-12
"""Share of the largest purchase, draw or rent below which an amount is rounding residue."""
SIZES = ("capex_paid", "debt_drawn", "rent_received")
CAPACITY = ("gpus", "servers", "pflops_dense_bf16", "pflops_sparse_bf16")
NO_DEBT = "no debt is drawn"
NO_CONTRACT = "no lease has a contracted base rent"


class Figure(NamedTuple):
    """A metric: its value, or None with the reason in `note`; a note may also explain a value."""

    value: float | None
    note: str = ""
    order: float | None = None

    @property
    def rank(self) -> float | None:
        """Where the figure lies among others, a figure without value included; None: unknown."""
        return self.value if self.value is not None else self.order


def known(value: float, note: str = "") -> Figure:
    """A figure with a value."""
    return Figure(float(value), note)


def missing(reason: str, order: float | None = None) -> Figure:
    """A figure without value, and why."""
    return Figure(None, reason, order)


class Arrays:
    """The plan's totals as float64 arrays, each made once."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._made: dict[str, Floats] = {}

    def periods(self, name: str) -> Floats:
        """A stream or total by month."""
        if name not in self._made:
            self._made[name] = self._without_residue(as_floats(self.plan.cash.by_period(name)))
        return self._made[name]

    def to_payments(self, name: str) -> Floats:
        """A stream or total by month, as it is there for payments on loans."""
        key = f"{name} to payments"
        if key not in self._made:
            self._made[key] = self._without_residue(as_floats(self.plan.to_payments(name)))
        return self._made[key]

    def rests(self, name: str) -> Floats:
        """A stream or total by equal months after closing."""
        key = f"{name} by rest"
        if key not in self._made:
            self._made[key] = self._without_residue(as_floats(self.plan.cash.by_rest(name)))
        return self._made[key]

    def _without_residue(self, amounts: Floats) -> Floats:
        """Amounts with what only rounding leaves set to nothing.

        Loans that take all uses leave equity of a billionth of a cent; over it, every multiple and
        payback would be a made-up number.
        """
        return np.where(np.abs(amounts) <= RESIDUE * self._largest, 0.0, amounts)

    @cached_property
    def _largest(self) -> float:
        """The largest purchase, draw or rent of the plan."""
        streams = self.plan.cash.streams
        moved = (abs(float(amount)) for name in SIZES for _, amount in streams[name].entries)
        return max(moved, default=0.0)


def as_floats(values: list[Value]) -> Floats:
    """Values of any scalar kind as float64."""
    return np.array([float(value) for value in values], dtype=np.float64)


def figures_of(plan: Plan) -> dict[str, Figure]:
    """Every metric of the plan, by name, in the order of the table."""
    arrays = Arrays(plan)
    found: dict[str, Figure] = {}
    for part in (_sizes, _paybacks, _returns, _covers, _rents, _break_evens):
        found |= part(arrays)
    return found


def figure_of(plan: Plan, name: str) -> Figure:
    """One metric of the plan; only the group that it belongs to is computed."""
    part = next(part for part, names in GROUPS if name in names)
    return part(Arrays(plan))[name]


def _sizes(arrays: Arrays) -> dict[str, Figure]:
    plan = arrays.plan
    capacity = plan.capacity
    return {
        "cost_total": known(float(plan.cost_total)),
        "equity_invested": known(arrays.periods("equity_contributed").sum()),
        "debt_drawn": known(arrays.periods("debt_drawn").sum()),
        "rent_total": known(as_floats(plan.rent_earned).sum()),
        "revenue_total": known(as_floats(plan.revenue).sum()),
        "debt_service_year_1": known(arrays.periods("debt_service")[:MONTHS_A_YEAR].sum()),
        "cash_equity_year_1": known(arrays.periods("equity_distributed")[:MONTHS_A_YEAR].sum()),
        "backlog_signed": known(float(plan.backlog.signed)),
        "backlog_accepted": known(float(plan.backlog.accepted)),
        **{name: _counted(getattr(capacity, name), capacity.note) for name in CAPACITY},
    }


def _counted(units: Value | None, note: str) -> Figure:
    return missing("not known: no server model tells") if units is None else known(units, note)


def _payback(inflows: Floats, recurring: Floats, cost: float) -> Figure:
    """A payback, or why there is none; `recurring` is what comes in without the sale at the end."""
    years = float(payback(inflows, cost))
    if not math.isnan(years):
        return known(years)
    horizon = inflows.size / MONTHS_A_YEAR
    order, pace = _pace(inflows, cost), _pace(recurring, cost)
    if math.isinf(pace):
        return missing(f"never: no more comes in than goes out over {horizon:g} years", order)
    return missing(f"not within {horizon:g} years; {pace:.1f} years at that pace", order)


def _pace(inflows: Floats, cost: float) -> float:
    """Years to the cost at the pace of the time in which anything comes in; infinite for never."""
    earning = inflows[: int(np.flatnonzero(inflows)[-1]) + 1] if inflows.any() else inflows
    pace = float(payback_pace(earning, cost))
    return math.inf if math.isnan(pace) else pace


def _paybacks(arrays: Arrays) -> dict[str, Figure]:
    plan = arrays.plan
    nothing_bought = missing("nothing is bought")
    cost, distributed = float(plan.cost_total), arrays.periods("equity_distributed")
    sold = arrays.periods("sale_proceeds") - arrays.periods("debt_prepaid")
    invested = float(arrays.periods("equity_contributed").sum())
    return {
        "payback_years_total": _payback(
            arrays.periods("project_inflow"), arrays.periods("operating_cash"), cost
        )
        if cost > 0
        else nothing_bought,
        "payback_years_equity": _payback(distributed, distributed - sold, invested)
        if invested > 0
        else missing("the owners put in nothing"),
    }


def _irr(flows: Floats) -> tuple[Figure, Figure]:
    """The annual effective rate of monthly flows, and 12 x the monthly one."""
    if not flows.any():
        return missing("no cash moves"), missing("no cash moves")
    found = irr(flows, periods_per_year=MONTHS_A_YEAR)
    if IrrStatus(int(found.status)) is IrrStatus.NONE:
        none = _no_rate(flows)
        return none, none
    note = nominal_note = ""
    if IrrStatus(int(found.status)) is IrrStatus.SEVERAL:
        monthly = next(iter(found.roots.values()))
        note = _several(annual_effective(monthly).tolist())
        nominal_note = _several(annual_nominal(monthly).tolist())
    rate = float(found.rate)
    notes = [_begins_with_income(flows)]
    return (
        known(float(annual_effective(rate)), _joined([note, *notes])),
        known(float(annual_nominal(rate)), _joined([nominal_note, *notes])),
    )


def _joined(notes: list[str]) -> str:
    return "; ".join(note for note in notes if note)


def _begins_with_income(flows: Floats) -> str:
    """A rate on money received first is what that money costs, not what an investment returns."""
    if flows[np.flatnonzero(flows)[0]] < 0:
        return ""
    return "cash comes in before any goes out: the rate is a cost of money, not a return"


def _several(rates: list[float]) -> str:
    listed = ", ".join(f"{rate:.6%}" for rate in rates)
    return f"{len(rates)} rates fit ({listed}); the one nearest 10% a year is given"


def _no_rate(flows: Floats) -> Figure:
    if not (flows > 0).any():
        return missing("no rate: cash only goes out", -1.0)
    if not (flows < 0).any():
        return missing("no rate: cash only comes in", math.inf)
    # Without a root the worth has one sign at all rates, that of the sum: a loss at any rate.
    return missing("no rate makes the flows worth nothing", -1.0 if flows.sum() < 0 else None)


def _xirr(arrays: Arrays, name: str) -> Figure:
    dated = arrays.plan.cash.by_day(name)
    if not dated:
        return missing("no cash moves")
    flows = as_floats(list(dated.values()))
    if not flows.any():
        return missing("no cash moves")
    found = xirr(flows, [day.toordinal() for day in dated])
    if IrrStatus(int(found.status)) is IrrStatus.NONE:
        return _no_rate(flows)
    if IrrStatus(int(found.status)) is IrrStatus.SEVERAL:
        return known(float(found.rate), _several(list(next(iter(found.roots.values())))))
    return known(float(found.rate))


def _returns(arrays: Arrays) -> dict[str, Figure]:
    plan = arrays.plan
    project, project_nominal = _irr(arrays.rests("project_cash"))
    after_tax = project
    if not np.array_equal(arrays.rests("project_cash"), arrays.rests("project_cash_after_tax")):
        after_tax, _ = _irr(arrays.rests("project_cash_after_tax"))
    equity, equity_nominal = _irr(arrays.rests("equity_cash"))
    flows = arrays.rests("equity_cash")
    monthly = per_period(float(plan.deal.npv_rate))
    multiple = float(moic(np.maximum(-flows, 0.0), np.maximum(flows, 0.0)))
    return {
        "irr_project": project,
        "irr_project_after_tax": after_tax,
        "irr_equity": equity,
        "irr_project_nominal": project_nominal,
        "irr_equity_nominal": equity_nominal,
        "xirr_project": _xirr(arrays, "project_cash"),
        "xirr_equity": _xirr(arrays, "equity_cash"),
        "npv_equity": known(float(npv(monthly, flows))),
        "moic_equity": missing("the owners put in nothing")
        if math.isnan(multiple)
        else known(multiple),
    }


def _covers(arrays: Arrays) -> dict[str, Figure]:
    plan = arrays.plan
    paying = plan.payment_flags
    if not paying.any():
        names = ("dscr_min", "dscr_average", "llcr_min", "ltv_max")
        return {name: missing(NO_DEBT, _without_debt(name)) for name in names}
    cover = dscr(
        by_payment(arrays.to_payments("cfads"), paying),
        by_payment(arrays.to_payments(DUE), paying),
    )
    life = _life_cover(arrays)
    worth = as_floats(plan.collateral)
    # Before anything is delivered there is nothing to lend against yet: tested from then on.
    first = int(np.argmax(worth > 0)) if (worth > 0).any() else 0
    value = ltv(as_floats(plan.outstanding)[first:], worth[first:])
    return {
        "dscr_min": _cover(float(lowest(cover)), "no debt service falls due"),
        "dscr_average": _cover(float(average(cover)), "no debt service falls due"),
        "llcr_min": _cover(float(lowest(life)), NO_DEBT),
        "ltv_max": _ltv(float(highest(value.ratio)), bool(value.unsecured.any()), plan),
    }


def _life_cover(arrays: Arrays) -> Floats:
    """LLCR at closing and on each payment date; a sale that repays the loan early counts in it."""
    plan = arrays.plan
    paying = plan.payment_flags.copy()
    paying[-1] = paying[-1] or arrays.periods("debt_prepaid")[-1] > 0
    repaid = np.minimum(arrays.periods("sale_proceeds"), arrays.periods("debt_prepaid"))
    cash = by_payment(arrays.to_payments("cfads") + repaid, paying)
    starts = np.concatenate(([0], np.flatnonzero(paying)[:-1] + 1))
    opening = as_floats(plan.debt_opening)[starts]
    return llcr(cash, opening, as_floats(plan.period_rates(paying)))


def _without_debt(name: str) -> float:
    return 0.0 if name == "ltv_max" else math.inf


def _cover(value: float, reason: str) -> Figure:
    return missing(reason, math.inf) if math.isnan(value) else known(value)


def _ltv(value: float, unsecured: bool, plan: Plan) -> Figure:
    if unsecured:
        return missing("debt stands against hardware of no value", math.inf)
    return known(value, plan.collateral_basis) if not math.isnan(value) else missing(NO_DEBT, 0.0)


def _rents(arrays: Arrays) -> dict[str, Figure]:
    contract = arrays.plan.contract

    def per(units: Value, what: str) -> Figure:
        value, count = float(contract.value), float(units)
        if not contract.has_rent:
            return missing(NO_CONTRACT)
        return known(value / count) if count else missing(f"{what} of the contracts are not known")

    pflops = per(contract.pflops_years, "PFLOPS")
    return {
        "rent_per_gpu_hour": per(contract.gpu_hours, "GPU-hours"),
        "rent_per_server_month": per(contract.server_months, "server-months"),
        "rent_per_pflops_year": pflops._replace(note=pflops.note or contract.pflops_basis),
    }


def _break_evens(arrays: Arrays) -> dict[str, Figure]:
    plan = arrays.plan
    put_in = -arrays.rests("equity_cash").sum()
    residual = known(max(put_in + arrays.periods("sale_proceeds").sum(), 0.0))
    paying = plan.payment_flags
    if not paying.any():
        return {"break_even_rent_share": missing(NO_DEBT, 0.0), "break_even_residual": residual}
    rent = by_payment(
        arrays.to_payments("rent_received") + arrays.to_payments("prepayment_received"), paying
    )
    service = by_payment(arrays.to_payments(DUE), paying)
    follows = by_payment(as_floats(plan.costs_of_rent), paying)
    needed = service + rent - follows - by_payment(arrays.to_payments("cfads"), paying)
    rent = rent - follows
    due = service > 0
    if not due.any():
        share = missing("no debt service falls due", 0.0)
    elif (rent[due] <= 0).any():
        share = missing("debt service falls due in a payment period without rent", math.inf)
    else:
        note = "" if plan.tax_run is None else "income tax as planned"
        share = known(float((needed[due] / rent[due]).max()), note)
    return {"break_even_rent_share": share, "break_even_residual": residual}


Part = Callable[[Arrays], dict[str, Figure]]

GROUPS: tuple[tuple[Part, frozenset[str]], ...] = (
    (_paybacks, frozenset({"payback_years_total", "payback_years_equity"})),
    (_covers, frozenset({"dscr_min", "dscr_average", "llcr_min", "ltv_max"})),
    (
        _returns,
        frozenset(
            {
                "irr_project",
                "irr_project_after_tax",
                "irr_equity",
                "irr_project_nominal",
                "irr_equity_nominal",
                "xirr_project",
                "xirr_equity",
                "npv_equity",
                "moic_equity",
            }
        ),
    ),
    (
        _rents,
        frozenset({"rent_per_gpu_hour", "rent_per_server_month", "rent_per_pflops_year"}),
    ),
    (_break_evens, frozenset({"break_even_rent_share", "break_even_residual"})),
    (
        _sizes,
        frozenset(
            {
                "cost_total",
                "equity_invested",
                "debt_drawn",
                "rent_total",
                "revenue_total",
                "debt_service_year_1",
                "cash_equity_year_1",
                "backlog_signed",
                "backlog_accepted",
                "gpus",
                "servers",
                "pflops_dense_bf16",
                "pflops_sparse_bf16",
            }
        ),
    ),
)
"""Which metrics are computed together, so that a solver pays for one group only."""
