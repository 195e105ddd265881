"""What may be written short or in other words, and that a message shows the block to write."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel

from lessor.terms.charges import A_MONTH
from lessor.terms.claim import Claim
from lessor.terms.deal import Deal
from lessor.terms.examples import BLOCKS, block_example
from lessor.terms.load import build_deal
from lessor.terms.scalars import Duration, decimal_of, parse_currency
from lessor.terms.shapes import Shape, fields_of
from lessor.terms.source import load_source_text
from tests.terms.deals import SMALL, built, codes_of, issues_of

RENT = "leases.anchor.charges.base"
LOAN = "facilities.bank"
DATED = [{"date": "2026-05-01", "rate": "7.1", "source": "a bank"}]


def _at(deal: Any, path: str) -> Any:
    for step in path.split("."):
        deal = deal[step] if isinstance(deal, dict) else getattr(deal, step)
    return deal


@pytest.mark.parametrize(
    ("path", "short", "at", "meant"),
    [
        ("leases.anchor.lessee", "A lab", "leases.anchor.lessee.name", "A lab"),
        (f"{LOAN}.fees", "1%", f"{LOAN}.fees.up_front", Decimal("0.01")),
        (f"{LOAN}.principal", "75%", f"{LOAN}.principal.share", Decimal("0.75")),
        (f"{LOAN}.principal", "0.75", f"{LOAN}.principal.share", Decimal("0.75")),
        (f"{LOAN}.principal", "3e6", f"{LOAN}.principal.amount.amount", Decimal("3e6")),
        ("leases.anchor.prepayment", "20%", "leases.anchor.prepayment.share", Decimal("0.2")),
        ("assets.servers.residual", "0.1", "assets.servers.residual.share", Decimal("0.1")),
        ("equity", "rest", "equity.takes", "rest"),
        ("assets.servers.depreciation", "5 years", "assets.servers.depreciation.life", (60, 0)),
        ("taxes.income", "25%", "taxes.income.rate", Decimal("0.25")),
        ("leases.anchor.billing.due_days", "30 days", "leases.anchor.billing.due_days", 30),
        ("horizon", "2029-05-01", "horizon", date(2029, 5, 1)),
        ("horizon", "36 months", "horizon", Duration(36, 0)),
        (f"{RENT}.per", "month", f"{RENT}.per", "cluster_month"),
        (f"{RENT}.per", "Server Month", f"{RENT}.per", "server_month"),
        (f"{RENT}.kind", "Base-Rent", f"{RENT}.kind", "base_rent"),
        (f"{LOAN}.rate.basis", "Actual/360", f"{LOAN}.rate.basis", "actual/360"),
        (f"{LOAN}.repayment.profile", "equal-principal", f"{LOAN}.repayment.profile",
         "equal_principal"),
        (f"{LOAN}.repayment.profile", "annuity", f"{LOAN}.repayment.profile", "level"),
        (f"{LOAN}.repayment.until", "Lease end", f"{LOAN}.repayment.until", "lease_end"),
        ("leases.anchor.capacity.unit", "GPUs", "leases.anchor.capacity.unit", "gpus"),
        (f"{RENT}.amount", "70,000.5", f"{RENT}.amount", Decimal("70000.5")),
        ("currency", "RMB", "currency", "CNY"),
        (f"{RENT}.currency", "RMB", f"{RENT}.currency", "CNY"),
    ],
)  # fmt: skip
def test_a_short_form_or_another_word_is_read_as_what_it_means(path, short, at, meant):
    assert _at(built({path: short}).deal, at) == meant


def test_taxes_by_the_name_of_a_preset_in_any_capitals():
    taxed = {f"{RENT}.tax": "excluded", "assets.servers.unit_cost.tax": "excluded"}
    deal = built({**taxed, "taxes": "cn-service"}).deal
    assert deal.taxes.preset == "CN_service"
    assert built({"taxes": "Off"}).deal.taxes.preset is None


def test_a_kind_in_other_capitals_keeps_the_place_of_its_faults():
    text = SMALL.replace("kind: base_rent, amount: 70_000", "kind: Base-Rent, amount: 70 000")
    source, _ = load_source_text(text, "deal.yaml")
    assert source is not None
    (issue,) = build_deal(source)[1]
    assert issue.place.render() == "deal.yaml:18"
    assert issue.place.field == f"{RENT}.amount"


@pytest.mark.parametrize("text", ["1,2", "12,34", ",123", "1,2345", "1,23,456", "1.5,000"])
def test_commas_that_do_not_group_thousands_are_refused(text):
    assert codes_of({f"{RENT}.amount": text}) == ["wrong-unit"]


def test_commas_that_group_thousands_are_read():
    assert decimal_of("-1,234,567.89") == Decimal("-1234567.89")


def test_yuan_have_two_names_and_the_rate_abroad_its_own():
    assert [parse_currency(code) for code in ("RMB", "CNY", "CNH", " USD ", None)] == [
        "CNY", "CNY", "CNH", "USD", None
    ]  # fmt: skip
    abroad = {"currency": "USD", f"{RENT}.currency": "CNY"}
    assert built({**abroad, "exchange_rates": {"RMB": DATED}}).deal.exchange_rates["CNY"]
    both = {"RMB": DATED, "CNY": DATED}
    assert codes_of({**abroad, "exchange_rates": both}) == ["duplicate-key"]


@pytest.mark.parametrize(
    ("path", "value", "shown"),
    [
        (f"{LOAN}.rate", "5%", "{value: 5%, basis: 30/360, compounding: monthly}"),
        (f"{LOAN}.repayment", "Bullet", "{profile: Bullet, until: lease_end}"),
        ("assets.servers.market_value", "30%", "{decline: 30%}"),
        ("assets.servers.depreciation", "declining", "{life: 60 months, method: declining}"),
        ("taxes.vat", "6%", "{rent: 6%, equipment: 13%}"),
        (RENT, "70_000", "{kind: base_rent, amount: 70_000, per: server_month}"),
        (f"{LOAN}.repayment.profile", "balloon", "{profile: level, balloon: 30%}"),
        ("taxes", "CN", "CN_service (rent is a service: 6% VAT on it)"),
    ],
)
def test_a_single_value_where_a_block_is_needed_is_told_the_block(path, value, shown):
    (issue,) = issues_of({path: value})
    assert shown in issue.remedy


def _records(root: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """Every record that can stand in a file, by its name or its kind."""
    found: dict[str, type[BaseModel]] = {}

    def follow(shape: Shape | None) -> None:
        if shape is None:
            return
        follow(shape.item)
        named = {**shape.members}
        if shape.record is not None:
            named[shape.record.__name__] = shape.record
        for name, record in named.items():
            if name not in found:
                found[name] = record
                for field in fields_of(record).values():
                    follow(field.shape)

    for field in fields_of(root).values():
        follow(field.shape)
    return found


RECORDS = {**_records(Deal), **_records(Claim)}


def test_every_record_has_an_example_and_no_example_is_without_a_record():
    assert sorted(BLOCKS) == sorted(RECORDS)


@pytest.mark.parametrize("name", BLOCKS)
def test_every_example_is_sound(name):
    source, issues = load_source_text(f"block: {BLOCKS[name]}", "example")
    assert source is not None and not issues
    RECORDS[name].model_validate(source.tree["block"])


def test_an_example_without_a_value_is_as_it_stands():
    assert block_example(Shape("block", record=RECORDS["Deposit"])) == "{months: 2}"


def test_a_month_is_no_word_of_its_own():
    words = fields_of(RECORDS["base_rent"])["per"].shape.choices
    assert not A_MONTH.keys() & set(words) and set(A_MONTH.values()) <= set(words)
