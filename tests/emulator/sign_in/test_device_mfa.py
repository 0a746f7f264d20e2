"""Devices and MFA: when a remembered device takes the place of a code, and when it does not."""

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

TRACKING = {
    "always": ALWAYS,
    "always-with-mfa": ALWAYS_WITH_MFA,
    "opt-in": OPT_IN,
    "opt-in-with-mfa": OPT_IN_WITH_MFA,
}


def new_mfa_walker(engine: Engine, devices: dict[str, bool] | None, **more: Any) -> Walker:
    """A user of an OPTIONAL pool; TOTP is not switched on yet."""
    return new_walker(engine, mfa="OPTIONAL", devices=devices, **more)


def with_totp(walker: Walker) -> tuple[str, dict[str, Any]]:
    """Switch TOTP on; return the secret and the tokens of a sign-in that passed it."""
    secret = walker.enrol(tokens_of(walker.by_password()))
    return secret, tokens_of(walker.by_totp(walker.by_srp(), secret))


def names(walker: Walker, device: Device, secret: str) -> list[str]:
    """The challenges of a whole sign-in by SRP with the device, in their order."""
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


class TestTheFiveCases:
    """DeviceConfiguration's four combinations, remembered or not, and its absence (B1)."""

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
    def test_tracked(
        self, engine: Engine, tracking: str, remembered: bool, expected: list[str], admin: bool
    ) -> None:
        """A device that MFA issued, confirmed and remembered or not."""
        walker = new_mfa_walker(engine, TRACKING[tracking], admin=admin)
        secret, tokens = with_totp(walker)
        device = walker.confirm_device(tokens)
        walker.remember(tokens, device, "remembered" if remembered else "not_remembered")
        assert names(walker, device, secret) == expected

    def test_not_tracked(self, engine: Engine) -> None:
        """Without DeviceConfiguration there is no device, and always a code."""
        walker = new_mfa_walker(engine, None)
        secret, tokens = with_totp(walker)
        assert "NewDeviceMetadata" not in tokens
        assert names(walker, Device("us-east-1_0a", "-g"), secret) == MFA


class TestWhenMfaWasPassed:
    """A device takes the place of MFA only after MFA was passed with it (D097 to D101)."""

    @pytest.mark.fact("D098")
    def test_remembered_before_mfa_was_switched_on(self, engine: Engine) -> None:
        """Then MFA is asked once more, and never again."""
        walker = new_mfa_walker(engine, ALWAYS)
        tokens = tokens_of(walker.by_password())
        device = walker.confirm_device(tokens)
        secret = walker.enrol(tokens)
        assert names(walker, device, secret) == MFA + DEVICE_STEPS
        for _ in range(3):
            assert names(walker, device, secret) == DEVICE_STEPS

    @pytest.mark.fact("D098", "D101")
    def test_used_without_mfa_before_mfa_was_switched_on(self, engine: Engine) -> None:
        """A sign-in with the device but without MFA does not count as one with MFA."""
        walker = new_mfa_walker(engine, ALWAYS)
        tokens = tokens_of(walker.by_password())
        device = walker.confirm_device(tokens)
        assert names(walker, device, "") == DEVICE_STEPS
        secret = walker.enrol(tokens)
        assert names(walker, device, secret) == MFA + DEVICE_STEPS

    @pytest.mark.fact("D099")
    def test_issued_by_a_new_password(self, engine: Engine) -> None:
        """A device of NEW_PASSWORD_REQUIRED, remembered without MFA, is asked once."""
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
    def test_remembered_only_after_mfa(self, engine: Engine) -> None:
        """MFA passed with a device that was not remembered then does not count."""
        walker = new_mfa_walker(engine, OPT_IN)
        tokens = tokens_of(walker.by_password())
        device = walker.confirm_device(tokens)
        secret = walker.enrol(tokens)
        assert names(walker, device, secret) == MFA
        walker.remember(tokens, device)
        assert names(walker, device, secret) == MFA + DEVICE_STEPS
        assert names(walker, device, secret) == DEVICE_STEPS

    @pytest.mark.fact("D.7")
    def test_the_setting_that_lets_every_remembered_device_through(self) -> None:
        """remembered_device_needs_mfa=False lets a remembered device replace MFA at once."""
        walker = new_mfa_walker(new_engine(remembered_device_needs_mfa=False), ALWAYS)
        tokens = tokens_of(walker.by_password())
        device = walker.confirm_device(tokens)
        secret = walker.enrol(tokens)
        assert names(walker, device, secret) == DEVICE_STEPS

    @pytest.mark.fact("D.7")
    def test_issued_by_the_set_up(self, engine: Engine) -> None:
        """A device of a sign-in that set TOTP up counts as issued by MFA."""
        walker = new_walker(engine, mfa="ON", devices=ALWAYS)
        secret, answer = walker.set_up(walker.by_password())
        device = walker.confirm_device(tokens_of(answer))
        assert names(walker, device, secret) == DEVICE_STEPS

    @pytest.mark.fact("D.26")
    def test_flags_are_kept_while_mfa_is_off(self, engine: Engine) -> None:
        """Switching MFA off and on again leaves the device trusted (section D, 26)."""
        walker = new_mfa_walker(engine, ALWAYS)
        secret, tokens = with_totp(walker)
        device = walker.confirm_device(tokens)
        for enabled in (False, True):
            settings = {"Enabled": enabled}
            walker.administer("AdminSetUserMFAPreference", SoftwareTokenMfaSettings=settings)
            assert names(walker, device, secret) == DEVICE_STEPS


