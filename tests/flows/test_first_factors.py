"""USER_AUTH on the client's side: what starts it, what answers each first factor, what follows."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from botocore.exceptions import ClientError

from harness.errors import ConfigurationError, UnexpectedChallenge, UnexpectedResult
from harness.flows.progress import FirstChallenge
from harness.flows.sign_in import AuthFlow, SignInContext
from harness.redaction import Secret
from harness.users.authenticator import Authenticator
from harness.users.mailboxes.scripted import ScriptedMailbox
from harness.users.passkey import Passkey
from tests.flows.played import PASSWORD, USER_ID
from tests.flows.played_choice import CODE, CREATION_OPTIONS, PlayedChoice
from tests.flows.signing_in import alice, clock, device, sign_in_to

CHOICE_FLOWS: tuple[AuthFlow, ...] = ("USER_AUTH", "ADMIN_USER_AUTH")
SRP_STEPS = ("PASSWORD_VERIFIER",)


def nobody(**more: Any) -> SignInContext:
    """Return the context of a user without a password."""
    return SignInContext("alice@example.com", **more)


def mailbox() -> ScriptedMailbox:
    """Return a mailbox with the code of a first factor."""
    return ScriptedMailbox([CODE], clock)


@pytest.fixture
def passkey() -> Passkey:
    """A passkey for the played pool."""
    return Passkey.create(CREATION_OPTIONS)


@pytest.fixture
def cognito(passkey: Passkey) -> PlayedChoice:
    """A pool that knows the passkey."""
    played = PlayedChoice()
    played._play_complete_web_authn_registration({"Credential": passkey.registration})
    return played


class TestPreferredChallenge:
    """PREFERRED_CHALLENGE leads to the factor at once."""

    @pytest.mark.parametrize("flow", CHOICE_FLOWS)
    @pytest.mark.parametrize(
        ("preferred", "more", "steps"),
        [
            ("PASSWORD", {"PASSWORD": PASSWORD}, ()),
            ("PASSWORD_SRP", {"SRP_A": ...}, SRP_STEPS),
            ("EMAIL_OTP", {}, ("EMAIL_OTP",)),
            ("SMS_OTP", {}, ("SMS_OTP",)),
            ("WEB_AUTHN", {}, ("WEB_AUTHN",)),
        ],
    )
    def test_each_factor_signs_in(
        self,
        cognito: PlayedChoice,
        passkey: Passkey,
        flow: AuthFlow,
        preferred: FirstChallenge,
        more: dict[str, Any],
        steps: tuple[str, ...],
    ) -> None:
        """The request has what the preferred factor needs (N019), and no more."""
        context = alice(preferred_challenge=preferred, mailbox=mailbox(), passkey=passkey)
        result = sign_in_to(cognito).run(context, flow)
        assert result.steps == steps
        sent = cognito.sent(0)
        if "SRP_A" in more:
            more = {"SRP_A": sent["SRP_A"]}
        assert sent == {
            "USERNAME": "alice@example.com",
            "PREFERRED_CHALLENGE": preferred,
            **more,
        }
        operation, members = cognito.requests[0]
        assert members["AuthFlow"] == "USER_AUTH"
        assert operation.startswith("admin_") is flow.startswith("ADMIN_")

    def test_an_unavailable_factor_becomes_a_choice(self, cognito: PlayedChoice) -> None:
        """SELECT_CHALLENGE in place of the preferred factor (N018) is answered as any."""
        cognito.available = ["PASSWORD_SRP", "PASSWORD"]
        context = alice(preferred_challenge="EMAIL_OTP", mailbox=mailbox())
        result = sign_in_to(cognito).run(context, "USER_AUTH")
        assert result.steps == ("SELECT_CHALLENGE", "PASSWORD_VERIFIER")

    @pytest.mark.parametrize("flow", ["USER_SRP_AUTH", "CUSTOM_AUTH"])
    @pytest.mark.parametrize(
        ("setting", "value"),
        [("preferred_challenge", "EMAIL_OTP"), ("confirmed_session", Secret("session"))],
    )
    def test_other_flows_take_none(self, flow: AuthFlow, setting: str, value: Any) -> None:
        """What only USER_AUTH can obey is refused before anything is sent."""
        cognito = PlayedChoice()
        with pytest.raises(ConfigurationError, match=rf"{setting}: .*only USER_AUTH.*{flow}"):
            sign_in_to(cognito).start(alice(**{setting: value}), flow)
        assert cognito.requests == []

    @pytest.mark.parametrize("setting", ["preferred_challenge", "first_factor"])
    def test_an_unknown_factor_is_refused(self, setting: str) -> None:
        """The message names the setting and the factors that there are."""
        with pytest.raises(ConfigurationError, match=f"{setting}.*EMAIL_OPT.*'EMAIL_OTP'"):
            sign_in_to(PlayedChoice()).start(alice(**{setting: "EMAIL_OPT"}), "USER_AUTH")

    @pytest.mark.parametrize(
        ("flow", "preferred"),
        [
            ("USER_AUTH", "PASSWORD"),
            ("ADMIN_USER_AUTH", "PASSWORD_SRP"),
            ("USER_SRP_AUTH", None),
            ("USER_PASSWORD_AUTH", None),
            ("ADMIN_USER_PASSWORD_AUTH", None),
        ],
    )
    def test_a_password_that_is_missing_is_named(
        self, flow: AuthFlow, preferred: FirstChallenge | None
    ) -> None:
        """A flow that needs a password is refused without one, before anything is sent."""
        cognito = PlayedChoice()
        with pytest.raises(ConfigurationError, match=f"password: no value given; {flow}"):
            sign_in_to(cognito).start(nobody(preferred_challenge=preferred), flow)
        assert cognito.requests == []


class TestSelectChallenge:
    """Without a preference, the user chooses."""

    @pytest.mark.parametrize(
        ("factor", "more", "steps"),
        [
            ("PASSWORD", {"PASSWORD": PASSWORD}, ()),
            ("PASSWORD_SRP", {"SRP_A": ...}, SRP_STEPS),
            ("EMAIL_OTP", {}, ("EMAIL_OTP",)),
            ("SMS_OTP", {}, ("SMS_OTP",)),
            ("WEB_AUTHN", {}, ("WEB_AUTHN",)),
        ],
    )
    def test_the_chosen_factor_brings_its_proof(
        self,
        cognito: PlayedChoice,
        passkey: Passkey,
        factor: FirstChallenge,
        more: dict[str, Any],
        steps: tuple[str, ...],
    ) -> None:
        """ANSWER comes with the password or SRP_A where it is needed (N025)."""
        context = alice(first_factor=factor, mailbox=mailbox(), passkey=passkey, device=device)
        result = sign_in_to(cognito).run(context, "USER_AUTH")
        assert result.steps == ("SELECT_CHALLENGE", *steps)
        sent = cognito.sent(1)
        if "SRP_A" in more:
            more = {"SRP_A": sent["SRP_A"]}
        assert sent == {
            "USERNAME": "alice@example.com",
            "ANSWER": factor,
            "DEVICE_KEY": device.key,
            **more,
        }

    @pytest.mark.parametrize(
        ("offered", "means", "chosen"),
        [
            (["EMAIL_OTP", "PASSWORD"], ["password"], "PASSWORD"),
            (["EMAIL_OTP", "PASSWORD"], ["password", "mailbox"], "EMAIL_OTP"),
            (["PASSWORD_SRP", "WEB_AUTHN"], ["passkey"], "WEB_AUTHN"),
            (["NEW_FACTOR", "PASSWORD_SRP", "SMS_OTP"], ["mailbox"], "SMS_OTP"),
        ],
    )
    def test_the_first_that_can_be_answered_is_chosen(
        self,
        cognito: PlayedChoice,
        passkey: Passkey,
        offered: list[str],
        means: list[str],
        chosen: str,
    ) -> None:
        """Without a choice in the context, the means decide, in the order of the offer."""
        all_of_them = {"password": Secret(PASSWORD), "mailbox": mailbox(), "passkey": passkey}
        cognito.available = offered
        context = nobody(**{name: all_of_them[name] for name in means})
        sign_in_to(cognito).run(context, "USER_AUTH")
        assert cognito.sent(1)["ANSWER"] == chosen

    def test_a_factor_that_is_not_offered_is_sent_all_the_same(self) -> None:
        """A test can insist on a factor, and sees what Cognito says (N021)."""
        cognito = PlayedChoice(available=["PASSWORD"])
        progress = sign_in_to(cognito).start(
            alice(first_factor="EMAIL_OTP", mailbox=mailbox()), "USER_AUTH"
        )
        assert progress.available_challenges == ("PASSWORD",)
        assert sign_in_to(cognito).prepare(progress)["ANSWER"] == "EMAIL_OTP"

    def test_what_cannot_be_answered_is_said(self) -> None:
        """Without means for any offered factor, the message has what is offered."""
        cognito = PlayedChoice(available=["EMAIL_OTP", "WEB_AUTHN"])
        with pytest.raises(UnexpectedChallenge, match=r"mailbox or passkey for EMAIL_OTP, WEB_"):
            sign_in_to(cognito).run(alice(), "USER_AUTH")

    def test_a_passkey_that_is_not_offered_is_said(self, passkey: Passkey) -> None:
        """A context with a passkey alone says that Cognito does not offer it (N033)."""
        cognito = PlayedChoice(available=["PASSWORD"])
        words = r"for PASSWORD \(and this user is not offered WEB_AUTHN\)"
        with pytest.raises(UnexpectedChallenge, match=words):
            sign_in_to(cognito).run(nobody(passkey=passkey), "USER_AUTH")

    def test_each_choice_has_a_fresh_exchange(self, cognito: PlayedChoice) -> None:
        """SRP_A of a choice is not that of the preference that was not available."""
        cognito.available = ["PASSWORD_SRP"]
        for _ in range(2):
            context = alice(first_factor="PASSWORD_SRP")
            sign_in_to(cognito).run(context, "USER_AUTH")
        assert cognito.sent(1)["SRP_A"] != cognito.sent(4)["SRP_A"]

    def test_the_list_is_kept(self, cognito: PlayedChoice) -> None:
        """The newest list stays readable when a later response has none (N031)."""
        progress = sign_in_to(cognito).run(
            alice(first_factor="EMAIL_OTP", mailbox=mailbox()), "USER_AUTH", until="EMAIL_OTP"
        )
        assert progress.available_challenges == tuple(cognito.available)


class TestFactors:
    """The challenges of the factors, one by one."""

    @pytest.mark.parametrize(
        ("factor", "member"), [("EMAIL_OTP", "EMAIL_OTP_CODE"), ("SMS_OTP", "SMS_OTP_CODE")]
    )
    def test_a_sent_code_is_entered(
        self, cognito: PlayedChoice, factor: FirstChallenge, member: str
    ) -> None:
        """The code of the mailbox answers, under the name of its factor (N027)."""
        context = nobody(preferred_challenge=factor, mailbox=mailbox())
        sign_in_to(cognito).run(context, "USER_AUTH")
        assert cognito.sent(1) == {"USERNAME": "alice@example.com", member: CODE}

    def test_a_passkey_signs_a_text(self, cognito: PlayedChoice, passkey: Passkey) -> None:
        """CREDENTIAL is JSON in a string, whose signature another library verifies (N050)."""
        result = sign_in_to(cognito).run(nobody(passkey=passkey), "USER_AUTH")
        assert result.steps == ("SELECT_CHALLENGE", "WEB_AUTHN")
        assert isinstance(cognito.sent(2)["CREDENTIAL"], str)
        assert passkey.counter == 1

    def test_another_passkey_is_refused(self, cognito: PlayedChoice) -> None:
        """The refusal of a wrong passkey reaches the test as Cognito gives it."""
        stranger = Passkey.create(CREATION_OPTIONS)
        cognito.public_keys = {stranger.credential_id: next(iter(cognito.public_keys.values()))}
        with pytest.raises(ClientError, match="NotAuthorizedException"):
            sign_in_to(cognito).run(nobody(passkey=stranger), "USER_AUTH")

    @pytest.mark.parametrize(
        ("parameters", "problem"),
        [
            ({}, "no parameter CREDENTIAL_REQUEST_OPTIONS"),
            ({"CREDENTIAL_REQUEST_OPTIONS": "{"}, "cannot be signed"),
            ({"CREDENTIAL_REQUEST_OPTIONS": '{"rpId": "a.example"}'}, "cannot be signed"),
        ],
    )
    def test_options_that_are_none_are_a_finding(
        self, cognito: PlayedChoice, passkey: Passkey, parameters: dict[str, str], problem: str
    ) -> None:
        """A challenge without usable options is the service's fault."""
        progress = sign_in_to(cognito).start(
            nobody(passkey=passkey, preferred_challenge="WEB_AUTHN"), "USER_AUTH"
        )
        broken = dataclasses.replace(progress, challenge_parameters=parameters)
        with pytest.raises(UnexpectedResult, match=problem):
            sign_in_to(cognito).answer(broken)

    @pytest.mark.parametrize(
        ("challenge", "steps"),
        [("PASSWORD", ("PASSWORD",)), ("PASSWORD_SRP", ("PASSWORD_SRP", *SRP_STEPS))],
    )
    def test_password_challenges_are_answered(
        self, cognito: PlayedChoice, challenge: str, steps: tuple[str, ...]
    ) -> None:
        """If Cognito asks for the password in a challenge of its own, it gets it (N027)."""
        cognito.put = {"PASSWORD": challenge}
        context = alice(preferred_challenge="PASSWORD")
        assert sign_in_to(cognito).run(context, "USER_AUTH").steps == steps

    @pytest.mark.parametrize("missing", ["mailbox", "passkey"])
    def test_missing_means_are_named(self, cognito: PlayedChoice, missing: str) -> None:
        """A factor that was insisted on says what it would need."""
        factor: FirstChallenge = "EMAIL_OTP" if missing == "mailbox" else "WEB_AUTHN"
        with pytest.raises(UnexpectedChallenge, match=f"has no {missing} to answer it with"):
            sign_in_to(cognito).run(alice(first_factor=factor), "USER_AUTH")


