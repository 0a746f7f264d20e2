"""Password policy, records, history and temporary passwords (sections 1.2 and 1.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.clock import VirtualClock
from harness.emulator.api.fast_validation import validate
from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.engine import Engine
from harness.emulator.refusals import Refusal
from harness.emulator.rules.password_policy import check_policy, generate_password, make_password
from harness.srp.server import make_verifier
from tests.emulator.conftest import Call
from tests.emulator.support.expect import DAY, OTHER_PASSWORD, PASSWORD, START, Person, refused

MakePool = Callable[..., str]
MakeClient = Callable[..., dict[str, Any]]
MakeUser = Callable[..., Person]


def policy(**members: Any) -> dict[str, Any]:
    """Return policies with a password policy."""
    return {"PasswordPolicy": {"MinimumLength": 6, **members}}


@pytest.mark.fact("A030", "A031", "A033", "A309", "A034")
@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("Sh0rt-7", "Password not long enough"),
        ("", "Password not long enough"),
        ("short", "Password not long enough"),
        ("lower-case-7", "Password must have uppercase characters"),
        ("UPPER-CASE-7", "Password must have lowercase characters"),
        ("Without-Digit", "Password must have numeric characters"),
        ("Without1Symbol", "Password must have symbol characters"),
        ("lowercase", "Password must have uppercase characters"),
        ("ÄÖÜ-lower-7", "Password must have uppercase characters"),
        ("Digit-of-Arabia-٣", "Password must have numeric characters"),
        (" Leading1Space ", "Password must have symbol characters"),
        ("Euro1€Symbol", "Password must have symbol characters"),
    ],
)
def test_violation_names_one_reason_length_first(
    call: Call, client_id: str, pool_id: str, password: str, reason: str
) -> None:
    """Eight characters and four classes are required, with two wordings of the message."""
    with refused("InvalidPasswordException", f"Password did not conform with policy: {reason}"):
        call("SignUp", ClientId=client_id, Username="alice", Password=password)
    text = f"Password did not conform with password policy: {reason}"
    if password:
        with refused("InvalidPasswordException", text):
            call(
                "AdminCreateUser",
                UserPoolId=pool_id,
                Username="alice",
                TemporaryPassword=password,
            )


@pytest.mark.fact("A034")
@pytest.mark.parametrize("symbol", "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-")
def test_every_listed_symbol_counts_as_symbol(call: Call, client_id: str, symbol: str) -> None:
    """Each of Cognito's symbols counts as a symbol character."""
    call("SignUp", ClientId=client_id, Username="alice", Password=f"Abcdef1{symbol}")


@pytest.mark.fact("A034")
def test_inner_space_counts_as_symbol(call: Call, client_id: str) -> None:
    """A space counts unless it is first or last."""
    call("SignUp", ClientId=client_id, Username="alice", Password="Abcdef1 g")


def test_custom_policy_requires_only_what_it_sets(
    call: Call, make_pool: MakePool, make_client: MakeClient
) -> None:
    """A policy that only sets the length allows simple passwords."""
    client = make_client(make_pool(Policies=policy()))
    call("SignUp", ClientId=client["ClientId"], Username="alice", Password="aaaaaa")
    with refused("InvalidPasswordException"):
        call("SignUp", ClientId=client["ClientId"], Username="bob", Password="aaaaa")


def test_missing_password_is_too_short(call: Call, client_id: str) -> None:
    """At sign-up, a missing password counts as too short."""
    with refused("InvalidPasswordException"):
        call("SignUp", ClientId=client_id, Username="alice")


@pytest.mark.fact("A032", "A028")
@pytest.mark.parametrize(
    ("password", "text"),
    [
        ("a", None),
        ("a" * 256, None),
        ("a" * 257, "less than or equal to 256"),
        ("with space", "regular expression pattern"),
        ("with\ttab", "regular expression pattern"),
    ],
)
def test_model_sets_only_the_maximum_length(password: str, text: str | None) -> None:
    """The policy refuses short passwords; the model refuses long ones and white space."""
    request = {"ClientId": "abc", "Username": "alice", "Password": password}
    if text is None:
        assert validate("SignUp", request) == request
    else:
        with pytest.raises(Refusal, match=text):
            validate("SignUp", request)


def test_record_matches_only_its_password(engine: Engine, pool_id: str) -> None:
    """A record matches its own password and no other, and never shows it."""
    record = make_password(engine, engine.pools[pool_id], "alice", PASSWORD, temporary=False)
    assert record.matches(PASSWORD)
    assert not record.matches(OTHER_PASSWORD)
    assert PASSWORD not in repr(record)
    assert str(record.private_key) not in repr(record)


