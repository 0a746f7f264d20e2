"""Steps of a custom sign-in."""

from __future__ import annotations

from typing import Any

from tests.emulator.support.walker import Walker


def begin(walker: Walker, **parameters: str) -> dict[str, Any]:
    """Call InitiateAuth or AdminInitiateAuth with CUSTOM_AUTH."""
    return walker.initiate("CUSTOM_AUTH", **{"USERNAME": walker.username, **parameters})


def begin_with_password(walker: Walker, **parameters: str) -> dict[str, Any]:
    """Begin a custom sign-in with the password first."""
    srp = {"CHALLENGE_NAME": "SRP_A", "SRP_A": walker.exchange.public_hex}
    return begin(walker, **srp, **parameters)


def prove_password(walker: Walker, challenge: dict[str, Any], **extra: str) -> dict[str, Any]:
    """Answer PASSWORD_VERIFIER."""
    return walker.respond("PASSWORD_VERIFIER", **walker.proof(challenge), **extra)


def answer(walker: Walker, challenge: dict[str, Any], text: str, **extra: str) -> dict[str, Any]:
    """Answer CUSTOM_CHALLENGE."""
    assert challenge["ChallengeName"] == "CUSTOM_CHALLENGE", challenge
    return walker.respond("CUSTOM_CHALLENGE", challenge["Session"], ANSWER=text, **extra)


def answer_both(walker: Walker, challenge: dict[str, Any], **extra: str) -> dict[str, Any]:
    """Answer both questions correctly."""
    return answer(walker, answer(walker, challenge, "one", **extra), "two", **extra)
