"""docs/recipes/containers-endpoints.md: which endpoint boto3 takes, and where requests go."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import boto3
import pytest
import yaml

from harness.emulator.server import EmulatorServer
from tests.support.sources import ROOT

PAGE = (ROOT / "docs" / "recipes" / "containers-endpoints.md").read_text(encoding="utf-8")
COGNITO, OTHERS, TABLES = "localhost:5000", "localhost:4566", "localhost:8000"
AWS = "https://cognito-idp.us-east-1.amazonaws.com"


def block(language: str, containing: str) -> str:
    """Return the one fenced block of the page that contains a text."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    (found,) = [each for each in blocks if containing in each]
    return str(found)


def exported(shell: str) -> dict[str, str]:
    """Return the variables that a shell block exports."""
    return dict(re.findall(r"^export (\w+)=(\S+)$", shell, re.MULTILINE))


@pytest.fixture(autouse=True)
def nothing_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings of the machine: credentials, a region, and an empty profile file."""
    for name in os.environ:
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


@pytest.fixture
def profile(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The profile of the page, selected."""
    file = tmp_path / "config"
    file.write_text(block("ini", "[services"), encoding="utf-8")
    monkeypatch.setenv("AWS_PROFILE", "local")
    return file


class OtherService(BaseHTTPRequestHandler):
    """Answers as an empty DynamoDB."""

    def do_POST(self) -> None:
        """Return no tables."""
        body = json.dumps({"TableNames": []}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Write no log."""


@pytest.fixture
def other_url() -> Iterator[str]:
    """The address of another local service."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), OtherService)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def cognito() -> Iterator[EmulatorServer]:
    """A served emulator."""
    with EmulatorServer() as server:
        yield server


def client(service: str, **arguments: Any) -> Any:
    """Return a client of a new session, which reads the settings of this moment."""
    make: Any = boto3.Session().client
    return make(service, **arguments)


def both_answer(cognito: EmulatorServer) -> None:
    """Call user pools and tables, and look at who has answered."""
    client("cognito-idp").create_user_pool(PoolName="app")
    assert len(cognito.emulator.engine.pools) == 1
    assert client("dynamodb").list_tables()["TableNames"] == []


def test_the_environment_divides_the_services(
    cognito: EmulatorServer, other_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """User pools go to the emulator, and everything else to the other address."""
    own = cognito.url.removeprefix("http://")
    for name, value in exported(block("sh", "4566")).items():
        monkeypatch.setenv(name, value.replace(COGNITO, own).replace(OTHERS, other_url))
    both_answer(cognito)
    assert client("cognito-identity").meta.endpoint_url == cognito.url


def test_the_profile_divides_the_services(
    cognito: EmulatorServer, other_url: str, profile: Path
) -> None:
    """The services section does the same."""
    text = profile.read_text(encoding="utf-8")
    own = cognito.url.removeprefix("http://")
    profile.write_text(text.replace(COGNITO, own).replace(TABLES, other_url), encoding="utf-8")
    both_answer(cognito)
    assert client("cognito-identity").meta.endpoint_url == cognito.url


def test_moto_answers_on_the_same_port(
    cognito: EmulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One endpoint for all services is enough if moto has them."""
    for name, value in exported(block("sh", "cognito-harness serve")).items():
        monkeypatch.setenv(name, value.replace(COGNITO, cognito.url.removeprefix("http://")))
    both_answer(cognito)


def endpoint(**arguments: str) -> str:
    """Return where a new client of user pools goes, without a call."""
    return str(client("cognito-idp", **arguments).meta.endpoint_url)


def test_the_order_is_that_of_the_page(monkeypatch: pytest.MonkeyPatch, profile: Path) -> None:
    """Each way wins over the next one; they are switched on from the weakest to the strongest."""
    names = [f"http://localhost:{port}" for port in (1, 2, 3, 4, 5)]
    profile.write_text(f"[profile local]\nendpoint_url = {names[0]}\n", encoding="utf-8")
    assert endpoint() == names[0]
    section = f"[services s]\ncognito_identity_provider =\n  endpoint_url = {names[1]}\n"
    with profile.open("a", encoding="utf-8") as file:
        file.write(f"services = s\n{section}")
    assert endpoint() == names[1]
    monkeypatch.setenv("AWS_ENDPOINT_URL", names[2])
    assert endpoint() == names[2]
    monkeypatch.setenv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", names[3])
    assert endpoint() == names[3]
    monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
    assert endpoint() == AWS
    assert endpoint(endpoint_url=names[4]) == names[4]
    monkeypatch.delenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
    text = profile.read_text(encoding="utf-8")
    ignored = "[profile local]\nignore_configured_endpoint_urls = true"
    profile.write_text(text.replace("[profile local]", ignored), encoding="utf-8")
    assert endpoint() == AWS


def test_the_compose_file_allows_the_name_that_the_app_calls() -> None:
    """The host of the endpoint is the service's name, and the server allows it."""
    services = yaml.safe_load(block("yaml", "dynamodb-local"))["services"]
    called = services["app"]["environment"]["AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"]
    command = services["cognito"]["command"]
    assert called == "http://cognito:5000"
    assert command[command.index("--allow-host") + 1] == "cognito"
    assert services["cognito"]["image"] == "cognito-mfa-harness"
