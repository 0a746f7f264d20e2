"""Single-use operations succeed once when sixteen clients race at a served emulator."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from threading import Barrier
from typing import Any
from urllib.parse import urlparse

import pytest

from harness.emulator import Emulator
from harness.emulator.http.wire import TARGET_PREFIX
from harness.emulator.server import EmulatorServer
from tests.emulator.support.expect import PASSWORD
from tests.emulator.support.walker import ALWAYS, Walker, new_walker, tokens_of

CLIENTS = 16


class Racers:
    """Sixteen open connections."""

    def __init__(self, server: EmulatorServer) -> None:
        place = urlparse(server.url).netloc
        self._connections = [HTTPConnection(place, timeout=30) for _ in range(CLIENTS)]
        for connection in self._connections:
            connection.connect()

    def race(self, operation: str, **params: Any) -> list[str]:
        """Send the same request from all at once; return ``ok`` or the error code of each."""
        barrier, body = Barrier(CLIENTS), json.dumps(params).encode()
        headers = {"X-Amz-Target": TARGET_PREFIX + operation}

        def send(connection: HTTPConnection) -> str:
            barrier.wait()
            connection.request("POST", "/", body, headers)
            with connection.getresponse() as answer:
                found = json.loads(answer.read())
            return "ok" if answer.status == 200 else str(found["__type"])

        with ThreadPoolExecutor(CLIENTS) as threads:
            return sorted(threads.map(send, self._connections))

    def close(self) -> None:
        """Close the connections."""
        for connection in self._connections:
            connection.close()


def once(refusal: str) -> list[str]:
    """Return the outcomes of one success with all others refused."""
    return sorted(["ok", *[refusal] * (CLIENTS - 1)])


@pytest.fixture
def emulator() -> Emulator:
    """An emulator to be served."""
    return Emulator(mock=False)


@pytest.fixture
def racers(emulator: Emulator) -> Iterator[Racers]:
    """Connections to a served emulator."""
    with EmulatorServer(emulator=emulator) as server:
        found = Racers(server)
        yield found
        found.close()


@pytest.fixture
def walker(emulator: Emulator) -> Walker:
    """A user of a tracking pool with optional MFA."""
    return new_walker(emulator.engine, mfa="OPTIONAL", devices=ALWAYS)


def answer(walker: Walker, challenge: str, session: str | None = None, **responses: Any) -> Any:
    """Return the RespondToAuthChallenge request of a user."""
    given = {"USERNAME": walker.username, **responses}
    params = {"ClientId": walker.client_id, "ChallengeName": challenge, "ChallengeResponses": given}
    return params if session is None else {**params, "Session": session}


def test_sign_up_code_succeeds_once(racers: Racers, walker: Walker, emulator: Emulator) -> None:
    """One ConfirmSignUp succeeds; the others are too late or over the limit (A289)."""
    named = {"ClientId": walker.client_id, "Username": "newcomer"}
    address = [{"Name": "email", "Value": "newcomer@example.com"}]
    walker.call("SignUp", **named, Password=PASSWORD, UserAttributes=address)
    code = emulator.outbox.messages(username="newcomer")[0].code
    result = racers.race("ConfirmSignUp", **named, ConfirmationCode=code)
    assert result.count("ok") == 1
    late = {"NotAuthorizedException", "ExpiredCodeException", "LimitExceededException"}
    assert set(result) <= {"ok", *late}


def test_password_proof_succeeds_once(racers: Racers, walker: Walker) -> None:
    """One SECRET_BLOCK gives tokens to one client."""
    proof = walker.proof(walker.start_srp())
    result = racers.race("RespondToAuthChallenge", **answer(walker, "PASSWORD_VERIFIER", **proof))
    assert result == once("NotAuthorizedException")


def test_session_with_code_succeeds_once(racers: Racers, walker: Walker) -> None:
    """One session with one TOTP code gives tokens to one client."""
    secret = walker.enrol(tokens_of(walker.by_password()))
    session, code = walker.by_password()["Session"], walker.code(secret)
    params = answer(walker, "SOFTWARE_TOKEN_MFA", session, SOFTWARE_TOKEN_MFA_CODE=code)
    assert racers.race("RespondToAuthChallenge", **params) == once("NotAuthorizedException")


def test_device_proof_succeeds_once(racers: Racers, walker: Walker) -> None:
    """One device proof gives tokens to one client."""
    device = walker.confirm_device(tokens_of(walker.by_password()))
    challenge = walker.by_password(DEVICE_KEY=device.key)
    proof = walker.device_proof(device, walker.start_device(device, challenge["Session"]))
    params = answer(walker, "DEVICE_PASSWORD_VERIFIER", **proof)
    assert racers.race("RespondToAuthChallenge", **params) == once("NotAuthorizedException")


def test_software_token_set_up_succeeds_once(racers: Racers, walker: Walker) -> None:
    """One code completes the set-up of a software token once."""
    token = tokens_of(walker.by_password())["AccessToken"]
    secret = walker.call("AssociateSoftwareToken", AccessToken=token)["SecretCode"]
    result = racers.race("VerifySoftwareToken", AccessToken=token, UserCode=walker.code(secret))
    assert result.count("ok") == 1
