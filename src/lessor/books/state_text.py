"""What the charges of a lease remember between months, as text that is kept and read again."""

from __future__ import annotations

import json
from typing import Any

from lessor.core.numeric import DECIMAL
from lessor.engine.charges.lease import LeaseState, LeaseTerms, initial_state


def written(terms: LeaseTerms, state: LeaseState) -> str:
    """The state as JSON, by the name of each charge; the same state is always the same text."""
    named = zip(terms.charges, state.charges, strict=True)
    return json.dumps({charge.name: _plain(part) for charge, part in named}, sort_keys=True)


def restored(terms: LeaseTerms, text: str) -> LeaseState:
    """The state that `text` holds, for these terms; "" is a lease on which nothing was rated yet.

    A charge that the text does not know, or knows in another shape (an amendment brought it), has
    nothing to remember yet.
    """
    fresh = initial_state(terms, DECIMAL)
    kept = json.loads(text) if text else {}
    return LeaseState(
        tuple(
            _shaped(kept.get(charge.name), part)
            for charge, part in zip(terms.charges, fresh.charges, strict=True)
        )
    )


def _plain(part: Any) -> Any:
    return [_plain(each) for each in part] if isinstance(part, tuple) else str(part)


def _shaped(kept: Any, fresh: Any) -> Any:
    if not isinstance(fresh, tuple):
        return type(fresh)(kept) if isinstance(kept, str) else fresh
    if not isinstance(kept, list) or len(kept) != len(fresh):
        return fresh
    parts = [_shaped(had, new) for had, new in zip(kept, fresh, strict=True)]
    return type(fresh)(*parts) if hasattr(fresh, "_fields") else tuple(parts)
