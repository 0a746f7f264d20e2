"""Pools that send sign-in codes, and users of them who have no password."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.emulator.engine import Engine
from tests.emulator.support.expect import pairs
from tests.emulator.support.walker import Walker, new_client, new_pool, tokens_of

#: The role that sends text messages, by name only.
ROLE = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"}


def allowing(*factors: str) -> dict[str, Any]:
    """Return Policies with PASSWORD and these first factors."""
    return {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", *factors]}}}


def pool_with_codes(engine: Engine, *factors: str, **settings: Any) -> str:
    """Create a pool that sends sign-in codes, by email unless factors are given."""
    given = {**allowing(*(factors or ("EMAIL_OTP",))), "SmsConfiguration": ROLE}
    return new_pool(engine, **{**given, **settings})


def walker_of(engine: Engine, pool_id: str, **settings: Any) -> Walker:
    """Return a walker at a new client of the pool; the user does not exist yet."""
    return Walker(engine, pool_id, new_client(engine, pool_id, **settings)["ClientId"])


def sign_up(walker: Walker, **members: Any) -> dict[str, Any]:
    """Sign up without a password; an email address is given unless attributes are."""
    given = {"UserAttributes": pairs(email=f"{walker.username}@example.com"), **members}
    return walker.call("SignUp", ClientId=walker.client_id, Username=walker.username, **given)


def confirm(walker: Walker, **members: str) -> dict[str, Any]:
    """Confirm the sign-up with the newest code."""
    code = walker.engine.outbox.messages(username=walker.username)[0].code
    names = {"ClientId": walker.client_id, "Username": walker.username}
    return walker.call("ConfirmSignUp", **names, ConfirmationCode=code, **members)


def signed_in(walker: Walker) -> dict[str, Any]:
    """Sign up without a password, and return the tokens that its sessions lead to."""
    session = confirm(walker, Session=sign_up(walker)["Session"])["Session"]
    parameters = {"USERNAME": walker.username}
    return tokens_of(
        walker.call(
            "InitiateAuth",
            ClientId=walker.client_id,
            AuthFlow="USER_AUTH",
            AuthParameters=parameters,
            Session=session,
        )
    )


def without_password(
    engine: Engine, username: str = "alice", pool_id: str | None = None, **settings: Any
) -> Walker:
    """Return a confirmed user who has no password, in a pool that sends codes by email."""
    pool_id = pool_id or pool_with_codes(engine)
    walker = replace(walker_of(engine, pool_id, **settings), username=username)
    sign_up(walker)
    confirm(walker)
    return walker
