"""Devices and MFA: when a remembered device replaces an MFA code, and when it does not."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD, refused
from tests.emulator.support.walker import (
    ALWAYS,
    ALWAYS_WITH_MFA,
    OPT_IN,
    OPT_IN_WITH_MFA,
    Device,
    Walker,
    claims_of,
    new_engine,
    new_walker,
    tokens_of,
)

NOT_BEFORE = "Cannot initiate DEVICE_SRP_AUTH flow without first authenticating"
TRACKING = {
    "always": ALWAYS,
    "always-with-mfa": ALWAYS_WITH_MFA,
    "opt-in": OPT_IN,
    "opt-in-with-mfa": OPT_IN_WITH_MFA,
}


def new_mfa_walker(engine: Engine, devices: dict[str, bool] | None, **more: Any) -> Walker:
    """Return a user of a pool with optional MFA; TOTP is not switched on yet."""
    return new_walker(engine, mfa="OPTIONAL", devices=devices, **more)


def with_totp(walker: Walker) -> tuple[str, dict[str, Any]]:
    """Switch TOTP on; return the secret and the tokens of a sign-in that passed it."""
    secret = walker.enrol(tokens_of(walker.by_password()))
    return secret, tokens_of(walker.by_totp(walker.by_srp(), secret))


def names(walker: Walker, device: Device, secret: str) -> list[str]:
    """Return the challenges of a whole sign-in by SRP with the device, in order."""
    answer, walked = walker.by_srp(DEVICE_KEY=device.key), []
    while "ChallengeName" in answer:
        walked.append(answer["ChallengeName"])
        if walked[-1] == "SOFTWARE_TOKEN_MFA":
            answer = walker.by_totp(answer, secret, DEVICE_KEY=device.key)
        else:
            answer = walker.by_device(device, answer)
            walked.append("DEVICE_PASSWORD_VERIFIER")
    return walked


DEVICE_STEPS = ["DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER"]
MFA = ["SOFTWARE_TOKEN_MFA"]


class TestDeviceConfigurations:
    """The four combinations of DeviceConfiguration, remembered or not, and none (B1)."""

    @pytest.mark.fact("D051", "D082", "D092", "D094", "D097", "D.9")
    @pytest.mark.parametrize(
        ("tracking", "remembered", "expected"),
        [
            ("always", True, DEVICE_STEPS),
            ("always", False, MFA),
            ("always-with-mfa", True, MFA + DEVICE_STEPS),
            ("always-with-mfa", False, MFA),
            ("opt-in", True, DEVICE_STEPS),
            ("opt-in", False, MFA),
            ("opt-in-with-mfa", True, MFA + DEVICE_STEPS),
            ("opt-in-with-mfa", False, MFA),
        ],
    )
    @pytest.mark.parametrize("admin", [False, True], ids=["public", "admin"])
    def test_device_configuration_decides_the_challenges(
        self, engine: Engine, tracking: str, remembered: bool, expected: list[str], admin: bool
    ) -> None:
        """The challenges follow DeviceConfiguration and the device's status."""
        walker = new_mfa_walker(engine, TRACKING[tracking], admin=admin)
        secret, tokens = with_totp(walker)
        device = walker.confirm_device(tokens)
        walker.remember(tokens, device, "remembered" if remembered else "not_remembered")
        assert names(walker, device, secret) == expected

    def test_pool_without_tracking_always_asks_for_a_code(self, engine: Engine) -> None:
        """Without DeviceConfiguration there is no device, and a code is always asked for."""
        walker = new_mfa_walker(engine, None)
        secret, tokens = with_totp(walker)
        assert "NewDeviceMetadata" not in tokens
        assert names(walker, Device("us-east-1_0a", "-g"), secret) == MFA


