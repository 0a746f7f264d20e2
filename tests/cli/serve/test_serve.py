"""``cognito-harness serve``: starts, prints where it listens, and stops on a signal."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.exceptions import ClientError

import harness
from harness.cli.serve import is_loopback
from harness.cli.serve.emulator_settings import make_settings
from harness.cli.serve.signals import StopSignals
from tests.cli.processes import PATIENCE_SECONDS, cognito_harness, serving
from tests.emulator.support.connection import Connection
from tests.support.sources import ROOT

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient


def get(url: str) -> Any:
    """Return the JSON at an address."""
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.load(answer)


class TestServe:
    """The process, from its first line to its exit code."""

    def test_it_answers_where_it_says_it_listens(self) -> None:
        """After the first line, the control surface responds at a real port."""
        with serving() as served:
            assert urlsplit(served.url).hostname == "127.0.0.1"
            assert urlsplit(served.url).port not in (None, 0, 5000)
            health = get(f"{served.url}/_harness/health")

        assert health["status"] == "ok"
        assert health["version"] == harness.__version__

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda n: n.name)
    def test_a_signal_stops_it_cleanly(self, number: signal.Signals) -> None:
        """SIGINT and SIGTERM end it with 0, without output on stderr, and free the port."""
        with serving() as served:
            get(f"{served.url}/_harness/health")
            code, _, err = served.stop(number)

            assert (code, err) == (0, "")
            address = urlsplit(served.url)
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection((address.hostname, address.port or 0), timeout=30).close()

    def test_it_says_how_to_point_others_at_it(self) -> None:
        """The settings and the variable that boto3 reads follow the first line."""
        with serving("--seed", "7") as served:
            _, out, _ = served.stop(signal.SIGTERM)

        assert f"export AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER={served.url}" in out
        commands = [line for line in out.splitlines() if line.startswith("cognito-harness ")]
        assert [line.split()[1] for line in commands] == ["provision", "code", "clock"]
        assert out.splitlines()[-1].startswith("Ctrl-C ends it; pools and users are gone then")
        assert "seed: 7" in out
        assert "loosened: nothing" in out

    def test_the_commands_that_it_names_work(self, tmp_path: Path) -> None:
        """Where the variable is set, each line of the banner runs as it is."""
        shutil.copy(ROOT / "stack" / "cognito-mfa-pool.yaml", tmp_path / "template.yaml")
        with serving() as served:
            environment = {**os.environ, "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": served.url}
            for line, code in (
                ("provision --spec template.yaml", 0),
                ("code NAME", 1),
                ("clock --advance 5m", 0),
            ):
                finished = subprocess.run(
                    [sys.executable, "-m", "harness", *line.split()],
                    cwd=tmp_path,
                    env={**environment, "PYTHONPATH": str(ROOT)},
                    capture_output=True,
                    text=True,
                    timeout=PATIENCE_SECONDS,
                    check=False,
                )
                assert finished.returncode == code, finished.stderr
            _, out, _ = served.stop(signal.SIGTERM)
            assert f"cognito-harness {line}\n" in out

    @pytest.mark.parametrize("what", ["an emulator is served at", "another program listens on"])
    def test_a_port_in_use_names_the_option_and_who_has_it(self, what: str) -> None:
        """The line says whether an emulator or another program has the port, and what to do."""
        with ExitStack() as stack:
            if what.startswith("an emulator"):
                port = urlsplit(stack.enter_context(serving()).url).port
            else:
                other = stack.enter_context(HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler))
                thread = threading.Thread(target=other.serve_forever, daemon=True)
                thread.start()
                stack.callback(thread.join)
                stack.callback(other.shutdown)
                port = other.server_port
            finished = cognito_harness("serve", "--port", str(port))

        assert (finished.returncode, finished.stdout) == (2, "")
        said = f"--port: cannot use {port}; it is in use: {what}"
        assert finished.stderr.startswith(f"cognito-harness: {said}")
        assert finished.stderr.endswith("stop it, or give --port 0 for a free port\n")

    @pytest.mark.parametrize("host", ["192.0.2.1", "nobody.invalid"])
    def test_an_address_of_no_interface_names_the_option(self, host: str) -> None:
        """An address that this machine does not have, and a name that nobody knows."""
        finished = cognito_harness("serve", "--port", "0", "--host", host)

        assert (finished.returncode, finished.stdout) == (2, "")
        said = f"--host: cannot use '{host}'; it must be an address of this machine"
        assert finished.stderr.startswith(f"cognito-harness: {said}")

    def test_a_setting_that_loosens_is_printed_and_in_force(self) -> None:
        """Settings that make the emulator more lenient than Cognito are printed and reported."""
        with serving("--set", "remembered_device_needs_mfa=false") as served:
            health = get(f"{served.url}/_harness/health")
            _, out, _ = served.stop(signal.SIGTERM)

        assert health["loosened"] == ["remembered_device_needs_mfa=False"]
        assert "loosened: remembered_device_needs_mfa=False" in out

    def test_a_limit_is_in_force(self) -> None:
        """A limit of the command line is that of the server."""
        with serving("--limit", "head_bytes=500") as served, Connection(served.url) as wire:
            wire.send(b"GET / HTTP/1.1\r\nX: " + b"x" * 500 + b"\r\n\r\n")
            assert wire.response()[0] == 431

    def test_a_port_in_use_is_one_line(self) -> None:
        """If another program uses the port, it says so in one line and exits with 2."""
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            finished = cognito_harness("serve", "--port", str(port))

        assert (finished.returncode, finished.stdout) == (2, "")
        assert f"127.0.0.1:{port}" in finished.stderr
        assert "in use" in finished.stderr
        assert finished.stderr.count("\n") == 1

    def test_an_unknown_host_is_one_line(self) -> None:
        """A host that is not an address of this machine is one line and exit code 2."""
        finished = cognito_harness("serve", "--port", "0", "--host", "nowhere.invalid")

        assert (finished.returncode, finished.stdout) == (2, "")
        assert "nowhere.invalid" in finished.stderr
        assert "in use" not in finished.stderr
        assert finished.stderr.count("\n") == 1

    def test_it_warns_if_other_machines_can_reach_it(self) -> None:
        """On all interfaces it prints a warning that others can use it."""
        for options, is_open in [((), False), (("--allow-host", "cognito"), True)]:
            with serving("--host", "0.0.0.0", *options) as served:
                _, out, _ = served.stop(signal.SIGTERM)

            assert "warning: other machines can reach this address" in out
            assert ("--allow-host can also read codes" in out) is is_open


class TestParts:
    """The parts of the command."""

    @pytest.mark.parametrize(
        ("host", "expected"),
        [
            ("127.0.0.1", True),
            ("127.8.9.10", True),
            ("localhost", True),
            ("::1", True),
            ("[::1]", True),
            ("0.0.0.0", False),
            ("::", False),
            ("192.0.2.1", False),
            ("example.com", False),
        ],
    )
    def test_loopback_addresses(self, host: str, expected: bool) -> None:
        """Only addresses that no other machine can reach are loopback."""
        assert is_loopback(host) is expected

    def test_settings_come_from_texts(self) -> None:
        """Each NAME=VALUE sets a field in its own type; the others keep their defaults."""
        settings = make_settings(7, ["quotas=yes", "timestamp_tolerance_seconds=60"])

        assert settings.seed == 7
        assert settings.quotas is True
        assert settings.timestamp_tolerance_seconds == 60
        assert settings.remembered_device_needs_mfa is True

    def test_a_signal_before_the_waiting_counts(self) -> None:
        """A signal that arrives early ends the wait at once; the handlers are restored."""
        before = signal.getsignal(signal.SIGTERM)

        with StopSignals() as signals:
            signal.raise_signal(signal.SIGTERM)
            assert signals.wait() == signal.SIGTERM

        assert signal.getsignal(signal.SIGTERM) is before


def test_permissions_are_checked_on_request() -> None:
    """With --iam it prints an administrator's key; only that key is accepted."""
    with serving("--iam") as found:
        assert found.process.stdout is not None
        banner = list(itertools.islice(found.process.stdout, 9))
        given = dict(
            line.removeprefix("export ").strip().split("=", 1)
            for line in banner
            if line.startswith("export AWS_")
        )
        assert "iam: signatures and policies are checked\n" in banner
        administrator = client_of(found.url, given["AWS_ACCESS_KEY_ID"], given)
        assert administrator.list_user_pools(MaxResults=1)["UserPools"] == []
        with pytest.raises(ClientError, match="UnrecognizedClientException"):
            client_of(found.url, "AKIANOBODY", given).list_user_pools(MaxResults=1)


def client_of(url: str, key: str, given: dict[str, str]) -> CognitoIdentityProviderClient:
    """Return a client that signs with a key."""
    return boto3.client(
        "cognito-idp",
        region_name="us-east-1",
        endpoint_url=url,
        aws_access_key_id=key,
        aws_secret_access_key=given["AWS_SECRET_ACCESS_KEY"],
    )
