"""docs/managed-login.md and its recipe: what they show is run, and leads where they say."""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from bs4 import BeautifulSoup

from harness.clock import SystemClock, steady_seconds
from harness.users.authenticator import Authenticator
from tests.cli.processes import PATIENCE_SECONDS, cognito_harness, serving
from tests.docs.blocks import Block, blocks, lines
from tests.foreign_clients.install_packages import NODE
from tests.foreign_clients.managed_login.visitor import CODE, PASSWORD, USERNAME, Visitor
from tests.support.sources import ROOT

GUIDE, RECIPE = "managed-login.md", "recipes/managed-login.md"
APP = ROOT / "docs" / "recipes" / "managed-login"
#: The folders with the drivers of the clients, by the language of a block.
_DRIVERS = {"js": (NODE, NODE / "page"), "py": (NODE.parent / "python",)}


def blocks_of(page: str, language: str) -> list[Block]:
    """Return the blocks of a page in one language."""
    path = ROOT / "docs" / page
    return [block for block in blocks() if block.page == path and block.language == language]


def commands_of(page: str) -> list[str]:
    """Return the commands of a page."""
    return [line.text for line in lines() if line.where.startswith(f"docs/{page}:")]


def without_indentation(text: str) -> str:
    """Return code whose lines begin where they begin."""
    return "\n".join(line.strip() for line in text.splitlines())


class TestSnippets:
    """What the guide shows of clients."""

    @pytest.mark.parametrize("block", [*blocks_of(GUIDE, "js"), *blocks_of(GUIDE, "py")], ids=str)
    def test_a_client_is_configured_as_in_the_tests(self, block: Block) -> None:
        """Each snippet is a part of a driver, whose client signs in with it."""
        folders = _DRIVERS[block.language]
        drivers = [path for folder in folders for path in folder.glob("login_*.*")]
        shown = without_indentation(block.text)
        assert any(shown in without_indentation(path.read_text("utf-8")) for path in drivers)

    def test_the_seed_is_that_of_the_recipe(self) -> None:
        """The guide and the recipe begin with the same pool."""
        (seed,) = blocks_of(GUIDE, "yaml")
        assert seed.text == APP.joinpath("seed.yaml").read_text(encoding="utf-8")


class Shop:
    """The recipe's app at work, and a person with a browser.

    Args:
        url: the address of the app.
        emulator: the address of the emulator.
    """

    def __init__(self, url: str, emulator: str) -> None:
        self.url = url
        self.pages = Visitor(emulator)
        self._session = requests.Session()
        self._session.trust_env = False

    def open(self, path: str) -> requests.Response:
        """Ask the app for a page, and follow no redirect."""
        return self._session.get(self.url + path, allow_redirects=False, timeout=PATIENCE_SECONDS)

    def shown(self) -> str:
        """Return what the app shows."""
        return self.open("/").text

    def leave(self, path: str) -> str:
        """Press a button that leads to the pages, and return what they show."""
        return self.pages.visit(self.open(path).headers["Location"])

    def come_back(self) -> None:
        """Follow the redirect of the pages to the app."""
        assert self.pages.arrived_at.startswith(self.url + "/callback?")
        assert self.open(self.pages.arrived_at.removeprefix(self.url)).status_code == 302


@pytest.fixture
def seed(tmp_path: Path) -> tuple[Path, int]:
    """The seed file, with a free port in the place of 3000."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    file = tmp_path / "seed.yaml"
    text = APP.joinpath("seed.yaml").read_text(encoding="utf-8")
    file.write_text(text.replace(":3000/", f":{port}/"), encoding="utf-8")
    return file, port


@contextmanager
def app_at(port: int, emulator: str) -> Iterator[str]:
    """Run the recipe's app with the recipe's own commands, and wait until it listens."""
    commands = commands_of(RECIPE)
    exports = [shlex.split(text)[1] for text in commands if text.startswith("export ")]
    variables = dict(export.split("=", 1) for export in exports)
    variables["SHOP_OPENID"] = variables["SHOP_OPENID"].replace("http://127.0.0.1:5000", emulator)
    (command,) = [text for text in commands if text.startswith("flask ")]
    words = [str(port) if word == "3000" else word for word in shlex.split(command)]
    process = subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=APP,
        env={**os.environ, **variables},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with process:
        try:
            _wait_for(port, process)
            yield f"http://localhost:{port}"
        finally:
            process.kill()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = steady_seconds() + PATIENCE_SECONDS
    while steady_seconds() < deadline:
        with suppress(subprocess.TimeoutExpired):
            pytest.fail(f"the app has ended with {process.wait(timeout=0.05)}")
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
    pytest.fail("the app does not listen")


def _authenticator(visitor: Visitor) -> Authenticator:
    """Give an authenticator app the key that the page shows."""
    key = BeautifulSoup(visitor.html, "html5lib").select_one("#secret")
    assert key is not None
    return Authenticator(key.get_text(strip=True), SystemClock())


def test_the_first_two_minutes(seed: tuple[Path, int]) -> None:
    """The address of ``login-url`` leads through the set-up to the app's callback."""
    file, port = seed
    with serving("--issuer", "server", "--seed-file", str(file)) as served:
        asked = ("login-url", "--client", "web", "--endpoint-url", served.url)
        assert f"cognito-harness {' '.join(asked)}".replace(
            served.url, "http://127.0.0.1:5000"
        ) in commands_of(GUIDE)
        address = cognito_harness(*asked).stdout.strip()
        visitor = Visitor(served.url)
        assert visitor.visit(address) == "asked for a password"
        typed = {USERNAME: "ada", PASSWORD: "Correct-Horse-7"}
        assert visitor.answer(typed) == "asked for a code"
        assert visitor.answer({CODE: _authenticator(visitor).code()}) == "at the app"
    arrived = urlsplit(visitor.arrived_at)
    assert arrived.netloc == f"localhost:{port}"
    assert arrived.path == "/callback"
    assert list(parse_qs(arrived.query)) == ["code"]


def test_the_recipe_runs(seed: tuple[Path, int]) -> None:
    """The app signs a person in and out; the second sign-in asks for a code."""
    file, port = seed
    with (
        serving("--issuer", "server", "--seed-file", str(file)) as served,
        app_at(port, served.url) as url,
    ):
        shop = Shop(url, served.url)
        assert "Sign in" in shop.shown()
        assert shop.leave("/sign-in") == "asked for a password"
        password = {USERNAME: "ada", PASSWORD: "Correct-Horse-7"}
        assert shop.pages.answer(password) == "asked for a code"
        authenticator = _authenticator(shop.pages)
        assert shop.pages.answer({CODE: authenticator.code()}) == "at the app"
        shop.come_back()
        assert "Hello ada@example.com" in shop.shown()

        assert shop.leave("/sign-out") == "at the app"
        assert shop.pages.arrived_at == f"{url}/"
        assert "Hello" not in shop.shown()
        assert shop.leave("/sign-in") == "asked for a password"
        assert shop.pages.answer(password) == "asked for a code"
        assert shop.pages.answer({CODE: authenticator.code()}) == "at the app"
        shop.come_back()
        assert "Hello ada@example.com" in shop.shown()
