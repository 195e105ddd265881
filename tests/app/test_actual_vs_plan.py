"""`lessor actual-vs-plan`: plan and bill of a kept lease, and why they differ."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from lessor.app.asking import Asker
from lessor.app.cli import app
from lessor.app.commands.actual_vs_plan import actual_vs_plan
from lessor.app.commands.book import BookRequest, book
from lessor.store.home import Home
from tests.app.kept_store import NOW, close, make_store, use

RUNNER = CliRunner()
DEAL = """
format: lessor/1
deal: As planned
currency: CNY
closing_date: 2026-01-01
assets:
  servers: {model: HGX-H800-8, quantity: 2, cost: 1e6, residual: market_value, hardware: yes,
    market_value: {curve: worth}, depreciation: 60 months}
curves:
  worth: {values: [{age: 0 months, share: 100%}, {age: 60 months, share: 10%}]}
costs:
  power: {kind: fixed, amount: 500, per: month}
leases:
  a:
    lessee: A lab
    capacity: {asset: servers, quantity: 2}
    events: {signed: 2026-01-01, expected_acceptance: 2026-01-01}
    term: 6 months
    usage: {tokens_per_month: 50_000_000, split: {out: 100%}}
    charges:
      base: {kind: base_rent, amount: 1000, per: server_month}
      tokens: {kind: usage, meter: tokens_out, per: million_tokens, price: 3}
      power: {kind: pass_through, cost: power}
"""
ACCEPTED = DEAL.replace("expected_acceptance", "accepted")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("COLUMNS", "100")
    made = make_store(tmp_path / "store")
    enter(made, DEAL)
    return made


def enter(home: Home, text: str, effective: str | None = None) -> None:
    path = home.folder.parent / "deal.yaml"
    path.write_text(text, encoding="utf-8")
    outcome = book(
        str(path),
        str(home.folder),
        BookRequest(Asker("ann", NOW), (), effective, (), effective is None),
    )
    assert outcome.exit_code == 0, outcome.issues


def run_month(home: Home, month: int, tokens: int = 50_000_000) -> None:
    use(home, "a", date(2026, month, 10), tokens, number=month)
    close(home, f"2026-{month:02d}")


def compared(home: Home, *args: str) -> dict[str, Any]:
    asked = ["actual-vs-plan", "a", *args, "--store", str(home.folder), "--json"]
    found = RUNNER.invoke(app, asked)
    assert found.exit_code == 0, found.output
    return dict(json.loads(found.stdout))


def causes(found: dict[str, Any]) -> dict[str, Decimal]:
    by_name = {name: Decimal(amount) for name, amount in found["total"]["causes"].items()}
    assert sum(by_name.values()) == Decimal(found["total"]["difference"])
    return {name: amount for name, amount in by_name.items() if amount != 0}


def shown(home: Home) -> str:
    found = RUNNER.invoke(app, ["actual-vs-plan", "a", "--store", str(home.folder)])
    assert found.exit_code == 0, found.output
    return str(found.stdout)


def test_before_any_month_is_closed(home: Home):
    assert compared(home)["rows"] == []
    assert "no month of it is closed there yet" in shown(home)


def test_costs_that_are_not_reported_are_volume(home: Home):
    enter(home, ACCEPTED)
    run_month(home, 1)
    found = compared(home)
    assert causes(found) == {"volume": Decimal(-500)}
    assert [(row["period"], row["charge"]) for row in found["rows"]] == [
        ("2026-01", "base"),
        ("2026-01", "power"),
        ("2026-01", "tokens"),
    ]
    assert found["total"]["plan"] == "2650.00"


def test_as_planned_but_for_what_is_charged_on(home: Home):
    enter(home, ACCEPTED.replace("      power: {kind: pass_through, cost: power}\n", ""))
    run_month(home, 1)
    found = compared(home)
    # The charge was dropped after it had been planned; nothing was metered of it either.
    assert causes(found) == {"volume": Decimal(-500)}
    assert "amended terms" not in shown(home)


def test_months_are_chosen(home: Home):
    enter(home, ACCEPTED)
    for month in (1, 2, 3):
        run_month(home, month, tokens=60_000_000)
    assert causes(compared(home)) == {"volume": Decimal(3 * (30 - 500))}
    one = compared(home, "--period", "2026-02")
    assert {row["period"] for row in one["rows"]} == {"2026-02"}
    assert causes(one) == {"volume": Decimal(30 - 500)}
    two = compared(home, "--from", "2026-02", "--to", "2026-03")
    assert {row["period"] for row in two["rows"]} == {"2026-02", "2026-03"}
    turned = actual_vs_plan(str(home.folder), "a", first="2026-03", last="2026-02")
    assert [issue.code for issue in turned.issues] == ["dates-out-of-order"]
    last = compared(home, "--from", "2026-03")
    assert {row["period"] for row in last["rows"]} == {"2026-03"}


def test_usage_and_terms_that_no_close_has_seen_do_not_count(home: Home):
    enter(home, ACCEPTED)
    run_month(home, 1)
    before = compared(home)
    use(home, "a", date(2026, 1, 11), 40_000_000, number=9)
    enter(home, ACCEPTED.replace("amount: 1000", "amount: 2000"))
    assert compared(home) == before
    close(home, "2026-01")
    assert causes(compared(home)) == {"volume": Decimal(120 - 500), "price": Decimal(2000)}


def test_a_late_acceptance_an_amendment_and_a_void(home: Home):
    late = ACCEPTED.replace("accepted: 2026-01-01", "accepted: 2026-02-01")
    enter(home, late)
    enter(home, late.replace("price: 3", "price: 4"), "2026-03-01")
    for month in (2, 3):
        run_month(home, month)
    assert causes(compared(home)) == {
        "timing": Decimal(-2650),
        "volume": Decimal(-1000),
        "price": Decimal(50),
    }
    number = "LESSOR-2026-000001"
    voided = ["invoice", "void", number, "--reason", "wrong", "--store", str(home.folder)]
    assert RUNNER.invoke(app, voided).exit_code == 0
    assert causes(compared(home))["unbilled"] == Decimal(-2150)
    assert "owed and on no document yet" in shown(home)


def test_a_lease_that_is_not_booked(home: Home):
    found = actual_vs_plan(str(home.folder), "b")
    assert [issue.code for issue in found.issues] == ["unknown-lease"]
    found = actual_vs_plan(str(home.folder), "a", last="13")
    assert [issue.code for issue in found.issues] == ["period-malformed"]
