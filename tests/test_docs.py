"""What the guides name is there: commands, recipes, files, links, units and pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from revops.frame import SECTIONS

ROOT = Path(__file__).parent.parent
GUIDES = [*sorted((ROOT / "docs").rglob("*.md")), *(ROOT / name for name in ("README.md", "CONTRIBUTING.md"))]
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
each_guide = pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: str(guide.relative_to(ROOT)))


def in_code(guide: Path, pattern: str) -> set[str]:
    """What the pattern finds in the guide's commands and names."""
    return {found for code in CODE.findall(guide.read_text()) for found in re.findall(pattern, code)}


@each_guide
def test_every_command_of_a_guide_is_there(guide: Path) -> None:
    recipes = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    units = {path.name.removesuffix(".service") for path in (ROOT / "deploy/systemd").iterdir()}

    assert in_code(guide, r"manage\.py ([a-z_]+)") <= set(get_commands())
    assert in_code(guide, r"(?:^`?|\n|&& )make ([a-z]+)") <= recipes
    assert in_code(guide, r"baton-(?:web|worker|beat)\b@?") <= units


@each_guide
def test_every_file_and_link_of_a_guide_is_there(guide: Path) -> None:
    files = in_code(
        guide, r"^`((?:deploy|tests|revops|leads|scoring|routing|reports|bench|docs)/[\w./-]+\w)`$"
    )
    links = set(re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", guide.read_text()))

    assert sorted(path for path in files if not (ROOT / path).exists()) == []
    inside = {link for link in links if "://" not in link}
    assert sorted(link for link in inside if not (guide.parent / link).exists()) == []


@each_guide
def test_every_page_is_where_a_guide_says(guide: Path) -> None:
    pages = {(name, label) for sections in SECTIONS.values() for name, tabs in sections for label, _ in tabs}
    told = re.findall(r"\*([A-Z][\w ]+) → ([\w ]+?)(?: → [^*]*)?\*", guide.read_text())

    assert set(told) <= pages


def test_the_table_of_commands_leaves_out_none_of_ours() -> None:
    rows = re.findall(r"^\| (`.*`) \|", (ROOT / "docs/commands.md").read_text(), re.MULTILINE)
    own = {name for name, app in get_commands().items() if app == "revops"}

    assert {name for row in rows for name in re.findall(r"`([a-z_]+)", row)} == own


def test_the_front_page_leads_to_every_guide() -> None:
    front = (ROOT / "README.md").read_text()

    assert [path.name for path in ROOT.glob("docs/*.md") if f"](docs/{path.name})" not in front] == []


@pytest.mark.parametrize("app", ["routing", "scoring", "leads"])
def test_the_map_names_modules_that_are_there(app: str) -> None:
    whole = (ROOT / "ARCHITECTURE.md").read_text()
    lines = re.search(rf"^{app}/ .*\n((?:  \w.*\n)+)", whole, re.MULTILINE)
    there = {path.stem for path in (ROOT / app).rglob("*.py")}

    named = (
        {name for line in lines[1].splitlines() for name in re.findall(r"[a-z]+_[a-z_]+", line[18:])}
        if lines
        else set()
    )

    assert named
    assert named <= there
