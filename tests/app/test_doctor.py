"""The doctor finds what was done to a store by hand or by a crash, and mends what is safe."""

import hashlib
import json
import shutil
import sqlite3
from datetime import date

import pytest
from typer.testing import CliRunner

from lessor.app.cli import app
from lessor.app.doctor import Orders, examine
from lessor.core.issue import FaultsError, Issue, errors
from lessor.store.records.records import Records
from lessor.store.records.rows import LeaseVersion
from lessor.store.usage.catalogue import UsageStore
from lessor.terms.booking import canonical
from tests.app.kept_store import NOW, book, close, make_store, use

RUNNER = CliRunner()


@pytest.fixture
def home(tmp_path):
    """Two leases, two months closed, a note for late usage, everything in columnar files."""
    home = make_store(tmp_path / "store")
    book(home, copies=2)
    use(home, "a-00", date(2026, 1, 20), 60_000_000, number=1)
    use(home, "a-00", date(2026, 2, 20), 60_000_000, number=2)
    close(home, "2026-01")
    close(home, "2026-02")
    use(home, "a-00", date(2026, 1, 21), 10_000_000, number=3)
    close(home, "2026-02")
    with UsageStore.open(home.usage_folder) as store:
        store.compact()
    return home


def found(home, *, mend=False, rerate=True):
    return examine(home, Orders(mend, rerate, "ann", NOW))


def codes(home, **more):
    return sorted({issue.code for issue in found(home, **more).issues})


def tampered(home, statement):
    """Change records as nothing of ours can: without the triggers that refuse it."""
    with sqlite3.connect(home.folder / "records.sqlite") as connection:
        triggers = connection.execute("select name, sql from sqlite_master where type = 'trigger'")
        kept = triggers.fetchall()
        for name, _ in kept:
            connection.execute(f"drop trigger {name}")
        assert connection.execute(statement).rowcount > 0
        for _, sql in kept:
            connection.execute(sql)
    connection.close()


def test_a_store_that_nothing_happened_to_is_sound(home):
    examination = found(home)
    assert examination.issues == []
    checked = {check.name: check.looked_at for check in examination.checks}
    assert (checked["documents"], checked["leases rated again"]) == (6, 2)


def test_an_empty_store_is_sound(tmp_path):
    assert codes(make_store(tmp_path / "store")) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("update document_lines set amount = amount + 1 where document = 3", "sum"),
        ("update documents set net = net + 1, total = total + 1 where id = 3", "sum"),
        ("update document_taxes set base = base + 100 where document = 1", "VAT"),
        ("update document_lines set before_amount = 7 where document = 5", "billed before"),
        ("update documents set prepaid = total + 1 where id = 1", "paid ahead"),
        ("update documents set attempt = 1, period = '2026-01' where id = 3", "more than once"),
        ("update number_series set last = 9", "counter"),
        ("delete from audit where what = 'issued' and subject like '%-000002'", "audit"),
        ("update lease_versions set terms = replace(terms, '69', '70')", "booked"),
        ("update rating_runs set closing = '{}' where period = '2026-01'", "state"),
    ],
)
def test_what_was_changed_by_hand_is_said(home, statement, said):
    tampered(home, statement)
    examination = found(home)
    assert errors(examination.issues)
    assert said in " ".join(issue.message for issue in examination.issues)


def test_a_price_changed_by_hand_no_longer_gives_what_was_issued(home):
    parts = "update {} where document = 1 and position = 0"
    tampered(home, parts.format("document_lines set amount = amount + 1000"))
    tampered(home, parts.format("document_taxes set base = base + 1000, tax = tax + 60"))
    total = "net = net + 1000, tax = tax + 60, total = total + 1060"
    tampered(home, f"update documents set {total} where id = 1")
    assert codes(home) == ["lines-differ"]


def test_each_document_is_what_its_own_run_came_to(home):
    # A cent moved from an invoice to its note leaves all sums as they were.
    tampered(
        home,
        "update document_lines set amount = amount + 100 where document = 1 and charge = 'tokens'",
    )
    tampered(home, "update document_taxes set base = base + 100, tax = tax + 6 where document = 1")
    tampered(
        home,
        "update documents set net = net + 100, tax = tax + 6, total = total + 106 where id = 1",
    )
    tampered(
        home,
        "update document_lines set amount = amount - 100, before_amount ="
        " before_amount + 100 where document = 5",
    )
    tampered(home, "update document_taxes set base = base - 100, tax = tax - 6 where document = 5")
    tampered(
        home,
        "update documents set net = net - 100, tax = tax - 6, total = total - 106 where id = 5",
    )
    assert codes(home, rerate=False) == []
    assert codes(home) == ["lines-differ"]


def test_amended_terms_are_rated_as_they_were_known_each_time(home):
    with Records.open(home.records_url) as records, records.writing(who="ann", at=NOW) as writer:
        [lease] = writer.leases(["a-00"])
        terms = json.loads(json.dumps(lease.versions[0].terms).replace("69", "70"))
        digest = hashlib.sha256(canonical(terms).encode()).hexdigest()
        writer.add_version("a-00", LeaseVersion(2, date(2026, 2, 1), terms, digest))
    # Booked, and no month closed since: what was issued knew the first version alone.
    assert codes(home) == []
    assert {each.document.kind for each in close(home, "2026-02").issued} >= {"debit_note"}
    assert codes(home) == []


