"""Files of usage become the same raw rows whatever their format, in bounded memory."""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessor.core.issue import FaultsError
from lessor.store.usage import lines as lines_module
from lessor.store.usage.lines import Limits, blocks, bounded_lines
from lessor.store.usage.readers import Meant, Reading, chunks, usage_file

EVENT = {
    "specversion": "1.0",
    "id": "a",
    "source": "gateway",
    "type": "tokens_in",
    "subject": "anchor",
    "time": "2026-06-01T08:00:00Z",
    "data": {"quantity": "12", "unit": "token", "model": "glm", "prompt": "secret"},
}
HEADER = "id,source,type,subject,time,quantity,unit,model,prompt\n"
ROW = "a,gateway,tokens_in,anchor,2026-06-01T08:00:00Z,12,token,glm,secret\n"
AZURE = "TIMESTAMP,ContextTokens,GeneratedTokens\n"


def read(path: Path, *, batch=100, start=0, told=None, **meant):
    """All raw rows of a file, and where it ends."""
    found = list(chunks(usage_file(path), Meant(**meant), Reading(batch, start, told)))
    rows = [row for chunk in found for row in chunk.table.to_pylist()]
    return rows, (found[-1].position if found else start)


def codes(path: Path, **meant) -> set[str]:
    with pytest.raises(FaultsError) as raised:
        read(path, **meant)
    return {issue.code for issue in raised.value.issues}


@pytest.fixture
def write(tmp_path: Path):
    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def parquet(path: Path, **columns) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


def test_each_format_gives_the_same_row_and_no_other_data(write, tmp_path):
    text = json.dumps(EVENT)
    columns = dict(
        zip(HEADER.strip().split(","), ([v] for v in ROW.strip().split(",")), strict=True)
    )
    files = [
        write("a.ndjson", text + "\n"),
        write("b.jsonl", "\ufeff" + text + "\r\n"),
        write("c.json", json.dumps([EVENT], indent=2)),
        write("d.json", json.dumps(EVENT, indent=2)),
        write("e.json", text + "\n" + text + "\n"),
        write("f.csv", HEADER + ROW),
        write(
            "g.CSV",
            "\ufeff" + HEADER.upper().replace("TYPE", " Meter ") + ROW.replace("\n", "\r\n"),
        ),
        parquet(tmp_path / "h.parquet", **columns),
    ]
    shown = [read(path) for path in files]
    first = shown[0][0]
    assert first[0]["quantity"] == "12"
    assert (first[0]["row"], first[0]["fault"], first[0]["model"]) == (1, "", "glm")
    assert [rows[:1] for rows, _ in shown] == [first] * len(files)
    assert [end for _, end in shown] == [1, 1, 1, 1, 2, 1, 1, 1]
    assert "secret" not in str(shown)


@pytest.mark.parametrize("name", ["a.ndjson", "a.csv", "a.parquet", "a.json", "azure.csv"])
@pytest.mark.parametrize("start", [0, 1, 6, 7])
def test_a_file_goes_on_at_any_row_in_pieces_of_any_size(write, tmp_path, name, start):
    events = [{**EVENT, "id": str(number)} for number in range(7)]
    columns = HEADER.strip().split(",")
    rows = [ROW.strip().split(",") for _ in events]
    for number, row in enumerate(rows):
        row[0] = str(number)
    contents = {
        "a.ndjson": "".join(json.dumps(event) + "\n" for event in events),
        "a.json": json.dumps(events),
        "a.csv": HEADER + "".join(",".join(row) + "\n" for row in rows),
        "azure.csv": AZURE + "".join(f"2023-11-16 18:17:0{n}.9799600,{n},1\n" for n in range(7)),
    }
    if name in contents:
        path = write(name, contents[name])
    else:
        told = zip(columns, zip(*rows, strict=True), strict=True)
        path = parquet(tmp_path / name, **{column: list(values) for column, values in told})
    meant = {"mapping": "azure-llm", "lease": "x"} if name == "azure.csv" else {}
    whole, end = read(path, **meant)
    per_row = 2 if meant else 1
    assert (end, len(whole)) == (7, 7 * per_row)
    assert [row["row"] for row in whole] == list(range(1, 7 * per_row + 1))
    for batch in (1, 2, 3, 100):
        assert read(path, batch=batch, start=start, **meant) == (whole[start * per_row :], 7)


