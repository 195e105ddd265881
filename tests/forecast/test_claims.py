"""Claims: what a reading computes, its verdict, the edge of where it holds, what would do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lessor.forecast.claims import ClaimResult, ReadingResult, check_claim
from tests.forecast.deals import BASE, LOAN

Write = Callable[..., Path]
RENT = "leases.tenant.charges.base.amount"


@pytest.fixture
def claim(tmp_path: Path) -> Write:
    """Writes a claim about the small deal: payback in half a year, give or take a tenth."""

    def write(body: str, asserted: str = "{value: 0.5, about: 0.1, better: lower}") -> Path:
        (tmp_path / "deal.yaml").write_text(BASE + LOAN)
        file = tmp_path / "claim.yaml"
        metric = "" if body.startswith("metric:") else "metric: payback_years_total\n"
        head = "format: lessor-claim/1\nclaim: It pays back in half a year\ndeal: deal.yaml\n"
        file.write_text(f"{head}{metric}asserted: {asserted}\n{body}\n")
        return file

    return write


def checked(file: Path) -> ClaimResult:
    result, issues = check_claim(file)
    assert result is not None, [issue.render() for issue in issues]
    return result


def reading(file: Path) -> ReadingResult:
    (only,) = checked(file).readings
    return only


def over(low: object, high: object, path: str = RENT) -> str:
    return f"ranges: {{{path}: {{low: {low}, high: {high}}}}}\nreadings: {{one: {{}}}}"


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(15, 20, "holds"), (10, 12, "does_not_hold"), (10, 20, "holds_in_part")],
)
def test_a_reading_holds_on_all_of_a_range_on_none_or_on_a_part(
    claim: Write, low: int, high: int, verdict: str
):
    found = reading(claim(over(low, high)))
    assert found.verdict == verdict
    # 1,000 over 10 servers at the rent of a server-month.
    assert found.low == pytest.approx(100 / high / 12)
    assert found.high == pytest.approx(100 / low / 12)
    assert (found.holds_where is not None) == (verdict == "holds_in_part")


def test_the_edge_of_the_part_is_found(claim: Write):
    found = reading(claim(over(10, 20)))
    # 0.6 of a year: 100 / 7.2.
    assert found.holds_where is not None
    path, sense, edge = found.holds_where.split()
    assert (path, sense) == (RENT, ">=")
    assert float(edge) == pytest.approx(100 / 7.2, rel=1e-8)


def test_a_claim_that_more_is_better_holds_up_to_an_edge(claim: Write):
    found = reading(claim(over(10, 30), "{value: 0.5, about: 0.1, better: higher}"))
    assert found.holds_where is not None
    path, sense, edge = found.holds_where.split()
    assert (path, sense) == (RENT, "<=")
    # 0.4 of a year: 100 / 4.8.
    assert float(edge) == pytest.approx(100 / 4.8, rel=1e-8)


def test_a_claim_without_a_better_side_holds_within_a_band(claim: Write):
    found = reading(claim(over(10, 30), "{value: 0.5, about: 0.1}"))
    assert found.verdict == "holds_in_part"
    low, sense, path, other, high = str(found.holds_where).split()
    assert (sense, path, other) == ("<=", RENT, "<=")
    assert float(low) == pytest.approx(100 / 7.2, rel=1e-8)
    assert float(high) == pytest.approx(100 / 4.8, rel=1e-8)


def test_exactly_at_the_edge_holds(claim: Write):
    found = reading(claim(f"readings: {{one: {{set: {{{RENT}: {100 / 7.2!r}}}}}}}"))
    assert found.verdict == "holds"


def test_a_reading_without_a_range_is_one_figure(claim: Write):
    found = reading(claim("readings: {one: {story: as it stands}}"))
    assert found.verdict == "does_not_hold"
    assert found.low == found.high == pytest.approx(10 / 12)
    assert found.story == "as it stands"


def test_a_reading_has_its_own_values_ranges_and_metric(claim: Write):
    body = f"""
ranges: {{{RENT}: {{low: 10, high: 20}}}}
readings:
  cheaper: {{set: {{assets.servers.unit_cost: 50}}}}
  other: {{ranges: {{{RENT}: {{low: 40, high: 50}}}}}}
  owners: {{metric: payback_years_equity, set: {{}}}}
"""
    found = {each.name: each for each in checked(claim(body)).readings}
    assert found["cheaper"].verdict == "holds"
    assert found["other"].high == pytest.approx(100 / 40 / 12)
    assert found["owners"].metric == "payback_years_equity"


def test_a_reading_in_another_unit_than_the_claim_is_an_issue(claim: Write):
    result, issues = check_claim(claim("readings: {cover: {metric: dscr_min}}"))
    assert result is None
    assert [issue.code for issue in issues] == ["unit-mismatch"]


def test_several_ranges_are_tried_at_their_corners(claim: Write):
    body = f"""
ranges:
  {RENT}: {{low: 10, high: 20}}
  assets.servers.unit_cost.amount: {{low: 100, high: 200}}
