"""Borrowers of the cases, worked out date by date: what a trustee would have written down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tests.cases.accounts import Entry, Trustee
from tests.cases.lenders import Row, month_ends
from tests.cases.oracle import later

LOTS = ((0, 280), (3, 350), (6, 315), (9, 315), (12, 315), (15, 315))
"""Racks of `ddtl-4` by the months from closing after which they are accepted."""


def ddtl_4(
    fixed: Sequence[Row], floating: Sequence[Row], *, power: float = 0.07
) -> tuple[list[Entry], list[float]]:
    """72 dates of the delayed draw loan, and its cover over three months from the third on.

    In lock-up (cover below 1.20 on the date before) what is left is trapped.
    """
    racks = [sum(count for month, count in LOTS if month < number) for number in range(1, 73)]
    # Space at 185 a kW, energy of 132 kW x 80% x 1.25 x 730 hours, operations.
    costs = [count * (132 * 185 + 132 * 0.8 * 1.25 * 730 * power + 10_000) for count in racks]
    fees = [1_560.0 * count for count in racks]
    # The sponsor's fee stands behind the loans: neither CFADS nor the reserves reckon with it.
    cash = [156_000 * count - cost for count, cost in zip(racks, costs, strict=True)]
    loans = list(zip(fixed[1:], floating[1:], strict=True))
    service = [sum(row.service + row.fees for row in pair) for pair in loans]
    cover = [sum(cash[n - 3 : n]) / sum(service[n - 3 : n]) for n in range(3, 73)]
    books, unpaid = Trustee({"trap": 0.0, "liquidity": 0.0, "power": 0.0}), 0.0
    for number, (one, other) in enumerate(loans):
        ahead = range(number + 1, min(number + 4, 72))
        liquidity = sum(service[month] + costs[month] for month in ahead)
        reserve = sum(costs[number + 1 : number + 2])
        locked = number > 2 and cover[number - 3] < 1.2
        books.begin(one.on, 156_000.0 * racks[number])
        if number == 71:
            books.close()
        books.release("trap", taken=not locked)
        books.release("liquidity", liquidity)
        books.release("power", reserve)
        books.pay("operating_costs", costs[number], ("liquidity", "power"))
        for what in ("fees", "interest", "principal"):
            for name, row in (("fixed", one), ("floating", other)):
                books.pay(f"{name}.{what}", getattr(row, what), ("liquidity",))
        books.fill("liquidity", liquidity)
        books.fill("power", reserve)
        books.keep("trap", taken=locked)
        # While the reserves fill and cash is trapped, the sponsor waits for its fee.
        unpaid += fees[number]
        unpaid -= books.pay("costs.management_fee", unpaid)
        books.distribute()
    return books.entries, cover


def ddtl_1(term: Sequence[Row]) -> list[Entry]:
    """48 months of 110m of rent and 22m of costs; the parent pays what the balloon is short of.

    Between two payments of the loan, and not after the last, a month pays its costs alone.
    """
    paid = {row.on: row for row in term[1:]}
    books = Trustee({"minimum_liquidity": min(0.04 * term[0].closing, 56_250_000.0)})
    for number in range(1, 49):
        on = later(date(2024, 12, 28), number)
        books.begin(on, 110e6)
        if on not in paid and on < term[-1].on:
            books.pay("operating_costs", 22e6)
            continue
        row = paid.get(on)
        interest, principal = (row.interest, row.principal) if row else (0.0, 0.0)
        target = min(max(18_750_000, 0.04 * row.closing if row else 0.0), 56_250_000)
        if number == 48:
            books.close()
            target = 0.0
        held = ("minimum_liquidity",)
        books.release("minimum_liquidity", target)
        books.pay("operating_costs", 22e6, held)
        books.pay("term.interest", interest, held)
        books.pay("term.principal", principal, held, cured=True)
        books.fill("minimum_liquidity", target)
        books.distribute()
    return books.entries


def notes(loan: Sequence[Row], fixed: Sequence[Row]) -> list[Entry]:
    """67 months of notes and loan; what falls due by December 2026 is paid with the uses."""
    opens = date(2026, 12, 31)
    due = {row.on: (row, other) for row, other in zip(loan[-23:], fixed[-23:], strict=True)}
    service = [
        0.0 if on <= opens else sum(row.service + row.fees for row in pair)
        for on, pair in due.items()
    ]
    # Of the rent, 20% is paid ahead. Space at 110 a kW, energy at 0.04, operations.
    rent = 0.8 * 9.7e9 / 60
    costs = 1056 * 132 * (110 + 0.8 * 1.2 * 730 * 0.04) + 3e6
    books, held = Trustee({"debt_service": 0.0}), ("debt_service",)
    for on in month_ends(date(2026, 6, 1), date(2031, 12, 31)):
        books.begin(on, rent if on > opens else 0.0)
        running = costs if on > opens else 0.0
        if on not in due:
            books.pay("operating_costs", running, held)
            continue
        rows = due[on] if on > opens else ()
        target = sum(service[list(due).index(on) + 1 :][:1])
        if on == loan[-1].on:
            books.close()
        books.release("debt_service", target)
        books.pay("operating_costs", running, held)
        books.pay("loan.fees", rows[0].fees if rows else 0.0, held)
        for what in ("interest", "principal"):
            for name, row in zip(("loan", "notes"), rows or (None, None), strict=True):
                books.pay(f"{name}.{what}", getattr(row, what) if row else 0.0, held)
        books.fill("debt_service", target)
        books.sweep("loan", 0.0, 0.0)
        books.distribute()
    return books.entries


class Bank:
    """A loan of 600 over twelve equal parts; interest of a month does not bear interest."""

    def __init__(self, rate: float) -> None:
        self.rate, self.left = rate, 600.0
        self.overdue = self.interest = 0.0

    def fall_due(self, number: int) -> float:
        """The principal due with the payment of month `number`, what is overdue in it."""
        self.interest += self.left * self.rate
        if number == 12:
            return self.left
        return self.overdue + (self.left - self.overdue) / (13 - number)

    def settle(self, due: float, interest: float, principal: float) -> None:
        """What was paid of it."""
        self.interest -= interest
        self.overdue = due - principal
        self.left -= principal


def shortfall(*, cured: bool = False) -> list[Entry]:
    """100 a month but for March and April, costs of 20, a reserve of 40."""
    books, bank, arrears, fails = Trustee({"liquidity": 0.0}), Bank(0.01), 0.0, False
    for number in range(1, 13):
        rent = 0.0 if number in (3, 4) else 100.0
        books.begin(later(date(2026, 1, 1), number), rent)
        target = 0.0 if number == 12 else 40.0
        if number == 12:
            books.close()
        books.release("liquidity", target, taken=not fails)
        costs = 20 + arrears
        arrears = costs - books.pay("operating_costs", costs, ("liquidity",))
        due = bank.fall_due(number)
        interest = books.pay("bank.interest", bank.interest, ("liquidity",), cured=cured)
        principal = books.pay("bank.principal", due, ("liquidity",), cured=cured)
        bank.settle(due, interest, principal)
        books.fill("liquidity", target)
        books.distribute()
        fails = rent - 20 < 50 + 6 - 0.5 * (number - 1)
    return books.entries


def trap(*, this_date: bool = False) -> list[Entry]:
    """Cover of 80 / 50, of 60 / 50 in the three months of repairs; lock-up below 1.3."""
    books, bank, fails = Trustee({"trap": 0.0}), Bank(0.0), False
    for number in range(1, 13):
        costs = 40.0 if number in (4, 5, 6) else 20.0
        failed, fails = fails, (100 - costs) / 50 < 1.3
        locked = fails if this_date else failed
        books.begin(later(date(2026, 1, 1), number), 100.0)
        if number == 12:
            books.close()
        books.release("trap", taken=not locked)
        books.pay("operating_costs", costs)
        due = bank.fall_due(number)
        books.pay("bank.interest", 0.0)
        bank.settle(due, 0.0, books.pay("bank.principal", due))
        books.keep("trap", taken=locked)
        books.distribute()
    return books.entries


def sweep(*, next_payment: float = 0.67) -> list[Entry]:
    """Half of what is left after costs, debt service and its reserve repays the loan early.

    The reserve is reckoned on the debt service of what was left after the date before.
    """
    books, bank = Trustee({"service": 0.0}), Bank(0.01)
    for number in range(1, 13):
        part = bank.left / (13 - number)
        ahead = [
            part + 0.01 * (bank.left - part * (later_on - number))
            for later_on in range(number + 1, min(number + 3, 13))
        ]
        target = max(sum(ahead), next_payment * sum(ahead[:1]))
        books.begin(later(date(2026, 1, 1), number), 100.0)
        if number == 12:
            books.close()
        books.release("service", target)
        books.pay("operating_costs", 20.0)
        due = bank.fall_due(number)
        interest = bank.interest
        books.pay("bank", interest + due, ("service",))
        bank.settle(due, interest, due)
        books.fill("service", target)
        bank.left -= books.sweep("bank", 0.5, bank.left)
        books.distribute()
    return books.entries
