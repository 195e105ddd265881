"""How cells look: number formats by what a figure is, and colours that say what may be changed."""

from __future__ import annotations

from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

MONEY, SHARE, NUMBER, DAY, WHOLE, FLAG = "money", "share", "number", "day", "whole", "flag"

NUMBER_FORMATS = {
    MONEY: '#,##0.00;[Red]-#,##0.00;"-"',
    SHARE: '[>=1000000000000]"none";0.0000%',
    # What stands for no number at all is far larger than any ratio.
    NUMBER: '[>=1000000000000]"none";#,##0.00####',
    DAY: "yyyy-mm-dd",
    WHOLE: "0",
    FLAG: "General",
}
_SHARES = ("rate", "share", "ltv", "growth", "discount", "fraction")
_SHARE_STARTS = ("rate of", "discount factor", "break-even share")
_NUMBERS = ("dscr", "llcr", "months", "years", "units", "annuity", "scale", "ready")
_INPUT, _LOCKED, _HEAD = "#FFF8DC", "#F2F2F2", "#DDE6EE"


def unit_of(title: str) -> str:
    """How the figures under a title are shown, by the last word of it that tells."""
    if title.endswith(": day"):
        return DAY
    if ".covenants." in title:
        return NUMBER
    if title.startswith(_SHARE_STARTS) or title.endswith(": monthly rate"):
        return SHARE
    last = title.rsplit(".", 1)[-1].split(" (")[0].split(": step")[0].casefold()
    if any(last.endswith(word) for word in _SHARES):
        return SHARE
    is_number = any(last.endswith(word) for word in _NUMBERS) or last.endswith("months to it")
    return NUMBER if is_number else MONEY


def unit_style(unit: str) -> str:
    """How a term or a metric of a unit of the field table is shown."""
    if unit.startswith("fraction"):
        return SHARE
    return MONEY if unit == "money" else NUMBER


class Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def _format(self, **properties: Any) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format({"font_size": 10, **properties})
        return self._made[key]

    def figure(self, style: str) -> Format:
        """A figure that a formula makes."""
        return self._format(num_format=NUMBER_FORMATS[style])

    def structure(self, style: str) -> Format:
        """A number that may not be changed here."""
        return self._format(num_format=NUMBER_FORMATS[style], bg_color=_LOCKED)

    def input(self, style: str) -> Format:
        """A number that may be changed."""
        return self._format(
            num_format=NUMBER_FORMATS[style],
            bg_color=_INPUT,
            font_color="#0000FF",
            locked=False,
            border=1,
            border_color="#C0C0C0",
        )

    @property
    def title(self) -> Format:
        """The heading of a sheet."""
        return self._format(bold=True, font_size=14)

    @property
    def block(self) -> Format:
        """The heading of a block of rows."""
        return self._format(bold=True, bg_color=_HEAD)

    @property
    def head(self) -> Format:
        """The heading of a column."""
        return self._format(bold=True, bottom=1, text_wrap=True, valign="top")

    @property
    def month(self) -> Format:
        """A day at the head of a month's column."""
        return self._format(bold=True, bottom=1, num_format=NUMBER_FORMATS[DAY], align="right")

    @property
    def label(self) -> Format:
        """A word beside figures."""
        return self._format()

    @property
    def beside(self) -> Format:
        """A word behind a figure."""
        return self._format(indent=1)

    @property
    def text(self) -> Format:
        """Text that runs over lines."""
        return self._format(text_wrap=True, valign="top")

    @property
    def good(self) -> Format:
        """A check that holds."""
        return self._format(font_color="#006100", bg_color="#E2EFDA")

    @property
    def bad(self) -> Format:
        """A check that does not hold."""
        return self._format(font_color="#9C0006", bg_color="#FFC7CE", bold=True)
