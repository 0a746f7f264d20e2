"""ForgotPassword and ConfirmForgotPassword (section 1.7 of the facts)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.conftest import Call
from tests.emulator.support.expect import (
    HOUR,
    LATE_CODE,
    OTHER_PASSWORD,
    TOO_MANY,
    WRONG_CODE,
    Person,
    as_dict,
    pairs,
    refused,
)
from tests.emulator.support.recovering import NO_CONTACT, WRONG_STATE, forgot, recover, status

MakePool = Callable[..., str]
MakeClient = Callable[..., dict[str, Any]]
MakeUser = Callable[..., Person]


@pytest.fixture
def alice(pool_id: str, client: dict[str, Any], confirmed_user: MakeUser) -> Person:
    """A confirmed user with a verified e-mail address."""
    return confirmed_user(pool_id, client)


@pytest.mark.fact("A081", "A091")
def test_the_code_sets_a_new_password(
    call: Call,
    alice: Person,
    code: Callable[..., str],
    access_token: Callable[[Person], str],
) -> None:
    """The answer is masked, then empty; the new password signs in, the old one not."""
    details = {"Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
    assert forgot(call, alice) == details
    assert recover(call, alice, code("alice", "forgot_password")) == {}
    with refused("NotAuthorizedException", "Incorrect username or password."):
        access_token(alice)
    alice.password = OTHER_PASSWORD
    assert access_token(alice)


def test_the_old_password_holds_until_then(
    call: Call, alice: Person, access_token: Callable[[Person], str]
) -> None:
    """Asking for a code alone locks nobody out."""
    forgot(call, alice)
    assert access_token(alice)


@pytest.mark.fact("A092")
def test_a_wrong_code_is_refused(call: Call, alice: Person, code: Callable[..., str]) -> None:
    """A wrong code changes nothing, and the right one works afterwards."""
    forgot(call, alice)
    with refused("CodeMismatchException", WRONG_CODE):
        recover(call, alice, "wrong")
    recover(call, alice, code("alice", "forgot_password"))


@pytest.mark.fact("A092")
def test_a_code_that_was_never_sent_has_expired(call: Call, alice: Person) -> None:
    """Without a request every code is expired."""
    with refused("ExpiredCodeException", LATE_CODE):
        recover(call, alice, "123456")


def test_a_code_is_used_once(call: Call, alice: Person, code: Callable[..., str]) -> None:
    """After the new password the code is gone."""
    forgot(call, alice)
    recover(call, alice, code("alice", "forgot_password"))
    with refused("ExpiredCodeException", LATE_CODE):
        recover(call, alice, code("alice", "forgot_password"))


@pytest.mark.fact("A089")
@pytest.mark.parametrize("kind", ["forgot_password", "admin_reset"])
@pytest.mark.parametrize(("seconds", "late"), [(HOUR - 1, False), (HOUR, True)])
def test_a_recovery_code_lives_an_hour(
    call: Call,
    engine: Engine,
    alice: Person,
    code: Callable[..., str],
    kind: str,
    seconds: int,
    late: bool,
) -> None:
    """A recovery code has six digits and is good for one hour, whoever asked for it."""
    if kind == "admin_reset":
        call("AdminResetUserPassword", UserPoolId=alice.user_pool_id, Username="alice")
    else:
        forgot(call, alice)
    sent = code("alice", kind)
    assert (len(sent), sent.isdecimal()) == (6, True)
    engine.clock.advance(seconds)
    if late:
        with refused("ExpiredCodeException", LATE_CODE):
            recover(call, alice, sent)
    else:
        recover(call, alice, sent)


@pytest.mark.fact("A030", "A094")
def test_a_refused_password_leaves_the_code(
    call: Call, alice: Person, code: Callable[..., str]
) -> None:
    """A password against the policy is refused, and the code can be used again."""
    forgot(call, alice)
    with refused(
        "InvalidPasswordException",
        "Password did not conform with policy: Password not long enough",
    ):
        recover(call, alice, code("alice", "forgot_password"), "short")
    recover(call, alice, code("alice", "forgot_password"))


@pytest.mark.fact("A090", "A289")
def test_twenty_requests_and_entries_an_hour(call: Call, engine: Engine, alice: Person) -> None:
    """Requests and entries count together."""
    for _ in range(10):
        forgot(call, alice)
        with refused("CodeMismatchException"):
            recover(call, alice, "wrong")
    with refused("LimitExceededException", TOO_MANY):
        forgot(call, alice)
    with refused("LimitExceededException", TOO_MANY):
        recover(call, alice, "wrong")
    engine.clock.advance(HOUR - 1)
    with refused("LimitExceededException", TOO_MANY):
        forgot(call, alice)
    engine.clock.advance(1)
    forgot(call, alice)


@pytest.mark.fact("A084")
def test_an_unconfirmed_user_has_nothing_verified(
    call: Call, pool_id: str, client: dict[str, Any], unconfirmed_user: MakeUser
) -> None:
    """Without a verified contact there is no recovery."""
    person = unconfirmed_user(pool_id, client)
    with refused("InvalidParameterException", NO_CONTACT):
        forgot(call, person)
    with refused("UserNotConfirmedException", "User is not confirmed."):
        recover(call, person, "123456")


@pytest.mark.fact("A085")
def test_a_temporary_password_is_not_recovered(call: Call, pool_id: str, client_id: str) -> None:
    """FORCE_CHANGE_PASSWORD has no recovery, whatever is verified."""
    call(
        "AdminCreateUser",
        UserPoolId=pool_id,
        Username="alice",
        UserAttributes=pairs(email="a@example.com", email_verified="true"),
    )
    with refused("NotAuthorizedException", WRONG_STATE):
        call("ForgotPassword", ClientId=client_id, Username="alice")


PHONE_FIRST = [
    {"Priority": 1, "Name": "verified_phone_number"},
    {"Priority": 2, "Name": "verified_email"},
]
EMAIL_FIRST = [
    {"Priority": 2, "Name": "verified_phone_number"},
    {"Priority": 1, "Name": "verified_email"},
]


@pytest.mark.fact("A088")
@pytest.mark.parametrize(
    ("mechanisms", "factors", "medium"),
    [
        (None, [], "SMS"),
        (PHONE_FIRST, [], "SMS"),
        (EMAIL_FIRST, [], "EMAIL"),
        (PHONE_FIRST[:1], [], "SMS"),
        (PHONE_FIRST[1:], [], "EMAIL"),
        (PHONE_FIRST, ["SMS_MFA"], "EMAIL"),
        (None, ["SMS_MFA"], "EMAIL"),
        (EMAIL_FIRST, ["EMAIL_OTP"], "SMS"),
    ],
)
def test_one_destination_by_priority(
    call: Call,
    engine: Engine,
    make_pool: MakePool,
    make_client: MakeClient,
    confirmed_user: MakeUser,
    mechanisms: list[dict[str, Any]] | None,
    factors: list[str],
    medium: str,
) -> None:
    """Without a setting the phone comes first; a second factor is never the way round."""
    setting = {"RecoveryMechanisms": mechanisms}
    pool_id = make_pool(**({"AccountRecoverySetting": setting} if mechanisms else {}))
    person = confirmed_user(pool_id, make_client(pool_id), phone_number="+15555550100")
    call(
        "AdminUpdateUserAttributes",
        UserPoolId=pool_id,
        Username="alice",
        UserAttributes=pairs(phone_number_verified="true"),
    )
    user = engine.pools[pool_id].users.by_sub(person.sub)
    assert user is not None
    user.mfa.enabled.update(factors)
    assert forgot(call, person)["DeliveryMedium"] == medium
    assert len(engine.outbox.messages(kind="forgot_password")) == 1


@pytest.mark.fact("A088")
def test_no_way_left_is_no_contact(call: Call, engine: Engine, alice: Person) -> None:
    """If the only verified contact is a second factor, nothing is left."""
    user = engine.pools[alice.user_pool_id].users.by_sub(alice.sub)
    assert user is not None
    user.mfa.enabled.add("EMAIL_OTP")
    with refused("InvalidParameterException", NO_CONTACT):
        forgot(call, alice)


@pytest.mark.fact("A087", "A063")
def test_recovery_can_be_left_to_administrators(
    call: Call, make_pool: MakePool, make_client: MakeClient, confirmed_user: MakeUser
) -> None:
    """With admin_only nobody helps himself."""
    mechanisms = [{"Priority": 1, "Name": "admin_only"}]
    pool_id = make_pool(AccountRecoverySetting={"RecoveryMechanisms": mechanisms})
    person = confirmed_user(pool_id, make_client(pool_id))
    text = "Contact administrator to reset password."
    with refused("NotAuthorizedException", text):
        forgot(call, person)
    with refused("NotAuthorizedException", text):
        call("AdminResetUserPassword", UserPoolId=pool_id, Username="alice")


@pytest.mark.fact("A091")
def test_the_destination_counts_as_verified(
    call: Call, alice: Person, code: Callable[..., str]
) -> None:
    """Whoever enters the code controls the address."""
    forgot(call, alice)
    request = {"UserPoolId": alice.user_pool_id, "Username": "alice"}
    call("AdminUpdateUserAttributes", **request, UserAttributes=pairs(email_verified="false"))
    recover(call, alice, code("alice", "forgot_password"))
    user = call("AdminGetUser", **request)
    assert as_dict(user["UserAttributes"])["email_verified"] == "true"


@pytest.mark.fact("A085")
@pytest.mark.parametrize("reset", [False, True])
def test_an_old_code_replaces_no_temporary_password(
    call: Call, alice: Person, code: Callable[..., str], reset: bool
) -> None:
    """Who was given a temporary password meanwhile signs in with that, not by an older code."""
    request = {"UserPoolId": alice.user_pool_id, "Username": "alice"}
    if reset:
        call("AdminResetUserPassword", **request)
    else:
        forgot(call, alice)
    call("AdminSetUserPassword", **request, Password=OTHER_PASSWORD, Permanent=False)
    with refused("NotAuthorizedException", WRONG_STATE):
        recover(call, alice, code("alice"))
    assert status(call, alice) == "FORCE_CHANGE_PASSWORD"


@pytest.mark.fact("A092")
def test_a_code_ends_with_the_password_it_was_to_replace(
    call: Call, alice: Person, code: Callable[..., str]
) -> None:
    """After another password was set, an older code sets none."""
    forgot(call, alice)
    call(
        "AdminSetUserPassword",
        UserPoolId=alice.user_pool_id,
        Username="alice",
        Password=OTHER_PASSWORD,
        Permanent=True,
    )
    with refused("ExpiredCodeException", LATE_CODE):
        recover(call, alice, code("alice", "forgot_password"))


@pytest.mark.fact("A092")
@pytest.mark.parametrize("kept", [True, False])
def test_a_code_ends_with_the_address_it_was_sent_to(
    call: Call, alice: Person, code: Callable[..., str], kept: bool
) -> None:
    """A code that went to an old address sets no password; other changes leave it alone."""
    forgot(call, alice)
    changes = {"given_name": "Al"} if kept else {"email": "new@example.com"}
    call(
        "AdminUpdateUserAttributes",
        UserPoolId=alice.user_pool_id,
        Username="alice",
        UserAttributes=pairs(**changes),
    )
    old = code("alice", "forgot_password")
    if kept:
        recover(call, alice, old)
        return
    with refused("ExpiredCodeException", LATE_CODE):
        recover(call, alice, old)
