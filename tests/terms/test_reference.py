"""Reference data: every figure dated, sourced and graded, and the published system figures met."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from lessor.terms.reference import (
    KINDS,
    Fact,
    Grade,
    exchange_rate,
    facts,
    gpu_model,
    gpu_names,
    resale_curve,
    resale_curve_names,
    server_model,
    server_names,
    tax_preset,
    tax_preset_names,
)

# As the vendors round them for a whole system: dense PFLOPS of BF16, FP8, FP4.
PUBLISHED_SYSTEMS = {
    "HGX-A100-8": ("2.5", None, None),
    "HGX-H100-8": ("7.9", "15.8", None),
    "HGX-B200-8": ("18", "36", "72"),
    "HGX-B300-8": ("18", "36", "108"),
    "GB200-NVL72": ("180", "360", "720"),
    "GB300-NVL72": ("180", "360", "1080"),
}

# Everything that the collection holds from memory only, and nothing else.
UNVERIFIED = {
    "gpus": {
        f"RTX4090.{field}"
        for field in (
            "pflops.bf16.dense",
            "pflops.fp8.dense",
            "memory_gb",
            "power_w_max",
            "announced",
        )
    },
    "servers": {
        *(
            f"{name}.power_kw_max"
            for name in (
                "HGX-A800-8",
                "HGX-H800-8",
                "HGX-H200-8",
                "HGX-H20-8",
                "GB300-NVL72",
                "RTX4090-8",
            )
        ),
        *(f"RTX4090-8.{field}" for field in ("pflops.bf16.dense", "pflops.fp8.dense", "memory_gb")),
    },
    "tax_rates": {
        "CN.vat.sale_leaseback",
        "CN.thin_capitalisation.general",
        "CN.thin_capitalisation.financial",
        "HK.vat.service",
        "HK.vat.equipment_lease",
        "HK.vat.equipment",
    },
}


def one(kind: str, name: str) -> Fact:
    (found,) = (fact for fact in facts(kind) if fact.name == name)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_fact_is_dated_sourced_and_graded(kind):
    held = facts(kind)
    assert held
    for fact in held:
        assert fact.kind == kind
        assert date(2010, 1, 1) < fact.as_of < date(2026, 11, 1), fact
        assert len(fact.source) >= 8, fact
        assert isinstance(fact.grade, Grade), fact
        assert fact.unit, fact
        assert isinstance(fact.value, Decimal | str), fact
        assert not isinstance(fact.value, Decimal) or fact.value.is_finite(), fact


@pytest.mark.parametrize("kind", KINDS)
def test_names_are_unique_within_a_kind(kind):
    names = [fact.name for fact in facts(kind)]
    assert len(names) == len(set(names))


def test_all_kinds_together_are_the_kinds_one_by_one():
    assert facts() == tuple(fact for kind in KINDS for fact in facts(kind))


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="no reference data of kind 'gpu'"):
        facts("gpu")


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_held_from_memory_is_unverified_and_only_that(kind):
    marked = {fact.name for fact in facts(kind) if fact.grade is Grade.UNVERIFIED}
    assert marked == UNVERIFIED.get(kind, set())


def test_rates_and_shares_are_fractions_not_percents():
    for fact in facts():
        if fact.unit.startswith("fraction"):
            assert 0 <= Decimal(fact.value) <= 1, fact


def test_ccir_is_quoted_by_single_values_never_as_a_series():
    quoted = [fact for fact in facts() if "CCIR" in fact.source]
    assert len(quoted) <= 30
    assert all("ccir.io" in fact.source for fact in quoted)
    days: dict[str, set[date]] = {}
    for fact in quoted:
        # The quantity quoted, whichever GPU: one day each, so no history can be read off.
        days.setdefault(fact.kind + fact.name.rsplit(".", 1)[0], set()).add(fact.as_of)
    assert all(len(seen) == 1 for seen in days.values()), days
    for gpu in gpu_names():
        assert sum(gpu in fact.name.split(".") for fact in quoted) <= 6


def test_fp4_dense_is_three_quarters_of_sparse_on_b300_and_gb300_and_half_elsewhere():
    for name in gpu_names():
        model = gpu_model(name)
        assert model is not None
        fp4 = model.pflops.get("fp4")
        if fp4 is not None:
            share = Decimal("0.75") if name in ("B300", "GB300") else Decimal("0.5")
            assert fp4.sparse is not None
            assert fp4.dense == share * fp4.sparse, name


def test_b300_is_the_hgx_board_not_the_superchip():
    model = gpu_model("B300")
    assert model is not None
    assert model.power_w_max == 1100
    assert model.memory_gb == 288
    assert one("gpus", "B300.memory_stated_gb").value == 270
    assert model.pflops["fp4"] == (Decimal("13.5"), Decimal(18))
    assert model.announced == "2025-03-18"
    assert model.grade is Grade.FILING


@pytest.mark.parametrize("name", server_names())
def test_a_server_is_its_gpus_multiplied_out(name):
    server = server_model(name)
    assert server is not None
    gpu = gpu_model(server.gpu)
    assert gpu is not None
    assert gpu.memory_gb is not None
    assert server.memory_gb == server.gpus * gpu.memory_gb
    assert server.pflops.keys() == gpu.pflops.keys()
    for precision, each in gpu.pflops.items():
        for mine, its in zip(server.pflops[precision], each, strict=True):
            assert mine == (None if its is None else server.gpus * its)
    assert server.power_kw_max is None or server.power_kw_max > 1


@pytest.mark.parametrize("name", PUBLISHED_SYSTEMS)
def test_multiplied_servers_round_to_the_published_systems(name):
    server = server_model(name)
    assert server is not None
    for precision, published in zip(("bf16", "fp8", "fp4"), PUBLISHED_SYSTEMS[name], strict=True):
        if published is None:
            assert precision not in server.pflops
        else:
            dense = server.pflops[precision].dense
            assert dense is not None
            assert dense.quantize(Decimal(published)) == Decimal(published)


def test_the_server_of_the_published_note():
    server = server_model("HGX-B300-8")
    assert server is not None
    assert (server.gpu, server.gpus) == ("B300", 8)
    assert server.pflops["bf16"] == (Decimal(18), Decimal(36))
    assert server.power_kw_max == Decimal("15.1")
    assert server.weak_fields == ()


def test_330_servers_of_h800_are_the_announced_sparse_pflops():
    server = server_model("HGX-H800-8")
    assert server is not None
    sparse = server.pflops["bf16"].sparse
    assert sparse is not None
    assert round(330 * sparse) == 5225


def test_weak_fields_name_what_a_result_must_own_up_to():
    server = server_model("HGX-H200-8")
    assert server is not None
    assert server.grade is Grade.FILING
    (weak,) = server.weak_fields
    assert (weak.field, weak.grade) == ("power_kw_max", Grade.UNVERIFIED)
    assert "no server sheet read" in weak.note


def test_no_figure_is_invented_where_none_was_found():
    ascend, mi300x = server_model("Ascend-910B-8"), server_model("MI300X-8")
    assert ascend is not None
    assert mi300x is not None
    assert ascend.power_kw_max is None
    assert mi300x.power_kw_max is None
    assert "bf16" not in ascend.pflops
    assert ascend.pflops["fp16"].sparse is None


def test_computed_figures_say_so_and_have_the_grade_of_the_weakest_input():
    fact = one("servers", "Ascend-910C-8.pflops.bf16.dense")
    assert fact.source.startswith("computed: 8 x Ascend-910C.pflops.bf16.dense")
    assert one("gpus", "Ascend-910C.pflops.bf16.dense").grade is Grade.PRESS
    assert one("servers", "Ascend-910C-8.gpus").grade is Grade.LOW
    assert fact.grade is Grade.LOW


def test_names_not_held_are_none():
    assert gpu_model("B301") is None
    assert server_model("HGX-B301-8") is None
    assert tax_preset("XX") is None
    assert resale_curve("B300") == ()


def rate(currency: str, per: str, on: date) -> Fact:
    found = exchange_rate(currency, per, on)
    assert found is not None
    return found


def test_exchange_rate_is_that_of_the_month():
    fact = rate("CNY", "USD", date(2026, 5, 1))
    assert fact.value == Decimal("6.7996")
    assert fact.unit == "CNY per USD"
    assert fact.as_of == date(2026, 5, 31)
    assert fact.grade is Grade.FILING
    assert fact.note == ""
    assert rate("CNY", "USD", date(2026, 5, 31)) == fact
    assert rate("HKD", "USD", date(2023, 1, 15)).value == Decimal("7.8204")


def test_exchange_rate_after_the_last_month_is_the_last_and_says_so():
    fact = rate("CNY", "USD", date(2026, 11, 20))
    assert fact.value == Decimal("6.7758")
    assert fact.note == "no rate held for 2026-11; that of 2026-06 is used"


@pytest.mark.parametrize(
    ("currency", "per", "on"),
    [
        ("CNY", "USD", date(2022, 12, 31)),
        ("USD", "CNY", date(2022, 12, 31)),
        ("CNY", "HKD", date(2022, 12, 31)),
        ("EUR", "USD", date(2026, 5, 1)),
        ("USD", "EUR", date(2026, 5, 1)),
        ("CNY", "CNY", date(2026, 5, 1)),
    ],
)
def test_exchange_rate_not_held_is_none(currency, per, on):
    assert exchange_rate(currency, per, on) is None


def test_inverse_and_cross_rates_are_computed_and_say_so():
    day = date(2026, 5, 1)
    inverse, cross = rate("USD", "CNY", day), rate("CNY", "HKD", day)
    assert inverse.value == 1 / Decimal("6.7996")
    assert inverse.unit == "USD per CNY"
    assert cross.value == Decimal("6.7996") / Decimal("7.8329")
    assert cross.unit == "CNY per HKD"
    for fact in (inverse, cross):
        assert fact.source.startswith("computed: ")
        assert "computed through USD" in fact.note
    late = rate("HKD", "CNY", date(2026, 11, 20))
    assert late.note.startswith("no rate held for 2026-11")


def test_exchange_rates_have_no_month_missing():
    for currency in ("CNY", "HKD"):
        held = [f for f in facts("exchange_rates") if f.name.startswith(currency)]
        days = [fact.as_of for fact in held]
        assert len(held) == 42
        assert (days[0], days[-1]) == (date(2023, 1, 31), date(2026, 6, 30))
        assert days == sorted(set(days))


def test_tax_preset_of_china():
    preset = tax_preset("CN")
    assert preset is not None
    wanted = {
        "vat.service": "0.06",
        "vat.equipment_lease": "0.13",
        "vat.equipment": "0.13",
        "income_tax.rate": "0.25",
        "loss_years": "5",
        "stamp_duty.lease": "0.001",
        "stamp_duty.finance_lease": "0.00005",
        "stamp_duty.loan": "0.00005",
        "stamp_duty.sale": "0.0003",
    }
    for key, value in wanted.items():
        assert preset[key].value == Decimal(value), key
        assert preset[key].grade is Grade.FILING, key
    assert preset["vat.service"].as_of == date(2026, 1, 1)
    assert "bank" in preset["stamp_duty.loan"].note


def test_tax_presets_of_hong_kong_and_the_united_states():
    assert tax_preset_names() == ("CN", "HK", "US")
    hong_kong, states = tax_preset("HK"), tax_preset("US")
    assert hong_kong is not None
    assert states is not None
    assert hong_kong["income_tax.rate"].value == Decimal("0.165")
    assert hong_kong["loss_years"].value == "unlimited"
    assert states["income_tax.rate"].value == Decimal("0.21")
    assert states["income_tax.rate"].grade is Grade.PRESS


def test_resale_curve_falls_with_age_and_is_graded_low():
    assert resale_curve_names() == ("GLRI-H100",)
    curve = resale_curve("GLRI-H100")
    assert [point.age_months for point in curve] == [12, 24, 36, 48, 60]
    assert curve[0].mid == Decimal("0.625")
    assert all(point.low <= point.mid <= point.high for point in curve)
    assert all(young.low > old.low for young, old in pairwise(curve))
    figures = [fact for fact in facts("resale") if fact.name.startswith("GLRI-H100")]
    assert {fact.grade for fact in figures} == {Grade.LOW}


def test_market_rent_of_the_published_note():
    long, spot = (
        one("rents", "CN.HGX-B300-8.2026-05.long"),
        one("rents", "CN.HGX-B300-8.2026-05.spot"),
    )
    assert (long.value, spot.value) == (Decimal(150_000), Decimal(180_000))
    assert (long.grade, long.note) == (Grade.LOW, "tax and power included")


def test_default_rates_rise_as_the_rating_falls_past_investment_grade():
    one_year = [one("defaults", f"SP.1y.{r}").value for r in ("AAA", "A", "BBB", "BB", "B", "CCC")]
    assert one_year == sorted(one_year)
    assert one("defaults", "SP.5y.BBB").value == Decimal("0.0136")