def test_bad_rows_of_csv_are_faults_and_the_rest_goes_on(write):
    long = "x" * 200_000
    path = write(
        "a.csv",
        (HEADER + ROW + "a,b\n" + f"{long},{ROW}" + "\n" + ROW.replace("glm", "\udcff")).encode(
            errors="surrogateescape"
        )
        + b'"a"b,c\n'
        + ROW.encode(),
    )
    rows, end = read(path)
    assert [(row["row"], row["fault"]) for row in rows] == [
        (1, ""),
        (2, "not-an-event"),
        (3, "too-large"),
        (5, "not-an-event"),
        (6, "not-an-event"),
        (7, ""),
    ]
    assert end == 7


def test_bad_lines_of_ndjson_are_faults_and_the_rest_goes_on(write):
    text = json.dumps(EVENT).encode()
    long = json.dumps({**EVENT, "data": {"prompt": "é" * 200_000}}, ensure_ascii=False).encode()
    path = write("a.ndjson", b"\n".join([text, b"{", b"", long, b"\xff\xfe", b"[1]", text]))
    rows, end = read(path, batch=2)
    assert [(row["row"], row["fault"]) for row in rows] == [
        (1, ""),
        (2, "malformed-json"),
        (4, "too-large"),
        (5, "malformed-json"),
        (6, "not-an-event"),
        (7, ""),
    ]
    assert end == 7


def test_a_quantity_of_parquet_says_of_which_kind_it_is(tmp_path):
    told = {
        pa.int64(): ("integer", [5, None]),
        pa.float64(): ("float", [5.0, None]),
        pa.decimal128(20, 2): ("text", [Decimal("5.25"), None]),
        pa.large_string(): ("text", ["5", None]),
        pa.dictionary(pa.int8(), pa.string()): ("text", ["5", None]),
        pa.bool_(): ("other", [True, None]),
        pa.list_(pa.int8()): ("other", [[1], None]),
    }
    for kind, (word, values) in told.items():
        columns = {name: ["x", "y"] for name in ("id", "type", "subject", "time")}
        path = parquet(tmp_path / "a.parquet", **columns, quantity=pa.array(values, kind))
        rows, _ = read(path, source="meter-1")
        assert [row["quantity_kind"] for row in rows] == [word, "missing"], kind
        assert (rows[0]["source"], rows[0]["specversion"]) == ("meter-1", "1.0")
    assert rows[0]["quantity"] == ""


def test_a_timestamp_of_parquet_is_an_instant_only_with_a_zone(tmp_path):
    at = datetime(2026, 6, 1, 8, 0, 0, 5, tzinfo=timezone(timedelta(hours=8)))
    columns = {name: ["x"] for name in ("id", "type", "subject")}
    zoned = pa.array([at], pa.timestamp("us", "Asia/Shanghai"))
    rows, _ = read(parquet(tmp_path / "a.parquet", **columns, time=zoned))
    assert rows[0]["time"] == "2026-06-01T00:00:00.000005Z"
    plain = pa.array([at.astimezone(UTC).replace(tzinfo=None)], pa.timestamp("us"))
    rows, _ = read(parquet(tmp_path / "b.parquet", **columns, time=plain))
    assert rows[0]["time"] == "2026-06-01T00:00:00.000005"


def test_a_trace_makes_two_events_a_row_named_by_content_not_by_file(write):
    text = AZURE + "2023-11-16 18:17:03.9799600,4808,10\nbroken\n2023-11-16 18:17:04.0,5,\n"
    rows, end = read(write("one.csv", text), mapping="azure-llm", lease="code")
    again, _ = read(write("two.csv", text), mapping="azure-llm", lease="code")
    assert rows == again
    assert end == 3
    assert [(row["type"], row["quantity"], row["quantity_kind"]) for row in rows] == [
        ("tokens_in", "4808", "text"),
        ("tokens_out", "10", "text"),
        ("", "", ""),
        ("tokens_in", "5", "text"),
        ("tokens_out", "", "missing"),
    ]
    assert rows[0]["time"] == "2023-11-16T18:17:03.9799600Z"
    assert (rows[0]["subject"], rows[0]["source"], rows[2]["fault"]) == (
        "code",
        "azure-llm",
        "not-an-event",
    )
    assert len({row["id"] for row in rows}) == 5


