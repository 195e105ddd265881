"""Checks of named cases: that each names terms there are, and gives them values they may have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from lessor.core.issue import FaultsError, Issue, errors
from lessor.terms.deal import Deal
from lessor.terms.facilities import Sizing
from lessor.terms.faults import record_faults
from lessor.terms.findings import Finding, above_zero, known_name, said, without_effect
from lessor.terms.setting import with_set
from lessor.terms.source import Path, Source, dotted, parse_dotted

CheckDeal = Callable[[Deal, Source], tuple[Issue, ...]]
"""The checks across fields, which a case must pass as the deal does."""

_LIMITS = ("dscr", "downside_dscr", "ltv", "loan_to_cost", "term", "cap")


def check_case_names(deal: Deal) -> Iterator[Finding]:
    """Where cases are named, and what limits a loan's size.

    Issues: unknown-name, choice-of-one, not-positive; warning without-effect.
    """
    known = ("base", *deal.cases)
    if "stress_case" in deal.lender_case.model_fields_set:
        where: Path = ("lender_case", "stress_case")
        yield from known_name(deal.lender_case.stress_case, where, "case", known)
    for name, facility in deal.facilities.items():
        if facility.sizing is not None:
            yield from _sizing(facility.sizing, ("facilities", name, "sizing"), known)
    for name, changes in deal.cases.items():
        if not changes:
            yield without_effect(
                ("cases", name), "the case changes nothing", "set a term by its path, or remove it"
            )


def _sizing(sizing: Sizing, path: Path, cases: tuple[str, ...]) -> Iterator[Finding]:
    if not said(sizing, _LIMITS):
        yield Finding(
            "choice-of-one",
            path,
            "no limit of the loan's size is said",
            f"add one or more of {', '.join(f'`{name}:`' for name in _LIMITS)}",
        )
    for limit, case in (("dscr", "case"), ("downside_dscr", "downside_case")):
        if getattr(sizing, limit) is not None:
            yield from known_name(getattr(sizing, case), (*path, case), "case", cases)
        elif case in sizing.model_fields_set:
            yield without_effect((*path, case), f"it is the case of `{limit}`, which is not said")
    for limit in ("dscr", "downside_dscr", "ltv", "loan_to_cost"):
        yield from above_zero(getattr(sizing, limit), (*path, limit), "a limit")
    if sizing.term is not None and sizing.term.is_zero:
        yield Finding(
            "not-positive",
            (*path, "term"),
            "a term of no time makes no sense",
            "write its length, as 60 months",
        )


def check_cases(
    deal: Deal, source: Source, own: tuple[Issue, ...], check: CheckDeal
) -> tuple[Issue, ...]:
    """Every error that a named case has and the deal itself has not, placed at the case.

    `own`: the Issues of the deal itself. `check`: the checks across fields, which a case's deal
    must pass too. Issues: path-malformed, unknown-path, path-not-found, and all that
    `record_faults` and `check` find once the case's values are set.
    """
    known = {(issue.code, issue.place.field) for issue in own}
    found: list[Issue] = []
    for name in deal.cases:
        changed, faults = _changed(source, name)
        found += faults
        for issue in _faults(changed, check):
            if (issue.code, issue.place.field) not in known:
                found.append(_placed(issue, name, source))
    return tuple(found)


def _changed(source: Source, name: str) -> tuple[Source, list[Issue]]:
    """The source with a case's values set, and the faults of the paths that cannot be."""
    changed, found = source, []
    for text, value in _values(source, name).items():
        after, issues = _set(changed, text, value)
        changed = after or changed
        place = source.place(("cases", name, text))
        found += [replace(issue, place=place) for issue in issues]
    return changed, found


def _values(source: Source, name: str) -> Mapping[str, Any]:
    cases: Any = source.tree["cases"]
    values: Mapping[str, Any] = cases[name]
    return values


def _set(source: Source, text: str, value: Any) -> tuple[Source | None, tuple[Issue, ...]]:
    if text.strip().partition(".")[0] == "cases":
        message = "a case changes terms of the deal, and not cases"
        return None, (Issue("unknown-path", message, "name a term by its path"),)
    return with_set(source, text, value)


def _faults(changed: Source, check: CheckDeal) -> tuple[Issue, ...]:
    try:
        deal = Deal.model_validate(changed.tree)
    except ValidationError as error:
        return errors(record_faults(error, changed, Deal))
    return errors(check(deal, changed))


def _placed(issue: Issue, name: str, source: Source) -> Issue:
    """The Issue at the value of the case that brings it about, else at the case."""
    field = issue.place.field
    for text in _values(source, name):
        path = dotted(source.resolve(parse_dotted(text))) if _is_path(text) else text
        if field.startswith(path):
            named = "" if field == path else f"{field}: "
            place = source.place(("cases", name, text))
            return replace(issue, message=f"{named}{issue.message}", place=place)
    message = f"in this case, {field}: {issue.message}"
    return replace(issue, message=message, place=source.place(("cases", name)))


def _is_path(text: str) -> bool:
    try:
        parse_dotted(text)
    except FaultsError:
        return False
    return True
