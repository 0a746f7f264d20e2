"""Signing in: the challenges walked, what is sent for each, and what a scenario can change."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from harness.clock import VirtualClock
from harness.errors import (
    ConfigurationError,
    HarnessError,
    UnexpectedChallenge,
    UnexpectedResult,
)
from harness.flows.actions import Actions, AppClient
from harness.flows.signin import AuthFlow, Progress, SignIn, SignInContext, Step
from harness.redaction import Secret
from harness.srp.engines import available_engines, load_engine
from harness.users.authenticator import Authenticator
from harness.users.device import Device
from harness.users.mailboxes.scripted import ScriptedMailbox
from tests.client.played import (
    CLIENT_ID,
    DEVICE_METADATA,
    NOW,
    PASSWORD,
    POOL_ID,
    SECRET_BLOCK,
    USER_ID,
    PlayedCognito,
)

SRP_FLOWS: tuple[AuthFlow, ...] = ("USER_SRP_AUTH", "ADMIN_USER_SRP_AUTH")
FLOWS: tuple[AuthFlow, ...] = (*SRP_FLOWS, "USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH")
REMEMBERED = ("DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER")

clock = VirtualClock(NOW, frozen=True)
device = Device.from_metadata(DEVICE_METADATA, load_engine("native"))


def sign_in_to(
    cognito: PlayedCognito, *, secret: str | None = None, engine: str = "native"
) -> SignIn:
    """Return a sign-in to a played pool."""
    app = AppClient(POOL_ID, CLIENT_ID, None if secret is None else Secret(secret))
    client = cast(Any, cognito)
    return SignIn(Actions(client, app, admin=client), load_engine(engine), VirtualClock(NOW, True))


def alice(**more: Any) -> SignInContext:
    """Return the context of the one user, who types an alias."""
    return SignInContext(username="alice@example.com", password=Secret(PASSWORD), **more)


def first_factor(flow: AuthFlow) -> tuple[str, ...]:
    """Return the challenges of a flow's first factor."""
    return ("PASSWORD_VERIFIER",) if flow in SRP_FLOWS else ()


class TestWholeWay:
    """From the first request to the tokens."""

    @pytest.mark.parametrize("engine", available_engines())
    @pytest.mark.parametrize("flow", FLOWS)
    def test_password_alone(self, flow: AuthFlow, engine: str) -> None:
        """Where nothing else is asked, the password proof brings tokens, whoever computes it."""
        result = sign_in_to(PlayedCognito(), engine=engine).run(alice(), flow)
        assert result.tokens.access == Secret("access")
        assert result.tokens.refresh == Secret("refresh")
        assert result.tokens.expires_in == 3600
        assert result.steps == first_factor(flow)
        assert result.new_device is None

    @pytest.mark.parametrize("engine", available_engines())
    @pytest.mark.parametrize("flow", FLOWS)
    def test_remembered_device(self, flow: AuthFlow, engine: str) -> None:
        """A device proves itself by SRP of its own after the password, whoever computes it."""
        mine = Device.from_metadata(DEVICE_METADATA, load_engine(engine))
        cognito = PlayedCognito(REMEMBERED, verifier_config=mine.verifier_config())
        result = sign_in_to(cognito, engine=engine).run(alice(device=mine), flow)
        assert result.steps == (*first_factor(flow), *REMEMBERED)

    @pytest.mark.parametrize("flow", FLOWS)
    def test_software_token(self, flow: AuthFlow) -> None:
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
        """MFA_SETUP enrols an authenticator, and each call sends the newest Session (A206)."""
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
        """Somebody without a device sends no DEVICE_KEY at all, not even an empty one."""
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

    def test_password_verifier_answer(self) -> None:
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


