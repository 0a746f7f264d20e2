"""The emulator for Testcontainers, with a stand-in for Docker: there is no engine where tests run.

The stand-in starts ``cognito-harness serve`` as a process, with the very command of the container.
So what the container would be told is carried out; image and network are not.
"""

from __future__ import annotations

import json
import re
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import boto3
import pytest
from testcontainers.core.config import ConnectionMode, testcontainers_config

from harness.containers import CognitoContainer
from harness.emulator.server import ServerLimits
from harness.errors import ConfigurationError, HarnessError
from tests.cli.processes import COMMAND
from tests.support.sources import ROOT


class ServedContainer:
    """What the harness uses of a container of Docker's library: a process in its place."""

    id = short_id = "a1b2c3"
    status = "running"

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.process: subprocess.Popen[str] | None = None
        self.port = 0

    def start(self) -> None:
        """Serve on loopback and a free port, which Docker would map."""
        words = ["127.0.0.1" if word == "0.0.0.0" else word for word in self.command]
        words[words.index("--port") + 1] = "0"
        self.process = subprocess.Popen([*COMMAND, *words], stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.port = urlsplit(self.process.stdout.readline().split()[-1]).port or 0

    def reload(self) -> None:
        """Do nothing: the status never changes."""

    def logs(self, **_: bool) -> bytes:
        """Return no log."""
        return b""

    def remove(self, *, force: bool, v: bool) -> None:
        """End the process."""
        assert (force, v) == (True, True)
        assert self.process is not None
        self.process.kill()
        with self.process:
            self.process.wait()


class StandInDocker:
    """What Testcontainers uses of Docker, with processes in place of containers."""

    made: ClassVar[list[StandInDocker]] = []

    def __init__(self, **_: Any) -> None:
        self.client = self
        self.given: dict[str, Any] = {}
        self.container: ServedContainer | None = None
        StandInDocker.made.append(self)

    def create(self, image: str, command: list[str], **given: Any) -> ServedContainer:
        """Note what Docker is asked for."""
        self.given = {"image": image, "command": command, **given}
        self.container = ServedContainer(command)
        return self.container

    def start(self, container: ServedContainer) -> None:
        """Start a container."""
        container.start()

    def host(self) -> str:
        """Return the name of the machine with Docker."""
        return "localhost"

    def get_connection_mode(self) -> ConnectionMode:
        """Return how Docker is reached."""
        return ConnectionMode.docker_host

    def port(self, container_id: str, port: int) -> str:
        """Return the port of this machine that leads to one of the container."""
        assert (container_id, port) == ("a1b2c3", 5000)
        assert self.container is not None
        return str(self.container.port)

    def close(self) -> None:
        """Do nothing."""


@pytest.fixture(autouse=True)
def docker(monkeypatch: pytest.MonkeyPatch) -> list[StandInDocker]:
    """The stand-in in the place of Docker, without Testcontainers' own container for cleaning."""
    monkeypatch.setattr("testcontainers.core.container.DockerClient", StandInDocker)
    monkeypatch.setattr(testcontainers_config, "ryuk_disabled", True)
    monkeypatch.setattr(StandInDocker, "made", [])
    return StandInDocker.made


def status_of(url: str, host: str) -> int:
    """Return the status of the outbox when it is asked for under a host name."""
    request = urllib.request.Request(f"{url}/_harness/outbox", headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return int(response.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_a_user_signs_up_against_the_container(docker: list[StandInDocker]) -> None:
    """A client with its arguments works, the code is read by name, and the process ends."""
    with CognitoContainer(arguments=("--seed", "1")) as cognito:
        client = boto3.client("cognito-idp", **cognito.client_arguments())
        pool = client.create_user_pool(PoolName="p", AutoVerifiedAttributes=["email"])["UserPool"]
        app = client.create_user_pool_client(UserPoolId=pool["Id"], ClientName="app")
        client_id = app["UserPoolClient"]["ClientId"]
        with pytest.raises(HarnessError, match="no code was sent to 'ada'"):
            cognito.code("ada")
        client.sign_up(
            ClientId=client_id,
            Username="ada",
            Password="Correct-Horse-7",
            UserAttributes=[{"Name": "email", "Value": "ada@example.com"}],
        )
        client.confirm_sign_up(
            ClientId=client_id, Username="ada", ConfirmationCode=cognito.code("ada")
        )
        environment = cognito.environment()
        assert environment["AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"] == cognito.get_url()
        assert "AWS_ENDPOINT_URL" not in environment
    (asked,) = docker
    assert asked.given["image"] == "cognito-mfa-harness"
    assert asked.given["ports"] == {"5000": None}
    assert asked.container is not None
    assert asked.container.process is not None
    assert asked.container.process.returncode is not None


def test_names_of_the_network_are_allowed(docker: list[StandInDocker]) -> None:
    """The server takes the names that were given, and no other."""
    container = CognitoContainer(allow_hosts=["172.17.0.1"]).with_network_aliases("cognito")
    with container as cognito:
        found = {
            host: status_of(cognito.get_url(), host)
            for host in ("localhost", "cognito:5000", "172.17.0.1", "evil.example")
        }
    assert found == {"localhost": 200, "cognito:5000": 200, "172.17.0.1": 200, "evil.example": 403}


SEED = """\
cognito_harness_seed: 1
pools:
- id: us-east-1_Shop12345
  template: {file: template.yaml}
  clients:
  - {name: Web, id: 1example23456789}
  users:
  - {username: alice, password: Correct-Horse-1}
"""
TEMPLATE = """\
Resources:
  Shop: {Type: AWS::Cognito::UserPool}
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Shop
      ExplicitAuthFlows: [ALLOW_USER_PASSWORD_AUTH]
"""


@pytest.fixture
def seed_file(tmp_path: Path) -> Path:
    """A seed file beside the template that it names, as an export protects it."""
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    file = tmp_path / "seed.yaml"
    file.write_text(SEED)
    file.chmod(0o600)
    return file


def test_the_people_of_a_seed_file_are_there(docker: list[StandInDocker], seed_file: Path) -> None:
    """Alice signs in as soon as the container has started, and again after she was deleted."""
    with CognitoContainer(seed_file=seed_file) as cognito:
        client = boto3.client("cognito-idp", **cognito.client_arguments())
        alice = {"USERNAME": "alice", "PASSWORD": "Correct-Horse-1"}

        def sign_in() -> None:
            answer = client.initiate_auth(
                ClientId="1example23456789", AuthFlow="USER_PASSWORD_AUTH", AuthParameters=alice
            )
            assert answer["AuthenticationResult"]["AccessToken"]

        sign_in()
        client.admin_delete_user(UserPoolId="us-east-1_Shop12345", Username="alice")
        with pytest.raises(client.exceptions.UserNotFoundException):
            sign_in()
        cognito.reseed()
        sign_in()
    (asked,) = docker
    assert not asked.given["volumes"]


def test_a_seed_that_is_refused_stops_the_container(
    docker: list[StandInDocker], seed_file: Path
) -> None:
    """The message has the line of the file and no password, and no process stays."""
    seed_file.write_text(SEED.replace("Correct-Horse-1", "short"))
    with pytest.raises(HarnessError, match=r"seed\.yaml, line 8: .*nothing is changed") as refused:
        CognitoContainer(seed_file=seed_file).start()
    assert "short'" not in str(refused.value)
    (asked,) = docker
    assert asked.container is not None
    assert asked.container.process is not None
    assert asked.container.process.returncode is not None


def test_a_large_seed_raises_the_limit(docker: list[StandInDocker], tmp_path: Path) -> None:
    """A seed that is larger than what a server takes by default is planted all the same."""
    attributes = {f"custom:a{number}": "x" * 2_000 for number in range(20)}
    alike = {"password": "Correct-Horse-1", "attributes": attributes}
    users = [{"username": f"user{number}", **alike} for number in range(30)]
    schema = [{"Name": name[7:], "AttributeDataType": "String"} for name in attributes]
    pool = {"PoolName": "shop", "Schema": schema}
    pools = [{"id": "us-east-1_Shop12345", "configuration": {"UserPool": pool}, "users": users}]
    file = tmp_path / "seed.json"
    file.write_text(json.dumps({"cognito_harness_seed": 1, "pools": pools}))
    assert file.stat().st_size > ServerLimits().cognito_body_bytes
    with CognitoContainer(seed_file=file) as cognito:
        client = boto3.client("cognito-idp", **cognito.client_arguments())
        assert client.admin_get_user(UserPoolId="us-east-1_Shop12345", Username="user29")


def test_what_cannot_work_is_refused(tmp_path: Path) -> None:
    """A missing seed file and a command of another program are one line each."""
    with pytest.raises(ConfigurationError, match=r"none\.toml.*No such file"):
        CognitoContainer(seed_file=tmp_path / "none.toml")
    with pytest.raises(ConfigurationError, match="made without one"):
        CognitoContainer().reseed()
    with pytest.raises(ConfigurationError, match=r"give arguments=\(\.\.\.\) instead"):
        CognitoContainer().with_command("sleep 1").start()


def test_the_recipe_works() -> None:
    """The test on the page passes with a container that was started as its fixture does it."""
    page = (ROOT / "docs" / "recipes" / "containers-python.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```py\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(example, "containers-python.md", "exec"), names)
    with CognitoContainer() as cognito:
        names["test_the_email_has_the_code"](cognito)
