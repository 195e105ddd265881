"""Many texts read together give what each gives alone."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessor.store.usage.bodies import Text, raw_of_texts
from lessor.store.usage.raw import raw_of_json

LONE = '{"id": "a", "data": {"quantity": 1, "prompt": "secret"}}'
TEXTS = [
    Text(LONE.encode()),
    Text(b'[{"id": "a"},\n {"id": "b", "data": {"quantity": 1e30}}]'),
    Text(b'{"id":\r\n "over\\nlines"}'),
    Text(b"{"),
    Text(b"\xff"),
    Text(b""),
    Text(b"[1, null, [2]]"),
    Text('{"id": "集群", "data": {"quantity": "12.50"}}'.encode()),
    Text(b'[{"id": "\\ud800"}]'),
    Text(b"[" * 5_000 + b"]" * 5_000),
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


def rows(table) -> list[dict]:
    """The rows as they are told; of a text that cannot be read, the fault alone."""
    found = table.drop(["row"]).to_pylist()
    return [{"fault": row["fault"]} if row["fault"] else row for row in found]


@given(st.lists(st.sampled_from(TEXTS) | VALUES.map(lambda v: Text(json.dumps(v).encode()))))
def test_texts_read_together_are_as_if_each_came_alone(texts):
    found = raw_of_texts(texts, events_max=100)
    alone = [raw_of_json(text.content) for text in texts]
    assert found.counts == [table.num_rows for table in alone]
    assert rows(found.table) == [row for table in alone for row in rows(table)]
    assert found.table.column("row").to_pylist() == list(range(found.table.num_rows))
    assert "secret" not in str(found.table.to_pylist())


def test_lines_are_events_and_blank_ones_are_not():
    lines = Text(b'{"id": "a"}\r\n\n  \n{"id": "b"}\nbroken', is_lines=True)
    found = raw_of_texts([Text(LONE.encode()), lines, Text(b"[]")], events_max=100)
    assert found.counts == [1, 3, 0]
    assert found.table.column("id").to_pylist() == ["a", "a", "b", ""]
    assert found.table.column("fault").to_pylist()[-1] == "malformed-json"


@pytest.mark.parametrize("is_lines", [True, False])
def test_a_text_of_too_many_events_brings_none(is_lines):
    many = [{"id": str(number)} for number in range(4)]
    joined = b"\n".join(json.dumps(each).encode() for each in many)
    content = joined if is_lines else json.dumps(many).encode()
    found = raw_of_texts([Text(content, is_lines), Text(b'{"id": "z"}')], events_max=3)
    assert found.counts == [None, 1]
    assert found.table.column("id").to_pylist() == ["z"]
    assert raw_of_texts([Text(content, is_lines)], events_max=4).counts == [4]


def test_nothing_is_no_rows():
    assert raw_of_texts([], events_max=3).table.num_rows == 0
