"""Every text that people read is in every language, with the same values in it."""

import string
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract

import lessor
from lessor.report.tongues import LANGUAGES
from lessor.report.tongues.catalogue import texts
from tests.report.tongues.named import named_texts

SOURCE = Path(lessor.__file__).parent
KEYWORDS = {"say": None, "msg": None}
OTHERS = [language for language in LANGUAGES if language != "en"]
CJK = range(0x4E00, 0xA000)


def marked() -> dict[str, list[str]]:
    """Every marked text, with the places where it stands."""
    found: dict[str, list[str]] = {}
    kinds = [
        ("python", "*.py"),
        ("jinja2.ext:babel_extract", "*.html"),
        ("jinja2.ext:babel_extract", "*.typ.j2"),
    ]
    for method, pattern in kinds:
        for path in sorted(SOURCE.rglob(pattern)):
            file = BytesIO(path.read_bytes())
            for line, message, _, _ in extract(
                method,
                file,
                keywords=KEYWORDS,
                options={"silent": "false"} if "jinja2" in method else {},
            ):
                place = f"{path.relative_to(SOURCE)}:{line}"
                assert isinstance(message, str), f"{place}: one text, with its values by name"
                found.setdefault(message, []).append(place)
    return found


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_is_missing(language):
    said = texts(language)
    wanted = marked() | {text: ["a table"] for text in named_texts()}
    missing = {text: places for text, places in wanted.items() if text not in said}
    assert not missing, "\n".join(f"{text!r} at {places[0]}" for text, places in missing.items())


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_values_of_its_text(language):
    wrong = [text for text, said in texts(language).items() if fields(text) != fields(said)]
    assert not wrong


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_stands_for_a_text_that_is_gone(language):
    gone = set(texts(language)) - set(marked()) - set(named_texts())
    assert not gone
