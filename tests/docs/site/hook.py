"""What MkDocs does besides: links to files that are not pages of `docs` work on the site, too.

On GitHub, a link names a file of the repository. The site has no repository beside it, so that

- `CONTRIBUTING.md` and `CHANGELOG.md` become pages, `contributing.md` and `changelog.md`;
- `README.md` is the home page, whose text it shares;
- any other file, such as a template or an example, becomes a page that shows it, below `source/`;
- a folder becomes a page with its files.

Pictures in HTML, which MkDocs leaves alone, are led to where they are from the page's own address.

A link to what does not exist stays as it is, and fails the strict build.
MkDocs calls the functions by their names: https://www.mkdocs.org/dev-guide/plugins/#events
"""

from __future__ import annotations

import logging
import os
import posixpath
import re
from collections.abc import Callable
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

__all__ = ["on_files", "on_page_content", "on_page_markdown"]

_LOG = logging.getLogger("mkdocs.plugins.site")
ROOT = Path(__file__).resolve().parents[3]
#: The pages that lie above `docs`, and what they are called on the site.
MOUNTED = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
}
#: What the languages of fenced blocks are called, by the ends of file names.
_LANGUAGES = {".py": "python", ".yml": "yaml", ".sh": "bash", ".js": "js", ".txt": "text"}
_LINK = re.compile(r"(?<=\]\()(?!\w+:|#|/)([^)\s#]+)(#[^)\s]*)?(?=\))")
_PICTURE = re.compile(r'(?<=\s)(src|srcset)="(?!\w+:)([^"]+)"')
_FENCE = re.compile(r"^( *)(```+|~~~+).*?^\1\2\s*$", re.MULTILINE | re.DOTALL)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that lie above `docs`, and one for each file that a page links to.

    Args:
        files: The files of `docs`.
        config: What `mkdocs.yml` says.

    Returns:
        The same files, and those that are generated.
    """
    for name in ("CONTRIBUTING.md", "CHANGELOG.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        files.append(File.generated(config, MOUNTED[name], content=text))
    for page in [file for file in files if file.is_documentation_page()]:
        for linked in _linked_sources(page.content_string, _home_of(page.src_uri)):
            if files.get_file_from_path(_shown_as(linked)) is None:
                shown = File.generated(config, _shown_as(linked), content=_shown(linked))
                files.append(shown)
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Lead the links of a page to where their files are on the site.

    Args:
        markdown: The text of the page.
        page: The page.
        config: What `mkdocs.yml` says.
        files: All files of the site.

    Returns:
        The text with links that work on the site.
    """
    here = page.file.src_uri
    home = _home_of(here)

    def led(link: re.Match[str]) -> str:
        return _on_the_site(link[1], home, here) + (link[2] or "")

    def shown(picture: re.Match[str]) -> str:
        return f'{picture[1]}="{_picture(picture[2], page, files)}"'

    return _outside_of_fences(
        markdown, lambda text: _PICTURE.sub(shown, _LINK.sub(led, text))
    )


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Give a page that is one long table the room of the table of contents, which it has not.

    Args:
        html: The text of the page.
        page: The page.
        config: What `mkdocs.yml` says.
        files: All files of the site.

    Returns:
        The same text.
    """
    if not any(heading.children for heading in page.toc):
        page.meta.setdefault("hide", ["toc"])
    return html


def _picture(link: str, page: Page, files: Files) -> str:
    """Return the address of a picture from the page's own."""
    folder = posixpath.dirname(page.file.src_uri)
    picture = files.get_file_from_path(posixpath.normpath(posixpath.join(folder, link)))
    if picture is None:
        _LOG.warning("%s shows a picture that is not there: %s", page.file.src_uri, link)
        return link
    return get_relative_url(picture.url, page.url)


def _home_of(src_uri: str) -> Path:
    """Return the folder of the repository that a page's links start from."""
    for name, mounted in MOUNTED.items():
        if mounted == src_uri and name != "README.md":
            return ROOT
    return (ROOT / "docs" / src_uri).parent


def _linked_sources(markdown: str, home: Path) -> list[Path]:
    """Return the files and folders that a page links to and that are neither pages nor pictures."""
    found: list[Path] = []

    def note(text: str) -> str:
        for link in _LINK.finditer(text):
            path = _path(link[1], home)
            if path is not None and _is_source(path):
                found.append(path)
        return text

    _outside_of_fences(markdown, note)
    return found


def _path(link: str, home: Path) -> Path | None:
    """Return the existing file that a link names inside of the repository."""
    path = Path(os.path.normpath(home / link))
    return path if path.exists() and path.is_relative_to(ROOT) else None


def _is_source(path: Path) -> bool:
    inside = path.relative_to(ROOT).as_posix()
    if inside in MOUNTED:
        return False
    return path.is_dir() or not (inside.startswith("docs/") and _is_page_or_picture(path))


def _is_page_or_picture(path: Path) -> bool:
    return path.suffix in (".md", ".png", ".svg")


def _on_the_site(link: str, home: Path, here: str) -> str:
    path = _path(link, home)
    if path is None:
        return link
    inside = path.relative_to(ROOT).as_posix()
    if inside in MOUNTED:
        target = MOUNTED[inside]
    elif _is_source(path):
        target = _shown_as(path)
    else:
        target = inside.removeprefix("docs/")
    return posixpath.relpath(target, posixpath.dirname(here) or ".")


def _shown_as(path: Path) -> str:
    return f"source/{path.relative_to(ROOT).as_posix()}.md"


def _shown(path: Path) -> str:
    """Return the page that shows a file, or all files of a folder."""
    inside = path.relative_to(ROOT).as_posix()
    head = f"---\ntitle: {inside}\nsearch:\n  exclude: true\n---\n\n# `{inside}`\n"
    files = [path]
    if path.is_dir():
        files = sorted(each for each in path.rglob("*") if each.is_file() and _is_text(each))
    parts = [
        (f"\n## `{each.relative_to(path).as_posix()}`\n" if path.is_dir() else "") + _fenced(each)
        for each in files
    ]
    return head + "".join(parts)


def _is_text(path: Path) -> bool:
    return "__pycache__" not in path.parts and path.suffix not in (".pyc", ".png")


def _fenced(path: Path) -> str:
    language = _LANGUAGES.get(path.suffix, path.suffix.removeprefix(".") or "text")
    return f"\n`````{language}\n{path.read_text(encoding='utf-8').rstrip()}\n`````\n"


def _outside_of_fences(markdown: str, change: Callable[[str], str]) -> str:
    """Return a text in which all but the fenced blocks is changed."""
    parts: list[str] = []
    end = 0
    for fence in _FENCE.finditer(markdown):
        parts += [change(markdown[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*parts, change(markdown[end:])])
