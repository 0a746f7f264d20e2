"""Tests that the site is built without a warning, and needs nothing of another host."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from tests.support.sources import ROOT


def built(folder: Path, **changed: Any) -> Path:
    """Build the site strictly with the project's own settings, and return where it is."""
    config = load_config(str(ROOT / "mkdocs.yml"), site_dir=str(folder), strict=True, **changed)
    build(config)
    return folder


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built once."""
    return built(tmp_path_factory.mktemp("site"))


def test_the_site_is_built_strictly(site: Path) -> None:
    """Every page is built, and every link and anchor exists: a warning is an error."""
    assert (site / "tutorial" / "index.html").exists()
    assert (site / "contributing" / "index.html").exists()


@pytest.mark.parametrize(
    ("pages", "message"),
    [
        ({"index.md": "[gone](gone.md)"}, "gone.md"),
        ({"index.md": "[gone](other.md#gone)", "other.md": "# Other"}, "gone"),
        ({"index.md": "[absolute](/other.md)", "other.md": "# Other"}, "absolute"),
        ({"index.md": "# Home", "lost.md": "# Lost"}, "lost.md"),
        ({"index.md": "[no file](../stack/gone.yaml)"}, "gone.yaml"),
        ({"index.md": '<img alt="" src="images/gone.png">'}, "gone.png"),
    ],
    ids=["page", "anchor", "absolute", "navigation", "file of the repository", "picture"],
)
def test_a_mistake_ends_the_build(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    pages: Mapping[str, str],
    message: str,
) -> None:
    """A link that leads nowhere, or a page that nobody can reach, is a warning, which is strict."""
    source = tmp_path / "docs"
    source.mkdir()
    for name, text in pages.items():
        (source / name).write_text(text, encoding="utf-8")
    nav = [name for name in pages if name != "lost.md"]
    with caplog.at_level(logging.WARNING, "mkdocs"), pytest.raises(Abort):
        built(tmp_path / "site", docs_dir=str(source), nav=nav)
    assert message in caplog.text


def test_a_page_needs_nothing_of_another_host(site: Path) -> None:
    """Scripts, styles, fonts and pictures all come from the site itself."""
    for page in site.rglob("*.html"):
        document = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        loaded = [tag.get("src") for tag in document.select("script, img, iframe, source")]
        loaded += [
            tag.get("href") for tag in document.select("link[rel=stylesheet], link[rel=icon]")
        ]
        foreign = [url for url in loaded if url and str(url).startswith(("http", "//"))]
        assert foreign == [], page.name


def test_every_picture_is_there(site: Path) -> None:
    """Pictures of Markdown and of HTML lead to files, in the light and in the dark."""
    for page in site.rglob("index.html"):
        document = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        pictures = [tag.get("src") or tag.get("srcset") for tag in document.select("img, source")]
        gone = [link for link in pictures if link and not (page.parent / str(link)).exists()]
        assert gone == [], page.relative_to(site)


@pytest.mark.parametrize(
    "words", ["ChallengeRequiredOnNewDevice", "freezegun", "mock_aws", "cognito_tracked_device"]
)
def test_the_search_finds_what_people_look_for(site: Path, words: str) -> None:
    """The index of the search has the words, also of pages deep in the navigation."""
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    assert [entry["location"] for entry in index["docs"] if words in entry["text"]]


def test_a_linked_example_is_shown(site: Path) -> None:
    """A link to a file that is no page leads to one that shows it."""
    recipe = (site / "recipes" / "own-repository" / "index.html").read_text(encoding="utf-8")
    document = BeautifulSoup(recipe, "html.parser")
    link = document.select_one('a[href$="example/tests/conftest.py/"]')
    assert link is not None
    shown = (site / "recipes" / "own-repository" / str(link["href"]) / "index.html").resolve()
    assert "cognito_pool_spec" in shown.read_text(encoding="utf-8")
