"""The golden message of every fault that reading a file can give.

Each code has a folder here with `bad.yaml` and `expected.txt`. Where the bad file cannot be kept
(200 MB, a folder in place of a file) it is made anew. LESSOR_REWRITE=1 writes the expected texts
from what is given now; the difference is then reviewed.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from lessor.core.issue import FaultsError, Issue
from lessor.terms import source_reader
from lessor.terms.source import Limits, load_source, load_source_text, parse_dotted

HERE = Path(__file__).parent

KEPT = (
    "alias-refused",
    "control-character",
    "duplicate-key",
    "empty-file",
    "key-not-text",
    "not-a-mapping",
    "not-text",
    "not-yaml",
    "tab-indent",
    "tag-refused",
    "too-deep",
    "too-many-documents",
)


def _missing() -> tuple[Issue, ...]:
    return load_source("bad.yaml")[1]


def _folder() -> tuple[Issue, ...]:
    Path("bad.yaml").mkdir()
    return load_source("bad.yaml")[1]


def _large() -> tuple[Issue, ...]:
    with open("bad.yaml", "wb") as handle:
        handle.truncate(200_000_000)  # sparse: takes no room
    return load_source("bad.yaml")[1]


def _many_values() -> tuple[Issue, ...]:
    Path("bad.yaml").write_text("deal: a\ncurve: [1, 2, 3, 4, 5, 6, 7, 8]\n")
    return load_source("bad.yaml", limits=Limits(nodes_max=10))[1]


def _many_faults() -> tuple[Issue, ...]:
    Path("bad.yaml").write_text("deal: a\ndeal: b\ndeal: c\ndeal: d\n")
    return load_source("bad.yaml", limits=Limits(faults_max=2))[1]


def _malformed_path() -> tuple[Issue, ...]:
    with pytest.raises(FaultsError) as caught:
        parse_dotted("leases..anchor")
    return caught.value.issues


def _path_past_a_list() -> tuple[Issue, ...]:
    source, _ = load_source_text("deliveries: [{quantity: 5}]", "bad.yaml")
    assert source is not None
    with pytest.raises(FaultsError) as caught:
        source.with_value(parse_dotted("deliveries[3].quantity"), "6")
    return caught.value.issues


MADE: dict[str, Callable[[], tuple[Issue, ...]]] = {
    "file-not-found": _missing,
    "file-not-readable": _folder,
    "file-too-large": _large,
    "path-malformed": _malformed_path,
    "path-not-found": _path_past_a_list,
    "too-many-faults": _many_faults,
    "too-many-nodes": _many_values,
}


LOADERS: list[type] = [source_reader.LOADER, yaml.BaseLoader]


@pytest.mark.parametrize("loader", LOADERS, ids=lambda loader: loader.__name__)
@pytest.mark.parametrize("code", KEPT)
def test_kept_bad_file_gives_its_golden_message(code, loader, monkeypatch):
    # On a machine without libyaml the Python parser reads, and must say the same.
    monkeypatch.setattr(source_reader, "LOADER", loader)
    monkeypatch.chdir(HERE / code)
    agrees(code, load_source("bad.yaml")[1])


@pytest.mark.parametrize("code", MADE)
def test_made_bad_file_gives_its_golden_message(code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    agrees(code, MADE[code]())


def agrees(code: str, issues: tuple[Issue, ...]) -> None:
    """The Issues hold the code, and read as the golden message says."""
    assert code in {issue.code for issue in issues}
    given = "".join(issue.render() + "\n" for issue in issues)
    golden = HERE / code / "expected.txt"
    if os.environ.get("LESSOR_REWRITE"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(given, encoding="utf-8")
    assert given == golden.read_text(encoding="utf-8")
