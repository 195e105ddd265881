"""`lessor quote` through the Typer runner: files of both sorts, documents, and refusals."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lessor.app.cli import app
from lessor.app.commands.check import check

RUNNER = CliRunner()
FIXED = [
    "rent",
    "rate_nominal",
    "rate_flat",
    "irr_nominal",
    "irr_effective",
    "rate_implicit",
    "cost_all_in",
]
LEASE = "examples/sale-leaseback/lease.yaml"
EXAMPLES = ("sale-leaseback", "spv-finance-lease")


@pytest.fixture(autouse=True)
def _in_the_project(root: Path, monkeypatch):
    monkeypatch.chdir(root)


def ran(*args: str):
    """The exit code, stdout and stderr of `lessor quote`."""
    result = RUNNER.invoke(app, ["quote", *args])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def document(*args: str, code: int = 0):
    """The JSON document, which must be all that stdout holds, without NaN."""
    given, out, _ = ran(*args, "--json")
    assert given == code, out
    return json.loads(out, parse_constant=lambda name: pytest.fail(f"{name} in the document"))


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_deal_and_its_lease_alone_are_quoted_alike(name: str):
    alone = document(f"examples/{name}/lease.yaml")
    within = document(f"examples/{name}/deal.yaml")
    for key in FIXED:
        assert alone[key] == pytest.approx(within[key], rel=1e-12), key
    assert alone["rents"] == within["rents"]
    assert alone["issues"] == []


def test_the_document_adds_up():
    found = document(LEASE)
    assert sum(row["principal"] for row in found["rents"]) == pytest.approx(29e6)
    assert sum(row["rent"] for row in found["rents"]) == pytest.approx(found["rents_total"])
    assert found["deposit"] == pytest.approx(0.05 * 29e6)
    # 6% on interest that is not credited; the price to buy back is 100.
    assert found["vat_not_credited"] == pytest.approx(0.06 * found["interest_total"])
    assert found["rents"][-1]["purchase_price"] == 100
    assert len(found["rates"]) == 8
    assert found["take_downs"][0]["rents"] == pytest.approx([found["rent"]] * 8)


def test_tables_show_every_rate_and_each_rent():
    code, out, err = ran(LEASE)
    assert (code, err) == (0, "")
    for name in FIXED:
        assert name in out
    for words in ("the rents alone", "fees, deposit, VAT", "2026-10-15", "sale and leaseback"):
        assert words in out


def test_terms_may_be_set_and_a_facility_named():
    flat = document(LEASE, "--set", "lease.rate.quoted=flat")
    assert flat["rate_flat"] == pytest.approx(0.045)
    deal = "examples/sale-leaseback/deal.yaml"
    assert document(deal, "leaseback")["lease"] == "leaseback"
    loan = document("examples/b300-10k/deal.yaml", "bank")
    # A loan that is named is quoted as a lease would be.
    assert loan["irr_nominal"] == pytest.approx(0.04)
    assert loan["financed"] == pytest.approx(6.3e9)


@pytest.mark.parametrize(
    ("args", "code", "field"),
    [
        ((LEASE, "other"), "unknown-name", "lease"),
        ((LEASE, "--set", "lease.principal=50%"), "lease-unsaid", "lease.principal"),
        ((LEASE, "--set", "lease.rental.deposit=110%"), "out-of-bounds", "lease.rental.deposit"),
        (
            (LEASE, "--set", "lease.rental.rents=[{times: 7, amount: 4e6}]"),
            "rents-not-term",
            "lease.rental.rents",
        ),
        ((LEASE, "--set", "lease.repayment.until=lease_end"), "maturity-unknown", ""),
        (("examples/b300-10k/deal.yaml",), "lease-unsaid", "facilities"),
        (("examples/sale-leaseback/deal.yaml", "leesback"), "unknown-name", "facilities"),
        (("no-such-file.yaml",), "file-not-found", ""),
    ],
)
def test_what_cannot_be_quoted_exits_2_with_its_issue(args, code, field):
    issues = document(*args, code=2)["issues"]
    assert code in [issue["code"] for issue in issues]
    found = next(issue for issue in issues if issue["code"] == code)
    assert found["field"].startswith(field)
    exit_code, out, err = ran(*args)
    assert (exit_code, out) == (2, "")
    assert f"[{code}]" in err


def test_a_lease_file_is_told_where_to_go():
    (issue,) = check(LEASE).issues
    assert (issue.code, "lessor quote" in issue.remedy) == ("wrong-format", True)


def test_no_spoiled_field_of_a_lease_file_ends_in_a_traceback(tmp_path):
    text = Path("examples/spv-finance-lease/lease.yaml").read_text(encoding="utf-8")
    lines = text.splitlines()
    spoiled = tmp_path / "lease.yaml"
    tried = 0
    for number, line in enumerate(lines):
        name, colon, value = line.partition(":")
        if not colon or name.strip().startswith("#") or not value.strip():
            continue
        for bad in ("", "-5", "1e30", "nonsense", "{a: b}", "0", "100%"):
            changed = [*lines[:number], f"{name}: {bad}", *lines[number + 1 :]]
            spoiled.write_text("\n".join(changed), encoding="utf-8")
            code, _, _ = ran(str(spoiled), "--json")
            assert code in (0, 2), (name, bad)
            tried += 1
    assert tried > 100