class TestOtherChallenges:
    """The challenges that need something from the context."""

    @pytest.mark.parametrize(
        ("challenge", "member"), [("SMS_MFA", "SMS_MFA_CODE"), ("EMAIL_OTP", "EMAIL_OTP_CODE")]
    )
    def test_sent_code(self, challenge: str, member: str) -> None:
        """A code that was sent answers SMS_MFA and EMAIL_OTP."""
        cognito = PlayedCognito([challenge])
        context = alice(mailbox=ScriptedMailbox(["123456"], clock), device=device)
        sign_in_to(cognito).run(context, "USER_PASSWORD_AUTH")
        assert cognito.sent(1) == {
            "USERNAME": USER_ID,
            member: "123456",
            "DEVICE_KEY": device.key,
        }

    @pytest.mark.parametrize(
        ("more", "chosen"),
        [
            ({}, "SOFTWARE_TOKEN_MFA"),
            ({"mfa_choice": "SMS_MFA"}, "SMS_MFA"),
            ({"authenticator": None}, "EMAIL_OTP"),
        ],
        ids=["first that can be answered", "the context's choice", "no authenticator"],
    )
    def test_select_mfa_type(self, more: Mapping[str, Any], chosen: str) -> None:
        """The context's choice wins; without one, the first factor there are means for."""
        choices = '["SOFTWARE_TOKEN_MFA","EMAIL_OTP","SMS_MFA"]'
        cognito = PlayedCognito(
            ["SELECT_MFA_TYPE"], parameters={"SELECT_MFA_TYPE": {"MFAS_CAN_CHOOSE": choices}}
        )
        means = {
            "authenticator": Authenticator(cognito.totp_secret, clock),
            "mailbox": ScriptedMailbox([], clock),
        }
        sign_in_to(cognito).run(alice(**{**means, **more}), "USER_PASSWORD_AUTH")
        assert cognito.sent(1) == {"USERNAME": USER_ID, "ANSWER": chosen}

    def test_new_password_brings_required_attributes_only(self) -> None:
        """Only what is demanded goes along: an attribute with a value must not (A168)."""
        required = {"requiredAttributes": '["userAttributes.given_name"]'}
        cognito = PlayedCognito(
            ["NEW_PASSWORD_REQUIRED"], parameters={"NEW_PASSWORD_REQUIRED": required}
        )
        attributes = {"given_name": "Alice", "email": "alice@example.com"}
        context = alice(new_password=Secret("New-Horse-1"), attributes=attributes)
        sign_in_to(cognito).run(context, "USER_PASSWORD_AUTH")
        assert cognito.sent(1) == {
            "USERNAME": USER_ID,
            "NEW_PASSWORD": "New-Horse-1",
            "userAttributes.given_name": "Alice",
        }

    def test_new_password_without_a_required_attribute(self) -> None:
        """A demanded attribute that nobody has is named."""
        required = {"requiredAttributes": '["userAttributes.nickname"]'}
        cognito = PlayedCognito(
            ["NEW_PASSWORD_REQUIRED"], parameters={"NEW_PASSWORD_REQUIRED": required}
        )
        with pytest.raises(HarnessError, match="nickname"):
            sign_in_to(cognito).run(alice(new_password=Secret("x")), "USER_PASSWORD_AUTH")

    @pytest.mark.parametrize(
        ("challenge", "missing"),
        [
            ("SOFTWARE_TOKEN_MFA", "authenticator"),
            ("SMS_MFA", "mailbox"),
            ("NEW_PASSWORD_REQUIRED", "new password"),
            ("DEVICE_SRP_AUTH", "device"),
        ],
    )
    def test_nothing_to_answer_with(self, challenge: str, missing: str) -> None:
        """A challenge nobody prepared for says which means are missing."""
        cognito = PlayedCognito([challenge])
        with pytest.raises(UnexpectedChallenge, match=f"{challenge}.* no {missing} "):
            sign_in_to(cognito).run(alice(), "USER_PASSWORD_AUTH")

    @pytest.mark.parametrize("flow", SRP_FLOWS)
    def test_challenge_without_its_parameters(self, flow: AuthFlow) -> None:
        """A challenge that lacks what its proof is made of is a finding, not a crash."""
        sign_in = sign_in_to(PlayedCognito())
        progress = sign_in.start(alice(), flow)
        bare = dataclasses.replace(progress, challenge_parameters={"USER_ID_FOR_SRP": USER_ID})
        with pytest.raises(UnexpectedResult, match="PASSWORD_VERIFIER"):
            sign_in.answer(bare)


class TestHandlers:
    """Handlers are found by ChallengeName."""

    def test_unknown_challenge_names_the_handlers(self) -> None:
        """A challenge without a handler is named, and so are those that have one."""
        with pytest.raises(UnexpectedChallenge, match=r"CUSTOM_CHALLENGE.*SOFTWARE_TOKEN_MFA"):
            sign_in_to(PlayedCognito(["CUSTOM_CHALLENGE"])).run(alice(), "USER_PASSWORD_AUTH")

    def test_registered_handler(self) -> None:
        """A handler of one's own answers, with a plain mapping."""
        cognito = PlayedCognito(["CUSTOM_CHALLENGE"])
        sign_in = sign_in_to(cognito)

        def answer(progress: Progress, sign_in: SignIn) -> Mapping[str, str]:
            return {"USERNAME": progress.username, "ANSWER": "42"}

        sign_in.register("CUSTOM_CHALLENGE", answer)
        result = sign_in.run(alice(), "USER_PASSWORD_AUTH")
        assert result.steps == ("CUSTOM_CHALLENGE",)
        assert cognito.sent(1) == {"USERNAME": USER_ID, "ANSWER": "42"}

    def test_handlers_given_take_precedence(self) -> None:
        """A handler handed over replaces the standard one, and only that one."""
        sign_in = SignIn(
            sign_in_to(PlayedCognito()).actions,
            load_engine("native"),
            clock,
            {"SMS_MFA": lambda progress, sign_in: {"SMS_MFA_CODE": "1"}},
        )
        assert sign_in.handlers["SMS_MFA"](None, None) == {"SMS_MFA_CODE": "1"}  # type: ignore[arg-type]
        assert "EMAIL_OTP" in sign_in.handlers


