"""Checks of service credits: their bands, and how availability is measured and claimed."""

from __future__ import annotations

from collections.abc import Iterator

from lessor.terms.charges import MAINTENANCE, ServiceCredit
from lessor.terms.findings import Finding
from lessor.terms.leases import Lease
from lessor.terms.scalars import Duration
from lessor.terms.source import Path


def check_service_credits(lease: Lease, path: Path) -> Iterator[Finding]:
    """The service credits among the charges of a lease, which stand at `path`.

    Issues: tiers-not-rising, choice-of-one, not-positive, term-not-handled.
    """
    credits = {
        name: charge for name, charge in lease.charges.items() if isinstance(charge, ServiceCredit)
    }
    for name, charge in credits.items():
        yield from _falling_bands(charge, (*path, name))
        yield from _measured(charge, (*path, name))
    yield from _measured_alike(credits, path)


def _falling_bands(charge: ServiceCredit, path: Path) -> Iterator[Finding]:
    bands = charge.bands
    for index in range(1, len(bands)):
        if bands[index].below >= bands[index - 1].below:
            yield Finding(
                "tiers-not-rising",
                (*path, "bands", index, "below"),
                "the band is not below the one before it",
                "list the bands with the highest availability first, each once",
            )


def _measured(charge: ServiceCredit, path: Path) -> Iterator[Finding]:
    if charge.maintenance is not None and MAINTENANCE in charge.excluded:
        yield Finding(
            "choice-of-one",
            (*path, "maintenance"),
            "some hours of maintenance do not count, and by `exclude` none of it does",
            f"take `{MAINTENANCE}` out of `exclude`, or take the hours away",
        )
    if isinstance(charge.claim, Duration) and charge.claim.is_zero:
        yield Finding(
            "not-positive",
            (*path, "claim"),
            "no credit can be claimed within no time",
            "write the time to claim, as 30 days, or automatic",
        )


def _measured_alike(credits: dict[str, ServiceCredit], path: Path) -> Iterator[Finding]:
    """A lease has one availability a month, so all its credits must measure it in one way."""
    measures = {name: _measure(charge) for name, charge in credits.items()}
    first = next(iter(credits), "")
    for name, measure in measures.items():
        for field, here in measure.items():
            if here != measures[first][field]:
                yield Finding(
                    "term-not-handled",
                    (*path, name, field),
                    f"'{name}' and '{first}' would go by two availabilities of one lease, "
                    "which is not computed",
                    f"say the same `{field}:` in both",
                )


def _measure(charge: ServiceCredit) -> dict[str, object]:
    return {
        "exclude": frozenset(charge.excluded),
        "maintenance": charge.maintenance,
        "claim": charge.claim,
    }
