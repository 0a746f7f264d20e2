"""Put a challenge: open a session that stores the sign-in, and return the result that names it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from harness.emulator.domain.attempt import Attempt, FirstFactorSignIn
from harness.emulator.service import Service
from harness.emulator.stores.sessions import OpenSession

#: The result of InitiateAuth or RespondToAuthChallenge: a challenge, or AuthenticationResult.
Result: TypeAlias = dict[str, Any]
#: The outcome of a response: a sign-in that continues, or a challenge that is already put.
Outcome: TypeAlias = Attempt | Result


def put_challenge(
    service: Service, attempt: Attempt, challenge: str, parameters: Mapping[str, str]
) -> Result:
    """Open a session for a challenge and put it (A140, A145)."""
    session = open_session(service, attempt, challenge).text
    return challenge_result(challenge, parameters, session)


def open_session(service: Service, attempt: Attempt, challenge: str) -> OpenSession:
    """Open a session that stores the attempt."""
    now = service.clock.time()
    username = attempt.user.username
    return service.sessions.open_for(attempt.client, username, challenge, attempt, now)


def put_first_factor(
    service: Service, sign_in: FirstFactorSignIn, parameters: Mapping[str, str]
) -> Result:
    """Open a session that waits for the choice or the proof of a first factor, and put that."""
    now, factor = service.clock.time(), sign_in.factor
    session = service.sessions.open_for(sign_in.client, sign_in.name, factor, sign_in, now).text
    return challenge_result(factor, parameters, session)


def challenge_result(
    challenge: str, parameters: Mapping[str, str], session: str | None = None
) -> Result:
    """Return a challenge as both operations do; PASSWORD_VERIFIER has no Session (D044).

    It has one in USER_AUTH (N026).
    """
    shown = {} if session is None else {"Session": session}
    return {"ChallengeName": challenge, **shown, "ChallengeParameters": dict(parameters)}


def json_text(value: object) -> str:
    """Return a value as compact JSON, the form in ChallengeParameters."""
    return json.dumps(value, separators=(",", ":"))
