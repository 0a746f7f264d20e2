"""Signing in: the challenges walked, what is sent for each, and what a scenario can change."""

from __future__ import annotations

import dataclasses

import pytest
from botocore.exceptions import ClientError

from harness.flows.actions import AppClient
from harness.flows.sign_in import AuthFlow, Step
from harness.redaction import Secret
from harness.srp.engines import available_engines, load_engine
from harness.users.authenticator import Authenticator
from harness.users.device import Device
from tests.flows.played import (
    CLIENT_ID,
    DEVICE_METADATA,
    PASSWORD,
    POOL_ID,
    SECRET_BLOCK,
    USER_ID,
    PlayedCognito,
)
from tests.flows.signing_in import (
    FLOWS,
    REMEMBERED,
    SRP_FLOWS,
    alice,
    clock,
    device,
    first_factor,
    sign_in_to,
)


class TestWholeWay:
    """From the first request to the tokens."""

    @pytest.mark.parametrize("engine", available_engines())
    @pytest.mark.parametrize("flow", FLOWS)
    def test_password_alone_brings_tokens(self, flow: AuthFlow, engine: str) -> None:
        """Where nothing else is asked, the password proof of every engine brings tokens."""
        result = sign_in_to(PlayedCognito(), engine=engine).run(alice(), flow)
        assert result.tokens.access == Secret("access")
        assert result.tokens.refresh == Secret("refresh")
        assert result.tokens.expires_in == 3600
        assert result.steps == first_factor(flow)
        assert result.new_device is None

    @pytest.mark.parametrize("engine", available_engines())
    @pytest.mark.parametrize("flow", FLOWS)
    def test_remembered_device_proves_itself(self, flow: AuthFlow, engine: str) -> None:
        """A device proves itself by SRP of its own after the password, with every engine."""
        mine = Device.from_metadata(DEVICE_METADATA, load_engine(engine))
        cognito = PlayedCognito(REMEMBERED, verifier_config=mine.verifier_config())
        result = sign_in_to(cognito, engine=engine).run(alice(device=mine), flow)
        assert result.steps == (*first_factor(flow), *REMEMBERED)

    @pytest.mark.parametrize("flow", FLOWS)
    def test_totp_code_is_sent_for_software_token_mfa(self, flow: AuthFlow) -> None:
        """An authenticator's code answers SOFTWARE_TOKEN_MFA."""
        cognito = PlayedCognito(["SOFTWARE_TOKEN_MFA"])
        authenticator = Authenticator(cognito.totp_secret, clock)
        result = sign_in_to(cognito).run(alice(authenticator=authenticator), flow)
        assert result.steps[-1] == "SOFTWARE_TOKEN_MFA"

    def test_admin_flows_use_admin_operations_throughout(self) -> None:
        """An Admin flow is answered by AdminRespondToAuthChallenge, any other never is."""
        cognito = PlayedCognito()
        result = sign_in_to(cognito).run(alice(), "ADMIN_USER_SRP_AUTH")
        assert [name for name, _ in cognito.requests] == [
            "admin_initiate_auth",
            "admin_respond_to_auth_challenge",
        ]
        assert cognito.requests[0][1]["AuthFlow"] == "USER_SRP_AUTH"
        assert result.challenges == (Step("PASSWORD_VERIFIER", "AdminRespondToAuthChallenge"),)

    def test_new_device_is_handed_over(self) -> None:
        """NewDeviceMetadata becomes a device with a password and a name, not yet confirmed."""
        cognito = PlayedCognito(new_device=True)
        result = sign_in_to(cognito).run(alice(device_name="phone"), "USER_SRP_AUTH")
        assert result.new_device is not None
        assert result.new_device.key == DEVICE_METADATA["DeviceKey"]
        assert result.new_device.group_key == DEVICE_METADATA["DeviceGroupKey"]
        assert result.new_device.name == "phone"
        assert not any("confirm" in name for name, _ in cognito.requests)

    def test_mfa_setup_hands_the_authenticator_back(self) -> None:
        """MFA_SETUP enrolls an authenticator, and each call sends the newest Session (A206)."""
        cognito = PlayedCognito(["MFA_SETUP"])
        context = alice(friendly_device_name="my phone")
        result = sign_in_to(cognito).run(context, "USER_PASSWORD_AUTH")
        assert result.authenticator is not None
        assert result.authenticator.peek() == Authenticator(cognito.totp_secret, clock).peek()
        _, associate, verify, respond = (members for _, members in cognito.requests)
        assert associate["Session"] == "played-session-00001"
        assert verify["Session"] == "played-session-00002"
        assert verify["FriendlyDeviceName"] == "my phone"
        assert respond["Session"] == "played-session-00003"
        assert respond["ChallengeResponses"] == {"USERNAME": USER_ID}

    def test_wrong_password_passes_unchanged(self) -> None:
        """What Cognito refuses arrives as it is."""
        wrong = dataclasses.replace(alice(), password=Secret("Wrong-Horse-1"))
        with pytest.raises(ClientError, match="Incorrect username or password"):
            sign_in_to(PlayedCognito()).run(wrong, "USER_SRP_AUTH")


