"""`lessor usage load`: every event once, whatever the file, the run or the power supply does."""

import csv
import json
import os
import threading
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lessor.app.commands import usage_load as load_module
from lessor.app.commands.usage_load import Asked, usage_load
from lessor.store.usage import take
from lessor.store.usage.catalogue import UsageStore
from tests.app.usage_store import event, made, ndjson, totals

AZURE = {"code": (8_819, 18_059_974, 245_896), "conv": (19_366, 22_361_870, 4_088_665)}


@pytest.fixture
def home(tmp_path: Path):
    return made(tmp_path / "store")


@pytest.fixture
def load(home):
    """Loads files with what is asked by keyword."""

    def load(*files: Path, **asked):
        names = tuple(str(file) for file in files)
        return usage_load(Asked(names, str(home.folder), **asked))

    return load


def counts(outcome) -> tuple[int, int, int, int]:
    found = outcome.document
    return tuple(found[name] for name in ("accepted", "duplicate", "conflict", "rejected"))


def codes(outcome) -> set[str]:
    return {issue.code for issue in outcome.issues}


def test_a_file_counts_once_and_again_it_is_duplicates(home, load, tmp_path):
    path = ndjson(tmp_path / "a.ndjson", [event(str(number), number) for number in range(25)])
    first = load(path, batch=10)
    assert (first.exit_code, counts(first), first.issues) == (0, (25, 0, 0, 0), ())
    assert first.document["rejects_file"] is None
    again = load(path, batch=7)
    assert counts(again) == (0, 25, 0, 0)
    assert again.result.files[0].gone_on_from == 0
    assert totals(home) == {("code", "tokens_in"): sum(range(25))}


