"""SetUserSettings and AdminSetUserSettings: SMS codes as MFA, and MFAOptions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.support.expect import refused
from tests.emulator.support.saved_states import restart
from tests.emulator.support.walker import Walker, new_walker, tokens_of

SMS = {"DeliveryMedium": "SMS", "AttributeName": "phone_number"}
PHONE = {"phone_number": "+15555550100"}
INVALID = "InvalidParameterException"
BOTH = ("Sms", "SoftwareToken")

Set = Callable[[Walker, list[dict[str, str]]], dict[str, Any]]


def by_user(walker: Walker, options: list[dict[str, str]]) -> dict[str, Any]:
    """Call SetUserSettings with a token of the walker, which must be in `tokens`."""
    return walker.call("SetUserSettings", AccessToken=token_of(walker), MFAOptions=options)


def by_administrator(walker: Walker, options: list[dict[str, str]]) -> dict[str, Any]:
    """Call AdminSetUserSettings."""
    return walker.administer("AdminSetUserSettings", MFAOptions=options)


def token_of(walker: Walker) -> str:
    """Return an access token; SMS as MFA is passed if it is asked for."""
    answer = walker.by_password()
    if answer.get("ChallengeName") == "SMS_MFA":
        code = walker.engine.outbox.messages(username=walker.username, kind="mfa")[0].code
        answer = walker.respond("SMS_MFA", answer["Session"], SMS_MFA_CODE=code)
    return str(tokens_of(answer)["AccessToken"])


@pytest.fixture(params=[by_user, by_administrator], ids=["user", "administrator"])
def put(request: pytest.FixtureRequest) -> Set:
    """The operation: of the user or of the administrator."""
    way: Set = request.param
    return way


@pytest.fixture
def alice(engine: Engine) -> Walker:
    """A user with a phone number, in a pool where SMS and TOTP codes are optional."""
    return new_walker(engine, mfa="OPTIONAL", factors=BOTH, attributes=PHONE)


def shown(walker: Walker) -> list[Any]:
    """Return MFAOptions of AdminGetUser, GetUser and ListUsers."""
    listed = walker.call("ListUsers", UserPoolId=walker.user_pool_id)["Users"][0]
    user = walker.call("GetUser", AccessToken=token_of(walker))
    return [part.get("MFAOptions") for part in (walker.administer("AdminGetUser"), user, listed)]


@pytest.mark.fact("A064", "A071")
def test_sms_is_switched_on_and_off(alice: Walker, put: Set) -> None:
    """The option asks for an SMS code, every view shows it, and an empty list ends both."""
    assert shown(alice) == [None] * 3
    assert put(alice, [SMS]) == {}
    assert alice.by_password()["ChallengeName"] == "SMS_MFA"
    assert shown(alice) == [[SMS]] * 3
    assert put(alice, []) == {}
    assert tokens_of(alice.by_password())
    assert shown(alice) == [None] * 3


@pytest.mark.fact("A064", "A071")
def test_preferences_are_left_alone(alice: Walker, put: Set) -> None:
    """UserMFASettingList and PreferredMfaSetting do not change."""
    alice.enrol(tokens_of(alice.by_password()))
    before = alice.administer("AdminGetUser")
    by_administrator(alice, [SMS])
    after = alice.administer("AdminGetUser")
    for name in ("UserMFASettingList", "PreferredMfaSetting"):
        assert after[name] == before[name]
    assert alice.by_password()["ChallengeName"] == "SOFTWARE_TOKEN_MFA"


@pytest.mark.parametrize("enabled", [True, False])
def test_a_preference_about_sms_replaces_it(alice: Walker, put: Set, enabled: bool) -> None:
    """SetUserMFAPreference decides about SMS from then on."""
    put(alice, [SMS])
    alice.administer("AdminSetUserMFAPreference", SoftwareTokenMfaSettings={"Enabled": False})
    assert alice.administer("AdminGetUser")["MFAOptions"] == [SMS]
    alice.administer("AdminSetUserMFAPreference", SMSMfaSettings={"Enabled": enabled})
    user = alice.administer("AdminGetUser")
    assert "MFAOptions" not in user
    assert user.get("UserMFASettingList") == (["SMS_MFA"] if enabled else None)
    assert ("ChallengeName" in alice.by_password()) is enabled


@pytest.mark.parametrize(
    "option",
    [
        {"DeliveryMedium": "EMAIL", "AttributeName": "email"},
        {"DeliveryMedium": "EMAIL", "AttributeName": "phone_number"},
        {"DeliveryMedium": "SMS", "AttributeName": "email"},
        {"DeliveryMedium": "SMS"},
        {"AttributeName": "phone_number"},
        {},
    ],
)
def test_only_sms_to_the_phone_is_an_option(
    alice: Walker, put: Set, option: dict[str, str]
) -> None:
    """Every other option is refused, alone and beside the right one."""
    for options in ([option], [SMS, option]):
        with refused(INVALID):
            put(alice, options)
    assert shown(alice) == [None] * 3


@pytest.mark.parametrize(
    ("attributes", "factors"), [({}, BOTH), (PHONE, ("SoftwareToken",))], ids=["phone", "sender"]
)
def test_who_can_get_no_code_is_refused(
    engine: Engine, put: Set, attributes: dict[str, str], factors: tuple[str, ...]
) -> None:
    """The user needs a phone number, and the pool SMS as MFA; an empty list needs neither."""
    walker = new_walker(engine, mfa="OPTIONAL", factors=factors, attributes=attributes)
    with refused(INVALID, "User does not have delivery config set to turn on SMS_MFA"):
        put(walker, [SMS])
    assert put(walker, []) == {}


def test_it_needs_a_token_or_a_user(alice: Walker) -> None:
    """A signed-out user's token and an unknown user are refused."""
    token = token_of(alice)
    alice.administer("AdminUserGlobalSignOut")
    with refused("NotAuthorizedException"):
        alice.call("SetUserSettings", AccessToken=token, MFAOptions=[])
    with refused("UserNotFoundException"):
        alice.call(
            "AdminSetUserSettings", UserPoolId=alice.user_pool_id, Username="nobody", MFAOptions=[]
        )


@pytest.mark.parametrize("secrets", [True, False])
def test_it_survives_a_restart(alice: Walker, secrets: bool) -> None:
    """The option is no secret, so every kind of state has it."""
    by_administrator(alice, [SMS])
    alice.engine = restart(alice.engine, secrets=secrets)
    assert alice.administer("AdminGetUser")["MFAOptions"] == [SMS]
