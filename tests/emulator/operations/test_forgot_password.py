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
from tests.emulator.support.password_recovery import (
    NO_CONTACT,
    WRONG_STATE,
    forgot,
    recover,
    status,
)

MakePool = Callable[..., str]
MakeClient = Callable[..., dict[str, Any]]
MakeUser = Callable[..., Person]


@pytest.fixture
def alice(pool_id: str, client: dict[str, Any], confirmed_user: MakeUser) -> Person:
    """A confirmed user with a verified email address."""
    return confirmed_user(pool_id, client)


@pytest.mark.fact("A081", "A091")
def test_code_sets_a_new_password(
    call: Call,
    alice: Person,
    code: Callable[..., str],
    access_token: Callable[[Person], str],
) -> None:
    """The destination is masked; then only the new password signs in."""
    details = {"Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
    assert forgot(call, alice) == details
    assert recover(call, alice, code("alice", "forgot_password")) == {}
    with refused("NotAuthorizedException", "Incorrect username or password."):
        access_token(alice)
    alice.password = OTHER_PASSWORD
    assert access_token(alice)


def test_old_password_works_until_confirmation(
    call: Call, alice: Person, access_token: Callable[[Person], str]
) -> None:
    """Requesting a code does not invalidate the old password."""
    forgot(call, alice)
    assert access_token(alice)


@pytest.mark.fact("A092")
def test_wrong_code_is_refused_and_changes_nothing(
    call: Call, alice: Person, code: Callable[..., str]
) -> None:
    """After a wrong code the right one still works."""
    forgot(call, alice)
    with refused("CodeMismatchException", WRONG_CODE):
        recover(call, alice, "wrong")
    recover(call, alice, code("alice", "forgot_password"))


@pytest.mark.fact("A092")
def test_code_without_request_is_expired(call: Call, alice: Person) -> None:
    """If no code was requested, every code is refused as expired."""
    with refused("ExpiredCodeException", LATE_CODE):
        recover(call, alice, "123456")


def test_code_works_once(call: Call, alice: Person, code: Callable[..., str]) -> None:
    """Once it has set a password, the code no longer works."""
    forgot(call, alice)
    recover(call, alice, code("alice", "forgot_password"))
    with refused("ExpiredCodeException", LATE_CODE):
        recover(call, alice, code("alice", "forgot_password"))


@pytest.mark.fact("A089")
@pytest.mark.parametrize("kind", ["forgot_password", "admin_reset"])
@pytest.mark.parametrize(("seconds", "late"), [(HOUR - 1, False), (HOUR, True)])
def test_code_lives_one_hour(
    call: Call,
    engine: Engine,
    alice: Person,
    code: Callable[..., str],
    kind: str,
    seconds: int,
    late: bool,
) -> None:
    """A recovery code has six digits and is valid for one hour, whoever requested it."""
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
def test_refused_password_keeps_the_code(
    call: Call, alice: Person, code: Callable[..., str]
) -> None:
    """After a password that breaks the policy, the code still works."""
    forgot(call, alice)
    with refused(
        "InvalidPasswordException",
        "Password did not conform with policy: Password not long enough",
    ):
        recover(call, alice, code("alice", "forgot_password"), "short")
    recover(call, alice, code("alice", "forgot_password"))


@pytest.mark.fact("A090", "A289")
def test_requests_and_confirmations_share_an_hourly_limit(
    call: Call, engine: Engine, alice: Person
) -> None:
    """Requests and confirmations together are limited to twenty an hour."""
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


@pytest.mark.fact("A084", "A084b")
def test_unconfirmed_user_cannot_recover(
    call: Call, pool_id: str, client: dict[str, Any], unconfirmed_user: MakeUser
) -> None:
    """Without a verified contact, recovery is refused."""
    person = unconfirmed_user(pool_id, client)
    with refused("InvalidParameterException", NO_CONTACT):
        forgot(call, person)
    with refused("UserNotConfirmedException", "User is not confirmed."):
        recover(call, person, "123456")


@pytest.mark.fact("A085")
def test_temporary_password_cannot_be_recovered(call: Call, pool_id: str, client_id: str) -> None:
    """In FORCE_CHANGE_PASSWORD recovery is refused, whatever is verified."""
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
def test_code_goes_to_one_destination_by_priority(
    call: Call,
    engine: Engine,
    make_pool: MakePool,
    make_client: MakeClient,
    confirmed_user: MakeUser,
    mechanisms: list[dict[str, Any]] | None,
    factors: list[str],
    medium: str,
) -> None:
    """By default the phone comes first; a contact used as a second factor is skipped."""
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
def test_contact_used_for_mfa_cannot_recover(call: Call, engine: Engine, alice: Person) -> None:
    """If the only verified contact is a second factor, recovery is refused."""
    user = engine.pools[alice.user_pool_id].users.by_sub(alice.sub)
    assert user is not None
    user.mfa.enabled.add("EMAIL_OTP")
    with refused("InvalidParameterException", NO_CONTACT):
        forgot(call, alice)


@pytest.mark.fact("A087", "A063")
def test_admin_only_pool_refuses_recovery(
    call: Call, make_pool: MakePool, make_client: MakeClient, confirmed_user: MakeUser
) -> None:
    """In a pool with admin_only recovery, ForgotPassword is refused."""
    mechanisms = [{"Priority": 1, "Name": "admin_only"}]
    pool_id = make_pool(AccountRecoverySetting={"RecoveryMechanisms": mechanisms})
    person = confirmed_user(pool_id, make_client(pool_id))
    text = "Contact administrator to reset password."
    with refused("NotAuthorizedException", text):
        forgot(call, person)
    with refused("NotAuthorizedException", text):
        call("AdminResetUserPassword", UserPoolId=pool_id, Username="alice")


@pytest.mark.fact("A091", "A091b")
def test_confirmation_verifies_the_destination(
    call: Call, alice: Person, code: Callable[..., str]
) -> None:
    """Confirming with the code marks the destination as verified."""
    forgot(call, alice)
    request = {"UserPoolId": alice.user_pool_id, "Username": "alice"}
    call("AdminUpdateUserAttributes", **request, UserAttributes=pairs(email_verified="false"))
    recover(call, alice, code("alice", "forgot_password"))
    user = call("AdminGetUser", **request)
    assert as_dict(user["UserAttributes"])["email_verified"] == "true"


@pytest.mark.fact("A085")
@pytest.mark.parametrize("reset", [False, True])
def test_code_cannot_replace_a_temporary_password(
    call: Call, alice: Person, code: Callable[..., str], reset: bool
) -> None:
    """A code from before a temporary password was set is refused."""
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
def test_code_ends_when_the_password_changes(
    call: Call, alice: Person, code: Callable[..., str]
) -> None:
    """A code from before a password change is refused."""
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
def test_code_ends_when_its_address_changes(
    call: Call, alice: Person, code: Callable[..., str], kept: bool
) -> None:
    """A code sent to a replaced address is refused; other changes do not affect it."""
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
