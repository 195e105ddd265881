"""What a command hands back: one JSON document, the Issues, and the result that tables are made of.

A command knows nothing of the terminal, so that whatever else asks (a web page, a test) gets the
same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Generic, ParamSpec, TypeVar

from lessor.core.issue import FaultsError, Issue, errors

Result = TypeVar("Result")
Arguments = ParamSpec("Arguments")

DONE, FAULTS_IN_INPUT = 0, 2


@dataclass(frozen=True)
class Outcome(Generic[Result]):
    """The end of a command.

    `document`: the JSON document, its keys public. `result`: what tables are made of; None where
    faults in the input leave none.
    """

    document: dict[str, object]
    issues: tuple[Issue, ...]
    result: Result | None

    @property
    def exit_code(self) -> int:
        """0 where there is a result and no error, 2 for faults in the input."""
        return FAULTS_IN_INPUT if self.result is None or errors(self.issues) else DONE


def refused(issues: Iterable[Issue]) -> Outcome[Result]:
    """The outcome where faults in the input leave no result: `{"issues": [...]}`."""
    found = tuple(issues)
    return Outcome({"issues": listed(found)}, found, None)


def command(run: Callable[Arguments, Outcome[Result]]) -> Callable[Arguments, Outcome[Result]]:
    """A command whose input may turn out unusable anywhere below: faults raised become Issues."""

    @wraps(run)
    def safely(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Outcome[Result]:
        try:
            return run(*args, **kwargs)
        except FaultsError as fault:
            return refused(fault.issues)

    return safely


def listed(issues: Iterable[Issue]) -> list[dict[str, object]]:
    """Issues as a document lists them."""
    return [issue.as_json() for issue in issues]
