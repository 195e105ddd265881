"""Explains a figure: the tree of terms and inputs behind it, down to the lines of the deal file.

The plan is run once more on values that carry their tree; nothing here repeats a formula. A metric
is shown by its own definition over the series that it is made of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, pairwise

import numpy as np

from lessor.core.issue import Issue, Place
from lessor.core.numeric import Value
from lessor.core.trace import Traced, TraceKind
from lessor.forecast.cashflow import DUE, STREAMS, TOTALS
from lessor.forecast.closing_tables import plan_of
from lessor.forecast.figures import as_floats, figures_of
from lessor.forecast.metric_table import METRIC
from lessor.forecast.plan import Plan
from lessor.metrics.cover import ltv
from lessor.terms.fields import near_names
from lessor.terms.load import Loaded
from lessor.terms.source import Path, Source, parse_dotted

DEPTH = 6
"""Figures inside figures that are opened; deeper ones are named, to be explained on their own."""

NESTING = 12
"""Operations inside operations that are written into one formula; deeper ones get a line of own."""

TERMS_MAX = 8
"""Terms of a sum that are written out; of a longer one the first and the last stand for all."""

NODES_MAX = 4000
"""Lines of one explanation; figures beyond that are named, to be explained on their own."""

LOOSE, TIGHT = 1, 2
_BINDING = {"+": LOOSE, "-": LOOSE, "x": TIGHT, "/": TIGHT}


@dataclass(frozen=True)
class ExplainNode:
    """A figure: its value, how it came about in words, where it stands, and what it is made of."""

    name: str
    value: float | None
    formula: str = ""
    place: Place | None = None
    note: str = ""
    children: tuple[ExplainNode, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The node and all below it as JSON."""
        place = None
        if self.place is not None:
            place = {"file": self.place.file, "line": self.place.line, "field": self.place.field}
        return {
            "name": self.name,
            "value": self.value,
            "formula": self.formula,
            "place": place,
            "note": self.note,
            "children": [child.as_json() for child in self.children],
        }


@dataclass
class _Run:
    """A plan on traced values, and the series of it by name."""

    loaded: Loaded
    plan: Plan
    series: dict[str, list[Value]] = field(default_factory=dict)
    lines: int = 0


def _traced_run(loaded: Loaded) -> _Run:
    source = loaded.source

    def says(field: str) -> bool:
        return bool(field) and is_written(source, parse_dotted(field))

    plan = plan_of(loaded, TraceKind(says))
    run = _Run(loaded, plan)
    for name in (*STREAMS, *TOTALS):
        run.series[name] = plan.cash.by_period(name)
    run.series |= {
        "rent_earned": plan.rent_earned,
        "revenue": plan.revenue,
        "operating_costs": plan.operating_costs,
        "costs_of_rent": plan.costs_of_rent,
        "depreciation": plan.depreciation,
        "interest_accrued": plan.interest,
        "debt_outstanding": plan.outstanding[1:],
        "collateral_value": plan.collateral[1:],
    }
    for facility in plan.facilities:
        for part in type(facility.flows[0])._fields:
            run.series[f"facilities.{facility.name}.{part}"] = [
                getattr(flow, part) for flow in facility.flows
            ]
    for lease in plan.leases:
        run.series[f"leases.{lease.name}.rent_earned"] = lease.rent_earned
        run.series[f"leases.{lease.name}.revenue"] = lease.revenue
        for tenancy, terms, item in lease.rated:
            for charge, line in zip(terms.charges, item.flows.lines, strict=True):
                name = f"leases.{tenancy.name}.{charge.name}"
                months = run.series.setdefault(name, [0] * plan.grid.months)
                months[item.span.period] = months[item.span.period] + line.net
    return run


def explainable(loaded: Loaded) -> tuple[str, ...]:
    """Every figure that can be explained: metrics, and series by month."""
    return (*METRIC, *_traced_run(loaded).series)


def explain(
    loaded: Loaded, figure: str, period: str | None
) -> tuple[ExplainNode | None, tuple[Issue, ...]]:
    """The tree behind a metric, or behind a series: its sum, or its value in one month.

    `period` is a month of the plan as 2026-05; a metric takes none.
    """
    run = _traced_run(loaded)
    labels = run.plan.grid.labels
    if period is not None and period not in labels:
        return None, (
            Issue(
                "unknown-period",
                f"the plan has no month '{period}'",
                f"write a month from {labels[0]} to {labels[-1]}",
                Place(file="--period", field=period),
            ),
        )
    if figure in METRIC and (period is None or figure not in run.series):
        return _metric(run, figure, period), ()
    if figure in run.series:
        months = None if period is None else range(at := labels.index(period), at + 1)
        return _series(run, figure, months), ()
    names = [*METRIC, *run.series]
    near = near_names(figure, tuple(names), 3)
    hint = f"did you mean {', '.join(near)}?" if near else "see docs/metrics.md for the figures"
    place = Place(field=figure)
    return None, (Issue("unknown-figure", f"there is no figure '{figure}'", hint, place),)


