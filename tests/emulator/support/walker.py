"""A test client that signs in one user through the engine's API, step by step."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

import pyotp

from harness.clock import VirtualClock
from harness.emulator.api.request import Caller
from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.engine import Engine
from harness.srp.client import (
    ClientExchange,
    claim_signature,
    format_timestamp,
    make_device_verifier,
)
from tests.emulator.support.expect import PASSWORD, START

DEVICE_PASSWORD = "d" * 56

ALL_FLOWS = [
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
    "ALLOW_CUSTOM_AUTH",
    "ALLOW_USER_AUTH",
]

ALWAYS = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}
ALWAYS_WITH_MFA = {"ChallengeRequiredOnNewDevice": False, "DeviceOnlyRememberedOnUserPrompt": False}
OPT_IN = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": True}
OPT_IN_WITH_MFA = {"ChallengeRequiredOnNewDevice": False, "DeviceOnlyRememberedOnUserPrompt": True}


def new_engine(**settings: Any) -> Engine:
    """Return an engine with a frozen clock and repeatable random values."""
    clock = VirtualClock(START, frozen=True)
    return Engine(clock=clock, settings=EmulatorSettings(seed=1, **settings))


@dataclass
class Device:
    """What a client stores of a confirmed device."""

    key: str
    group_key: str
    password: str = DEVICE_PASSWORD


@dataclass
class Walker:
    """One user at one app client; with ``admin``, signs in by administrator operations."""

    engine: Engine
    user_pool_id: str
    client_id: str
    username: str = "alice"
    password: str = PASSWORD
    client_secret: str | None = None
    admin: bool = False
    caller: Caller = field(default_factory=Caller)
    exchange: ClientExchange = field(default_factory=ClientExchange)

    # --- calls ------------------------------------------------------------------------------

    def call(self, operation: str, **params: Any) -> dict[str, Any]:
        """Call an operation."""
        answer: dict[str, Any] = self.engine.call(operation, params, self.caller)
        return answer

    def administer(self, operation: str, **params: Any) -> dict[str, Any]:
        """Call an administrator operation on this user."""
        return self.call(operation, UserPoolId=self.user_pool_id, Username=self.username, **params)

    def initiate(self, flow: str, **parameters: str | None) -> dict[str, Any]:
        """Begin a sign-in with exactly these AuthParameters, plus SECRET_HASH if needed."""
        params: dict[str, Any] = {"ClientId": self.client_id, "AuthFlow": flow}
        params["AuthParameters"] = self._with_hash(parameters)
        if self.admin:
            return self.call("AdminInitiateAuth", UserPoolId=self.user_pool_id, **params)
        return self.call("InitiateAuth", **params)

    def respond(
        self, challenge: str, session: str | None = None, **responses: str | None
    ) -> dict[str, Any]:
        """Answer a challenge; USERNAME is added unless it is given."""
        responses = {"USERNAME": self.username, **responses}
        params: dict[str, Any] = {"ClientId": self.client_id, "ChallengeName": challenge}
        params["ChallengeResponses"] = self._with_hash(responses)
        if session is not None:
            params["Session"] = session
        if self.admin:
            operation = "AdminRespondToAuthChallenge"
            return self.call(operation, UserPoolId=self.user_pool_id, **params)
        return self.call("RespondToAuthChallenge", **params)

    def _with_hash(self, parameters: dict[str, str | None]) -> dict[str, str | None]:
        name = parameters.get("USERNAME") or self.username
        if self.client_secret is None or "SECRET_HASH" in parameters:
            return parameters
        return {**parameters, "SECRET_HASH": self.secret_hash(name)}

    def secret_hash(self, name: str) -> str:
        """Return the SECRET_HASH over a username (A119)."""
        key, message = (self.client_secret or "").encode(), (name + self.client_id).encode()
        return base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()

    # --- the first factor -------------------------------------------------------------------

    def by_password(self, **extra: str | None) -> dict[str, Any]:
        """Sign in with the plain password."""
        flow = "ADMIN_USER_PASSWORD_AUTH" if self.admin else "USER_PASSWORD_AUTH"
        parameters = {"USERNAME": self.username, "PASSWORD": self.password, **extra}
        return self.initiate(flow, **parameters)

    def start_srp(self, **extra: str | None) -> dict[str, Any]:
        """Begin a sign-in by SRP and return the PASSWORD_VERIFIER challenge."""
        parameters = {"USERNAME": self.username, "SRP_A": self.exchange.public_hex, **extra}
        return self.initiate("USER_SRP_AUTH", **parameters)

    def proof(
        self,
        challenge: dict[str, Any],
        *,
        password: str | None = None,
        timestamp: str | None = None,
    ) -> dict[str, str | None]:
        """Return the ChallengeResponses that prove the password."""
        given = challenge["ChallengeParameters"]
        prefix, ident = self.user_pool_id.split("_")[1], given["USER_ID_FOR_SRP"]
        key = self.exchange.key(
            prefix, ident, password or self.password, given["SALT"], given["SRP_B"]
        )
        timestamp = timestamp or self.timestamp()
        block = given["SECRET_BLOCK"]
        return {
            "PASSWORD_CLAIM_SECRET_BLOCK": block,
            "PASSWORD_CLAIM_SIGNATURE": claim_signature(key, prefix, ident, block, timestamp),
            "TIMESTAMP": timestamp,
        }

    def by_srp(self, **extra: str | None) -> dict[str, Any]:
        """Sign in by SRP; ``extra`` is added to the response to PASSWORD_VERIFIER."""
        responses = {**self.proof(self.start_srp()), **extra}
        return self.respond("PASSWORD_VERIFIER", **responses)

    def timestamp(self, seconds: float = 0) -> str:
        """Return a TIMESTAMP of the engine's time, shifted by some seconds."""
        moment = self.engine.clock.time() + seconds
        return format_timestamp(datetime.fromtimestamp(moment, timezone.utc))

    # --- the second factor ------------------------------------------------------------------

    def enrol(self, tokens: dict[str, Any], *, prefer: bool = True) -> str:
        """Set up a software token by access token, switch it on, and return its secret."""
        token = tokens["AccessToken"]
        secret: str = self.call("AssociateSoftwareToken", AccessToken=token)["SecretCode"]
        self.call("VerifySoftwareToken", AccessToken=token, UserCode=self.code(secret))
        settings = {"Enabled": True, "PreferredMfa": prefer}
        self.call("SetUserMFAPreference", AccessToken=token, SoftwareTokenMfaSettings=settings)
        self.engine.clock.advance(30)
        return secret

    def set_up(self, challenge: dict[str, Any], **extra: str) -> tuple[str, dict[str, Any]]:
        """Complete MFA_SETUP; return the secret and the last response."""
        associated = self.call("AssociateSoftwareToken", Session=challenge["Session"])
        secret, session = associated["SecretCode"], associated["Session"]
        code = self.code(secret)
        verified = self.call("VerifySoftwareToken", Session=session, UserCode=code)
        self.engine.clock.advance(30)
        return secret, self.respond("MFA_SETUP", verified["Session"], **extra)

    def code(self, secret: str, seconds: float = 0) -> str:
        """Return the TOTP code of the engine's time, shifted by some seconds."""
        return pyotp.TOTP(secret).at(int(self.engine.clock.time() + seconds))

    def by_totp(self, challenge: dict[str, Any], secret: str, **extra: str) -> dict[str, Any]:
        """Answer SOFTWARE_TOKEN_MFA with the present code, then move to the next time step."""
        session, code = challenge["Session"], self.code(secret)
        answer = self.respond("SOFTWARE_TOKEN_MFA", session, SOFTWARE_TOKEN_MFA_CODE=code, **extra)
        self.engine.clock.advance(30)
        return answer

    # --- devices ----------------------------------------------------------------------------

    def confirm_device(
        self, tokens: dict[str, Any], metadata: dict[str, str] | None = None, **extra: Any
    ) -> Device:
        """Confirm the device of NewDeviceMetadata and return what the client stores."""
        metadata = metadata or tokens["NewDeviceMetadata"]
        key, group_key = metadata["DeviceKey"], metadata["DeviceGroupKey"]
        config = device_verifier(group_key, key)
        self.call(
            "ConfirmDevice",
            AccessToken=tokens["AccessToken"],
            DeviceKey=key,
            DeviceSecretVerifierConfig=config,
            **extra,
        )
        return Device(key, group_key)

    def remember(self, tokens: dict[str, Any], device: Device, status: str = "remembered") -> None:
        """Set DeviceRememberedStatus."""
        self.call(
            "UpdateDeviceStatus",
            AccessToken=tokens["AccessToken"],
            DeviceKey=device.key,
            DeviceRememberedStatus=status,
        )

    def start_device(
        self, device: Device, session: str | None, **extra: str | None
    ) -> dict[str, Any]:
        """Answer DEVICE_SRP_AUTH."""
        responses = {"DEVICE_KEY": device.key, "SRP_A": self.exchange.public_hex, **extra}
        return self.respond("DEVICE_SRP_AUTH", session, **responses)

    def device_proof(
        self, device: Device, challenge: dict[str, Any], timestamp: str | None = None
    ) -> dict[str, str | None]:
        """Return the ChallengeResponses that prove the device's password."""
        given, timestamp = challenge["ChallengeParameters"], timestamp or self.timestamp()
        names = (device.group_key, device.key)
        key = self.exchange.key(*names, device.password, given["SALT"], given["SRP_B"])
        signature = claim_signature(key, *names, given["SECRET_BLOCK"], timestamp)
        return {
            "DEVICE_KEY": device.key,
            "PASSWORD_CLAIM_SECRET_BLOCK": given["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": signature,
            "TIMESTAMP": timestamp,
        }

    def by_device(
        self, device: Device, challenge: dict[str, Any], *, sessions: bool = True
    ) -> dict[str, Any]:
        """Answer both device challenges; ``sessions=False`` omits Session as some clients do."""
        verifier = self.start_device(device, challenge["Session"] if sessions else None)
        session = verifier["Session"] if sessions else None
        proof = self.device_proof(device, verifier)
        return self.respond("DEVICE_PASSWORD_VERIFIER", session, **proof)


def device_verifier(group_key: str, key: str, password: str = DEVICE_PASSWORD) -> dict[str, str]:
    """Return the DeviceSecretVerifierConfig of a device."""
    verifier = make_device_verifier(group_key, key, password)
    return {"Salt": verifier.salt, "PasswordVerifier": verifier.password_verifier}


def new_pool(
    engine: Engine,
    *,
    mfa: str | None = None,
    factors: tuple[str, ...] = ("SoftwareToken",),
    devices: dict[str, bool] | None = None,
    **settings: Any,
) -> str:
    """Create a user pool; ``mfa`` and ``factors`` are those of SetUserPoolMfaConfig."""
    params: dict[str, Any] = {"PoolName": "pool", "AutoVerifiedAttributes": ["email"], **settings}
    if devices is not None:
        params["DeviceConfiguration"] = devices
    if "Email" in factors:  # email MFA needs a custom sender (A202)
        params.setdefault("EmailConfiguration", _SENDER)
    pool_id = str(engine.call("CreateUserPool", params)["UserPool"]["Id"])
    if mfa is not None:
        config: dict[str, Any] = {"UserPoolId": pool_id, "MfaConfiguration": mfa}
        config |= {name: value for name, value in _FACTORS.items() if _factor(name) in factors}
        engine.call("SetUserPoolMfaConfig", config)
    return pool_id


_SENDER = {
    "EmailSendingAccount": "DEVELOPER",
    "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/example.com",
}
_SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "harness"}
_FACTORS: dict[str, Any] = {
    "SoftwareTokenMfaConfiguration": {"Enabled": True},
    "SmsMfaConfiguration": {"SmsConfiguration": _SMS},
    "EmailMfaConfiguration": {},
}


