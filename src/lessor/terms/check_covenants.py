"""Checks of covenants: that each has levels, a window and the data that it measures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from lessor.terms.covenants import Covenant
from lessor.terms.deal import Deal
from lessor.terms.findings import (
    Finding,
    above_zero,
    at_most_one,
    figure,
    known_name,
    rising_days,
    without_effect,
)
from lessor.terms.plan_dates import day_of, maturity
from lessor.terms.source import Path
from lessor.terms.spv_parts import held, held_names
from lessor.terms.spvs import Spv

HIGH_FAILS = ("ltv", "loan_to_cost", "concentration", "asset_base")
"""Measures that fail above their level; all others fail below it."""

_NEEDS = {
    "dscr": ("facilities",),
    "llcr": ("facilities",),
    "ltv": ("facilities", "assets"),
    "loan_to_cost": ("facilities", "assets"),
    "contract_cover": ("facilities", "leases"),
    "contract_realisation": ("leases",),
    "liquidity": ("accounts",),
    "concentration": ("leases",),
    "asset_base": ("facilities", "assets"),
}
_WORDS = {
    "facilities": "a loan",
    "assets": "an asset",
    "leases": "a lease",
    "accounts": "an account",
}
_OVER_A_WINDOW = ("dscr", "contract_realisation")
_WHOLE_UNLESS_SAID = ("liquidity", "asset_base")
_OWN_FIELDS = {
    "amount": ("liquidity",),
    "share": ("liquidity", "asset_base"),
    "life": ("asset_base",),
}


def check_covenants(deal: Deal) -> Iterator[Finding]:
    """The covenants of each SPV.

    Issues: choice-of-one, covenant-without-data, unknown-name, lock-up-beyond-default,
    negative-quantity, not-positive, points-not-rising, dates-out-of-order; warning
    without-effect.
    """
    for name, spv in deal.spvs.items():
        for key, covenant in spv.covenants.items():
            path: Path = ("spvs", name, "covenants", key)
            yield from _levels(deal, covenant, path)
            yield from _lock_up(covenant, path)
            yield from _data(deal, spv, covenant, path)
            yield from _window(deal, spv, covenant, path)
            yield from _first_test(deal, spv, covenant, path)
            yield from _own_fields(covenant, path)
            yield from _cure(deal, spv, covenant, path)
            loans = tuple(held(deal, spv, "facilities"))
            for index, loan in enumerate(covenant.facilities):
                where = (*path, "facilities", index)
                yield from known_name(loan, where, "loan of this borrower", loans)


def has_default(covenant: Covenant) -> bool:
    """Whether a covenant has a level of default.

    Cash and an asset base are held against an amount: unless another level is said, against all of
    it.
    """
    if covenant.level is not None or covenant.levels:
        return True
    return covenant.measure in _WHOLE_UNLESS_SAID and covenant.lock_up is None


def _levels(deal: Deal, covenant: Covenant, path: Path) -> Iterator[Finding]:
    if not has_default(covenant) and covenant.lock_up is None:
        yield Finding(
            "choice-of-one",
            path,
            "no level is said, at which the test fails",
            "add `level: 1.15`, `levels: [{from: 12 months, level: 1.15}]`, or `lock_up: 1.2`",
        )
    yield from rising_days(deal, covenant.levels, (*path, "levels"), "from")
    said: list[tuple[Path, Decimal | None]] = [
        ((*path, "level"), covenant.level),
        ((*path, "lock_up"), covenant.lock_up),
    ]
    for index, each in enumerate(covenant.levels):
        said.append(((*path, "levels", index, "level"), each.level))
    for where, level in said:
        if level is not None and level < 0:
            yield Finding(
                "negative-quantity",
                where,
                f"a level of {figure(level)} is negative",
                "write a level of at least 0",
            )


def _lock_up(covenant: Covenant, path: Path) -> Iterator[Finding]:
    """Distributions stop before the default, or with it."""
    if covenant.lock_up is None:
        return
    levels = [each.level for each in covenant.levels]
    levels += [] if covenant.level is None else [covenant.level]
    high = covenant.measure in HIGH_FAILS
    beyond = [
        each for each in levels if (covenant.lock_up > each if high else covenant.lock_up < each)
    ]
    if beyond:
        side, wanted = ("above", "at most") if high else ("below", "at least")
        yield Finding(
            "lock-up-beyond-default",
            (*path, "lock_up"),
            f"cash is locked up at {figure(covenant.lock_up)}, which is {side} the default at "
            f"{figure(beyond[0])}",
            f"write a lock-up of {wanted} {figure(min(levels) if high else max(levels))}, "
            "or take it away",
        )


def _data(deal: Deal, spv: Spv, covenant: Covenant, path: Path) -> Iterator[Finding]:
    measure = covenant.measure
    for block in _NEEDS[measure]:
        there = spv.accounts if block == "accounts" else held(deal, spv, block)
        if not there:
            yield _without_data(
                path,
                f"`{measure}` is measured on {_WORDS[block]}, and the borrower has none",
                f"give the borrower {_WORDS[block]}, or take the covenant away",
            )
    if measure == "liquidity" and covenant.amount is None and covenant.share is None:
        yield _without_data(
            path,
            "`liquidity` is held against an amount asked for, and none is said",
            "add `amount: 50_000_000`, `share: 4%` of the debt, or both",
        )
    if measure == "asset_base":
        for field, example in (("share", "90%"), ("life", "6 years")):
            if getattr(covenant, field) is None:
                yield _without_data(
                    path,
                    f"`asset_base` needs the {field} of the straight-line net cost",
                    f"add `{field}: {example}`, with your own figure",
                )
    if measure == "concentration":
        for name, lease in held(deal, spv, "leases").items():
            if lease.lessee.grade is None:
                yield _without_data(
                    path,
                    f"the grade of the lessee of '{name}' is not said",
                    f"add `grade:` to leases.{name}.lessee, as A or investment_grade",
                )


def _without_data(path: Path, message: str, remedy: str) -> Finding:
    return Finding("covenant-without-data", path, message, remedy)


def _window(deal: Deal, spv: Spv, covenant: Covenant, path: Path) -> Iterator[Finding]:
    yield from at_most_one(covenant, path, ("trailing", "forward"))
    if covenant.trailing is not None and covenant.first_test is None:
        first, last = day_of(deal, covenant.trailing), _loans_end(deal, spv, covenant)
        if last is not None and first > last:
            yield without_effect(
                (*path, "trailing"),
                f"the first whole window ends on {first}, and the loans end on {last}",
                "write a shorter window, or a `first_test:`",
            )
    for field in ("trailing", "forward"):
        length = getattr(covenant, field)
        if length is None:
            continue
        if covenant.measure not in _OVER_A_WINDOW:
            yield without_effect(
                (*path, field), f"`{covenant.measure}` is measured on a day, not over a time"
            )
        elif length.is_zero:
            yield Finding(
                "not-positive",
                (*path, field),
                "a window of no time makes no sense",
                "write its length, as 3 months",
            )


def _first_test(deal: Deal, spv: Spv, covenant: Covenant, path: Path) -> Iterator[Finding]:
    if covenant.first_test is None:
        return
    first, last = day_of(deal, covenant.first_test), _loans_end(deal, spv, covenant)
    if first < deal.closing_date:
        yield Finding(
            "dates-out-of-order",
            (*path, "first_test"),
            f"the first test is on {first}, before closing on {deal.closing_date}",
            "write a later day, or a time from closing, as 6 months",
        )
    elif last is not None and first > last:
        yield without_effect(
            (*path, "first_test"), f"the first test is on {first}, and the loans end on {last}"
        )


def _loans_end(deal: Deal, spv: Spv, covenant: Covenant) -> date | None:
    loans = held(deal, spv, "facilities")
    ends = [maturity(deal, loans[name]) for name in held_names(covenant.facilities, loans)]
    return max((end for end in ends if end is not None), default=None)


def _own_fields(covenant: Covenant, path: Path) -> Iterator[Finding]:
    for field, measures in _OWN_FIELDS.items():
        if getattr(covenant, field) is not None and covenant.measure not in measures:
            yield without_effect(
                (*path, field), f"`{field}` is a term of {' and '.join(measures)} only"
            )
    if covenant.life is not None and covenant.life.is_zero:
        yield Finding(
            "not-positive",
            (*path, "life"),
            "a life of no time makes no sense",
            "write its length, as 6 years",
        )
    if covenant.measure == "asset_base":
        yield from above_zero(covenant.share, (*path, "share"), "an advance rate")


def _cure(deal: Deal, spv: Spv, covenant: Covenant, path: Path) -> Iterator[Finding]:
    cure, where = covenant.cure, (*path, "cure")
    if cure is None:
        return
    if not spv.equity_cures:
        yield without_effect(
            where, "the owners cure nothing", "add `equity_cures: yes` to the SPV, or take it away"
        )
    if cure.times is not None:
        yield from above_zero(Decimal(cure.times), (*where, "times"), "a number of cures")
    if cure.until is not None and day_of(deal, cure.until) < deal.closing_date:
        yield Finding(
            "dates-out-of-order",
            (*where, "until"),
            f"the last cure is on {day_of(deal, cure.until)}, before closing on "
            f"{deal.closing_date}",
            "write a later day, or take it away",
        )
