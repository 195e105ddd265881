"""Named cases: the deal with the values of a case set on it, checked as the deal itself is."""

from __future__ import annotations

from dataclasses import replace

from lessor.core.issue import FaultsError, Issue, Place
from lessor.terms.deal import Deal
from lessor.terms.fields import listed, near_names
from lessor.terms.load import Loaded, build_deal
from lessor.terms.setting import with_set
from lessor.terms.source import Source

BASE = "base"
"""The case that needs no name: the deal as it is, unless the deal names another so."""


def case_deal(loaded: Loaded, name: str) -> Deal:
    """The deal of a case: every value of `cases.<name>` set at its path.

    Raises FaultsError: unknown-name for a case that the deal has not; faults of a path or a value,
    placed at the case.
    """
    return case_loaded(loaded, name).deal


def case_loaded(loaded: Loaded, name: str) -> Loaded:
    """The deal of a case with the source that says it; see `case_deal`."""
    changes = loaded.deal.cases.get(name)
    if changes is None:
        if name == BASE:
            return loaded
        raise FaultsError([_unknown(loaded, name)])
    source, faults = loaded.source, list[Issue]()
    for path, value in changes.items():
        place = loaded.source.place(("cases", name, path))
        changed, found = with_set(source, path, value, by=_setter(name))
        faults += [replace(issue, place=place) for issue in found]
        source = changed or source
    if faults:
        raise FaultsError(faults)
    built, issues = build_deal(source)
    if built is None:
        raise FaultsError([_placed(issue, loaded.source, name) for issue in issues])
    return built


def _setter(name: str) -> str:
    return f"case {name}"


def _placed(issue: Issue, source: Source, name: str) -> Issue:
    """An Issue with a value that the case set, at the case's line in the file."""
    if issue.place.file != _setter(name):
        return issue
    where = source.place(("cases", name))
    return replace(issue, place=Place(where.file, where.line, where.column, issue.place.field))


def _unknown(loaded: Loaded, name: str) -> Issue:
    known = (BASE, *loaded.deal.cases)
    near = near_names(name, known)
    return Issue(
        "unknown-name",
        f"there is no case named '{name}'",
        f"did you mean {listed(near)}?" if near else f"write the name of one: {listed(known)}",
        loaded.source.place(("cases",)),
    )
