"""Who may import whom: the contracts in pyproject.toml, kept by every run of the tests."""

from pathlib import Path

# Importing the api gives the linter its adapters, without which the use case cannot read a file.
from importlinter import api  # noqa: F401
from importlinter.application import use_cases


def test_imports_point_down(root: Path):
    kept = use_cases.lint_imports(
        config_filename=str(root / "pyproject.toml"), cache_dir=None, no_logo=True
    )
    assert kept, "an import contract is broken: see the report above"
