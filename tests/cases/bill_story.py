"""A story of a lease in `bill.yaml`: what came in, what was amended, which months were closed.

It is told twice: to a store on disk by the program's own commands, and to the biller.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from lessor.app.asking import Asker
from lessor.app.commands.book import BookRequest, book
from lessor.app.commands.close import Request, close
from lessor.app.commands.init import init
from lessor.books.documents import Document
from lessor.store.records.records import Records
from lessor.store.usage.catalogue import UsageStore
from lessor.store.usage.raw import raw_of_json
from lessor.store.usage.take import BatchInfo
from lessor.store.usage.validate import Known
from tests.cases.bill_terms import Contract
from tests.cases.biller import Bill, Biller, Happened

NOW = datetime(2028, 7, 3, 9, tzinfo=UTC)
UNITS = {"tokens_out": "token", "tokens_in": "token", "gpu_seconds": "gpu_second", "kwh": "wh"}
UNITS |= {"downtime": "node_second"}
Line = tuple[str, date, date, Fraction]


def told(folder: Path) -> tuple[str, dict[str, Any]]:
    """The text of a deal, and its story."""
    story = yaml.load((folder / "bill.yaml").read_text("utf-8"), Loader=yaml.BaseLoader)
    return (folder / "deal.yaml").read_text("utf-8"), story


def moment(said: str) -> datetime:
    """A time with its zone; a bare day is its noon in UTC."""
    at = datetime.fromisoformat(said if "T" in said else f"{said}T12:00:00Z")
    return at.astimezone(UTC)


def amended(text: str, replace: dict[str, str]) -> str:
    """The deal with some of its words replaced, each of which it must hold."""
    for old, new in replace.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def written(
    kind: str, period: str, lines: Iterable[tuple[Any, ...]], taxes: Iterable[Any], net: Decimal
) -> dict[str, Any]:
    """A document as a case says it."""
    total = net + sum((tax for _, tax in taxes), Decimal(0))
    return {
        "document": f"{kind} {period}",
        "lines": [_line(*line) for line in lines],
        "taxes": [f"{_percent(rate)} {tax}" for rate, tax in taxes],
        "net": str(net),
        "total": str(total),
    }


def _line(key: Line, amount: Decimal, before: Decimal, basis: str) -> str:
    name, start, end, rate = key
    days = f"{start}/{end}" if start != end else f"{start}"
    was = f", before {before}" if before else ""
    guess = ", expected" if basis == "expected" else ""
    return f"{name} {days} {amount} at {_percent(rate)}{was}{guess}"


def _percent(rate: Fraction) -> str:
    return f"{float(rate * 100):g}%"


def billed(text: str, story: dict[str, Any]) -> list[dict[str, Any]]:
    """The documents by the biller."""
    biller = Biller([(None, Contract.read(text, "a"))])
    by_id: dict[str, Happened] = {}
    had: dict[tuple[str, Line], Decimal] = defaultdict(Decimal)
    found: list[dict[str, Any]] = []
    for step in story["steps"]:
        for each in step.get("use", ()):
            _count(biller, by_id, each)
        if "amend" in step:
            text = amended(text, step["amend"]["replace"])
            since = step["amend"].get("effective")
            day = date.fromisoformat(since) if since else None
            biller.versions.append((day, Contract.read(text, "a")))
        if "close" in step:
            found += [_told(bill, biller, had) for bill in biller.close(step["close"])]
    return found


def _count(biller: Biller, by_id: dict[str, Happened], said: dict[str, Any]) -> None:
    for way in ("amends", "voids"):
        if way in said:
            biller.events.remove(by_id[said[way]])
    if "voids" in said:
        return
    start, end = (moment(said[key]) if key in said else None for key in ("start", "end"))
    one = Happened(
        said["meter"],
        moment(said["time"]),
        int(said.get("quantity", "1").replace("_", "")),
        said.get("node", ""),
        said.get("cause", ""),
        start,
        end,
    )
    by_id[said.get("id", "")] = one
    biller.events.append(one)


def _told(bill: Bill, biller: Biller, had: dict[tuple[str, Line], Decimal]) -> dict[str, Any]:
    guesses = {(o.charge, o.start, o.end) for o in biller.owed() if o.is_guess}
    lines = []
    for *key, amount in bill.lines:
        line: Line = tuple(key)  # type: ignore[assignment]
        basis = "expected" if line[:3] in guesses else "metered"
        lines.append((line, amount, had[bill.period, line], basis))
        had[bill.period, line] += amount
    return written(bill.kind, bill.period, lines, bill.taxes, bill.net)


class Store:
    """A store in a folder, asked as the command line asks it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.deal = str(folder / "store"), folder / "deal.yaml"
        self.events = self.known = 0
        assert init(self.folder).exit_code == 0

    def book(self, text: str, effective: str | None = None) -> None:
        """Book a deal, or another version of its leases."""
        self.deal.write_text(text, encoding="utf-8")
        done = book(
            str(self.deal),
            self.folder,
            BookRequest(Asker("ann", NOW), (), effective, (), effective is None),
        )
        assert done.exit_code == 0, done.issues

    def use(self, said: list[dict[str, Any]], currency: str) -> None:
        """Take events in."""
        lines = [self._event(each, currency) for each in said]
        with self._records() as records, records.reading() as reader:
            known = Known(*reader.known())
        with UsageStore.open(Path(self.folder) / "usage") as usage:
            taken = usage.take(
                raw_of_json(json.dumps(lines).encode()), known, batch=BatchInfo("t", NOW)
            )
        assert taken.accepted == len(lines), taken

    def close(self, period: str) -> Iterator[Document]:
        """Close a month; the documents that are new."""
        done = close(self.folder, Request(period, None, False, None, "ann", NOW))
        assert done.exit_code == 0, done.issues
        with self._records() as records, records.reading() as reader:
            issued = reader.documents(leases=["a"])
        new, self.known = issued[self.known :], len(issued)
        return (each.document for each in new)

    def _records(self) -> Any:
        return Records.open(f"sqlite:///{self.folder}/records.sqlite")

    def _event(self, said: dict[str, Any], currency: str) -> dict[str, Any]:
        self.events += 1
        meter, quantity = said["meter"], said.get("quantity", "1").replace("_", "")
        unit = UNITS.get(meter, "unit")
        if meter == "lessee_revenue" or meter.startswith("cost."):
            places = {"JPY": 0, "KWD": 3}.get(currency, 2)
            unit, quantity = currency, str(Decimal(quantity).scaleb(-places))
        data = {"quantity": quantity, "unit": unit}
        data |= {key: said[key] for key in ("node", "cause", "amends", "voids") if key in said}
        data |= {key: moment(said[key]).isoformat() for key in ("start", "end") if key in said}
        named = said.get("id", str(self.events))
        at = moment(said["time"]).isoformat()
        head = {"specversion": "1.0", "source": "gateway", "id": named, "time": at}
        return head | {"type": meter, "subject": "a", "data": data}


def kept(text: str, story: dict[str, Any], folder: Path) -> list[dict[str, Any]]:
    """The documents by the program."""
    store, found = Store(folder), []
    store.book(text)
    currency = Contract.read(text, "a").currency
    for step in story["steps"]:
        if "use" in step:
            store.use(step["use"], currency)
        if "amend" in step:
            text = amended(text, step["amend"]["replace"])
            store.book(text, step["amend"].get("effective"))
        if "close" in step:
            found += [_kept(each) for each in store.close(step["close"])]
    return [each for each in found if each["lines"] or each["document"].startswith("invoice")]


def _kept(document: Document) -> dict[str, Any]:
    lines = sorted(
        (
            (line.charge, line.start, line.end, Fraction(line.vat_rate)),
            line.amount,
            line.before.amount if line.before else Decimal(0),
            line.basis,
        )
        for line in document.lines
        if line.amount
    )
    rates = {line[0][3] for line in lines}
    taxes = sorted((Fraction(each.rate), each.tax) for each in document.taxes)
    taxes = [(rate, tax) for rate, tax in taxes if tax or rate in rates]
    found = written(document.kind, document.period, lines, taxes, document.net)
    assert document.total == Decimal(found["total"])
    return found