class TestWhatIsSent:
    """Names, keys, hashes and sessions in each request."""

    def test_username_is_internal_after_the_first_request(self) -> None:
        """Answers carry the internal name, since devices hang on the last USERNAME (D081)."""
        cognito = PlayedCognito(["SOFTWARE_TOKEN_MFA"])
        context = alice(authenticator=Authenticator(cognito.totp_secret, clock))
        sign_in_to(cognito).run(context, "USER_SRP_AUTH")
        assert cognito.sent(0)["USERNAME"] == "alice@example.com"
        assert [cognito.sent(number)["USERNAME"] for number in (1, 2)] == [USER_ID, USER_ID]

    @pytest.mark.parametrize("flow", FLOWS)
    def test_device_key_goes_into_every_request_that_takes_one(self, flow: AuthFlow) -> None:
        """DEVICE_KEY is in InitiateAuth and in each answer: the last one counts (D057, D083)."""
        cognito = PlayedCognito(
            ["SOFTWARE_TOKEN_MFA", *REMEMBERED], verifier_config=device.verifier_config()
        )
        authenticator = Authenticator(cognito.totp_secret, clock)
        sign_in_to(cognito).run(alice(authenticator=authenticator, device=device), flow)
        keys = [cognito.sent(number).get("DEVICE_KEY") for number in range(len(cognito.requests))]
        assert set(keys) == {device.key}

    def test_device_key_does_not_go_with_a_new_password(self) -> None:
        """NEW_PASSWORD_REQUIRED and MFA_SETUP take no DEVICE_KEY, so a new device comes (D096)."""
        cognito = PlayedCognito(["NEW_PASSWORD_REQUIRED", "MFA_SETUP"])
        context = alice(device=device, new_password=Secret("New-Horse-1"))
        sign_in_to(cognito).run(context, "USER_PASSWORD_AUTH")
        assert cognito.sent(1) == {"USERNAME": USER_ID, "NEW_PASSWORD": "New-Horse-1"}
        assert cognito.sent(-1) == {"USERNAME": USER_ID}

    def test_no_device_key_without_a_device(self) -> None:
        """Without a device no DEVICE_KEY is sent at all, not even an empty one."""
        cognito = PlayedCognito(["SOFTWARE_TOKEN_MFA"])
        context = alice(authenticator=Authenticator(cognito.totp_secret, clock))
        sign_in_to(cognito).run(context, "USER_SRP_AUTH")
        assert all("DEVICE_KEY" not in cognito.sent(number) for number in range(3))

    def test_secret_hash_is_over_the_username_of_each_request(self) -> None:
        """SECRET_HASH is made with the very USERNAME that goes beside it (D049, A124)."""
        cognito = PlayedCognito(REMEMBERED, verifier_config=device.verifier_config())
        app = AppClient(POOL_ID, CLIENT_ID, Secret("client-secret"))
        sign_in_to(cognito, secret="client-secret").run(alice(device=device), "USER_SRP_AUTH")
        for number in range(4):
            sent = cognito.sent(number)
            assert sent["SECRET_HASH"] == app.secret_hash(sent["USERNAME"])
        assert cognito.sent(0)["SECRET_HASH"] != cognito.sent(1)["SECRET_HASH"]

    def test_session_is_the_one_of_the_challenge(self) -> None:
        """PASSWORD_VERIFIER has no Session and sends none; later answers send the newest."""
        cognito = PlayedCognito(REMEMBERED, verifier_config=device.verifier_config())
        sign_in_to(cognito).run(alice(device=device), "USER_SRP_AUTH")
        sessions = [members.get("Session") for _, members in cognito.requests]
        assert sessions == [None, None, "played-session-00001", "played-session-00002"]

    def test_device_exchange_has_an_a_of_its_own(self) -> None:
        """The device's SRP_A is fresh, so that no exponent serves two secrets."""
        cognito = PlayedCognito(REMEMBERED, verifier_config=device.verifier_config())
        sign_in_to(cognito).run(alice(device=device), "USER_SRP_AUTH")
        assert cognito.sent(0)["SRP_A"] != cognito.sent(2)["SRP_A"]

    def test_secret_block_goes_back_as_it_came(self) -> None:
        """The SECRET_BLOCK goes back as it came, with the TIMESTAMP in Cognito's form (D026)."""
        cognito = PlayedCognito()
        sign_in_to(cognito).run(alice(), "USER_SRP_AUTH")
        sent = cognito.sent(1)
        assert set(sent) == {
            "USERNAME",
            "PASSWORD_CLAIM_SECRET_BLOCK",
            "PASSWORD_CLAIM_SIGNATURE",
            "TIMESTAMP",
        }
        assert sent["PASSWORD_CLAIM_SECRET_BLOCK"] == SECRET_BLOCK
        assert sent["TIMESTAMP"] == "Sun Nov 22 18:40:15 UTC 2026"


