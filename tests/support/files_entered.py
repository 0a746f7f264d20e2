"""The files of the emulator that one request enters, from socket to socket.

``python -m tests.support.files_entered`` prints them for the response to SOFTWARE_TOKEN_MFA that
ends a sign-in with tokens, in the order in which they are entered, with the functions called.
"""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import pyotp

from harness.clock import VirtualClock
from harness.emulator import Emulator
from harness.emulator.server import EmulatorServer
from tests.support.sources import ROOT

_EMULATOR = ROOT / "harness" / "emulator"
_SIGNATURE = (
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20270115/us-east-1/cognito-idp/aws4_request, "
    "SignedHeaders=host, Signature=00"
)
_NAMES: dict[str, Any] = {"Username": "ann"}
_PASSWORD = "Pass-word-1"


@dataclass
class Entered:
    """What a request enters: for each file, by its path in ``harness/emulator``, the functions."""

    files: dict[str, set[str]] = field(default_factory=dict)

    def note(self, frame: FrameType, event: str, _: object) -> None:
        """Note a call, as `threading.setprofile` reports it."""
        path = Path(frame.f_code.co_filename)
        if event == "call" and path.is_relative_to(_EMULATOR):
            name = path.relative_to(_EMULATOR).as_posix()
            self.files.setdefault(name, set()).add(frame.f_code.co_name)


@dataclass
class Client:
    """Sends requests to a served emulator, each on a connection of its own."""

    port: int

    def call(self, operation: str, *, signed: bool = False, **members: Any) -> dict[str, Any]:
        """Send a request and return the members of its response, which must be a success."""
        headers = {"X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}"}
        if signed:
            headers["Authorization"] = _SIGNATURE
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("POST", "/", json.dumps(members), headers)
            response = connection.getresponse()
            body: dict[str, Any] = json.loads(response.read())
        finally:
            connection.close()
        assert response.status == 200, body
        return body


def files_of_a_totp_response() -> dict[str, set[str]]:
    """Return the files that the response to SOFTWARE_TOKEN_MFA enters, with their functions.

    The same response is sent once before: what is loaded or cached at the first time is no part of
    a request.
    """
    clock = VirtualClock()
    with (
        _profiled() as entered,
        EmulatorServer(emulator=Emulator(clock=clock, mock=False)) as server,
    ):
        client = Client(int(server.url.rpartition(":")[2]))
        client_id, totp = _set_up(client, clock)
        for _ in range(2):
            clock.advance(30)
            challenge = _by_password(client, client_id)
            entered.files.clear()
            client.call(
                "RespondToAuthChallenge",
                ClientId=client_id,
                ChallengeName="SOFTWARE_TOKEN_MFA",
                Session=challenge["Session"],
                ChallengeResponses={
                    "USERNAME": _NAMES["Username"],
                    "SOFTWARE_TOKEN_MFA_CODE": totp.at(int(clock.time())),
                },
            )
            found = {name: set(names) for name, names in entered.files.items()}
    return found


@contextmanager
def _profiled() -> Iterator[Entered]:
    """Note what the threads that are started inside the block call."""
    entered = Entered()
    threading.setprofile(entered.note)
    try:
        yield entered
    finally:
        threading.setprofile(None)


def _set_up(client: Client, clock: VirtualClock) -> tuple[str, pyotp.TOTP]:
    """Make a pool with MFA, and a user whose authenticator app is set up."""
    pool = client.call("CreateUserPool", signed=True, PoolName="pool")["UserPool"]["Id"]
    factor: dict[str, Any] = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
    in_pool: dict[str, Any] = {"signed": True, "UserPoolId": pool}
    client.call("SetUserPoolMfaConfig", **in_pool, MfaConfiguration="ON", **factor)
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    made = client.call("CreateUserPoolClient", **in_pool, ClientName="app", ExplicitAuthFlows=flows)
    client_id = made["UserPoolClient"]["ClientId"]
    client.call("SignUp", ClientId=client_id, **_NAMES, Password=_PASSWORD)
    client.call("AdminConfirmSignUp", **in_pool, **_NAMES)
    session = _by_password(client, client_id)["Session"]
    associated = client.call("AssociateSoftwareToken", Session=session)
    totp = pyotp.TOTP(associated["SecretCode"])
    code = totp.at(int(clock.time()))
    client.call("VerifySoftwareToken", Session=associated["Session"], UserCode=code)
    return client_id, totp


def _by_password(client: Client, client_id: str) -> dict[str, Any]:
    return client.call(
        "InitiateAuth",
        ClientId=client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": _NAMES["Username"], "PASSWORD": _PASSWORD},
    )


if __name__ == "__main__":
    entered_files = files_of_a_totp_response()
    print(f"{len(entered_files)} files")
    for file, functions in entered_files.items():
        print(f"  {file}: {', '.join(sorted(functions))}")
