"""SELECT_CHALLENGE: the choice of the first factor in USER_AUTH (N015 to N025)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from harness.emulator import refusals
from harness.emulator.api.request import Parameters
from harness.emulator.domain.attempt import Attempt, FirstFactorSignIn, check_state
from harness.emulator.domain.first_factors import FIRST_FACTORS
from harness.emulator.domain.next_challenge import (
    EMAIL_OTP,
    PASSWORD,
    PASSWORD_SRP,
    SELECT_CHALLENGE,
    SMS_OTP,
    WEB_AUTHN,
)
from harness.emulator.domain.pools import UserPoolClient
from harness.emulator.domain.users import User
from harness.emulator.rules.delivery import check_delivery
from harness.emulator.rules.first_factors import require_available, require_user_auth
from harness.emulator.rules.migration import find_or_migrate
from harness.emulator.service import Service
from harness.emulator.sign_in.challenge_response import ChallengeResponse
from harness.emulator.sign_in.challenges import first_factor_code, password, web_authn
from harness.emulator.sign_in.put import Outcome, Result, put_first_factor
from harness.emulator.stores.sessions import Session


def begin(
    client: UserPoolClient, user: User | None, name: str, device_key: str | None
) -> FirstFactorSignIn:
    """Return the sign-in of a name before its first factor is chosen."""
    return FirstFactorSignIn(
        client=client,
        user=user,
        name=user.username if user else name,
        factor=SELECT_CHALLENGE,
        device_key=device_key,
        sign_outs=user.sign_outs if user else 0,
    )


def put(service: Service, sign_in: FirstFactorSignIn) -> Result:
    """Ask which first factor to use; there may be no user of that name."""
    return put_first_factor(service, sign_in, {})


def judge(response: ChallengeResponse) -> Outcome:
    """Continue with the chosen first factor, which must be one that the user can use now."""
    text = response.require_session()
    (chosen,) = response.responses.required("ANSWER")
    user = response.user()
    session = response.open_session(text, user, unknown=response.username)
    require_user_auth(response.client)
    if user is not None:
        check_state(response.client, user)
    if chosen not in FIRST_FACTORS:
        raise refusals.first_factor_unavailable().because("ANSWER is no first factor")
    require_available(response.pool, user, chosen)
    return _FIRST_FACTORS[chosen](response, user, session)


def judge_named(response: ChallengeResponse) -> Outcome:
    """Judge PASSWORD and PASSWORD_SRP: the choice of that factor, by the name of the response.

    They are never put. The developer guide has them answer SELECT_CHALLENGE, as ANSWER does (N027):
    https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
    """
    answers = Parameters.given({**response.responses, "ANSWER": response.challenge})
    return judge(replace(response, challenge=SELECT_CHALLENGE, responses=answers))


def _device_key(response: ChallengeResponse, session: Session) -> str | None:
    """Return DEVICE_KEY of this response, or the one with which the sign-in began."""
    about = session.about
    earlier = about.device_key if isinstance(about, FirstFactorSignIn) else None
    return response.responses.get("DEVICE_KEY", earlier)


def _by_password(response: ChallengeResponse, user: User | None, session: Session) -> Outcome:
    """Check the password, and use the session, which another response may have used meanwhile.

    A user who is in another directory is migrated first, since this is a sign-in with a password
    (T004, T024). The guide has UserMigration run in responses to challenges too:
    https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-migrate-user.html
    """
    (plain_password,) = response.responses.required("PASSWORD")
    service, client = response.service, response.client
    user = user or find_or_migrate(service, client, response.username, plain_password)
    proven = password.check_password(service, client, user, plain_password)
    device = response.device_of(proven, _device_key(response, session))
    service.sessions.use(session)
    return Attempt.begin(client, proven, response.username, device)


def _by_srp(response: ChallengeResponse, _user: User | None, session: Session) -> Outcome:
    username, srp_a = response.responses.required("USERNAME", "SRP_A")
    key = _device_key(response, session)
    challenge = password.put_with_session(response.service, response.client, username, srp_a, key)
    response.service.sessions.use(session)
    return challenge


def _by_code(response: ChallengeResponse, user: User | None, session: Session) -> Outcome:
    """Send a code; the session is used first, so that it sends only one."""
    sign_in = _chosen(response, user, session)
    contact = first_factor_code.contact_of(sign_in.factor)
    check_delivery(response.service, response.pool, contact)
    response.service.sessions.use(session)
    return first_factor_code.put(response.service, sign_in)


def _by_passkey(response: ChallengeResponse, user: User | None, session: Session) -> Outcome:
    """Put WEB_AUTHN. Clients send ANSWER alone, since only the next challenge has the options.

    The service model lists CREDENTIAL here too, but nothing says what it would have signed (N025).
    """
    if "CREDENTIAL" in response.responses:
        raise refusals.not_emulated("CREDENTIAL in the response to SELECT_CHALLENGE")
    result = web_authn.put(response.service, _chosen(response, user, session))
    response.service.sessions.use(session)
    return result


def _chosen(response: ChallengeResponse, user: User | None, session: Session) -> FirstFactorSignIn:
    key = _device_key(response, session)
    sign_in = begin(response.client, user, response.username, key)
    return replace(sign_in, factor=response.responses["ANSWER"])


_FIRST_FACTORS: dict[str, Callable[[ChallengeResponse, User | None, Session], Outcome]] = {
    PASSWORD: _by_password,
    PASSWORD_SRP: _by_srp,
    EMAIL_OTP: _by_code,
    SMS_OTP: _by_code,
    WEB_AUTHN: _by_passkey,
}