def _metric(run: _Run, name: str, period: str | None) -> ExplainNode:
    figure = figures_of(run.plan)[name]
    metric = METRIC[name]
    if name == "ltv_max" and period is None:
        children = _at_highest_ltv(run)
    else:
        months = _deciding_months(run, name)
        if period is not None:
            months = range(at := run.plan.grid.labels.index(period), at + 1)
        inputs = [series for series in run.series if _mentions(metric.formula, series)]
        children = [_series(run, series, months) for series in inputs]
    children += _scalars(run, metric.formula)
    return ExplainNode(name, figure.value, metric.formula, None, figure.note, tuple(children))


def _mentions(formula: str, name: str) -> bool:
    words = "".join(c if c.isalnum() or c == "_" else " " for c in formula).split()
    return name in words


def _deciding_months(run: _Run, name: str) -> range | None:
    """The payment period that a lowest cover is taken from; None where all months count."""
    if name not in {"dscr_min", "break_even_rent_share"}:
        return None
    ends = np.flatnonzero(run.plan.payment_flags).tolist()
    service, cash = (as_floats(run.plan.to_payments(name)) for name in (DUE, "cfads"))
    periods = [range(start + 1, end + 1) for start, end in pairwise([-1, *ends])]
    due = [months for months in periods if service[months].sum() > 0]
    if name == "dscr_min":
        return min(due, key=lambda m: float(cash[m].sum() / service[m].sum()), default=None)
    rent = as_floats(run.series["rent_received"]) + as_floats(run.series["prepayment_received"])
    base = rent - as_floats(run.series["costs_of_rent"])
    paid = [months for months in due if base[months].sum() > 0]

    def share(months: range) -> float:
        return float((service[months] + base[months] - cash[months]).sum() / base[months].sum())

    return max(paid, key=share, default=None)


def _at_highest_ltv(run: _Run) -> list[ExplainNode]:
    """Debt and value on the date at which their ratio is highest, closing included."""
    plan = run.plan
    ratios = ltv(as_floats(plan.outstanding), as_floats(plan.collateral)).ratio
    if np.isnan(ratios).all():
        return []
    at = int(np.nanargmax(ratios))
    when = "at closing" if at == 0 else f"at the end of {plan.grid.labels[at - 1]}"
    return [
        _tree(plan.outstanding[at], run, f"debt_outstanding {when}"),
        _tree(plan.collateral[at], run, f"collateral_value {when}"),
    ]


def _scalars(run: _Run, formula: str) -> list[ExplainNode]:
    """The single figures that a metric's formula names beside its series."""
    plan, source = run.plan, run.loaded.source
    known: dict[str, Value] = {
        "cost_total": plan.cost_total,
        "contract_value": plan.contract.value,
        "contract_gpu_hours": plan.contract.gpu_hours,
        "contract_server_months": plan.contract.server_months,
        "contract_pflops_years": plan.contract.pflops_years,
    }
    found = [_tree(value, run, name) for name, value in known.items() if _mentions(formula, name)]
    if _mentions(formula, "cost"):
        found += [_tree(asset.cost, run, f"assets.{asset.name}.cost") for asset in plan.assets]
    if _mentions(formula, "npv_rate"):
        rate = float(run.loaded.deal.npv_rate)
        found.append(ExplainNode("npv_rate", rate, "", source.place(("npv_rate",))))
    return found


def _series(run: _Run, name: str, months: range | None) -> ExplainNode:
    """A series over some of its months (all, unless said): their sum, or the one month opened."""
    values, labels = run.series[name], run.plan.grid.labels
    if months is not None and len(months) == 1:
        return _tree(values[months[0]], run, f"{name} {labels[months[0]]}")
    chosen = range(len(values)) if months is None else months
    nodes = tuple(_runs(run, name, chosen))
    if name in {"debt_outstanding", "collateral_value"}:
        note = f"by month, {labels[chosen[0]]} to {labels[chosen[-1]]}"
        return ExplainNode(name, float(values[chosen[-1]]), note, children=nodes)
    total = sum(float(values[month]) for month in chosen)
    when = "" if months is None else f" {labels[chosen[0]]} to {labels[chosen[-1]]}"
    return ExplainNode(name + when, total, f"sum of {len(chosen)} months", children=nodes)


def _runs(run: _Run, name: str, months: range) -> Iterator[ExplainNode]:
    """Months of equal amount together; the first of each stretch stands for all of it."""
    values, labels = run.series[name], run.plan.grid.labels
    opened = False
    for _, stretch in groupby(months, key=_stretches(values)):
        found = list(stretch)
        first, title = found[0], f"{name} {labels[found[0]]}"
        if len(found) > 1:
            title += f" to {labels[found[-1]]} each"
        if not opened and float(values[first]) != 0:
            opened = True
            yield _tree(values[first], run, title)
        else:
            yield ExplainNode(title, float(values[first]))


