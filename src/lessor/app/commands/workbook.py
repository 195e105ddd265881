"""`lessor workbook`: the deal as a spreadsheet that recalculates, and its inputs taken back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lessor.app.outcome import Outcome, command, listed, refused
from lessor.app.writing_out import write_out
from lessor.core.issue import Issue, Place, Severity, errors

if TYPE_CHECKING:
    from lessor.formats.workbook_inputs import ChangedTerm, WorkbookInputs
    from lessor.terms.source import Path as TermPath
    from lessor.terms.source import Source, Value


class Made(NamedTuple):
    """A file that was written: its path, and what there is to say of it, line by line."""

    path: str
    lines: tuple[str, ...]


@command
def workbook(path: str, out: str, sets: Sequence[str] = ()) -> Outcome[Made]:
    """Write the plan of a deal file as a workbook with live formulas.

    The document is `{"written", "live", "fixed", "issues"}`: the terms that may be changed in it,
    and those that stay as they were. Issues: not-live (a warning), file-exists, file-not-writable.
    """
    from lessor.forecast.warnings import plan_warnings
    from lessor.report.workbook.model import model_of
    from lessor.report.workbook.writing import workbook_of, write_workbook
    from lessor.terms.load import load_deal

    loaded, issues = load_deal(path, sets)
    if loaded is None:
        return refused(issues)
    model = model_of(loaded)
    written = workbook_of(model, Path(path).read_text(encoding="utf-8-sig"), sets)
    write_out(Path(out), write_workbook(written))
    issues = (*issues, *plan_warnings(loaded, model.plain), *_fixed(written.fixed))
    lines = (
        f"{out} is written: {len(written.live)} terms may be changed in it",
        *(f"fixed in it: {term}" for term in written.fixed),
    )
    document: dict[str, object] = {
        "written": out,
        "live": written.live,
        "fixed": written.fixed,
        "issues": listed(issues),
    }
    return Outcome(document, issues, Made(out, lines))


@command
def read_back(path: str, out: str, onto: str | None = None) -> Outcome[Made]:
    """Write the deal file of a workbook with the inputs that were changed in it.

    `onto`: a deal file to change instead of the one that the workbook was written from. The
    document is `{"written", "changed", "issues"}`. Issues: those of `read_inputs` and of
    `rewritten`, of the deal as it then is, file-exists, file-not-writable.
    """
    from lessor.formats.workbook_inputs import read_inputs
    from lessor.terms.load import build_deal
    from lessor.terms.source import load_source_text

    data = _read(path)
    if isinstance(data, Issue):
        return refused([data])
    inputs, issues = read_inputs(data, path)
    if inputs is None or errors(issues):
        return refused(issues)
    text, faults = _changed_text(inputs, onto)
    issues += faults
    source, read = load_source_text(text, out)
    if source is None or errors(issues):
        return refused((*issues, *read))
    loaded, found = build_deal(source, cases=True)
    issues += found
    if loaded is None:
        return refused(issues)
    write_out(Path(out), text.encode("utf-8"))
    changed = [term.path for term in inputs.changed]
    document: dict[str, object] = {"written": out, "changed": changed, "issues": listed(issues)}
    lines = (
        f"{out} is written: {len(changed)} terms changed",
        *(f"{term.path}: {term.value}" for term in inputs.changed),
    )
    return Outcome(document, issues, Made(out, lines))


def _changed_text(inputs: WorkbookInputs, onto: str | None) -> tuple[str, tuple[Issue, ...]]:
    """The text of the deal file with what was set when the workbook was written, and since."""
    from lessor.terms.rewriting import rewritten
    from lessor.terms.setting import with_sets
    from lessor.terms.source import load_source, load_source_text

    file, text = inputs.file, inputs.text
    if onto is not None:
        source, issues = load_source(onto)
        if source is None:
            return "", issues
        file, text = onto, Path(onto).read_text(encoding="utf-8-sig")
    source, issues = load_source_text(text, file)
    if source is None:
        return text, issues
    source, faults = with_sets(source, inputs.sets)
    issues += faults
    for term in inputs.changed:
        source, faults = _with_term(source, term)
        issues += faults
    return text if errors(issues) else rewritten(text, source), issues


def _with_term(source: Source, term: ChangedTerm) -> tuple[Source, tuple[Issue, ...]]:
    """The deal with one term of the workbook in it; a shorthand that it stands in stays one."""
    from lessor.formats.workbook_inputs import as_written
    from lessor.terms.setting import with_set
    from lessor.terms.source import parse_dotted

    path = source.resolve(parse_dotted(term.path))
    leaf, said = _leaf(source.tree, path)
    value = term.value if isinstance(term.value, str) else as_written(term.value, said)
    changed, faults = with_set(source, path, value, by=term.place.file)
    if changed is not None and said and leaf != path:
        changed = source.with_value(leaf, value, by=term.place.file)
    return changed or source, faults


def _leaf(tree: Value, path: TermPath) -> tuple[TermPath, str]:
    """The single value of a tree that a path ends at or runs into, and where it stands."""
    at = tree
    for depth, step in enumerate(path):
        if isinstance(at, dict):
            at = at.get(str(step))
        elif isinstance(at, list) and isinstance(step, int) and step < len(at):
            at = at[step]
        else:
            return path[:depth], at if isinstance(at, str) else ""
    return path, at if isinstance(at, str) else ""


def _fixed(terms: Sequence[str]) -> list[Issue]:
    if not terms:
        return []
    return [
        Issue(
            "not-live",
            f"the figures of the workbook do not follow these terms: {', '.join(terms)}",
            "they also decide dates, counts or a search: change them in the deal file, "
            "and write the workbook anew",
            severity=Severity.WARNING,
        )
    ]


def _read(path: str) -> bytes | Issue:
    from lessor.formats.workbook_inputs import BYTES_MAX

    try:
        with open(path, "rb") as handle:
            return handle.read(BYTES_MAX + 1)
    except FileNotFoundError:
        remedy = "check the name and the folder; `lessor workbook DEAL -o FILE` writes one"
        return Issue("file-not-found", "there is no such file", remedy, Place(path))
    except (OSError, ValueError) as error:
        # ValueError: a name that holds a zero byte.
        reason = getattr(error, "strerror", None) or str(error)
        remedy = "name a workbook that you may read"
        message = f"the file cannot be read: {reason}"
        return Issue("file-not-readable", message, remedy, Place(path))