class TestWhatFollows:
    """MFA, devices, names and sessions after the first factor."""

    def test_mfa_follows_the_password(self) -> None:
        """The second factor is answered as after any password."""
        cognito = PlayedChoice(["SOFTWARE_TOKEN_MFA"])
        context = alice(
            authenticator=Authenticator(cognito.totp_secret, clock),
            preferred_challenge="PASSWORD_SRP",
        )
        result = sign_in_to(cognito).run(context, "USER_AUTH")
        assert result.steps == ("PASSWORD_VERIFIER", "SOFTWARE_TOKEN_MFA")

    def test_the_device_goes_along(self, cognito: PlayedChoice) -> None:
        """DEVICE_KEY is in the start and in each answer of a first factor (N056)."""
        context = alice(device=device, preferred_challenge="PASSWORD_SRP")
        sign_in_to(cognito).run(context, "USER_AUTH")
        assert [cognito.sent(number)["DEVICE_KEY"] for number in (0, 1)] == [device.key] * 2

    def test_the_sign_in_goes_on_without_an_unknown_device(self) -> None:
        """The recovery of D106 keeps the preference."""
        cognito = PlayedChoice(refused_device=device.key)
        context = alice(
            device=device, preferred_challenge="PASSWORD", recover_from_unknown_device=True
        )
        assert sign_in_to(cognito).run(context, "USER_AUTH").context == dataclasses.replace(
            context, device=None
        )
        assert cognito.sent(1)["PREFERRED_CHALLENGE"] == "PASSWORD"

    def test_secret_hash_is_over_the_name_of_the_same_request(self, cognito: PlayedChoice) -> None:
        """First the typed name, then USER_ID_FOR_SRP once Cognito has sent it (N028)."""
        sign_in = sign_in_to(cognito, secret="the client's secret")
        sign_in.run(alice(first_factor="PASSWORD_SRP"), "USER_AUTH")
        names = ["alice@example.com", "alice@example.com", USER_ID]
        app = sign_in.actions.app
        assert [cognito.sent(place)["USERNAME"] for place in range(3)] == names
        assert [cognito.sent(place)["SECRET_HASH"] for place in range(3)] == [
            app.secret_hash(name) for name in names
        ]

    def test_the_session_of_the_confirmation_signs_in(self, cognito: PlayedChoice) -> None:
        """A Session of ConfirmSignUp goes into the start, which returns tokens (N024)."""
        context = nobody(confirmed_session=Secret("confirmed"))
        assert sign_in_to(cognito).run(context, "USER_AUTH").steps == ()
        (_, members), *others = cognito.requests
        assert (members["Session"], others) == ("confirmed", [])

    def test_a_person_can_sign_in_without_their_password(self) -> None:
        """No password is in the context of a person who leaves it out, nor in its text."""
        context = nobody()
        assert context.password is None
        assert "password=None" in repr(context)


