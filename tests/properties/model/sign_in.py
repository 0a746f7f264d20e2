"""The model of InitiateAuth and of the proof of a password, for each flow."""

from __future__ import annotations

from tests.properties.model.case import (
    INVALID_PARAMETER,
    NOT_AUTHORIZED,
    UNAUTHORIZED,
    Answer,
    Case,
    Params,
)
from tests.properties.model.checks import (
    administrators_client,
    client_proof,
    locked,
    may_sign_in,
    presented,
    proof_of,
    refresh_token,
    still_good,
    user_named,
)
from tests.properties.model.demands import PASSWORD_VERIFIER
from tests.properties.model.progress import begin, follow, learn_access_token
from tests.properties.model.records import Account, Client, Pending, Progress, Token
from tests.properties.model.rules import Finding, Rule
from tests.properties.model.world import World


def initiate_auth(world: World, params: Params) -> Case:
    """InitiateAuth and AdminInitiateAuth."""
    case, client = Case(), world.clients[params["ClientId"]]
    flow, given = params["AuthFlow"], params["AuthParameters"]
    admin = "UserPoolId" in params
    administrators_client(case, client, params)
    case.refuse(Rule.FLOW, flow not in client.flows, INVALID_PARAMETER)
    wrong_door = flow == ("USER_PASSWORD_AUTH" if admin else "ADMIN_USER_PASSWORD_AUTH")
    case.refuse(Rule.FLOW, wrong_door, INVALID_PARAMETER)
    if flow == "REFRESH_TOKEN_AUTH":
        return _refresh(world, case, client, given)
    name = given["USERNAME"]
    client_proof(case, client, name, given.get("SECRET_HASH"))
    if flow == "USER_SRP_AUTH":
        return _srp(world, case, client, given, admin)
    account = user_named(case, client, name)
    return case if account is None else _password(world, case, client, account, given, admin)


def _password(
    world: World, case: Case, client: Client, account: Account, given: dict[str, str], admin: bool
) -> Case:
    """Check the password itself; the tokens belong to the user's own name (D081)."""
    case.account = account
    may_sign_in(case, client, account)
    still_good(world, case, account)
    locked(case, account)
    case.refuse(Rule.PASSWORD, given["PASSWORD"] != account.password, NOT_AUTHORIZED)
    device = presented(case, account, given.get("DEVICE_KEY"), world)

    def accepted(answer: Answer) -> None:
        account.failures = 0
        follow(world, begin(client, account, device, account.name, admin=admin), answer)

    case.then, case.when_refused = accepted, lambda _code: _failed(account)
    return case


def _failed(account: Account) -> None:
    """Count a refused attempt as a wrong password; nothing else counts (A132, A137)."""
    account.failures += 1


def _srp(world: World, case: Case, client: Client, given: dict[str, str], admin: bool) -> Case:
    """USER_SRP_AUTH; a client that hides users also challenges unknown users (A101)."""
    account = client.pool.find(given["USERNAME"])
    if account is None and not client.hides:
        user_named(case, client, given["USERNAME"])
    if account is not None:
        may_sign_in(case, client, account)

    def accepted(answer: Answer) -> None:
        parameters = answer["ChallengeParameters"]
        ident = parameters["USER_ID_FOR_SRP"]
        if answer["ChallengeName"] != PASSWORD_VERIFIER or "Session" in answer:
            raise Finding("not PASSWORD_VERIFIER alone", [Rule.ORDER])
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
            block=world.block(pool_name, ident, parameters),
            carried=given.get("DEVICE_KEY"),
            admin=admin,
        )
        world.put(pending)

    case.then = accepted
    return case


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
        _failed(account)
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


def _refresh(world: World, case: Case, client: Client, given: dict[str, str]) -> Case:
    """REFRESH_TOKEN_AUTH; SECRET_HASH covers the internal username (A122)."""
    token = refresh_token(world, case, client, given["REFRESH_TOKEN"], given.get("DEVICE_KEY"))
    if token is None:
        return case
    client_proof(case, client, token.grant.account.name, given.get("SECRET_HASH"))
    case.then = lambda answer: _refreshed(world, token, answer)
    return case


def get_tokens_from_refresh_token(world: World, params: Params) -> Case:
    """GetTokensFromRefreshToken, which takes the secret itself (A265 to A267)."""
    case, client = Case(), world.clients[params["ClientId"]]
    _secret_itself(case, client, params)
    key = params.get("DeviceKey")
    token = refresh_token(world, case, client, params["RefreshToken"], key)
    if token is not None:
        case.then = lambda answer: _refreshed(world, token, answer)
    return case


def _refreshed(world: World, token: Token, answer: Answer) -> None:
    """Check the new tokens: no device, and a refresh token only with rotation (D059)."""
    result = answer["AuthenticationResult"]
    rotates = token.grant.client.grace is not None
    if "NewDeviceMetadata" in result or ("RefreshToken" in result) != rotates:
        raise Finding("a refresh gave more or less than tokens", [Rule.ISSUED])
    learn_access_token(world, token.grant, result)
    if rotates:
        text = result["RefreshToken"]
        world.refresh[text] = Token(text, token.grant, token.expires)
        token.rotated = world.now if token.rotated is None else token.rotated


def revoke_token(world: World, params: Params) -> Case:
    """RevokeToken; another client's token or an unknown one succeeds without effect (A268)."""
    case, client = Case(), world.clients[params["ClientId"]]
    _secret_itself(case, client, params)
    token = world.refresh.get(params["Token"])
    if token is not None and token.grant.client is client:
        grant = token.grant

        def accepted(_answer: Answer) -> None:
            grant.revoked = True

        case.then = accepted
    return case


def _secret_itself(case: Case, client: Client, params: Params) -> None:
    wrong = client.secret is not None and params.get("ClientSecret") != client.secret
    case.refuse(Rule.CLIENT_SECRET, wrong, NOT_AUTHORIZED, UNAUTHORIZED)
