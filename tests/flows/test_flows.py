"""The small flows: the order of their calls, and what they make of the answers."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import ANY, Stubber

from harness.clock import VirtualClock
from harness.errors import UnexpectedResult
from harness.flows import devices, mfa, recovery, sign_up, tokens
from harness.flows.actions import Actions, AppClient
from harness.redaction import Secret
from harness.users.device import Device
from harness.users.mailboxes.outbox import OutboxMailbox
from harness.users.mailboxes.scripted import ScriptedMailbox
from harness.users.person import PersonFactory
from tests.flows.stubs import stubbed

APP = AppClient("us-east-1_AbCdEf123", "1h57kf5cpq17m0eml12EXAMPLE")
ACCESS = Secret("access")
DEVICE = Device("us-east-1_0f1e2d3c", "-Xk3PqZ7d", Secret("device-password"), name="phone")
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SESSIONS = ["1" * 20, "2" * 20, "3" * 20]
clock = VirtualClock(1_795_372_815.0, frozen=True)
person = PersonFactory(1).make()


def web_token(claims: object) -> Secret:
    """Return a JSON web token of the claims, without a signature."""
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return Secret(f"eyJhbGciOiJSUzI1NiJ9.{payload}.c2lnbmF0dXJl")


def actions_and_script(secret: str | None = None) -> tuple[Actions, Stubber]:
    """Return operations on a scripted pool, and the script."""
    client, stubber = stubbed()
    app = APP if secret is None else AppClient(APP.user_pool_id, APP.client_id, Secret(secret))
    return Actions(client, app), stubber


def late_mailbox(kind: str) -> OutboxMailbox:
    """Return a mailbox that at first has an old code only, the new one from the second look on."""
    old = {"kind": kind, "username": "x", "code": "111111", "sent_at": clock.time() - 5}
    new = {**old, "code": "222222", "sent_at": clock.time()}
    looks = iter([[old], [new, old]])
    waiting = VirtualClock(0.0, frozen=True)
    return OutboxMailbox(lambda **_: next(looks), APP.user_pool_id, clock, waiting=waiting)


class TestSignUp:
    """Signing up and confirming."""

    def test_code_of_the_mailbox_confirms(self) -> None:
        """The code of the mailbox confirms the person who signed up."""
        actions, script = actions_and_script()
        delivery = {"Destination": "a***@e***", "DeliveryMedium": "EMAIL"}
        answer = {"UserConfirmed": False, "UserSub": "34c8", "CodeDeliveryDetails": delivery}
        script.add_response("sign_up", answer)
        request = {
            "ClientId": APP.client_id,
            "Username": person.username,
            "ConfirmationCode": "123456",
        }
        script.add_response("confirm_sign_up", {}, request)
        mailbox = ScriptedMailbox(["123456"], clock)
        signed_up = sign_up.sign_up_and_confirm(actions, person, mailbox)
        assert (signed_up.sub, signed_up.confirmed) == ("34c8", False)
        assert signed_up.delivery == delivery
        script.assert_no_pending_responses()

    def test_confirmed_user_awaits_no_code(self) -> None:
        """Where SignUp confirms at once, no code is awaited."""
        actions, script = actions_and_script()
        script.add_response("sign_up", {"UserConfirmed": True, "UserSub": "34c8"})
        signed_up = sign_up.sign_up_and_confirm(actions, person, ScriptedMailbox([], clock))
        assert signed_up.confirmed
        assert signed_up.delivery is None

    def test_code_can_be_resent(self) -> None:
        """Another code can be had without confirming by it."""
        actions, script = actions_and_script()
        script.add_response("resend_confirmation_code", {})
        code = sign_up.resend_code(actions, person, ScriptedMailbox(["654321"], clock))
        assert code.value == Secret("654321")
        assert code.kind == "resend"

    def test_late_resent_code_is_awaited(self) -> None:
        """A code of before the call is not taken for the one that the call has sent."""
        actions, script = actions_and_script()
        script.add_response("resend_confirmation_code", {})
        code = sign_up.resend_code(actions, person, late_mailbox("resend"))
        assert code.value == Secret("222222")


class TestRecovery:
    """A forgotten password."""

    def test_code_sets_the_new_password(self) -> None:
        """The code that came sets the new password, and the person has it from then on."""
        actions, script = actions_and_script()
        script.add_response("forgot_password", {})
        request = {
            "ClientId": APP.client_id,
            "Username": person.username,
            "ConfirmationCode": "123456",
            "Password": "New-Horse-1",
        }
        script.add_response("confirm_forgot_password", {}, request)
        mailbox = ScriptedMailbox(["123456"], clock)
        changed = recovery.recover_password(actions, person, mailbox, Secret("New-Horse-1"))
        assert changed == person.with_password(Secret("New-Horse-1"))

    def test_late_code_is_awaited(self) -> None:
        """A code of before the call is not taken for the one that the call has sent."""
        actions, script = actions_and_script()
        script.add_response("forgot_password", {})
        mailbox = late_mailbox("forgot_password")
        code = recovery.request_recovery_code(actions, person, mailbox)
        assert code.value == Secret("222222")

    def test_refused_password_is_not_kept(self) -> None:
        """A password that Cognito refuses is no password of the person."""
        actions, script = actions_and_script()
        script.add_response("forgot_password", {})
        script.add_client_error("confirm_forgot_password", "InvalidPasswordException")
        mailbox = ScriptedMailbox(["123456"], clock)
        with pytest.raises(ClientError, match="InvalidPasswordException"):
            recovery.recover_password(actions, person, mailbox, Secret("short"))


class TestMfa:
    """Enrolling an authenticator."""

    def test_access_token_enrolls(self) -> None:
        """A signed-in person enrolls with an access token, then has the factor asked for."""
        actions, script = actions_and_script()
        script.add_response(
            "associate_software_token", {"SecretCode": TOTP_SECRET}, {"AccessToken": "access"}
        )
        verify = {"AccessToken": "access", "UserCode": ANY, "FriendlyDeviceName": "phone"}
        script.add_response("verify_software_token", {"Status": "SUCCESS"}, verify)
        preference = {"Enabled": True, "PreferredMfa": True}
        request = {"AccessToken": "access", "SoftwareTokenMfaSettings": preference}
        script.add_response("set_user_mfa_preference", {}, request)
        authenticator = mfa.enrol(actions, ACCESS, clock, friendly_device_name="phone")
        assert authenticator.code() == authenticator.peek()
        script.assert_no_pending_responses()

    def test_code_of_the_enrollment_is_used_up(self) -> None:
        """The code that VerifySoftwareToken took is not given again (A226)."""
        actions, script = actions_and_script()
        script.add_response(
            "associate_software_token", {"SecretCode": TOTP_SECRET, "Session": SESSIONS[1]}
        )
        answer = {"Status": "SUCCESS", "Session": SESSIONS[2]}
        request = {"UserCode": ANY, "Session": SESSIONS[1]}
        script.add_response("verify_software_token", answer, request)
        enrolment = mfa.enrol_by_session(actions, Secret(SESSIONS[0]), clock)
        spent = enrolment.authenticator.peek(-1)
        assert enrolment.authenticator.code() != spent
        assert enrolment.session == Secret(SESSIONS[2])

    def test_status_error_is_a_finding(self) -> None:
        """Status ERROR is a finding, though HTTP says that all is well (A217)."""
        actions, script = actions_and_script()
        script.add_response("associate_software_token", {"SecretCode": TOTP_SECRET})
        script.add_response("verify_software_token", {"Status": "ERROR"})
        with pytest.raises(UnexpectedResult, match="ERROR"):
            mfa.enrol_by_access_token(actions, ACCESS, clock)

    def test_switching_off_takes_the_preference_back(self) -> None:
        """Switching the authenticator off takes the preference back, too."""
        actions, script = actions_and_script()
        preference = {"Enabled": False, "PreferredMfa": False}
        request = {"AccessToken": "access", "SoftwareTokenMfaSettings": preference}
        script.add_response("set_user_mfa_preference", {}, request)
        mfa.stop_using_software_token(actions, ACCESS)
        script.assert_no_pending_responses()


class TestDevices:
    """Confirming, remembering, forgetting."""

    @pytest.mark.parametrize("necessary", [False, True], ids=["always", "opt-in"])
    def test_remembered_by_the_user_only_where_that_is_asked(self, necessary: bool) -> None:
        """UpdateDeviceStatus is called where UserConfirmationNecessary says so, else not."""
        actions, script = actions_and_script()
        request = {
            "AccessToken": "access",
            "DeviceKey": DEVICE.key,
            "DeviceName": "phone",
            "DeviceSecretVerifierConfig": DEVICE.verifier_config(),
        }
        script.add_response("confirm_device", {"UserConfirmationNecessary": necessary}, request)
        if necessary:
            status = {
                "AccessToken": "access",
                "DeviceKey": DEVICE.key,
                "DeviceRememberedStatus": "remembered",
            }
            script.add_response("update_device_status", {}, status)
        assert devices.track_device(actions, ACCESS, DEVICE) is DEVICE
        script.assert_no_pending_responses()

    def test_missing_device_is_a_finding(self) -> None:
        """A sign-in that brought no device is a finding where one is to be tracked."""
        actions, _ = actions_and_script()
        with pytest.raises(UnexpectedResult, match="NewDeviceMetadata"):
            devices.track_device(actions, ACCESS, None)

    def test_device_can_be_unremembered_and_forgotten(self) -> None:
        """A device can be un-remembered and forgotten by its key."""
        actions, script = actions_and_script()
        whose = {"AccessToken": "access", "DeviceKey": DEVICE.key}
        status = {**whose, "DeviceRememberedStatus": "not_remembered"}
        script.add_response("update_device_status", {}, status)
        script.add_response("forget_device", {}, whose)
        devices.do_not_remember_device(actions, ACCESS, DEVICE)
        devices.forget_device(actions, ACCESS, DEVICE)
        script.assert_no_pending_responses()

    def test_every_page_is_read(self) -> None:
        """Devices are read page by page to the end."""
        actions, script = actions_and_script()
        first, second = ({"DeviceKey": f"us-east-1_{number}"} for number in range(2))
        script.add_response("list_devices", {"Devices": [first], "PaginationToken": "next"})
        request = {"AccessToken": "access", "Limit": 1, "PaginationToken": "next"}
        script.add_response("list_devices", {"Devices": [second]}, request)
        assert list(devices.every_device(actions, ACCESS, limit=1)) == [first, second]


class TestTokens:
    """Reading and renewing tokens."""

    before = tokens.Tokens(web_token({"username": "34c84488"}), Secret("id"), Secret("ref"), 60)

    def renewed(self, **more: Any) -> dict[str, Any]:
        """Return an answer with renewed tokens."""
        result = {"AccessToken": "new-access", "IdToken": "new-id", "ExpiresIn": 3600, **more}
        return {"AuthenticationResult": result}

    def test_refresh_keeps_the_refresh_token(self) -> None:
        """REFRESH_TOKEN_AUTH gives no new refresh token, so the old one stays (A260)."""
        actions, script = actions_and_script()
        parameters = {"REFRESH_TOKEN": "ref", "DEVICE_KEY": DEVICE.key}
        request = {
            "ClientId": APP.client_id,
            "AuthFlow": "REFRESH_TOKEN_AUTH",
            "AuthParameters": parameters,
        }
        script.add_response("initiate_auth", self.renewed(), request)
        after = tokens.refresh(actions, self.before, device_key=DEVICE.key)
        assert after == tokens.Tokens(
            Secret("new-access"), Secret("new-id"), Secret("ref"), expires_in=3600
        )

    @pytest.mark.parametrize("username", [None, "34c84488"], ids=["from the token", "given"])
    def test_secret_hash_is_over_the_internal_name(self, username: str | None) -> None:
        """With a client secret, the hash is over the name in the access token (A122)."""
        actions, script = actions_and_script("s" * 24)
        parameters = {"REFRESH_TOKEN": "ref", "SECRET_HASH": actions.app.secret_hash("34c84488")}
        request = {
            "ClientId": APP.client_id,
            "AuthFlow": "REFRESH_TOKEN_AUTH",
            "AuthParameters": parameters,
        }
        script.add_response("initiate_auth", self.renewed(), request)
        tokens.refresh(actions, self.before, username=username)
        script.assert_no_pending_responses()

    def test_rotated_refresh_token_takes_over(self) -> None:
        """GetTokensFromRefreshToken may bring a new refresh token, which takes over."""
        actions, script = actions_and_script()
        script.add_response("get_tokens_from_refresh_token", self.renewed(RefreshToken="newer"))
        after = tokens.exchange_refresh_token(actions, self.before)
        assert after.refresh == Secret("newer")

    def test_claims_are_read_as_written(self) -> None:
        """The claims are read as they are written."""
        assert self.before.username == "34c84488"
        assert tokens.unverified_claims(self.before.access) == {"username": "34c84488"}

    @pytest.mark.parametrize(
        "text",
        ["opaque", "a.b.c", "a.!.c", web_token(["list"]).reveal(), "a.b.c.d.e"],
        ids=["one part", "no JSON", "no base64", "no object", "five parts"],
    )
    def test_invalid_token_is_a_finding(self, text: str) -> None:
        """What is no JSON web token is a finding that does not repeat the text."""
        with pytest.raises(UnexpectedResult) as caught:
            tokens.unverified_claims(Secret(text))
        assert text not in str(caught.value)
        assert caught.value.__suppress_context__ or caught.value.__context__ is None

    @pytest.mark.parametrize("missing", ["AccessToken", "IdToken", "RefreshToken"])
    def test_missing_token_is_a_finding(self, missing: str) -> None:
        """A sign-in without one of the three tokens is a finding that names it."""
        result = {"AccessToken": "a", "IdToken": "i", "RefreshToken": "r", "ExpiresIn": 1}
        del result[missing]
        with pytest.raises(UnexpectedResult, match=missing):
            tokens.Tokens.from_result(result)
