"""A user pool played by hand: it checks SRP proofs and codes, and puts the challenges it is told.

It stands in for the two boto3 clients where a test is about what the client side sends. It knows
the server's half of SRP only, and keeps every request as it came.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyotp
from botocore.exceptions import ClientError

from harness.srp.group import signature
from harness.srp.server import (
    ServerExchange,
    canonical_timestamp,
    check_signature,
    decode_integer,
    make_verifier,
    parse_public_value,
)

POOL_ID = "us-east-1_AbCdEf123"
CLIENT_ID = "1h57kf5cpq17m0eml12EXAMPLE"
USER_ID = "34c84488-e0e1-70ae-d2ee-991ad1a898c8"
PASSWORD = "Correct-Horse-1"
SECRET_BLOCK = base64.b64encode(b"secret-block-bytes").decode()
DEVICE_METADATA = {
    "DeviceKey": "us-east-1_0f1e2d3c-4b5a-4697-8877-665544332211",
    "DeviceGroupKey": "-Xk3PqZ7d",
}
#: When the played pool lives: in the middle of a TOTP step.
NOW = 1_795_372_815
SALT = 0x8F7A1B2C3D4E5F60718293A4B5C6D7E8
_B = int("fedcba0987654321" * 4, 16)


def refusal(code: str, message: str = "") -> ClientError:
    """Return the error that boto3 raises for a refusal of Cognito."""
    return ClientError({"Error": {"Code": code, "Message": message}}, "Operation")


def authentication_result(**more: Any) -> dict[str, Any]:
    """Return AuthenticationResult with tokens that are none."""
    tokens = {"AccessToken": "access", "IdToken": "id", "RefreshToken": "refresh"}
    return {**tokens, "ExpiresIn": 3600, "TokenType": "Bearer", **more}


@dataclass
class PlayedCognito:
    """One user, in a pool that puts ``challenges`` after the first factor.

    Attributes:
        challenges: their names, in order; the tokens come after the last.
        new_device: whether the tokens bring NewDeviceMetadata.
        verifier_config: DeviceSecretVerifierConfig of the user's device.
        refused_device: a DEVICE_KEY that does not exist.
        parameters: ChallengeParameters beside those that are always there, by challenge.
        requests: every request as (operation, members).
    """

    challenges: Sequence[str] = ()
    new_device: bool = False
    verifier_config: Mapping[str, str] | None = None
    refused_device: str | None = None
    parameters: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    totp_secret: str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    _exchange: ServerExchange | None = None
    _client_public: int = 0
    _sessions: int = 0
    _left: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Return the boto3 method of that name; Admin operations are played by their twins."""
        play = object.__getattribute__(self, "_play_" + name.removeprefix("admin_"))

        def operation(**members: Any) -> Any:
            self.requests.append((name, members))
            return play(members)

        return operation

    def sent(self, number: int) -> dict[str, Any]:
        """Return AuthParameters or ChallengeResponses of the request of that number."""
        members = self.requests[number][1]
        responses: dict[str, Any] = members.get("AuthParameters") or members["ChallengeResponses"]
        return responses

    def _play_initiate_auth(self, members: dict[str, Any]) -> dict[str, Any]:
        parameters = members["AuthParameters"]
        self._left = list(self.challenges)
        if members["AuthFlow"] == "USER_SRP_AUTH":
            self._begin_exchange(parameters["SRP_A"], POOL_ID.partition("_")[2], USER_ID, PASSWORD)
            return {
                "ChallengeName": "PASSWORD_VERIFIER",
                "ChallengeParameters": self._srp_parameters(SALT, USER_ID_FOR_SRP=USER_ID),
            }
        self._require_device(parameters)
        if parameters["PASSWORD"] != PASSWORD:
            raise refusal("NotAuthorizedException", "Incorrect username or password.")
        return self._next()

    def _play_respond_to_auth_challenge(self, members: dict[str, Any]) -> dict[str, Any]:
        answers = {
            "PASSWORD_VERIFIER": self._password_verifier,
            "DEVICE_SRP_AUTH": self._device_srp_auth,
            "DEVICE_PASSWORD_VERIFIER": self._device_password_verifier,
            "SOFTWARE_TOKEN_MFA": self._software_token_mfa,
        }
        check = answers.get(members["ChallengeName"])
        if check is not None:
            check(members["ChallengeResponses"])
        return self._next()

    def _play_associate_software_token(self, members: dict[str, Any]) -> dict[str, Any]:
        del members
        return {"SecretCode": self.totp_secret, "Session": self._session()}

    def _play_verify_software_token(self, members: dict[str, Any]) -> dict[str, Any]:
        del members
        return {"Status": "SUCCESS", "Session": self._session()}

    def _password_verifier(self, responses: dict[str, str]) -> None:
        self._require_device(responses)
        self._check_proof(POOL_ID.partition("_")[2], USER_ID, responses)

    def _device_srp_auth(self, responses: dict[str, str]) -> None:
        assert self.verifier_config is not None
        self._exchange = ServerExchange(
            decode_integer(self.verifier_config["PasswordVerifier"]), _B
        )
        self._client_public = parse_public_value(responses["SRP_A"])

    def _device_password_verifier(self, responses: dict[str, str]) -> None:
        self._check_proof(
            DEVICE_METADATA["DeviceGroupKey"], DEVICE_METADATA["DeviceKey"], responses
        )

    def _software_token_mfa(self, responses: dict[str, str]) -> None:
        code = responses["SOFTWARE_TOKEN_MFA_CODE"]
        if code not in {
            pyotp.TOTP(self.totp_secret).at(moment) for moment in (NOW - 30, NOW, NOW + 30)
        }:
            raise refusal("CodeMismatchException", "Invalid code received for user")

    def _require_device(self, parameters: Mapping[str, str]) -> None:
        if self.refused_device and parameters.get("DEVICE_KEY") == self.refused_device:
            raise refusal("ResourceNotFoundException", "Device does not exist.")

    def _begin_exchange(self, srp_a: str, prefix: str, ident: str, password: str) -> None:
        self._exchange = ServerExchange(make_verifier(prefix, ident, password, SALT), _B)
        self._client_public = parse_public_value(srp_a)

    def _check_proof(self, prefix: str, ident: str, responses: Mapping[str, str]) -> None:
        assert self._exchange is not None
        _, timestamp = canonical_timestamp(responses["TIMESTAMP"])
        block = base64.b64decode(responses["PASSWORD_CLAIM_SECRET_BLOCK"])
        key = self._exchange.key(self._client_public)
        expected = signature(key, prefix, ident, block, timestamp)
        if not check_signature(expected, responses["PASSWORD_CLAIM_SIGNATURE"]):
            raise refusal("NotAuthorizedException", "Incorrect username or password.")

    def _srp_parameters(self, salt: int, **more: str) -> dict[str, str]:
        assert self._exchange is not None
        return {
            "SALT": f"{salt:x}",
            "SECRET_BLOCK": SECRET_BLOCK,
            "SRP_B": self._exchange.public_hex,
            "USERNAME": USER_ID,
            **more,
        }

    def _next(self) -> dict[str, Any]:
        if not self._left:
            more = {"NewDeviceMetadata": DEVICE_METADATA} if self.new_device else {}
            return {
                "ChallengeParameters": {},
                "AuthenticationResult": authentication_result(**more),
            }
        name = self._left.pop(0)
        return {
            "ChallengeName": name,
            "ChallengeParameters": self._parameters_of(name),
            "Session": self._session(),
        }

    def _parameters_of(self, name: str) -> dict[str, str]:
        if name == "DEVICE_PASSWORD_VERIFIER":
            assert self.verifier_config is not None
            salt = decode_integer(self.verifier_config["Salt"])
            return self._srp_parameters(salt, DEVICE_KEY=DEVICE_METADATA["DeviceKey"])
        own = {"USERNAME": USER_ID} if name == "DEVICE_SRP_AUTH" else {"USER_ID_FOR_SRP": USER_ID}
        return {**own, **self.parameters.get(name, {})}

    def _session(self) -> str:
        self._sessions += 1
        return f"played-session-{self._sessions:05}"
