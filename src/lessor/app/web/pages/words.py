"""Words of the books for the reader: states, events, kinds of documents, measures, as texts."""

from __future__ import annotations

from collections.abc import Mapping

from lessor.report.tongues import msg
from lessor.terms.lease_state import LeaseState

STATES: Mapping[LeaseState, str] = {
    LeaseState.UNKNOWN: msg("Not known"),
    LeaseState.QUOTED: msg("Quoted"),
    LeaseState.SIGNED: msg("Signed, not accepted"),
    LeaseState.IN_SERVICE: msg("In service"),
    LeaseState.SUSPENDED: msg("Suspended"),
    LeaseState.TERMINATED: msg("Terminated"),
    LeaseState.ENDED: msg("Ended"),
}

EVENTS: Mapping[str, str] = {
    "quoted": msg("Quoted"),
    "signed": msg("Signed"),
    "promised": msg("Promised for"),
    "expected_acceptance": msg("Acceptance expected"),
    "accepted": msg("Accepted into service"),
    "suspended": msg("Service suspended"),
    "resumed": msg("Service resumed"),
    "renewed": msg("Renewal begins"),
    "term_end": msg("End of the term"),
    "terminated": msg("Terminated"),
    "ended": msg("Ended"),
}

UNITS: Mapping[str, str] = {
    "servers": msg("servers"),
    "gpus": msg("GPUs"),
    "pflops": msg("PFLOPS"),
}

QUANTITIES: Mapping[str, str] = {
    "servers": msg("{many} servers"),
    "gpus": msg("{many} GPUs"),
    "pflops": msg("{many} PFLOPS"),
}

MEASURES: Mapping[str, str] = {
    "dscr": msg("DSCR"),
    "llcr": msg("LLCR"),
    "ltv": msg("LTV"),
    "loan_to_cost": msg("Loan to cost"),
    "contract_cover": msg("Contract cover"),
    "contract_realisation": msg("Contract realisation"),
    "liquidity": msg("Liquidity"),
    "concentration": msg("Concentration"),
    "asset_base": msg("Asset base"),
}

CAUSES: Mapping[str, str] = {
    "timing": msg("Timing"),
    "volume": msg("Volume"),
    "availability": msg("Availability"),
    "price": msg("Price"),
    "unbilled": msg("Not billed yet"),
    "rounding": msg("Rounding"),
}
