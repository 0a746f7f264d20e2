"""Single-use operations succeed once, however many threads try at the same time."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest

from harness.emulator.engine import Engine
from harness.emulator.refusals import Refusal
from tests.emulator.support.choosing import (
    ask,
    choose,
    chooser,
    options_of,
    passkeys_in,
    register,
    sent_code,
)
from tests.emulator.support.trigger_handlers import Event, engine_with
from tests.emulator.support.walker import ALWAYS, Walker, new_walker, tokens_of

THREADS = 8


def outcomes(attempt: Callable[[], dict[str, Any]]) -> list[str]:
    """Run the same attempt in several threads; return ``tokens`` or the refusal code of each."""
    barrier = Barrier(THREADS)

    def one(_: int) -> str:
        barrier.wait()
        try:
            answer = attempt()
        except Refusal as refusal:
            return refusal.code
        return "tokens" if "AuthenticationResult" in answer else str(answer["ChallengeName"])

    with ThreadPoolExecutor(THREADS) as threads:
        return sorted(threads.map(one, range(THREADS)))


def once(success: str, refusal: str) -> list[str]:
    """Return the outcomes of one success with all others refused."""
    return sorted([success, *[refusal] * (THREADS - 1)])


@pytest.fixture
def walker(engine: Engine) -> Walker:
    """A user of a tracking pool with optional MFA."""
    return new_walker(engine, mfa="OPTIONAL", devices=ALWAYS)


def test_srp_proof_succeeds_once(walker: Walker) -> None:
    """One proof gives tokens to one caller."""
    proof = walker.proof(walker.start_srp())
    result = outcomes(lambda: walker.respond("PASSWORD_VERIFIER", **proof))
    assert result == once("tokens", "NotAuthorizedException")


@pytest.mark.fact("A142")
def test_session_succeeds_once(walker: Walker) -> None:
    """One session with one code gives tokens to one caller."""
    secret = walker.enrol(tokens_of(walker.by_password()))
    session, code = walker.by_password()["Session"], walker.code(secret)
    answer = {"SOFTWARE_TOKEN_MFA_CODE": code}
    result = outcomes(lambda: walker.respond("SOFTWARE_TOKEN_MFA", session, **answer))
    assert result == once("tokens", "NotAuthorizedException")


def test_totp_code_succeeds_once(walker: Walker) -> None:
    """One code gives tokens to one of several sign-ins."""
    secret = walker.enrol(tokens_of(walker.by_password()))
    sessions = [walker.by_password()["Session"] for _ in range(THREADS)]
    code = walker.code(secret)
    result = outcomes(
        lambda: walker.respond("SOFTWARE_TOKEN_MFA", sessions.pop(), SOFTWARE_TOKEN_MFA_CODE=code)
    )
    assert result == once("tokens", "ExpiredCodeException")


def test_device_proof_succeeds_once(walker: Walker) -> None:
    """One device proof gives tokens to one caller."""
    device = walker.confirm_device(tokens_of(walker.by_password()))
    challenge = walker.by_password(DEVICE_KEY=device.key)
    proof = walker.device_proof(device, walker.start_device(device, challenge["Session"]))
    result = outcomes(lambda: walker.respond("DEVICE_PASSWORD_VERIFIER", **proof))
    assert result == once("tokens", "NotAuthorizedException")


def test_select_challenge_succeeds_once() -> None:
    """SELECT_CHALLENGE gives tokens and a device to one caller, even while a trigger runs."""
    arrived = Barrier(THREADS)

    def slow(event: Event, context: Any) -> Event:
        with suppress(BrokenBarrierError):  # until every thread is here, or no other comes
            arrived.wait(timeout=0.5)
        return event

    walker = new_walker(engine_with(post_authentication=slow), devices=ALWAYS)
    pool = walker.engine.pools[walker.user_pool_id]
    user = pool.users.by_username("alice")
    assert user is not None
    session = walker.initiate("USER_AUTH", USERNAME="alice")["Session"]
    answer = {"ANSWER": "PASSWORD", "PASSWORD": walker.password}
    result = outcomes(lambda: walker.respond("SELECT_CHALLENGE", session, **answer))
    assert result == once("tokens", "NotAuthorizedException")
    assert len(pool.grants.of_user(user)) == 1


def test_choice_sends_one_code() -> None:
    """One choice sends one code, even while a trigger writes the message."""
    arrived = Barrier(THREADS)

    def slow(event: Event, context: Any) -> Event:
        with suppress(BrokenBarrierError):  # until every thread is here, or no other comes
            arrived.wait(timeout=0.5)
        return event

    walker = chooser(engine_with(custom_message=slow))
    session = choose(walker)["Session"]
    result = outcomes(lambda: walker.respond("SELECT_CHALLENGE", session, ANSWER="EMAIL_OTP"))
    assert result == once("EMAIL_OTP", "NotAuthorizedException")
    assert len(walker.engine.outbox.messages(kind="mfa")) == 1


@pytest.mark.fact("N030", "A142")
def test_sign_in_code_succeeds_once(engine: Engine) -> None:
    """One code of a first factor gives tokens to one caller."""
    walker = chooser(engine)
    session = ask(walker, "EMAIL_OTP")["Session"]
    code = {"EMAIL_OTP_CODE": sent_code(walker)}
    result = outcomes(lambda: walker.respond("EMAIL_OTP", session, **code))
    assert result == once("tokens", "NotAuthorizedException")


@pytest.mark.fact("N052")
def test_passkey_proof_succeeds_once(engine: Engine) -> None:
    """One proof of a passkey gives tokens to one caller."""
    walker = chooser(engine)
    passkeys_in(walker)
    passkey = register(walker, tokens_of(walker.by_password()))
    challenge = ask(walker, "WEB_AUTHN")
    proof = {"CREDENTIAL": json.dumps(passkey.sign(options_of(challenge)))}
    result = outcomes(lambda: walker.respond("WEB_AUTHN", challenge["Session"], **proof))
    assert result == once("tokens", "NotAuthorizedException")


def test_waiting_device_sign_in_continues_once(walker: Walker) -> None:
    """One sign-in that waits for its device is continued by one caller."""
    device = walker.confirm_device(tokens_of(walker.by_password()))
    walker.by_password(DEVICE_KEY=device.key)
    result = outcomes(lambda: walker.start_device(device, None))
    assert result == once("DEVICE_PASSWORD_VERIFIER", "NotAuthorizedException")


def test_keys_of_a_pool_are_generated_once(engine: Engine) -> None:
    """A pool has one pair of keys, even if many threads request it first."""
    keys = engine.pools[new_walker(engine).user_pool_id].keys
    barrier = Barrier(THREADS)

    def kid(_: int) -> str:
        barrier.wait()
        return keys.access.kid

    with ThreadPoolExecutor(THREADS) as threads:
        assert len(set(threads.map(kid, range(THREADS)))) == 1
