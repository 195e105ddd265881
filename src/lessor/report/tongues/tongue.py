"""One language: its texts, and how it writes numbers, money and days.

Texts are written in English where they are used, marked by `tongue.say("...")`, by `msg("...")`
where they are only named, or by `say("...")` in a template, and are found in the catalogues by the
English text itself. What changes stands in braces: `say("due {day}", day=...)`. Nothing is put
together from parts of sentences.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Literal, get_args

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from lessor.core.money import decimals_of
from lessor.report.tongues.catalogue import texts

Language = Literal["en", "zh-Hans", "zh-Hant"]
"""By BCP 47: English, Chinese in simplified and in traditional characters."""

LANGUAGES: tuple[Language, ...] = get_args(Language)
NOTHING = "-"
Number = float | int | Decimal

_LOCALES = {"en": "en_GB", "zh-Hans": "zh_Hans_CN", "zh-Hant": "zh_Hant_TW"}
_SHORT = {
    "en": ((Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "m")),
    "zh-Hans": ((Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万")),
    "zh-Hant": ((Decimal(10) ** 8, "億"), (Decimal(10) ** 4, "萬")),
}
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
_NAMES = {
    "zh-Hans": {"CNY": "元", "USD": "美元", "HKD": "港元", "EUR": "欧元", "JPY": "日元"},
    "zh-Hant": {"CNY": "元人民幣", "USD": "美元", "HKD": "港元", "EUR": "歐元", "JPY": "日圓"},
}


def msg(english: str) -> str:
    """Mark a text for the catalogues where it is only named, to be said later."""
    return english


class Tongue:
    """A language that a page, a document or a chart is written in."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.locale = Locale.parse(_LOCALES[language])

    def say(self, english: str, /, **values: object) -> str:
        """A text in this language, with its values put in; English where no catalogue has it."""
        text = english if self.language == "en" else texts(self.language).get(english, english)
        return text.format(**values) if values else text

    def number(self, value: Number | None, decimals: int | None = None) -> str:
        """A number with its thousands apart; all its digits unless `decimals` are said.

        >>> tongue("en").number(Decimal("1200.50")), tongue("zh-Hans").number(9600, 1)
        ('1,200.5', '9,600.0')
        """
        if value is None:
            return NOTHING
        exact = Decimal(str(value))
        if decimals is None:
            pattern = "#,##0." + "#" * 15
        else:
            exact = round(exact, decimals)
            pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return format_decimal(exact + 0, pattern, locale=self.locale, decimal_quantization=False)

    def percent(self, value: Number | None, decimals: int = 2) -> str:
        """A fraction as a percentage.

        >>> tongue("en").percent(0.04)
        '4.00%'
        """
        return NOTHING if value is None else self.number(Decimal(str(value)) * 100, decimals) + "%"

    def times(self, value: Number | None, decimals: int = 2) -> str:
        """A cover or a multiple: `1.25x`, in Chinese `1.25 倍`."""
        if value is None:
            return NOTHING
        text = self.number(value, decimals)
        return f"{text}x" if self.language == "en" else f"{text} 倍"

    def money(self, value: Number | None, currency: str) -> str:
        """An amount to the smallest unit of its currency, as documents say it.

        >>> tongue("en").money(Decimal("1250000.5"), "CNY"), tongue("en").money(10, "JPY")
        ('CNY 1,250,000.50', 'JPY 10')
        """
        if value is None:
            return NOTHING
        return f"{currency} {self.number(value, decimals_of(currency))}"

    def short_money(self, value: Number | None, currency: str, decimals: int = 2) -> str:
        """An amount in the unit that people say: bn and m, 亿元 and 万元.

        >>> [tongue(each).short_money(1.45e9, "CNY") for each in LANGUAGES]
        ['CNY 1.45bn', '14.50亿元', '14.50億元人民幣']
        >>> tongue("en").short_money(-2.5e6, "USD"), tongue("zh-Hans").short_money(2.5e6, "USD")
        ('-$2.50m', '250.00万美元')
        """
        if value is None:
            return NOTHING
        exact = Decimal(str(value))
        divisor, unit = self._short(exact, decimals)
        places = decimals if unit else decimals_of(currency)
        text = self.number(exact / divisor, places)
        if self.language == "en":
            sign = "-" if text.startswith("-") else ""
            mark = _SIGNS.get(currency) or f"{currency} "
            return f"{sign}{mark}{text.removeprefix('-')}{unit}"
        return f"{text}{unit}{self.currency(currency)}"

    def short_unit(self, largest: Number, currency: str) -> tuple[Decimal, str]:
        """The divisor and the name of the unit that a whole table or axis is shown in.

        >>> tongue("zh-Hans").short_unit(7e9, "CNY"), tongue("en").short_unit(7e9, "USD")
        ((Decimal('100000000'), '亿元'), (Decimal('1000000000'), '$bn'))
        """
        divisor, unit = self._short(Decimal(str(largest)), 2)
        if self.language == "en":
            mark = _SIGNS.get(currency) or f"{currency} "
            return divisor, f"{mark}{unit}".strip()
        return divisor, f"{unit}{self.currency(currency)}"

    def currency(self, code: str) -> str:
        """What a currency is called after an amount; its code where it has no short name."""
        if self.language == "en":
            return code
        return _NAMES[self.language].get(code, f" {code}")

    def _short(self, value: Decimal, decimals: int) -> tuple[Decimal, str]:
        # Half a last digit lower, so that 999,999,999 is 1.00bn and not 1,000.00m.
        rounds_up = 1 - Decimal(5).scaleb(-decimals - 3)
        for divisor, unit in _SHORT[self.language]:
            if abs(value) >= divisor * rounds_up:
                return divisor, unit
        return Decimal(1), ""

    def day(self, value: date | None) -> str:
        """A day: `1 May 2026`, `2026年5月1日`."""
        if value is None:
            return NOTHING
        return str(format_date(value, format="long", locale=self.locale))

    def short_day(self, value: date | None) -> str:
        """A day where there is little room, by ISO 8601: `2026-05-01`."""
        return NOTHING if value is None else value.isoformat()

    def month(self, value: date) -> str:
        """A month: `May 2026`, `2026年5月`."""
        pattern = "MMMM y" if self.language == "en" else "y年M月"
        return str(format_date(value, format=pattern, locale=self.locale))

    def moment(self, value: datetime) -> str:
        """A day with its time and zone."""
        pattern = "d MMM y, HH:mm z" if self.language == "en" else "y年M月d日 HH:mm z"
        return str(format_datetime(value, pattern, locale=self.locale))


@cache
def tongue(language: str) -> Tongue:
    """The language of that tag. Raises ValueError for one that is not in `LANGUAGES`."""
    if language not in LANGUAGES:
        raise ValueError(f"no language {language!r}: one of {', '.join(LANGUAGES)}")
    return Tongue(language)
