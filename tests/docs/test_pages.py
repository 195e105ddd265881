"""Pages generated from the code are what the code generates; every command is documented."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.main import get_command

from lessor.app.cli import app
from lessor.report.language import language_page
from lessor.report.metrics_page import metrics_page

PAGES: dict[str, Callable[[], str]] = {
    "deal-language.md": language_page,
    "metrics.md": metrics_page,
}


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_up_to_date(name: str, root: Path, rewrite: bool):
    page = root / "docs" / name
    if rewrite:
        page.write_text(PAGES[name](), encoding="utf-8")
    assert page.read_text(encoding="utf-8") == PAGES[name]()


def _sections(root: Path) -> dict[str, str]:
    """The text of each `## lessor NAME` section by name."""
    text = (root / "docs" / "commands.md").read_text(encoding="utf-8")
    parts = text.split("\n## lessor ")[1:]
    return {part.split("\n", 1)[0].strip(): part for part in parts}


def test_every_command_and_option_is_documented(root: Path):
    sections = _sections(root)
    commands = get_command(app).commands  # type: ignore[attr-defined]
    assert list(sections) == list(commands)
    for name, command in commands.items():
        parts = getattr(command, "commands", {name: command})
        for part, shown in parts.items():
            if shown is not command:
                assert f"`lessor {name} {part}" in sections[name], f"lessor {name} {part}"
            for parameter in shown.params:
                is_option = parameter.param_type_name == "option"
                words = parameter.opts if is_option else [parameter.metavar]
                for word in words:
                    assert f"| `{word}" in sections[name], f"lessor {name} {part} {word}"


def test_links_of_the_pages_lead_somewhere(root: Path):
    for page in [*root.glob("*.md"), *(root / "docs").glob("*.md")]:
        text = page.read_text(encoding="utf-8")
        for part in text.split("](")[1:]:
            target = part.split(")", 1)[0].split("#")[0]
            if target and "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"
