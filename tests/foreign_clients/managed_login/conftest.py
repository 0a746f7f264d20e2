"""Fixtures: served emulators with and without TLS, and the results of each app."""

from __future__ import annotations

import base64
import hashlib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.cli.processes import serving

__all__ = ["Server", "hash_of_key"]


@dataclass(frozen=True)
class Server:
    """A running ``cognito-harness serve``.

    Attributes:
        authority: the certificate to trust, if it speaks HTTPS.
        key: the hash of its public key, if it speaks HTTPS.
    """

    url: str
    authority: Path | None = None
    key: str = ""


@pytest.fixture(scope="session")
def plain() -> Iterator[Server]:
    """``serve --issuer server``, as most back ends need it."""
    with serving("--issuer", "server") as served:
        yield Server(served.url)


@pytest.fixture(scope="session")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """``serve --tls``, which Amplify needs."""
    authority = tmp_path_factory.mktemp("tls") / "ca.pem"
    with serving("--tls", "--tls-ca", str(authority)) as served, pytest.MonkeyPatch.context() as on:
        # For the person's authenticator app, which asks the emulator for the time.
        on.setenv("AWS_CA_BUNDLE", str(authority))
        yield Server(served.url, authority, hash_of_key(served.url))


def hash_of_key(url: str) -> str:
    """Return the hash of a server's public key, as Chromium takes it."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    pem = ssl.get_server_certificate((parts.hostname, parts.port))
    key = x509.load_pem_x509_certificate(pem.encode()).public_key()
    info = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(info).digest()).decode()