readings: {{one: {{}}}}
"""
    found = reading(claim(body))
    assert found.verdict == "holds_in_part"
    assert found.low == pytest.approx(100 / 20 / 12) and found.high is None
    assert found.holds_where == f"at {RENT} = 20, assets.servers.unit_cost.amount = 100"


def test_a_figure_without_value_never_holds_and_has_no_end(claim: Write):
    found = reading(claim(over(1, 20)))
    assert found.verdict == "holds_in_part"
    assert found.low == pytest.approx(100 / 20 / 12)
    assert found.high is None
    assert "years at that pace" in found.note


def test_what_is_not_said_cannot_be_told(claim: Write):
    found = reading(claim("readings: {one: {set: {leases.tenant.term: null}}}"))
    assert found.verdict == "cannot_be_told"
    assert (found.low, found.high, found.holds_where) == (None, None, None)
    assert found.note == "not said: leases.tenant.term"


def test_a_metric_that_does_not_exist_for_the_deal_cannot_be_told(claim: Write):
    found = reading(claim("readings: {one: {set: {assets.servers.unit_cost: 0}}}"))
    assert found.verdict == "cannot_be_told"
    assert found.note == "nothing is bought"


def test_whole_terms_are_tried_whole_and_told_whole(claim: Write):
    body = "metric: rent_total\n" + over("6 months", "18 months", "leases.tenant.term")
    found = reading(claim(body, "{value: 1000, better: higher}"))
    assert (found.low, found.high) == (600, 1800)
    assert found.verdict == "holds_in_part"
    assert found.holds_where == "leases.tenant.term >= 10"


def test_a_range_in_days_is_tried_in_days(claim: Write):
    path = "leases.tenant.charges.base.rent_free"
    found = reading(claim("metric: rent_total\n" + over("10 days", "31 days", path)))
    assert found.low == pytest.approx(1100)
    assert found.high == pytest.approx(1100 + 100 * 21 / 31)


def test_free_terms_are_solved_or_told_to_have_no_admissible_value(claim: Write):
    body = f"""
readings: {{one: {{solve: {RENT}}}}}
free_terms:
  price: {{vary: assets.servers.unit_cost.amount}}
  twice: {{vary: {RENT}, set: {{leases.tenant.capacity.quantity: 5}}}}
  debt: {{vary: facilities.bank.principal.share}}
"""
    found = dict(checked(claim(body)).solutions)
    assert list(found) == ["one", "price", "twice", "debt"]
    assert found["one"].value == pytest.approx(1000 / 6 / 10, rel=1e-6)
    assert found["price"].value == pytest.approx(60, rel=1e-6)
    assert found["twice"].value == pytest.approx(1000 / 6 / 5, rel=1e-6)
    # Payback on total cost does not see the debt at all.
    assert (found["debt"].value, found["debt"].admissible) == (None, False)
    assert found["debt"].nearest is not None


def test_a_residual_is_told_as_a_share_of_cost_and_of_servers(claim: Write):
    body = "free_terms: {sale: {vary: assets.servers.residual.amount, set: {horizon: 6 months}}}"
    (_, found) = checked(claim(body)).solutions[0]
    assert found.value == pytest.approx(400, rel=1e-6)
    assert "40.0% of cost, 40.0% of servers" in found.note


def test_the_document_has_its_keys(claim: Write):
    document = checked(claim(over(10, 20))).as_json()
    assert {"claim", "readings", "solutions"} <= set(document)
    rows = document["readings"]
    assert isinstance(rows, list) and len(rows) == 1
    assert {"name", "low", "high", "verdict", "holds_where"} <= set(rows[0])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("readings: {one: {metric: payback_yaers}}", "unknown-metric"),
        ("readings: {one: {set: {leases.tenant.trem: 6 months}}}", "unknown-path"),
        ("readings: {one: {set: {leases.tenant.term: soon}}}", "wrong-unit"),
        ("ranges: {leases.tenant.term: {low: 6, high: 7}}\nreadings: {one: {}}", "wrong-unit"),
        ("readings: {one: {solve: leases.tenant.lessee.name}}", "not-numeric"),
        ("free_terms: {one: {vary: leases.tenant.lessee.name}}", "not-numeric"),
        ("readings: {one: {storey: told}}", "unknown-field"),
    ],
)
def test_faults_are_issues_with_their_place_in_the_claim(claim: Write, body: str, code: str):
    file = claim(body)
    result, issues = check_claim(file)
    assert result is None
    assert code in [issue.code for issue in issues]
    assert all(issue.place.file == str(file) for issue in issues), [i.render() for i in issues]


def test_a_deal_that_is_missing_or_wrong_is_told(claim: Write):
    file = claim("readings: {one: {}}")
    (file.parent / "deal.yaml").write_text(BASE.replace("term: 12 months", "term: 12"))
    result, issues = check_claim(file)
    assert result is None and [issue.code for issue in issues] == ["wrong-unit"]
    (file.parent / "deal.yaml").unlink()
    result, issues = check_claim(file)
    assert result is None and [issue.code for issue in issues] == ["file-not-found"]
