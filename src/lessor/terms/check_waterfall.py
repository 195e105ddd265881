"""Checks of waterfalls: that each step names what there is, once, and that nobody is left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lessor.core.issue import Severity
from lessor.terms.check_covenants import has_default
from lessor.terms.check_spvs import known_account
from lessor.terms.covenants import Covenant
from lessor.terms.deal import Deal
from lessor.terms.findings import Finding, known_name, without_effect
from lessor.terms.source import Path
from lessor.terms.spv_parts import held
from lessor.terms.spvs import Account, Spv, Step
from lessor.terms.tax_preset import taxes_in_force

TESTS = ("lock_up", "default")
"""What a step may ask of a covenant."""

_LOAN_PARTS = ("fees", "interest", "principal")
_WORDS = ("operating_costs", "taxes")
_KINDS = {"fill": ("reserve",), "release": ("reserve", "cash_trap"), "trap": ("cash_trap",)}
_DRAWN_ON = ("reserve", "cash_trap")


class _Paid(NamedTuple):
    """What a step pays: its place, the step, and the things it pays, as `senior.interest`."""

    place: int
    step: Step
    things: tuple[str, ...]


def check_waterfall(deal: Deal) -> Iterator[Finding]:
    """The waterfall of each SPV.

    Issues: unknown-name, account-unknown, circular-reserve, choice-of-one, missing-field,
    paid-twice, never-paid (a warning for taxes, traps, refills of a reserve and owners); warnings
    principal-before-interest, without-effect.
    """
    for name, spv in deal.spvs.items():
        path: Path = ("spvs", name, "waterfall")
        if not spv.waterfall:
            yield from _missing(deal, spv, ("spvs", name))
            continue
        for index, step in enumerate(spv.waterfall):
            yield from _step(deal, spv, step, (*path, index))
        paid = [
            _Paid(index, step, _things(deal, spv, step)) for index, step in enumerate(spv.waterfall)
        ]
        yield from _twice(paid, path)
        yield from _after_all_is_gone(paid, path)
        yield from _loans(deal, spv, paid, path)
        yield from _costs_and_taxes(deal, spv, paid, path)
        yield from _accounts(spv, path)


def _missing(deal: Deal, spv: Spv, path: Path) -> Iterator[Finding]:
    loans = held(deal, spv, "facilities")
    if loans:
        yield Finding(
            "never-paid",
            path,
            f"the borrower owes {', '.join(f'{name!r}' for name in loans)}, and has no waterfall",
            "add `waterfall: [pay operating_costs, "
            f"pay {next(iter(loans))}.interest, pay {next(iter(loans))}.principal, distribute]`",
        )


def payables(deal: Deal, spv: Spv) -> dict[str, tuple[str, ...]]:
    """What a step may pay, each with the single things that it comes to.

    `operating_costs` are those costs that no step pays by their own names.

    >>> from lessor.terms.deal import Deal
    >>> deal = Deal(format="lessor/1", deal="A", currency="CNY", closing_date="2026-05-01")
    >>> sorted(payables(deal, Spv()))
    ['operating_costs', 'taxes']
    """
    found: dict[str, tuple[str, ...]] = {word: (word,) for word in _WORDS}
    costs = tuple(f"costs.{name}" for name in held(deal, spv, "costs"))
    alone = {step.what for step in spv.waterfall if step.do == "pay"}
    rest = (cost for cost in costs if cost not in alone)
    found["operating_costs"] = ("operating_costs", *rest)
    found.update({cost: (cost,) for cost in costs})
    for name in held(deal, spv, "facilities"):
        found[name] = (f"{name}.interest", f"{name}.principal")
        found.update({f"{name}.{part}": (f"{name}.{part}",) for part in _LOAN_PARTS})
    return found


def _things(deal: Deal, spv: Spv, step: Step) -> tuple[str, ...]:
    if step.do == "pay":
        return payables(deal, spv).get(step.what, ())
    return (f"{step.do} {step.what}",)


def _step(deal: Deal, spv: Spv, step: Step, path: Path) -> Iterator[Finding]:
    if step.do == "pay":
        yield from known_name(step.what, path, "payment", payables(deal, spv))
    elif step.do == "sweep":
        loans = held(deal, spv, "facilities")
        yield from known_name(step.what, path, "loan of this borrower", loans)
    elif step.do == "distribute":
        yield from known_name(step.what, path, "owner", ("equity",))
    else:
        wanted = _of_kinds(spv, _KINDS[step.do])
        kind = " or ".join(_KINDS[step.do])
        yield from known_account(step.what, path, spv, wanted=wanted, kind=kind)
    for index, name in enumerate(step.reserves):
        wanted, where = _of_kinds(spv, _DRAWN_ON), (*path, "reserves", index)
        yield from known_account(name, where, spv, wanted=wanted, kind="reserve or cash_trap")
    if step.reserves and step.do not in ("pay", "fill"):
        yield without_effect(
            (*path, "reserves"), f"`pay` and `fill` draw on reserves, and this is a `{step.do}`"
        )
    if step.do == "fill" and step.what in step.reserves:
        yield Finding(
            "circular-reserve",
            (*path, "reserves", step.reserves.index(step.what)),
            f"the reserve '{step.what}' is filled out of itself",
            "take it away from `reserves:`",
        )
    if step.share == 0 or (step.up_to is not None and step.up_to.amount == 0):
        where = (*path, "share" if step.share == 0 else "up_to")
        yield without_effect(where, "the step moves nothing", "write more than 0")
    yield from _tests(spv, step, path)


def _of_kinds(spv: Spv, kinds: tuple[str, ...]) -> dict[str, Account]:
    return {name: account for name, account in spv.accounts.items() if account.kind in kinds}


def _tests(spv: Spv, step: Step, path: Path) -> Iterator[Finding]:
    tests = [f"{name}.{level}" for name, each in spv.covenants.items() for level in _levels(each)]
    for field in ("when", "unless"):
        yield from known_name(getattr(step, field), (*path, field), "test", tests)
    if step.when is not None and step.when == step.unless:
        yield Finding(
            "choice-of-one",
            (*path, "unless"),
            f"'{step.when}' cannot fail and hold at once, so the step is never taken",
            "keep one of `when` and `unless`",
        )
    if step.do == "trap" and step.when is None and step.unless is None:
        yield Finding(
            "missing-field",
            path,
            "cash is trapped while a test fails, and no test is named",
            "add `when: dscr.lock_up`, with the name of your covenant",
        )


def _levels(covenant: Covenant) -> tuple[str, ...]:
    """The tests of a covenant; one that only locks cash up has no default."""
    return TESTS if has_default(covenant) else TESTS[:1]


def _is_whole(step: Step) -> bool:
    return step.share == 1 and step.up_to is None


def _twice(paid: list[_Paid], path: Path) -> Iterator[Finding]:
    """Nothing is left of what an earlier step pays whole, under the same test or under none."""
    for at, later in enumerate(paid):
        if later.step.do not in ("pay", "fill", "sweep"):
            continue
        for earlier in paid[:at]:
            condition = (earlier.step.when, earlier.step.unless)
            same = condition in ((None, None), (later.step.when, later.step.unless))
            again = [each for each in later.things if each in earlier.things]
            if again and same and _is_whole(earlier.step):
                yield Finding(
                    "paid-twice",
                    (*path, later.place),
                    f"'{again[0]}' stands in step {earlier.place + 1} already, whole",
                    "take one of the two steps away, or give the first an `up_to:`",
                )
                break


def _after_all_is_gone(paid: list[_Paid], path: Path) -> Iterator[Finding]:
    """Once all that is left is distributed, a step has no cash."""
    gone: int | None = None
    for each in paid:
        step = each.step
        if gone is not None and step.do != "release":
            yield Finding(
                "never-paid",
                (*path, each.place),
                f"all that is left is distributed in step {gone + 1}, before this one",
                "move `distribute` to the end",
            )
        if step.do == "distribute" and _is_whole(step) and not (step.when or step.unless):
            gone = each.place if gone is None else gone


def _loans(deal: Deal, spv: Spv, paid: list[_Paid], path: Path) -> Iterator[Finding]:
    first = {
        thing: each.place for each in reversed(paid) for thing in each.things if each.step.share
    }
    for name in held(deal, spv, "facilities"):
        # Fees without a step of their own are paid with the interest.
        lacking = [part for part in _LOAN_PARTS[1:] if f"{name}.{part}" not in first]
        if lacking:
            yield Finding(
                "never-paid",
                path,
                f"no step pays the {' and '.join(lacking)} of '{name}'",
                f"add `pay {name}`" if len(lacking) > 1 else f"add `pay {name}.{lacking[0]}`",
            )
            continue
        interest, principal = first[f"{name}.interest"], first[f"{name}.principal"]
        if principal < interest:
            yield Finding(
                "principal-before-interest",
                (*path, principal),
                f"the principal of '{name}' is paid in step {principal + 1}, and its interest "
                f"in step {interest + 1}",
                "nothing, if so; else pay the interest first",
                Severity.WARNING,
            )


def _costs_and_taxes(deal: Deal, spv: Spv, paid: list[_Paid], path: Path) -> Iterator[Finding]:
    things = {thing for each in paid for thing in each.things}
    for name in held(deal, spv, "costs"):
        if f"costs.{name}" not in things:
            yield Finding(
                "never-paid",
                path,
                f"no step pays the cost '{name}'",
                f"add `pay operating_costs`, or `pay costs.{name}`",
            )
    # Taxes without a step of their own are paid with the running costs.
    pays_taxes = not things.isdisjoint({"taxes", "operating_costs"})
    if taxes_in_force(deal.taxes).income is not None and not pays_taxes:
        yield Finding(
            "never-paid",
            path,
            "the deal has an income tax, and no step pays taxes",
            "nothing, if the owners pay it; else add `pay taxes`",
            Severity.WARNING,
        )


def _accounts(spv: Spv, path: Path) -> Iterator[Finding]:
    """A reserve is filled, a trap is released, and what is left goes to the owners."""
    done = {(step.do, step.what) for step in spv.waterfall}
    for name, account in spv.accounts.items():
        if account.kind == "reserve" and ("fill", name) not in done:
            by_uses = account.funded != "from_cash"
            yield Finding(
                "never-paid",
                path,
                f"no step fills the reserve '{name}'" + (" again" if by_uses else ""),
                f"add `fill {name}`",
                Severity.WARNING if by_uses else Severity.ERROR,
            )
        if account.kind == "cash_trap" and ("trap", name) not in done:
            yield without_effect((*path[:-1], "accounts", name), "no step traps cash in it")
        elif account.kind == "cash_trap" and ("release", name) not in done:
            yield Finding(
                "never-paid",
                path,
                f"no step releases what is trapped in '{name}'",
                f"add `{{release: {name}, unless: ...}}` with the test that traps",
                Severity.WARNING,
            )
    if not any(step.do == "distribute" for step in spv.waterfall):
        yield Finding(
            "never-paid",
            path,
            "no step distributes what is left: it stays on the collection account",
            "add `distribute` at the end",
            Severity.WARNING,
        )
