"""Money received: entered once by its reference, and drawn on by the invoices that follow."""

import json
from datetime import date
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from lessor.app.cli import app
from tests.app.kept_store import RENTED, book, close, make_store, use

RUNNER = CliRunner()
AGREED = RENTED.replace(
    "    term: 12 months\n",
    "    term: 12 months\n    deposit: 1 months\n    prepayment: {share: 20%, paid: signing}\n",
)


@pytest.fixture
def home(tmp_path):
    home = make_store(tmp_path / "store")
    book(home, AGREED)
    return home


def received(home, *args, code=0):
    """The document of the command."""
    common = ("--date", "2026-01-05", "--store", str(home.folder), "--json")
    result = RUNNER.invoke(app, ["receive", *args, *common])
    assert result.exit_code == code, result.stdout + result.stderr
    return json.loads(result.stdout)


def codes(found):
    return [issue["code"] for issue in found["issues"]]


def test_a_deposit_is_entered_once_however_often_it_is_told(home):
    deposit = ("a", "276_000", "--for", "deposit", "--reference", "bank-1")
    first, again = received(home, *deposit), received(home, *deposit)
    assert (first["new"], again["new"]) == (True, False)
    assert again["standing"] == {
        "received": "276000.00",
        "used": "0",
        "due": None,
        "left": "276000.00",
    }
    assert (first["amount"], first["currency"]) == ("276000.00", "CNY")


def test_another_amount_under_the_same_reference_is_refused(home):
    received(home, "a", "276000", "--for", "deposit", "--reference", "bank-1")
    other = received(home, "a", "276001", "--for", "deposit", "--reference", "bank-1", code=2)
    assert codes(other) == ["reference-taken"]


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("b", "5", "--for", "deposit"), "unknown-lease"),
        (("a", "5", "--for", "rent"), "not-a-choice"),
        (("a", "5.001", "--for", "deposit"), "amount-malformed"),
        (("a", "0.00", "--for", "deposit"), "amount-malformed"),
        (("a", "5,000", "--for", "deposit"), "amount-malformed"),
        (("a", "NaN", "--for", "deposit"), "amount-malformed"),
        (("a", "9" * 40, "--for", "deposit"), "too-large"),
        (("a", "5", "--for", "deposit", "--number", "X-1"), "choice-of-one"),
        (("a", "5", "--for", "invoice", "--number", "X-1"), "unknown-document"),
        (("--for", "deposit", "--", "a", "-5"), "more-than-held"),
        (("--for", "deposit", "a", "-5"), "more-than-held"),
        (("a", "-5.00", "--for", "deposit"), "more-than-held"),
    ],
)
def test_what_cannot_be_entered_is_refused_with_its_code_and_nothing_is_kept(home, args, code):
    options = ["--date", "2026-01-05", "--store", str(home.folder), "--json", "--reference", "r"]
    result = RUNNER.invoke(app, ["receive", *options, *args])
    assert result.exit_code == 2
    assert codes(json.loads(result.stdout)) == [code]
    assert received(home, "a", "1", "--for", "deposit", "--reference", "r")["new"]


def test_a_lease_without_a_deposit_takes_none(tmp_path):
    home = make_store(tmp_path / "store")
    book(home)
    found = received(home, "a", "5", "--for", "deposit", "--reference", "r", code=2)
    assert codes(found) == ["not-agreed"]


def test_a_payment_of_an_invoice_leaves_the_rest_open(home):
    [invoice] = close(home, "2026-01").issued
    pay = ("--for", "invoice", "--number", invoice.number)
    first = received(home, "a", "100000", *pay, "--reference", "bank-1")
    assert first["standing"]["left"] == str(invoice.document.payable - 100_000)
    rest = invoice.document.payable - 100_000
    second = received(home, "a", str(rest), *pay, "--reference", "bank-2")
    assert Decimal(second["standing"]["left"]) == 0


def test_only_a_prepayment_that_came_is_drawn_down(home):
    [january] = close(home, "2026-01").issued
    assert january.document.prepaid == 0
    received(home, "a", "600000", "--for", "prepayment", "--reference", "bank-1")
    [february] = close(home, "2026-02").issued
    # Drawn by its share of the contract: 12 months x 276,000 with 6% VAT is 3,510,720.
    expected = february.document.total * 600_000 / Decimal(3_510_720)
    assert february.document.prepaid == round(expected, 2)
    assert february.document.payable == february.document.total - february.document.prepaid
    again = received(home, "a", "600000", "--for", "prepayment", "--reference", "bank-1")
    assert Decimal(again["standing"]["used"]) == february.document.prepaid


def test_a_prepayment_drawn_first_pays_whole_invoices_until_it_is_gone(tmp_path):
    home = make_store(tmp_path / "store")
    book(home, AGREED.replace("paid: signing", "paid: signing, drawdown: first"))
    received(home, "a", "200000", "--for", "prepayment", "--reference", "bank-1")
    [january] = close(home, "2026-01").issued
    [february] = close(home, "2026-02").issued
    assert january.document.payable == 0
    assert february.document.prepaid == 200_000 - january.document.total


def test_a_deposit_is_set_off_against_the_last_rents(tmp_path):
    home = make_store(tmp_path / "store")
    book(home, AGREED.replace("deposit: 1 months", "deposit: {months: 1, returned: set_off}"))
    received(home, "a", "276000", "--for", "deposit", "--reference", "bank-1")
    months = [f"2026-{month:02d}" for month in range(1, 13)] + ["2027-01"]
    drawn = [close(home, month).issued[0].document.set_off for month in months]
    assert drawn[:10] == [0] * 10
    assert sum(drawn) == 276_000


def test_a_credit_note_gives_nothing_of_a_prepayment_back(home):
    received(home, "a", "600000", "--for", "prepayment", "--reference", "bank-1")
    use(home, "a", date(2026, 1, 20), 60_000_000, number=1)
    use(home, "a", date(2026, 2, 20), 60_000_000, number=2)
    close(home, "2026-01")
    close(home, "2026-02")
    # Ten million more of January's move ten of February's into the cheaper step.
    use(home, "a", date(2026, 1, 21), 10_000_000, number=3)
    notes = {each.document.kind: each.document for each in close(home, "2026-02").issued}
    assert notes["credit_note"].total < 0
    assert notes["credit_note"].prepaid == 0


def test_people_read_what_was_entered_and_what_is_at_hand(home):
    asked = "receive a 276000 --for deposit --date 2026-01-05 --reference bank-1 --store"
    result = RUNNER.invoke(app, [*asked.split(), str(home.folder)])
    assert result.stdout.splitlines() == [
        "lease a: CNY 276,000.00 received for the deposit, 2026-01-05",
        "in all CNY 276,000.00, drawn CNY 0.00, at hand CNY 276,000.00",
    ]