class TestTrustedDevice:
    """A device replaces MFA only after MFA passed with it (D097 to D101)."""

    @pytest.mark.fact("D098")
    def test_device_remembered_before_mfa_is_asked_once(self, engine: Engine) -> None:
        """MFA is asked for once more, then the device replaces it."""
        walker = new_mfa_walker(engine, ALWAYS)
        tokens = tokens_of(walker.by_password())
        device = walker.confirm_device(tokens)
        secret = walker.enrol(tokens)
        assert names(walker, device, secret) == MFA + DEVICE_STEPS
        for _ in range(3):
            assert names(walker, device, secret) == DEVICE_STEPS

    @pytest.mark.fact("D098", "D101")
    def test_sign_in_without_mfa_does_not_trust_the_device(self, engine: Engine) -> None:
        """A sign-in with the device but without MFA does not make it replace MFA."""
        walker = new_mfa_walker(engine, ALWAYS)
        tokens = tokens_of(walker.by_password())
        device = walker.confirm_device(tokens)
        assert names(walker, device, "") == DEVICE_STEPS
        secret = walker.enrol(tokens)
        assert names(walker, device, secret) == MFA + DEVICE_STEPS

    @pytest.mark.fact("D099")
    def test_device_of_a_new_password_is_asked_once(self, engine: Engine) -> None:
        """A device issued by NEW_PASSWORD_REQUIRED is asked for MFA once."""
        walker = new_mfa_walker(engine, ALWAYS)
        walker.administer("AdminSetUserPassword", Password=PASSWORD, Permanent=False)
        session = walker.by_password()["Session"]
        answer = walker.respond("NEW_PASSWORD_REQUIRED", session, NEW_PASSWORD=OTHER_PASSWORD)
        walker.password = OTHER_PASSWORD
        tokens = tokens_of(answer)
        device = walker.confirm_device(tokens)
        secret = walker.enrol(tokens)
        assert names(walker, device, secret) == MFA + DEVICE_STEPS
        assert names(walker, device, secret) == DEVICE_STEPS

    @pytest.mark.fact("D100")
    def test_mfa_with_unremembered_device_does_not_count(self, engine: Engine) -> None:
        """MFA that passed while the device was not remembered does not count."""
        walker = new_mfa_walker(engine, OPT_IN)
        tokens = tokens_of(walker.by_password())
        device = walker.confirm_device(tokens)
        secret = walker.enrol(tokens)
        assert names(walker, device, secret) == MFA
        walker.remember(tokens, device)
        assert names(walker, device, secret) == MFA + DEVICE_STEPS
        assert names(walker, device, secret) == DEVICE_STEPS

    @pytest.mark.fact("D.7")
    def test_setting_trusts_every_remembered_device(self) -> None:
        """remembered_device_needs_mfa=False lets a remembered device replace MFA at once."""
        walker = new_mfa_walker(new_engine(remembered_device_needs_mfa=False), ALWAYS)
        tokens = tokens_of(walker.by_password())
        device = walker.confirm_device(tokens)
        secret = walker.enrol(tokens)
        assert names(walker, device, secret) == DEVICE_STEPS

    @pytest.mark.fact("D.7")
    def test_device_of_a_set_up_counts_as_passed(self, engine: Engine) -> None:
        """A device of a sign-in that set TOTP up counts as issued after MFA."""
        walker = new_walker(engine, mfa="ON", devices=ALWAYS)
        secret, answer = walker.set_up(walker.by_password())
        device = walker.confirm_device(tokens_of(answer))
        assert names(walker, device, secret) == DEVICE_STEPS

    @pytest.mark.fact("D.26")
    def test_trust_is_kept_while_mfa_is_off(self, engine: Engine) -> None:
        """Switching MFA off and on keeps the device trusted (section D, 26)."""
        walker = new_mfa_walker(engine, ALWAYS)
        secret, tokens = with_totp(walker)
        device = walker.confirm_device(tokens)
        for enabled in (False, True):
            settings = {"Enabled": enabled}
            walker.administer("AdminSetUserMFAPreference", SoftwareTokenMfaSettings=settings)
            assert names(walker, device, secret) == DEVICE_STEPS


