"""The model of InitiateAuth, and of refreshing and revoking tokens."""

from __future__ import annotations

from tests.properties.model.case import (
    INVALID_PARAMETER,
    NOT_AUTHORIZED,
    UNAUTHORIZED,
    Answer,
    Case,
    Params,
)
from tests.properties.model.checks import administrators_client, client_proof, refresh_token
from tests.properties.model.choice import user_auth
from tests.properties.model.password_proofs import by_password, by_srp
from tests.properties.model.progress import learn_access_token
from tests.properties.model.records import Client, Token
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
    if flow == "USER_AUTH":
        return user_auth(world, case, client, params)
    if flow == "USER_SRP_AUTH":
        return by_srp(world, case, client, given, admin=admin)
    return by_password(world, case, client, given, admin=admin)


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
