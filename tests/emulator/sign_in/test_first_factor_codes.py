"""EMAIL_OTP and SMS_OTP as first factors: what is sent and accepted, and what a code is for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.engine import Engine
from harness.emulator.refusals import Refusal
from tests.emulator.support.choosing import PHONE, allowing, ask, choose, chooser, sent_code
from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD, as_dict, pairs, refused
from tests.emulator.support.walker import Walker, new_engine, new_walker, tokens_of

NOT_AUTHORIZED = "NotAuthorizedException"
INVALID = "InvalidParameterException"
MISMATCH = "CodeMismatchException"
WRONG = "Invalid code or auth state for the user."
INVALID_SESSION = "Invalid session for the user."
USED = "Invalid session for the user, session can only be used once."
EXPIRED = "Invalid session for the user, session is expired."
BOTH = ("email", "phone_number")
#: The member of ChallengeResponses for each factor.
MEMBER = {"EMAIL_OTP": "EMAIL_OTP_CODE", "SMS_OTP": "SMS_OTP_CODE"}
factors = pytest.mark.parametrize("factor", ["EMAIL_OTP", "SMS_OTP"])


@pytest.fixture(params=[False, True], ids=["public", "admin"])
def walker(engine: Engine, request: pytest.FixtureRequest) -> Walker:
    """A user with two verified contacts, by the operations of apps or of administrators."""
    return chooser(engine, verified=BOTH, admin=request.param)


def give(walker: Walker, challenge: dict[str, Any], code: str, **extra: str) -> dict[str, Any]:
    """Answer a challenge of a code."""
    factor = challenge["ChallengeName"]
    return walker.respond(factor, challenge["Session"], **{MEMBER[factor]: code}, **extra)


def wrong(code: str) -> str:
    """Return a code of the same length that differs from the given one."""
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}d}"


@factors
@pytest.mark.fact("N020", "N020b", "N029", "A187")
def test_code_is_sent_to_the_contact(walker: Walker, factor: str) -> None:
    """The challenge says by which way and where the code went, and nothing else."""
    challenge = ask(walker, factor)
    medium, shown, destination = {
        "EMAIL_OTP": ("EMAIL", "a***@e***", "alice@example.com"),
        "SMS_OTP": ("SMS", "+*******1234", PHONE),
    }[factor]
    assert challenge["ChallengeParameters"] == {
        "CODE_DELIVERY_DELIVERY_MEDIUM": medium,
        "CODE_DELIVERY_DESTINATION": shown,
    }
    (message,) = walker.engine.outbox.messages(username="alice", kind="mfa")
    assert (message.medium, message.destination) == (medium, destination)
    assert len(message.code) == 8
    assert message.code.isdigit()


@factors
@pytest.mark.fact("N027", "N029", "N030", "A187")
def test_right_code_gives_tokens_once(walker: Walker, factor: str) -> None:
    """The code gives tokens at once, and its session is spent."""
    challenge = ask(walker, factor)
    code = sent_code(walker)
    assert tokens_of(give(walker, challenge, code))["ExpiresIn"] == 3600
    with refused(NOT_AUTHORIZED, USED):
        give(walker, challenge, code)


@factors
@pytest.mark.fact("N030", "M126", "A188", "A138")
def test_wrong_codes_lock_nobody_out(walker: Walker, factor: str) -> None:
    """Six wrong codes are refused, and the right one then signs in on the same session."""
    challenge = ask(walker, factor)
    code = sent_code(walker)
    for _ in range(6):
        with refused(MISMATCH, WRONG):
            give(walker, challenge, wrong(code))
    assert tokens_of(give(walker, challenge, code))


@factors
@pytest.mark.parametrize("code", ["1", "x" * 5000, "1234567é", "\uff11" * 8, "\x00"])
def test_anything_else_is_a_wrong_code(walker: Walker, factor: str, code: str) -> None:
    """Whatever a client sends for a code is a wrong code."""
    challenge = ask(walker, factor)
    with refused(MISMATCH, WRONG):
        give(walker, challenge, code)


@pytest.mark.fact("N027")
@pytest.mark.parametrize(
    ("factor", "member"), [("SMS_OTP", "SMS_MFA_CODE"), ("EMAIL_OTP", "SMS_OTP_CODE")]
)
def test_code_under_another_name_is_missing(walker: Walker, factor: str, member: str) -> None:
    """A code in the member of another challenge counts as missing."""
    challenge = ask(walker, factor)
    with refused(INVALID, f"Missing required parameter {MEMBER[factor]}"):
        walker.respond(factor, challenge["Session"], **{member: sent_code(walker)})


@factors
@pytest.mark.fact("N029b", "A140")
@pytest.mark.parametrize("minutes", [3, 15])
def test_code_lives_as_long_as_its_session(engine: Engine, factor: str, minutes: int) -> None:
    """Code and session live for AuthSessionValidity of the app client."""
    settings = {"AuthSessionValidity": minutes}
    walker = chooser(engine, verified=BOTH, client_settings=settings)
    in_time, late = ask(walker, factor), ask(walker, factor)
    codes = [message.code for message in engine.outbox.messages(kind="mfa")]
    engine.clock.advance(minutes * 60 - 1)
    assert tokens_of(give(walker, in_time, codes[1]))
    engine.clock.advance(1)
    with refused(NOT_AUTHORIZED, EXPIRED):
        give(walker, late, codes[0])


class TestWhatACodeIsFor:
    """A code is bound to its session, its user, its app client and its factor."""

    @pytest.mark.fact("N029c")
    def test_two_sign_ins_have_two_codes(self, walker: Walker) -> None:
        """A second start leaves the first one open, and neither takes the other's code."""
        first = ask(walker, "EMAIL_OTP")
        first_code = sent_code(walker)
        second = ask(walker, "EMAIL_OTP")
        second_code = sent_code(walker)
        assert first_code != second_code
        for challenge, code in ((first, second_code), (second, first_code)):
            with refused(MISMATCH, WRONG):
                give(walker, challenge, code)
        assert tokens_of(give(walker, second, second_code))
        assert tokens_of(give(walker, first, first_code))

    def test_code_is_of_one_factor(self, walker: Walker) -> None:
        """The code of an email is none of an SMS, and neither is the session."""
        email = ask(walker, "EMAIL_OTP")
        email_code = sent_code(walker)
        sms = ask(walker, "SMS_OTP")
        with refused(MISMATCH, WRONG):
            give(walker, sms, email_code)
        with refused(NOT_AUTHORIZED, INVALID_SESSION):
            walker.respond("SMS_OTP", email["Session"], SMS_OTP_CODE=email_code)

    def test_code_is_of_one_user(self, walker: Walker) -> None:
        """Another user can do nothing with session and code."""
        how: dict[str, Any] = {
            "pool_id": walker.user_pool_id,
            "client": {"ClientId": walker.client_id},
        }
        bob = chooser(walker.engine, username="bob", **how)
        challenge = ask(walker, "EMAIL_OTP")
        with refused(NOT_AUTHORIZED, INVALID_SESSION):
            give(bob, challenge, sent_code(walker))

    @pytest.mark.fact("N032")
    def test_first_factor_and_mfa_do_not_mix(self, engine: Engine) -> None:
        """EMAIL_OTP as first factor and EMAIL_OTP as MFA share a name, and no code."""
        walker = chooser(engine, mfa="OPTIONAL", factors=("Email",))
        first = ask(walker, "EMAIL_OTP")
        first_code = sent_code(walker)
        token = tokens_of(walker.by_password())["AccessToken"]
        settings = {"Enabled": True, "PreferredMfa": True}
        walker.call("SetUserMFAPreference", AccessToken=token, EmailMfaSettings=settings)
        second = walker.by_password()
        assert second["ChallengeName"] == "EMAIL_OTP"
        mfa_code = sent_code(walker)
        with refused(MISMATCH, WRONG):
            give(walker, second, first_code)
        for code in (first_code, mfa_code):
            with refused(NOT_AUTHORIZED):
                give(walker, first, code)
        assert tokens_of(give(walker, second, mfa_code))

    def test_session_of_the_choice_takes_no_code(self, walker: Walker) -> None:
        """The session of SELECT_CHALLENGE answers nothing else."""
        code = {"EMAIL_OTP_CODE": "12345678"}
        with refused(NOT_AUTHORIZED, INVALID_SESSION):
            walker.respond("EMAIL_OTP", choose(walker)["Session"], **code)
        with refused(NOT_AUTHORIZED, INVALID_SESSION):
            walker.respond("SELECT_CHALLENGE", ask(walker, "SMS_OTP")["Session"], ANSWER="SMS_OTP")

    @factors
    def test_code_needs_its_session(self, walker: Walker, factor: str) -> None:
        """Without a session, or with one that never was, there is nothing to compare with."""
        ask(walker, factor)
        with refused(INVALID, "Missing required parameter Session"):
            walker.respond(factor, **{MEMBER[factor]: sent_code(walker)})
        with refused(NOT_AUTHORIZED, INVALID_SESSION):
            walker.respond(factor, "s" * 40, **{MEMBER[factor]: sent_code(walker)})


