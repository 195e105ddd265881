"""What the engine says in English, said again in the reader's language.

Notes to figures, warnings and the tests of a lender's sheet are made where they are found, with
their values in them. Each form that they take stands here; a text that has none stays as it is.
"""

from __future__ import annotations

import re
import string
from functools import cache

from lessor.report.said import metric_name
from lessor.report.tongues import Tongue, msg

ENDS, JOINT = " ... ", "; "
"""Between the notes of both ends of a range, and between several notes to one figure."""

NOTES = (
    msg("not known: no server model tells"),
    msg("of the contracts: no servers are bought or leased in"),
    msg("never: no more comes in than goes out over {years} years"),
    msg("not within {horizon} years; {pace} years at that pace"),
    msg("nothing is bought"),
    msg("the owners put in nothing"),
    msg("no cash moves"),
    msg("cash comes in before any goes out: the rate is a cost of money, not a return"),
    msg("{count} rates fit ({rates}); the one nearest 10% a year is given"),
    msg("no rate: cash only goes out"),
    msg("no rate: cash only comes in"),
    msg("no rate makes the flows worth nothing"),
    msg("no debt service falls due"),
    msg("no debt is drawn"),
    msg("no lease has a contracted base rent"),
    msg("debt stands against hardware of no value"),
    msg("over market value where the deal names a curve, else cost net of depreciation"),
    msg("over cost net of depreciation"),
    msg("dense {precision}"),
    msg("sparse {precision}"),
    msg("{units} of the contracts are not known"),
    msg("debt service falls due in a payment period without rent"),
    msg("income tax as planned"),
    msg("not said: {fields}"),
    msg("the deal cannot be run on this range"),
)
"""Notes to figures: why one has no value, or what its value stands on."""

SOLUTIONS = (
    msg(
        "no admissible value meets it; the nearest is {value}, at the bound, where {figure} is {at}"
    ),
    msg("no admissible value meets it; the nearest is {value}, where {figure} is {at}"),
    msg("no admissible value could be tried"),
    msg("it is met again, farther from what the deal says, between {places}"),
    msg("{share} of cost, {servers} of servers"),
    msg("{share} of cost"),
    msg("none ({note})"),
)
"""Notes to a term that was solved for."""

WARNINGS = (
    msg(
        "cash does not cover what is due (costs, tax, debt service, refunds) in one month, "
        "{first}; the owners are taken to put in {amount} more"
    ),
    msg(
        "cash does not cover what is due (costs, tax, debt service, refunds) in {count} months, "
        "the first {first}; the owners are taken to put in {amount} more"
    ),
    msg("{loan} is not paid in full on {day}, after all its reserves"),
    msg("the plan ends with {amount} of {loan} unpaid"),
    msg("{covenant} fails first on {day}, at {value}"),
    msg(
        "{loan} matures on {day}, and the plan ends on {end}: {amount} of it is repaid then, ahead "
        "of schedule"
    ),
    msg("'{model}' rests on weak figures: {fields}"),
    msg("the resale curve '{curve}' is graded {grade}"),
    msg("VAT is inside the amount, and VAT is off: it is taken whole, as it stands"),
    msg("the deal has no lease, so that nothing is earned"),
    msg("ended on {day}, no later than accepted: it brings no rent"),
    msg("neither accepted nor expected to be: it is in the backlog, and brings no rent"),
    msg("let from {start} to {end}, and '{asset}' is rented in from {first} to {last}"),
    msg("let to {end}, and '{asset}' is sold on {day}"),
    msg("no step fills the reserve '{account}' again"),
    msg("no step fills the reserve '{account}'"),
    msg("no step releases what is trapped in '{account}'"),
    msg("no step distributes what is left: it stays on the collection account"),
    msg("the deal has an income tax, and no step pays taxes"),
    msg(
        "the principal of '{loan}' is paid in step {principal}, and its interest in step {interest}"
    ),
    msg(
        "the loan ends on {end}, and China's days off are published to {last}: later years count "
        "statutory holidays alone, without the weekends moved for them"
    ),
    msg("'{asset}' is accepted on {day}, after the last day of draws, {last}: it is not lent on"),
    msg("a fee on a loan whose principal is 0"),
)
"""Warnings of the checks and of the plan."""

