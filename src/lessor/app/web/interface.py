"""The interface for programs: the commands on deals, by HTTP, with the same answers and Issues.

A deal comes as its text with every request and is not kept. An answer is the document that the
command prints with `--json`, with status 422 where faults in the input leave no result.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from lessor.app.outcome import Outcome
from lessor.app.web.asks import who_asks
from lessor.terms.source import FileText

router = APIRouter(prefix="/api/v1/deals", dependencies=[Depends(who_asks)], tags=["deals"])

FAULTS: dict[int | str, dict[str, Any]] = {
    422: {"description": 'faults in the input: `{"issues": [...]}`'}
}


class DealBody(BaseModel):
    """A deal as text, with fields set to other values by their paths."""

    model_config = ConfigDict(extra="forbid")

    deal: str = Field(description="the text of the deal file, YAML")
    name: str = Field(default="deal.yaml", description="what Issues call the file")
    set: dict[str, str | int | float] = Field(
        default={}, description="values by path, as of `--set PATH=VALUE`"
    )

    @property
    def file(self) -> FileText:
        """The deal as commands take it."""
        return FileText(self.name, self.deal)

    @property
    def sets(self) -> list[str]:
        """The changes as commands take them."""
        return [f"{path}={value}" for path, value in self.set.items()]


class EvaluateBody(DealBody):
    """What `lessor underwrite` takes."""

    periods: bool = Field(default=False, description="month by month, too")
    statement: bool = Field(default=False, description="the yearly income statement, too")


class SolveBody(DealBody):
    """What `lessor solve` takes."""

    vary: str = Field(description="the path of the term to vary")
    until: str = Field(description="the figure to meet, METRIC=TARGET")


class ExplainBody(DealBody):
    """What `lessor explain` takes."""

    figure: str = Field(description="a metric, or a series by month")
    period: str | None = Field(default=None, description="of this month alone, YYYY-MM")


class SensitivityBody(DealBody):
    """What `lessor sensitivity` takes."""

    metric: str = Field(description="the figure")
    vary: list[str] = Field(
        default=[], description="terms and their ranges, PATH=LOW:HIGH; none: those that matter"
    )


class ClaimBody(BaseModel):
    """What `lessor check-claim` takes; `deal` stands for the file that the claim names."""

    model_config = ConfigDict(extra="forbid")

    deal: str = Field(description="the text of the deal file, YAML")
    claim: str = Field(description="the text of the claim file, YAML")


@router.post("/evaluate", responses=FAULTS, summary="What does the deal return?")
def evaluate(body: EvaluateBody) -> JSONResponse:
    """The document of `lessor underwrite --json`."""
    from lessor.app.commands.underwrite import underwrite

    found = underwrite(body.file, body.sets, periods=body.periods, statement=body.statement)
    return _answer(found)


@router.post("/solve", responses=FAULTS, summary="At which value of a term is a figure met?")
def solve(body: SolveBody) -> JSONResponse:
    """The document of `lessor solve --json`."""
    from lessor.app.commands.solve import solve

    return _answer(solve(body.file, vary=body.vary, until=body.until, sets=body.sets))


@router.post("/explain", responses=FAULTS, summary="What is a figure made of?")
def explain(body: ExplainBody) -> JSONResponse:
    """The document of `lessor explain --json`."""
    from lessor.app.commands.explain import explain

    return _answer(explain(body.file, body.figure, period=body.period, sets=body.sets))


@router.post("/sensitivity", responses=FAULTS, summary="How far does a figure move?")
def sensitivity(body: SensitivityBody) -> JSONResponse:
    """The document of `lessor sensitivity --json`."""
    from lessor.app.commands.sensitivity import sensitivity

    found = sensitivity(body.file, metric=body.metric, varies=body.vary, sets=body.sets)
    return _answer(found)


@router.post("/check-claim", responses=FAULTS, summary="Is a published claim true?")
def check_claim(body: ClaimBody) -> JSONResponse:
    """The document of `lessor check-claim --json`."""
    from lessor.app.commands.check_claim import check_claim

    deal = FileText("deal.yaml", body.deal)
    return _answer(check_claim(FileText("claim.yaml", body.claim), deal=deal))


def _answer(found: Outcome[Any]) -> JSONResponse:
    return JSONResponse(found.document, 200 if found.exit_code == 0 else 422)
