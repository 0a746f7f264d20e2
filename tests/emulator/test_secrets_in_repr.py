"""No secret appears in the repr of an emulator object, as in a debugger or a failed assertion."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from types import ModuleType

import pytest

from harness.emulator.api.request import CurrentCall, Request
from harness.emulator.domain.message_texts import Template
from harness.emulator.engine import Engine
from harness.emulator.http.wire import HttpAnswer
from harness.emulator.stores.sessions import OpenSession, Session
from harness.emulator.triggers.challenge import CreatedChallenge
from tests.emulator.support.choosing import (
    ask,
    choose,
    chooser,
    options_of,
    passkeys_in,
    register,
)
from tests.emulator.support.expect import PASSWORD
from tests.emulator.support.walker import ALWAYS, Walker, new_walker, tokens_of

CANARY = "canary-93f1"


def reachable(root: object) -> Iterator[object]:
    """Yield each object that is reachable by attributes and containers, once."""
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
    """Return the repr of every reachable dataclass instance or named tuple by class name."""
    texts: dict[str, list[str]] = {}
    for found in reachable(root):
        if dataclasses.is_dataclass(found) or hasattr(type(found), "_fields"):
            texts.setdefault(type(found).__name__, []).append(repr(found))
    return texts


def strings(value: object) -> Iterator[str]:
    """Return every string in a structure, without the names of members."""
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
    """A user with a client secret, a custom attribute, and every second factor."""
    return new_walker(
        engine,
        mfa="OPTIONAL",
        factors=("SoftwareToken", "Email"),
        devices=ALWAYS,
        attributes={"name": CANARY},
        client_settings={"GenerateSecret": True},
    )


def signed_in(walker: Walker) -> list[str]:
    """Sign in with every factor, begin further sign-ins, and return all their secrets."""
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


def test_stored_objects_show_no_secret(walker: Walker) -> None:
    """The repr of every object that an engine stores for a sign-in has no secret."""
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


def test_first_factors_show_no_secret(engine: Engine) -> None:
    """The repr of a sign-in that waits for a first factor has no code, challenge or session."""
    walker = chooser(engine, verified=("email", "phone_number"))
    passkeys_in(walker)
    passkey = register(walker, tokens_of(walker.by_password()))
    asked = [ask(walker, factor) for factor in ("EMAIL_OTP", "SMS_OTP", "WEB_AUTHN")]
    preference = {"PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": walker.exchange.public_hex}
    asked += [choose(walker), choose(walker, **preference)]
    secrets = [challenge["Session"] for challenge in asked]
    secrets += [message.code for message in engine.outbox.messages()]
    secrets += [options_of(asked[2])["challenge"], passkey.registration["response"]["publicKey"]]
    texts = printed(engine)
    assert {"FirstFactorSignIn", "PasskeyRecord", "UserChallenge"} <= texts.keys()
    written = "".join(text for shown in texts.values() for text in shown)
    assert [secret for secret in secrets if secret in written] == []


PASSING = [
    request := Request("SignUp", {"Password": CANARY}),
    CurrentCall(request),
    HttpAnswer(200, CANARY.encode()),
    Template(CANARY, CANARY),
    CreatedChallenge({"question": CANARY}, {"answer": CANARY}, None),
    OpenSession(CANARY, Session("pool", "client", "user", "SMS_MFA", 0.0)),
]


@pytest.mark.parametrize("passing", PASSING, ids=lambda passing: type(passing).__name__)
def test_short_lived_objects_show_no_secret(passing: object) -> None:
    """The repr of an object that lives for one call has no secret either."""
    assert CANARY not in repr(passing)
