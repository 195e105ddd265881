"""The commands through the Typer runner: exit codes, documents, and where faults are told."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lessor import __version__
from lessor.app.cli import app
from lessor.app.commands.new import STARTER
from lessor.forecast.metric_table import METRIC
from lessor.terms.deal import Deal
from lessor.terms.load import load_deal
from lessor.terms.reference import KINDS
from lessor.terms.shapes import fields_of

RUNNER = CliRunner()
DEAL = "examples/b300-10k/deal.yaml"
BASE = "leases.anchor.charges.base.amount"
ISSUE_KEYS = {"code", "severity", "message", "remedy", "file", "line", "column", "field"}


@pytest.fixture(autouse=True)
def _in_the_project(root: Path, monkeypatch):
    monkeypatch.chdir(root)


def ran(*args: str):
    """The exit code, stdout and stderr of a command."""
    result = RUNNER.invoke(app, list(args))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def document(*args: str, code: int = 0):
    """The JSON document of a command, which must be all that stdout holds, without NaN."""
    given, out, _ = ran(*args, "--json")
    assert given == code, out
    return json.loads(out, parse_constant=lambda name: pytest.fail(f"{name} in the document"))


def codes(found) -> list[str]:
    for issue in found["issues"]:
        assert set(issue) == ISSUE_KEYS
    return [issue["code"] for issue in found["issues"]]


def test_version():
    assert ran("--version") == (0, f"lessor {__version__}\n", "")


def test_check_tells_that_a_deal_is_right():
    code, out, err = ran("check", DEAL)
    assert (code, err) == (0, "")
    assert f"{DEAL}: can be underwritten, no faults" in out
    assert document("check", DEAL) == {"deal": "B300 cluster, 10,000 cards", "issues": []}


def test_check_lists_all_faults_on_stderr_and_exits_2(tmp_path):
    bad = tmp_path / "bad.yaml"
    text = Path(DEAL).read_text(encoding="utf-8")
    bad.write_text(
        text.replace("npv_rate: 10%", "npv_rate: 10").replace("term: 60 months", "trem: 1")
    )
    code, out, err = ran("check", str(bad))
    assert (code, out) == (2, "")
    assert "error[percent-as-number] npv_rate" in err
    assert "error[unknown-field] leases.anchor.trem" in err
    assert err.splitlines()[-1] == "2 errors"
    found = document("check", str(bad), code=2)
    assert set(found) == {"issues"}
    assert codes(found) == ["percent-as-number", "unknown-field"]


def test_underwrite_document():
    found = document("underwrite", DEAL)
    assert list(found) == ["deal", "currency", "closing_date", "metrics", "metric_notes", "issues"]
    assert (found["currency"], found["closing_date"]) == ("CNY", "2026-05-01")
    assert set(found["metrics"]) == set(METRIC)
    assert found["metrics"]["payback_years_total"] == pytest.approx(7 / 1.45, rel=1e-9)
    for name, value in found["metrics"].items():
        assert value is not None or found["metric_notes"][name], name


def test_underwrite_with_months_years_and_sets():
    found = document(
        "underwrite", DEAL, "--set", f"{BASE}=1.4e9", "--set", "npv_rate=8%",
        "--periods", "--statement",
    )  # fmt: skip
    assert len(found["periods"]) == 60
    assert found["periods"][0]["period"] == "2026-05"
    assert found["metrics"]["payback_years_total"] == pytest.approx(5.0)
    years = found["statement"]["years"]
    assert [year["year"] for year in years] == [2026, 2027, 2028, 2029, 2030, 2031]
    assert sum(year["revenue"] for year in years) == pytest.approx(7e9)


def test_underwrite_tables_name_every_metric_and_say_why_one_has_no_value():
    code, out, err = ran("underwrite", DEAL, "--periods", "--statement")
    assert (code, err) == (0, "")
    for name in METRIC:
        assert f" {name}\n" in out, name
    assert "4.828 years" in out
    assert "not within 5 years; 12.1 years at that pace" in out
    assert "CNY 7.000bn" in out
    assert "Month by month, CNY m" in out
    assert "2031-04" in out
    assert "Income by year, CNY m" in out


def test_a_warning_goes_to_stderr_and_the_result_to_stdout():
    code, out, err = ran("underwrite", DEAL, "--set", f"{BASE}=1.3e9")
    assert code == 0
    assert "warning[equity-supports-debt]" in err
    assert "warning" not in out
    assert codes(document("underwrite", DEAL, "--set", f"{BASE}=1.3e9")) == ["equity-supports-debt"]


def test_a_wrong_path_says_which_were_near():
    found = document("underwrite", DEAL, "--set", "leases.ancor.term=4 years", code=2)
    assert codes(found) == ["unknown-path"]
    assert "leases.anchor.term" in found["issues"][0]["remedy"]


def test_solve_document_has_its_six_keys():
    found = document("solve", DEAL, "--vary", BASE, "--until", "payback_years_total=3")
    assert list(found) == ["vary", "until", "value", "admissible", "nearest", "note"]
    assert found["value"] == pytest.approx(7e9 / 3, rel=1e-7)
    assert found["admissible"] is True


def test_solve_tells_warnings_in_the_note():
    sets = ["--set", "assets.servers.model=HGX-H800-8"]
    found = document("solve", DEAL, "--vary", BASE, "--until", "payback_years_total=3", *sets)
    assert "warning" in found["note"]


def test_solve_without_an_admissible_value_is_an_answer():
    args = ("solve", DEAL, "--vary", "facilities.bank.rate.value", "--until", "irr_equity=90%")
    found = document(*args)
    assert (found["value"], found["admissible"]) == (None, False)
    assert found["nearest"] is not None
    code, out, _ = ran(*args)
    assert code == 0
    assert out.startswith("No admissible value of facilities.bank.rate.value")


def test_solve_on_the_terminal_sets_the_answer_beside_the_deal():
    _, out, _ = ran("solve", DEAL, "--vary", BASE, "--until", "payback_years_total=3")
    assert f"payback_years_total=3 at {BASE} = 2.333bn" in out
    assert "the deal says 1.450bn: 60.9% more is needed" in out


def test_solve_for_a_share_is_off_by_points_and_not_by_a_share_of_a_share():
    share = "facilities.bank.principal.share"
    _, out, _ = ran("solve", DEAL, "--vary", share, "--until", "dscr_min=1.2")
    assert f"dscr_min=1.2 at {share} = 78.109%" in out
    assert "the deal says 90%: 11.891 points less" in out


def test_sensitivity_one_at_a_time_and_as_a_grid():
    ranges = [f"{BASE}=1.4e9:1.5e9", "assets.servers.unit_cost.amount=4e6:6e6"]
    one = document("sensitivity", DEAL, "--metric", "npv_equity")
    assert list(one) == ["metric", "base", "bars", "grid", "issues"]
    assert one["grid"] is None
    spans = [abs(bar["metric_high"] - bar["metric_low"]) for bar in one["bars"]]
    assert spans == sorted(spans, reverse=True)
    varies = [part for each in ranges for part in ("--vary", each)]
    two = document("sensitivity", DEAL, "--metric", "npv_equity", *varies)
    assert len(two["bars"]) == 2
    assert len(two["grid"]["cells"]) == len(two["grid"]["rows"]["values"])
    code, out, _ = ran("sensitivity", DEAL, "--metric", "npv_equity", *varies)
    assert code == 0
    assert f"{BASE} down, assets.servers.unit_cost.amount across" in out


def test_check_claim_document_and_words(root: Path):
    claim = "examples/pflops-1545/claim.yaml"
    found = document("check-claim", claim)
    assert {"claim", "readings", "solutions"} <= set(found)
    verdicts = {reading["name"]: reading["verdict"] for reading in found["readings"]}
    assert verdicts["four_years"] == "holds"
    assert verdicts["term_as_published"] == "cannot_be_told"
    code, out, _ = ran("check-claim", claim)
    assert code == 0
    for words in ("holds", "does not hold", "cannot be told"):
        assert words in out


def test_explain_leads_to_the_line_of_the_file():
    found = document("explain", DEAL, "rent_received", "--period", "2026-07")
    assert (found["figure"], found["period"]) == ("rent_received", "2026-07")
    node = found["tree"]
    assert node["value"] == pytest.approx(1.45e9 / 12)
    while node["children"]:
        node = node["children"][-1]
    assert node["place"]["field"] == BASE
    line = Path(DEAL).read_text(encoding="utf-8").splitlines()[node["place"]["line"] - 1]
    assert "1_450_000_000" in line
    _, out, _ = ran("explain", DEAL, "rent_received", "--period", "2026-07")
    assert f"{BASE} = 1,450,000,000" in out


def test_new_writes_once_and_never_over_a_file(tmp_path):
    path = tmp_path / "first.yaml"
    assert document("new", str(path)) == {"written": str(path), "issues": []}
    assert path.read_text(encoding="utf-8") == STARTER.read_text(encoding="utf-8")
    path.write_text("mine")
    assert codes(document("new", str(path), code=2)) == ["file-exists"]
    assert path.read_text() == "mine"
    assert codes(document("new", str(tmp_path / "none" / "a.yaml"), code=2)) == [
        "file-not-writable"
    ]


def test_the_starter_has_no_faults_and_pays_back(tmp_path):
    shutil.copy(STARTER, tmp_path / "deal.yaml")
    found = document("underwrite", str(tmp_path / "deal.yaml"))
    assert found["issues"] == []
    assert found["metrics"]["payback_years_equity"] is not None


def test_every_choice_of_the_starter_can_be_taken_and_every_block_stands_there(tmp_path):
    path = tmp_path / "deal.yaml"
    lines = STARTER.read_text(encoding="utf-8").splitlines()
    taken = [_uncommented(line) for line in lines]
    path.write_text("\n".join(taken), encoding="utf-8")
    loaded, issues = load_deal(path)
    assert loaded is not None, [issue.render() for issue in issues]
    said = set(loaded.source.tree)
    assert set(fields_of(Deal)) - said <= {"lessor", "story", "leased_in", "curves"}


def _uncommented(line: str) -> str:
    bare = line.lstrip()
    if bare.startswith("#") and not bare.startswith("# "):
        return line.replace("#", "", 1)
    return line


def test_schema_of_everything_of_a_part_and_of_nothing():
    everything = document("schema")["fields"]
    assert len(everything) > 300
    part = document("schema", "base_rent")["fields"]
    assert {field["owner"] for field in part} == {"base_rent"}
    below = document("schema", "facilities")["fields"]
    assert all(field["pattern"].startswith("facilities") for field in below)
    assert [field["owner"] for field in document("schema", "Asserted")["fields"]] == [
        "Asserted"
    ] * 3
    assert codes(document("schema", "leese", code=2)) == ["unknown-path"]
    code, out, _ = ran("schema", "Rate")
    assert code == 0
    assert "30/360 | 30E/360" in out


def test_schema_fields_say_their_bounds_as_numbers():
    share = next(
        field for field in document("schema", "Principal")["fields"]
        if field["pattern"].endswith("principal.share")
    )  # fmt: skip
    assert (share["low"], share["high"], share["type"]) == (0.0, 1.0, "fraction")


def test_reference_lists_figures_with_their_sources():
    assert {fact["kind"] for fact in document("reference")["facts"]} == set(KINDS)
    fact = document("reference", "servers")["facts"][0]
    assert set(fact) == {"kind", "name", "value", "unit", "as_of", "source", "grade", "note"}
    assert codes(document("reference", "server", code=2)) == ["unknown-reference"]
    code, out, _ = ran("reference", "servers")
    assert code == 0
    assert "HGX-B300-8.gpus" in out


@pytest.mark.parametrize(
    "args",
    [
        ("underwrite", "no-such-file.yaml"),
        ("underwrite", DEAL, "--set", "npv_rate"),
        ("underwrite", DEAL, "--set", "a..b=1"),
        ("underwrite", DEAL, "--set", "costs={"),
        ("solve", DEAL, "--vary", "leases..x", "--until", "dscr_min=1.2"),
        ("solve", DEAL, "--vary", "leases", "--until", "dscr_min=1.2"),
        ("solve", DEAL, "--vary", BASE, "--until", "dscr_min"),
        ("solve", DEAL, "--vary", BASE, "--until", "dscr_min=nan"),
        ("solve", DEAL, "--vary", BASE, "--until", "dscr=1.2"),
        ("sensitivity", DEAL, "--metric", "payback"),
        ("sensitivity", DEAL, "--metric", "dscr_min", "--vary", f"{BASE}=1"),
        ("sensitivity", DEAL, "--metric", "dscr_min", "--vary", "a..b=1:2"),
        ("check-claim", DEAL),
        ("check-claim", "no-such-file.yaml"),
        ("explain", DEAL, "profit"),
        ("explain", DEAL, "cfads", "--period", "2026-5"),
    ],
    ids=lambda args: " ".join(args),
)
def test_bad_input_is_named_and_ends_with_2(args):
    found = document(*args, code=2)
    assert set(found) == {"issues"}
    assert codes(found)
    code, out, err = ran(*args)
    assert (code, out) == (2, "")
    assert "error[" in err


@pytest.mark.parametrize("args", [(), ("underwrite",), ("underwrite", DEAL, "--sett", "a=1")])
def test_wrong_usage_ends_with_2(args):
    code, out, err = ran(*args)
    assert code == 2
    assert "Usage: " in out + err
