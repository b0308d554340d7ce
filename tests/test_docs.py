"""The documentation names what there is: commands, options, settings, catalogue keys, links."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer

from crawlers.catalogue import (
    ArchiveAccess,
    ListingAccess,
    Politeness,
    SitemapAccess,
    Source,
)
from shoalwatch.cli import app
from shoalwatch.exit_codes import ExitCode
from tests.conftest import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


# Typer carries a Click of its own, whose types it does not name in public: hence Any.
Commands = dict[tuple[str, ...], Any]


def commands(group: Any, path: tuple[str, ...] = ()) -> Commands:
    found: Commands = {}
    for name, command in group.commands.items():
        nested = hasattr(command, "commands")
        found |= commands(command, (*path, name)) if nested else {(*path, name): command}
    return found


@pytest.fixture(scope="module")
def all_commands() -> Commands:
    return commands(typer.main.get_command(app))


def test_every_command_and_option_is_documented(all_commands: Commands) -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for path, command in all_commands.items():
        heading = f"## shoalwatch {' '.join(path)}\n"
        assert heading in page
        section = page.split(heading)[1].split("\n## ")[0]
        for option in command.params:
            for name in (name for name in option.opts if name.startswith("--")):
                assert f"`{name}`" in section, f"{path} lacks {name}"


def test_documented_commands_exist(all_commands: Commands) -> None:
    words = {path[0] for path in all_commands}
    for page in PAGES:
        for word in re.findall(r"(?:`|^|\$ )shoalwatch ([a-z]+)", page.read_text(), re.MULTILINE):
            assert word in words, f"{page.name} names `shoalwatch {word}`"


def test_every_catalogue_key_is_documented() -> None:
    page = (ROOT / "docs" / "add_a_source.md").read_text(encoding="utf-8")
    for model in (Source, SitemapAccess, ListingAccess, ArchiveAccess, Politeness):
        for key in model.model_fields:
            assert re.search(rf"`{key}[`:]", page), f"docs/add_a_source.md lacks `{key}`"


def test_every_exit_code_is_documented() -> None:
    page = (ROOT / "docs" / "exit_codes.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| (\d+) \| (\w+) ", page, re.MULTILINE) == [
        (str(code.value), code.name) for code in ExitCode
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_named_files_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", text)
    named = re.findall(
        r"\b((?:docs|tests|articles|crawlers|models|search|digests|shoalwatch|dags|benchmarks)/[\w./]+\.\w+)",
        text,
    )
    for name in links:
        assert (page.parent / name).exists(), name
    for name in named:
        assert (ROOT / name).exists(), name


def test_no_page_holds_a_machine_path() -> None:
    for page in PAGES:
        assert "/work/" not in page.read_text(encoding="utf-8"), page.name