def _stretches(values: list[Value]) -> Callable[[int], int]:
    """The first month of the stretch of equal amounts that a month lies in."""
    starts: list[int] = []
    for month, value in enumerate(values):
        same = month > 0 and _alike(float(value), float(values[starts[-1]]))
        starts.append(starts[-1] if same else month)
    return starts.__getitem__


def _alike(a: float, b: float) -> bool:
    return abs(a - b) <= 1e-9 * max(abs(a), abs(b), 1e-9)


def _tree(value: Value, run: _Run, title: str, depth: int = 0) -> ExplainNode:
    if not isinstance(value, Traced):
        return ExplainNode(title, float(value))
    if value.op == "term":
        return _term(value, run.loaded.source)
    if value.op in {"given", "constant"}:
        return ExplainNode(title, float(value), value.field or "")
    leaves: dict[str, Traced] = {}
    formula = _formula(value, run.plan, leaves)
    run.lines += 1
    if depth >= DEPTH or run.lines > NODES_MAX:
        return ExplainNode(title, float(value), formula, note="explain it on its own for more")
    children = tuple(
        _tree(leaf, run, found, depth + 1)
        if _same_month(leaf, value)
        else ExplainNode(found, float(leaf), note="explain it with --period of its month")
        for found, leaf in leaves.items()
    )
    return ExplainNode(title, float(value), formula, children=children)


def _same_month(leaf: Traced, figure: Traced) -> bool:
    """Whether a figure is of the month at hand: those of other months are named, not opened."""
    return leaf.period is None or figure.period is None or leaf.period == figure.period


def is_written(source: Source, path: Path) -> bool:
    """Whether the file says the term at a path, itself or by a shorthand that stands for it."""
    if path in source.marks or path in source.set_by:
        return True
    at: object = source.tree
    for step in path:
        if isinstance(at, str):
            # A scalar on the way stands for the block that it is short for.
            return True
        if not isinstance(at, dict | list) or (isinstance(at, dict) and step not in at):
            return False
        if isinstance(at, list) and int(step) >= len(at):
            # A step of a waterfall that pays a finance lease stands for one of each of its loans.
            return False
        at = at[step] if isinstance(at, dict) else at[int(step)]
    return isinstance(at, str)


def _term(value: Traced, source: Source) -> ExplainNode:
    path = parse_dotted(value.field) if value.field else ()
    place = source.place(path)
    note = "" if is_written(source, path) else "not written in the file: default or reference value"
    return ExplainNode(value.field, float(value), "", place, note)


def _title(value: Traced, plan: Plan) -> str:
    if value.name:
        month = "" if value.period is None else f" {plan.grid.labels[value.period]}"
        return value.name + month
    return value.field or value.op


def _formula(value: Traced, plan: Plan, leaves: dict[str, Traced], nesting: int = 0) -> str:
    """The operations up to the next named figure or leaf, written out; leaves are collected."""
    if value.op == "constant" and nesting > 0 and not value.name:
        return f"{float(value):g}"
    if nesting > 0 and (value.name or value.op in {"term", "given"} or nesting > NESTING):
        title = _title(value, plan)
        if not value.name and value.op not in {"term", "given"}:
            title = f"step {len(leaves) + 1} ({value.op})"
        leaves[title] = value
        return title
    if value.op == "same":
        return _formula(value.args[0], plan, leaves, nesting + 1)
    if value.op == "+" and len(terms := _terms(value)) > TERMS_MAX:
        first, last = (_formula(term, plan, leaves, nesting + 1) for term in (terms[0], terms[-1]))
        return f"{first} + ... + {last} ({len(terms)} terms)"
    parts = [_formula(arg, plan, leaves, nesting + 1) for arg in value.args]
    if value.op in _BINDING:
        return f" {value.op} ".join(
            f"({part})" if _looser(arg, value.op, right=index == 1) else part
            for index, (arg, part) in enumerate(zip(value.args, parts, strict=True))
        )
    if value.op == "where":
        return parts[1]
    if value.op == "^":
        return f"({parts[0]}) ^ ({parts[1]})"
    return f"{value.op}({', '.join(parts)})"


def _terms(value: Traced) -> list[Traced]:
    """The terms of a sum written one after the other, up to the next named figure."""
    terms: list[Traced] = []
    left = value
    while left.op == "+" and (left is value or not left.name):
        terms.append(left.args[1])
        left = left.args[0]
    return [left, *reversed(terms)]


def _looser(arg: Traced, op: str, *, right: bool) -> bool:
    if arg.name or arg.op not in _BINDING:
        return False
    if _BINDING[arg.op] < _BINDING[op]:
        return True
    return right and op in {"-", "/"}
