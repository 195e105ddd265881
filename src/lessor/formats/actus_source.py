"""A file of test cases in the format of actusfrf/actus-tests: JSON read with every number exact."""

from __future__ import annotations

import json
import stat
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NoReturn, TypeAlias

from lessor.core.issue import FaultsError, Issue, Place

Json: TypeAlias = "str | bool | Decimal | list[Json] | dict[str, Json] | None"
"""What JSON holds, its numbers as Decimals of just the digits written."""

BYTES_MAX = 32_000_000
"""How large a file of cases may be; the largest published one is far below."""

_REMEDY = 'write {"case": {"terms": {...}, "to": "", "dataObserved": {...}, "results": [...]}}'


def read_cases(name: str) -> Mapping[str, Json]:
    """The cases of a file by their names.

    Raises FaultsError. Issues: file-not-found, file-not-readable, file-too-large, not-text, and
    those of `parse_cases`.
    """
    return parse_cases(_text(name), name)


def parse_cases(text: str, name: str) -> Mapping[str, Json]:
    """The cases of a text; `name` is the file to show.

    Raises FaultsError. Issues: empty-file, not-json, duplicate-key, not-finite, too-deep,
    not-a-mapping.

    >>> parse_cases('{"bullet": {"to": "", "terms": {"notionalPrincipal": 1e3}}}', "cases.json")
    {'bullet': {'to': '', 'terms': {'notionalPrincipal': Decimal('1E+3')}}}
    """
    if not text.strip():
        _refuse("empty-file", "the file holds nothing", _REMEDY, name)
    try:
        found = json.loads(
            text,
            parse_float=_number,
            parse_int=_number,
            parse_constant=lambda word: _not_finite(word, name),
            object_pairs_hook=lambda pairs: _object(pairs, name),
        )
    except json.JSONDecodeError as error:
        place = Place(name, error.lineno, error.colno)
        issue = Issue("not-json", f"this is not JSON: {error.msg}", _REMEDY, place)
        raise FaultsError([issue]) from None
    except RecursionError:
        _refuse("too-deep", "lists and objects are nested too deep to be read", _REMEDY, name)
    if not isinstance(found, dict):
        _refuse("not-a-mapping", "the file is not an object of cases", _REMEDY, name)
    if not found:
        _refuse("empty-file", "the file holds no case", _REMEDY, name)
    return found


def _text(name: str) -> str:
    try:
        state = Path(name).stat()
        if stat.S_ISDIR(state.st_mode):
            _refuse("file-not-readable", "the file cannot be read: this is a folder", _NAMED, name)
        with open(name, "rb") as handle:
            # A pipe or a device has no size, and a file may grow: so the read is bounded.
            data = handle.read(BYTES_MAX + 1)
    except FileNotFoundError:
        _refuse("file-not-found", "there is no such file", "check the name and the folder", name)
    except (OSError, ValueError) as error:
        # ValueError: a name that holds a zero byte.
        reason = getattr(error, "strerror", None) or str(error)
        _refuse("file-not-readable", f"the file cannot be read: {reason}", _NAMED, name)
    if len(data) > BYTES_MAX:
        message = f"the file is larger than {BYTES_MAX // 1_000_000} MB"
        _refuse("file-too-large", message, "split its cases over several files", name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        _refuse("not-text", "the file is not text in UTF-8", "save it as UTF-8", name)


_NAMED = "name a file of cases that you may read"


def _number(digits: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation:
        # An exponent beyond all bounds: the reader of the term refuses what is not finite.
        return Decimal("Infinity")


def _not_finite(word: str, name: str) -> NoReturn:
    _refuse("not-finite", f"{word} is no number", "write a number, or leave the field out", name)


def _object(pairs: list[tuple[str, Json]], name: str) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for key, value in pairs:
        if found.setdefault(key, value) != value:
            message = f"{key[:60]!r} is written twice in one object, with different values"
            _refuse("duplicate-key", message, "keep one of them", name)
    return found


def _refuse(code: str, message: str, remedy: str, name: str) -> NoReturn:
    raise FaultsError([Issue(code, message, remedy, Place(name))])
