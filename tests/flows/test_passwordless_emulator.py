"""First factors, passkeys and triggers on the client's side, against the emulator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from harness.emulator.triggers import Triggers
from harness.flows import sign_up
from harness.flows.devices import track_device
from harness.flows.passkeys import delete_passkey, every_passkey, register_passkey
from harness.flows.progress import FirstChallenge
from harness.flows.sign_in import AuthFlow, SignInContext
from harness.flows.trace import Trace
from harness.pools.spec.pool_spec import DeviceTracking, PoolSpec
from harness.srp.engines import available_engines
from harness.targets.emulated import EmulatedTarget
from harness.users.device import Device
from tests.flows.emulated import Maker, Setting

CHOICE_FLOWS: tuple[AuthFlow, ...] = ("USER_AUTH", "ADMIN_USER_AUTH")
SRP = ("PASSWORD_VERIFIER",)
ALLOWED = ("ALLOW_USER_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH")


def spec(**more: Any) -> PoolSpec:
    """Return a pool in which users have every first factor."""
    fields: dict[str, Any] = {
        "first_factors": ("PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"),
        "relying_party_id": "auth.example.com",
        "auth_flows": ALLOWED,
        "auto_verified": ("email", "phone_number"),
        "client_secret": True,
    }
    return PoolSpec(**{**fields, **more})


def custom_triggers() -> Triggers:
    """Return triggers that ask a riddle once."""

    def define(event: dict[str, Any], context: Any) -> dict[str, Any]:
        rounds = event["request"]["session"]
        solved = bool(rounds) and rounds[-1]["challengeName"] == "CUSTOM_CHALLENGE"
        event["response"]["issueTokens"] = solved and rounds[-1]["challengeResult"]
        event["response"]["failAuthentication"] = solved and not rounds[-1]["challengeResult"]
        srp = bool(rounds) and rounds[-1]["challengeName"] == "SRP_A"
        event["response"]["challengeName"] = "PASSWORD_VERIFIER" if srp else "CUSTOM_CHALLENGE"
        return event

    def create(event: dict[str, Any], context: Any) -> dict[str, Any]:
        event["response"]["publicChallengeParameters"] = {"riddle": "6 x 9"}
        event["response"]["privateChallengeParameters"] = {"answer": "42 in base 13"}
        return event

    def verify(event: dict[str, Any], context: Any) -> dict[str, Any]:
        expected = event["request"]["privateChallengeParameters"]["answer"]
        event["response"]["answerCorrect"] = event["request"]["challengeAnswer"] == expected
        return event

    return Triggers(
        define_auth_challenge=define,
        create_auth_challenge=create,
        verify_auth_challenge_response=verify,
    )


@pytest.fixture(scope="module")
def target() -> Iterator[EmulatedTarget]:
    """The emulator in this process, for all tests of the file."""
    target = EmulatedTarget(region="eu-west-1", seed=20261129)
    target.triggers = custom_triggers()
    target.start()
    yield target
    target.stop()


@pytest.fixture
def make(target: EmulatedTarget) -> Iterator[Maker]:
    """Makes a setting of a specification; its pool is deleted afterwards."""
    with Maker(target) as maker:
        yield maker


class TestFirstFactors:
    """Each first factor, preferred and chosen."""

    @pytest.mark.parametrize("flow", CHOICE_FLOWS)
    @pytest.mark.parametrize(
        ("factor", "steps"),
        [
            ("PASSWORD", ()),
            ("PASSWORD_SRP", SRP),
            ("SMS_OTP", ("SMS_OTP",)),
            ("WEB_AUTHN", ("WEB_AUTHN",)),
        ],
    )
    def test_it_signs_in(
        self, make: Maker, flow: AuthFlow, factor: FirstChallenge, steps: tuple[str, ...]
    ) -> None:
        """The emulator accepts what the client sends, with SECRET_HASH, on both ways."""
        setting = make(spec())
        first = setting.run(flow, first_factor="PASSWORD")
        means = {
            "mailbox": setting.mailbox,
            "passkey": register_passkey(setting.actions, first.tokens),
        }
        preferred = setting.run(flow, preferred_challenge=factor, **means)
        chosen = setting.run(flow, first_factor=factor, **means)
        assert preferred.steps == steps
        assert chosen.steps == ("SELECT_CHALLENGE", *steps)

    @pytest.mark.parametrize("engine", available_engines())
    def test_every_engine_proves_the_password(self, make: Maker, engine: str) -> None:
        """SRP_A that comes with a choice or a preference fits the proof of each engine."""
        setting = make(spec())
        for how in ({"first_factor": "PASSWORD_SRP"}, {"preferred_challenge": "PASSWORD_SRP"}):
            context = SignInContext.for_person(setting.person, **how)
            assert setting.sign_in(engine).run(context, "USER_AUTH").steps[-1:] == SRP

    @pytest.mark.parametrize("names", ["email", "email_alias"])
    def test_a_code_signs_in_by_address(self, make: Maker, names: Any) -> None:
        """Who signs in with an address gets their code there, and needs no username."""
        setting = make(spec(sign_in_names=names, auto_verified=("email",)))
        means = {"mailbox": setting.mailbox, "preferred_challenge": "EMAIL_OTP"}
        assert setting.run("USER_AUTH", password=None, **means).steps == ("EMAIL_OTP",)

    def test_what_is_not_there_is_offered_as_a_choice(self, make: Maker) -> None:
        """A preferred passkey without a passkey becomes SELECT_CHALLENGE without it (N051)."""
        setting = make(spec())
        context = SignInContext.for_person(setting.person, preferred_challenge="WEB_AUTHN")
        progress = setting.sign_in().start(context, "USER_AUTH")
        assert progress.challenge_name == "SELECT_CHALLENGE"
        assert "PASSWORD_SRP" in progress.available_challenges
        assert "WEB_AUTHN" not in progress.available_challenges

    def test_the_trace_hides_the_signature(self, make: Maker) -> None:
        """CREDENTIAL is not in the trace, and the chosen factor is."""
        setting = make(spec())
        passkey = register_passkey(setting.actions, setting.run("USER_AUTH").tokens)
        trace = Trace(setting.target.clock)
        with trace.observing(setting.actions.client):
            setting.run("USER_AUTH", first_factor="WEB_AUTHN", passkey=passkey)
        shown = trace.render()
        assert "USER_AUTH > SELECT_CHALLENGE (WEB_AUTHN) > WEB_AUTHN > tokens" in shown
        assert '"CREDENTIAL": "[redacted]"' in shown
        assert "signature" not in shown


class TestPasskeys:
    """What the flows of passkeys leave behind, and what is refused."""

    def test_passkeys_are_listed_and_deleted(self, make: Maker) -> None:
        """Every page is read; a deleted passkey is gone."""
        setting = make(spec())
        tokens = setting.run("USER_AUTH").tokens
        made = [register_passkey(setting.actions, tokens) for _ in range(2)]
        listed = every_passkey(setting.actions, tokens)
        assert [one["CredentialId"] for one in listed] == [one.credential_id for one in made]
        delete_passkey(setting.actions, tokens, made[0])
        (left,) = every_passkey(setting.actions, tokens.access)
        assert left["CredentialId"] == made[1].credential_id
        factors = setting.actions.get_user_auth_factors(tokens.access)
        assert "WEB_AUTHN" in factors["ConfiguredUserAuthFactors"]
        seen = setting.actions.admin_get_user_auth_factors(setting.person.username)
        assert seen["ConfiguredUserAuthFactors"] == factors["ConfiguredUserAuthFactors"]

    def test_a_clone_gives_itself_away(self, make: Maker) -> None:
        """Once one of two with the same key has signed, the other is refused."""
        setting = make(spec())
        passkey = register_passkey(setting.actions, setting.run("USER_AUTH").tokens)
        thief = passkey.clone()
        setting.run("USER_AUTH", password=None, passkey=passkey)
        with pytest.raises(ClientError, match="NotAuthorizedException"):
            setting.run("USER_AUTH", password=None, passkey=thief)

    def test_a_passkey_satisfies_mfa_where_it_counts(self, make: Maker) -> None:
        """With WebAuthnMfaSettings the passkey alone signs in to a pool with MFA ON (N033)."""
        setting = make(
            spec(mfa="ON", first_factors=("PASSWORD", "WEB_AUTHN"), passkeys_count_as_mfa=True)
        )
        first = setting.run("USER_AUTH")
        assert first.steps == ("SELECT_CHALLENGE", *SRP, "MFA_SETUP")
        passkey = register_passkey(setting.actions, first.tokens)
        setting.actions.set_user_mfa_preference(
            first.tokens.access, software_token={"Enabled": True}, web_authn={"Enabled": True}
        )
        means = {"password": None, "passkey": passkey, "preferred_challenge": "WEB_AUTHN"}
        assert setting.run("USER_AUTH", **means).steps == ("WEB_AUTHN",)


class TestWithoutPassword:
    """Users who have no password."""

    def test_a_sign_up_signs_in_with_its_session(self, make: Maker) -> None:
        """SignUp, the code, and the Session of ConfirmSignUp are enough for tokens (N024)."""
        setting = make(spec(), signs_up=False)
        actions, person = setting.actions, setting.person
        signed_up = sign_up.sign_up(actions, person, without_password=True)
        session = sign_up.confirm_for_session(actions, person, signed_up, setting.mailbox)
        assert setting.run("USER_AUTH", password=None, confirmed_session=session).steps == ()
        again = setting.run("USER_AUTH", password=None, mailbox=setting.mailbox)
        assert again.steps[0] == "SELECT_CHALLENGE"

    def test_a_created_user_signs_in_with_a_code(self, make: Maker) -> None:
        """AdminCreateUser without a temporary password makes a user who needs none (N054)."""
        setting = make(spec(), signs_up=False)
        created = sign_up.create_by_admin(setting.actions, setting.person, without_password=True)
        means = {"mailbox": setting.mailbox, "preferred_challenge": "EMAIL_OTP"}
        result = setting.run("ADMIN_USER_AUTH", password=None, **means)
        assert result.steps == ("EMAIL_OTP",)
        found = setting.actions.get_user(result.tokens.access)["UserAttributes"]
        assert {"Name": "sub", "Value": created.sub} in found

    def test_an_app_client_without_the_choice_gives_no_session(self, make: Maker) -> None:
        """Where USER_AUTH is not allowed, SignUp returns no Session (A009)."""
        setting = make(PoolSpec(), signs_up=False)
        assert sign_up.sign_up(setting.actions, setting.person).session is None


class TestDevices:
    """Remembered devices after USER_AUTH (N056)."""

    @pytest.mark.parametrize("how", ["first_factor", "preferred_challenge"])
    @pytest.mark.parametrize("factor", ["PASSWORD", "PASSWORD_SRP"])
    def test_a_remembered_device_replaces_mfa(self, make: Maker, how: str, factor: str) -> None:
        """After the password the device proves itself in place of a code."""
        setting = make(
            spec(mfa="ON", first_factors=("PASSWORD",), device_tracking=DeviceTracking())
        )
        device = self.tracked(setting)
        result = setting.run("USER_AUTH", device=device, **{how: factor})
        assert result.steps[-2:] == ("DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER")
        assert "SOFTWARE_TOKEN_MFA" not in result.steps

    def tracked(self, setting: Setting) -> Device:
        """Return a device on which the person has signed in and set up TOTP."""
        result = setting.run("USER_AUTH")
        return track_device(setting.actions, result.tokens.access, result.new_device)


class TestCustomAuth:
    """CUSTOM_AUTH with triggers."""

    @pytest.mark.parametrize("flow", ["CUSTOM_AUTH", "ADMIN_CUSTOM_AUTH"])
    @pytest.mark.parametrize("with_srp", [False, True])
    def test_the_answer_signs_in(self, make: Maker, flow: AuthFlow, with_srp: bool) -> None:
        """The answerer gets the public parameters; the password comes first if it is to."""
        setting = make(spec())
        asked: list[Mapping[str, str]] = []

        def answerer(parameters: Mapping[str, str]) -> str:
            asked.append(parameters)
            return "42 in base 13"

        result = setting.run(flow, custom_answers=answerer, custom_with_srp=with_srp)
        assert result.steps == (*(SRP if with_srp else ()), "CUSTOM_CHALLENGE")
        assert [one["riddle"] for one in asked] == ["6 x 9"]

    def test_a_wrong_answer_is_refused(self, make: Maker) -> None:
        """What the trigger does not accept is Cognito's refusal."""
        setting = make(spec())
        with pytest.raises(ClientError, match="NotAuthorizedException"):
            setting.run("CUSTOM_AUTH", custom_answers=lambda _: "54")


def test_email_is_set_up_where_only_email_can_be(make: Maker) -> None:
    """MFA_SETUP is answered with the address, and the code that comes there signs in (M113)."""
    setting = make(
        spec(mfa="ON", first_factors=("PASSWORD",), second_factors=("EMAIL_OTP",)), signs_up=False
    )
    person = setting.person
    setting.actions.admin_create_user(person.username, message_action="SUPPRESS")
    setting.actions.admin_set_user_password(person.username, person.password, permanent=True)
    result = setting.run("USER_AUTH", mailbox=setting.mailbox, first_factor="PASSWORD")
    assert result.steps == ("SELECT_CHALLENGE", "MFA_SETUP", "EMAIL_OTP")
