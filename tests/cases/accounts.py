"""The cash of a borrower, step by step: what a trustee would write down on each date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple


class Entry(NamedTuple):
    """One step of one date."""

    on: date
    do: str
    what: str
    available: float
    wanted: float
    paid: float

    @property
    def short(self) -> float:
        """What was wanted and not paid."""
        return self.wanted - self.paid


@dataclass
class Trustee:
    """Collection and other accounts by name; every movement is an entry."""

    balances: dict[str, float]
    cash: float = 0.0
    on: date = date.min
    entries: list[Entry] = field(default_factory=list)

    def begin(self, on: date, receipts: float) -> None:
        """A new date, with what came in since the last one."""
        self.on, self.cash = on, self.cash + receipts

    def _enter(self, do: str, what: str, available: float, *, wanted: float, paid: float) -> float:
        self.entries.append(Entry(self.on, do, what, available, wanted, paid))
        return paid

    def close(self) -> None:
        """The last date of all: what accounts hold is there to be paid out."""
        self.cash += sum(self.balances.values())
        self.balances = dict.fromkeys(self.balances, 0.0)

    def pay(
        self, what: str, wanted: float, reserves: Sequence[str] = (), *, cured: bool = False
    ) -> float:
        """Pay what is wanted from collection, then from reserves in order, then by the owners."""
        available = self.cash
        paid = min(wanted, self.cash)
        self.cash -= paid
        for name in reserves:
            drawn = min(wanted - paid, self.balances[name])
            self.balances[name] -= drawn
            paid += drawn
        paid = wanted if cured else paid
        return self._enter("pay", what, available, wanted=wanted, paid=paid)

    def fill(self, name: str, target: float) -> float:
        """Bring a reserve up to its target."""
        available, wanted = self.cash, max(target - self.balances[name], 0.0)
        paid = min(wanted, self.cash)
        self.cash, self.balances[name] = self.cash - paid, self.balances[name] + paid
        return self._enter("fill", name, available, wanted=wanted, paid=paid)

    def release(self, name: str, target: float = 0.0, *, taken: bool = True) -> float:
        """Back to collection what an account holds above its target."""
        excess = max(self.balances[name] - target, 0.0) if taken else 0.0
        available = self.cash
        self.cash, self.balances[name] = self.cash + excess, self.balances[name] - excess
        return self._enter("release", name, available, wanted=excess, paid=excess)

    def keep(self, name: str, *, taken: bool) -> float:
        """Trap all that is left."""
        available, kept = self.cash, self.cash if taken else 0.0
        self.cash, self.balances[name] = available - kept, self.balances[name] + kept
        return self._enter("trap", name, available, wanted=kept, paid=kept)

    def sweep(self, what: str, share: float, owed: float) -> float:
        """A share of what is left repays a loan early, at most what is owed."""
        available = self.cash
        paid = min(available * share, owed)
        self.cash -= paid
        return self._enter("sweep", what, available, wanted=paid, paid=paid)

    def distribute(self) -> float:
        """All that is left to the owners."""
        available, self.cash = self.cash, 0.0
        return self._enter("distribute", "equity", available, wanted=available, paid=available)
