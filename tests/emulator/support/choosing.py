"""Pools and users for sign-ins by USER_AUTH: what is allowed, set up and sent."""

from __future__ import annotations

from typing import Any

from harness.emulator.engine import Engine
from tests.emulator.support.expect import pairs
from tests.emulator.support.walker import Walker, new_walker

PHONE = "+15555551234"
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
    """Return a confirmed user with an email address and a number, of which some are verified."""
    how = {**CHOICE, "attributes": {"phone_number": PHONE}, **how}
    walker = new_walker(engine, **how)
    flags = {
        f"{name}_verified": "true" if name in verified else "false"
        for name in ("email", "phone_number")
    }
    walker.administer("AdminUpdateUserAttributes", UserAttributes=pairs(**flags))
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