Change = Callable[[Walker], Any]


def _attributes(**changes: str) -> Change:
    return lambda walker: walker.administer(
        "AdminUpdateUserAttributes", UserAttributes=pairs(**changes)
    )


def _password(*, permanent: bool) -> Change:
    return lambda walker: walker.administer(
        "AdminSetUserPassword", Password=OTHER_PASSWORD, Permanent=permanent
    )


def _require_mfa(walker: Walker) -> None:
    _allow(walker, "PASSWORD")
    walker.call(
        "SetUserPoolMfaConfig",
        UserPoolId=walker.user_pool_id,
        MfaConfiguration="ON",
        SoftwareTokenMfaConfiguration={"Enabled": True},
    )


def _allow(walker: Walker, *allowed: str) -> None:
    policy = {"AllowedFirstAuthFactors": list(allowed)}
    policies = {"SignInPolicy": policy}
    walker.call("UpdateUserPool", UserPoolId=walker.user_pool_id, Policies=policies)


def _administer(operation: str) -> Change:
    return lambda walker: walker.administer(operation)


#: What happened after the code was sent, and how the right code is answered then.
CHANGES: dict[str, tuple[Change, str, str | None]] = {
    "email changed": (
        _attributes(email="new@example.com", email_verified="true"),
        NOT_AUTHORIZED,
        INVALID_SESSION,
    ),
    "email deleted": (
        lambda walker: walker.administer("AdminDeleteUserAttributes", UserAttributeNames=["email"]),
        NOT_AUTHORIZED,
        INVALID_SESSION,
    ),
    "user disabled": (_administer("AdminDisableUser"), NOT_AUTHORIZED, "User is disabled."),
    "user signed out": (_administer("AdminUserGlobalSignOut"), NOT_AUTHORIZED, INVALID_SESSION),
    "password reset": (
        _administer("AdminResetUserPassword"),
        "PasswordResetRequiredException",
        None,
    ),
    "temporary password": (
        _password(permanent=False),
        INVALID,
        "Password Challenge is Required to SignIn",
    ),
    "factor not allowed any more": (
        lambda walker: _allow(walker, "PASSWORD"),
        NOT_AUTHORIZED,
        INVALID_SESSION,
    ),
    "MFA required": (_require_mfa, NOT_AUTHORIZED, INVALID_SESSION),
    "user deleted": (_administer("AdminDeleteUser"), NOT_AUTHORIZED, INVALID_SESSION),
}


