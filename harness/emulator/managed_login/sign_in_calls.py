"""The steps of a sign-in that the pages take in the engine, each as the API's own call.

A page may begin a sign-in without any of the client's ExplicitAuthFlows, and the Session of its
challenges never leaves the server. In all else a step is the call of the API that does the same:
planned faults strike it, and quotas count it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from harness.emulator.api.fast_validation import validate
from harness.emulator.api.request import Caller, Parameters, Request
from harness.emulator.domain.pools import UserPoolClient
from harness.emulator.managed_login.request import Visit
from harness.emulator.service import Service
from harness.emulator.sign_in import on_pages
from harness.emulator.sign_in.put import Result
from harness.emulator.stores.login_transactions import LoginTransaction

__all__ = [
    "another_code",
    "answer",
    "back_to_set_up",
    "can_go_on",
    "secret_code",
    "sign_in",
    "verify_token",
]

#: Member of a transaction's parameters: the secret is verified, and only the end failed.
_VERIFIED = "Verified"
#: A step that answers no challenge: of an app client, a challenge, a username and a session.
_AsideStep: TypeAlias = Callable[[Service, Caller, UserPoolClient, str, str, str], Result]


def sign_in(visit: Visit, client: UserPoolClient, name: str, password: str) -> Result:
    """Check a name and a password, as InitiateAuth does with USER_PASSWORD_AUTH (H056).

    Raises:
        Refusal: what InitiateAuth would return.
    """
    given = Parameters.given({"USERNAME": name, "PASSWORD": password})
    _admit(visit, "InitiateAuth", client, AuthParameters=given)
    given.required("USERNAME", "PASSWORD")
    return on_pages.begin(visit.engine, visit.caller, client, name, password)


def answer(visit: Visit, transaction: LoginTransaction, **responses: str) -> Result:
    """Answer the challenge of a sign-in, as RespondToAuthChallenge does.

    Raises:
        Refusal: what RespondToAuthChallenge would return.
    """
    client, challenge = _client(visit, transaction), transaction.challenge
    given = {"USERNAME": _username(transaction), **responses}
    _admit(visit, "RespondToAuthChallenge", client, ChallengeResponses=given)
    engine, caller = visit.engine, visit.caller
    return on_pages.respond(engine, caller, client, challenge, given, transaction.session)


def another_code(visit: Visit, transaction: LoginTransaction) -> Result:
    """Send a new code for the challenge of a sign-in, to where the last one went (H057).

    Raises:
        Refusal: the sign-in may not go on.
    """
    return _stepped_aside(visit, transaction, on_pages.send_again)


def back_to_set_up(visit: Visit, transaction: LoginTransaction) -> Result:
    """Go back from the code of a set-up to the choice of the factor (H057).

    Raises:
        Refusal: the sign-in may not go on.
    """
    return _stepped_aside(visit, transaction, on_pages.set_up_again)


def can_go_on(visit: Visit, transaction: LoginTransaction) -> bool:
    """Return whether the challenge of a sign-in can still be answered."""
    client = visit.pool.clients.get(transaction.authorize.client_id)
    return client is not None and on_pages.is_open(
        visit.engine,
        visit.caller,
        client,
        transaction.challenge,
        _username(transaction),
        transaction.session,
    )


def secret_code(visit: Visit, transaction: LoginTransaction) -> str:
    """Return the secret that the user sets up, by AssociateSoftwareToken the first time.

    Raises:
        Refusal: what AssociateSoftwareToken would return.
    """
    # A browser may load the page twice at once.
    with visit.pool.lock:
        if not transaction.secret:
            result = _called(visit, transaction, "AssociateSoftwareToken")
            transaction.secret = result["SecretCode"]
        return transaction.secret


def verify_token(visit: Visit, transaction: LoginTransaction, code: str, name: str) -> Result:
    """Verify the first code of the new secret, and go on with the sign-in (A207).

    Raises:
        Refusal: what VerifySoftwareToken or RespondToAuthChallenge would return.
    """
    if _VERIFIED not in transaction.parameters:
        named = {"FriendlyDeviceName": name} if name else {}
        _called(visit, transaction, "VerifySoftwareToken", UserCode=code, **named)
        transaction.parameters = {**transaction.parameters, _VERIFIED: "true"}
    return answer(visit, transaction)


def _called(
    visit: Visit, transaction: LoginTransaction, operation: str, **members: str
) -> dict[str, Any]:
    """Call an operation with the session of the sign-in, and keep the session that it returns."""
    params = {"Session": transaction.session, **members}
    found = validate(operation, params)
    result: dict[str, Any] = visit.engine.call(operation, found, visit.caller)
    transaction.session = result["Session"]
    on_pages.keep_open(visit.engine, transaction.session, transaction.expires_at)
    return result


def _stepped_aside(visit: Visit, transaction: LoginTransaction, step: _AsideStep) -> Result:
    client, name = _client(visit, transaction), _username(transaction)
    _admit(visit, "RespondToAuthChallenge", client, ChallengeResponses={"USERNAME": name})
    engine, caller = visit.engine, visit.caller
    return step(engine, caller, client, transaction.challenge, name, transaction.session)


def _admit(visit: Visit, operation: str, client: UserPoolClient, **members: Any) -> None:
    """Let faults and quotas have their say on a step that is no call of an operation."""
    params = {"ClientId": client.client_id, **members}
    visit.engine.admit(Request(operation, params, visit.caller))


def _client(visit: Visit, transaction: LoginTransaction) -> UserPoolClient:
    return visit.engine.client_of(visit.pool, transaction.authorize.client_id)


def _username(transaction: LoginTransaction) -> str:
    """Return the username in the challenge: the name that was typed may be nobody's by now."""
    return transaction.parameters["USER_ID_FOR_SRP"]
