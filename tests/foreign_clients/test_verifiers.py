"""Programs that check tokens find the keys and accept the issuer, as docs/clients.md says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import jwt
import pytest
from joserfc.errors import InvalidClaimError, InvalidKeyIdError

from harness.emulator import Emulator, EmulatorSettings
from harness.emulator.server import EmulatorServer
from tests.cli.processes import PATIENCE_SECONDS
from tests.emulator.support.walker import claims_of, new_walker, tokens_of
from tests.foreign_clients.install_packages import NODE
from tests.foreign_clients.python.verify import by_authlib, by_joserfc, by_pyjwt
from tests.support.sources import ROOT

Verifier = Callable[[str, str, str, str], str]


@dataclass
class Issued:
    """A user's tokens, and what a program that checks them is configured with."""

    issuer: str
    base: str
    user_pool_id: str
    client_id: str
    tokens: dict[str, Any]

    def by_node(self) -> dict[str, str]:
        """Return what each of Node's libraries found."""
        given = {
            "issuer": self.issuer,
            "base": self.base,
            "userPoolId": self.user_pool_id,
            "clientId": self.client_id,
            "idToken": self.tokens["IdToken"],
            "accessToken": self.tokens["AccessToken"],
        }
        done = subprocess.run(
            ["node", "verify.mjs", json.dumps(given)],
            cwd=NODE,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout))


def issued_by(server: EmulatorServer) -> Issued:
    """Sign a user in."""
    walker = new_walker(server.emulator.engine)
    tokens = tokens_of(walker.by_password())
    base = f"{server.url}/{walker.user_pool_id}"
    issuer = claims_of(tokens["IdToken"])["iss"]
    return Issued(issuer, base, walker.user_pool_id, walker.client_id, tokens)


def served(issuer: str) -> Iterator[Issued]:
    """Serve an emulator with an issuer."""
    emulator = Emulator(mock=False, settings=EmulatorSettings(issuer=issuer))
    with EmulatorServer(emulator=emulator) as server:
        yield issued_by(server)


@pytest.fixture(scope="module")
def by_server() -> Iterator[Issued]:
    """Tokens of ``--issuer server``."""
    yield from served("server")


@pytest.fixture(scope="module")
def by_aws() -> Iterator[Issued]:
    """Tokens of ``--issuer aws``."""
    yield from served("aws")


class TestServer:
    """``--issuer server``: everything is found through ``iss``."""

    def test_node(self, by_server: Issued) -> None:
        """openid-client accepts the document; only what computes the issuer of AWS refuses."""
        assert by_server.issuer == by_server.base
        assert by_server.by_node() == {
            "openid-client": by_server.issuer,
            "jose": "alice",
            "jose with another issuer": "refused: ERR_JWT_CLAIM_VALIDATION_FAILED",
            "aws-jwt-verify JwtVerifier": "alice",
            "aws-jwt-verify CognitoJwtVerifier": "refused: Error",
        }

    @pytest.mark.parametrize("verify", [by_pyjwt, by_joserfc, by_authlib])
    def test_python(self, by_server: Issued, verify: Verifier) -> None:
        """From ``iss`` to the document, to the keys, to the claims."""
        token = by_server.tokens["IdToken"]
        assert verify(claims_of(token)["iss"], token, by_server.client_id, by_server.issuer)


class TestAws:
    """``--issuer aws``: the app is told where the keys are."""

    def test_node(self, by_aws: Issued) -> None:
        """aws-jwt-verify accepts the tokens; openid-client does not accept the document."""
        assert by_aws.issuer != by_aws.base
        assert by_aws.by_node() == {
            "openid-client": "refused: OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED",
            "jose": "alice",
            "jose with another issuer": "refused: ERR_JWT_CLAIM_VALIDATION_FAILED",
            "aws-jwt-verify JwtVerifier": "alice",
            "aws-jwt-verify CognitoJwtVerifier": "alice",
        }

    @pytest.mark.parametrize("verify", [by_pyjwt, by_joserfc, by_authlib])
    def test_python(self, by_aws: Issued, verify: Verifier) -> None:
        """The document of the emulator has the keys, and the issuer stays that of AWS."""
        token = by_aws.tokens["IdToken"]
        assert verify(by_aws.base, token, by_aws.client_id, by_aws.issuer)


@pytest.mark.parametrize(
    ("verify", "error"),
    [(by_pyjwt, jwt.InvalidIssuerError), (by_joserfc, InvalidClaimError)],
)
def test_another_issuer_is_refused(
    by_server: Issued, verify: Verifier, error: type[Exception]
) -> None:
    """The libraries compare the issuer; a test that passes with any issuer would show nothing."""
    with pytest.raises(error):
        verify(by_server.base, by_server.tokens["IdToken"], by_server.client_id, "https://other")


def test_authlib_refuses_a_token_of_another_server(by_server: Issued, by_aws: Issued) -> None:
    """authlib looks for keys in the document that it was told, and for no others."""
    with pytest.raises(InvalidKeyIdError):
        by_authlib(by_aws.base, by_server.tokens["IdToken"], by_server.client_id, "")


def test_the_example_checks_an_access_token(by_server: Issued) -> None:
    """The function on the page accepts a token, and prints whose it is."""
    page = (ROOT / "docs" / "clients.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```py\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (example,) = [block for block in blocks if "PyJWKClient" in block]
    given = {
        "TOKEN": by_server.tokens["AccessToken"],
        "ISSUER": by_server.issuer,
        "CLIENT_ID": by_server.client_id,
    }
    done = subprocess.run(
        [sys.executable, "-c", example],
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "alice\n"), done.stderr
