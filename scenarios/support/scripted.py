"""The main job as a script: its thirteen calls, what each one sends and what it receives.

The script follows Cognito's documentation and does not use the harness's client side: it works out
SECRET_HASH and TOTP codes itself.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
from dataclasses import dataclass
from typing import Any

from harness import AppClient, Like, Person, Script, Secret

__all__ = ["CONFIRMATION_CODE", "Call", "app_client", "calls_of", "totp"]

CONFIRMATION_CODE = "314159"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
DEVICE_KEY = "us-east-1_6e2b1c5e-0a4f-4d7b-9d3c-1f2e3d4c5b6a"
DEVICE_GROUP_KEY = "-A1b2C3d4"

_HEX = Like(r"[0-9a-f]{512,770}")
_BASE64 = Like(r"[A-Za-z0-9+/]+=*")
_SIGNATURE = Like(r"[A-Za-z0-9+/]{43}=")


@dataclass(frozen=True)
class Call:
    """One call of the script, its response, and the error that it may get instead."""

    operation: str
    parameters: dict[str, Any]
    answer: dict[str, Any]
    error: tuple[str, str]

    def answered(self, script: Script) -> None:
        """Make the script return the response."""
        script.answer(self.operation, self.parameters, self.answer)

    def refused(self, script: Script, code: str, message: str, status: int) -> None:
        """Make the script return an error."""
        script.refuse(self.operation, self.parameters, code, message, status=status)


def app_client(with_secret: bool) -> AppClient:
    """Return the app client of the script."""
    secret = Secret("scriptedclientsecret") if with_secret else None
    return AppClient("us-east-1_Scripted1", "scriptedclient", secret)


def totp(moment: float) -> str:
    """Return the TOTP code of a moment in epoch seconds (RFC 6238 with RFC 4226's truncation)."""
    step = struct.pack(">Q", int(moment) // 30)
    mac = hmac.digest(base64.b32decode(TOTP_SECRET), step, hashlib.sha1)
    offset = mac[-1] & 0x0F
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def calls_of(person: Person, app: AppClient, moment: float) -> list[Call]:
    """Return the calls of a person's walk at a fixed time."""
    script = _Calls(person, app, moment)
    return [*script.registration(), *script.enrolment(), script.tracking(), *script.coming_back()]


class _Calls:
    """What each call contains."""

    def __init__(self, person: Person, app: AppClient, moment: float) -> None:
        self._person = person
        self._name = person.username
        self._moment = moment
        self._pool = {"UserPoolId": app.user_pool_id}
        self._client = {"ClientId": app.client_id}
        mac = _secret_hash(app, self._name)
        self._secret_hash = {} if mac is None else {"SecretHash": mac}
        self._auth_hash = {} if mac is None else {"SECRET_HASH": mac}

    def registration(self) -> list[Call]:
        """Sign-up, confirmation, and what an administrator sees of it."""
        name = {"Username": self._name}
        public = {**self._client, **name, **self._secret_hash}
        delivery = {"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "s***@e***"}
        attributes = [{"Name": k, "Value": v} for k, v in self._person.attributes.items()]
        password = self._person.password.reveal()
        return [
            Call(
                "SignUp",
                {**public, "Password": password, "UserAttributes": attributes},
                {"UserConfirmed": False, "UserSub": "sub", "CodeDeliveryDetails": delivery},
                ("UsernameExistsException", "User already exists"),
            ),
            Call(
                "ResendConfirmationCode",
                public,
                {"CodeDeliveryDetails": delivery},
                ("LimitExceededException", "Attempt limit exceeded, please try after some time."),
            ),
            Call(
                "ConfirmSignUp",
                {**public, "ConfirmationCode": CONFIRMATION_CODE},
                {},
                (
                    "CodeMismatchException",
                    "Invalid verification code provided, please try again.",
                ),
            ),
            Call(
                "AdminGetUser",
                {**self._pool, **name},
                {**name, "UserStatus": "CONFIRMED", "Enabled": True},
                ("UserNotFoundException", "User does not exist."),
            ),
            Call(
                "ListUsers",
                {**self._pool, "Filter": f'username = "{self._name}"'},
                {"Users": [{**name, "UserStatus": "CONFIRMED"}]},
                ("TooManyRequestsException", "Rate exceeded"),
            ),
        ]

    def enrolment(self) -> list[Call]:
        """A first sign-in, which enrolls an authenticator."""
        both = {**self._pool, **self._client}
        name = {"USERNAME": self._name, **self._auth_hash}
        password = {"PASSWORD": self._person.password.reveal()}
        device = {"DeviceKey": DEVICE_KEY, "DeviceGroupKey": DEVICE_GROUP_KEY}
        return [
            Call(
                "AdminInitiateAuth",
                {
                    **both,
                    "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
                    "AuthParameters": {**name, **password},
                },
                {
                    "ChallengeName": "MFA_SETUP",
                    "Session": "session-after-the-password",
                    "ChallengeParameters": {"MFAS_CAN_SETUP": '["SOFTWARE_TOKEN_MFA"]'},
                },
                ("NotAuthorizedException", "Incorrect username or password."),
            ),
            Call(
                "AssociateSoftwareToken",
                {"Session": "session-after-the-password"},
                {"SecretCode": TOTP_SECRET, "Session": "session-after-the-secret"},
                (
                    "SoftwareTokenMFANotFoundException",
                    "Software Token MFA has not been enabled by the userPool.",
                ),
            ),
            Call(
                "VerifySoftwareToken",
                # Of the three valid codes, the oldest is used first.
                {"Session": "session-after-the-secret", "UserCode": totp(self._moment - 30)},
                {"Status": "SUCCESS", "Session": "session-after-the-code"},
                (
                    "EnableSoftwareTokenMFAException",
                    "Code mismatch",
                ),
            ),
            Call(
                "AdminRespondToAuthChallenge",
                {
                    **both,
                    "ChallengeName": "MFA_SETUP",
                    "ChallengeResponses": name,
                    "Session": "session-after-the-code",
                },
                {"AuthenticationResult": {**_tokens("first"), "NewDeviceMetadata": device}},
                ("NotAuthorizedException", "Invalid session for the user, session is expired."),
            ),
        ]

    def tracking(self) -> Call:
        """The device of the first sign-in is confirmed; this pool remembers it without opt-in."""
        verifier = {"PasswordVerifier": _BASE64, "Salt": _BASE64}
        return Call(
            "ConfirmDevice",
            {
                "AccessToken": "access-of-the-first",
                "DeviceKey": DEVICE_KEY,
                "DeviceSecretVerifierConfig": verifier,
            },
            {"UserConfirmationNecessary": False},
            ("InvalidParameterException", "Invalid device key given."),
        )

    def coming_back(self) -> list[Call]:
        """A second sign-in, in which the device proves itself and no code is asked for."""
        name = {"USERNAME": self._name, **self._auth_hash}
        device = {"DEVICE_KEY": DEVICE_KEY}
        password = {"PASSWORD": self._person.password.reveal()}
        challenge = {
            "USERNAME": self._name,
            "DEVICE_KEY": DEVICE_KEY,
            "SALT": "7a51e5",
            "SRP_B": f"{3**1900:x}",
            "SECRET_BLOCK": "c2VjcmV0IGJsb2Nr",
        }
        proof = {
            "PASSWORD_CLAIM_SECRET_BLOCK": challenge["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": _SIGNATURE,
            "TIMESTAMP": "Thu Jan 1 00:00:00 UTC 2026",
        }
        return [
            Call(
                "InitiateAuth",
                {
                    **self._client,
                    "AuthFlow": "USER_PASSWORD_AUTH",
                    "AuthParameters": {**name, **password, **device},
                },
                {
                    "ChallengeName": "DEVICE_SRP_AUTH",
                    "Session": "session-of-the-device",
                    "ChallengeParameters": {},
                },
                ("PasswordResetRequiredException", "Password reset required for the user"),
            ),
            Call(
                "RespondToAuthChallenge",
                {
                    **self._client,
                    "ChallengeName": "DEVICE_SRP_AUTH",
                    "ChallengeResponses": {**name, **device, "SRP_A": _HEX},
                    "Session": "session-of-the-device",
                },
                {
                    "ChallengeName": "DEVICE_PASSWORD_VERIFIER",
                    "Session": "session-of-the-proof",
                    "ChallengeParameters": challenge,
                },
                ("ResourceNotFoundException", "Device does not exist."),
            ),
            Call(
                "RespondToAuthChallenge",
                {
                    **self._client,
                    "ChallengeName": "DEVICE_PASSWORD_VERIFIER",
                    "ChallengeResponses": {**name, **device, **proof},
                    "Session": "session-of-the-proof",
                },
                {"AuthenticationResult": _tokens("second")},
                ("NotAuthorizedException", "Incorrect username or password."),
            ),
        ]


def _tokens(which: str) -> dict[str, Any]:
    return {
        "AccessToken": f"access-of-the-{which}",
        "IdToken": f"id-of-the-{which}",
        "RefreshToken": f"refresh-of-the-{which}",
        "ExpiresIn": 3600,
        "TokenType": "Bearer",
    }


def _secret_hash(app: AppClient, username: str) -> str | None:
    """Return SECRET_HASH as Cognito documents it: HMAC-SHA256 over name and client id (A119)."""
    if app.client_secret is None:
        return None
    message = (username + app.client_id).encode()
    mac = hmac.digest(app.client_secret.reveal().encode(), message, hashlib.sha256)
    return base64.b64encode(mac).decode()
