"""Sign-ins on the pages of managed login: the engine's own rules, without tokens and devices.

ExplicitAuthFlows say nothing about the pages, and remembered devices do not exist there (H058).

Each step counts as the operation of the API that does the same: a trigger's event and a planned
fault see InitiateAuth or RespondToAuthChallenge of the app client.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace

from harness.emulator.api.request import Caller, Parameters, Request, under_way
from harness.emulator.domain.attempt import Attempt, check_state
from harness.emulator.domain.next_challenge import MFA_SETUP
from harness.emulator.domain.pools import UserPoolClient
from harness.emulator.domain.users import User
from harness.emulator.refusals import Refusal
from harness.emulator.rules.migration import find_or_migrate
from harness.emulator.service import Service
from harness.emulator.sign_in.challenge_response import ChallengeResponse
from harness.emulator.sign_in.challenges import mfa_setup, one_time_code
from harness.emulator.sign_in.challenges.password import check_password
from harness.emulator.sign_in.challenges.table import CHALLENGES
from harness.emulator.sign_in.proceed import proceed
from harness.emulator.sign_in.put import Outcome, Result
from harness.emulator.triggers.sign_in import post_authentication, pre_authentication

__all__ = [
    "after_confirmation",
    "begin",
    "is_open",
    "keep_open",
    "proof_of_password",
    "respond",
    "secret_hash",
    "send_again",
    "set_up_again",
    "signed_in",
]

_SIGNED_IN = "SignedIn"


def begin(
    service: Service, caller: Caller, client: UserPoolClient, name: str, password: str
) -> Result:
    """Check a password, and return the first challenge or the end of the sign-in (H056).

    Raises:
        Refusal: what InitiateAuth would return for this name and password.
    """
    with _step("InitiateAuth", client, caller), client.pool.lock:
        find_or_migrate(service, client, name, password)
        user = service.user_or_refusal(client, name)
        pre_authentication(service.triggers, client, user, name)
        named = service.user_or_refusal(client, name)
        proven = check_password(service, client, named, password)
        attempt = Attempt.begin(client, proven, proven.username, None)
        return proceed(service, caller, attempt, _finish)


def respond(
    service: Service,
    caller: Caller,
    client: UserPoolClient,
    challenge: str,
    responses: Mapping[str, str],
    session: str,
) -> Result:
    """Answer a challenge, and return the next one or the end of the sign-in.

    Args:
        service: the service.
        caller: the browser.
        client: the app client.
        challenge: ChallengeName.
        responses: ChallengeResponses with USERNAME; SECRET_HASH is added, since the pages know
            the secret of the app client.
        session: Session of the challenge.

    Raises:
        Refusal: what RespondToAuthChallenge would return.
    """
    judge = mfa_setup.judge_on_pages if challenge == MFA_SETUP else CHALLENGES[challenge].judge
    answer = _response(service, caller, client, challenge, responses, session)
    return _judged(answer, judge)


def send_again(
    service: Service,
    caller: Caller,
    client: UserPoolClient,
    challenge: str,
    username: str,
    session: str,
) -> Result:
    """Send a new code for SMS_MFA or EMAIL_OTP, in a new session; the code before ends (H057).

    The API has nothing like it: there one begins again with the password (A232).

    Raises:
        Refusal: the sign-in may not go on.
    """

    def judge(answer: ChallengeResponse) -> Outcome:
        opened, attempt = answer.pending()
        result = one_time_code.put_again(service, attempt, challenge)
        service.sessions.use(opened)
        return result

    answer = _response(service, caller, client, challenge, {"USERNAME": username}, session)
    return _judged(answer, judge)


def set_up_again(
    service: Service,
    caller: Caller,
    client: UserPoolClient,
    challenge: str,
    username: str,
    session: str,
) -> Result:
    """Go back from the code of a set-up to MFA_SETUP, for another number or address (H057).

    Raises:
        Refusal: the sign-in may not go on.
    """

    def judge(answer: ChallengeResponse) -> Outcome:
        opened, attempt = answer.pending()
        one_time_code.require_set_up(service, attempt)
        service.sessions.use(opened)
        return replace(attempt, new_email=None, new_phone=None, code=None)

    answer = _response(service, caller, client, challenge, {"USERNAME": username}, session)
    return _judged(answer, judge)


def is_open(
    service: Service,
    caller: Caller,
    client: UserPoolClient,
    challenge: str,
    username: str,
    session: str,
) -> bool:
    """Return whether a challenge can still be answered, for example after a wrong code.

    MFA_SETUP cannot once the user has a factor by another way than this sign-in.
    """
    if not session:
        return False
    answer = _response(service, caller, client, challenge, {"USERNAME": username}, session)
    with client.pool.lock:
        try:
            _, attempt = answer.pending()
            token = attempt.verified_token
            if challenge == MFA_SETUP and (
                token is None or attempt.user.software_token is not token
            ):
                one_time_code.require_set_up(service, attempt)
        except Refusal:
            return False
    return True


def keep_open(service: Service, session: str, until: float) -> None:
    """Let a session of the pages live as long as the sign-in on the pages (H039).

    AuthSessionValidity is three minutes unless an app client says otherwise, and the pages give
    people five. The code that was sent for the session lives as long.
    """
    opened = service.sessions.peek(session)
    if opened is not None:
        opened.expires_at = until


def proof_of_password(user: User) -> str:
    """Return what a server may keep to tell later whether a user has this very password still.

    It is useless to sign in with: the salt, which is drawn with each password.
    """
    salt = user.password.salt if user.password is not None else 0
    return f"{user.sub}/{salt:x}"


def after_confirmation(
    service: Service, caller: Caller, client: UserPoolClient, name: str, proof: str
) -> Result | None:
    """Sign in a user with the password that they have signed up with (H060).

    MFA is asked for as after any password. PreAuthentication does not run, as nobody has sent a
    name and a password; whether it does in Cognito is unknown.

    Args:
        service: the service.
        caller: the browser that signed the user up.
        client: the app client.
        name: the name of the sign-up.
        proof: `proof_of_password` after the sign-up.

    Returns:
        The first challenge or the end of the sign-in; ``None`` if the password is another one.

    Raises:
        Refusal: the user may not sign in.
    """
    with _step("InitiateAuth", client, caller), client.pool.lock:
        user = service.find_user(client.pool, name)
        if user is None or proof_of_password(user) != proof:
            return None
        check_state(client, user)
        attempt = Attempt.begin(client, user, user.username, None)
        return proceed(service, caller, attempt, _finish)


def secret_hash(client: UserPoolClient, username: str) -> dict[str, str]:
    """Return SECRET_HASH for a name; nothing if the app client has no secret."""
    if not client.is_confidential:
        return {}
    return {"SECRET_HASH": client.secrets[-1].hash_of(username + client.client_id)}


def signed_in(result: Result) -> User | None:
    """Return the user of a sign-in that is complete; ``None`` for a challenge."""
    user: User | None = result.get(_SIGNED_IN)
    return user


def _step(operation: str, client: UserPoolClient, caller: Caller) -> AbstractContextManager[object]:
    return under_way(Request(operation, {"ClientId": client.client_id}, caller))


def _response(
    service: Service,
    caller: Caller,
    client: UserPoolClient,
    challenge: str,
    responses: Mapping[str, str],
    session: str,
) -> ChallengeResponse:
    name = responses["USERNAME"]
    return ChallengeResponse(
        service=service,
        caller=caller,
        client=client,
        challenge=challenge,
        responses=Parameters.given({**responses, **secret_hash(client, name)}),
        session=session,
    )


def _judged(answer: ChallengeResponse, judge: Callable[[ChallengeResponse], Outcome]) -> Result:
    client, caller = answer.client, answer.caller
    with _step("RespondToAuthChallenge", client, caller), client.pool.lock:
        return proceed(answer.service, caller, judge(answer), _finish)


def _finish(service: Service, _caller: Caller, attempt: Attempt) -> Result:
    """End a sign-in: the code or the tokens of the app come from its browser session."""
    if service.runs_trigger(attempt.pool, "PostAuthentication"):
        post_authentication(service.triggers, attempt)
    attempt.require_standing()
    return {_SIGNED_IN: attempt.user}
