"""Challenges one by one: how each is answered, and what a scenario can change on the way."""

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
from harness.flows.sign_in import AuthFlow, Progress, SignIn
from harness.redaction import Secret
from harness.srp.engines import load_engine
from harness.users.authenticator import Authenticator
from harness.users.mailboxes.base import Code
from harness.users.mailboxes.scripted import ScriptedMailbox
from tests.flows.played import USER_ID, PlayedCognito
from tests.flows.signing_in import SRP_FLOWS, alice, clock, device, sign_in_to


class LatePost(ScriptedMailbox):
    """A mailbox whose messages are dated by another clock than Cognito's, and who was asked for."""

    def __init__(self) -> None:
        self.clock = VirtualClock(clock.time() - 86_400, frozen=True)
        self.asked: list[tuple[str, str | None, float | None]] = []
        super().__init__(["123456"], self.clock)

    def newest_code(self, username: str, **wanted: Any) -> Code:
        """Return the code, and keep the question."""
        self.asked.append((username, wanted["kind"], wanted["since"]))
        return super().newest_code(username, **wanted)


class TestOtherChallenges:
    """The challenges that need something from the context."""

    @pytest.mark.parametrize(
        ("challenge", "member"), [("SMS_MFA", "SMS_MFA_CODE"), ("EMAIL_OTP", "EMAIL_OTP_CODE")]
    )
    def test_sent_code_is_entered(self, challenge: str, member: str) -> None:
        """A code that was sent answers SMS_MFA and EMAIL_OTP."""
        cognito = PlayedCognito([challenge])
        context = alice(mailbox=ScriptedMailbox(["123456"], clock), device=device)
        sign_in_to(cognito).run(context, "USER_PASSWORD_AUTH")
        assert cognito.sent(1) == {
            "USERNAME": USER_ID,
            member: "123456",
            "DEVICE_KEY": device.key,
        }

    @pytest.mark.parametrize("typed", ["alice@example.com", "alice"])
    def test_mailbox_is_asked_by_the_typed_address(self, typed: str) -> None:
        """A mailbox is asked by the address that was typed, else by the internal name.

        And for codes from the moment of asking on, by the clock that dates its messages.
        """
        mailbox = LatePost()
        context = dataclasses.replace(alice(mailbox=mailbox), username=typed)
        sign_in_to(PlayedCognito(["EMAIL_OTP"])).run(context, "USER_PASSWORD_AUTH")
        asked_for = typed if "@" in typed else USER_ID
        assert mailbox.asked == [(asked_for, "mfa", mailbox.clock.time())]

    @pytest.mark.parametrize(
        ("more", "chosen"),
        [
            ({}, "SOFTWARE_TOKEN_MFA"),
            ({"mfa_choice": "SMS_MFA"}, "SMS_MFA"),
            ({"authenticator": None}, "EMAIL_OTP"),
        ],
        ids=["first that can be answered", "the context's choice", "no authenticator"],
    )
    def test_context_selects_the_factor(self, more: Mapping[str, Any], chosen: str) -> None:
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

    def test_missing_required_attribute_is_named(self) -> None:
        """A required attribute that is not given is named."""
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
    def test_missing_factor_is_named(self, challenge: str, missing: str) -> None:
        """A challenge that the context cannot respond to names what is missing."""
        cognito = PlayedCognito([challenge])
        with pytest.raises(UnexpectedChallenge, match=f"{challenge}.* no {missing} "):
            sign_in_to(cognito).run(alice(), "USER_PASSWORD_AUTH")

    @pytest.mark.parametrize("flow", SRP_FLOWS)
    def test_challenge_without_its_parameters_is_a_finding(self, flow: AuthFlow) -> None:
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
        words = r"'NEW_KIND': it has no handler; .*SOFTWARE_TOKEN_MFA"
        with pytest.raises(UnexpectedChallenge, match=words):
            sign_in_to(PlayedCognito(["NEW_KIND"])).run(alice(), "USER_PASSWORD_AUTH")

    def test_registered_handler_responds(self) -> None:
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

    def test_missing_challenge_is_a_finding(self) -> None:
        """Tokens in place of the expected challenge are a failure that shows the way walked."""
        with pytest.raises(UnexpectedResult, match=r"SMS_MFA.*PASSWORD_VERIFIER > tokens"):
            sign_in_to(PlayedCognito()).run(alice(), "USER_SRP_AUTH", until="SMS_MFA")

    def test_response_can_be_changed_before_it_is_sent(self) -> None:
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

    def test_pending_challenge_has_no_result(self) -> None:
        """There is no result while a challenge is pending."""
        progress = sign_in_to(PlayedCognito()).start(alice(), "USER_SRP_AUTH")
        with pytest.raises(UnexpectedChallenge, match="PASSWORD_VERIFIER"):
            progress.result()

    def test_endless_challenges_are_stopped(self) -> None:
        """A service that asks on and on is stopped."""
        cognito = PlayedCognito(["CUSTOM_CHALLENGE"] * 50)
        sign_in = sign_in_to(cognito)
        sign_in.register("CUSTOM_CHALLENGE", lambda progress, sign_in: {"ANSWER": "1"})
        with pytest.raises(UnexpectedResult, match="too many challenges"):
            sign_in.run(alice(), "USER_PASSWORD_AUTH")

    def test_unknown_flow_is_refused(self) -> None:
        """A flow that does not exist is refused with the nearest that does."""
        with pytest.raises(ConfigurationError, match=r"did you mean .USER_SRP_AUTH"):
            sign_in_to(PlayedCognito()).start(alice(), cast(AuthFlow, "USER_SRP_AUT"))
