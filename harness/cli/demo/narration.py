"""The demo's texts about each call and challenge: what it does, and why Cognito needs it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.flows.call import Call, chosen_factor

__all__ = ["describe_call", "describe_response"]

_OPERATIONS = {
    "SignUp": "asks the pool to create a new user",
    "ConfirmSignUp": "sends the verification code back: only the owner of the address has it",
    "ResendConfirmationCode": "asks for a new code; the old one is no longer valid",
    "InitiateAuth": "starts a sign-in",
    "StartWebAuthnRegistration": "asks what the passkey must be like, and for a challenge to sign",
    "CompleteWebAuthnRegistration": "registers the passkey's public key, never the private one",
    "AssociateSoftwareToken": "asks for a new TOTP secret",
    "VerifySoftwareToken": "proves with a first code that the app has the secret",
    "SetUserMFAPreference": "makes every sign-in ask for the app's code from now on",
    "ConfirmDevice": "registers a verifier for the device's password, never the password itself",
    "UpdateDeviceStatus": "tells Cognito to remember this device",
    "DeleteUser": "deletes the user; users may do that themselves",
}
_FLOWS = {
    "USER_SRP_AUTH": "with SRP: this program sends a proof of the password, never the password",
    "USER_PASSWORD_AUTH": "with the password itself, protected by TLS",
    "USER_AUTH": "and asks what this user can sign in with",
}
_RESPONSES = {
    "SELECT_CHALLENGE": "chooses how to sign in",
    "PASSWORD": "sends the password itself, protected by TLS",
    "PASSWORD_SRP": "starts an SRP exchange: this program never sends the password",
    "PASSWORD_VERIFIER": "sends the SRP proof, which only the right password can produce",
    "MFA_SETUP": "tells Cognito that the authenticator app is set up",
    "SOFTWARE_TOKEN_MFA": "sends the app's code",
    "SMS_MFA": "sends the code from the SMS",
    "EMAIL_OTP": "sends the code from the email",
    "SMS_OTP": "sends the code from the SMS",
    "WEB_AUTHN": "sends the passkey's signature, which only the private key can make",
    "CUSTOM_CHALLENGE": "answers what the pool's trigger asks",
    "SELECT_MFA_TYPE": "chooses one of the second factors",
    "NEW_PASSWORD_REQUIRED": "replaces the temporary password",
    "DEVICE_SRP_AUTH": "names the device and starts an SRP exchange for it",
    "DEVICE_PASSWORD_VERIFIER": "sends the SRP proof for the device's password",
}
_CHALLENGES = {
    "SELECT_CHALLENGE": "choose how to sign in",
    "PASSWORD": "enter your password",
    "PASSWORD_SRP": "start the proof of your password",
    "PASSWORD_VERIFIER": "prove that you know the password",
    "MFA_SETUP": "this pool requires a second factor, and you have none yet",
    "SOFTWARE_TOKEN_MFA": "enter the code from your authenticator app",
    "SMS_MFA": "enter the code from the SMS",
    "EMAIL_OTP": "enter the code from the email",
    "SMS_OTP": "enter the code from the SMS",
    "WEB_AUTHN": "sign this challenge with your passkey",
    "CUSTOM_CHALLENGE": "answer what the pool's trigger asks",
    "SELECT_MFA_TYPE": "choose one of your second factors",
    "NEW_PASSWORD_REQUIRED": "your password is temporary; choose a new one",
    "DEVICE_SRP_AUTH": "this device is remembered: let it prove itself instead of a code",
    "DEVICE_PASSWORD_VERIFIER": "prove that the device knows its password",
}
# The result of calls whose response is empty.
_DONE = {
    "CompleteWebAuthnRegistration": "the passkey is registered",
    "ConfirmSignUp": "the address is verified and the user is CONFIRMED",
    "DeleteUser": "the user is deleted, with all devices and tokens",
    "SetUserMFAPreference": "the second factor is on",
    "UpdateDeviceStatus": "the device is remembered",
}


def describe_call(call: Call) -> str:
    """Return what a call does and why."""
    parameters = call.parameters
    if call.operation == "RespondToAuthChallenge":
        challenge = str(parameters.get("ChallengeName"))
        chosen = chosen_factor(call)
        end = "" if chosen is None else f", {chosen}"
        return f"{challenge}: {_RESPONSES.get(challenge, 'responds to the challenge')}{end}"
    text = _OPERATIONS.get(call.operation, "")
    if call.operation == "SignUp" and not parameters.get("Password"):
        text += " without a password"
    if call.operation == "InitiateAuth":
        text = f"{text} {_flow(parameters)}"
        if "DEVICE_KEY" in parameters.get("AuthParameters", {}):
            text += "; names the device"
    return text


def _flow(parameters: Mapping[str, Any]) -> str:
    preferred = (parameters.get("AuthParameters") or {}).get("PREFERRED_CHALLENGE")
    if preferred is not None:
        return f"and prefers {preferred}"
    return _FLOWS.get(str(parameters.get("AuthFlow")), "")


def describe_response(call: Call) -> str:
    """Return what Cognito's response says and means."""
    if not call.ok:
        return f"{call.outcome}: {call.message}"
    return "; ".join(_facts(call.answer)) or _DONE.get(call.operation, "done")


def _facts(response: Mapping[str, Any]) -> list[str]:
    facts = []
    if challenge := response.get("ChallengeName"):
        facts.append(f"{challenge}: {_CHALLENGES.get(challenge, 'a challenge')}")
        facts.extend(_about(response))
    if options := response.get("CredentialCreationOptions"):
        facts.append(f"a passkey for {options.get('rp', {}).get('id')}, and a challenge to sign")
    if "UserConfirmed" in response:
        confirmed = response["UserConfirmed"]
        facts.append("the user is CONFIRMED" if confirmed else "the user is UNCONFIRMED")
    if delivery := response.get("CodeDeliveryDetails"):
        facts.append(_delivery(delivery))
    if "SecretCode" in response:
        facts.append("a secret, only for you")
    if status := response.get("Status"):
        facts.append(f"{status}: the code is right")
    if "UserConfirmationNecessary" in response:
        facts.append(_confirmation(response["UserConfirmationNecessary"]))
    if "AuthenticationResult" in response:
        facts.extend(_tokens(response["AuthenticationResult"]))
    return facts


def _about(challenge: Mapping[str, Any]) -> list[str]:
    facts = []
    parameters = challenge.get("ChallengeParameters") or {}
    if challenge.get("ChallengeName") == "SELECT_CHALLENGE":
        facts.append(f"possible: {', '.join(challenge.get('AvailableChallenges') or ())}")
    if "CODE_DELIVERY_DESTINATION" in parameters:
        medium = parameters.get("CODE_DELIVERY_DELIVERY_MEDIUM")
        destination = parameters["CODE_DELIVERY_DESTINATION"]
        facts.append(_delivery({"DeliveryMedium": medium, "Destination": destination}))
    return facts


def _delivery(delivery: Mapping[str, Any]) -> str:
    medium = {"EMAIL": "email", "SMS": "SMS"}.get(str(delivery.get("DeliveryMedium")), "message")
    return f"a code is on its way by {medium} to {delivery.get('Destination')}"


def _confirmation(necessary: bool) -> str:
    if necessary:
        return "the device is confirmed; the user decides whether to remember it"
    return "the device is confirmed and remembered: this pool remembers every device"


def _tokens(result: Mapping[str, Any]) -> list[str]:
    facts = ["tokens: you are signed in"]
    if device := result.get("NewDeviceMetadata"):
        facts.append(f"a key for a new device, {device.get('DeviceKey')}")
    return facts
