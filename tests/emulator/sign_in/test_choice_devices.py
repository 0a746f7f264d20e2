"""Tracked devices in USER_AUTH, after the password and after the other first factors."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.emulator.engine import Engine
from harness.emulator.refusals import Refusal
from tests.emulator.support.choosing import (
    ask,
    choose,
    chooser,
    passkeys_in,
    prove,
    register,
    sent_code,
)
from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD, refused
from tests.emulator.support.saved_states import restart
from tests.emulator.support.walker import ALWAYS, Device, Walker, claims_of, tokens_of

UNKNOWN_KEY = "us-east-1_0f1e2d3c-4b5a-4697-8877-665544332211"
NO_DEVICE = ("ResourceNotFoundException", "Device does not exist.")


@pytest.fixture(params=[False, True], ids=["public", "admin"])
def walker(engine: Engine, request: pytest.FixtureRequest) -> Walker:
    """A user of a pool that remembers every device, with every first factor."""
    return chooser(engine, devices=ALWAYS, admin=request.param)


@pytest.fixture
def device(walker: Walker) -> Device:
    """The user's remembered device."""
    return walker.confirm_device(tokens_of(walker.by_password()))


class TestPassword:
    """The password, by each of the ways of USER_AUTH."""

    @pytest.mark.fact("N056")
    @pytest.mark.parametrize("way", ["preferred", "begun with the key", "chosen with the key"])
    def test_key_leads_to_the_device(self, walker: Walker, device: Device, way: str) -> None:
        """DEVICE_KEY leads to DEVICE_SRP_AUTH, wherever it is given before the password."""
        key, password = {"DEVICE_KEY": device.key}, {"PASSWORD": PASSWORD}
        if way == "preferred":
            challenge = choose(walker, PREFERRED_CHALLENGE="PASSWORD", **password, **key)
        else:
            begun = choose(walker, **(key if way == "begun with the key" else {}))
            later = key if way == "chosen with the key" else {}
            challenge = walker.respond(
                "SELECT_CHALLENGE", begun["Session"], ANSWER="PASSWORD", **password, **later
            )
        assert challenge["ChallengeName"] == "DEVICE_SRP_AUTH"
        tokens = tokens_of(walker.by_device(device, challenge))
        assert claims_of(tokens["AccessToken"])["device_key"] == device.key
        assert "NewDeviceMetadata" not in tokens

    @pytest.mark.fact("N056")
    @pytest.mark.parametrize("way", ["preferred", "begun with the key", "chosen with the key"])
    def test_srp_carries_the_key(self, walker: Walker, device: Device, way: str) -> None:
        """The same holds for PASSWORD_SRP, whose proof comes in the step after."""
        key, srp = {"DEVICE_KEY": device.key}, {"SRP_A": walker.exchange.public_hex}
        if way == "preferred":
            verifier = choose(walker, PREFERRED_CHALLENGE="PASSWORD_SRP", **srp, **key)
        else:
            begun = choose(walker, **(key if way == "begun with the key" else {}))
            later = key if way == "chosen with the key" else {}
            verifier = walker.respond(
                "SELECT_CHALLENGE", begun["Session"], ANSWER="PASSWORD_SRP", **srp, **later
            )
        proof = walker.proof(verifier)
        challenge = walker.respond("PASSWORD_VERIFIER", verifier["Session"], **proof)
        assert challenge["ChallengeName"] == "DEVICE_SRP_AUTH"
        assert tokens_of(walker.by_device(device, challenge))

    @pytest.mark.fact("N056", "D053")
    def test_remembered_device_replaces_mfa(self, engine: Engine) -> None:
        """A device that was part of a sign-in with MFA is asked for instead of the code."""
        walker = chooser(engine, devices=ALWAYS, mfa="OPTIONAL")
        secret = walker.enrol(tokens_of(walker.by_password()))
        device = walker.confirm_device(tokens_of(walker.by_totp(walker.by_password(), secret)))
        password = {"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD}
        assert choose(walker, **password)["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
        challenge = choose(walker, DEVICE_KEY=device.key, **password)
        assert challenge["ChallengeName"] == "DEVICE_SRP_AUTH"
        assert tokens_of(walker.by_device(device, challenge))

    @pytest.mark.fact("N056", "D081")
    def test_alias_in_the_choice_breaks_confirm_device(self, engine: Engine) -> None:
        """A new device is bound to the name in the response, as after every challenge."""
        walker = chooser(engine, devices=ALWAYS, AliasAttributes=["email"])
        alias = {"USERNAME": "alice@example.com"}
        chosen = {"ANSWER": "PASSWORD", "PASSWORD": PASSWORD, **alias}
        tokens = tokens_of(walker.respond("SELECT_CHALLENGE", choose(walker)["Session"], **chosen))
        with refused("InvalidParameterException", "Invalid device key given."):
            walker.confirm_device(tokens)

    @pytest.mark.fact("N056", "D106")
    def test_unknown_key_leaves_the_choice_open(self, walker: Walker) -> None:
        """An unknown key is refused at the password, and the session can be used again."""
        session = choose(walker)["Session"]
        chosen = {"ANSWER": "PASSWORD", "PASSWORD": PASSWORD}
        with refused(*NO_DEVICE):
            walker.respond("SELECT_CHALLENGE", session, DEVICE_KEY=UNKNOWN_KEY, **chosen)
        assert tokens_of(walker.respond("SELECT_CHALLENGE", session, **chosen))


class TestOtherFactors:
    """Codes and passkeys: the choice for what is unknown (N057)."""

    @pytest.mark.fact("N032", "N057")
    def test_new_password_does_not_end_a_sign_in_by_code(
        self, walker: Walker, device: Device
    ) -> None:
        """No password was proven, so the device may still be after another one is set."""
        challenge = ask(walker, "EMAIL_OTP", DEVICE_KEY=device.key)
        code = {"EMAIL_OTP_CODE": sent_code(walker)}
        asked = walker.respond("EMAIL_OTP", challenge["Session"], **code)
        assert asked["ChallengeName"] == "DEVICE_SRP_AUTH"
        walker.administer("AdminSetUserPassword", Password=OTHER_PASSWORD, Permanent=True)
        assert tokens_of(walker.by_device(device, asked))

    @pytest.mark.fact("N057")
    def test_new_device_is_issued(self, walker: Walker) -> None:
        """Without a key, a new device comes with the tokens, as after every other first factor."""
        challenge = ask(walker, "EMAIL_OTP")
        code = {"EMAIL_OTP_CODE": sent_code(walker)}
        tokens = tokens_of(walker.respond("EMAIL_OTP", challenge["Session"], **code))
        device = walker.confirm_device(tokens)
        assert claims_of(tokens["AccessToken"])["device_key"] == device.key

    @pytest.mark.fact("N057", "N056")
    @pytest.mark.parametrize("early", [False, True])
    def test_remembered_device_proves_itself(
        self, walker: Walker, device: Device, early: bool
    ) -> None:
        """A remembered device whose key is presented proves itself before the tokens."""
        key = {"DEVICE_KEY": device.key}
        asked = ask(walker, "EMAIL_OTP", **(key if early else {}))
        code = {"EMAIL_OTP_CODE": sent_code(walker), **({} if early else key)}
        challenge = walker.respond("EMAIL_OTP", asked["Session"], **code)
        assert challenge["ChallengeName"] == "DEVICE_SRP_AUTH"
        tokens = tokens_of(walker.by_device(device, challenge))
        assert claims_of(tokens["AccessToken"])["device_key"] == device.key

    @pytest.mark.fact("D106")
    def test_unknown_key_leaves_the_code_valid(self, walker: Walker) -> None:
        """An unknown key is refused with the code, which then signs in without that key."""
        challenge = ask(walker, "EMAIL_OTP", DEVICE_KEY=UNKNOWN_KEY)
        code = {"EMAIL_OTP_CODE": sent_code(walker)}
        with refused(*NO_DEVICE):
            walker.respond("EMAIL_OTP", challenge["Session"], **code)
        assert tokens_of(walker.respond("EMAIL_OTP", challenge["Session"], **code))

    @pytest.mark.fact("N057")
    def test_passkey_is_followed_by_the_device(self, walker: Walker, device: Device) -> None:
        """After a passkey it is the same."""
        passkeys_in(walker)
        challenge = walker.by_password(DEVICE_KEY=device.key)
        passkey = register(walker, tokens_of(walker.by_device(device, challenge)))
        tokens = tokens_of(prove(walker, ask(walker, "WEB_AUTHN"), passkey))
        assert tokens["NewDeviceMetadata"]["DeviceKey"] != device.key
        asked = ask(walker, "WEB_AUTHN", DEVICE_KEY=device.key)
        challenge = prove(walker, asked, passkey)
        assert tokens_of(walker.by_device(device, challenge))

    @pytest.mark.fact("N032", "N057")
    def test_mfa_that_is_switched_on_before_the_device_proves_itself(self, engine: Engine) -> None:
        """The proof of a device after a code gives no tokens to a user who needs MFA by now."""
        walker = chooser(engine, devices=ALWAYS, mfa="OPTIONAL")
        tokens = tokens_of(walker.by_password())
        device = walker.confirm_device(tokens)
        asked = ask(walker, "EMAIL_OTP", DEVICE_KEY=device.key)
        code = {"EMAIL_OTP_CODE": sent_code(walker)}
        challenge = walker.respond("EMAIL_OTP", asked["Session"], **code)
        walker.enrol(tokens)
        with refused("NotAuthorizedException"):
            walker.by_device(device, challenge)

    @pytest.mark.fact("N057", "D053", "D101")
    def test_device_of_a_code_does_not_replace_mfa(self, engine: Engine) -> None:
        """A device that a code alone has brought does not replace MFA later."""
        walker = chooser(engine, devices=ALWAYS, mfa="OPTIONAL")
        asked = ask(walker, "EMAIL_OTP")
        code = {"EMAIL_OTP_CODE": sent_code(walker)}
        tokens = tokens_of(walker.respond("EMAIL_OTP", asked["Session"], **code))
        device = walker.confirm_device(tokens)
        walker.enrol(tokens)
        challenge = walker.by_password(DEVICE_KEY=device.key)
        assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"

    @pytest.mark.fact("N057", "N033", "D053")
    def test_device_of_a_passkey_that_is_mfa_replaces_mfa(self, engine: Engine) -> None:
        """A device that a passkey for MFA has brought replaces the code after a password."""
        walker = chooser(engine, devices=ALWAYS)
        passkeys_in(walker, mfa="OPTIONAL", multi=True)
        tokens = tokens_of(walker.by_password())
        passkey = register(walker, tokens)
        walker.enrol(tokens)
        walker.call(
            "SetUserMFAPreference",
            AccessToken=tokens["AccessToken"],
            SoftwareTokenMfaSettings={"Enabled": True},
            WebAuthnMfaSettings={"Enabled": True},
        )
        device = walker.confirm_device(tokens_of(prove(walker, ask(walker, "WEB_AUTHN"), passkey)))
        challenge = walker.by_password(DEVICE_KEY=device.key)
        assert challenge["ChallengeName"] == "DEVICE_SRP_AUTH"

    @pytest.mark.fact("N033")
    def test_passkey_counts_as_mfa_from_its_next_proof_on(self, engine: Engine) -> None:
        """A passkey that was proven before it counted as MFA does not satisfy MFA."""
        walker = chooser(engine, devices=ALWAYS)
        passkeys_in(walker, mfa="OPTIONAL")
        tokens = tokens_of(walker.by_password())
        device, passkey = walker.confirm_device(tokens), register(walker, tokens)
        asked = ask(walker, "WEB_AUTHN", DEVICE_KEY=device.key)
        challenge = prove(walker, asked, passkey, verifies_user=False)
        passkeys_in(walker, mfa="OPTIONAL", multi=True)
        walker.enrol(tokens)
        walker.call(
            "SetUserMFAPreference",
            AccessToken=tokens["AccessToken"],
            SoftwareTokenMfaSettings={"Enabled": True},
            WebAuthnMfaSettings={"Enabled": True},
        )
        with pytest.raises(Refusal) as caught:
            walker.by_device(device, challenge)
        assert caught.value.reason == "the passkey was proven before it counted as MFA"

    @pytest.mark.fact("N057", "N047")
    @pytest.mark.parametrize("restarted", [False, True])
    def test_passkey_that_is_deleted_before_the_device_proves_itself(
        self, engine: Engine, restarted: bool
    ) -> None:
        """The proof of a device gives no tokens after a passkey that is gone, whatever others are.

        Neither does it if the emulator was restarted meanwhile.
        """
        walker = chooser(engine, devices=ALWAYS)
        passkeys_in(walker)
        tokens = tokens_of(walker.by_password())
        device, stolen, own = (
            walker.confirm_device(tokens),
            register(walker, tokens),
            register(walker, tokens),
        )
        waits = [
            prove(walker, ask(walker, "WEB_AUTHN", DEVICE_KEY=device.key), passkey)
            for passkey in (stolen, own)
        ]
        gone = {"CredentialId": stolen.registration["id"]}
        walker.call("DeleteWebAuthnCredential", AccessToken=tokens["AccessToken"], **gone)
        walker = replace(walker, engine=restart(engine)) if restarted else walker
        with pytest.raises(Refusal) as caught:
            walker.by_device(device, waits[0])
        assert caught.value.reason == "the passkey was deleted after it was proven"
        assert tokens_of(walker.by_device(device, waits[1]))

    @pytest.mark.fact("N057", "N033")
    def test_code_is_no_mfa_beside_a_passkey_that_is(self, engine: Engine) -> None:
        """A code does not satisfy MFA because the user has a passkey that would."""
        walker = chooser(engine, devices=ALWAYS)
        passkeys_in(walker, mfa="OPTIONAL", multi=True)
        tokens = tokens_of(walker.by_password())
        register(walker, tokens)
        walker.enrol(tokens)
        walker.call(
            "SetUserMFAPreference",
            AccessToken=tokens["AccessToken"],
            SoftwareTokenMfaSettings={"Enabled": True},
            WebAuthnMfaSettings={"Enabled": True},
        )
        passkeys_in(walker, multi=True)
        asked = ask(walker, "EMAIL_OTP")
        code = {"EMAIL_OTP_CODE": sent_code(walker)}
        answer = walker.respond("EMAIL_OTP", asked["Session"], **code)
        device = walker.confirm_device(tokens_of(answer))
        passkeys_in(walker, mfa="OPTIONAL", multi=True)
        challenge = walker.by_password(DEVICE_KEY=device.key)
        assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