class TestVerification:
    """The right code proves the contact as well."""

    @pytest.mark.fact("N032")
    @pytest.mark.parametrize(
        ("factor", "contact"), [("EMAIL_OTP", "email"), ("SMS_OTP", "phone_number")]
    )
    def test_right_code_verifies_its_contact(
        self, walker: Walker, factor: str, contact: str
    ) -> None:
        """A wrong one does not, and the other contact stays as it is."""
        _attributes(email_verified="false", phone_number_verified="false")(walker)
        challenge = ask(walker, factor)
        code = sent_code(walker)
        with refused(MISMATCH):
            give(walker, challenge, wrong(code))
        assert verified(walker) == set()
        assert tokens_of(give(walker, challenge, code))
        assert verified(walker) == {contact}

    @pytest.mark.fact("N032", "A025")
    def test_code_does_not_verify_the_alias_of_another_user(self, engine: Engine) -> None:
        """The sign-in goes on, but the address stays unverified."""
        walker = chooser(engine, AliasAttributes=["email"])
        _attributes(email_verified="false")(walker)
        client = {"ClientId": walker.client_id}
        bob = new_walker(engine, username="bob", pool_id=walker.user_pool_id, client=client)
        _attributes(email="alice@example.com", email_verified="true")(bob)
        challenge = ask(walker, "EMAIL_OTP")
        assert tokens_of(give(walker, challenge, sent_code(walker)))
        assert verified(walker) == set()
        assert verified(bob) == {"email"}