class TestReplacedFactors:
    """Email MFA and SMS MFA beside a trusted device."""

    @pytest.mark.fact("D102", "D.8")
    def test_device_does_not_replace_email_mfa(self, engine: Engine) -> None:
        """Email MFA is asked for even with a trusted device, followed by the device."""
        walker = new_mfa_walker(engine, ALWAYS, factors=("SoftwareToken", "Email"))
        secret, tokens = with_totp(walker)
        device = walker.confirm_device(tokens)
        assert names(walker, device, secret) == DEVICE_STEPS
        preferences = {
            "SoftwareTokenMfaSettings": {"Enabled": False},
            "EmailMfaSettings": {"Enabled": True},
        }
        walker.administer("AdminSetUserMFAPreference", **preferences)
        challenge = walker.by_srp(DEVICE_KEY=device.key)
        assert challenge["ChallengeName"] == "EMAIL_OTP"
        code = engine.outbox.messages(kind="mfa")[0].code
        answer = walker.respond(
            "EMAIL_OTP", challenge["Session"], EMAIL_OTP_CODE=code, DEVICE_KEY=device.key
        )
        assert answer["ChallengeName"] == "DEVICE_SRP_AUTH"
        assert tokens_of(walker.by_device(device, answer))

    @pytest.mark.fact("D053")
    def test_device_replaces_sms_mfa(self, engine: Engine) -> None:
        """A trusted device replaces SMS MFA like TOTP."""
        walker = new_mfa_walker(
            engine,
            ALWAYS,
            factors=("SoftwareToken", "Sms"),
            attributes={"phone_number": "+15555551234"},
        )
        secret, tokens = with_totp(walker)
        device = walker.confirm_device(tokens)
        preferences = {
            "SoftwareTokenMfaSettings": {"Enabled": False},
            "SMSMfaSettings": {"Enabled": True},
        }
        walker.administer("AdminSetUserMFAPreference", **preferences)
        assert names(walker, device, secret) == DEVICE_STEPS


class TestFactorsChangedDuringSignIn:
    """Email MFA is switched on during the device challenges."""

    @pytest.fixture
    def walker(self, engine: Engine) -> Walker:
        """A user of a pool with TOTP and email."""
        return new_mfa_walker(engine, ALWAYS, factors=("SoftwareToken", "Email"))

    @pytest.mark.parametrize("same", [True, False], ids=["same-device", "another-device"])
    def test_last_device_must_be_the_proven_one(self, walker: Walker, same: bool) -> None:
        """The device of the last challenge response must be proven."""
        secret, tokens = with_totp(walker)
        device = walker.confirm_device(tokens)
        other = walker.confirm_device(tokens_of(walker.by_totp(walker.by_srp(), secret)))
        begun = walker.start_device(device, walker.by_srp(DEVICE_KEY=device.key)["Session"])
        off, on = {"Enabled": False}, {"Enabled": True}
        settings = {"SoftwareTokenMfaSettings": off, "EmailMfaSettings": on}
        walker.administer("AdminSetUserMFAPreference", **settings)
        proof = walker.device_proof(device, begun)
        challenge = walker.respond("DEVICE_PASSWORD_VERIFIER", begun["Session"], **proof)
        assert challenge["ChallengeName"] == "EMAIL_OTP"
        code = walker.engine.outbox.messages(kind="mfa")[0].code
        answer = walker.respond(
            "EMAIL_OTP",
            challenge["Session"],
            EMAIL_OTP_CODE=code,
            DEVICE_KEY=device.key if same else other.key,
        )
        if same:
            assert tokens_of(answer)
        else:
            assert answer["ChallengeName"] == "DEVICE_SRP_AUTH"
            assert tokens_of(walker.by_device(other, answer))


