"""What the demo says about each call and each challenge: what it does, and why there is one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.flows.call import Call

__all__ = ["answered", "asked"]

_OPERATIONS = {
    "SignUp": "asks the pool to take a new user in",
    "ConfirmSignUp": "gives back the code that was sent: only the owner of the address has it",
    "ResendConfirmationCode": "asks for another code; the one before is void from now on",
    "InitiateAuth": "begins a sign-in",
    "AssociateSoftwareToken": "asks for a new TOTP secret",
    "VerifySoftwareToken": "proves by a first code that the app has the secret",
    "SetUserMFAPreference": "has the app's code asked for at every sign-in from now on",
    "ConfirmDevice": "registers a verifier of the device's password, never the password itself",
    "UpdateDeviceStatus": "says that the user wants this device remembered",
    "DeleteUser": "deletes the user, who needs nobody's permission for that",
}
_FLOWS = {
    "USER_SRP_AUTH": "with SRP: the password never leaves this program, only a proof of it does",
    "USER_PASSWORD_AUTH": "with the password itself, inside TLS",
}
_ANSWERS = {
    "PASSWORD_VERIFIER": "proves the password: a signature with a key that only it can make",
    "MFA_SETUP": "says that the authenticator is set up",
    "SOFTWARE_TOKEN_MFA": "gives the app's code",
    "SMS_MFA": "gives the code that came by SMS",
    "EMAIL_OTP": "gives the code that came by e-mail",
    "SELECT_MFA_TYPE": "chooses one of the second factors",
    "NEW_PASSWORD_REQUIRED": "replaces the temporary password",
    "DEVICE_SRP_AUTH": "names the device and begins its own SRP exchange",
    "DEVICE_PASSWORD_VERIFIER": "proves the device's password, as the user's before",
}
_CHALLENGES = {
    "PASSWORD_VERIFIER": "prove that you know the password",
    "MFA_SETUP": "this pool demands a second factor, and you have none yet",
    "SOFTWARE_TOKEN_MFA": "now a code of your authenticator app",
    "SMS_MFA": "now the code that was sent by SMS",
    "EMAIL_OTP": "now the code that was sent by e-mail",
    "SELECT_MFA_TYPE": "choose one of your second factors",
    "NEW_PASSWORD_REQUIRED": "your password is a temporary one",
    "DEVICE_SRP_AUTH": "a device that I remember: let it prove itself instead of asking a code",
    "DEVICE_PASSWORD_VERIFIER": "prove that the device knows its password",
}
# What it means when the answer itself says nothing.
_DONE = {
    "ConfirmSignUp": "the address is verified and the user CONFIRMED",
    "DeleteUser": "the user is gone, with devices and tokens",
    "SetUserMFAPreference": "the second factor is on",
    "UpdateDeviceStatus": "the device is remembered",
}


def asked(call: Call) -> str:
    """Say what a call does and what for."""
    parameters = call.parameters
    if call.operation == "RespondToAuthChallenge":
        challenge = str(parameters.get("ChallengeName"))
        return f"{challenge}: {_ANSWERS.get(challenge, 'answers the challenge')}"
    text = _OPERATIONS.get(call.operation, "")
    if call.operation == "InitiateAuth":
        text = f"{text} {_FLOWS.get(str(parameters.get('AuthFlow')), '')}"
        if "DEVICE_KEY" in parameters.get("AuthParameters", {}):
            text += "; it names the device"
    return text


def answered(call: Call) -> str:
    """Say what Cognito answered and what it means."""
    if not call.ok:
        return f"{call.outcome}: {call.message}"
    return "; ".join(_facts(call.answer)) or _DONE.get(call.operation, "done")


def _facts(answer: Mapping[str, Any]) -> list[str]:
    facts = []
    if challenge := answer.get("ChallengeName"):
        facts.append(f"{challenge}: {_CHALLENGES.get(challenge, 'a challenge')}")
    if "UserConfirmed" in answer:
        confirmed = answer["UserConfirmed"]
        facts.append("the user is CONFIRMED" if confirmed else "the user is UNCONFIRMED")
    if delivery := answer.get("CodeDeliveryDetails"):
        facts.append(_delivery(delivery))
    if "SecretCode" in answer:
        facts.append("a secret, for you alone")
    if status := answer.get("Status"):
        facts.append(f"{status}: the code was right")
    if "UserConfirmationNecessary" in answer:
        facts.append(_confirmation(answer["UserConfirmationNecessary"]))
    if "AuthenticationResult" in answer:
        facts.extend(_tokens(answer["AuthenticationResult"]))
    return facts


def _delivery(delivery: Mapping[str, Any]) -> str:
    medium = {"EMAIL": "e-mail", "SMS": "SMS"}.get(str(delivery.get("DeliveryMedium")), "message")
    return f"a code is on its way by {medium} to {delivery.get('Destination')}"


def _confirmation(necessary: bool) -> str:
    if necessary:
        return "the device is tracked; whether it is remembered is for the user to say"
    return "the device is tracked, and remembered at once: this pool is set so"


def _tokens(result: Mapping[str, Any]) -> list[str]:
    facts = ["the tokens: you are signed in"]
    if device := result.get("NewDeviceMetadata"):
        facts.append(f"a key for a new device, {device.get('DeviceKey')}")
    return facts