def _factor(name: str) -> str:
    return name.removesuffix("MfaConfiguration")


def new_client(engine: Engine, pool_id: str, **settings: Any) -> dict[str, Any]:
    """Create an app client that allows every flow and return its description."""
    params = {"ClientName": "client", "ExplicitAuthFlows": ALL_FLOWS, **settings}
    answer = engine.call("CreateUserPoolClient", {"UserPoolId": pool_id, **params})
    return dict(answer["UserPoolClient"])


def new_walker(
    engine: Engine,
    *,
    username: str = "alice",
    pool_id: str | None = None,
    client: dict[str, Any] | None = None,
    confirmed: bool = True,
    admin: bool = False,
    attributes: dict[str, str] | None = None,
    client_settings: dict[str, Any] | None = None,
    **pool_settings: Any,
) -> Walker:
    """Sign up and confirm a user; create pool and client unless they are given."""
    pool_id = pool_id or new_pool(engine, **pool_settings)
    client = client or new_client(engine, pool_id, **(client_settings or {}))
    walker = Walker(
        engine, pool_id, client["ClientId"], username, client_secret=client.get("ClientSecret")
    )
    email = username if "@" in username else f"{username}@example.com"
    given = {"email": email, **(attributes or {})}
    names = {"ClientId": walker.client_id, "Username": username}
    if walker.client_secret:
        names["SecretHash"] = walker.secret_hash(username)
    pairs = [{"Name": name, "Value": value} for name, value in given.items()]
    walker.call("SignUp", **names, Password=PASSWORD, UserAttributes=pairs)
    if confirmed:
        code = engine.outbox.messages(username=email, kind="sign_up")[0].code
        walker.call("ConfirmSignUp", **names, ConfirmationCode=code)
    walker.admin = admin
    return walker


def tokens_of(answer: dict[str, Any]) -> dict[str, Any]:
    """Return the AuthenticationResult of a response that must have one."""
    assert "ChallengeName" not in answer, answer["ChallengeName"]
    result: dict[str, Any] = answer["AuthenticationResult"]
    return result


def claims_of(token: str) -> dict[str, Any]:
    """Return the claims of a token without verifying its signature."""
    return part_of(token, 1)


def header_of(token: str) -> dict[str, Any]:
    """Return the header of a token."""
    return part_of(token, 0)


def part_of(token: str, number: int) -> dict[str, Any]:
    """Return one part of a token, parsed as JSON."""
    text = token.split(".")[number]
    part: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return part
