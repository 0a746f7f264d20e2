"""USER_AUTH for a name that no user has: simulated if the app client hides that, or refused."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.engine import Engine
from harness.emulator.refusals import Refusal
from tests.emulator.support.choosing import allowing, ask, choose, chooser, offered, passkeys_in
from tests.emulator.support.expect import PASSWORD, refused
from tests.emulator.support.walker import Walker, new_walker

NOT_AUTHORIZED = "NotAuthorizedException"
INVALID = "InvalidParameterException"
INCORRECT = "Incorrect username or password."
WRONG = "Invalid code or auth state for the user."
HIDING = {"PreventUserExistenceErrors": "ENABLED"}
BOTH = ("email", "phone_number")


@pytest.fixture(params=[False, True], ids=["public", "admin"])
def walker(engine: Engine, request: pytest.FixtureRequest) -> Walker:
    """A user with two verified contacts, at a client that hides which users exist."""
    return chooser(engine, verified=BOTH, client_settings=HIDING, admin=request.param)


def as_nobody(walker: Walker, **parameters: str) -> dict[str, Any]:
    """Call InitiateAuth with USER_AUTH for an unknown name."""
    return choose(walker, USERNAME="nobody", **parameters)


@pytest.mark.fact("N022", "A126")
@pytest.mark.parametrize("preferred", ["EMAIL_OTP", "PASSWORD", "nonsense"])
def test_unknown_user_is_refused_where_nothing_is_hidden(engine: Engine, preferred: str) -> None:
    """With LEGACY an unknown user is refused as such."""
    walker = chooser(engine)
    with refused("UserNotFoundException", "User does not exist."):
        as_nobody(walker, PREFERRED_CHALLENGE=preferred, PASSWORD=PASSWORD)


@pytest.mark.fact("N022", "N022b")
def test_list_looks_like_a_users(walker: Walker) -> None:
    """The simulated list is that of a user with both contacts, and the answer has the same form."""
    real, made_up = choose(walker), as_nobody(walker)
    assert set(made_up) == set(real)
    assert offered(made_up) == offered(real)
    assert len(made_up["Session"]) == len(real["Session"])


@pytest.mark.fact("A102", "N022")
@pytest.mark.parametrize("factor", ["EMAIL_OTP", "SMS_OTP"])
def test_code_is_simulated(walker: Walker, factor: str) -> None:
    """A code seems to be sent to a made-up contact, always the same; nothing is sent."""
    real = ask(walker, factor)
    sent = len(walker.engine.outbox.messages())
    one, two = (ask(walker, factor, USERNAME="nobody") for _ in range(2))
    other = ask(walker, factor, USERNAME="noone")
    parameters = one["ChallengeParameters"]
    assert set(one) == set(real)
    assert set(parameters) == set(real["ChallengeParameters"])
    medium = "CODE_DELIVERY_DELIVERY_MEDIUM"
    assert parameters[medium] == real["ChallengeParameters"][medium]
    assert two["ChallengeParameters"] == parameters != other["ChallengeParameters"]
    assert len(walker.engine.outbox.messages()) == sent


@pytest.mark.fact("A102")
@pytest.mark.parametrize(
    ("factor", "name", "shown"),
    [("EMAIL_OTP", "test@sample.org", "t***@s***"), ("SMS_OTP", "+4915112345678", "+*******5678")],
)
def test_contact_is_derived_from_the_name(
    engine: Engine, factor: str, name: str, shown: str
) -> None:
    """A name that is a contact is masked itself, for the factor that it fits."""
    walker = chooser(engine, client_settings=HIDING)
    parameters = ask(walker, factor, USERNAME=name)["ChallengeParameters"]
    assert parameters["CODE_DELIVERY_DESTINATION"] == shown


@pytest.mark.fact("N022", "A102")
def test_contact_does_not_fit_another_factor(engine: Engine) -> None:
    """An address is no phone number: the code of an SMS seems to go to a number."""
    walker = chooser(engine, client_settings=HIDING)
    parameters = ask(walker, "SMS_OTP", USERNAME="test@sample.org")["ChallengeParameters"]
    assert parameters["CODE_DELIVERY_DELIVERY_MEDIUM"] == "SMS"
    assert parameters["CODE_DELIVERY_DESTINATION"].startswith("+*******")


@pytest.mark.fact("N022")
@pytest.mark.parametrize("by_choice", [False, True])
def test_every_code_is_wrong(walker: Walker, by_choice: bool) -> None:
    """Every code is answered as a wrong one, and the session stays as a user's would."""
    if by_choice:
        session = as_nobody(walker)["Session"]
        chosen = {"ANSWER": "EMAIL_OTP", "USERNAME": "nobody"}
        challenge = walker.respond("SELECT_CHALLENGE", session, **chosen)
    else:
        challenge = ask(walker, "EMAIL_OTP", USERNAME="nobody")
    known = {session.about.secret for session in _waiting(walker)}
    for code in ("12345678", *known):
        with refused("CodeMismatchException", WRONG):
            walker.respond(
                "EMAIL_OTP", challenge["Session"], USERNAME="nobody", EMAIL_OTP_CODE=code
            )


