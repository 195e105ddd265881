"""`lessor init`: the store is made once, readable by its owner alone, and never made over."""

import json
import os
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lessor.app.cli import app
from lessor.app.commands.init import init
from lessor.app.commands.usage_audit import usage_audit
from lessor.core.issue import FaultsError
from lessor.store.usage.catalogue import UsageStore
from tests.app.kept_store import book, close, make_store, use

RUNNER = CliRunner()


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_it_makes_folder_records_and_usage(tmp_path):
    folder = tmp_path / "books"
    found = RUNNER.invoke(app, ["init", "--store", str(folder), "--json"])
    assert found.exit_code == 0
    document = json.loads(found.stdout)
    assert document["created"] is True
    assert document["store"] == str(folder)
    assert document["issues"] == []
    assert (folder / "records.sqlite").is_file()
    assert (folder / "usage" / "catalogue.duckdb").is_file()
    assert oct(os.stat(folder).st_mode & 0o777) == "0o700"


def test_made_again_it_changes_nothing(tmp_path):
    folder = tmp_path / "books"
    assert init(str(folder)).exit_code == 0
    before = contents(folder)
    again = RUNNER.invoke(app, ["init", "--store", str(folder)])
    assert again.exit_code == 0
    assert "there is a store already, and it stays as it is" in again.stdout
    assert contents(folder) == before


def test_a_store_with_its_records_elsewhere_is_not_made_over(tmp_path):
    assert init(str(tmp_path)).exit_code == 0
    found = init(str(tmp_path), records_url=f"sqlite:///{tmp_path}/other.sqlite")
    assert found.exit_code == 2
    assert [issue.code for issue in found.issues] == ["store-exists"]


def test_records_may_lie_elsewhere(tmp_path):
    url = f"sqlite:///{tmp_path}/other.sqlite"
    found = init(str(tmp_path / "books"), records_url=url)
    assert found.document["records"] == url
    assert (tmp_path / "other.sqlite").is_file()


def test_a_path_is_told_as_it_is_written(tmp_path):
    folder = tmp_path / "空 格 100%#;"
    assert init(str(folder)).document["records"] == f"sqlite:///{folder}/records.sqlite"


def test_a_path_that_usage_cannot_be_kept_under(tmp_path):
    found = init(str(tmp_path / "what?"))
    assert [issue.code for issue in found.issues] == ["file-not-writable"]
    assert os.listdir(tmp_path) == []


def test_a_store_made_among_other_files_is_warned_of(tmp_path):
    (tmp_path / "deal.yaml").touch()
    found = init(str(tmp_path))
    assert found.exit_code == 0
    assert [(issue.code, issue.severity) for issue in found.issues] == [
        ("folder-not-empty", "warning")
    ]
    assert init(str(tmp_path)).issues == ()
    # What is left of a store that lost its settings is no other file.
    (tmp_path / "deal.yaml").unlink()
    (tmp_path / "config.toml").unlink()
    assert init(str(tmp_path)).issues == ()


def test_no_empty_usage_is_made_beside_months_that_were_closed_on_some(tmp_path):
    home = make_store(tmp_path / "store")
    book(home)
    (home.usage_folder / "catalogue.duckdb").unlink()
    assert init(str(home.folder)).exit_code == 0
    use(home, "a", date(2026, 1, 20), 60_000_000, number=1)
    close(home, "2026-01")
    (home.usage_folder / "catalogue.duckdb").unlink()
    lost = usage_audit(str(home.folder))
    assert [issue.code for issue in lost.issues] == ["store-missing"]
    assert "copy" in lost.issues[0].remedy
    found = init(str(home.folder))
    assert [issue.code for issue in found.issues] == ["usage-behind"]
    assert not (home.usage_folder / "catalogue.duckdb").exists()


def test_no_month_is_closed_on_less_usage_than_was_billed(tmp_path):
    home = make_store(tmp_path / "store")
    book(home)
    use(home, "a", date(2026, 1, 20), 60_000_000, number=1)
    close(home, "2026-01")
    (home.usage_folder / "catalogue.duckdb").unlink()
    UsageStore.create(home.usage_folder)
    for is_draft in (False, True):
        with pytest.raises(FaultsError) as refused:
            close(home, "2026-02", is_draft=is_draft)
        assert [issue.code for issue in refused.value.issues] == ["usage-behind"]


def test_the_folder_is_that_of_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("LESSOR_HOME", str(tmp_path / "home"))
    assert init(None).document["store"] == str(tmp_path / "home")


@pytest.mark.skipif(os.geteuid() == 0, reason="everything is writable to root")
def test_a_folder_that_cannot_be_written_is_an_issue(tmp_path):
    tmp_path.chmod(0o500)
    found = init(str(tmp_path / "books"))
    assert [issue.code for issue in found.issues] == ["file-not-writable"]
