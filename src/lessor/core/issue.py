"""Faults in the input as values: what is wrong, where, and what to do about it.

A check returns every Issue at once; only `require_*` functions raise, as one FaultsError that
holds them all. Messages are public: their wording is kept by golden files in `tests/issues/`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from lessor.core.issue_codes import ISSUE_CODES


class Severity(StrEnum):
    """How bad an Issue is: an error stops the run, a warning and a note travel with its result."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


_RANK = {Severity.NOTE: 0, Severity.WARNING: 1, Severity.ERROR: 2}


@dataclass(frozen=True, slots=True)
class Place:
    """Where an Issue stands: file, line and column (both counted from 1), and dotted field.

    A part that is not known is empty: `Place(field="assets.servers.quantity")` is a place too.
    """

    file: str = ""
    line: int | None = None
    column: int | None = None
    field: str = ""

    def render(self) -> str:
        """The place as a person and an editor read it: `deal.yaml:12`, `deal.yaml` or nothing."""
        if self.line is None:
            return self.file
        return f"{self.file or 'line'}:{self.line}"


@dataclass(frozen=True, slots=True)
class Issue:
    """One fault in the input: a code from ISSUE_CODES, what is wrong, and how to write it right.

    Raises AssertionError for a code that is not in the table: that is our mistake, not the user's.
    """

    code: str
    message: str
    remedy: str
    place: Place = Place()
    severity: Severity = Severity.ERROR

    def __post_init__(self) -> None:
        # Raised by hand, so that `python -O` cannot switch it off.
        if self.code not in ISSUE_CODES:
            raise AssertionError(f"Issue code {self.code!r} is not in ISSUE_CODES")

    def render(self) -> str:
        """The Issue for a terminal: one line that says what is wrong, one that says what to do.

        >>> place = Place("deal.yaml", 12, 5, "leases.anchor.term")
        >>> print(Issue("duplicate-key", "written twice", "keep one of them", place).render())
        deal.yaml:12: error[duplicate-key] leases.anchor.term: written twice
          do: keep one of them
        """
        where = self.place.render()
        head = f"{where}: " if where else ""
        field = f"{self.place.field}: " if self.place.field else ""
        text = f"{head}{self.severity.value}[{self.code}] {field}{self.message}"
        return f"{_visible(text)}\n  do: {_visible(self.remedy)}"

    def as_json(self) -> dict[str, object]:
        """The Issue as one flat JSON object; a line or column that is not known is null."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
            "remedy": self.remedy,
            "file": self.place.file,
            "line": self.place.line,
            "column": self.place.column,
            "field": self.place.field,
        }


class FaultsError(Exception):
    """Input that cannot be used: holds every Issue found, so that all are shown at once."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        self.issues: tuple[Issue, ...] = tuple(issues)
        super().__init__(self.issues)

    def __str__(self) -> str:
        return "\n".join(issue.render() for issue in self.issues)


def errors(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """The Issues that stop a run, in the order given."""
    return tuple(issue for issue in issues if issue.severity is Severity.ERROR)


def worst(issues: Iterable[Issue]) -> Severity | None:
    """The gravest severity among the Issues; None where there are none.

    >>> worst([Issue("empty-file", "empty", "write a deal", severity=Severity.NOTE)]).value
    'note'
    """
    return max((issue.severity for issue in issues), key=_RANK.__getitem__, default=None)


def _visible(text: str) -> str:
    """The text with each unprintable character escaped.

    A message quotes what the user wrote, and a terminal obeys the escape codes that it is shown.
    Line breaks of our own stay.
    """
    if text.replace("\n", "").isprintable():
        return text
    return "".join(
        c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode("ascii")
        for c in text
    )
