"""Where a store is looked for, what is made there, and what its settings may say."""

from pathlib import Path

import pytest

from lessor.core.issue import FaultsError
from lessor.store.home import Home, folder_of, make_home, open_home
from lessor.store.records.records import Records

POSTGRES = "postgresql+psycopg://lessor:pass%40word@localhost/records"


def codes(refused: pytest.ExceptionInfo[FaultsError]) -> list[str]:
    return [issue.code for issue in refused.value.issues]


@pytest.mark.parametrize(
    ("named", "environ", "expected"),
    [
        ("a", {"LESSOR_HOME": "b"}, "a"),
        (None, {"LESSOR_HOME": "b"}, "b"),
        (None, {"LESSOR_HOME": ""}, ".lessor"),
        (None, {}, ".lessor"),
    ],
)
def test_a_store_is_where_it_is_said_to_be(named, environ, expected):
    assert folder_of(named, environ) == Path(expected)


def test_a_store_is_made_for_its_owner_alone(tmp_path: Path):
    home = make_home(tmp_path / "deep" / "books")
    assert home == open_home(None, {"LESSOR_HOME": str(tmp_path / "deep" / "books")})
    modes = {
        path.relative_to(home.folder).as_posix(): oct(path.stat().st_mode & 0o777)
        for path in (home.folder, *home.folder.rglob("*"))
    }
    assert modes == {".": "0o700", "usage": "0o700", "config.toml": "0o600"}


def test_records_are_kept_in_the_folder_unless_said_otherwise(tmp_path: Path):
    home = make_home(tmp_path / "größe 100%?a=b")
    Records.create(home.records_url).close()
    assert (tmp_path / "größe 100%?a=b" / "records.sqlite").is_file()
    assert home.usage_folder == home.folder / "usage"
    assert make_home(tmp_path / "other", POSTGRES).records_url == POSTGRES


def test_a_store_is_the_same_from_another_folder(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    here = make_home("books").records_url
    monkeypatch.chdir(tmp_path / "books")
    assert open_home(".", {}).records_url == here


def test_making_a_store_again_changes_nothing(tmp_path: Path):
    home = make_home(tmp_path, POSTGRES)
    assert make_home(tmp_path) == make_home(tmp_path, POSTGRES) == home
    with pytest.raises(FaultsError) as refused:
        make_home(tmp_path, "sqlite")
    assert codes(refused) == ["store-exists"]
    assert "pass" not in str(refused.value)


def test_a_folder_that_cannot_be_made(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(FaultsError) as refused:
        make_home(tmp_path / "file" / "books")
    assert codes(refused) == ["file-not-writable"]


@pytest.mark.parametrize("name", ["deal.yaml", "deal.yaml/deeper", "a" * 400])
def test_what_is_no_folder_is_no_store(tmp_path: Path, name: str):
    (tmp_path / "deal.yaml").touch()
    for use in (lambda: open_home(tmp_path / name, {}), lambda: make_home(tmp_path / name)):
        with pytest.raises(FaultsError) as refused:
            use()
        (issue,) = refused.value.issues
        assert issue.code in ("store-missing", "file-not-writable")
        told = "the name is too long" if name.startswith("a") else "deal.yaml is no folder"
        assert issue.message.endswith(told)
        assert len(issue.message) < 300
        assert "--store DIR" in issue.remedy


@pytest.mark.parametrize(
    "settings",
    [
        "",
        "[records",
        "records = 3",
        "[records]\nurl = 3\n[usage]\nengine = 'duckdb'",
        "[records]\nurl = 'sqlite'\n[usage]\nengine = 'duck'",
        "[records]\nurl = 'sqlite'\n[usage]\nengine = ['duckdb']",
        b"\xff\xfe",
    ],
)
def test_settings_that_say_nothing_usable(tmp_path: Path, settings):
    text = settings if isinstance(settings, bytes) else settings.encode()
    (tmp_path / "config.toml").write_bytes(text)
    with pytest.raises(FaultsError) as refused:
        open_home(tmp_path, {})
    assert codes(refused) == ["store-settings"]


def test_spark_reads_usage_where_the_settings_say_so(tmp_path: Path):
    make_home(tmp_path)
    path = tmp_path / "config.toml"
    path.write_text(path.read_text().replace("duckdb", "spark"))
    assert open_home(tmp_path, {}) == Home(
        tmp_path, f"sqlite:///{tmp_path / 'records.sqlite'}", "spark"
    )


def test_no_store(tmp_path: Path):
    with pytest.raises(FaultsError) as refused:
        open_home(tmp_path, {})
    assert codes(refused) == ["store-missing"]