class TestEmailSetUp:
    """MFA_SETUP where only email can be set up (M113)."""

    @pytest.mark.parametrize(
        ("possible", "choice", "by_email"),
        [
            ('["EMAIL_OTP"]', None, True),
            ('["EMAIL_OTP","SOFTWARE_TOKEN_MFA"]', None, False),
            ('["EMAIL_OTP","SOFTWARE_TOKEN_MFA"]', "EMAIL_OTP", True),
            ('["SOFTWARE_TOKEN_MFA"]', "EMAIL_OTP", False),
        ],
    )
    def test_the_address_is_given(self, possible: str, choice: str | None, by_email: bool) -> None:
        """EMAIL has the address of the attributes; where TOTP is possible, it is the default."""
        cognito = PlayedChoice(
            ["MFA_SETUP"], parameters={"MFA_SETUP": {"MFAS_CAN_SETUP": possible}}
        )
        context = alice(
            attributes={"email": "alice@example.com"},
            mfa_choice=choice,
            preferred_challenge="PASSWORD",
        )
        sign_in_to(cognito).run(context, "USER_AUTH")
        number = len(cognito.requests) - 1
        expected = {"USERNAME": USER_ID}
        if by_email:
            expected["EMAIL"] = "alice@example.com"
        assert cognito.sent(number) == expected
        assert by_email is (number == 1)

    def test_a_missing_address_is_named(self) -> None:
        """Without an address there is nothing to answer with."""
        parameters = {"MFA_SETUP": {"MFAS_CAN_SETUP": '["EMAIL_OTP"]'}}
        cognito = PlayedChoice(["MFA_SETUP"], parameters=parameters)
        with pytest.raises(UnexpectedChallenge, match="no email address"):
            sign_in_to(cognito).run(alice(preferred_challenge="PASSWORD"), "USER_AUTH")

    def test_a_broken_list_is_a_finding(self) -> None:
        """MFAS_CAN_SETUP that is no JSON list is the service's fault."""
        parameters = {"MFA_SETUP": {"MFAS_CAN_SETUP": "EMAIL_OTP"}}
        cognito = PlayedChoice(["MFA_SETUP"], parameters=parameters)
        with pytest.raises(UnexpectedResult, match="MFAS_CAN_SETUP is not a JSON list"):
            sign_in_to(cognito).run(alice(preferred_challenge="PASSWORD"), "USER_AUTH")
