"""SetUserMFAPreference and AdminSetUserMFAPreference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.domain.users import MfaPreferences
from harness.emulator.engine import Engine
from tests.emulator.support.expect import refused
from tests.emulator.support.walker import Walker, new_walker, tokens_of

INVALID = "InvalidParameterException"
ON = {"Enabled": True}
OFF = {"Enabled": False, "PreferredMfa": False}
PREFERRED = {"Enabled": True, "PreferredMfa": True}

Prefer = Callable[..., dict[str, Any]]


@pytest.fixture
def walker(engine: Engine) -> Walker:
    """A user with email and phone in a pool with optional MFA and every factor."""
    return new_walker(
        engine,
        mfa="OPTIONAL",
        factors=("SoftwareToken", "Sms", "Email"),
        attributes={"phone_number": "+15555551234"},
    )


@pytest.fixture(params=["SetUserMFAPreference", "AdminSetUserMFAPreference"])
def prefer(walker: Walker, request: pytest.FixtureRequest) -> Prefer:
    """Set preferences as the user and as an administrator."""
    token = tokens_of(walker.by_password())["AccessToken"]

    def call(**settings: dict[str, bool]) -> dict[str, Any]:
        if request.param == "SetUserMFAPreference":
            return walker.call("SetUserMFAPreference", AccessToken=token, **settings)
        return walker.administer("AdminSetUserMFAPreference", **settings)

    return call


@pytest.fixture
def verified(walker: Walker) -> str:
    """Return the secret of a software token that is verified but not switched on."""
    token = tokens_of(walker.by_password())["AccessToken"]
    secret: str = walker.call("AssociateSoftwareToken", AccessToken=token)["SecretCode"]
    walker.call("VerifySoftwareToken", AccessToken=token, UserCode=walker.code(secret))
    return secret


def shown(walker: Walker) -> tuple[list[str] | None, str | None]:
    """Return UserMFASettingList and PreferredMfaSetting as AdminGetUser shows them."""
    user = walker.administer("AdminGetUser")
    return user.get("UserMFASettingList"), user.get("PreferredMfaSetting")


@pytest.mark.fact("A235")
def test_response_is_empty(walker: Walker, prefer: Prefer) -> None:
    """A successful call returns an empty response."""
    assert prefer(SMSMfaSettings=ON) == {}


@pytest.mark.fact("A066")
def test_members_are_missing_without_factors(walker: Walker) -> None:
    """Without a factor both members are missing."""
    assert shown(walker) == (None, None)


@pytest.mark.fact("A240", "A242")
def test_preferred_factor_is_listed_and_asked(
    walker: Walker, prefer: Prefer, verified: str
) -> None:
    """A factor that is on and preferred is listed and asked for."""
    prefer(SoftwareTokenMfaSettings=PREFERRED)
    assert shown(walker) == (["SOFTWARE_TOKEN_MFA"], "SOFTWARE_TOKEN_MFA")
    assert walker.by_password()["ChallengeName"] == "SOFTWARE_TOKEN_MFA"


@pytest.mark.fact("A240", "A240b")
def test_only_factor_is_asked_without_preference(
    walker: Walker, prefer: Prefer, verified: str
) -> None:
    """A single factor that is on is asked for, preferred or not."""
    prefer(SoftwareTokenMfaSettings=ON)
    assert shown(walker) == (["SOFTWARE_TOKEN_MFA"], None)
    assert walker.by_password()["ChallengeName"] == "SOFTWARE_TOKEN_MFA"


@pytest.mark.fact("A241", "M110")
def test_factor_switched_off_is_not_asked(walker: Walker, prefer: Prefer, verified: str) -> None:
    """A factor that is switched off is neither asked for nor preferred."""
    prefer(SoftwareTokenMfaSettings=PREFERRED)
    prefer(SoftwareTokenMfaSettings=OFF)
    assert shown(walker) == (None, None)
    assert tokens_of(walker.by_password())


def test_factors_not_in_the_request_stay(walker: Walker, prefer: Prefer, verified: str) -> None:
    """A request about one factor leaves the others unchanged."""
    prefer(SoftwareTokenMfaSettings=PREFERRED)
    prefer(SMSMfaSettings=ON)
    assert shown(walker) == (["SMS_MFA", "SOFTWARE_TOKEN_MFA"], "SOFTWARE_TOKEN_MFA")


@pytest.mark.fact("A239")
def test_new_preference_replaces_the_old_one(walker: Walker, prefer: Prefer, verified: str) -> None:
    """At most one factor is preferred."""
    prefer(SoftwareTokenMfaSettings=PREFERRED)
    prefer(EmailMfaSettings=PREFERRED)
    assert shown(walker) == (["SOFTWARE_TOKEN_MFA", "EMAIL_OTP"], "EMAIL_OTP")


def test_preference_can_be_removed(walker: Walker, prefer: Prefer, verified: str) -> None:
    """If the preferred factor stays on without the preference, no factor is preferred."""
    prefer(SoftwareTokenMfaSettings=PREFERRED)
    prefer(SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": False})
    assert shown(walker) == (["SOFTWARE_TOKEN_MFA"], None)


@pytest.mark.fact("A239")
def test_two_preferred_factors_are_refused(walker: Walker, prefer: Prefer) -> None:
    """Two preferred factors are refused, and nothing changes."""
    with refused(INVALID):
        prefer(SMSMfaSettings=PREFERRED, EmailMfaSettings=PREFERRED)
    assert shown(walker) == (None, None)


@pytest.mark.fact("A239")
def test_preferred_factor_must_be_on(walker: Walker, prefer: Prefer) -> None:
    """A factor that is off cannot be preferred."""
    with refused(INVALID):
        prefer(SMSMfaSettings={"Enabled": False, "PreferredMfa": True})


@pytest.mark.fact("A236", "A238")
def test_totp_needs_a_verified_token(walker: Walker, prefer: Prefer) -> None:
    """TOTP cannot be switched on before a software token is verified."""
    text = "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA"
    with refused(INVALID, text):
        prefer(SoftwareTokenMfaSettings=ON)


@pytest.mark.fact("A236")
def test_totp_with_only_a_pending_token_is_refused(walker: Walker, prefer: Prefer) -> None:
    """A secret that was never verified does not count."""
    token = tokens_of(walker.by_password())["AccessToken"]
    walker.call("AssociateSoftwareToken", AccessToken=token)
    with refused(INVALID):
        prefer(SoftwareTokenMfaSettings=ON)


@pytest.mark.fact("A237")
@pytest.mark.parametrize(
    ("member", "attribute", "factor"),
    [
        ("SMSMfaSettings", "phone_number", "SMS_MFA"),
        ("EmailMfaSettings", "email", "EMAIL_OTP"),
    ],
)
def test_factor_without_destination_is_refused(
    walker: Walker, prefer: Prefer, member: str, attribute: str, factor: str
) -> None:
    """A factor without a phone number or email address cannot be switched on."""
    walker.administer("AdminDeleteUserAttributes", UserAttributeNames=[attribute])
    text = f"User does not have delivery config set to turn on {factor}"
    with refused(INVALID, text):
        prefer(**{member: ON})


@pytest.mark.fact("A237")
def test_factor_that_the_pool_does_not_offer_is_refused(engine: Engine) -> None:
    """Email codes that the pool does not send cannot be switched on."""
    walker = new_walker(engine, mfa="OPTIONAL")
    with refused(INVALID, "User does not have delivery config set to turn on EMAIL_OTP"):
        walker.administer("AdminSetUserMFAPreference", EmailMfaSettings=ON)


def test_sms_beside_totp_is_accepted_and_passed_over(engine: Engine) -> None:
    """In a pool with TOTP only, SMS can be preferred, but sign-in asks for the TOTP code.

    https://github.com/aws-amplify/amplify-js/issues/11260
    """
    walker = new_walker(engine, mfa="ON", attributes={"phone_number": "+15555551234"})
    secret, _ = walker.set_up(walker.by_password())
    walker.administer("AdminSetUserMFAPreference", SMSMfaSettings=PREFERRED)
    assert shown(walker) == (["SMS_MFA"], "SMS_MFA")
    assert tokens_of(walker.by_totp(walker.by_password(), secret))


def test_sms_needs_a_pool_with_factors(engine: Engine) -> None:
    """In a pool without MFA, SMS cannot be switched on."""
    walker = new_walker(engine, attributes={"phone_number": "+15555551234"})
    with refused(INVALID, "User does not have delivery config set to turn on SMS_MFA"):
        walker.administer("AdminSetUserMFAPreference", SMSMfaSettings=ON)


@pytest.mark.fact("A243")
def test_on_pool_asks_even_with_all_factors_off(engine: Engine) -> None:
    """In a pool with MFA ON, switching every factor off does not switch MFA off."""
    walker = new_walker(engine, mfa="ON")
    secret, _ = walker.set_up(walker.by_password())
    walker.administer("AdminSetUserMFAPreference", SoftwareTokenMfaSettings=OFF)
    assert tokens_of(walker.by_totp(walker.by_password(), secret))


@pytest.mark.fact("A064")
def test_unknown_user_is_reported_to_administrators(walker: Walker) -> None:
    """An administrator gets UserNotFoundException for an unknown user."""
    walker.username = "nobody"
    with refused("UserNotFoundException", "User does not exist."):
        walker.administer("AdminSetUserMFAPreference", SMSMfaSettings=ON)


def test_token_beside_an_enabled_factor_leaves_the_choice(engine: Engine) -> None:
    """In a pool with MFA ON, a new software token changes no preference, but can be chosen.

    https://github.com/aws-amplify/amplify-js/issues/4646
    """
    walker = new_walker(
        engine,
        mfa="OPTIONAL",
        factors=("SoftwareToken", "Sms"),
        attributes={"phone_number": "+15555551234"},
    )
    token = tokens_of(walker.by_password())["AccessToken"]
    walker.administer("AdminSetUserMFAPreference", SMSMfaSettings=ON)
    engine.pools[walker.user_pool_id].mfa.mode = "ON"
    secret = walker.call("AssociateSoftwareToken", AccessToken=token)["SecretCode"]
    walker.call("VerifySoftwareToken", AccessToken=token, UserCode=walker.code(secret))
    assert shown(walker) == (["SMS_MFA"], None)
    asked = walker.by_password()
    assert asked["ChallengeName"] == "SELECT_MFA_TYPE"
    choice = asked["ChallengeParameters"]["MFAS_CAN_CHOOSE"]
    assert choice == '["SMS_MFA","SOFTWARE_TOKEN_MFA"]'
    walker.administer("AdminSetUserMFAPreference", SoftwareTokenMfaSettings=OFF)
    assert walker.by_password()["ChallengeName"] == "SMS_MFA"


def test_changes_update_the_modified_date(walker: Walker) -> None:
    """A verified token, a preference and a deleted token change UserLastModifiedDate."""
    token = tokens_of(walker.by_password())["AccessToken"]
    secret = walker.call("AssociateSoftwareToken", AccessToken=token)["SecretCode"]

    def modified() -> float:
        return float(walker.administer("AdminGetUser")["UserLastModifiedDate"])

    walker.engine.clock.advance(100)
    walker.call("VerifySoftwareToken", AccessToken=token, UserCode=walker.code(secret))
    assert modified() == walker.engine.clock.time()
    walker.engine.clock.advance(100)
    walker.administer("AdminSetUserMFAPreference", SoftwareTokenMfaSettings=ON)
    assert modified() == walker.engine.clock.time()
    walker.engine.clock.advance(100)
    walker.administer("AdminDeleteSoftwareToken")
    assert modified() == walker.engine.clock.time()


@pytest.mark.fact("A242")
def test_all_factors_are_listed_in_fixed_order() -> None:
    """UserMFASettingList names all three factors by challenge, always in the same order."""
    factors = ["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"]
    assert MfaPreferences(set(factors)).listed() == factors
