"""An app as people write it: boto3, pyotp and the standard library's time, which a test freezes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

import boto3
import pyotp
import time_machine
from freezegun import freeze_time
from joserfc import jwt
from joserfc.jwk import KeySet

from harness.srp.client import (
    ClientExchange,
    claim_signature,
    format_timestamp,
    make_device_verifier,
)
from tests.emulator.support.expect import PASSWORD

LIBRARIES = ("freezegun", "time-machine")
FUTURE = datetime(2030, 1, 1, tzinfo=timezone.utc)
PAST = datetime(1999, 1, 1, tzinfo=timezone.utc)

Shift = Callable[[float], object]


@contextmanager
def frozen(library: str, moment: datetime, *, tick: bool = False) -> Iterator[Shift]:
    """Let the time stand still at a moment, or go on from it; yield what moves it by seconds."""
    if library == "freezegun":
        with freeze_time(moment, tick=tick) as freezer:
            yield lambda seconds: freezer.move_to(
                datetime.now(timezone.utc) + timedelta(seconds=seconds)
            )
    else:
        with time_machine.travel(moment, tick=tick) as traveller:
            yield traveller.shift


def at(library: str, moment: datetime | None) -> Any:
    """Return a block in which it is a moment, or the real time."""
    return nullcontext() if moment is None else frozen(library, moment)


def client(**more: Any) -> Any:
    """Return a boto3 client with made-up credentials."""
    return boto3.client(
        "cognito-idp",
        region_name="us-east-1",
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="x",
        **more,
    )


@dataclass
class AppUser:
    """What the app stores of a user."""

    name: str
    password: str = PASSWORD
    secret: str | None = None
    used: set[int] = field(default_factory=set)
    device: tuple[str, str] | None = None


@dataclass
class FrozenApp:
    """An app with a pool of its own.

    Attributes:
        client: the boto3 client.
        newest_code: returns the newest code that was sent to a name.
        keys: returns the JWKS of a pool.
    """

    client: Any
    newest_code: Callable[[str], str]
    keys: Callable[[str], Any]
    exchange: ClientExchange = field(default_factory=ClientExchange)

    def __post_init__(self) -> None:
        pool = self.client.create_user_pool(
            PoolName="app",
            AutoVerifiedAttributes=["email"],
            DeviceConfiguration={
                "ChallengeRequiredOnNewDevice": True,
                "DeviceOnlyRememberedOnUserPrompt": False,
            },
        )["UserPool"]
        assert abs(pool["CreationDate"].timestamp() - time.time()) < 60
        self.pool_id = pool["Id"]
        self.client.set_user_pool_mfa_config(
            UserPoolId=self.pool_id,
            MfaConfiguration="OPTIONAL",
            SoftwareTokenMfaConfiguration={"Enabled": True},
        )
        app = self.client.create_user_pool_client(
            UserPoolId=self.pool_id,
            ClientName="app",
            ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )
        self.client_id = app["UserPoolClient"]["ClientId"]

    def newcomer(self, name: str) -> AppUser:
        """Sign up, confirm, sign in, set up an authenticator app and remember a device."""
        user = AppUser(name)
        email = f"{name}@example.com"
        self.client.sign_up(
            ClientId=self.client_id,
            Username=name,
            Password=user.password,
            UserAttributes=[{"Name": "email", "Value": email}],
        )
        self.client.confirm_sign_up(
            ClientId=self.client_id, Username=name, ConfirmationCode=self.newest_code(email)
        )
        tokens, _ = self.sign_in(user)
        self._set_up_codes(user, tokens["AccessToken"])
        tokens, challenges = self.sign_in(user)
        assert challenges == ["PASSWORD_VERIFIER", "SOFTWARE_TOKEN_MFA"]
        self._confirm_device(user, tokens)
        return user

    def return_of(self, user: AppUser) -> None:
        """Sign in with a code and with the device, refresh, and recover the password."""
        device, user.device = user.device, None
        _, challenges = self.sign_in(user)
        assert challenges == ["PASSWORD_VERIFIER", "SOFTWARE_TOKEN_MFA"]
        user.device = device
        tokens, challenges = self.sign_in(user)
        assert challenges == ["PASSWORD_VERIFIER", "DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER"]
        assert device is not None
        refreshed = self.client.initiate_auth(
            ClientId=self.client_id,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"], "DEVICE_KEY": device[0]},
        )
        self.check(refreshed["AuthenticationResult"])
        self.client.forgot_password(ClientId=self.client_id, Username=user.name)
        user.password += "x"
        self.client.confirm_forgot_password(
            ClientId=self.client_id,
            Username=user.name,
            Password=user.password,
            ConfirmationCode=self.newest_code(user.name),
        )

    def sign_in(self, user: AppUser) -> tuple[dict[str, Any], list[str]]:
        """Sign in by SRP; return the checked tokens and the challenges."""
        given = {"USERNAME": user.name, "SRP_A": self.exchange.public_hex}
        device = {"DEVICE_KEY": user.device[0]} if user.device else {}
        answer = self.client.initiate_auth(
            ClientId=self.client_id, AuthFlow="USER_SRP_AUTH", AuthParameters=given
        )
        challenges: list[str] = []
        while name := answer.get("ChallengeName"):
            challenges.append(name)
            session = {"Session": answer["Session"]} if "Session" in answer else {}
            responses = {"USERNAME": user.name, **device, **self._response(user, name, answer)}
            answer = self.client.respond_to_auth_challenge(
                ClientId=self.client_id,
                ChallengeName=name,
                ChallengeResponses=responses,
                **session,
            )
        self.check(answer["AuthenticationResult"])
        return answer["AuthenticationResult"], challenges

    def check(self, tokens: dict[str, Any]) -> None:
        """Check the tokens as a back end does: signature, exp, and dates of the present."""
        keys = KeySet.import_key_set(self.keys(self.pool_id))
        now = time.time()
        for name in ("AccessToken", "IdToken"):
            claims = jwt.decode(tokens[name], keys).claims
            jwt.JWTClaimsRegistry().validate(claims)
            assert claims["exp"] - claims["iat"] == 3600
            assert now - 60 < claims["iat"] <= now
            assert now - 60 < claims["auth_time"] <= claims["iat"]
        assert self.client.get_user(AccessToken=tokens["AccessToken"])["Username"]

    def _response(self, user: AppUser, name: str, answer: dict[str, Any]) -> dict[str, str]:
        if name == "SOFTWARE_TOKEN_MFA":
            return {"SOFTWARE_TOKEN_MFA_CODE": self.totp(user)}
        if name == "DEVICE_SRP_AUTH":
            return {"SRP_A": self.exchange.public_hex}
        given = answer["ChallengeParameters"]
        if name == "PASSWORD_VERIFIER":
            ident = (self.pool_id.split("_")[1], given["USER_ID_FOR_SRP"], user.password)
        else:
            assert user.device is not None
            ident = (user.device[1], user.device[0], "d" * 56)
        timestamp = format_timestamp(datetime.now(timezone.utc))
        key = self.exchange.key(*ident, given["SALT"], given["SRP_B"])
        signature = claim_signature(key, *ident[:2], given["SECRET_BLOCK"], timestamp)
        return {
            "PASSWORD_CLAIM_SECRET_BLOCK": given["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": signature,
            "TIMESTAMP": timestamp,
        }

    def totp(self, user: AppUser) -> str:
        """Return a code that the user has not used: of now, or the next, or the one before."""
        assert user.secret is not None
        present = int(time.time()) // 30
        step = next(step for step in (present, present + 1, present - 1) if step not in user.used)
        user.used.add(step)
        return pyotp.TOTP(user.secret).generate_otp(step)

    def _set_up_codes(self, user: AppUser, token: str) -> None:
        user.secret = self.client.associate_software_token(AccessToken=token)["SecretCode"]
        self.client.verify_software_token(AccessToken=token, UserCode=self.totp(user))
        self.client.set_user_mfa_preference(
            AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True}
        )

    def _confirm_device(self, user: AppUser, tokens: dict[str, Any]) -> None:
        found = tokens["NewDeviceMetadata"]
        user.device = (found["DeviceKey"], found["DeviceGroupKey"])
        verifier = make_device_verifier(user.device[1], user.device[0], "d" * 56)
        self.client.confirm_device(
            AccessToken=tokens["AccessToken"],
            DeviceKey=user.device[0],
            DeviceSecretVerifierConfig={
                "Salt": verifier.salt,
                "PasswordVerifier": verifier.password_verifier,
            },
        )