class TestEmail:
    """Codes by e-mail are not replaced by a device."""

    @pytest.mark.fact("D102", "D.8")
    def test_not_replaced(self, engine: Engine) -> None:
        """E-mail MFA is asked for even with a trusted device, and the device besides."""
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
    def test_sms_is_replaced(self, engine: Engine) -> None:
        """SMS MFA is replaced by a trusted device as TOTP is."""
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


class TestFactorsChangedMeanwhile:
    """E-mail MFA that is switched on while the device is proving itself."""

    @pytest.fixture
    def walker(self, engine: Engine) -> Walker:
        """A user of a pool with TOTP and e-mail."""
        return new_mfa_walker(engine, ALWAYS, factors=("SoftwareToken", "Email"))

    @pytest.mark.parametrize("same", [True, False], ids=["same-device", "another-device"])
    def test_only_the_proven_device_counts(self, walker: Walker, same: bool) -> None:
        """The device of the last answer must be the one that proved itself, or do so now."""
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


class TestDeviceKeyInTheMfaAnswer:
    """The DEVICE_KEY of the last answer counts (D057)."""

    @pytest.fixture
    def walker(self, engine: Engine) -> Walker:
        """A user of a pool where MFA comes with every device."""
        return new_mfa_walker(engine, ALWAYS_WITH_MFA)

    @pytest.mark.fact("D057", "D.6")
    def test_not_carried(self, walker: Walker) -> None:
        """A key in PASSWORD_VERIFIER but not in the MFA answer leads to a new device."""
        secret, tokens = with_totp(walker)
        device = walker.confirm_device(tokens)
        tokens = tokens_of(walker.by_totp(walker.by_srp(DEVICE_KEY=device.key), secret))
        assert tokens["NewDeviceMetadata"]["DeviceKey"] != device.key

    @pytest.mark.fact("D084", "D092")
    def test_only_in_the_mfa_answer(self, walker: Walker) -> None:
        """A key in the MFA answer alone leads to the device steps."""
        secret, tokens = with_totp(walker)
        device = walker.confirm_device(tokens)
        answer = walker.by_totp(walker.by_srp(), secret, DEVICE_KEY=device.key)
        assert answer["ChallengeName"] == "DEVICE_SRP_AUTH"
        tokens = tokens_of(walker.by_device(device, answer, sessions=False))
        assert claims_of(tokens["AccessToken"])["device_key"] == device.key

    def test_unknown(self, walker: Walker) -> None:
        """An unknown key is refused before the code is spent, and the session stays."""
        secret, _ = with_totp(walker)
        session, code = walker.by_srp()["Session"], walker.code(secret)
        answer = {"SOFTWARE_TOKEN_MFA_CODE": code}
        with refused("ResourceNotFoundException", "Device does not exist."):
            walker.respond("SOFTWARE_TOKEN_MFA", session, **answer, DEVICE_KEY="us-east-1_0a")
        assert tokens_of(walker.respond("SOFTWARE_TOKEN_MFA", session, **answer))

    @pytest.mark.fact("D106")
    def test_refused_before_mfa(self, walker: Walker) -> None:
        """An unknown key with the password is refused before MFA is asked for."""
        secret, _ = with_totp(walker)
        assert secret
        with refused("ResourceNotFoundException", "Device does not exist."):
            walker.by_srp(DEVICE_KEY="us-east-1_0a")


class TestNoWayRound:
    """A device does not open what MFA holds shut."""

    def test_mfa_session_in_the_device_step(self, engine: Engine) -> None:
        """The session of an unanswered MFA challenge does not start the device steps."""
        walker = new_mfa_walker(engine, ALWAYS_WITH_MFA)
        secret, tokens = with_totp(walker)
        device = walker.confirm_device(tokens)
        session = walker.by_srp(DEVICE_KEY=device.key)["Session"]
        with refused("NotAuthorizedException", "Invalid session for the user."):
            walker.start_device(device, session)
        with refused("NotAuthorizedException", "Incorrect username or password."):
            walker.start_device(device, None)
        assert names(walker, device, secret) == MFA + DEVICE_STEPS

    def test_another_users_trusted_device(self, engine: Engine) -> None:
        """One user's trusted device does not spare another the code."""
        alice = new_mfa_walker(engine, ALWAYS)
        _, tokens = with_totp(alice)
        device = alice.confirm_device(tokens)
        client = {"ClientId": alice.client_id}
        bob = new_walker(engine, username="bob", pool_id=alice.user_pool_id, client=client)
        with_totp(bob)
        with refused("ResourceNotFoundException", "Device does not exist."):
            bob.by_srp(DEVICE_KEY=device.key)

    def test_trusted_device_and_mfa_set_up(self, engine: Engine) -> None:
        """In an ON pool a trusted device does not replace the set-up of a lost factor."""
        walker = new_walker(engine, mfa="ON", devices=ALWAYS)
        _, answer = walker.set_up(walker.by_password())
        device = walker.confirm_device(tokens_of(answer))
        walker.administer("AdminDeleteSoftwareToken")
        assert walker.by_srp(DEVICE_KEY=device.key)["ChallengeName"] == "MFA_SETUP"

    @pytest.mark.fact("D081")
    def test_alias_in_the_mfa_answer(self, engine: Engine) -> None:
        """The classic fault: an alias answers MFA, and ConfirmDevice fails."""
        walker = new_mfa_walker(engine, ALWAYS, AliasAttributes=["email"])
        secret, _ = with_totp(walker)
        alias = {"USERNAME": "alice@example.com"}
        tokens = tokens_of(walker.by_totp(walker.by_srp(), secret, **alias))
        with refused("InvalidParameterException", "Invalid device key given."):
            walker.confirm_device(tokens)
