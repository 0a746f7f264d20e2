"""The served emulator in a container, for Testcontainers.

    with CognitoContainer() as cognito:
        client = boto3.client("cognito-idp", **cognito.client_arguments())

It needs the extra ``testcontainers``, Docker, and the image, which the project's Dockerfile builds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import HttpWaitStrategy

from harness.errors import ConfigurationError, HarnessError
from harness.pools.seeds.reading import read_seed
from harness.targets.control import ControlRefusal, ControlSurface
from harness.users.mailboxes.http import served_outbox

__all__ = ["IMAGE", "PORT", "CognitoContainer"]

#: What the project's Dockerfile and compose.yaml call the image.
IMAGE = "cognito-mfa-harness"
#: The port of the emulator inside the container.
PORT = 5000
_HEALTH = "/_harness/health"
#: The limit `cognito_body_bytes` of the server, where nothing is said.
_MOST_BODY_BYTES = 1_048_576


class CognitoContainer(DockerContainer):
    """A container that serves the emulator, ready when its ``start`` returns.

    Args:
        image: the image, with its tag.
        region: the AWS region of `environment` and `client_arguments`.
        allow_hosts: names that other containers call this one by, and the address of the gateway
            where the tests themselves run in a container. The name of the Docker host is allowed
            without being listed.
        seed_file: a seed file of the host, whose pools and users are there when ``start`` returns;
            it can name templates.
        arguments: further arguments of ``cognito-harness serve``, such as ``("--seed", "1")``.
        container: arguments of Testcontainers' DockerContainer.

    Raises:
        ConfigurationError: the seed file, or a template that it names, cannot be read.
    """

    def __init__(
        self,
        image: str = IMAGE,
        *,
        region: str = "us-east-1",
        allow_hosts: Iterable[str] = (),
        seed_file: str | Path | None = None,
        arguments: Iterable[str] = (),
        **container: Any,
    ) -> None:
        super().__init__(image, **container)
        self.region = region
        self._allow_hosts = list(allow_hosts)
        self._arguments = list(arguments)
        self._own_command: list[str] | None = None
        self.with_exposed_ports(PORT)
        self.waiting_for(HttpWaitStrategy(PORT, _HEALTH).for_status_code(200))
        self._seed = None if seed_file is None else read_seed(seed_file)
        size = len(json.dumps(self._seed))
        if size > _MOST_BODY_BYTES:
            self._arguments += ["--limit", f"cognito_body_bytes={size}"]

    def start(self) -> CognitoContainer:
        """Start the container, with the pools of the seed file.

        Raises:
            HarnessError: the emulator refuses the seed; the container is stopped.
        """
        super().start()
        # Not by --seed-file and a volume: the container's user may not be able to read the file,
        # its templates are in other files, and a Docker of another machine has none of them.
        if self._seed is not None:
            try:
                self.reseed()
            except BaseException:
                self.stop()
                raise
        return self

    def reseed(self) -> None:
        """Make the pools as they are in the seed file again; other pools stay.

        Raises:
            HarnessError: the container has no seed file, or the emulator refuses it.
        """
        if self._seed is None:
            raise ConfigurationError("seed_file", hint="CognitoContainer was made without one")
        try:
            ControlSurface(self.get_url()).seed(self._seed)
        except ControlRefusal as refusal:
            raise self._seed.refusal(refusal.members, str(refusal)) from None

    def _configure(self) -> None:
        """Tell the server by which names it will be called; Testcontainers calls this at start.

        Raises:
            ConfigurationError: the container has a command of its own, which would be lost.
        """
        if self._command not in (None, self._own_command):
            hint = "it serves the emulator; give arguments=(...) instead"
            raise ConfigurationError("with_command", given=self._command, hint=hint)
        aliases = self._network_aliases or []
        hosts = dict.fromkeys([self.get_docker_client().host(), *aliases, *self._allow_hosts])
        allowed = [word for host in hosts for word in ("--allow-host", host)]
        served = ["serve", "--host", "0.0.0.0", "--port", str(PORT)]
        self._own_command = [*served, *allowed, *self._arguments]
        self.with_command(self._own_command)

    def get_url(self) -> str:
        """Return the address of the emulator, for programs of this machine."""
        return f"http://{self.get_container_host_ip()}:{self.get_exposed_port(PORT)}"

    def environment(self) -> dict[str, str]:
        """Return what to put into the environment of an app that makes its own client.

        The endpoint is that of user pools alone, so that other services stay where they are.
        """
        return {
            "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": self.get_url(),
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }

    def client_arguments(self) -> dict[str, Any]:
        """Return the arguments of a boto3 client: ``boto3.client("cognito-idp", **arguments)``."""
        return {
            "endpoint_url": self.get_url(),
            "region_name": self.region,
            "aws_access_key_id": "test",
            "aws_secret_access_key": "test",
        }

    def code(self, username: str) -> str:
        """Return the newest code that was sent to a user.

        Raises:
            HarnessError: none was sent.
        """
        read = served_outbox(self.get_url())
        messages = read(username=username, user_pool_id="", kind=None)
        codes = [str(message["code"]) for message in messages if message["code"]]
        if not codes:
            raise HarnessError(f"no code was sent to {username!r}")
        return codes[0]