LENDER_TESTS = (
    msg("nothing is owed on {day}"),
    msg("no lease is in the forecast"),
    msg("by the end of the first lease term, {day}"),
    msg("no debt is repaid from a sale of the hardware"),
    msg("at least {bar} on every payment date, all costs paid first and nothing swept"),
    msg("at least {bar} on every payment date"),
    msg("at least {bar} in the case '{case}', which the deal has not"),
    msg("at least {bar} in the case '{case}'"),
    msg("debt service is met on every date if rents fall so far: above 0%"),
    msg("debt service is met on every date if use falls so far: above 0%"),
    msg("months without rent, from the worst month on: at least {bar}"),
    msg("a replacement operator is named"),
    msg("at least 1 with the cost of the replacement, beside all other costs: not said"),
    msg("at least 1 with the cost of the replacement, beside all other costs"),
    msg("the last payment is no larger than others, within {bar} of the debt"),
    msg("nothing is left to be refinanced"),
    msg("worth of the cash after maturity over the balloon: at least {bar}"),
    msg("months of useful life after the last maturity: above 0"),
    msg("all contracted rent is from customers of investment grade: nothing is contracted"),
    msg("all contracted rent is from customers of investment grade"),
    msg(
        "contracted rent of one customer below investment grade: at most {bar}: nothing is "
        "contracted"
    ),
    msg("contracted rent of one customer below investment grade: at most {bar}"),
    msg("part of the contract is paid ahead: above 0% (15% to 25% is seen)"),
    msg("months of debt service in reserve: at least {bar}"),
    msg("no debt is floating"),
    msg("floating debt that is hedged to maturity: at least {bar}"),
    msg("all power is passed on at cost: the deal has no cost of power"),
    msg("all power is passed on at cost"),
    msg("the contract is assigned to lenders: not said"),
    msg("the contract is assigned to lenders"),
    msg("the customer has agreed to step-in: not said"),
    msg("the customer has agreed to step-in"),
    msg("each server is charged by its serial: not said"),
    msg("each server is charged by its serial"),
    msg("no default elsewhere is a default here: not said"),
    msg("no default elsewhere is a default here"),
    msg(
        "time to sell the hardware after step-in: within the {bar} months that reserves bridge: "
        "not said"
    ),
    msg("time to sell the hardware after step-in: within the {bar} months that reserves bridge"),
    msg("forced sale over debt on {day}, when most is lost (of {basis}): at least 1"),
    msg("all hardware is accepted by closing, or tested before each draw"),
    msg("a completion test before each draw"),
    msg("accepted by closing"),
    msg("a sheet of factors, each by itself; it is no rating"),
    msg("cost net of depreciation"),
    msg("market value where the deal names a curve, else cost net of depreciation"),
)
"""What the factors of a lender's sheet ask."""

FORMS = (*NOTES, *SOLUTIONS, *WARNINGS, *LENDER_TESTS)
SPOKEN = frozenset(("at", "note", "basis"))
"""Values that are texts of the engine themselves."""


def retold(text: str, tongue: Tongue) -> str:
    """A text of the engine in the reader's language; as it is, where it takes none of the forms.

    >>> from lessor.report.tongues import tongue
    >>> retold("no debt is drawn", tongue("en"))
    'no debt is drawn'
    """
    if tongue.language == "en" or not text:
        return text
    if ENDS in text:
        return ENDS.join(retold(part, tongue) for part in text.split(ENDS))
    for form in FORMS:
        found = _pattern(form).fullmatch(text)
        if found is not None:
            values = {name: _value(name, said, tongue) for name, said in found.groupdict().items()}
            return tongue.say(form, **values)
    if JOINT in text:
        return JOINT.join(retold(part, tongue) for part in text.split(JOINT))
    return text


def _value(name: str, said: str, tongue: Tongue) -> str:
    """What stands in the braces of a form: a text of the engine, a metric, or as it is."""
    if name in SPOKEN:
        return retold(said, tongue)
    return metric_name(said, tongue) if name == "figure" else said


@cache
def _pattern(form: str) -> re.Pattern[str]:
    """A form as a pattern: what stands in braces may be any text of one note."""
    parts = []
    for fixed, name, _, _ in string.Formatter().parse(form):
        parts.append(re.escape(fixed))
        if name is not None:
            # A value never reaches over into the next note.
            parts.append(f"(?P<{name}>(?:(?!{JOINT}).)+?)")
    return re.compile("".join(parts), re.DOTALL)
