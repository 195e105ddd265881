"""Checks of SPVs: what each holds, its accounts, and what its reserves should hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lessor.core.issue import Severity
from lessor.terms.check_charges import circles
from lessor.terms.deal import Deal
from lessor.terms.fields import listed, near_names
from lessor.terms.findings import Finding, known_name, said, without_effect
from lessor.terms.source import Path
from lessor.terms.spv_parts import BLOCKS, held
from lessor.terms.spvs import Account, Spv, Target

_WORDS = {"assets": "asset", "leases": "lease", "costs": "cost", "facilities": "loan"}
_PARTS = (
    "debt_service",
    "next_payment",
    "operating_costs",
    "amount",
    "share_of_debt",
    "account",
)
_OF_LOANS = ("debt_service", "next_payment", "share_of_debt")
_WORDS_OF_STEPS = ("operating_costs", "costs", "taxes", "equity")


def check_spvs(deal: Deal) -> Iterator[Finding]:
    """What each SPV holds, its accounts and the targets of its reserves.

    Issues: unknown-name, held-twice, name-taken, choice-of-one, missing-field, account-unknown,
    circular-reserve; warning without-effect.
    """
    yield from _held_once(deal)
    for name, spv in deal.spvs.items():
        path: Path = ("spvs", name)
        for block in BLOCKS:
            for index, each in enumerate(getattr(spv, block)):
                names = getattr(deal, block)
                yield from known_name(each, (*path, block, index), _WORDS[block], names)
        yield from _names_of_steps(deal, spv)
        yield from _collection(spv, path)
        for account, held_in in spv.accounts.items():
            yield from _account(deal, spv, held_in, (*path, "accounts", account))
        yield from _circles(spv, (*path, "accounts"))


def _held_once(deal: Deal) -> Iterator[Finding]:
    """No asset, lease, cost or loan is held by two SPVs, or named twice by one."""
    for block in BLOCKS:
        holder: dict[str, str] = {}
        for name, spv in deal.spvs.items():
            names = getattr(spv, block)
            for index, each in enumerate(names or getattr(deal, block)):
                if each in holder and each in getattr(deal, block):
                    where: Path = ("spvs", name, block, index) if names else ("spvs", name)
                    yield _twice(_WORDS[block], each, (holder[each], name), where)
                holder.setdefault(each, name)


def _twice(what: str, each: str, holders: tuple[str, str], path: Path) -> Finding:
    first, second = holders
    plural = f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"
    block = "facilities" if what == "loan" else plural
    if first == second:
        message, remedy = f"the {what} '{each}' is named twice", "name it once"
    else:
        message = f"the {what} '{each}' is held by '{first}' and by '{second}'"
        remedy = f"write `{block}:` of each, with every {what} in one of them"
    return Finding("held-twice", path, message, remedy)


def _names_of_steps(deal: Deal, spv: Spv) -> Iterator[Finding]:
    """A loan that is named as a word of the waterfall could not be told from it."""
    for name in held(deal, spv, "facilities"):
        if name in _WORDS_OF_STEPS:
            yield Finding(
                "name-taken",
                ("facilities", name),
                f"'{name}' is a word of waterfalls, and the name of a loan",
                "give the loan another name",
            )


def _collection(spv: Spv, path: Path) -> Iterator[Finding]:
    names = [name for name, account in spv.accounts.items() if account.kind == "collection"]
    if len(names) > 1:
        yield Finding(
            "choice-of-one",
            (*path, "accounts", names[1], "kind"),
            f"{listed(names, joint='and')} are collection accounts, and receipts come into one",
            "keep one of them, and make the others `kind: reserve` or `cash_trap`",
        )
    if not names and (spv.accounts or spv.waterfall):
        yield Finding(
            "choice-of-one",
            (*path, "accounts"),
            "there is no collection account, into which receipts come",
            "add one, as `collection: {kind: collection}`",
        )


def _account(deal: Deal, spv: Spv, account: Account, path: Path) -> Iterator[Finding]:
    if account.kind == "reserve" and account.target is None:
        yield Finding(
            "missing-field",
            path,
            "a reserve is kept to a target, and none is said",
            "add `target: {debt_service: 3 months}`, with your own figure",
        )
    if account.kind != "reserve":
        if account.target is not None:
            yield without_effect(
                (*path, "target"),
                f"only a reserve is kept to a target, and this is a {account.kind} account",
                "write `kind: reserve`, or take it away",
            )
        if account.funded != "from_cash":
            yield without_effect(
                (*path, "funded"), f"a {account.kind} account is not filled at closing"
            )
    elif account.funded == "at_completion" and deal.construction is None:
        yield without_effect(
            (*path, "funded"),
            "the deal has no `construction`: the reserve is filled at closing",
            "add `construction: {until: 6 months}`, or write `at_closing`",
        )
    if account.kind == "reserve" and account.target is not None:
        yield from _target(deal, spv, account.target, (*path, "target"))


def _target(deal: Deal, spv: Spv, target: Target, path: Path) -> Iterator[Finding]:
    parts = said(target, _PARTS)
    if not parts:
        yield Finding(
            "choice-of-one",
            path,
            "the target says no part",
            f"add one or more of {listed([f'`{part}:`' for part in _PARTS])}",
        )
    if not held(deal, spv, "facilities"):
        for part in parts:
            if part in _OF_LOANS:
                yield without_effect((*path, part), "the borrower has no loan")
    if target.operating_costs is not None and not held(deal, spv, "costs"):
        yield without_effect((*path, "operating_costs"), "the borrower has no running cost")
    if target.account is None and "share_of_account" in target.model_fields_set:
        yield without_effect((*path, "share_of_account"), "no other account is named")
    if target.combine == "sum" and len(parts) == 1:
        yield without_effect((*path, "combine"), "the target has one part only")
    if target.account is not None:
        reserves = {name: each for name, each in spv.accounts.items() if each.target is not None}
        yield from known_account(
            target.account, (*path, "account"), spv, wanted=reserves, kind="reserve"
        )


def known_account(
    name: str, path: Path, spv: Spv, *, wanted: Mapping[str, Account], kind: str
) -> Iterator[Finding]:
    """A name must be that of an account of the wanted sort. Issue: account-unknown."""
    if name in wanted:
        return
    near = near_names(name, tuple(wanted))
    if near and name not in spv.accounts:
        remedy = f"did you mean {listed(near)}?"
    elif wanted:
        remedy = f"write the name of one that there is: {listed(list(wanted))}"
    else:
        remedy = f"add one, as `accounts: {{{name}: {{kind: {kind.split()[0]}}}}}`"
    message = f"there is no account named '{name}'"
    if name in spv.accounts:
        message = f"'{name}' is a {spv.accounts[name].kind} account, and a {kind} is wanted"
    yield Finding("account-unknown", path, message, remedy)


def _circles(spv: Spv, path: Path) -> Iterator[Finding]:
    refers = {
        name: [account.target.account]
        if account.target is not None and account.target.account is not None
        else []
        for name, account in spv.accounts.items()
    }
    for circle in circles(refers):
        yield Finding(
            "circular-reserve",
            (*path, circle[0], "target", "account"),
            f"the target goes round in a circle: {' -> '.join([*circle, circle[0]])}",
            "take one of these references away",
            Severity.ERROR,
        )