def _waiting(walker: Walker) -> list[Any]:
    """Return the open sessions that have drawn a code."""
    sessions = walker.engine.sessions.open_ones(walker.engine.clock.time()).values()
    return [session for session in sessions if getattr(session.about, "secret", "")]


@pytest.mark.fact("N022", "A100", "A101")
def test_passwords_are_wrong(walker: Walker) -> None:
    """A password is wrong, in each form and by each way."""
    password = {"PASSWORD": PASSWORD, "USERNAME": "nobody"}
    with refused(NOT_AUTHORIZED, INCORRECT):
        as_nobody(walker, PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)
    session = as_nobody(walker)["Session"]
    with refused(NOT_AUTHORIZED, INCORRECT):
        walker.respond("SELECT_CHALLENGE", session, ANSWER="PASSWORD", **password)
    srp = {"SRP_A": walker.exchange.public_hex}
    preferred = as_nobody(walker, PREFERRED_CHALLENGE="PASSWORD_SRP", **srp)
    chosen = walker.respond(
        "SELECT_CHALLENGE", session, ANSWER="PASSWORD_SRP", USERNAME="nobody", **srp
    )
    real = choose(walker, PREFERRED_CHALLENGE="PASSWORD_SRP", **srp)
    for challenge in (preferred, chosen):
        assert set(challenge) == set(real)
        with refused(NOT_AUTHORIZED, INCORRECT):
            proof = walker.proof(challenge)
            walker.respond("PASSWORD_VERIFIER", challenge["Session"], USERNAME="nobody", **proof)


@pytest.mark.fact("N022")
def test_passkey_is_not_simulated(engine: Engine) -> None:
    """A passkey is offered to nobody without one, so neither to an unknown user."""
    walker = chooser(engine, client_settings=HIDING)
    passkeys_in(walker)
    answer = as_nobody(walker, PREFERRED_CHALLENGE="WEB_AUTHN")
    assert answer["ChallengeName"] == "SELECT_CHALLENGE"
    assert "WEB_AUTHN" not in offered(answer)
    chosen = {"ANSWER": "WEB_AUTHN", "USERNAME": "nobody"}
    with refused(INVALID):
        walker.respond("SELECT_CHALLENGE", answer["Session"], **chosen)


@pytest.mark.fact("N022", "N032")
def test_required_mfa_leaves_the_password(engine: Engine) -> None:
    """Where MFA is required, the simulation lists the password alone, as for users."""
    walker = chooser(engine, mfa="ON", client_settings=HIDING, **allowing())
    assert offered(as_nobody(walker)) == offered(choose(walker)) == {"PASSWORD", "PASSWORD_SRP"}


def test_name_that_is_taken_meanwhile_gets_no_tokens(walker: Walker) -> None:
    """A simulated session is of no use to a user who takes the name afterwards."""
    challenge = ask(walker, "EMAIL_OTP", USERNAME="nobody")
    how: dict[str, Any] = {"client": {"ClientId": walker.client_id}, "username": "nobody"}
    new_walker(walker.engine, pool_id=walker.user_pool_id, **how)
    with pytest.raises(Refusal) as caught:
        walker.respond(
            "EMAIL_OTP", challenge["Session"], USERNAME="nobody", EMAIL_OTP_CODE="12345678"
        )
    assert caught.value.code == NOT_AUTHORIZED
    assert caught.value.reason == "this Session is of a deleted user of the same name"


def test_reason_tells_that_there_is_no_user(walker: Walker) -> None:
    """The call log tells a missing user from a wrong code."""
    challenge = ask(walker, "EMAIL_OTP", USERNAME="nobody")
    with pytest.raises(Refusal) as caught:
        walker.respond("EMAIL_OTP", challenge["Session"], USERNAME="nobody", EMAIL_OTP_CODE="1")
    assert caught.value.reason == "there is no user of this USERNAME"
