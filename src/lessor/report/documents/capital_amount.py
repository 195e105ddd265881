"""An amount in Chinese capital numerals, which cannot be altered on paper: 大写金额."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

LARGEST = Decimal("1e16")
"""From here on there is no word for the next group of four digits that all readers share."""

_GROUP = 4


class _Script(NamedTuple):
    """The characters of one script; places: ten, hundred, thousand; groups: of four digits."""

    digits: str
    places: tuple[str, ...]
    groups: tuple[str, ...]
    below: tuple[str, str]
    name: str
    unit: str
    whole: str
    minus: str


_SCRIPTS = {
    "zh-Hans": _Script(
        digits="零壹贰叁肆伍陆柒捌玖",
        places=("", "拾", "佰", "仟"),
        groups=("", "万", "亿", "万亿"),
        below=("角", "分"),
        name="人民币",
        unit="元",
        whole="整",
        minus="负",
    ),
    "zh-Hant": _Script(
        digits="零壹貳參肆伍陸柒捌玖",
        places=("", "拾", "佰", "仟"),
        groups=("", "萬", "億", "萬億"),
        below=("角", "分"),
        name="人民幣",
        unit="元",
        whole="整",
        minus="負",
    ),
}


def capital_amount(amount: Decimal, language: str) -> str:
    """An amount in yuan, to the fen, in capital numerals; 整 ends one without fen.

    A zero between digits is said once, also between yuan and jiao or fen. Raises ValueError for an
    amount that has parts of a fen, or is of 1e16 or more. Source: 正确填写票据和结算凭证的基本规定
    (People's Bank of China, 支付结算办法, annex 1, 1997).

    >>> capital_amount(Decimal("123"), "zh-Hans"), capital_amount(Decimal("-1409.50"), "zh-Hans")
    ('人民币壹佰贰拾叁元整', '负人民币壹仟肆佰零玖元伍角整')
    >>> capital_amount(Decimal("100070000.04"), "zh-Hant")
    '人民幣壹億零柒萬元零肆分'
    """
    script = _SCRIPTS[language]
    fen = amount.copy_abs().scaleb(2)
    if fen != fen.to_integral_value() or amount.copy_abs() >= LARGEST:
        raise ValueError(f"{amount} cannot be said in yuan, jiao and fen")
    yuan, rest = divmod(int(fen), 100)
    said = _whole(yuan, script) + script.unit if yuan or not rest else ""
    said += _parts(rest, script, follows=yuan != 0)
    return f"{script.minus if amount < 0 else ''}{script.name}{said}"


def _parts(rest: int, script: _Script, *, follows: bool) -> str:
    """Jiao and fen; a jiao that is missing between yuan and fen is said as a zero."""
    jiao, fen = divmod(rest, 10)
    if rest == 0:
        return script.whole
    zero = script.digits[0] if follows and jiao == 0 else ""
    of_jiao = script.digits[jiao] + script.below[0] if jiao else ""
    of_fen = script.digits[fen] + script.below[1] if fen else script.whole
    return f"{zero}{of_jiao}{of_fen}"


def _whole(number: int, script: _Script) -> str:
    """A whole number, in groups of four digits from the highest on."""
    zero = script.digits[0]
    if number == 0:
        return zero
    groups = []
    while number:
        number, group = divmod(number, 10**_GROUP)
        groups.append(group)
    said = ""
    for place in reversed(range(len(groups))):
        group = groups[place]
        if group == 0:
            continue
        # A zero stands where a digit is missing before the group, or a whole group was.
        if said and (group < 10 ** (_GROUP - 1) or groups[place + 1] == 0):
            said += zero
        said += _of_four(group, script) + _group_name(groups, place, script)
    return said


def _group_name(groups: list[int], place: int, script: _Script) -> str:
    """The name after a group; of the fourth its 亿 is said with the third, where that is there."""
    if place == len(script.groups) - 1 and groups[place - 1]:
        return script.groups[1]
    return script.groups[place]


def _of_four(group: int, script: _Script) -> str:
    """Up to four digits, a run of zeros between them said once."""
    said, skipped = "", False
    for place in reversed(range(_GROUP)):
        digit = group // 10**place % 10
        if digit == 0:
            skipped = bool(said)
            continue
        said += (script.digits[0] if skipped else "") + script.digits[digit] + script.places[place]
        skipped = False
    return said
