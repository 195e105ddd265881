"""The colours of all charts: told apart by colour-blind readers, and on grey paper by lightness.

Derived from Okabe and Ito, "Color Universal Design" (2008), moved apart until every pair differs
by at least 25 in CIE Lab, also as protanopes, deuteranopes and tritanopes see it, and every colour
stands at 3:1 or more against its page.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

Theme = Literal["light", "dark"]


class Ink(NamedTuple):
    """What a chart is drawn with beside its data: text, lines, and the page that it lies on."""

    text: str
    faint: str
    grid: str
    page: str


PARTS: Mapping[Theme, Mapping[str, str]] = MappingProxyType(
    {
        "light": MappingProxyType(
            {
                "rent": "#0043A9",
                "sale": "#199EDF",
                "other": "#9A9581",
                "costs": "#DB7E00",
                "taxes": "#844578",
                "interest": "#B91B00",
                "principal": "#5B0200",
                "owners": "#000A22",
            }
        ),
        "dark": MappingProxyType(
            {
                "rent": "#006DB6",
                "sale": "#CDFFFF",
                "other": "#706477",
                "costs": "#FFBE2C",
                "taxes": "#D0B1FF",
                "interest": "#DE5A15",
                "principal": "#9C4E38",
                "owners": "#32CA97",
            }
        ),
    }
)
"""Colour by what a part is, for pages of either theme."""

INKS: Mapping[Theme, Ink] = MappingProxyType(
    {
        "light": Ink(text="#1B1F24", faint="#5A636E", grid="#E3E6EA", page="#FFFFFF"),
        "dark": Ink(text="#E8EBEF", faint="#A4ADB8", grid="#333A43", page="#14181D"),
    }
)

SERIES = ("rent", "interest", "sale", "owners", "taxes", "costs", "principal", "other")
"""The order in which series that have no part of their own take the colours."""

DIVERGING: Mapping[Theme, tuple[str, str, str]] = MappingProxyType(
    {
        "light": ("#C2570A", "#F4F1EC", "#1F5FC0"),
        "dark": ("#E9773D", "#2A3038", "#6FB4FF"),
    }
)
"""From below through the middle to above; orange and blue, which no colour-blindness mixes up."""


def colours(names: Mapping[str, str] | list[str], theme: Theme) -> list[str]:
    """The colours of parts, in their order."""
    return [PARTS[theme][name] for name in names]


def series_colours(count: int, theme: Theme) -> list[str]:
    """As many colours as there are series; from the ninth on they begin again."""
    return [PARTS[theme][SERIES[place % len(SERIES)]] for place in range(count)]
