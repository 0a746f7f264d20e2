"""The model of USER_AUTH and SELECT_CHALLENGE: how a user chooses the first factor."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.properties.model.case import (
    CODE_MISMATCH,
    INVALID_PARAMETER,
    NOT_AUTHORIZED,
    USER_NOT_FOUND,
    Answer,
    Case,
    Params,
)
from tests.properties.model.checks import (
    administrators_client,
    client_proof,
    may_sign_in,
    owner_of,
    presented,
    session_of,
    user_named,
)
from tests.properties.model.demands import SELECT_CHALLENGE
from tests.properties.model.first_factors import Factors, available
from tests.properties.model.passkeys import check_request
from tests.properties.model.password_proofs import (
    Given,
    by_password,
    by_srp,
    check_password,
    failed,
    verifier_challenge,
)
from tests.properties.model.progress import begin, follow
from tests.properties.model.records import (
    BY_PASSWORD,
    EMAIL_OTP,
    FORCE_CHANGE_PASSWORD,
    PASSWORD,
    PASSWORD_SRP,
    WEB_AUTHN,
    Account,
    Client,
    Pending,
)
from tests.properties.model.rules import Finding, Rule
from tests.properties.model.world import World


def user_auth(world: World, case: Case, client: Client, params: Params) -> Case:
    """USER_AUTH: the preferred factor at once if the user has it, or a choice (N015 to N018)."""
    given, admin = params["AuthParameters"], "UserPoolId" in params
    account = client.pool.find(given["USERNAME"])
    if params.get("Session") is not None:
        return _after_sign_up(world, case, client, params)
    if account is None:
        return _simulated(world, case, client, given)
    preferred = given.get("PREFERRED_CHALLENGE")
    factors = available(account)
    if preferred in BY_PASSWORD & factors.certain:
        missing = {PASSWORD: "PASSWORD", PASSWORD_SRP: "SRP_A"}[preferred] not in given
        if case.refuse(Rule.PASSWORD, missing, INVALID_PARAMETER):  # N019
            return case
        prove = by_password if preferred == PASSWORD else by_srp
        return _with_list(prove(world, case, client, given, admin=admin), factors, preferred)
    may_sign_in(case, client, account)
    # Whether there is a choice for a user who can do nothing is unknown.
    case.perhaps(not factors.certain, NOT_AUTHORIZED, INVALID_PARAMETER)
    case.account = account

    def accepted(answer: Answer) -> None:
        put_first(world, client, account, answer, admin=admin, carried=given.get("DEVICE_KEY"))
        expected = {SELECT_CHALLENGE} if preferred not in factors.possible else {preferred}
        if preferred in factors.open:
            expected.add(SELECT_CHALLENGE)
        if answer["ChallengeName"] not in expected:
            raise Finding(f"{answer['ChallengeName']} although {expected} was due", [Rule.ORDER])
        _check_list(answer, factors, answer["ChallengeName"])

    case.then = accepted
    return case


def _with_list(case: Case, factors: Factors, preferred: str) -> Case:
    """Check AvailableChallenges as well, which comes with every first response (N017)."""
    then = case.then

    def accepted(answer: Answer) -> None:
        then(answer)
        _check_list(answer, factors, preferred)

    case.then = accepted
    return case


def _check_list(answer: Answer, factors: Factors, challenge: str) -> None:
    """Check AvailableChallenges: it is complete where there is a choice (N015, N017)."""
    listed = answer.get("AvailableChallenges")
    if listed is None:
        raise Finding("no AvailableChallenges", [Rule.FIRST_FACTOR])
    shown = set(listed)
    complete = factors.agree(shown) or (
        challenge != SELECT_CHALLENGE and challenge in shown and shown <= factors.possible
    )
    if not complete or len(shown) != len(listed):
        raise Finding(f"the user has other first factors than {listed}", [Rule.FIRST_FACTOR])


def put_first(
    world: World,
    client: Client,
    account: Account | None,
    answer: Answer,
    *,
    admin: bool,
    carried: str | None = None,
) -> None:
    """Record SELECT_CHALLENGE or the challenge of a first factor other than the password."""
    challenge, options = answer["ChallengeName"], dict[str, Any]()
    if challenge == WEB_AUTHN:
        options = json.loads(answer["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])
        check_request(world, client.pool, account, options)
    progress = None
    if account is not None:
        progress = begin(client, account, None, account.name, admin=admin, proven=())
    pending = Pending(
        challenge=challenge,
        client=client,
        progress=progress,
        expires=world.now + client.session_seconds,
        session=answer["Session"],
        options=options,
        carried=carried,
        admin=admin,
    )
    if account is not None and challenge not in (SELECT_CHALLENGE, WEB_AUTHN):
        pending.code = world.receive(account, "sign-in").value
    if pending.session in world.sessions:
        raise Finding("a session was given twice", [Rule.SESSION_ONCE])
    world.put(pending)


def _simulated(world: World, case: Case, client: Client, given: Given) -> Case:
    """Allow any challenge for an unknown user in a client that hides it; refuse in others (N022).

    PASSWORD asks for nothing that could be simulated: it is wrong.
    """
    if not client.hides:
        user_named(case, client, given["USERNAME"])
        return case
    preferred = given.get("PREFERRED_CHALLENGE")
    case.perhaps(preferred in BY_PASSWORD, INVALID_PARAMETER)
    if preferred == PASSWORD and "PASSWORD" in given:
        case.refuse(Rule.USER, True, NOT_AUTHORIZED)
        return case

    def accepted(answer: Answer) -> None:
        if answer["ChallengeName"] == "PASSWORD_VERIFIER":
            verifier_challenge(world, client, None, given, admin=False)(answer)
        else:
            put_first(world, client, None, answer, admin=False)

    case.then = accepted
    return case


def _after_sign_up(world: World, case: Case, client: Client, params: Params) -> Case:
    """The session of ConfirmSignUp replaces the first factor, once (A009, N024)."""
    account = user_named(case, client, params["AuthParameters"]["USERNAME"])
    if account is None:
        return case
    case.account = account
    may_sign_in(case, client, account)
    open_one = world.sign_ups.get(params["Session"])
    if case.refuse(Rule.SESSION, open_one is None or not open_one.confirmed, NOT_AUTHORIZED):
        return case
    assert open_one is not None
    foreign = open_one.client is not client or open_one.account is not account
    case.refuse(Rule.SESSION_OWNER, foreign, NOT_AUTHORIZED)
    case.refuse(Rule.SESSION_ONCE, open_one.spent, NOT_AUTHORIZED)
    case.refuse(Rule.SESSION_ENDS, world.now >= open_one.expires, NOT_AUTHORIZED)
    replaced = open_one.password_number != account.password_number
    signed_out = open_one.sign_outs != account.sign_outs
    case.perhaps(replaced or signed_out, NOT_AUTHORIZED)
    if EMAIL_OTP not in available(account).certain:
        # What happens then is unknown: a refusal, or a sign-in as without the session.
        case.perhaps(True, NOT_AUTHORIZED)
        without = {name: value for name, value in params.items() if name != "Session"}
        return user_auth(world, case, client, without)

    def accepted(answer: Answer) -> None:
        open_one.spent = True
        admin = "UserPoolId" in params
        proven = ("sign-up",)
        follow(
            world, begin(client, account, None, account.name, admin=admin, proven=proven), answer
        )

    case.then = accepted
    return case


def select_challenge(world: World, params: Params) -> Case:
    """SELECT_CHALLENGE: the chosen factor, as far as the user has it now (N021, N025)."""
    case, client = Case(), world.clients[params["ClientId"]]
    responses = params["ChallengeResponses"]
    administrators_client(case, client, params)
    client_proof(case, client, responses["USERNAME"], responses.get("SECRET_HASH"))
    pending = session_of(world, case, params.get("Session"), SELECT_CHALLENGE)
    if pending is None:
        return case
    if pending.progress is None:
        return _chosen_by_nobody(world, case, client, pending, params)
    owner_of(world, case, pending, params)
    account, chosen = pending.progress.account, responses["ANSWER"]
    factors = available(account)
    temporary = account.status == FORCE_CHANGE_PASSWORD and account.password is not None
    insists = temporary and chosen not in BY_PASSWORD
    case.refuse(Rule.FIRST_FACTOR, insists, INVALID_PARAMETER)
    impossible = not insists and chosen not in factors.possible
    case.refuse(Rule.FIRST_FACTOR, impossible, NOT_AUTHORIZED, INVALID_PARAMETER)
    case.perhaps(chosen in factors.open, NOT_AUTHORIZED, INVALID_PARAMETER)
    # DEVICE_KEY is carried over from InitiateAuth (section D, 6).
    params = {**params, "ChallengeResponses": {"DEVICE_KEY": pending.carried, **responses}}
    next_step = _CHOICES.get(chosen, _by_other_factor)
    case.then = _spending(pending, next_step(world, case, client, account, params))
    return case


def _spending(pending: Pending, then: Callable[[Answer], None]) -> Callable[[Answer], None]:
    def accepted(answer: Answer) -> None:
        pending.spent = True
        then(answer)

    return accepted


def _password(
    world: World, case: Case, client: Client, account: Account, params: Params
) -> Callable[[Answer], None]:
    responses = params["ChallengeResponses"]
    if case.refuse(Rule.PASSWORD, "PASSWORD" not in responses, INVALID_PARAMETER):
        return lambda _answer: None
    check_password(world, case, account, responses["PASSWORD"])
    device = presented(case, account, responses.get("DEVICE_KEY"), world)
    case.when_refused = lambda _code: failed(account)

    def accepted(answer: Answer) -> None:
        account.failures = 0
        admin, named = "UserPoolId" in params, responses["USERNAME"]
        follow(world, begin(client, account, device, named, admin=admin), answer)

    return accepted


def _password_srp(
    world: World, case: Case, client: Client, account: Account, params: Params
) -> Callable[[Answer], None]:
    admin = "UserPoolId" in params
    case.refuse(Rule.PROOF, "SRP_A" not in params["ChallengeResponses"], INVALID_PARAMETER)
    return verifier_challenge(world, client, account, params["ChallengeResponses"], admin=admin)


def _by_other_factor(
    world: World, case: Case, client: Client, account: Account, params: Params
) -> Callable[[Answer], None]:
    """Expect the challenge of the chosen factor, with a new session (N025)."""

    def accepted(answer: Answer) -> None:
        if answer["ChallengeName"] != params["ChallengeResponses"]["ANSWER"]:
            raise Finding(f"{answer['ChallengeName']} was not chosen", [Rule.ORDER])
        admin, key = "UserPoolId" in params, params["ChallengeResponses"]["DEVICE_KEY"]
        put_first(world, client, account, answer, admin=admin, carried=key)

    return accepted


_CHOICES = {PASSWORD: _password, PASSWORD_SRP: _password_srp}


def _chosen_by_nobody(
    world: World, case: Case, client: Client, pending: Pending, params: Params
) -> Case:
    """An unknown user proves nothing, but is asked like others (A100, N022)."""
    responses = params["ChallengeResponses"]
    case.refuse(Rule.SESSION_OWNER, pending.client is not client, NOT_AUTHORIZED)
    case.refuse(Rule.USER, responses["ANSWER"] == PASSWORD, NOT_AUTHORIZED)
    case.perhaps(True, NOT_AUTHORIZED, INVALID_PARAMETER, USER_NOT_FOUND, CODE_MISMATCH)

    def accepted(answer: Answer) -> None:
        pending.spent = True
        if answer["ChallengeName"] == "PASSWORD_VERIFIER":
            verifier_challenge(world, client, None, responses, admin=False)(answer)
        else:
            put_first(world, client, None, answer, admin=False)

    case.then = accepted
    return case
