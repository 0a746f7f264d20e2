"""WEB_AUTHN: a passkey as first factor; `harness.emulator.rules.passkeys` verifies it (N049)."""

from __future__ import annotations

from dataclasses import replace

from harness.emulator import refusals
from harness.emulator.domain.attempt import FirstFactorSignIn
from harness.emulator.rules.client_data import base64url
from harness.emulator.rules.passkeys import (
    CHALLENGE_BYTES,
    relying_party,
    request_options,
    verify_assertion,
)
from harness.emulator.service import Service
from harness.emulator.sign_in.challenge_response import ChallengeResponse
from harness.emulator.sign_in.first_factor import proven, waiting
from harness.emulator.sign_in.put import Outcome, Result, json_text, put_first_factor


def put(service: Service, sign_in: FirstFactorSignIn) -> Result:
    """Put WEB_AUTHN with the options for the user's passkeys, as JSON text (N049)."""
    pool, user = sign_in.client.pool, sign_in.user
    party = relying_party(pool)
    assert user is not None, "unknown users are never offered a passkey"
    assert party is not None, "without a relying party no passkey is offered"
    challenge = service.random.bytes(CHALLENGE_BYTES)
    options = request_options(pool, user.passkeys.of(party.party_id), challenge)
    parameters = {
        "CREDENTIAL_REQUEST_OPTIONS": json_text(options),
        "USER_ID_FOR_SRP": user.username,
    }
    asked = replace(sign_in, secret=base64url(challenge))
    return put_first_factor(service, asked, parameters)


def judge(response: ChallengeResponse) -> Outcome:
    """Accept a proof of one of the user's passkeys, and keep its counter (N050, N052).

    A refused proof leaves the session usable, as a wrong code does. Whether Cognito allows a
    second try is unknown.
    """
    session, sign_in = waiting(response)
    (credential,) = response.responses.required("CREDENTIAL")
    if sign_in.user is None:
        raise refusals.session_invalid().because("there is no user of this USERNAME")
    assertion = verify_assertion(response.pool, sign_in.user, credential, sign_in.secret)
    attempt = proven(response, session, sign_in, sign_in.user)
    response.service.sessions.use(session)
    assertion.passkey.sign_count = assertion.sign_count
    return replace(attempt, passkey=assertion.passkey)
