"""No secret shows where an object of the emulator is printed, as in a debugger or a failure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from types import ModuleType

import pytest

from harness.emulator.api.request import CurrentCall, Request
from harness.emulator.domain.message_texts import Template
from harness.emulator.engine import Engine
from harness.emulator.http.wire import HttpAnswer
from harness.emulator.triggers.challenge import CreatedChallenge
from tests.emulator.support.expect import PASSWORD
from tests.emulator.support.walker import ALWAYS, Walker, new_walker, tokens_of

CANARY = "canary-93f1"


def reachable(root: object) -> Iterator[object]:
    """Every object that attributes and containers lead to from an object, once each."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        found = waiting.pop()
        if id(found) in seen or isinstance(found, str | bytes | int | type | ModuleType):
            continue
        seen.add(id(found))
        yield found
        if isinstance(found, dict):
            waiting += [*found.keys(), *found.values()]
        elif isinstance(found, list | tuple | set | frozenset):
            waiting += found
        else:
            waiting += getattr(found, "__dict__", {}).values()


def printed(root: object) -> dict[str, list[str]]:
    """What every reachable dataclass instance prints, by the names of their classes."""
    texts: dict[str, list[str]] = {}
    for found in reachable(root):
        if dataclasses.is_dataclass(found):
            texts.setdefault(type(found).__name__, []).append(repr(found))
    return texts


def strings(value: object) -> Iterator[str]:
    """Every text in a structure, without the names of members."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for member in value.values():
            yield from strings(member)
    elif isinstance(value, list):
        for member in value:
            yield from strings(member)


@pytest.fixture
def walker(engine: Engine) -> Walker:
    """A user with a client secret, an attribute of his own, and every second factor at hand."""
    return new_walker(
        engine,
        mfa="OPTIONAL",
        factors=("SoftwareToken", "Email"),
        devices=ALWAYS,
        attributes={"name": CANARY},
        client_settings={"GenerateSecret": True},
    )


def signed_in(walker: Walker) -> list[str]:
    """Sign in with everything there is, begin again with the rest; returns the secrets of it."""
    first = tokens_of(walker.by_password())
    device = walker.confirm_device(first)
    totp_secret = walker.enrol(first)
    tokens = tokens_of(walker.by_totp(walker.by_srp(), totp_secret))
    waiting = walker.by_password(DEVICE_KEY=device.key)
    walker.call(
        "ForgotPassword",
        ClientId=walker.client_id,
        Username=walker.username,
        SecretHash=walker.secret_hash(walker.username),
    )
    settings = {"EmailMfaSettings": {"Enabled": True, "PreferredMfa": True}}
    walker.call("SetUserMFAPreference", AccessToken=tokens["AccessToken"], **settings)
    verifier = walker.start_srp()
    by_mail = walker.by_password()
    assert by_mail["ChallengeName"] == "EMAIL_OTP"
    shown = [first, tokens, waiting["Session"], by_mail["Session"]]
    codes = [message.code for message in walker.engine.outbox.messages()]
    block = verifier["ChallengeParameters"]["SECRET_BLOCK"]
    tokens_and_sessions = [text for text in strings(shown) if len(text) > 60]
    assert walker.client_secret
    return [
        *(CANARY, PASSWORD, walker.client_secret, totp_secret, device.password, block),
        *codes,
        *tokens_and_sessions,
    ]


def test_nothing_kept_shows_a_secret(walker: Walker) -> None:
    """Whatever an engine keeps of a sign-in prints without its secrets."""
    secrets = signed_in(walker)
    texts = printed(walker.engine)
    expected = {"UserPoolClient", "Attempt", "Session", "User", "SoftwareToken", "Message"}
    assert expected | {"PasswordRecord", "TrackedDevice", "UserChallenge"} <= texts.keys()
    leaks = {
        name
        for name, written in texts.items()
        if any(secret in text for text in written for secret in secrets)
    }
    assert leaks == set()


PASSING = [
    request := Request("SignUp", {"Password": CANARY}),
    CurrentCall(request),
    HttpAnswer(200, CANARY.encode()),
    Template(CANARY, CANARY),
    CreatedChallenge({"question": CANARY}, {"answer": CANARY}, None),
]


@pytest.mark.parametrize("passing", PASSING, ids=lambda passing: type(passing).__name__)
def test_nothing_on_its_way_shows_a_secret(passing: object) -> None:
    """What lives for one call only prints without its secrets too."""
    assert CANARY not in repr(passing)
