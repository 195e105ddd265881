"""`lessor init`: the store is made once, readable by its owner alone, and never made over."""

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lessor.app.cli import app
from lessor.app.commands.init import init

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


def test_the_folder_is_that_of_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("LESSOR_HOME", str(tmp_path / "home"))
    assert init(None).document["store"] == str(tmp_path / "home")


@pytest.mark.skipif(os.geteuid() == 0, reason="everything is writable to root")
def test_a_folder_that_cannot_be_written_is_an_issue(tmp_path):
    tmp_path.chmod(0o500)
    found = init(str(tmp_path / "books"))
    assert [issue.code for issue in found.issues] == ["file-not-writable"]
