"""Pools and users for sign-ins by USER_AUTH: what is allowed, set up and sent."""

from __future__ import annotations

import json
from typing import Any

from harness.emulator.engine import Engine
from harness.users.passkey import Passkey
from tests.emulator.support.expect import pairs
from tests.emulator.support.walker import Walker, new_walker

PHONE = "+15555551234"
#: RelyingPartyId of the pools that take passkeys.
PARTY = "auth.example.com"
SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "harness"}

#: The settings of a pool that allows every first factor.
CHOICE: dict[str, Any] = {
    "SmsConfiguration": SMS,
    "Policies": {
        "SignInPolicy": {
            "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]
        }
    },
}


def allowing(*factors: str) -> dict[str, Any]:
    """Return the settings of a pool that allows PASSWORD and these first factors."""
    policy = {"AllowedFirstAuthFactors": ["PASSWORD", *factors]}
    return {"SmsConfiguration": SMS, "Policies": {"SignInPolicy": policy}}


def chooser(engine: Engine, *, verified: tuple[str, ...] = ("email",), **how: Any) -> Walker:
    """Return a confirmed user whose only contacts are these, and verified."""
    how = {**CHOICE, "attributes": {"phone_number": PHONE}, **how}
    walker = new_walker(engine, **how)
    flags = {f"{name}_verified": "true" for name in verified}
    walker.administer("AdminUpdateUserAttributes", UserAttributes=pairs(**flags))
    others = [name for name in ("email", "phone_number") if name not in verified]
    walker.administer("AdminDeleteUserAttributes", UserAttributeNames=others)
    return walker


def choose(walker: Walker, **parameters: str | None) -> dict[str, Any]:
    """Call InitiateAuth or AdminInitiateAuth with USER_AUTH."""
    return walker.initiate("USER_AUTH", **{"USERNAME": walker.username, **parameters})


def ask(walker: Walker, factor: str, **parameters: str | None) -> dict[str, Any]:
    """Begin a sign-in with a preferred first factor, and return its challenge."""
    challenge = choose(walker, PREFERRED_CHALLENGE=factor, **parameters)
    assert challenge["ChallengeName"] == factor, challenge["ChallengeName"]
    return challenge


def sent_code(walker: Walker) -> str:
    """Return the newest code that was sent to the user to sign in."""
    messages = walker.engine.outbox.messages(username=walker.username, kind="mfa")
    return str(messages[0].code)


def offered(answer: dict[str, Any]) -> set[str]:
    """Return AvailableChallenges; their order is unknown (N016)."""
    return set(answer["AvailableChallenges"])


def passkeys_in(walker: Walker, *, mfa: str = "OFF", multi: bool = False) -> None:
    """Let the pool take passkeys, and with ``multi`` for MFA too; a TOTP factor if there is MFA."""
    factor = "MULTI_FACTOR_WITH_USER_VERIFICATION" if multi else "SINGLE_FACTOR"
    config: dict[str, Any] = {
        "MfaConfiguration": mfa,
        "WebAuthnConfiguration": {"RelyingPartyId": PARTY, "FactorConfiguration": factor},
    }
    if mfa != "OFF":
        config["SoftwareTokenMfaConfiguration"] = {"Enabled": True}
    walker.call("SetUserPoolMfaConfig", UserPoolId=walker.user_pool_id, **config)


def register(walker: Walker, tokens: dict[str, Any], **how: Any) -> Passkey:
    """Register a passkey of the token's user."""
    token = tokens["AccessToken"]
    started = walker.call("StartWebAuthnRegistration", AccessToken=token)
    passkey = Passkey.create(started["CredentialCreationOptions"], **how)
    walker.call("CompleteWebAuthnRegistration", AccessToken=token, Credential=passkey.registration)
    return passkey


def options_of(challenge: dict[str, Any]) -> dict[str, Any]:
    """Return CREDENTIAL_REQUEST_OPTIONS of a challenge, read from their JSON text."""
    options: dict[str, Any] = json.loads(
        challenge["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"]
    )
    return options


def prove(
    walker: Walker, challenge: dict[str, Any], passkey: Passkey, **how: Any
) -> dict[str, Any]:
    """Answer WEB_AUTHN with a proof of a passkey."""
    credential = json.dumps(passkey.sign(options_of(challenge), **how))
    return walker.respond("WEB_AUTHN", challenge["Session"], CREDENTIAL=credential)
