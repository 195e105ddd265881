"""The checks across fields of a deal: what no single field can tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from lessor.core.issue import Issue, Place
from lessor.terms.check_assets import check_assets
from lessor.terms.check_capacity import check_capacity
from lessor.terms.check_cases import check_case_names, check_cases
from lessor.terms.check_charges import check_charges, check_costs
from lessor.terms.check_draws import check_draws
from lessor.terms.check_facilities import check_facilities
from lessor.terms.check_leases import check_leases
from lessor.terms.check_money import check_money
from lessor.terms.check_plan import check_plan
from lessor.terms.check_rates import check_rates
from lessor.terms.check_reference import check_reference
from lessor.terms.check_repayment import check_repayment
from lessor.terms.deal import Deal
from lessor.terms.findings import Finding
from lessor.terms.source import Path, Source

Check = Callable[[Deal], Iterator[Finding]]

_CHECKS: tuple[Check, ...] = (
    check_plan,
    check_assets,
    check_leases,
    check_charges,
    check_capacity,
    check_costs,
    check_facilities,
    check_rates,
    check_repayment,
    check_draws,
    check_case_names,
    check_money,
    check_reference,
)


def check_deal(deal: Deal, source: Source, *, cases: bool = True) -> tuple[Issue, ...]:
    """Every Issue of a deal whose fields are each right by themselves, in the file's order.

    Each check names the Issues it gives; errors, warnings and notes come together. `cases`: those
    of its named cases too, which takes as long again for each.
    """
    own = _across_fields(deal, source)
    others = check_cases(deal, source, own, _across_fields) if cases else ()
    return tuple(sorted(dict.fromkeys((*own, *others)), key=_line))


def _across_fields(deal: Deal, source: Source) -> tuple[Issue, ...]:
    return tuple(
        Issue(found.code, found.message, found.remedy, _place(found.path, source), found.severity)
        for check in (*_CHECKS, *_checks_of_few(deal))
        for found in check(deal)
    )


def _checks_of_few(deal: Deal) -> Iterator[Check]:
    """Checks of blocks that few deals have: imported where one has them, to start faster."""
    if any(facility.rental is not None for facility in deal.facilities.values()):
        from lessor.terms.check_finance_leases import check_finance_leases

        yield check_finance_leases
    if any(facility.repayment.frequency_steps for facility in deal.facilities.values()):
        from lessor.terms.check_frequency import check_frequency

        yield check_frequency
    if deal.spvs:
        from lessor.terms.check_covenants import check_covenants
        from lessor.terms.check_spvs import check_spvs
        from lessor.terms.check_waterfall import check_waterfall

        yield from (check_spvs, check_waterfall, check_covenants)


def _place(path: Path, source: Source) -> Place:
    """Where a field stands: the single value that was written, where that says it all."""
    node: Any = source.tree
    for depth, step in enumerate(path):
        if isinstance(node, str):
            return source.place(path[:depth])
        if isinstance(node, dict):
            node = node.get(str(step))
        else:
            node = node[step] if isinstance(node, list) and isinstance(step, int) else None
    return source.place(path)


def _line(issue: Issue) -> tuple[int, int]:
    return issue.place.line or 0, issue.place.column or 0
