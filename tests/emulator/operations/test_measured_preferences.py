"""Preferences of second factors and the sign-ins that follow them, as they were measured."""

from __future__ import annotations

import pytest

from harness.emulator.engine import Engine
from tests.emulator.operations.test_mfa_preferences import OFF, ON, PREFERRED, shown
from tests.emulator.support.expect import refused
from tests.emulator.support.walker import ALWAYS, Walker, new_walker, tokens_of

PHONE = {"phone_number": "+15555551234"}
ALL = ("SoftwareToken", "Sms", "Email")


@pytest.fixture
def walker(engine: Engine) -> Walker:
    """A user with a phone number, with SMS and email switched on in a pool with MFA ON."""
    walker = new_walker(engine, mfa="ON", factors=("Sms", "Email"), attributes=PHONE)
    walker.administer("AdminSetUserMFAPreference", SMSMfaSettings=ON, EmailMfaSettings=ON)
    return walker


def answer_sms(walker: Walker, session: str) -> str:
    """Answer SMS_MFA with the code that was sent, and return the access token."""
    code = walker.engine.outbox.messages(username=walker.username, kind="mfa")[0].code
    answer = walker.respond("SMS_MFA", session, SMS_MFA_CODE=code)
    return str(tokens_of(answer)["AccessToken"])


@pytest.mark.fact("M107")
def test_choice_changes_no_preference(walker: Walker) -> None:
    """Two factors and no preference lead to the choice, which prefers nothing."""
    challenge = walker.by_password()
    assert challenge["ChallengeName"] == "SELECT_MFA_TYPE"
    chosen = walker.respond("SELECT_MFA_TYPE", challenge["Session"], ANSWER="SMS_MFA")
    answer_sms(walker, chosen["Session"])
    assert shown(walker) == (["SMS_MFA", "EMAIL_OTP"], None)


@pytest.mark.fact("M107")
def test_factor_that_is_not_set_up_can_be_switched_off(walker: Walker) -> None:
    """A request may switch off what the pool does not have."""
    settings = {"EmailMfaSettings": OFF, "SoftwareTokenMfaSettings": OFF}
    assert walker.administer("AdminSetUserMFAPreference", SMSMfaSettings=ON, **settings) == {}
    assert shown(walker) == (["SMS_MFA"], None)


@pytest.mark.fact("M108")
def test_all_factors_can_be_switched_off_in_an_on_pool(walker: Walker) -> None:
    """List and preference are then absent."""
    walker.administer("AdminSetUserMFAPreference", SMSMfaSettings=PREFERRED)
    walker.administer("AdminSetUserMFAPreference", SMSMfaSettings=OFF, EmailMfaSettings=OFF)
    assert shown(walker) == (None, None)


@pytest.mark.fact("M109", "M110")
def test_preferred_factor_is_asked_until_it_is_switched_off(walker: Walker) -> None:
    """Another factor without preference leaves the preference; switching it off clears it."""
    walker.administer("AdminSetUserMFAPreference", SMSMfaSettings=PREFERRED)
    assert walker.by_password()["ChallengeName"] == "SMS_MFA"
    walker.administer("AdminSetUserMFAPreference", EmailMfaSettings=ON)
    assert shown(walker) == (["SMS_MFA", "EMAIL_OTP"], "SMS_MFA")
    walker.administer("AdminSetUserMFAPreference", SMSMfaSettings=OFF)
    assert shown(walker) == (["EMAIL_OTP"], None)


@pytest.mark.fact("M111", "A316")
@pytest.mark.parametrize("factor", ["SMS_MFA", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA"])
def test_answers_of_the_choice(engine: Engine, factor: str) -> None:
    """Each factor is chosen by the name of its challenge."""
    walker = new_walker(engine, mfa="OPTIONAL", factors=ALL, attributes=PHONE)
    walker.enrol(tokens_of(walker.by_password()), prefer=False)
    walker.administer("AdminSetUserMFAPreference", SMSMfaSettings=ON, EmailMfaSettings=ON)
    challenge = walker.by_password()
    assert "MFAS_CAN_CHOOSE" in challenge["ChallengeParameters"]
    chosen = walker.respond("SELECT_MFA_TYPE", challenge["Session"], ANSWER=factor)
    assert chosen["ChallengeName"] == factor


@pytest.mark.fact("M127")
def test_sms_is_switched_on_with_an_unverified_number(engine: Engine) -> None:
    """In an OPTIONAL pool the number need not be verified."""
    walker = new_walker(engine, mfa="OPTIONAL", factors=("Sms",), attributes=PHONE)
    token = tokens_of(walker.by_password())["AccessToken"]
    walker.call("SetUserMFAPreference", AccessToken=token, SMSMfaSettings=ON)
    assert walker.by_password()["ChallengeName"] == "SMS_MFA"


@pytest.mark.fact("M125")
def test_preferred_code_that_cannot_be_sent_leads_to_the_choice(engine: Engine) -> None:
    """A user without a phone number who prefers SMS_OTP chooses a first factor."""
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "SMS_OTP"]}}
    sms = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x"}
    walker = new_walker(engine, Policies=policies, SmsConfiguration=sms)
    answer = walker.initiate("USER_AUTH", USERNAME="alice", PREFERRED_CHALLENGE="SMS_OTP")
    assert answer["ChallengeName"] == "SELECT_CHALLENGE"
    assert "SMS_OTP" not in answer["AvailableChallenges"]


class TestDevices:
    """Devices and SMS MFA."""

    @pytest.fixture
    def walker(self, engine: Engine) -> Walker:
        """A user with SMS switched on, in a pool that always tracks devices."""
        walker = new_walker(engine, mfa="ON", factors=("Sms",), attributes=PHONE, devices=ALWAYS)
        walker.administer("AdminSetUserMFAPreference", SMSMfaSettings=PREFERRED)
        return walker

    def sign_in(self, walker: Walker) -> dict[str, object]:
        """Sign in by SMS without a device and return the tokens."""
        session = walker.by_password()["Session"]
        code = walker.engine.outbox.messages(username="alice", kind="mfa")[0].code
        return tokens_of(walker.respond("SMS_MFA", session, SMS_MFA_CODE=code))

    @pytest.mark.fact("M141")
    def test_only_a_remembered_device_replaces_sms(self, walker: Walker) -> None:
        """A remembered device is not asked for SMS_MFA, one that is only tracked is."""
        tokens = self.sign_in(walker)
        device = walker.confirm_device(tokens)
        challenge = walker.by_password(DEVICE_KEY=device.key)
        assert challenge["ChallengeName"] == "DEVICE_SRP_AUTH"
        assert tokens_of(walker.by_device(device, challenge))
        walker.remember(tokens, device, "not_remembered")
        assert walker.by_password(DEVICE_KEY=device.key)["ChallengeName"] == "SMS_MFA"

    @pytest.mark.fact("M140", "M142")
    def test_forgotten_device_is_unknown(self, walker: Walker) -> None:
        """After AdminForgetDevice, GetDevice fails, MFA is asked for and a new key is issued."""
        tokens = self.sign_in(walker)
        device = walker.confirm_device(tokens)
        walker.administer("AdminForgetDevice", DeviceKey=device.key)
        with refused("ResourceNotFoundException"):
            walker.call("GetDevice", AccessToken=tokens["AccessToken"], DeviceKey=device.key)
        metadata = self.sign_in(walker)["NewDeviceMetadata"]
        assert isinstance(metadata, dict)
        assert metadata["DeviceKey"] != device.key