class TestUnknownDevice:
    """What becomes of a refusal that says that the device does not exist."""

    @pytest.mark.parametrize("flow", FLOWS)
    def test_refusal_is_shown_by_default(self, flow: AuthFlow) -> None:
        """The refusal passes unchanged unless recovery is asked for."""
        cognito = PlayedCognito(refused_device=device.key)
        with pytest.raises(ClientError, match="Device does not exist"):
            sign_in_to(cognito).run(alice(device=device), flow)

    @pytest.mark.parametrize("flow", FLOWS)
    def test_recovery_goes_on_without_the_device(self, flow: AuthFlow) -> None:
        """With recovery the same step is taken again without DEVICE_KEY (D106)."""
        cognito = PlayedCognito(refused_device=device.key, new_device=True)
        context = alice(device=device, recover_from_unknown_device=True)
        result = sign_in_to(cognito).run(context, flow)
        refused, repeated = cognito.sent(-2), cognito.sent(-1)
        assert refused["DEVICE_KEY"] == device.key
        assert "DEVICE_KEY" not in repeated
        if flow in SRP_FLOWS:
            assert repeated["PASSWORD_CLAIM_SECRET_BLOCK"] == SECRET_BLOCK
        assert result.new_device is not None
        assert result.context is not None
        assert result.context.device is None


def test_nothing_secret_is_shown() -> None:
    """Neither a context nor a progress nor a result shows a password, code, session or token."""
    cognito = PlayedCognito(["SOFTWARE_TOKEN_MFA"], new_device=True)
    sign_in = sign_in_to(cognito, secret="client-secret")
    authenticator = Authenticator(cognito.totp_secret, clock)
    context = alice(authenticator=authenticator, device=device, new_password=Secret("New-Horse-1"))
    first = sign_in.start(context, "USER_SRP_AUTH")
    proof = sign_in.prepare(first)
    progress = sign_in.submit(first, proof)
    answer = sign_in.prepare(progress)
    result = sign_in.submit(progress, answer).result()
    shown = repr((first, proof, progress, answer, result, sign_in.actions.app))
    assert answer["SOFTWARE_TOKEN_MFA_CODE"] not in shown
    assert proof["PASSWORD_CLAIM_SIGNATURE"] not in shown
    assert SECRET_BLOCK not in shown
    secrets = (PASSWORD, "New-Horse-1", "played-session", "'access'", "'refresh'", "client-secret")
    for secret in (*secrets, cognito.totp_secret, device.password.reveal()):
        assert secret not in shown
