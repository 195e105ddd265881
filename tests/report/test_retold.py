"""What the engine says in English is said again in the reader's language, with its values."""

import pytest

from lessor.report.retold import FORMS, retold
from lessor.report.tongues import tongue

CHINESE = tongue("zh-Hans")


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_found_again_with_its_values(form):
    names = [part.partition("}")[0] for part in form.split("{")[1:]]
    marks = {name: f"7{place}" for place, name in enumerate(names)}
    said = retold(form.format(**marks), CHINESE)
    assert said == CHINESE.say(form, **marks)
    assert all(mark in said for mark in marks.values())


def test_several_notes_are_said_one_by_one():
    text = (
        "not within 5 years; 12.1 years at that pace ... not within 5 years; 6.5 years at that pace"
    )
    said = retold(text, CHINESE)
    assert said.count("5 年内无法收回") == 2 and "12.1 年 ... 5" in said


def test_what_has_no_form_and_what_is_english_stays():
    assert retold("something of its own", CHINESE) == "something of its own"
    assert retold("no debt is drawn", tongue("en")) == "no debt is drawn"
    assert retold("", CHINESE) == ""


def test_a_metric_in_a_note_has_its_name():
    text = "no admissible value meets it; the nearest is 0, at the bound, where irr_equity is none"
    assert "股本内部收益率" in retold(text, CHINESE) or "股权内部收益率" in retold(text, CHINESE)