def verified(walker: Walker) -> set[str]:
    """Return the contacts of the user that are verified."""
    shown = as_dict(walker.administer("AdminGetUser")["UserAttributes"])
    return {name for name in BOTH if shown.get(f"{name}_verified") == "true"}


class TestMeanwhile:
    """A user or a pool that changes between the code and its answer."""

    @pytest.mark.fact("A179", "A324")
    @pytest.mark.parametrize("change", CHANGES)
    def test_change_ends_the_sign_in(self, walker: Walker, change: str) -> None:
        """What would prevent a sign-in from starting also ends it, even with the right code."""
        challenge = ask(walker, "EMAIL_OTP")
        code = sent_code(walker)
        happens, refusal, text = CHANGES[change]
        happens(walker)
        for _ in range(2):  # the same again: nothing was spent
            with refused(refusal, text):
                give(walker, challenge, code)

    @pytest.mark.fact("N032")
    def test_mfa_that_is_switched_on_ends_the_sign_in(self, engine: Engine) -> None:
        """A user who has switched on MFA meanwhile gets no tokens for a code."""
        walker = chooser(engine, mfa="OPTIONAL")
        challenge = ask(walker, "EMAIL_OTP")
        code = sent_code(walker)
        walker.enrol(tokens_of(walker.by_password()))
        with pytest.raises(Refusal) as caught:
            give(walker, challenge, code)
        assert caught.value.code == NOT_AUTHORIZED
        assert caught.value.reason == (
            "the user must pass MFA, and EMAIL_OTP has no second factor after it"
        )

    def test_new_password_does_not_end_the_sign_in(self, walker: Walker) -> None:
        """A code proves no password, so another permanent password changes nothing."""
        challenge = ask(walker, "EMAIL_OTP")
        _password(permanent=True)(walker)
        assert tokens_of(give(walker, challenge, sent_code(walker)))

    def test_reason_tells_a_changed_address_from_a_wrong_code(self, walker: Walker) -> None:
        """The call log tells apart what has one text."""
        challenge = ask(walker, "EMAIL_OTP")
        code = sent_code(walker)
        reasons = []
        for attempt in (wrong(code), code):
            if attempt == code:
                _attributes(email="new@example.com", email_verified="true")(walker)
            with pytest.raises(Refusal) as caught:
                give(walker, challenge, attempt)
            reasons.append(caught.value.reason)
        assert reasons == [
            "the code is another one",
            "the email of the user was changed after the code was sent",
        ]
        assert code not in str(reasons)


class TestDelivery:
    """Where and how often codes are sent."""

    @pytest.mark.fact("N007", "A291")
    def test_codes_count_against_the_daily_emails(self) -> None:
        """Codes by Cognito's own sender count as emails of the day, and obey their limit."""
        engine = new_engine(quotas=True)
        walker = chooser(engine, **allowing("EMAIL_OTP"))
        sent = len(engine.outbox.messages())
        for _ in range(50 - sent):
            ask(walker, "EMAIL_OTP")
            engine.clock.advance(1)
        session = choose(walker)["Session"]
        with refused("LimitExceededException"):
            choose(walker, PREFERRED_CHALLENGE="EMAIL_OTP")
        with refused("LimitExceededException"):
            walker.respond("SELECT_CHALLENGE", session, ANSWER="EMAIL_OTP")
        assert len(engine.outbox.messages(kind="mfa")) == 50 - sent
        chosen = {"ANSWER": "PASSWORD", "PASSWORD": PASSWORD}
        assert tokens_of(walker.respond("SELECT_CHALLENGE", session, **chosen))

    @pytest.mark.fact("N008")
    def test_message_is_that_of_email_mfa(self, engine: Engine) -> None:
        """The text and subject of EmailMfaConfiguration are used for sign-in codes too."""
        walker = chooser(engine, mfa="OPTIONAL", factors=("Email",))
        config = {"Message": "Enter {####} to come in.", "Subject": "Come in"}
        walker.call(
            "SetUserPoolMfaConfig",
            UserPoolId=walker.user_pool_id,
            MfaConfiguration="OPTIONAL",
            EmailMfaConfiguration=config,
        )
        ask(walker, "EMAIL_OTP")
        (message,) = engine.outbox.messages(kind="mfa")
        assert message.subject == "Come in"
        assert message.body == f"Enter {message.code} to come in."
