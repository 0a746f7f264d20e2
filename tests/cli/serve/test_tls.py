"""``serve --tls``: HTTPS that only clients with the certificate trust."""

from __future__ import annotations

import signal
import socket
import ssl
import sys
import urllib.request
from pathlib import Path
from urllib.error import URLError

import boto3
import pytest

from harness.emulator.server.tls import make_authority
from harness.errors import ConfigurationError
from harness.targets.control import ControlSurface
from tests.cli.conftest import CommandLine
from tests.cli.processes import serving


def test_clients_with_the_certificate_trust_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SDKs and our own commands can connect with the file, and not without it."""
    certificate = tmp_path / "ca.pem"
    with serving("--tls", "--tls-ca", str(certificate)) as served:
        assert served.url.startswith("https://127.0.0.1:")
        with pytest.raises(URLError, match="CERTIFICATE_VERIFY_FAILED"):
            urllib.request.urlopen(f"{served.url}/_harness/health", timeout=30)
        monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))
        assert ControlSurface(served.url).time() > 0
        for host in ("127.0.0.1", "localhost"):
            cognito = boto3.client(
                "cognito-idp",
                "us-east-1",
                endpoint_url=served.url.replace("127.0.0.1", host),
                aws_access_key_id="x",
                aws_secret_access_key="x",
            )
            assert cognito.list_user_pools(MaxResults=1)["UserPools"] == []
            cognito.close()
        code, out, err = served.stop(signal.SIGTERM)

    assert (code, err) == (0, "")
    for variable in ("AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"):
        assert f"export {variable}={certificate}\n" in out
    assert certificate.read_text().startswith("-----BEGIN CERTIFICATE-----")
    assert "PRIVATE" not in certificate.read_text()


def test_an_allowed_host_is_in_the_certificate(tmp_path: Path) -> None:
    """Clients that call the server by an allowed name trust it too."""
    certificate = tmp_path / "ca.pem"
    options = ("--tls", "--tls-ca", str(certificate), "--allow-host", "cognito.test")
    with serving(*options) as served:
        context = ssl.create_default_context(cafile=str(certificate))
        port = int(served.url.rpartition(":")[2])
        for name in ("cognito.test", "localhost"):
            with socket.create_connection(("127.0.0.1", port), timeout=30) as raw:
                context.wrap_socket(raw, server_hostname=name).close()


def test_a_name_that_no_certificate_can_have(cli: CommandLine) -> None:
    """Such a name is one line."""
    outcome = cli("serve", "--port", "0", "--tls", "--allow-host", "my_cognito")
    assert (outcome.code, outcome.out) == (2, "")
    assert "a name cannot be in a certificate" in outcome.err
    assert outcome.err.count("\n") == 1


def test_a_temporary_file_is_gone_afterwards() -> None:
    """Without a file name, the file is deleted when the server stops."""
    with serving("--tls") as served:
        _, out, _ = served.stop(signal.SIGINT)
    name = out.partition("export AWS_CA_BUNDLE=")[2].partition("\n")[0]
    assert name.endswith(".pem")
    assert not Path(name).exists()


def test_a_file_without_tls(cli: CommandLine, tmp_path: Path) -> None:
    """--tls-ca without --tls is misuse."""
    outcome = cli("serve", "--port", "0", "--tls-ca", str(tmp_path / "ca.pem"))
    assert (outcome.code, outcome.out) == (2, "")
    assert "--tls-ca" in outcome.err
    assert "it needs --tls" in outcome.err


def test_a_file_that_cannot_be_written(cli: CommandLine, tmp_path: Path) -> None:
    """A file that cannot be written is one line."""
    outcome = cli("serve", "--port", "0", "--tls", "--tls-ca", str(tmp_path / "none" / "ca.pem"))
    assert (outcome.code, outcome.out) == (2, "")
    assert "No such file or directory" in outcome.err
    assert outcome.err.count("\n") == 1


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says what to install."""
    monkeypatch.setitem(sys.modules, "trustme", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'cognito-mfa-harness\[tls\]'"):
        make_authority("127.0.0.1")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "127.0.0.2", "example.com"])
def test_a_certificate_for_any_host(host: str) -> None:
    """The certificate is for the listening address and this machine's own names."""
    authority = make_authority(host)
    assert isinstance(authority.context, ssl.SSLContext)
    assert "BEGIN" not in repr(authority)
