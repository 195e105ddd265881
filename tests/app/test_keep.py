"""`lessor keep`: deals in the store, a version each time that they changed."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lessor.app.cli import app
from lessor.store.records.records import Records
from tests.app.kept_store import RENTED, make_store

RUNNER = CliRunner()
EXAMPLE = Path(__file__).parents[2] / "examples" / "b300-10k" / "deal.yaml"


@pytest.fixture
def home(tmp_path):
    return make_store(tmp_path / "store")


def kept(home, *paths, code=0):
    asked = ["keep", *map(str, paths), "--store", str(home.folder), "--json"]
    result = RUNNER.invoke(app, asked)
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def texts(home):
    with Records.open(home.records_url) as records, records.reading() as reader:
        return {
            deal.name: [v.text for v in reader.deal_versions(deal.name)] for deal in reader.deals()
        }


def test_a_deal_is_kept_as_it_is_written(home):
    (found,) = kept(home, EXAMPLE)["deals"]
    assert (found["version"], found["change"]) == (1, "new")
    assert texts(home) == {found["name"]: [EXAMPLE.read_text()]}


def test_only_what_changed_is_a_new_version(home, tmp_path):
    path = tmp_path / "deal.yaml"
    path.write_text(RENTED)
    changes = [kept(home, path)["deals"][0]["change"] for _ in range(2)]
    path.write_text(RENTED + "# looked over\n")
    again = kept(home, path)["deals"][0]
    assert changes == ["new", "unchanged"]
    assert (again["version"], again["change"]) == (2, "changed")
    assert texts(home)[again["name"]] == [RENTED, RENTED + "# looked over\n"]


def test_where_one_has_a_fault_none_is_kept(home, tmp_path):
    path = tmp_path / "broken.yaml"
    path.write_text("deal: x\n")
    assert kept(home, EXAMPLE, path, code=2)["issues"]
    assert texts(home) == {}


def test_the_page_says_under_which_name(home):
    asked = ["keep", str(EXAMPLE), "--store", str(home.folder)]
    assert "b300" in RUNNER.invoke(app, asked).stdout