def test_files_that_cannot_be_read_at_all(write, tmp_path):
    assert codes(tmp_path / "none.csv") == {"file-not-found"}
    (tmp_path / "folder.csv").mkdir()
    assert codes(tmp_path / "folder.csv") == {"file-not-readable"}
    assert codes(write("a.xlsx", "")) == {"wrong-format"}
    assert codes(write("a.csv", "")) == {"columns-missing"}
    assert codes(write("a.csv", "id,source\n")) == {"columns-missing"}
    assert codes(write("a.csv", "id,type,meter,subject,time\n")) == {"columns-repeated"}
    assert codes(write("a.csv", HEADER), mapping="azure-llm") == {"columns-missing"}
    assert codes(write("a.parquet", "PAR1, and no more")) == {"file-not-readable"}
    assert codes(parquet(tmp_path / "b.parquet", id=["a"])) == {"columns-missing"}
    torn = parquet(tmp_path / "c.parquet", **{n: ["x" * 99] for n in HEADER.strip().split(",")})
    content = bytearray(torn.read_bytes())
    content[8:60] = bytes(52)
    assert codes(write("c.parquet", bytes(content))) == {"file-not-readable"}


@pytest.mark.parametrize("name", ["a.ndjson", "a.csv", "a.json", "a.parquet"])
def test_who_waits_hears_of_all_bytes(write, tmp_path, name):
    columns = {column: ["x"] * 50 for column in HEADER.strip().split(",")}
    path = (
        parquet(tmp_path / name, **columns)
        if name == "a.parquet"
        else write(name, HEADER + ROW * 50 if name == "a.csv" else json.dumps([EVENT] * 50))
    )
    heard: list[int] = []
    read(path, batch=7, told=heard.append)
    assert sum(heard) == pytest.approx(path.stat().st_size, abs=len(heard))


@given(
    st.lists(st.binary(max_size=30).map(lambda b: b.replace(b"\n", b"").rstrip(b"\r"))),
    st.integers(1, 40),
    st.integers(1, 20),
    st.booleans(),
)
def test_lines_are_those_of_the_stream_each_cut_where_it_is_too_long(texts, block, longest, ends):
    content = b"\n".join(texts) + (b"\n" if ends and texts else b"")
    before = lines_module.BLOCK_BYTES
    lines_module.BLOCK_BYTES = block
    try:
        found = list(bounded_lines(BytesIO(content), longest))
    finally:
        lines_module.BLOCK_BYTES = before
    expected = content.split(b"\n")
    if expected[-1] == b"":
        expected.pop()
    assert [line.text for line in found] == [text[:longest] for text in expected]
    assert [line.is_cut for line in found] == [len(text) > longest for text in expected]


@given(
    st.lists(st.binary(max_size=30).map(lambda text: text.replace(b"\n", b""))),
    st.integers(1, 40),
    st.builds(Limits, st.integers(1, 5), st.integers(1, 60), st.integers(5, 20)),
)
def test_blocks_are_the_lines_of_the_stream_as_many_as_are_allowed(texts, block, limits):
    content = b"\n".join(texts)
    before = lines_module.BLOCK_BYTES
    lines_module.BLOCK_BYTES = block
    try:
        found = list(blocks(BytesIO(content), limits))
    finally:
        lines_module.BLOCK_BYTES = before
    expected = content.split(b"\n")
    if expected[-1] == b"":
        expected.pop()
    assert all(1 <= each.lines <= limits.lines for each in found)
    assert all(each.text.count(b"\n") == each.lines for each in found)
    assert all(each.lines == limits.lines or len(each.text) > limits.bytes for each in found[:-1])
    lines = b"".join(each.text for each in found).split(b"\n")[:-1]
    assert len(lines) == len(expected)
    for line, told in zip(lines, expected, strict=True):
        assert line == told or (len(told) > limits.longest and len(line) > limits.longest)