def test_a_segment_that_is_gone_or_torn_is_named(home):
    segment = next(home.usage_folder.glob("events/day=2026-01-20/*.parquet"))
    whole = segment.read_bytes()
    segment.write_bytes(whole[:-10])
    [torn] = [issue for issue in found(home).issues if issue.code == "usage-unsound"]
    assert "2026-01-20" in torn.place.file
    segment.unlink()
    assert "usage-unsound" in codes(home)
    segment.write_bytes(whole)
    assert codes(home) == []


def test_an_older_copy_of_usage_is_seen_before_anything_is_closed_on_it(home, tmp_path):
    shutil.copytree(home.usage_folder, tmp_path / "copy")
    use(home, "a-01", date(2026, 3, 5), 1_000_000, number=4)
    close(home, "2026-03")
    shutil.rmtree(home.usage_folder)
    shutil.copytree(tmp_path / "copy", home.usage_folder)
    assert codes(home) == ["usage-unsound"]


def test_a_catalogue_that_does_not_open_does_not_hide_what_the_records_are(home):
    (home.usage_folder / "catalogue.duckdb").write_bytes(b"torn" * 4000)
    examination = found(home)
    assert [issue.code for issue in examination.issues] == ["store-damaged"]
    assert {"documents", "leases"} <= {check.name for check in examination.checks}


def test_what_a_crash_left_is_put_out_of_the_way_and_nothing_else(home):
    left = (
        home.usage_folder / "staging" / "events-day=2026-01-20-000000000000009.parquet",
        home.usage_folder / "events" / "day=2026-01-20" / "000000000000009.parquet",
        home.folder / "config.toml.4711",
    )
    for path in left:
        path.write_bytes(b"half")
    close(home, "2026-03", is_draft=True)
    close(home, "2026-03", lease="a-00")
    with Records.open(home.records_url) as records, records.reading() as reader:
        kept = reader.documents()
        assert len(reader.drafts()) == 1
    assert codes(home) == ["left-over"]
    assert codes(home, mend=True) == ["left-over"]
    assert codes(home) == []
    assert not any(path.exists() for path in left)
    with Records.open(home.records_url) as records, records.reading() as reader:
        assert reader.documents() == kept
        assert len(reader.drafts()) == 1


def test_a_draft_of_a_month_that_was_invoiced_meanwhile_is_dropped(home):
    close(home, "2026-03", is_draft=True)
    with Records.open(home.records_url) as records, records.writing(who="ann", at=NOW) as writer:
        drafts = writer.drafts()
    close(home, "2026-03")
    with Records.open(home.records_url) as records, records.writing(who="ann", at=NOW) as writer:
        writer.put_drafts([(document, run) for _, document, run in drafts])
    assert codes(home) == ["left-over"]
    found(home, mend=True)
    assert codes(home) == []


def test_what_another_still_writes_is_left_alone(home):
    path = home.usage_folder / "staging" / "half.parquet"
    path.write_bytes(b"half")
    seen = []

    def opened(folder, **more):
        seen.append(path.exists())
        raise FaultsError([Issue("store-busy", "another process holds it", "wait")])

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(UsageStore, "open", opened)
        assert codes(home, mend=True) == ["left-over", "store-busy"]
    assert (seen, path.exists()) == ([True], True)


def voided(home, number):
    with Records.open(home.records_url) as records, records.writing(who="ann", at=NOW) as writer:
        writer.void(number, date(2026, 4, 1))


def test_a_voided_month_only_waits_to_be_invoiced_anew(home):
    voided(home, "ACME-COMPUTE-2026-000003")
    assert codes(home) == ["void-not-billed"]
    assert errors(found(home).issues) == ()


def test_a_voided_note_is_no_fault_and_waits_for_its_own_month(home):
    with Records.open(home.records_url) as records, records.reading() as reader:
        note = next(each for each in reader.documents() if each.document.kind != "invoice")
    voided(home, note.number)
    [issue] = found(home).issues
    assert (issue.code, issue.severity.value) == ("void-not-billed", "note")
    assert note.document.period in issue.message

    # Neither another month's closing nor new usage brings it back, only the month's own closing.
    use(home, "a-00", date(2026, 3, 20), 30_000_000, number=4)
    others = [each for each in close(home, "2026-03").issued if each.document.period != "2026-03"]
    assert [each.number for each in others if each.number > note.number] == []
    again = [
        each
        for each in close(home, note.document.period).issued
        if each.document.period == note.document.period
    ]
    assert again[-1].document.total == note.document.total
    assert again[-1].document.corrects == note.document.corrects
    assert codes(home) == []


def test_the_command_says_how_it_is_and_ends_so(home):
    asked = ["doctor", "--rerate", "--store", str(home.folder)]
    sound = RUNNER.invoke(app, asked)
    assert (sound.exit_code, sound.stderr) == (0, "")
    assert sound.stdout.splitlines()[-1] == "the store is sound"
    tampered(home, "update number_series set last = 9")
    unsound = RUNNER.invoke(app, [*asked, "--json"])
    document = json.loads(unsound.stdout)
    assert (unsound.exit_code, document["sound"]) == (2, False)
    assert [issue["code"] for issue in document["issues"]] == ["records-unsound"]
