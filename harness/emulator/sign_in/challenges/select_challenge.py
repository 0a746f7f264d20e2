"""SELECT_CHALLENGE: the choice of the first factor in USER_AUTH (A189)."""

from __future__ import annotations

from collections.abc import Callable

from harness.emulator import refusals
from harness.emulator.domain.attempt import Attempt
from harness.emulator.domain.next_challenge import SELECT_CHALLENGE
from harness.emulator.domain.pools import UserPoolClient
from harness.emulator.domain.users import User
from harness.emulator.service import Service
from harness.emulator.sign_in.challenge_response import ChallengeResponse
from harness.emulator.sign_in.challenges import password
from harness.emulator.sign_in.put import Outcome, Result, challenge_result
from harness.emulator.stores.sessions import Session

#: The first factors that every user with a password has (A186).
AVAILABLE_CHALLENGES = ["PASSWORD_SRP", "PASSWORD"]


def put(service: Service, client: UserPoolClient, username: str) -> Result:
    """Ask which first factor to use; there may be no user of that name."""
    now = service.clock.time()
    session = service.sessions.open_for(client, username, SELECT_CHALLENGE, None, now).text
    return challenge_result(SELECT_CHALLENGE, {}, session)


def judge(response: ChallengeResponse) -> Outcome:
    """Continue with the chosen first factor: PASSWORD or PASSWORD_SRP."""
    text = response.require_session()
    (chosen,) = response.responses.required("ANSWER")
    user = response.user()
    session = response.open_session(text, user, unknown=response.username)
    if chosen not in _FIRST_FACTORS:
        raise refusals.not_emulated(f"{chosen} as a first factor")
    return _FIRST_FACTORS[chosen](response, user, session)


def _by_password(response: ChallengeResponse, user: User | None, session: Session) -> Outcome:
    """Check the password and use the session before any trigger runs, so it is used only once."""
    (plain_password,) = response.responses.required("PASSWORD")
    proven = password.check_password(response.service, response.client, user, plain_password)
    device = response.device_of(proven)
    response.service.sessions.use(session)
    return Attempt.begin(response.client, proven, response.username, device)


def _by_srp(response: ChallengeResponse, _user: User | None, session: Session) -> Outcome:
    username, srp_a = response.responses.required("USERNAME", "SRP_A")
    device_key = response.responses.get("DEVICE_KEY")
    challenge = password.put(response.service, response.client, username, srp_a, device_key)
    response.service.sessions.use(session)
    return challenge


_FIRST_FACTORS: dict[str, Callable[[ChallengeResponse, User | None, Session], Outcome]] = {
    "PASSWORD": _by_password,
    "PASSWORD_SRP": _by_srp,
}