@pytest.mark.fact("A163")
def test_record_holds_the_srp_verifier(engine: Engine, pool_id: str) -> None:
    """The verifier equals that of the server side of SRP under the pool's prefix."""
    record = make_password(engine, engine.pools[pool_id], "alice", PASSWORD, temporary=False)
    prefix = pool_id.split("_")[1]
    assert record.verifier == make_verifier(prefix, "alice", PASSWORD, record.salt)
    assert record.verifier == record.verifier


def test_equal_passwords_have_different_salts(engine: Engine, pool_id: str) -> None:
    """Two records of the same password have no value in common."""
    pool = engine.pools[pool_id]
    records = [make_password(engine, pool, "alice", PASSWORD, temporary=False) for _ in range(2)]
    assert records[0].salt != records[1].salt
    assert records[0].private_key != records[1].private_key


def set_password(call: Call, person: Person, password: str, permanent: bool = True) -> None:
    """Set a user's password as an administrator."""
    call(
        "AdminSetUserPassword",
        UserPoolId=person.user_pool_id,
        Username=person.username,
        Password=password,
        Permanent=permanent,
    )


@pytest.fixture
def with_history(make_pool: MakePool, make_client: MakeClient, confirmed_user: MakeUser) -> Person:
    """A user of a pool that remembers three passwords."""
    pool_id = make_pool(Policies=policy(PasswordHistorySize=3))
    return confirmed_user(pool_id, make_client(pool_id), password="first-1")


@pytest.mark.fact("A035")
def test_remembered_password_is_refused(call: Call, with_history: Person) -> None:
    """The present password and the remembered ones before it are refused; older ones are not."""
    for password in ("second-2", "third-3"):
        set_password(call, with_history, password)
    for password in ("first-1", "second-2", "third-3"):
        with refused("PasswordHistoryPolicyViolationException"):
            set_password(call, with_history, password)
    set_password(call, with_history, "fourth-4")
    set_password(call, with_history, "first-1")


@pytest.mark.fact("A035")
def test_history_applies_to_every_way_of_setting_a_password(
    call: Call,
    engine: Engine,
    with_history: Person,
    access_token: Callable[[Person], str],
    code: Callable[..., str],
) -> None:
    """ChangePassword, recovery and NEW_PASSWORD_REQUIRED check the history too."""
    person = with_history
    old, names = person.password, {"ClientId": person.client_id, "Username": person.username}
    with refused("PasswordHistoryPolicyViolationException"):
        passwords = {"PreviousPassword": old, "ProposedPassword": old}
        call("ChangePassword", AccessToken=access_token(person), **passwords)
    call("ForgotPassword", **names)
    with refused("PasswordHistoryPolicyViolationException"):
        sent = code(person.username, "forgot_password")
        call("ConfirmForgotPassword", **names, ConfirmationCode=sent, Password=old)
    set_password(call, person, "second-2", permanent=False)
    challenge = call(
        "InitiateAuth",
        ClientId=person.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": person.username, "PASSWORD": "second-2"},
    )
    answer = {
        "ClientId": person.client_id,
        "ChallengeName": "NEW_PASSWORD_REQUIRED",
        "ChallengeResponses": {"USERNAME": person.username, "NEW_PASSWORD": old},
        "Session": challenge["Session"],
    }
    with refused("PasswordHistoryPolicyViolationException"):
        call("RespondToAuthChallenge", **answer)
    with refused("PasswordHistoryPolicyViolationException"):
        call("AdminRespondToAuthChallenge", UserPoolId=person.user_pool_id, **answer)


@pytest.mark.fact("A060")
def test_temporary_password_is_not_in_the_history(call: Call, with_history: Person) -> None:
    """A temporary password may be an old one, and the permanent one may equal it."""
    set_password(call, with_history, "first-1", permanent=False)
    set_password(call, with_history, "second-2", permanent=False)
    set_password(call, with_history, "second-2")


def test_no_password_is_remembered_by_default(
    call: Call, make_pool: MakePool, make_client: MakeClient, confirmed_user: MakeUser
) -> None:
    """Without PasswordHistorySize the same password can be set again."""
    pool_id = make_pool()
    person = confirmed_user(pool_id, make_client(pool_id))
    set_password(call, person, PASSWORD)


