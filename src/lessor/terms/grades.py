"""Credit grades of lessees, as the agencies write them: which are investment grade."""

from __future__ import annotations

from lessor.terms.scalars import choice_key

_STANDARD = {f"{letters}{sign}" for letters in ("aa", "a", "bbb") for sign in ("+", "", "-")} | {
    "aaa"
}
_MOODYS = {f"{letters}{step}" for letters in ("aa", "a", "baa") for step in "123"} | {"aaa"}
INVESTMENT_GRADE = frozenset(_STANDARD | _MOODYS | {"baa", "investment_grade", "ig"})
"""AAA to BBB-, Aaa to Baa3, or the words themselves, as they are compared."""


def is_investment_grade(grade: str | None) -> bool:
    """Whether a grade is of investment grade; one that is not said, or not known, is not.

    >>> [is_investment_grade(grade) for grade in ("A-", "Baa3", "Investment grade", "BB+", None)]
    [True, True, True, False, False]
    """
    if grade is None:
        return False
    text = "".join(grade.lower().split())
    return text in INVESTMENT_GRADE or choice_key(grade) in INVESTMENT_GRADE
