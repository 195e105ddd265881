"""How a number, a fraction, a duration and a date are written in a deal file.

Every scalar arrives as the text the user wrote, so that amounts become exact Decimals. A text that
is no such thing raises a `PydanticCustomError` whose type is the Issue code.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from lessor.core.dates import add_days, add_months

LARGEST = Decimal("1e18")
LONGEST_MONTHS, LONGEST_DAYS = 1200, 36525
FIRST_YEAR, LAST_YEAR = 1970, 2200
_DURATION = re.compile(r"^(-?\d+)\s*(day|month|quarter|year)s?$")
_COMMAS = re.compile(r"^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$")
_COUNTED_DAYS = re.compile(r"^(\d+)\s*days?$")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


class Duration(NamedTuple):
    """A length of time in whole months or in days (never both)."""

    months: int
    days: int

    def __str__(self) -> str:
        return f"{self.days} days" if self.days else f"{self.months} months"

    @property
    def is_zero(self) -> bool:
        """Whether it is no time at all."""
        return self == (0, 0)

    def after(self, day: date) -> date:
        """The day that comes this length of time after `day`.

        >>> Duration(months=1, days=0).after(date(2026, 1, 31))
        datetime.date(2026, 2, 28)
        """
        return add_days(day, self.days) if self.days else add_months(day, self.months)


def decimal_of(text: str) -> Decimal:
    """The exact number that `text` writes; raises `not-finite`, `wrong-unit`, `too-large`."""
    digits = text.strip().replace("_", "")
    if "," in digits and _COMMAS.match(digits):
        digits = digits.replace(",", "")
    try:
        number = Decimal(digits)
    except InvalidOperation:
        bare = text.strip().lower().lstrip("+-.")
        if bare in {"inf", "infinity", "nan"}:
            number = Decimal("NaN")
        else:
            raise PydanticCustomError(
                "wrong-unit",
                "'{text}' is no number",
                {"text": text, "want": "a number, as 1_500_000"},
            ) from None
    if not number.is_finite():
        raise PydanticCustomError("not-finite", "'{text}' is not a finite number", {"text": text})
    if abs(number) > LARGEST:
        raise PydanticCustomError("too-large", "'{text}' is beyond 1e18", {"text": text})
    return number


def parse_number(value: Any) -> Any:
    """A plain number: `1450000000`, `1_450_000_000`, `1,450,000,000`, `1.45e9`."""
    if isinstance(value, str):
        return decimal_of(value)
    return Decimal(value) if isinstance(value, int) else value


def parse_fraction(value: Any) -> Any:
    """A fraction, `4%` or `0.04`; a bare number above 1 is refused as a percent badly written."""
    if not isinstance(value, str):
        return Decimal(value) if isinstance(value, int) else value
    text = value.strip()
    if text.endswith("%"):
        return decimal_of(text[:-1]) / 100
    number = decimal_of(text)
    if abs(number) > 1:
        raise PydanticCustomError(
            "percent-as-number", "'{text}' is not a fraction", {"text": text, "want": f"{text}%"}
        )
    return number


def parse_ratio(value: Any) -> Any:
    """A level that is a multiple or a share: `1.15`, `65%`."""
    if isinstance(value, str) and value.strip().endswith("%"):
        return decimal_of(value.strip()[:-1]) / 100
    return parse_number(value)


def parse_duration(value: Any) -> Any:
    """A length of time: `60 months`, `5 years`, `2 quarters`, `30 days`; a bare 0 is no time."""
    if not isinstance(value, str | int):
        return value
    text = str(value).strip().lower()
    if text == "0":
        return Duration(0, 0)
    found = _DURATION.match(text)
    if found is None:
        raise PydanticCustomError(
            "wrong-unit",
            "'{text}' is no length of time",
            {"text": text, "want": "a whole number with its unit, as 60 months or 30 days"},
        )
    count, unit = int(found[1]), found[2]
    if count < 0:
        raise PydanticCustomError("negative-quantity", "'{text}' is negative", {"text": text})
    length = Duration(0, count) if unit == "day" else Duration(count * _MONTHS[unit], 0)
    if length.months > LONGEST_MONTHS or length.days > LONGEST_DAYS:
        raise PydanticCustomError("too-large", "'{text}' is beyond 100 years", {"text": text})
    return length


def is_duration(text: str) -> bool:
    """Whether a text is a length of time."""
    return _DURATION.match(text.strip().lower()) is not None


def parse_date(value: Any) -> Any:
    """A day, `2026-05-01`."""
    if not isinstance(value, str):
        return value
    return _day_of(value, "a day as year-month-day, 2026-05-01")


def _day_of(text: str, want: str) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise PydanticCustomError(
            "wrong-unit", "'{text}' is no date", {"text": text, "want": want}
        ) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise PydanticCustomError(
            "out-of-bounds",
            "'{text}' is not a day of this age",
            {"text": text, "want": f"a day from {FIRST_YEAR} to {LAST_YEAR}"},
        )
    return day


def parse_maturity(value: Any) -> Any:
    """The end of a loan: `lease_end`, a day, or a length of time from closing."""
    if not isinstance(value, str):
        return value
    if choice_key(value) == "lease_end":
        return "lease_end"
    return _day_or_time(value, "lease_end, a day as 2031-05-01, or a time as 60 months")


def parse_day_or_time(value: Any) -> Any:
    """A day, or a length of time from closing."""
    if not isinstance(value, str):
        return value
    return _day_or_time(value, "a day as 2031-05-01, or a time from closing as 60 months")


def _day_or_time(text: str, want: str) -> date | Any:
    text = text.strip()
    if text.lower().endswith(("s", "day", "month", "quarter", "year")) or text.isdigit():
        return parse_duration(text)
    return _day_of(text, want)


def parse_claim_time(value: Any) -> Any:
    """How a credit comes: `automatic`, or a length of time within which it is claimed."""
    if isinstance(value, str) and choice_key(value) == "automatic":
        return "automatic"
    return parse_duration(value)


def parse_day_count(value: Any) -> Any:
    """A whole number of days: `30`, `30 days`."""
    found = _COUNTED_DAYS.match(value.strip().lower()) if isinstance(value, str) else None
    return int(found[1]) if found else value


def parse_currency(value: Any) -> Any:
    """The code of a currency; RMB is another name of CNY (CNH, its rate abroad, is not)."""
    if not isinstance(value, str):
        return value
    code = value.strip()
    return "CNY" if code == "RMB" else code


def choice_key(text: str) -> str:
    """A word of a choice as it is compared: capitals, hyphens and blanks do not tell.

    >>> choice_key("Equal-Principal")
    'equal_principal'
    """
    return "_".join(text.lower().replace("-", " ").replace("_", " ").split())


def parse_flag(value: Any) -> Any:
    """Yes or no."""
    if isinstance(value, bool) or not isinstance(value, str):
        return value
    text = str(value).strip().lower()
    if text in {"yes", "true", "on"}:
        return True
    if text in {"no", "false", "off"}:
        return False
    raise PydanticCustomError(
        "wrong-unit", "'{text}' is neither yes nor no", {"text": text, "want": "yes or no"}
    )


Number = Annotated[Decimal, BeforeValidator(parse_number)]
Ratio = Annotated[Decimal, BeforeValidator(parse_ratio)]
Fraction = Annotated[Decimal, BeforeValidator(parse_fraction)]
Length = Annotated[Duration, BeforeValidator(parse_duration)]
Day = Annotated[date, BeforeValidator(parse_date)]
Maturity = Annotated[Literal["lease_end"] | date | Duration, BeforeValidator(parse_maturity)]
DayOrTime = Annotated[date | Duration, BeforeValidator(parse_day_or_time)]
ClaimTime = Annotated[Literal["automatic"] | Duration, BeforeValidator(parse_claim_time)]
DayCount = Annotated[int, BeforeValidator(parse_day_count)]
Currency = Annotated[str, BeforeValidator(parse_currency)]
YesNo = Annotated[bool, BeforeValidator(parse_flag)]