class TestStepByStep:
    """Stopping, changing an answer, and answering twice."""

    def test_until_stops_before_the_answer(self) -> None:
        """A run until a challenge leaves it pending, with its Session."""
        cognito = PlayedCognito(["SOFTWARE_TOKEN_MFA"])
        progress = sign_in_to(cognito).run(alice(), "USER_SRP_AUTH", "SOFTWARE_TOKEN_MFA")
        assert progress.challenge_name == "SOFTWARE_TOKEN_MFA"
        assert progress.steps == ("PASSWORD_VERIFIER",)
        assert progress.session == Secret("played-session-00001")
        assert not progress.done

    def test_until_a_challenge_that_never_comes(self) -> None:
        """Tokens in place of the expected challenge are a failure that shows the way walked."""
        with pytest.raises(UnexpectedResult, match=r"SMS_MFA.*PASSWORD_VERIFIER > tokens"):
            sign_in_to(PlayedCognito()).run(alice(), "USER_SRP_AUTH", until="SMS_MFA")

    def test_tampered_answer(self) -> None:
        """An answer can be changed between preparing and submitting it."""
        sign_in = sign_in_to(PlayedCognito())
        progress = sign_in.start(alice(), "USER_SRP_AUTH")
        responses = sign_in.prepare(progress)
        responses["TIMESTAMP"] = "Sun Nov 22 18:40:16 UTC 2026"
        with pytest.raises(ClientError, match="NotAuthorizedException"):
            sign_in.submit(progress, responses)
        assert sign_in.answer(progress).done

    def test_secret_hash_of_the_answer_is_kept(self) -> None:
        """A SECRET_HASH put into an answer is sent as it is."""
        cognito = PlayedCognito()
        sign_in = sign_in_to(cognito, secret="client-secret")
        progress = sign_in.start(alice(), "USER_SRP_AUTH")
        sign_in.submit(progress, {**sign_in.prepare(progress), "SECRET_HASH": "wrong"})
        assert cognito.sent(1)["SECRET_HASH"] == "wrong"

    def test_old_session_can_be_used_again(self) -> None:
        """A kept progress answers with its own Session, however far things have gone since."""
        cognito = PlayedCognito(["SMS_MFA", "EMAIL_OTP"])
        sign_in = sign_in_to(cognito)
        context = alice(mailbox=ScriptedMailbox(["1", "2", "3"], clock))
        first = sign_in.start(context, "USER_PASSWORD_AUTH")
        sign_in.answer(first)
        sign_in.answer(first)
        sessions = [members.get("Session") for _, members in cognito.requests]
        assert sessions == [None, "played-session-00001", "played-session-00001"]

    def test_result_before_the_end(self) -> None:
        """There is no result while a challenge is pending."""
        progress = sign_in_to(PlayedCognito()).start(alice(), "USER_SRP_AUTH")
        with pytest.raises(UnexpectedChallenge, match="PASSWORD_VERIFIER"):
            progress.result()

    def test_endless_challenges(self) -> None:
        """A service that asks on and on is stopped."""
        cognito = PlayedCognito(["CUSTOM_CHALLENGE"] * 50)
        sign_in = sign_in_to(cognito)
        sign_in.register("CUSTOM_CHALLENGE", lambda progress, sign_in: {"ANSWER": "1"})
        with pytest.raises(UnexpectedResult, match="no end of challenges"):
            sign_in.run(alice(), "USER_PASSWORD_AUTH")

    def test_unknown_flow(self) -> None:
        """A flow that does not exist is refused with the nearest that does."""
        with pytest.raises(ConfigurationError, match=r"did you mean .USER_SRP_AUTH"):
            sign_in_to(PlayedCognito()).start(alice(), cast(AuthFlow, "USER_SRP_AUT"))


class TestUnknownDevice:
    """What becomes of a refusal that says that the device does not exist."""

    @pytest.mark.parametrize("flow", FLOWS)
    def test_shown_by_default(self, flow: AuthFlow) -> None:
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
    progress = sign_in.run(context, "USER_SRP_AUTH", until="SOFTWARE_TOKEN_MFA")
    shown = repr((progress, sign_in.answer(progress).result(), sign_in.actions.app))
    secrets = (PASSWORD, "New-Horse-1", "played-session", "'access'", "'refresh'", "client-secret")
    for secret in (*secrets, cognito.totp_secret, device.password.reveal()):
        assert secret not in shown
