"""Password and SRP of a user who has no password: nothing tells them from a wrong password."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from harness.emulator.engine import Engine
from harness.emulator.refusals import Refusal
from tests.emulator.support.expect import PASSWORD, refused
from tests.emulator.support.passwordless import pool_with_codes, without_password
from tests.emulator.support.walker import Walker, new_client, new_walker

INCORRECT = "Incorrect username or password."
LOCKED = "Password attempts exceeded"
NOT_AUTHORIZED = "NotAuthorizedException"
HIDING = {"PreventUserExistenceErrors": "ENABLED"}


@pytest.fixture(params=["ENABLED", "LEGACY"])
def alice(engine: Engine, request: pytest.FixtureRequest) -> Walker:
    """A user without a password, also known by the email address."""
    pool_id = pool_with_codes(engine, AliasAttributes=["email"])
    return without_password(engine, pool_id=pool_id, PreventUserExistenceErrors=request.param)


def by_user_auth(walker: Walker) -> None:
    """Sign in with the password as the preferred first factor of USER_AUTH."""
    walker.initiate(
        "USER_AUTH",
        USERNAME=walker.username,
        PREFERRED_CHALLENGE="PASSWORD",
        PASSWORD=walker.password,
    )


@pytest.mark.fact("N054", "A125")
@pytest.mark.parametrize("sign_in", [Walker.by_password, Walker.by_srp])
def test_every_password_is_wrong(alice: Walker, sign_in: Callable[[Walker], object]) -> None:
    """Each password is refused as a wrong one, and an administrator's sign-in too."""
    for walker in (alice, replace(alice, admin=True)):
        with refused(NOT_AUTHORIZED, INCORRECT):
            sign_in(walker)


@pytest.mark.fact("N054", "A132")
@pytest.mark.parametrize("sign_in", [Walker.by_password, Walker.by_srp])
def test_wrong_passwords_lock_the_user(alice: Walker, sign_in: Callable[[Walker], object]) -> None:
    """The lock comes after as many attempts as for a user with a password."""
    bob = new_walker(
        alice.engine, username="bob", pool_id=alice.user_pool_id, client=client_of(alice)
    )
    bob.password = "Wrong-Password-1"
    seen = []
    for walker in (alice, bob):
        texts = []
        for _ in range(7):
            with pytest.raises(Refusal) as caught:
                sign_in(walker)
            texts.append((caught.value.code, caught.value.message))
        seen.append(texts)
    assert seen[0] == seen[1]
    assert LOCKED in seen[0][-1][1]


def client_of(walker: Walker) -> dict[str, str]:
    """Return the description of a walker's app client."""
    names = {"UserPoolId": walker.user_pool_id, "ClientId": walker.client_id}
    return dict(walker.call("DescribeUserPoolClient", **names)["UserPoolClient"])


@pytest.mark.fact("N054", "A101")
def test_made_up_verifier_looks_real(alice: Walker) -> None:
    """SRP goes on with a salt that stays the same, by every name and at every client."""
    other = replace(alice, client_id=new_client(alice.engine, alice.user_pool_id)["ClientId"])
    names = ("alice", "alice@example.com", "alice")
    starts = [alice.start_srp(USERNAME=name) for name in names]
    starts.append(other.start_srp())
    given = [start["ChallengeParameters"] for start in starts]
    assert {start["ChallengeName"] for start in starts} == {"PASSWORD_VERIFIER"}
    assert len({parameters["SALT"] for parameters in given}) == 1
    assert {parameters["USER_ID_FOR_SRP"] for parameters in given} == {"alice"}
    assert len({parameters["SRP_B"] for parameters in given}) == 4


@pytest.mark.fact("N054", "A101")
def test_salt_is_new_with_the_user(engine: Engine) -> None:
    """Who kept the salt of the name from before does not see it again in the user's."""
    pool_id = pool_with_codes(engine)
    client = new_client(engine, pool_id, **HIDING)
    stranger = Walker(engine, pool_id, client["ClientId"])
    before = stranger.start_srp()["ChallengeParameters"]["SALT"]
    alice = without_password(engine, pool_id=pool_id)
    sub = alice.administer("AdminGetUser")["UserAttributes"][0]["Value"]
    salt = stranger.start_srp()["ChallengeParameters"]["SALT"]
    names = ("nobody", sub, f"/{sub}", f"sub {sub}")
    others = [stranger.start_srp(USERNAME=name)["ChallengeParameters"]["SALT"] for name in names]
    assert salt not in {before, *others}


@pytest.mark.fact("N054")
def test_proof_begun_before_the_first_password_is_wrong(alice: Walker) -> None:
    """A challenge that was put when there was no password is not proven by a later one."""
    challenge = alice.start_srp()
    alice.administer("AdminSetUserPassword", Password=PASSWORD, Permanent=True)
    with refused(NOT_AUTHORIZED, INCORRECT):
        alice.respond("PASSWORD_VERIFIER", **alice.proof(challenge))
    alice.by_srp()


@pytest.mark.parametrize("sign_in", [Walker.by_password, Walker.by_srp])
def test_only_the_call_log_has_the_reason(
    alice: Walker, sign_in: Callable[[Walker], object]
) -> None:
    """The reason is for who runs the emulator; no response has it."""
    with pytest.raises(Refusal) as caught:
        sign_in(alice)
    assert caught.value.reason == "the user has no password"
    assert "no password" not in caught.value.message
