"""What a reader of a quote must know beside its figures: why one is missing, what it stands on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lessor.engine.debt.rates import market_rate
from lessor.forecast.lease_rates import SEVERAL
from lessor.forecast.lease_rents import TakeDownRun
from lessor.forecast.lease_terms import FinanceLease

_RATES = ("irr_nominal", "irr_effective", "cost_all_in")
_NEAR = 5e-6
_WHO_ANSWERS = {
    "lessee": "the residual counts as paid by the lessee, who guarantees it",
    "buyer": "the residual counts as given up: the equipment goes to the buyer at that price",
    "none": "the residual counts as given up: the equipment goes back, and no one guarantees it",
}


def notes_of(
    lease: FinanceLease,
    runs: Sequence[TakeDownRun],
    figures: Mapping[str, float | None],
    reasons: Mapping[str, str],
) -> dict[str, str]:
    """Notes by the public name of the figure; `reasons`: what its search said of each rate."""
    told: dict[str, list[str]] = {}
    for name, note in _notes(lease, runs, figures, reasons):
        told.setdefault(name, []).append(note)
    return {name: "; ".join(dict.fromkeys(notes)) for name, notes in told.items()}


def _notes(
    lease: FinanceLease,
    runs: Sequence[TakeDownRun],
    figures: Mapping[str, float | None],
    reasons: Mapping[str, str],
) -> Iterator[tuple[str, str]]:
    for name, reason in reasons.items():
        if reason and (figures[name] is None or reason == SEVERAL):
            yield name, reason
    yield from _on_rents(lease, runs)
    yield from _on_rate(lease, runs, figures)
    yield from _not_counted(lease)
    if lease.rental.residual is not None:
        answers = _WHO_ANSWERS[lease.rental.residual.guaranteed_by]
        yield from ((name, answers) for name in _RATES)
        if lease.rental.purchase_price is not None:
            yield "residual", "counted beside the purchase price, not instead of it"


def _on_rents(lease: FinanceLease, runs: Sequence[TakeDownRun]) -> Iterator[tuple[str, str]]:
    said = lease.facility
    if len(runs) > 1:
        yield "rent", f"of {len(runs)} take-downs together, when all are drawn"
    if said.dates is not None and said.dates.calendar:
        yield "rent", "on unadjusted days: holidays are left to the schedule"
    if said.repayment.profile not in ("level", "level_payment") and not lease.rental.rents:
        yield "rent", f"the first that repays principal; {said.repayment.profile}: they differ"
    if said.rate.paid_in_kind:
        yield "rent", "interest counts as paid, also the share that may be paid in kind"


def _on_rate(
    lease: FinanceLease, runs: Sequence[TakeDownRun], figures: Mapping[str, float | None]
) -> Iterator[tuple[str, str]]:
    said = lease.facility.rate
    nominal = figures["rate_nominal"]
    market_terms = lease.market()
    if market_terms is not None:
        start = runs[0].drawn.start
        market = float(market_rate(market_terms, start))
        yield (
            "rate_nominal",
            f"{said.index} of {market:.4%} on {start}, with its spread: a reset changes the rents"
            + (", and a later take-down has the rate of its own day" if len(runs) > 1 else ""),
        )
    if nominal is None:
        yield "rate_nominal", "the rents contain no rate: together they do not repay"
        yield "rate_effective", "the rents contain no rate: together they do not repay"
    elif lease.rental.rents and said.quoted == "annual":
        worth, financed = figures["rents_worth"], figures["financed"]
        if worth is not None and financed and abs(worth / financed - 1) > _NEAR:
            yield (
                "rate_nominal",
                f"contained in the table of rents; at the {float(runs[0].rate):.4%} written they "
                f"are worth {worth:,.2f}",
            )
    if said.quoted == "flat":
        yield "rate_nominal", f"contained in the rents of a flat {float(runs[0].rate):.4%}"
        yield "rents_worth", "a flat rate discounts nothing"


def _not_counted(lease: FinanceLease) -> Iterator[tuple[str, str]]:
    fees = lease.facility.fees
    left_out = [
        word
        for word, is_said in (
            ("exit fee", fees.exit > 0),
            ("fee on what is undrawn", fees.undrawn > 0),
            ("agency fee", fees.agency is not None),
        )
        if is_said
    ]
    if left_out:
        yield "cost_all_in", f"without {' and '.join(left_out)}"
