"""Tests of every client over HTTPS, if it can be told which certificate to trust."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.processes import serving
from tests.foreign_clients import clients
from tests.foreign_clients.choice_steps import CHOICE
from tests.foreign_clients.clients import Client, run
from tests.foreign_clients.passkey_steps import PASSKEYS
from tests.foreign_clients.steps import PASSWORDS
from tests.foreign_clients.walk import Walk

CLIENTS = (
    clients.AMPLIFY_ON_NODE,
    clients.AWS_CLI,
    clients.AWS_SDK,
    clients.BOTO3,
    clients.IDENTITY_JS,
    clients.PYCOGNITO,
    clients.WARRANT,
)
#: Nothing of HTTPS depends on the walk, so only two clients take another one.
WALKS = (
    *((client, PASSWORDS) for client in CLIENTS),
    (clients.BOTO3, CHOICE),
    (clients.AWS_SDK, PASSKEYS),
)


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The URL of ``serve --tls``, and the certificate of its authority."""
    certificate = tmp_path_factory.mktemp("tls") / "ca.pem"
    with serving("--tls", "--tls-ca", str(certificate)) as served:
        yield served.url, certificate


@pytest.mark.parametrize(("client", "walk"), WALKS, ids=lambda value: value.name)
def test_the_certificate_is_enough(
    client: Client, walk: Walk, secured: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client needs only the variables that ``serve --tls`` prints."""
    url, certificate = secured
    # For the person's access to the outbox and the clock.
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))

    report = run(client, url, walk, quickly=True, authority=certificate)

    assert report.failed_at is None, report.outcomes
    assert tuple(report.outcomes) == tuple(report.expected)
