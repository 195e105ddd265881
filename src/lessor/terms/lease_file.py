"""A finance lease in a file of its own, and how `lessor quote` finds the lease it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import Literal

from lessor.core.issue import Issue, Place, errors
from lessor.terms.check_draws import check_draws
from lessor.terms.check_facilities import check_facilities
from lessor.terms.check_finance_leases import FINANCE_LEASES, check_finance_leases
from lessor.terms.check_frequency import check_frequency
from lessor.terms.check_money import check_money
from lessor.terms.check_plan import check_plan
from lessor.terms.check_rates import check_rates
from lessor.terms.check_repayment import check_repayment
from lessor.terms.deal import Deal
from lessor.terms.facilities import Facility
from lessor.terms.fields import listed, near_names
from lessor.terms.findings import Finding
from lessor.terms.interest import MarketRate
from lessor.terms.load import build_deal, build_record
from lessor.terms.record import Record, field
from lessor.terms.scalars import Currency, Day
from lessor.terms.setting import with_sets
from lessor.terms.source import Path, Source, load_source

ALONE = "lease"
"""The name under which the lease of a lease file stands as a facility."""

_CHECKS: tuple[Callable[[Deal], Iterator[Finding]], ...] = (
    check_plan,
    check_facilities,
    check_rates,
    check_repayment,
    check_frequency,
    check_draws,
    check_finance_leases,
    check_money,
)
# A quote has no assets to set the lease against, and no plan that it must fit into.
_OF_A_WHOLE_DEAL = frozenset(["debt-above-cost", "horizon-zero"])


class LeaseFile(Record):
    """A lease file, `format: lessor-lease/1`: one finance lease as it was offered."""

    format: Literal["lessor-lease/1"] = field("the language and its version")
    story: str | None = field("a few lines about it", default=None)
    currency: Currency = field("the currency of its amounts")
    closing_date: Day = field("the day of the drawdown, from which lengths of time count")
    lease: Facility = field("the finance lease, as a facility of a deal says it")
    rates: dict[str, MarketRate] = field("market rates, by name", default={})

    def as_deal(self) -> Deal:
        """The deal that has this lease and nothing else."""
        return Deal(
            format="lessor/1",
            deal=self.story or ALONE,
            currency=self.currency,
            closing_date=self.closing_date,
            facilities={ALONE: self.lease},
            rates=self.rates,
        )


@dataclass(frozen=True)
class QuotedLease:
    """A lease to quote: the deal that it stands in, its name there, and its path in the file."""

    deal: Deal
    name: str
    source: Source
    path: Path
    issues: tuple[Issue, ...]

    @property
    def facility(self) -> Facility:
        """The lease itself."""
        return self.deal.facilities[self.name]

    def issue(self, code: str, part: Path, message: str, remedy: str) -> Issue:
        """An error placed at a field of the lease."""
        return Issue(code, message, remedy, self.source.place((*self.path, *part)))


Asked = tuple[QuotedLease | None, tuple[Issue, ...]]


def load_quoted(
    path: str | PathLike[str], name: str | None = None, sets: Sequence[str] = ()
) -> Asked:
    """The lease of a lease file, or the facility `name` of a deal file, with each set laid over it.

    Without a name: the only finance lease of the deal. None where an error stands among the
    Issues: those of reading and of the checks, unknown-name, lease-unsaid.
    """
    source, issues = load_source(path)
    if source is None:
        return None, issues
    is_alone = str(source.tree.get("format", "")).startswith("lessor-lease/")
    source, faults = with_sets(source, sets, LeaseFile if is_alone else Deal)
    found, more = _alone(source, name) if is_alone else _of_deal(source, name)
    issues = (*issues, *faults, *more)
    if found is None or errors(issues):
        return None, issues
    return QuotedLease(found.deal, found.name, found.source, found.path, issues), issues


def _alone(source: Source, name: str | None) -> Asked:
    said, issues = build_record(LeaseFile, source)
    if said is None:
        return None, issues
    deal = said.as_deal()
    found = [each for check in _CHECKS for each in check(deal)]
    issues = tuple(
        Issue(each.code, each.message, each.remedy, _place(source, each.path), each.severity)
        for each in dict.fromkeys(found)
        if each.code not in _OF_A_WHOLE_DEAL
    )
    lease = QuotedLease(deal, ALONE, source, (ALONE,), issues)
    if said.lease.principal.amount is None:
        remedy = "write the amount, as `principal: 29_000_000`"
        share = lease.issue(
            "lease-unsaid", ("principal",), "a lease file has nothing to take a share of", remedy
        )
        issues = (*issues, share)
    if name not in (None, ALONE):
        issues = (*issues, _unknown(source, str(name), [ALONE], (ALONE,)))
    return lease, issues


def _place(source: Source, path: Path) -> Place:
    """Where a finding about the facility stands in the lease file."""
    return source.place(path[1:] if path[:1] == ("facilities",) else path)


def _of_deal(source: Source, name: str | None) -> Asked:
    loaded, issues = build_deal(source)
    if loaded is None:
        return None, issues
    facilities = loaded.deal.facilities
    leases = [each for each, facility in facilities.items() if facility.kind in FINANCE_LEASES]
    if name is not None and name not in facilities:
        return None, (*issues, _unknown(source, name, [*facilities], ("facilities",)))
    if name is None and len(leases) != 1:
        return None, (*issues, _unsaid(source, leases, list(facilities)))
    chosen = name or leases[0]
    path: Path = ("facilities", chosen)
    return QuotedLease(loaded.deal, chosen, loaded.source, path, issues), issues


def _unknown(source: Source, name: str, names: Sequence[str], path: Path) -> Issue:
    near = near_names(name, tuple(names))
    remedy = f"did you mean {listed(near)}?" if near else f"name one of {listed(list(names))}"
    return Issue(
        "unknown-name",
        f"there is no facility named '{name}'",
        remedy if names else "name a deal file with `facilities:`, or a lease file",
        source.place(path),
    )


def _unsaid(source: Source, leases: Sequence[str], facilities: Sequence[str]) -> Issue:
    if leases:
        message = f"the deal has several finance leases: {listed(list(leases), joint='and')}"
        remedy = f"name one of them after the file, as `{leases[0]}`"
    else:
        message = "the deal has no finance lease"
        remedy = "name a lease file"
        if facilities:
            remedy = f"name a loan after the file to have it quoted alike, as `{facilities[0]}`"
    return Issue("lease-unsaid", message, remedy, source.place(("facilities",)))
