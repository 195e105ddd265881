"""What the checks of changes of a loan's frequency find, and what they let pass."""

from typing import Any

import pytest

from tests.terms.deals import codes_of, issues_of

REPAYMENT = "facilities.bank.repayment"


def changes(*steps: tuple[str, str], **dates: str) -> dict[str, Any]:
    """Changes of the loan of 36 months from 1 May 2026, which pays monthly at first."""
    said: dict[str, Any] = {
        f"{REPAYMENT}.frequency_steps": [{"from": day, "frequency": word} for day, word in steps]
    }
    return {**said, "facilities.bank.dates": dates} if dates else said


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        (changes(("12 months", "quarterly")), []),
        (changes(("2027-05-01", "quarterly")), []),
        (changes(("2027-05-02", "quarterly")), ["frequency-off-cycle"]),
        (changes(("13 months", "quarterly"), ("16 months", "semiannual")), []),
        (changes(("13 months", "quarterly"), ("17 months", "semiannual")),
         ["frequency-off-cycle"]),
        (changes(("12 months", "quarterly"), ("12 months", "annual")), ["points-not-rising"]),
        (changes(("12 months", "monthly")), ["without-effect"]),
        (changes(("12 months", "quarterly"), ("24 months", "quarterly")), ["without-effect"]),
        (changes(("2026-05-01", "quarterly")), ["dates-out-of-order"]),
        (changes(("36 months", "quarterly")), ["dates-out-of-order"]),
        (changes(("35 months", "quarterly")), []),
        # Rolled from the first payment, and before holidays are looked at.
        (changes(("2026-08-15", "quarterly"), first_payment="2026-05-15"), []),
        (changes(("2026-05-15", "quarterly"), first_payment="2026-05-15"), []),
        (changes(("3 months", "quarterly"), first_payment="2026-05-15"), ["frequency-off-cycle"]),
        (changes(("2026-08-17", "quarterly"), first_payment="2026-05-15", calendar="nyse",
                 convention="following"), ["frequency-off-cycle"]),
        # Rolled back from maturity, the change is a date of what follows it.
        ({**changes(("2027-05-16", "quarterly"), stub="short_first"),
          f"{REPAYMENT}.until": "2028-05-16"}, []),
        ({**changes(("2027-05-01", "quarterly"), stub="short_first"),
          f"{REPAYMENT}.until": "2028-05-16"}, ["frequency-off-cycle"]),
        # A time from closing follows the ends of months with the payments.
        ({**changes(("6 months", "quarterly"), end_of_month="yes"), "closing_date": "2026-04-30",
          "leases.anchor.events.accepted": "2026-04-30"}, []),
        ({**changes(("2026-10-30", "quarterly"), end_of_month="yes"), "closing_date": "2026-04-30",
          "leases.anchor.events.accepted": "2026-04-30"}, ["frequency-off-cycle"]),
        ({**changes(("12 months", "quarterly")), "facilities.bank.kind": "direct_lease"},
         ["term-not-handled"]),
    ],
)  # fmt: skip
def test_a_change_falls_on_a_payment_date(said: dict[str, Any], codes: list[str]):
    assert codes_of(said) == codes


@pytest.mark.parametrize(
    ("said", "where", "near"),
    [
        (changes(("13 months", "quarterly"), ("17 months", "semiannual")), 1,
         "2027-09-01 or 2027-12-01"),
        (changes(("2026-05-09", "quarterly"), first_payment="2026-05-15"), 0, "2026-05-15"),
        ({**changes(("2026-05-20", "quarterly")), f"{REPAYMENT}.until": "30 days"}, 0,
         "take the change away"),
        # Back from maturity the last change that is off moves those before it.
        ({**changes(("6 months", "quarterly"), ("2027-05-01", "semiannual"), stub="short_first"),
          f"{REPAYMENT}.until": "2028-05-16"}, 1, "2026-11-16 or 2027-05-16"),
    ],
)  # fmt: skip
def test_the_nearest_dates_are_told(said: dict[str, Any], where: int, near: str):
    found = [issue for issue in issues_of(said) if issue.code == "frequency-off-cycle"]
    assert [issue.place.field for issue in found] == [f"{REPAYMENT}.frequency_steps[{where}].from"]
    assert near in found[0].remedy
