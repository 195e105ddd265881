"""The fonts that documents are set in: Latin ones that travel along, Chinese ones of the machine.

The machine is searched once. Which Chinese family is taken depends on the language, for the two
scripts write the same characters differently; where its own is missing the other one's serves.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from typing import TYPE_CHECKING

from lessor.core.issue import FaultsError, Issue
from lessor.report.tongues import Language

if TYPE_CHECKING:
    import typst

LATIN = "Libertinus Serif"

_SIMPLIFIED = (
    *("Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Noto Sans SC"),
    *("PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Serif CJK SC", "Noto Serif SC"),
    *("Source Han Serif SC", "Source Han Serif CN", "Songti SC", "STSong", "SimSun", "SimHei"),
    *("WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "AR PL UMing CN", "Droid Sans Fallback"),
)
_TRADITIONAL = (
    *("Noto Sans CJK TC", "Source Han Sans TC", "Source Han Sans TW", "Noto Sans TC"),
    *("PingFang TC", "Microsoft JhengHei", "Noto Serif CJK TC", "Noto Serif TC"),
    *("Source Han Serif TC", "Source Han Serif TW", "Heiti TC", "Songti TC", "PMingLiU", "MingLiU"),
    *("AR PL UMing TW", "Noto Sans CJK HK", "PingFang HK"),
)

_CJK = re.compile(
    "[\u2e80-\u303f\u3040-\u30ff\u3100-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
)


@cache
def machine_fonts() -> typst.Fonts:
    """The fonts of this machine and those that travel with the typesetter, searched once."""
    import typst

    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=True)


def families(language: Language, text: str, installed: Collection[str]) -> tuple[str, ...]:
    """The families to set `text` in, first choice first.

    Raises FaultsError with `cjk-font-missing` where the text needs a Chinese font and none of those
    known is installed: also an English document does, of a lessee with a Chinese name.
    """
    order = _TRADITIONAL + _SIMPLIFIED if language == "zh-Hant" else _SIMPLIFIED + _TRADITIONAL
    chinese = next((family for family in order if family in installed), None)
    needed = _CJK.search(text)
    if chinese is None and needed is not None:
        raise FaultsError([_missing(language, needed.group())])
    if chinese is None:
        return (LATIN,)
    return (LATIN, chinese) if language == "en" else (chinese, LATIN)


def _missing(language: Language, sign: str) -> Issue:
    of_names = ", as its names are written," if language == "en" else ""
    return Issue(
        "cjk-font-missing",
        f"the document has Chinese in it{of_names} and no font on this machine has '{sign}'",
        "install one (Debian, Ubuntu: apt-get install fonts-noto-cjk; elsewhere Noto Sans CJK or "
        "Source Han Sans), or write HTML: --format html",
    )