class TestDeviceKeyInMfaResponse:
    """The DEVICE_KEY of the last challenge response counts (D057)."""

    @pytest.fixture
    def walker(self, engine: Engine) -> Walker:
        """A user of a pool where MFA is asked for with every device."""
        return new_mfa_walker(engine, ALWAYS_WITH_MFA)

    @pytest.mark.fact("D057", "D.6")
    def test_key_is_not_carried_into_the_mfa_response(self, walker: Walker) -> None:
        """A key in PASSWORD_VERIFIER but not in the MFA response leads to a new device."""
        secret, tokens = with_totp(walker)
        device = walker.confirm_device(tokens)
        tokens = tokens_of(walker.by_totp(walker.by_srp(DEVICE_KEY=device.key), secret))
        assert tokens["NewDeviceMetadata"]["DeviceKey"] != device.key

    @pytest.mark.fact("D084", "D092")
    def test_key_only_in_the_mfa_response_counts(self, walker: Walker) -> None:
        """A key in the MFA response alone leads to the device challenges."""
        secret, tokens = with_totp(walker)
        device = walker.confirm_device(tokens)
        answer = walker.by_totp(walker.by_srp(), secret, DEVICE_KEY=device.key)
        assert answer["ChallengeName"] == "DEVICE_SRP_AUTH"
        tokens = tokens_of(walker.by_device(device, answer, sessions=False))
        assert claims_of(tokens["AccessToken"])["device_key"] == device.key

    def test_unknown_key_keeps_code_and_session(self, walker: Walker) -> None:
        """An unknown key is refused before the code is used, and the session stays."""
        secret, _ = with_totp(walker)
        session, code = walker.by_srp()["Session"], walker.code(secret)
        answer = {"SOFTWARE_TOKEN_MFA_CODE": code}
        with refused("ResourceNotFoundException", "Device does not exist."):
            walker.respond("SOFTWARE_TOKEN_MFA", session, **answer, DEVICE_KEY="us-east-1_0a")
        assert tokens_of(walker.respond("SOFTWARE_TOKEN_MFA", session, **answer))

    @pytest.mark.fact("D106")
    def test_unknown_key_with_the_password_is_refused_first(self, walker: Walker) -> None:
        """An unknown key in the password step is refused before MFA is asked for."""
        secret, _ = with_totp(walker)
        assert secret
        with refused("ResourceNotFoundException", "Device does not exist."):
            walker.by_srp(DEVICE_KEY="us-east-1_0a")


class TestBypass:
    """A device cannot bypass a pending MFA challenge."""

    def test_mfa_session_does_not_start_device_srp(self, engine: Engine) -> None:
        """The session of an open MFA challenge is refused in DEVICE_SRP_AUTH."""
        walker = new_mfa_walker(engine, ALWAYS_WITH_MFA)
        secret, tokens = with_totp(walker)
        device = walker.confirm_device(tokens)
        session = walker.by_srp(DEVICE_KEY=device.key)["Session"]
        with refused("NotAuthorizedException", "Invalid session for the user."):
            walker.start_device(device, session)
        with refused("NotAuthorizedException", NOT_BEFORE):
            walker.start_device(device, None)
        assert names(walker, device, secret) == MFA + DEVICE_STEPS

    def test_trusted_device_of_another_user_does_not_count(self, engine: Engine) -> None:
        """One user's trusted device does not replace MFA for another user."""
        alice = new_mfa_walker(engine, ALWAYS)
        _, tokens = with_totp(alice)
        device = alice.confirm_device(tokens)
        client = {"ClientId": alice.client_id}
        bob = new_walker(engine, username="bob", pool_id=alice.user_pool_id, client=client)
        with_totp(bob)
        with refused("ResourceNotFoundException", "Device does not exist."):
            bob.by_srp(DEVICE_KEY=device.key)

    def test_trusted_device_does_not_replace_set_up(self, engine: Engine) -> None:
        """With MFA ON, a trusted device does not replace the set-up of a deleted factor."""
        walker = new_walker(engine, mfa="ON", devices=ALWAYS)
        _, answer = walker.set_up(walker.by_password())
        device = walker.confirm_device(tokens_of(answer))
        walker.administer("AdminDeleteSoftwareToken")
        assert walker.by_srp(DEVICE_KEY=device.key)["ChallengeName"] == "MFA_SETUP"

    @pytest.mark.fact("D081")
    def test_alias_in_the_mfa_response_breaks_confirm_device(self, engine: Engine) -> None:
        """If the MFA response uses an alias, ConfirmDevice fails."""
        walker = new_mfa_walker(engine, ALWAYS, AliasAttributes=["email"])
        secret, _ = with_totp(walker)
        alias = {"USERNAME": "alice@example.com"}
        tokens = tokens_of(walker.by_totp(walker.by_srp(), secret, **alias))
        with refused("InvalidParameterException", "Invalid device key given."):
            walker.confirm_device(tokens)
