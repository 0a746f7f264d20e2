"""Every client that can be told whom to trust goes through the story over HTTPS as well."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.processes import serving
from tests.foreign_clients import roster
from tests.foreign_clients.roster import Client, run
from tests.foreign_clients.story import STEPS

CLIENTS = (
    roster.AMPLIFY_ON_NODE,
    roster.AWS_CLI,
    roster.AWS_SDK,
    roster.BOTO3,
    roster.IDENTITY_JS,
    roster.PYCOGNITO,
    roster.WARRANT,
)


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Where ``serve --tls`` listens, and the certificate of its authority."""
    certificate = tmp_path_factory.mktemp("tls") / "ca.pem"
    with serving("--tls", "--tls-ca", str(certificate)) as served:
        yield served.url, certificate


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
def test_the_certificate_is_enough(
    client: Client, secured: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the variables that ``serve --tls`` prints nothing else changes."""
    url, certificate = secured
    # The person's way to the outbox and the clock.
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))

    report = run(client, url, quickly=True, authority=certificate)

    assert report.stumbled_at is None, report.outcomes
    assert tuple(report.outcomes) == STEPS
