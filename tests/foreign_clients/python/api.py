"""A client for libraries that only send requests: it does what an app has to do itself.

The SRP comes from one of the harness's engines, which may be another library.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from harness.clock import SystemClock
from harness.srp.client import format_timestamp
from harness.srp.engines import SrpAttempt, SrpEngine
from tests.foreign_clients.python.conversation import Refused, Settings

__all__ = ["ApiClient", "Call", "Device"]

#: The key of the code in the response to each challenge.
_CODES = {
    "EMAIL_OTP": "EMAIL_OTP_CODE",
    "SMS_OTP": "SMS_OTP_CODE",
    "SOFTWARE_TOKEN_MFA": "SOFTWARE_TOKEN_MFA_CODE",
}


class Call(Protocol):
    """Sends one request; raises `Refused` if Cognito refuses it."""

    def __call__(self, operation: str, /, **members: Any) -> dict[str, Any]:
        """Return the response of a Cognito operation, such as ``SignUp``."""
        ...


@dataclass(frozen=True)
class Device:
    """What an app keeps of a remembered device."""

    key: str
    group_key: str
    password: str = field(repr=False)


class ApiClient:
    """The actions of the tests, made of single requests.

    Args:
        settings: the pool and the person.
        call: sends the requests.
        engine: computes the SRP.
    """

    def __init__(self, settings: Settings, call: Call, engine: SrpEngine) -> None:
        self.settings = settings
        self.device: Device | None = None
        self._kept: Device | None = None
        self._call = call
        self._engine = engine
        self._answer: dict[str, Any] = {}
        self._tokens: dict[str, Any] = {}

    def sign_up(self, password: str) -> str:
        """SignUp."""
        self._call(
            "SignUp",
            **self._named(),
            Password=password,
            UserAttributes=[{"Name": "email", "Value": self.settings.email}],
        )
        return "done"

    def confirm(self, code: str) -> str:
        """ConfirmSignUp."""
        self._call("ConfirmSignUp", **self._named(), ConfirmationCode=code)
        return "done"

    def sign_in(self, password: str) -> str:
        """USER_SRP_AUTH with the device, or without it if Cognito no longer knows the device."""
        try:
            return self._sign_in(password)
        except Refused as refused:
            if self.device is None or refused.code != "ResourceNotFoundException":
                raise
        self.device = None
        return self._sign_in(password)

    def _sign_in(self, password: str) -> str:
        attempt = self._engine.start()
        answer = self._prove_password(attempt, password)
        if answer.get("ChallengeName") == "DEVICE_SRP_AUTH":
            answer = self._prove_device(attempt, answer)
        return self.take(answer)

    def _prove_password(self, attempt: SrpAttempt, password: str) -> dict[str, Any]:
        started = self._call(
            "InitiateAuth",
            ClientId=self.settings.client_id,
            AuthFlow="USER_SRP_AUTH",
            AuthParameters={**self._whose(), "SRP_A": attempt.public_hex},
        )
        return self._verify_password(attempt, started, password)

    def _verify_password(
        self, attempt: SrpAttempt, started: dict[str, Any], password: str
    ) -> dict[str, Any]:
        asked, timestamp = started["ChallengeParameters"], _now()
        pool_id, user_id = self.settings.user_pool_id, asked["USER_ID_FOR_SRP"]
        claim = attempt.user_claim(pool_id, user_id, password, asked, timestamp)
        return self._prove("PASSWORD_VERIFIER", started, claim, timestamp)

    def _prove_device(self, attempt: SrpAttempt, answer: dict[str, Any]) -> dict[str, Any]:
        assert self.device is not None
        started = self._respond("DEVICE_SRP_AUTH", answer, SRP_A=attempt.public_hex)
        asked, timestamp = started["ChallengeParameters"], _now()
        group_key, key, password = self.device.group_key, self.device.key, self.device.password
        claim = attempt.device_claim(group_key, key, password, asked, timestamp)
        return self._prove("DEVICE_PASSWORD_VERIFIER", started, claim, timestamp)

    def _prove(
        self, challenge: str, started: dict[str, Any], claim: str, timestamp: str
    ) -> dict[str, Any]:
        return self._respond(
            challenge,
            started,
            PASSWORD_CLAIM_SECRET_BLOCK=started["ChallengeParameters"]["SECRET_BLOCK"],
            PASSWORD_CLAIM_SIGNATURE=claim,
            TIMESTAMP=timestamp,
        )

    def _respond(self, challenge: str, answered: dict[str, Any], **more: str) -> dict[str, Any]:
        session = {"Session": answered["Session"]} if answered.get("Session") else {}
        return self._call(
            "RespondToAuthChallenge",
            ClientId=self.settings.client_id,
            ChallengeName=challenge,
            ChallengeResponses={**self._whose(), **more},
            **session,
        )

    def take(self, answer: dict[str, Any]) -> str:
        """Keep the tokens of a response, or its session; return which."""
        self._answer = answer
        if answer.get("ChallengeName"):
            return f"asked for {answer['ChallengeName']}"
        self._tokens = answer["AuthenticationResult"]
        return "signed in"

    def begin_totp(self) -> dict[str, str]:
        """AssociateSoftwareToken, by the session of MFA_SETUP or by the access token."""
        answer = self._call("AssociateSoftwareToken", **self._setting_up())
        if "Session" in answer:
            self._answer["Session"] = answer["Session"]
        return {"outcome": "done", "secret": answer["SecretCode"]}

    def end_totp(self, code: str) -> str:
        """VerifySoftwareToken, and then the response to MFA_SETUP or the preference."""
        answer = self._call("VerifySoftwareToken", **self._setting_up(), UserCode=code)
        if self._answer.get("ChallengeName"):
            return self.take(self._respond("MFA_SETUP", answer))
        self._prefer_totp()
        return "done"

    def _prefer_totp(self) -> None:
        self._call(
            "SetUserMFAPreference",
            **self._access(),
            SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True},
        )

    def answer_code(self, code: str) -> str:
        """Respond to the challenge that asked for a code."""
        challenge = self._answer["ChallengeName"]
        return self.take(self._respond(challenge, self._answer, **{_CODES[challenge]: code}))

    def remember_device(self) -> str:
        """ConfirmDevice and UpdateDeviceStatus for the device that the last sign-in issued."""
        new = self._tokens["NewDeviceMetadata"]
        key, group_key = new["DeviceKey"], new["DeviceGroupKey"]
        password, verifier = self._engine.device_verifier(group_key, key)
        self._call(
            "ConfirmDevice",
            **self._access(),
            DeviceKey=key,
            DeviceSecretVerifierConfig={
                "PasswordVerifier": verifier.password_verifier,
                "Salt": verifier.salt,
            },
        )
        self._call(
            "UpdateDeviceStatus",
            **self._access(),
            DeviceKey=key,
            DeviceRememberedStatus="remembered",
        )
        self.device = Device(key, group_key, password)
        return "done"

    def spoil_device(self) -> str:
        """Replace the device's password with a wrong one."""
        assert self.device is not None
        self._kept = self.device
        self.device = replace(self.device, password="not the password of the device")
        return "done"

    def mend_device(self) -> str:
        """Restore the device's password."""
        self.device = self._kept
        return "done"

    def call(self) -> str:
        """GetUser, which accepts any access token."""
        self._call("GetUser", **self._access())
        return "done"

    def refresh(self) -> str:
        """REFRESH_TOKEN_AUTH, which needs the key of a tracked device."""
        device = {"DEVICE_KEY": self.device.key} if self.device else {}
        answer = self._call(
            "InitiateAuth",
            ClientId=self.settings.client_id,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": self._tokens["RefreshToken"], **device},
        )
        before = self._tokens["AccessToken"]
        self._tokens["AccessToken"] = answer["AuthenticationResult"]["AccessToken"]
        return "the same tokens" if before == self._tokens["AccessToken"] else "new tokens"

    def forget_device(self) -> str:
        """ForgetDevice; the app keeps the key, and presents a device that Cognito has forgotten."""
        assert self.device is not None
        self._call("ForgetDevice", **self._access(), DeviceKey=self.device.key)
        return "done"

    def sign_out_everywhere(self) -> str:
        """GlobalSignOut."""
        self._call("GlobalSignOut", **self._access())
        return "done"

    def _named(self) -> dict[str, str]:
        return {"ClientId": self.settings.client_id, "Username": self.settings.username}

    def _whose(self) -> dict[str, str]:
        device = {"DEVICE_KEY": self.device.key} if self.device else {}
        return {"USERNAME": self.settings.username, **device}

    def _access(self) -> dict[str, str]:
        return {"AccessToken": self._tokens["AccessToken"]}

    def _setting_up(self) -> dict[str, str]:
        session = self._answer.get("Session")
        return {"Session": session} if session else self._access()


def _now() -> str:
    return format_timestamp(SystemClock().now())