def test_the_same_events_in_another_format_are_duplicates(home, load, tmp_path):
    events = [event(str(number), number, model="glm") for number in range(5)]
    rows = [{**e, **e["data"], "prompt": "a secret"} for e in events]
    fields = ["id", "source", "type", "subject", "time", "quantity", "unit", "model", "prompt"]
    with (tmp_path / "b.csv").open("w", newline="") as out:
        writer = csv.DictWriter(out, fields, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    pq.write_table(
        pa.table({name: [row[name] for row in rows] for name in fields}), tmp_path / "c.parquet"
    )
    (tmp_path / "d.json").write_text(json.dumps(events, indent=1))
    first = load(ndjson(tmp_path / "a.ndjson", events))
    assert counts(first) == (5, 0, 0, 0)
    others = load(tmp_path / "b.csv", tmp_path / "c.parquet", tmp_path / "d.json", batch=2)
    assert counts(others) == (0, 15, 0, 0)
    assert totals(home) == {("code", "tokens_in"): 10}


def test_a_bad_row_is_set_aside_with_its_reason_and_the_rest_goes_on(home, load, tmp_path):
    path = tmp_path / "a.ndjson"
    good, bad = event("good", 5), event("bad", -1, prompt="a secret")
    path.write_text(
        "\n".join(
            [
                json.dumps(good),
                "{",
                json.dumps(bad),
                "",
                json.dumps(event("far", subject="nobody")),
                json.dumps(event("last", 6)),
            ]
        )
    )
    found = load(path)
    assert (found.exit_code, counts(found), codes(found)) == (0, (2, 0, 0, 3), {"rows-set-aside"})
    rejects = Path(found.document["rejects_file"])
    assert rejects.parent == home.usage_folder / "rejects"
    assert oct(rejects.stat().st_mode & 0o777) == "0o600"
    lines = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert [(line["rejectedrow"], line["rejectedcode"]) for line in lines] == [
        (2, "malformed-json"),
        (3, "quantity-negative"),
        (5, "lease-unknown"),
    ]
    assert lines[1]["id"] == "bad"
    assert lines[1]["data"]["quantity"] == -1
    assert lines[1]["rejectedmessage"] and lines[1]["rejecteddo"]
    assert "secret" not in rejects.read_text()
    assert "1 lease-unknown" in found.issues[0].message
    # What stays of a field is short, whatever is in it.
    again = load(ndjson(tmp_path / "b.ndjson", [event("x", unit="secret " * 1000)]))
    assert len(Path(again.document["rejects_file"]).read_text()) < 1500


def test_a_second_load_of_a_file_tells_its_bad_rows_once(load, tmp_path):
    path = ndjson(tmp_path / "a.ndjson", [event(str(n), n - 3) for n in range(6)])
    first = load(path, batch=2)
    again = load(path, batch=4)
    assert counts(again) == (0, 3, 0, 3)
    assert again.document["rejects_file"] == first.document["rejects_file"]
    assert len(Path(again.document["rejects_file"]).read_text().splitlines()) == 3


@pytest.mark.parametrize("step", ["keep", "rejects"])
@pytest.mark.parametrize("batches", [1, 2, 3])
def test_a_run_that_was_killed_is_gone_on_with(home, load, tmp_path, monkeypatch, step, batches):
    path = ndjson(tmp_path / "a.ndjson", [event(str(n), n - 10) for n in range(40)])
    left = [batches]

    class Killed(BaseException):
        pass

    def killing(act):
        def killed(*args, **keywords):
            if not left[0]:
                raise Killed
            left[0] -= 1
            return act(*args, **keywords)

        return killed

    monkeypatch.setattr(load_module, "READ_TOGETHER", 1)
    with monkeypatch.context() as patch:
        from lessor.store.usage.rejects import Rejects

        owner, name = (UsageStore, "keep") if step == "keep" else (Rejects, "add")
        patch.setattr(owner, name, killing(getattr(owner, name)))
        with pytest.raises(Killed):
            load(path, batch=8)
    again = load(path, batch=8)
    assert again.result.files[0].gone_on_from == 8 * (batches - (step == "keep"))
    assert totals(home) == {("code", "tokens_in"): sum(range(30))}
    rejects = [
        json.loads(line) for line in Path(again.document["rejects_file"]).read_text().splitlines()
    ]
    assert [line["rejectedrow"] for line in rejects] == list(range(1, 11))
    whole = load(path)
    assert (counts(whole), whole.result.files[0].gone_on_from) == ((0, 30, 0, 10), 0)


@pytest.mark.parametrize("kept", [0, 1, 3])
def test_a_run_killed_between_batches_read_together_begins_with_their_first(
    home, load, tmp_path, monkeypatch, kept
):
    path = ndjson(tmp_path / "a.ndjson", [event(str(n), n - 10) for n in range(40)])
    settle, left = take.settle, [kept]

    class Killed(BaseException):
        pass

    def killed(*args):
        if not left[0]:
            raise Killed
        left[0] -= 1
        return settle(*args)

    with monkeypatch.context() as patch:
        patch.setattr(take, "settle", killed)
        with pytest.raises(Killed):
            load(path, batch=8)
    counted = max(0, 8 * kept - 10)
    with UsageStore.open(home.usage_folder) as store:
        assert store.connection.execute("SELECT count(*) FROM seen").fetchone() == (counted,)
    again = load(path, batch=8)
    assert counts(again) == (30 - counted, counted, 0, 10)
    assert again.result.files[0].gone_on_from == 0
    rejects = Path(again.document["rejects_file"]).read_text().splitlines()
    assert [json.loads(line)["rejectedrow"] for line in rejects] == list(range(1, 11))
    assert totals(home) == {("code", "tokens_in"): sum(range(30))}


def test_batches_read_together_know_each_other(home, load, tmp_path):
    told = [("a", 1), ("b", 2), ("a", 1), ("b", 9), ("c", 3), ("a", 1), ("c", 3)]
    path = ndjson(tmp_path / "a.ndjson", [event(name, count) for name, count in told])
    assert counts(load(path, batch=2)) == (3, 3, 1, 0)
    with UsageStore.open(home.usage_folder) as store:
        ((batches,),) = store.connection.execute(
            "SELECT count(*) FROM batches WHERE accepted + duplicate + conflict > 0"
        ).fetchall()
    assert batches == 4
    assert totals(home) == {("code", "tokens_in"): 6}


def test_a_conflict_is_told_and_the_first_counts(home, load, tmp_path):
    load(ndjson(tmp_path / "a.ndjson", [event("a", 5)]))
    found = load(ndjson(tmp_path / "b.ndjson", [event("a", 6), event("b", 7)]))
    assert (counts(found), codes(found)) == ((1, 0, 1, 0), {"conflicts-open"})
    assert totals(home) == {("code", "tokens_in"): 12}


def test_tenants_have_identities_of_their_own(home, load, tmp_path):
    path = ndjson(tmp_path / "a.ndjson", [event("a", 5)])
    assert counts(load(path)) == (1, 0, 0, 0)
    assert counts(load(path, tenant="other")) == (1, 0, 0, 0)
    assert totals(home) == {("code", "tokens_in"): 10}


def test_a_tenant_that_sent_nothing_yet_is_told_of_once(load, tmp_path):
    path = ndjson(tmp_path / "a.ndjson", [event("a", 5)])
    assert codes(load(path, tenant="first")) == set()
    assert codes(load(path, path, tenant="frist")) == {"tenant-new"}
    assert codes(load(path, tenant="frist")) == codes(load(path, tenant="first")) == set()
    assert codes(load(path, tenant=" ")) == {"missing-field"}


def test_faults_of_what_is_asked_come_together_and_take_nothing(home, load, tmp_path):
    path = ndjson(tmp_path / "a.ndjson", [event("a")])
    found = load(path, tmp_path / "none.csv", tmp_path / "a.xml")
    assert (found.exit_code, codes(found)) == (2, {"file-not-found"})
    assert len(found.issues) == 2
    assert totals(home) == {}
    assert codes(load(path, mapping="azure")) == {"unknown-name"}
    assert codes(load(path, mapping="azure-llm")) == {"choice-of-one"}
    assert codes(load(path, lease="code")) == {"choice-of-one"}
    assert codes(load(path, mapping="azure-llm", lease="nobody")) == {"unknown-lease"}
    assert codes(usage_load(Asked((str(path),), str(tmp_path / "none")))) == {"store-missing"}


def test_the_store_is_let_go_between_batches_where_another_waits(home, load, tmp_path, monkeypatch):
    path = ndjson(tmp_path / "a.ndjson", [event(str(number)) for number in range(9)])
    opened = []
    original = UsageStore.open

    def counted(*args, **keywords):
        opened.append(1)
        return original(*args, **keywords)

    monkeypatch.setattr(UsageStore, "open", counted)
    monkeypatch.setattr(load_module, "READ_TOGETHER", 1)
    load(path, batch=3)
    assert len(opened) == 1
    monkeypatch.setattr(load_module, "HELD_SECONDS", -1.0)
    assert counts(load(path, batch=3)) == (0, 9, 0, 0)
    assert len(opened) == 2
    monkeypatch.setattr(UsageStore, "is_wanted", lambda store: True)
    assert counts(load(path, batch=3)) == (0, 9, 0, 0)
    assert len(opened) > 5


def test_a_reader_has_its_turn_while_a_file_is_loaded(home, load, tmp_path, monkeypatch):
    path = ndjson(tmp_path / "a.ndjson", [event(str(number)) for number in range(9)])
    seen: list[int] = []
    begun, keep = threading.Event(), UsageStore.keep

    def read():
        begun.set()
        with UsageStore.open(home.usage_folder, read_only=True) as store:
            seen.append(store.cutoff())

    reader = threading.Thread(target=read)

    def kept(store, *args, **keywords):
        if not begun.is_set():
            reader.start()
            begun.wait()
            while not store.is_wanted():
                time.sleep(0.001)
        return keep(store, *args, **keywords)

    monkeypatch.setattr(UsageStore, "keep", kept)
    monkeypatch.setattr(load_module, "READ_TOGETHER", 1)
    monkeypatch.setattr(load_module, "HELD_SECONDS", -1.0)
    assert counts(load(path, batch=3)) == (9, 0, 0, 0)
    reader.join(30)
    assert seen == [3]


def test_who_waits_sees_how_far_it_is(home, tmp_path):
    path = ndjson(tmp_path / "a.ndjson", [event(str(number)) for number in range(9)])
    begun: list[tuple[str, int]] = []
    read: list[int] = []

    class Shown:
        def begin(self, name: str, total: int) -> None:
            begun.append((name, total))

        def advance(self, count: int) -> None:
            read.append(count)

    usage_load(Asked((str(path),), str(home.folder)), Shown())
    assert begun == [("a.ndjson", path.stat().st_size)]
    assert sum(read) == path.stat().st_size


@pytest.mark.parametrize("name", AZURE)
def test_the_public_traces_add_up_to_their_own_sums(home, load, root: Path, name):
    folder = Path(os.environ.get("LESSOR_TRACES", root.parent / "shared" / "cases" / "traces"))
    path = folder / f"azure_llm_2023_{name}.csv"
    if not path.exists():
        pytest.skip(f"the Azure trace {path.name} is not there: set LESSOR_TRACES")
    rows, tokens_in, tokens_out = AZURE[name]
    with path.open(newline="") as file:
        told = list(csv.DictReader(file))
    assert len(told) == rows
    assert sum(int(row["ContextTokens"]) for row in told) == tokens_in
    assert sum(int(row["GeneratedTokens"]) for row in told) == tokens_out
    found = load(path, mapping="azure-llm", lease="code", batch=5_000)
    assert (found.issues, counts(found)) == ((), (2 * rows, 0, 0, 0))
    assert totals(home) == {("code", "tokens_in"): tokens_in, ("code", "tokens_out"): tokens_out}
    assert counts(load(path, mapping="azure-llm", lease="code")) == (0, 2 * rows, 0, 0)


def test_what_was_set_aside_is_mended_in_its_file_and_loaded(home, load, tmp_path):
    path = tmp_path / "bad.csv"
    with path.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["id", "source", "type", "subject", "time", "quantity", "unit"])
        rows.writerow(["a", "gw", "tokens_in", "code", "yesterday", "12", "token"])
        rows.writerow(["b", "gw", "tokens_in", "code", "2026-05-16T00:00:00Z", "-1", "token"])
    found = load(path)
    assert counts(found) == (0, 0, 0, 2)
    aside = Path(found.document["rejects_file"])
    unmended = tmp_path / "unmended.ndjson"
    unmended.write_bytes(aside.read_bytes())
    assert reasons(load(unmended)) == reasons(found) == ["time-unreadable", "quantity-negative"]
    mended = tmp_path / "mended.ndjson"
    text = aside.read_text().replace("yesterday", "2026-05-16T00:00:00Z").replace('"-1"', '"1"')
    mended.write_text(text)
    assert counts(load(mended)) == (2, 0, 0, 0)
    assert totals(home) == {("code", "tokens_in"): 13}


def test_a_float_that_was_refused_stays_one(load, tmp_path):
    found = load(ndjson(tmp_path / "a.ndjson", [event("a", 1.5)]))
    aside = Path(found.document["rejects_file"])
    again = tmp_path / "again.ndjson"
    again.write_bytes(aside.read_bytes())
    assert reasons(load(again)) == reasons(found) == ["quantity-is-float"]


def reasons(outcome) -> list[str]:
    lines = Path(outcome.document["rejects_file"]).read_text().splitlines()
    return [json.loads(line)["rejectedcode"] for line in lines]
