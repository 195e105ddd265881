"""`lessor report`: the memo of a deal, or of several, as one file to send."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lessor.app.asking import day_of
from lessor.app.outcome import Outcome, command, listed, refused
from lessor.app.written_in import Format, format_of, language_of
from lessor.core.issue import Issue, Place, errors

if TYPE_CHECKING:
    from lessor.forecast.claims import ClaimResult
    from lessor.forecast.study import Study
    from lessor.report.tongues import Language
    from lessor.terms.source import Readable

CLAIM_BESIDE = "claim.yaml"
"""The file beside a deal that is taken for a claim about it, if it names that deal."""


class ReportRequest(NamedTuple):
    """How a report is written: file, format, language, the day that it bears, claims, changes."""

    target: str | None = None
    form: str | None = None
    language: str = "en"
    day: str | None = None
    claims: Sequence[Readable] = ()
    sets: Sequence[str] = ()


@dataclass(frozen=True)
class Report:
    """A report as a file's content; `written` is where it was written to, empty where nowhere."""

    content: bytes
    form: Format
    language: Language
    studies: tuple[Study, ...]
    written: str = ""


@command
def report(paths: Sequence[Readable], request: ReportRequest) -> Outcome[Report]:
    """Write the memo of deals to a file that is not there yet.

    The document is `{"written", "format", "language", "deals": [{"deal", "currency",
    "closing_date", "metrics", "metric_notes", "claims"}], "issues"}`. Issues: those of checking the
    deals and the claims, claim-of-another-deal, language-unknown, format-unknown, date-malformed,
    cjk-font-missing, glyph-missing, file-exists, file-not-writable.
    """
    from lessor.app.output_paths import paths_for
    from lessor.app.writing_out import write_out

    outcome = reported(paths, request)
    made = outcome.result
    if made is None:
        return outcome
    name = "report " + " ".join(_name(path) for path in paths)
    target = paths_for([name], request.target, made.form)[0]
    write_out(target, made.content)
    kept = Report(made.content, made.form, made.language, made.studies, str(target))
    return Outcome({**outcome.document, "written": str(target)}, outcome.issues, kept)


@command
def reported(paths: Sequence[Readable], request: ReportRequest) -> Outcome[Report]:
    """The memo of deals, not written anywhere; the document is that of `report`."""
    from lessor.forecast.study import study
    from lessor.terms.load import load_deal

    form, language = format_of(request.form, request.target), language_of(request.language)
    dated = None if request.day is None else day_of(request.day, "--date")
    with ThreadPoolExecutor(max_workers=1) as early:
        # What draws charts takes a second to start, and does so while the deal is run.
        starting = early.submit(_drawing_started, form)
        issues: list[Issue] = []
        studies: list[Study] = []
        claims, found = _claims(paths, request)
        issues += found
        for place, path in enumerate(paths):
            loaded, faults = load_deal(path, request.sets)
            if loaded is None or errors(issues):
                issues += faults
                continue
            studies.append(study(loaded, claims[place]))
            issues += studies[-1].result.issues
        if errors(issues):
            return refused(_once(issues))
        from lessor.report.memo.compose import memo_of
        from lessor.report.memo.files import memo_file

        made = memo_file(memo_of(studies, language, dated), form, starting.result())
    found_issues = _once((*issues, *made.issues))
    document: dict[str, object] = {
        "written": "",
        "format": form,
        "language": language,
        "deals": [_as_json(each) for each in studies],
        "issues": listed(found_issues),
    }
    result = Report(made.content, form, language, tuple(studies))
    return Outcome(document, found_issues, result)


def _drawing_started(form: Format) -> str:
    """The script of a page; for PDF nothing, but the next pictures are drawn quickly."""
    from lessor.report.charts.pictures import script, started

    return script() if form == "html" else started()


def _once(issues: Sequence[Issue]) -> tuple[Issue, ...]:
    """Issues without those that a claim's deal repeats."""
    return tuple(dict.fromkeys(issues))


def _claims(
    paths: Sequence[Readable], request: ReportRequest
) -> tuple[list[list[ClaimResult]], list[Issue]]:
    """The claims about each deal: those that are named, and one beside it that names it."""
    from lessor.forecast.claims import check_claim

    found: list[list[ClaimResult]] = [[] for _ in paths]
    issues: list[Issue] = []
    asked = [(claim, _deal_of(claim, paths)) for claim in request.claims]
    for place, path in enumerate(paths):
        beside = _beside(path)
        named = {_resolved(claim) for claim, _ in asked}
        if beside is not None and beside.resolve() not in named:
            asked.append((beside, place))
    for claim, about in asked:
        if about is None:
            issues.append(_of_another(claim, paths))
            continue
        result, faults = check_claim(claim, deal_file=paths[about], sets=request.sets)
        if result is None:
            issues += faults
        else:
            found[about].append(result)
    return found, issues


def _deal_of(claim: Readable, paths: Sequence[Readable]) -> int | None:
    """The place of the deal that a claim is about; of a text, and of a faulty one, the first."""
    from lessor.forecast.claims import claimed_deal
    from lessor.terms.source import FileText

    if isinstance(claim, FileText) or isinstance(paths[0], FileText):
        return 0
    about = claimed_deal(claim)
    if about is None:
        return 0
    resolved = [_resolved(path) for path in paths]
    return resolved.index(about.resolve()) if about.resolve() in resolved else None


def _beside(path: Readable) -> Path | None:
    """The claim file beside a deal, where it is about that deal."""
    from lessor.forecast.claims import claimed_deal
    from lessor.terms.source import FileText

    if isinstance(path, FileText):
        return None
    claim = Path(path).with_name(CLAIM_BESIDE)
    if not claim.is_file():
        return None
    about = claimed_deal(claim)
    return claim if about is not None and about.resolve() == Path(path).resolve() else None


def _resolved(path: Readable) -> Path | None:
    from lessor.terms.source import FileText

    return None if isinstance(path, FileText) else Path(path).resolve()


def _name(path: Readable) -> str:
    """What a report's file is called by: the deal's folder where its file is just a deal.yaml."""
    from lessor.terms.source import FileText

    if isinstance(path, FileText):
        return Path(path.name).stem
    resolved = Path(path).resolve()
    return resolved.parent.name if resolved.stem == "deal" else resolved.stem


def _of_another(claim: Readable, paths: Sequence[Readable]) -> Issue:
    from lessor.terms.source import FileText

    name = claim.name if isinstance(claim, FileText) else str(claim)
    shown = ", ".join(each.name if isinstance(each, FileText) else str(each) for each in paths)
    return Issue(
        "claim-of-another-deal",
        f"the claim is about a deal that is not reported on (here: {shown})",
        "name the deal that it is about, or leave the claim out; `lessor check-claim` checks it by "
        "itself",
        Place(name, field="deal"),
    )


def _as_json(study: Study) -> dict[str, object]:
    deal, result = study.loaded.deal, study.result
    return {
        "deal": deal.deal,
        "currency": deal.currency,
        "closing_date": deal.closing_date.isoformat(),
        "metrics": result.metrics,
        "metric_notes": result.metric_notes,
        "claims": [claim.as_json() for claim in study.claims],
    }
