"""The model of proving a password, itself or by SRP, whatever the flow."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.properties.model.case import INVALID_PARAMETER, NOT_AUTHORIZED, Answer, Case, Params
from tests.properties.model.checks import (
    administrators_client,
    client_proof,
    locked,
    may_sign_in,
    presented,
    proof_of,
    still_good,
    user_named,
)
from tests.properties.model.demands import PASSWORD_VERIFIER
from tests.properties.model.progress import begin, follow
from tests.properties.model.records import Account, Client, Pending, Progress
from tests.properties.model.rules import Finding, Rule
from tests.properties.model.world import World

Given = Mapping[str, str]


def by_password(world: World, case: Case, client: Client, given: Given, *, admin: bool) -> Case:
    """Check the password itself; the tokens belong to the user's own name (D081)."""
    account = user_named(case, client, given["USERNAME"])
    if account is None:
        return case
    case.account = account
    may_sign_in(case, client, account)
    check_password(world, case, account, given["PASSWORD"])
    device = presented(case, account, given.get("DEVICE_KEY"), world)

    def accepted(answer: Answer) -> None:
        account.failures = 0
        follow(world, begin(client, account, device, account.name, admin=admin), answer)

    case.then, case.when_refused = accepted, lambda _code: failed(account)
    return case


def check_password(world: World, case: Case, account: Account, given: str) -> None:
    """Check a password; a user without one has none that could be right (N054)."""
    still_good(world, case, account)
    locked(case, account)
    case.refuse(Rule.PASSWORD, given != account.password, NOT_AUTHORIZED)


def failed(account: Account) -> None:
    """Count a refused attempt as a wrong password; nothing else counts (A132, A137)."""
    account.failures += 1


def by_srp(world: World, case: Case, client: Client, given: Given, *, admin: bool) -> Case:
    """Begin SRP; a client that hides users also challenges unknown users (A101)."""
    account = client.pool.find(given["USERNAME"])
    if account is None and not client.hides:
        user_named(case, client, given["USERNAME"])
    if account is not None:
        may_sign_in(case, client, account)
        # Whether a user without a password gets a challenge, which nobody can answer, is unknown.
        case.perhaps(account.password is None, NOT_AUTHORIZED)
    case.then = verifier_challenge(world, client, account, given, admin=admin)
    return case


def verifier_challenge(
    world: World, client: Client, account: Account | None, given: Given, *, admin: bool
) -> Callable[[Answer], None]:
    """Return what checks and records PASSWORD_VERIFIER.

    It has a session only after SELECT_CHALLENGE or a preference for PASSWORD_SRP (D044, N026).
    """

    def accepted(answer: Answer) -> None:
        parameters = answer["ChallengeParameters"]
        ident, session = parameters["USER_ID_FOR_SRP"], answer.get("Session")
        if answer["ChallengeName"] != PASSWORD_VERIFIER:
            raise Finding("not PASSWORD_VERIFIER", [Rule.ORDER])
        if session is not None and "AvailableChallenges" not in answer:
            raise Finding("PASSWORD_VERIFIER with a session", [Rule.ORDER])
        if account is not None and ident != account.name:
            raise Finding("USER_ID_FOR_SRP is another's", [Rule.ISSUED])
        if parameters["SECRET_BLOCK"] in world.blocks:
            raise Finding("a SECRET_BLOCK was given twice", [Rule.CHALLENGE_ONCE])
        pool_name = client.pool.pool_id.partition("_")[2]
        pending = Pending(
            challenge=PASSWORD_VERIFIER,
            client=client,
            progress=_begun(client, account, admin=admin),
            expires=world.now + client.session_seconds,
            session=session,
            block=world.block(pool_name, ident, parameters),
            carried=given.get("DEVICE_KEY"),
            admin=admin,
        )
        world.put(pending)

    return accepted


def _begun(client: Client, account: Account | None, *, admin: bool) -> Progress | None:
    """Return what a response will have proven; ``None`` for an unknown user."""
    return None if account is None else begin(client, account, None, account.name, admin=admin)


def password_verifier(world: World, params: Params) -> Case:
    """PASSWORD_VERIFIER: the proof counts for the user, client and password of its challenge."""
    case, client = Case(), world.clients[params["ClientId"]]
    responses = params["ChallengeResponses"]
    administrators_client(case, client, params)
    client_proof(case, client, responses["USERNAME"], responses.get("SECRET_HASH"))
    account = user_named(case, client, responses["USERNAME"])
    pending = world.blocks.get(responses["PASSWORD_CLAIM_SECRET_BLOCK"])
    if account is None or case.refuse(Rule.CHALLENGE, pending is None, NOT_AUTHORIZED):
        return case
    assert pending is not None
    case.account = account
    may_sign_in(case, client, account)
    still_good(world, case, account)
    locked(case, account)
    _challenge_of(world, case, pending, client, account)
    _session_beside(case, pending, params.get("Session"))
    proof_of(world, case, pending, account.password, responses)
    alone = not case.must
    key = responses.get("DEVICE_KEY", pending.carried)
    device = presented(case, account, key, world)

    def accepted(answer: Answer) -> None:
        pending.spent = True
        account.failures = 0
        admin = "UserPoolId" in params
        progress = begin(client, account, device, responses["USERNAME"], admin=admin)
        follow(world, progress, answer)

    def refused(_code: str) -> None:
        failed(account)
        if alone:  # The same challenge may be responded to again without the device (D106).
            pending.carried = None

    case.then, case.when_refused = accepted, refused
    return case


def _challenge_of(
    world: World, case: Case, pending: Pending, client: Client, account: Account
) -> None:
    """Check that the challenge is open and belongs to this user, client and current password."""
    progress = pending.progress
    foreign = pending.challenge != PASSWORD_VERIFIER or pending.client is not client
    foreign = foreign or progress is None or progress.account is not account
    case.refuse(Rule.CHALLENGE, foreign, NOT_AUTHORIZED)
    case.refuse(Rule.CHALLENGE_ONCE, pending.spent, NOT_AUTHORIZED)
    case.refuse(Rule.CHALLENGE_ENDS, world.now >= pending.expires, NOT_AUTHORIZED)
    if progress is not None and progress.account is account:
        replaced = progress.password_number != account.password_number
        case.refuse(Rule.CHALLENGE_ENDS, replaced, NOT_AUTHORIZED)


def _session_beside(case: Case, pending: Pending, given: str | None) -> None:
    """Require the session of a challenge that has one (N026).

    Of the others SECRET_BLOCK is enough; what Cognito makes of a session beside it is unknown.
    """
    other = given != pending.session
    missing = pending.session is not None and given is None
    case.refuse(Rule.SESSION, missing, NOT_AUTHORIZED, INVALID_PARAMETER)
    foreign = pending.session is not None and given is not None and other
    case.refuse(Rule.SESSION, foreign, NOT_AUTHORIZED)
    case.perhaps(pending.session is None and other, NOT_AUTHORIZED)
