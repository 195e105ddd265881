"""The catalogues: what an English text is in another language, one file an area and language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from babel.messages.pofile import read_po

FOLDER = "catalogues"


def areas(language: str) -> tuple[str, ...]:
    """The areas that a language has a file for, in order."""
    folder = files(__package__) / FOLDER / language
    return tuple(sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".po")))


@cache
def texts(language: str) -> Mapping[str, str]:
    """Every text of a language by its English one.

    Raises ValueError where two areas translate one text differently: a reader would see both.
    """
    folder = files(__package__) / FOLDER / language
    found: dict[str, str] = {}
    for area in areas(language):
        with (folder / area).open("rb") as file:
            for message in read_po(file, locale=language.replace("-", "_")):
                english, said = message.id, message.string
                if not english or not said or message.fuzzy:
                    continue
                if not isinstance(english, str) or not isinstance(said, str):
                    raise ValueError(f"{area}: {english!r} has plural forms; none are used")
                if found.setdefault(english, said) != said:
                    raise ValueError(f"{language}: two translations of {english!r}")
    return found
