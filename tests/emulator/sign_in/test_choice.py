"""USER_AUTH: the list of first factors, the preference, and the choice."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.engine import Engine
from harness.emulator.refusals import Refusal
from tests.emulator.support.choosing import (
    allowing,
    ask,
    choose,
    chooser,
    offered,
    sent_code,
)
from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD, pairs, refused
from tests.emulator.support.passwordless import without_password
from tests.emulator.support.walker import Walker, new_client, new_walker, tokens_of

NOT_AUTHORIZED = "NotAuthorizedException"
INVALID = "InvalidParameterException"
PASSWORDS = {"PASSWORD_SRP", "PASSWORD"}
USED = "Invalid session for the user, session can only be used once."
INVALID_SESSION = "Invalid session for the user."


@pytest.fixture(params=[False, True], ids=["public", "admin"])
def walker(engine: Engine, request: pytest.FixtureRequest) -> Walker:
    """A user with a verified email address, by the operations of apps or of administrators."""
    return chooser(engine, admin=request.param)


class TestList:
    """AvailableChallenges by what the user can do."""

    @pytest.mark.fact("N015", "N016", "A185")
    def test_list_is_of_this_user(self, walker: Walker) -> None:
        """USERNAME alone gives SELECT_CHALLENGE with what this user can do, and a session."""
        answer = choose(walker)
        assert answer["ChallengeName"] == "SELECT_CHALLENGE"
        assert answer["ChallengeParameters"] == {}
        assert offered(answer) == {*PASSWORDS, "EMAIL_OTP"}
        assert len(answer["Session"]) > 20

    @pytest.mark.fact("N015", "M125")
    @pytest.mark.parametrize(
        ("contacts", "more"),
        [
            ((), set()),
            (("phone_number",), {"SMS_OTP"}),
            (("email", "phone_number"), {"EMAIL_OTP", "SMS_OTP"}),
        ],
    )
    def test_codes_need_a_contact(
        self, engine: Engine, contacts: tuple[str, ...], more: set[str]
    ) -> None:
        """A code is offered to each contact that the user has, verified or not."""
        walker = chooser(engine, verified=contacts)
        assert offered(choose(walker)) == {*PASSWORDS, *more}
        flags = {f"{name}_verified": "false" for name in contacts}
        walker.administer("AdminUpdateUserAttributes", UserAttributes=pairs(**flags))
        assert offered(choose(walker)) == {*PASSWORDS, *more}

    @pytest.mark.fact("N015", "N001")
    def test_list_is_what_the_pool_allows(self, engine: Engine) -> None:
        """What the pool does not allow is not offered, and ALLOW_USER_AUTH alone is enough."""
        flows = {"ExplicitAuthFlows": ["ALLOW_USER_AUTH"]}
        walker = chooser(engine, client_settings=flows, **allowing("SMS_OTP"))
        answer = choose(walker)
        assert offered(answer) == PASSWORDS
        password = {"ANSWER": "PASSWORD", "PASSWORD": PASSWORD}
        assert tokens_of(walker.respond("SELECT_CHALLENGE", answer["Session"], **password))
        for flow in ("USER_SRP_AUTH", "CUSTOM_AUTH", "REFRESH_TOKEN_AUTH"):
            with refused(INVALID):
                walker.initiate(flow, USERNAME="alice")

    @pytest.mark.fact("N021", "A186")
    def test_temporary_password_is_the_only_offer(self, walker: Walker) -> None:
        """A user with a temporary password is offered the password alone, also if preferred."""
        walker.administer("AdminSetUserPassword", Password=OTHER_PASSWORD, Permanent=False)
        for preference in ({}, {"PREFERRED_CHALLENGE": "EMAIL_OTP"}):
            answer = choose(walker, **preference)
            assert answer["ChallengeName"] == "SELECT_CHALLENGE"
            assert offered(answer) == PASSWORDS
        chosen = {"ANSWER": "PASSWORD", "PASSWORD": OTHER_PASSWORD}
        challenge = walker.respond("SELECT_CHALLENGE", answer["Session"], **chosen)
        assert challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED"

    @pytest.mark.fact("N021b")
    def test_temporary_password_is_insisted_on(self, walker: Walker) -> None:
        """A user with a temporary password who insists on a code is told to use the password."""
        walker.administer("AdminSetUserPassword", Password=OTHER_PASSWORD, Permanent=False)
        session = choose(walker)["Session"]
        with refused(INVALID, "Password Challenge is Required to SignIn"):
            walker.respond("SELECT_CHALLENGE", session, ANSWER="EMAIL_OTP")


class TestPreference:
    """PREFERRED_CHALLENGE."""

    @pytest.mark.fact("N017", "A185")
    def test_preferred_code_is_sent_at_once(self, walker: Walker) -> None:
        """A preferred code is sent at once, and the list is still there."""
        challenge = ask(walker, "EMAIL_OTP")
        assert offered(challenge) == {*PASSWORDS, "EMAIL_OTP"}
        code = sent_code(walker)
        answer = walker.respond("EMAIL_OTP", challenge["Session"], EMAIL_OTP_CODE=code)
        assert tokens_of(answer)["ExpiresIn"] == 3600

    @pytest.mark.fact("N017")
    def test_preferred_password_leads_on(self, walker: Walker) -> None:
        """A preferred password gives tokens at once, and the list is still there."""
        answer = choose(walker, PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)
        assert tokens_of(answer)
        assert offered(answer) == {*PASSWORDS, "EMAIL_OTP"}

    @pytest.mark.fact("N017", "N026")
    def test_preferred_srp_is_put_with_a_session(self, walker: Walker) -> None:
        """A preferred PASSWORD_SRP gives PASSWORD_VERIFIER, whose session the proof carries."""
        challenge = choose(
            walker, PREFERRED_CHALLENGE="PASSWORD_SRP", SRP_A=walker.exchange.public_hex
        )
        assert challenge["ChallengeName"] == "PASSWORD_VERIFIER"
        assert offered(challenge) == {*PASSWORDS, "EMAIL_OTP"}
        proof = walker.proof(challenge)
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", challenge["Session"], **proof))

    @pytest.mark.fact("N018", "N018b", "N051", "M125")
    @pytest.mark.parametrize("preferred", ["SMS_OTP", "WEB_AUTHN", "SELECT_CHALLENGE", "nonsense"])
    def test_preference_that_is_not_possible_gives_the_list(
        self, walker: Walker, preferred: str
    ) -> None:
        """What the user cannot use, or what is no first factor, gives the list and no error."""
        answer = choose(walker, PREFERRED_CHALLENGE=preferred)
        assert answer["ChallengeName"] == "SELECT_CHALLENGE"
        assert offered(answer) == {*PASSWORDS, "EMAIL_OTP"}
        assert not walker.engine.outbox.messages(kind="mfa")

    @pytest.mark.fact("N019", "N019b")
    @pytest.mark.parametrize(
        ("preferred", "missing"), [("PASSWORD", "PASSWORD"), ("PASSWORD_SRP", "SRP_A")]
    )
    def test_preferred_password_brings_its_parameter(
        self, walker: Walker, preferred: str, missing: str
    ) -> None:
        """A preferred password without its parameter is refused, and the parameter is named."""
        with refused(INVALID, f"Missing required parameter {missing}"):
            choose(walker, PREFERRED_CHALLENGE=preferred)


class TestChoice:
    """Responses to SELECT_CHALLENGE."""

    @pytest.mark.fact("N025", "N031")
    def test_code_is_sent_with_the_choice(self, walker: Walker) -> None:
        """ANSWER=EMAIL_OTP sends the code; the response lists the choices too."""
        session = choose(walker)["Session"]
        challenge = walker.respond("SELECT_CHALLENGE", session, ANSWER="EMAIL_OTP")
        assert challenge["ChallengeName"] == "EMAIL_OTP"
        assert offered(challenge) == {*PASSWORDS, "EMAIL_OTP"}
        code = sent_code(walker)
        assert tokens_of(walker.respond("EMAIL_OTP", challenge["Session"], EMAIL_OTP_CODE=code))
        with refused(NOT_AUTHORIZED, USED):
            walker.respond("SELECT_CHALLENGE", session, ANSWER="EMAIL_OTP")
        assert len(walker.engine.outbox.messages(kind="mfa")) == 1

    @pytest.mark.fact("N025", "N026")
    def test_srp_carries_its_session_along(self, walker: Walker) -> None:
        """ANSWER=PASSWORD_SRP gives PASSWORD_VERIFIER, answered once with its own session."""
        session = choose(walker)["Session"]
        chosen = {"ANSWER": "PASSWORD_SRP", "SRP_A": walker.exchange.public_hex}
        challenge = walker.respond("SELECT_CHALLENGE", session, **chosen)
        assert challenge["Session"] != session
        proof = walker.proof(challenge)
        with refused(INVALID, "Missing required parameter Session"):
            walker.respond("PASSWORD_VERIFIER", **proof)
        with refused(NOT_AUTHORIZED, USED):
            walker.respond("PASSWORD_VERIFIER", session, **proof)
        with refused(NOT_AUTHORIZED, INVALID_SESSION):
            walker.respond("PASSWORD_VERIFIER", choose(walker)["Session"], **proof)
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", challenge["Session"], **proof))
        open_ones = walker.engine.sessions.open_ones(walker.engine.clock.time())
        assert challenge["Session"] not in open_ones
        with refused(NOT_AUTHORIZED):
            walker.respond("PASSWORD_VERIFIER", challenge["Session"], **proof)

    @pytest.mark.fact("N026")
    def test_session_of_another_srp_sign_in_is_refused(self, walker: Walker) -> None:
        """The session of one PASSWORD_VERIFIER does not go with the proof of another."""
        preferred = {"PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": walker.exchange.public_hex}
        first, second = choose(walker, **preferred), choose(walker, **preferred)
        with refused(NOT_AUTHORIZED, INVALID_SESSION):
            walker.respond("PASSWORD_VERIFIER", first["Session"], **walker.proof(second))
        assert tokens_of(
            walker.respond("PASSWORD_VERIFIER", second["Session"], **walker.proof(second))
        )

    @pytest.mark.fact("N025")
    @pytest.mark.parametrize("answer", ["SMS_OTP", "WEB_AUTHN", "SOFTWARE_TOKEN_MFA", "x" * 5000])
    def test_choice_must_be_offered(self, walker: Walker, answer: str) -> None:
        """What was not offered is refused, and the session can be used again."""
        session = choose(walker)["Session"]
        with refused(INVALID, "ANSWER is not one of the challenges that can be chosen."):
            walker.respond("SELECT_CHALLENGE", session, ANSWER=answer)
        chosen = {"ANSWER": "PASSWORD", "PASSWORD": PASSWORD}
        assert tokens_of(walker.respond("SELECT_CHALLENGE", session, **chosen))

    @pytest.mark.fact("N019", "N025")
    @pytest.mark.parametrize(
        ("chosen", "missing"),
        [
            ({}, "ANSWER"),
            ({"ANSWER": "PASSWORD"}, "PASSWORD"),
            ({"ANSWER": "PASSWORD_SRP"}, "SRP_A"),
        ],
    )
    def test_missing_response_is_named(
        self, walker: Walker, chosen: dict[str, str], missing: str
    ) -> None:
        """A choice without its parameter is refused, and the parameter is named."""
        session = choose(walker)["Session"]
        with refused(INVALID, f"Missing required parameter {missing}"):
            walker.respond("SELECT_CHALLENGE", session, **chosen)

    @pytest.mark.fact("N027")
    def test_password_may_be_the_name_of_the_response(self, walker: Walker) -> None:
        """PASSWORD and PASSWORD_SRP answer SELECT_CHALLENGE as ANSWER does, and once."""
        session = choose(walker)["Session"]
        with refused(NOT_AUTHORIZED, "Incorrect username or password."):
            walker.respond("PASSWORD", session, PASSWORD=f"{PASSWORD}x")
        answer = walker.respond("PASSWORD", session, PASSWORD=PASSWORD)
        assert tokens_of(answer)
        assert offered(answer) == {"EMAIL_OTP", "PASSWORD", "PASSWORD_SRP"}
        with refused(NOT_AUTHORIZED, f"{INVALID_SESSION[:-1]}, session can only be used once."):
            walker.respond("PASSWORD", session, PASSWORD=PASSWORD)
        session = choose(walker)["Session"]
        verifier = walker.respond("PASSWORD_SRP", session, SRP_A=walker.exchange.public_hex)
        assert verifier["ChallengeName"] == "PASSWORD_VERIFIER"
        proof = walker.proof(verifier)
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", verifier["Session"], **proof))

    @pytest.mark.fact("N027")
    @pytest.mark.parametrize(
        ("name", "missing"), [("PASSWORD", "PASSWORD"), ("PASSWORD_SRP", "SRP_A")]
    )
    def test_password_as_a_name_needs_its_parameter_and_a_choice(
        self, walker: Walker, name: str, missing: str
    ) -> None:
        """The parameter is named, and the session of another challenge is refused."""
        given = {"PASSWORD": PASSWORD, "SRP_A": walker.exchange.public_hex}
        with refused(INVALID, "Missing required parameter Session"):
            walker.respond(name, **given)
        with refused(INVALID, f"Missing required parameter {missing}"):
            walker.respond(name, choose(walker)["Session"])
        with refused(NOT_AUTHORIZED, INVALID_SESSION):
            walker.respond(name, ask(walker, "EMAIL_OTP")["Session"], **given)

    def test_session_of_a_deleted_user_is_refused(self, walker: Walker) -> None:
        """The session does not pass to a new user of the same name."""
        session = choose(walker)["Session"]
        walker.administer("AdminDeleteUser")
        new_walker(
            walker.engine,
            pool_id=walker.user_pool_id,
            client={"ClientId": walker.client_id},
        )
        with refused(NOT_AUTHORIZED, INVALID_SESSION):
            walker.respond("SELECT_CHALLENGE", session, ANSWER="PASSWORD", PASSWORD=PASSWORD)

    @pytest.mark.fact("N032")
    def test_choice_is_judged_by_what_is_so_now(self, walker: Walker) -> None:
        """A factor that was offered, and is not possible any more, cannot be chosen."""
        session = choose(walker)["Session"]
        walker.administer("AdminDeleteUserAttributes", UserAttributeNames=["email"])
        with refused(INVALID):
            walker.respond("SELECT_CHALLENGE", session, ANSWER="EMAIL_OTP")


class TestSecretHash:
    """A client with a secret."""

    @pytest.mark.fact("N028")
    def test_every_step_has_the_hash_of_its_own_name(self, engine: Engine) -> None:
        """The hash is over USERNAME of the same request, whichever name of the user that is."""
        walker = chooser(
            engine, AliasAttributes=["email"], client_settings={"GenerateSecret": True}
        )
        challenge = ask(walker, "EMAIL_OTP", USERNAME="alice@example.com")
        code = {"EMAIL_OTP_CODE": sent_code(walker), "USERNAME": "alice@example.com"}
        for wrong in (None, walker.secret_hash("alice")):
            with refused(NOT_AUTHORIZED):
                walker.respond("EMAIL_OTP", challenge["Session"], SECRET_HASH=wrong, **code)
        assert tokens_of(walker.respond("EMAIL_OTP", challenge["Session"], **code))

    @pytest.mark.fact("N028")
    def test_srp_uses_the_internal_name_afterwards(self, engine: Engine) -> None:
        """After USER_ID_FOR_SRP has come, the hash is over that name."""
        walker = chooser(
            engine,
            username="alice@example.com",
            UsernameAttributes=["email"],
            client_settings={"GenerateSecret": True},
        )
        challenge = choose(
            walker, PREFERRED_CHALLENGE="PASSWORD_SRP", SRP_A=walker.exchange.public_hex
        )
        name = challenge["ChallengeParameters"]["USER_ID_FOR_SRP"]
        proof = {**walker.proof(challenge), "USERNAME": name}
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", challenge["Session"], **proof))


class TestNotEmulated:
    """What is refused as not emulated, in one line."""

    @pytest.mark.fact("N014")
    @pytest.mark.parametrize("name", ["TARGET_ACR_VALUES", "ACCESS_TOKEN", "MAX_AGE"])
    def test_step_up_is_refused(self, walker: Walker, name: str) -> None:
        """A parameter of step-up authentication is never taken silently."""
        with pytest.raises(Refusal, match="not emulated") as caught:
            choose(walker, **{name: "x"})
        assert caught.value.status == 501
        assert name in caught.value.message
        assert "\n" not in caught.value.message


def test_reason_tells_why_a_choice_is_refused(engine: Engine) -> None:
    """The call log tells the causes apart, which have one message or none of their own."""
    walker = chooser(engine, mfa="OPTIONAL")
    walker.enrol(tokens_of(walker.by_password()))
    session = choose(walker)["Session"]

    def reason(answer: str) -> str:
        with pytest.raises(Refusal) as caught:
            walker.respond("SELECT_CHALLENGE", session, ANSWER=answer)
        return str(caught.value.reason)

    assert reason("EMAIL_OTP") == (
        "the user must pass MFA, and EMAIL_OTP has no second factor after it"
    )
    assert reason("SMS_OTP") == "the pool does not allow SMS_OTP, or the user has not set it up"
    assert reason("x") == "ANSWER is no first factor"


def test_user_without_any_first_factor_gets_an_empty_list(engine: Engine) -> None:
    """A user who can use nothing is told so by an empty list."""
    walker = chooser(engine, verified=())
    user = engine.pools[walker.user_pool_id].users.by_username("alice")
    assert user is not None
    user.password = None
    answer: dict[str, Any] = choose(walker)
    assert (answer["ChallengeName"], offered(answer)) == ("SELECT_CHALLENGE", set())


@pytest.mark.fact("N017b", "N015", "N054")
def test_user_without_a_password_is_offered_the_code_alone(engine: Engine) -> None:
    """A user who has no password is offered no password, as on a real pool."""
    walker = without_password(engine)
    assert ask(walker, "EMAIL_OTP")["AvailableChallenges"] == ["EMAIL_OTP"]
    session = choose(walker)["Session"]
    with refused(INVALID):
        walker.respond("SELECT_CHALLENGE", session, ANSWER="PASSWORD", PASSWORD=PASSWORD)
    answer = choose(walker, PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)
    assert (answer["ChallengeName"], offered(answer)) == ("SELECT_CHALLENGE", {"EMAIL_OTP"})


def test_two_clients_are_two_places(engine: Engine) -> None:
    """A session of one app client is of no use at another one of the same pool."""
    walker = chooser(engine)
    session = ask(walker, "EMAIL_OTP")["Session"]
    walker.client_id = new_client(engine, walker.user_pool_id)["ClientId"]
    with refused(NOT_AUTHORIZED, INVALID_SESSION):
        walker.respond("EMAIL_OTP", session, EMAIL_OTP_CODE=sent_code(walker))