@pytest.mark.fact("A062", "M091", "M092")
@pytest.mark.parametrize(
    ("permanent", "status"), [(True, "CONFIRMED"), (False, "FORCE_CHANGE_PASSWORD")]
)
@pytest.mark.parametrize("confirmed", [True, False])
def test_administrator_sets_permanent_or_temporary_password(
    call: Call,
    pool_id: str,
    client: dict[str, Any],
    unconfirmed_user: MakeUser,
    confirmed_user: MakeUser,
    permanent: bool,
    status: str,
    confirmed: bool,
) -> None:
    """Permanent confirms, temporary asks for a new one, in every previous state."""
    person = (confirmed_user if confirmed else unconfirmed_user)(pool_id, client)
    set_password(call, person, OTHER_PASSWORD, permanent)
    user = call("AdminGetUser", UserPoolId=pool_id, Username="alice")
    assert user["UserStatus"] == status


@pytest.mark.fact("A062")
def test_password_is_temporary_by_default(
    call: Call, engine: Engine, pool_id: str, client: dict[str, Any], confirmed_user: MakeUser
) -> None:
    """Permanent is false if it is omitted."""
    confirmed_user(pool_id, client)
    request = {"UserPoolId": pool_id, "Username": "alice"}
    engine.clock.advance(5)
    assert call("AdminSetUserPassword", **request, Password=OTHER_PASSWORD) == {}
    user = call("AdminGetUser", **request)
    assert user["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    assert user["UserLastModifiedDate"] == START + 5


@pytest.mark.fact("A030", "A309")
def test_administrators_password_must_conform(
    call: Call, pool_id: str, client: dict[str, Any], confirmed_user: MakeUser
) -> None:
    """A bad password is refused with the administrators' wording, and the old one stays."""
    person = confirmed_user(pool_id, client)
    text = "Password did not conform with password policy: Password not long enough"
    with refused("InvalidPasswordException", text):
        set_password(call, person, "short")
    user = call("AdminGetUser", UserPoolId=pool_id, Username="alice")
    assert user["UserStatus"] == "CONFIRMED"


@pytest.mark.fact("A056", "A061")
@pytest.mark.parametrize(
    ("settings", "days"),
    [
        ({}, 7),
        ({"Policies": policy(TemporaryPasswordValidityDays=2)}, 2),
        ({"AdminCreateUserConfig": {"UnusedAccountValidityDays": 3}}, 3),
    ],
    ids=["default", "policy", "old member"],
)
def test_temporary_password_expires(
    call: Call,
    engine: Engine,
    make_pool: MakePool,
    make_client: MakeClient,
    settings: dict[str, Any],
    days: int,
) -> None:
    """A temporary password is valid for its days; resending the invitation renews it."""
    pool_id = make_pool(**settings)
    client = make_client(pool_id)
    member = {"UserPoolId": pool_id, "Username": "alice", "TemporaryPassword": PASSWORD}
    call("AdminCreateUser", **member)
    request = {
        "ClientId": client["ClientId"],
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "alice", "PASSWORD": PASSWORD},
    }
    engine.clock.advance(days * DAY - 1)
    assert call("InitiateAuth", **request)["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    engine.clock.advance(1)
    text = "Temporary password has expired and must be reset by an administrator."
    with refused("NotAuthorizedException", text):
        call("InitiateAuth", **request)
    call("AdminCreateUser", **member, MessageAction="RESEND")
    assert call("InitiateAuth", **request)["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


@pytest.mark.fact("A057")
@given(
    length=st.integers(6, 99),
    classes=st.fixed_dictionaries(
        {
            f"Require{name}": st.booleans()
            for name in ("Uppercase", "Lowercase", "Numbers", "Symbols")
        }
    ),
    seed=st.integers(0, 99),
)
def test_generated_password_fits_every_policy(
    length: int, classes: dict[str, bool], seed: int
) -> None:
    """A generated temporary password conforms to any policy."""
    engine = Engine(clock=VirtualClock(START, frozen=True), settings=EmulatorSettings(seed=seed))
    policies = {"PasswordPolicy": {"MinimumLength": length, **classes}}
    params = {"PoolName": "pool", "Policies": policies}
    pool = engine.pools[engine.call("CreateUserPool", params)["UserPool"]["Id"]]
    check_policy(pool, generate_password(engine, pool))


@pytest.mark.fact("A031")
@given(st.text(max_size=20))
def test_too_short_is_reported_before_other_reasons(password: str) -> None:
    """A too short password is always refused for its length."""
    engine = Engine(clock=VirtualClock(START, frozen=True))
    policies = {"PasswordPolicy": {"MinimumLength": 21, "RequireSymbols": True}}
    params = {"PoolName": "pool", "Policies": policies}
    pool = engine.pools[engine.call("CreateUserPool", params)["UserPool"]["Id"]]
    with pytest.raises(Refusal, match="Password not long enough"):
        check_policy(pool, password)
