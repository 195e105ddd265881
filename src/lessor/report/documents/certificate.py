"""A covenant certificate as a sheet: each test with its formula, its figures and its outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from lessor.engine.debt.covenant_measures import HIGH_IS_BAD
from lessor.forecast.certificate import Certificate, CertifiedTest
from lessor.report.documents.paper import party_text
from lessor.report.documents.sheet import (
    Block,
    Column,
    Facts,
    Prose,
    Row,
    Sheet,
    Signatures,
    Table,
)
from lessor.report.tongues import Language, Tongue, msg, tongue
from lessor.report.tongues.tongue import NOTHING
from lessor.terms.parties import Lessor


class _Measure(NamedTuple):
    """A measure: what it is called, and what it is the ratio of."""

    name: str
    part: str
    base: str


MEASURES: Mapping[str, _Measure] = MappingProxyType(
    {
        "dscr": _Measure(
            msg("Debt service coverage ratio (DSCR)"),
            msg("Cash flow available for debt service"),
            msg("Debt service"),
        ),
        "llcr": _Measure(
            msg("Loan life coverage ratio (LLCR)"),
            msg("Present value of the cash flow to maturity"),
            msg("Debt outstanding"),
        ),
        "ltv": _Measure(
            msg("Loan to value (LTV)"),
            msg("Debt outstanding"),
            msg("Market value of the collateral"),
        ),
        "loan_to_cost": _Measure(msg("Loan to cost"), msg("Debt outstanding"), msg("Cost")),
        "contract_cover": _Measure(
            msg("Contract cover"), msg("Contracted receipts to come"), msg("Debt outstanding")
        ),
        "contract_realisation": _Measure(
            msg("Contract realisation"), msg("Receipts received"), msg("Receipts contracted")
        ),
        "liquidity": _Measure(msg("Liquidity"), msg("Cash on accounts"), msg("Cash asked for")),
        "concentration": _Measure(
            msg("Concentration"),
            msg("Collateral let below investment grade"),
            msg("Market value of the collateral"),
        ),
        "asset_base": _Measure(
            msg("Asset base"), msg("Debt outstanding"), msg("Advance on net cost")
        ),
    }
)


class CertificatePaper(NamedTuple):
    """A certificate with the deal that it is of, and who signs it."""

    deal: str
    lessor: Lessor | None
    certificate: Certificate

    @property
    def dated(self) -> date:
        """The test date."""
        return self.certificate.day


def certificate_sheet(paper: CertificatePaper, language: Language) -> Sheet:
    """The certificate in a language, with lines to sign on; every figure is the plan's."""
    said = tongue(language)
    certificate = paper.certificate
    sender = paper.lessor.name if paper.lessor is not None else paper.deal
    return Sheet(
        language=language,
        title=said.say("Covenant certificate"),
        number=certificate.spv,
        sender=sender,
        stamp="",
        facts=(
            (said.say("Test date"), said.day(certificate.day)),
            (said.say("Borrower"), certificate.spv),
            (said.say("Deal"), paper.deal),
            (said.say("Currency"), certificate.currency),
        ),
        parties=()
        if paper.lessor is None
        else (party_text(said.say("Certified by"), paper.lessor, said),),
        blocks=tuple(_blocks(certificate, said)),
        page=said.say("page {page} of {pages}", page="{page}", pages="{pages}"),
        dated=certificate.day,
    )


def _blocks(certificate: Certificate, said: Tongue) -> Iterator[Block]:
    yield Prose((_outcome_of_all(certificate, said),), is_loud=True)
    yield _summary(certificate, said)
    for test in certificate.tests:
        title = said.say("How {covenant} is measured", covenant=test.covenant)
        yield Facts(title, tuple(_workings(test, certificate.currency, said)))
    yield Prose(
        (
            said.say("The figures are those of the plan of the deal; they are not audited."),
            said.say("Headroom is the distance from the threshold, positive while it is kept."),
        )
    )
    place_and_day = (said.say("Place, date"),)
    yield Signatures((place_and_day, (said.say("Signature"), said.say("Name, title"))))


def _outcome_of_all(certificate: Certificate, said: Tongue) -> str:
    failed = [each.covenant for each in certificate.tests if each.is_default]
    locked = [each.covenant for each in certificate.tests if each.is_lock_up]
    if failed:
        return said.say("In default: {covenants}.", covenants=", ".join(failed))
    if locked:
        return said.say(
            "No default; distributions are locked up by {covenants}.", covenants=", ".join(locked)
        )
    return said.say("Every covenant tested is kept.")


def _summary(certificate: Certificate, said: Tongue) -> Table:
    columns = (
        Column(said.say("Covenant"), "start", is_wide=True),
        Column(said.say("Measured")),
        Column(said.say("Threshold")),
        Column(said.say("Lock-up")),
        Column(said.say("Headroom")),
        Column(said.say("Outcome"), "start"),
    )
    rows = tuple(
        Row(
            (
                test.covenant,
                _figure(test, test.value, said),
                _threshold(test, test.level, said),
                _threshold(test, _own_lock_up(test), said),
                _figure(test, test.headroom, said),
                _outcome(test, said),
            ),
            below=said.say(MEASURES[test.measure].name),
            is_strong=test.is_default,
        )
        for test in certificate.tests
    )
    return Table("", columns, rows)


def _own_lock_up(test: CertifiedTest) -> float | None:
    """The level of lock-up where it is another one than that of default."""
    return None if test.lock_up == test.level else test.lock_up


def _figure(test: CertifiedTest, value: float | None, said: Tongue) -> str:
    """A multiple; of debt over value a percentage."""
    if test.measure in HIGH_IS_BAD:
        return said.percent(value)
    return said.times(value, 3)


def _threshold(test: CertifiedTest, level: float | None, said: Tongue) -> str:
    if level is None:
        return NOTHING
    figure = _figure(test, level, said)
    if test.measure in HIGH_IS_BAD:
        return said.say("at most {level}", level=figure)
    return said.say("at least {level}", level=figure)


def _outcome(test: CertifiedTest, said: Tongue) -> str:
    if test.is_default:
        return said.say("default")
    if test.is_cured:
        return said.say("cured")
    return said.say("lock-up") if test.is_lock_up else said.say("kept")


def _workings(test: CertifiedTest, currency: str, said: Tongue) -> Iterator[tuple[str, str]]:
    measure = MEASURES[test.measure]
    part, base = said.say(measure.part), said.say(measure.base)
    yield said.say("Formula"), said.say("{part} / {base}", part=part, base=base)
    if test.since is not None and test.until is not None:
        since, until = said.day(test.since), said.day(test.until)
        yield (
            said.say("Cash of"),
            said.say("after {since}, up to {until}", since=since, until=until),
        )
    yield said.say("Loans counted"), ", ".join(test.facilities)
    yield part, said.money(test.part, currency)
    yield base, said.money(test.base, currency)
    yield said.say("Measured"), _figure(test, test.value, said)
    if test.cure > 0:
        yield said.say("Money that makes it good"), said.money(test.cure, currency)
