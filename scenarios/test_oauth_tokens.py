"""Tokens of the OAuth 2.0 endpoints: of an app itself, refreshed, revoked, and at userInfo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from harness import (
    Actions,
    ManagedLogin,
    ManagedLoginWalker,
    OAuthTokens,
    ProvisionedPool,
    RefreshTokenRotation,
    Secret,
    check,
    unverified_claims,
)
from scenarios.support.acceptance import accepted
from scenarios.support.answers import expect_equal
from scenarios.support.forgery import without_signature
from scenarios.support.managed_login import (
    API,
    CLASSIC,
    CLIENT_UNPROVEN,
    FOR_MACHINES,
    GRANT_REFUSED,
    MFA_NOT_REQUIRED,
    NO_OPENID,
    SHORT_OF_SCOPES,
    TOKEN_DEAD,
    access_claims,
    id_claims,
    of_app,
    refresh_token_of,
)
from scenarios.support.members import Member, MemberSignIn
from scenarios.support.pool_under_test import (
    MANAGED_LOGIN,
    MANAGED_LOGIN_OF_MACHINES,
    OPENID,
    REVOCATION,
    TRACKED_DEVICES,
    WITHOUT_CODES,
    login_scopes,
    requires,
)
from scenarios.support.refusals import Refusal, refused
from scenarios.support.variants import Client, varied
from scenarios.support.watching import TimePasses

pytestmark = [
    pytest.mark.cognito_needs("admin"),
    pytest.mark.cognito_pool(managed_login=CLASSIC, resource_servers=(API,)),
    requires(MANAGED_LOGIN, WITHOUT_CODES),
]

HOUR = 3600
for_machines = pytest.mark.cognito_pool(managed_login=FOR_MACHINES)
#: What is not known is only the code (H078).
FOREIGN_SCOPE = Refusal("invalid_scope", facts="H078", others=("invalid_grant",))


@pytest.fixture
def tokens(
    cognito_managed_login: ManagedLoginWalker, newcomer: Callable[[], Member]
) -> OAuthTokens:
    """The tokens of a member who has signed in on the pages."""
    return cognito_managed_login.tokens(newcomer().context())


@for_machines
@requires(MANAGED_LOGIN_OF_MACHINES)
@varied(mfa=MFA_NOT_REQUIRED, client=[Client.WITH_SECRET])
def test_app_gets_a_token_for_itself(cognito_managed_login: ManagedLoginWalker) -> None:
    """The grant client_credentials gives an access token alone, with its scopes and no user."""
    pages = cognito_managed_login
    scope = API.full_scopes[0]
    tokens = pages.endpoints.client_credentials([scope])
    members = ["access_token", "expires_in", "token_type"]
    expect_equal("the members of the answer", sorted(tokens.members), members, facts="H078")
    claims = access_claims(tokens)
    claims.expect("scope", scope, facts="H087")
    claims.expect("sub", pages.app.client_id, facts="H087")
    claims.expect("client_id", pages.app.client_id, facts="H087")
    claims.expect("username", None, facts="H087")
    claims.expect("token_use", "access", facts="H087")


@for_machines
@requires(MANAGED_LOGIN_OF_MACHINES)
@varied(mfa=MFA_NOT_REQUIRED, client=[Client.WITH_SECRET])
def test_app_that_asks_for_no_scope_gets_all_of_its_own(
    cognito_managed_login: ManagedLoginWalker,
) -> None:
    """Without a scope the token has every scope of the app client."""
    tokens = cognito_managed_login.endpoints.client_credentials()
    scopes = sorted(access_claims(tokens).get("scope").split())
    expect_equal("scope of the access token", scopes, sorted(API.full_scopes), facts="H078")


@for_machines
@requires(MANAGED_LOGIN_OF_MACHINES)
@varied(mfa=MFA_NOT_REQUIRED, client=[Client.WITH_SECRET], secret=["wrong", "none"])
def test_app_without_its_secret_gets_no_token(
    secret: str, cognito_managed_login: ManagedLoginWalker
) -> None:
    """The grant client_credentials without the right secret is refused as invalid_client."""
    pages = cognito_managed_login
    other = of_app(pages.app, Secret("wrong" * 10) if secret == "wrong" else None)
    with refused(CLIENT_UNPROVEN):
        pages.for_app(other).endpoints.client_credentials([API.full_scopes[0]])


@for_machines
@pytest.mark.cognito_pool(
    managed_login=replace(FOR_MACHINES, scopes=API.full_scopes[:1]), resource_servers=(API,)
)
@requires(MANAGED_LOGIN_OF_MACHINES)
@varied(mfa=MFA_NOT_REQUIRED, client=[Client.WITH_SECRET])
def test_app_gets_no_scope_that_is_not_its_own(
    cognito_managed_login: ManagedLoginWalker,
) -> None:
    """A scope of the resource server that the app client does not have is refused."""
    with refused(FOREIGN_SCOPE):
        cognito_managed_login.endpoints.client_credentials(["https://api.example.com/write"])


@requires(MANAGED_LOGIN, WITHOUT_CODES, login_scopes(*API.full_scopes))
@varied(mfa=MFA_NOT_REQUIRED, client=[Client.WITH_SECRET])
def test_app_of_people_gets_no_token_for_itself(
    cognito_managed_login: ManagedLoginWalker,
) -> None:
    """An app client without the grant client_credentials is refused, with the right secret too."""
    with refused(Refusal("unauthorized_client", facts="H077")):
        cognito_managed_login.endpoints.client_credentials([API.full_scopes[0]])


@requires(MANAGED_LOGIN, WITHOUT_CODES, OPENID)
@varied(mfa=MFA_NOT_REQUIRED, client=Client)
def test_refresh_gives_new_tokens_of_the_same_sign_in(
    cognito_managed_login: ManagedLoginWalker, cognito_pool: ProvisionedPool, tokens: OAuthTokens
) -> None:
    """A refresh gives other access and ID tokens, of the same sign-in and with its scopes."""
    renewed = cognito_managed_login.endpoints.refresh(refresh_token_of(tokens))
    rotated = ["refresh_token"] if cognito_pool.spec.refresh_token_rotation else []
    members = ["access_token", "expires_in", "id_token", *rotated, "token_type"]
    expect_equal("the members of the answer", sorted(renewed.members), members, facts="H075")
    before, after = access_claims(tokens), access_claims(renewed)
    check(before.get("jti") != after.get("jti"), "a refresh returned the same access token")
    for claim in ("sub", "username", "auth_time", "scope", "version"):
        after.expect(claim, before.get(claim), facts="H085")
    id_claims(renewed)


@pytest.mark.cognito_pool(
    refresh_token_rotation=RefreshTokenRotation(0),
    auth_flows=("ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH"),
)
@varied(mfa=MFA_NOT_REQUIRED)
def test_rotated_refresh_token_is_good_only_once(
    cognito_managed_login: ManagedLoginWalker, tokens: OAuthTokens
) -> None:
    """With rotation a refresh gives a new refresh token, and the old one is refused."""
    endpoints, old = cognito_managed_login.endpoints, refresh_token_of(tokens)
    new = refresh_token_of(endpoints.refresh(old))
    check(new != old, "a refresh with rotation returned the same refresh token", facts="H075")
    with refused(GRANT_REFUSED):
        endpoints.refresh(old)
    with accepted("the rotated refresh token", facts="H075"):
        endpoints.refresh(new)


@varied(mfa=MFA_NOT_REQUIRED, client=Client)
def test_refresh_token_of_another_app_client_is_refused(
    cognito_managed_login: ManagedLoginWalker,
    through_another_client: Actions,
    tokens: OAuthTokens,
) -> None:
    """A refresh token is good only for the app client that got it."""
    other = cognito_managed_login.for_app(through_another_client.app)
    with refused(GRANT_REFUSED):
        other.endpoints.refresh(refresh_token_of(tokens))


@varied(mfa=MFA_NOT_REQUIRED, client=[Client.WITH_SECRET], secret=["wrong", "none"])
def test_refresh_needs_the_client_secret(
    secret: str, cognito_managed_login: ManagedLoginWalker, tokens: OAuthTokens
) -> None:
    """Whoever has the refresh token and not the client secret gets no tokens."""
    pages = cognito_managed_login
    other = of_app(pages.app, Secret("wrong" * 10) if secret == "wrong" else None)
    with refused(CLIENT_UNPROVEN):
        pages.for_app(other).endpoints.refresh(refresh_token_of(tokens))


@requires(MANAGED_LOGIN, WITHOUT_CODES, TRACKED_DEVICES)
@varied(mfa=MFA_NOT_REQUIRED)
def test_refresh_token_of_the_api_is_refused_beside_devices(
    cognito_managed_login: ManagedLoginWalker,
    newcomer: Callable[[], Member],
    sign_in: MemberSignIn,
) -> None:
    """In a pool with tracked devices the endpoint takes no refresh token of InitiateAuth."""
    tokens = sign_in(newcomer()).tokens
    with refused(Refusal("invalid_grant", facts="H059")):
        cognito_managed_login.endpoints.refresh(tokens.refresh)


@varied(mfa=MFA_NOT_REQUIRED)
@pytest.mark.usefixtures("tokens")
def test_made_up_refresh_token_is_refused(cognito_managed_login: ManagedLoginWalker) -> None:
    """A refresh token that was never given is refused, beside one that was."""
    with refused(GRANT_REFUSED):
        cognito_managed_login.endpoints.refresh(Secret("made.up.refresh.token.x"))


@requires(MANAGED_LOGIN, WITHOUT_CODES, REVOCATION)
@varied(mfa=MFA_NOT_REQUIRED, client=Client)
def test_revoked_refresh_token_ends_the_tokens(
    cognito_managed_login: ManagedLoginWalker, tokens: OAuthTokens
) -> None:
    """After /oauth2/revoke neither the refresh token nor the access token works."""
    endpoints, token = cognito_managed_login.endpoints, refresh_token_of(tokens)
    endpoints.revoke(token)
    with refused(GRANT_REFUSED):
        endpoints.refresh(token)
    with refused(TOKEN_DEAD):
        endpoints.user_info(tokens.access)
    with accepted("a revocation of a token that is revoked", facts="H095"):
        endpoints.revoke(token)


@requires(MANAGED_LOGIN, WITHOUT_CODES, REVOCATION)
@varied(mfa=MFA_NOT_REQUIRED, client=[Client.WITH_SECRET], secret=["wrong", "none"])
def test_revocation_needs_the_client_secret(
    secret: str, cognito_managed_login: ManagedLoginWalker, tokens: OAuthTokens
) -> None:
    """Whoever has the refresh token and not the client secret cannot revoke it."""
    pages, token = cognito_managed_login, refresh_token_of(tokens)
    other = of_app(pages.app, Secret("wrong" * 10) if secret == "wrong" else None)
    with refused(Refusal("invalid_client", facts="H095")):
        pages.for_app(other).endpoints.revoke(token)
    with accepted("a refresh token after a wrong client secret", facts="H095"):
        pages.endpoints.refresh(token)


@requires(MANAGED_LOGIN, WITHOUT_CODES, login_scopes("openid", "email"))
@varied(mfa=MFA_NOT_REQUIRED)
def test_user_info_has_the_attributes_that_the_scopes_allow(
    cognito_managed_login: ManagedLoginWalker, newcomer: Callable[[], Member]
) -> None:
    """With openid and email, userInfo has the address and no name; email_verified is a text."""
    pages, member = cognito_managed_login, newcomer()
    request = pages.request(scopes=("openid", "email"))
    claims = pages.endpoints.user_info(pages.tokens(member.context(), request=request).access)
    names = ["email", "email_verified", "sub", "username"]
    expect_equal("the claims of userInfo", sorted(claims), names, facts="H091, H092")
    verified = claims["email_verified"]
    expect_equal("the type of email_verified", type(verified).__name__, "str", facts="H091")


@varied(mfa=MFA_NOT_REQUIRED, token=["unsigned", "signed_by_another", "none"])
def test_user_info_takes_no_forged_token(
    token: str, cognito_managed_login: ManagedLoginWalker, tokens: OAuthTokens
) -> None:
    """A token that Cognito has not signed gets no claims."""
    header, payload, _ = tokens.access.reveal().split(".")
    forged = {
        "unsigned": without_signature(tokens.access).reveal(),
        "signed_by_another": f"{header}.{payload}.{'A' * 342}",
        "none": "no-token",
    }[token]
    with refused(TOKEN_DEAD):
        cognito_managed_login.endpoints.user_info(forged)


@requires(MANAGED_LOGIN, WITHOUT_CODES, login_scopes(API.full_scopes[0]))
@varied(mfa=MFA_NOT_REQUIRED)
def test_user_info_takes_no_token_without_openid(
    cognito_managed_login: ManagedLoginWalker, newcomer: Callable[[], Member]
) -> None:
    """An access token whose scopes have no openid is refused."""
    pages = cognito_managed_login
    request = pages.request(scopes=(API.full_scopes[0],))
    tokens = pages.tokens(newcomer().context(), request=request)
    with refused(NO_OPENID):
        pages.endpoints.user_info(tokens.access)


@varied(mfa=MFA_NOT_REQUIRED)
def test_user_info_takes_no_token_of_the_api(
    cognito_managed_login: ManagedLoginWalker,
    newcomer: Callable[[], Member],
    sign_in: MemberSignIn,
) -> None:
    """Tokens of InitiateAuth have no openid, so userInfo refuses them."""
    tokens = sign_in(newcomer()).tokens
    with refused(NO_OPENID):
        cognito_managed_login.endpoints.user_info(tokens.access)


@pytest.mark.cognito_needs("clock")
@varied(mfa=MFA_NOT_REQUIRED)
def test_user_info_takes_no_expired_token(
    cognito_managed_login: ManagedLoginWalker, time_passes: TimePasses, tokens: OAuthTokens
) -> None:
    """An access token of more than an hour is refused."""
    time_passes(HOUR + 1)
    with refused(TOKEN_DEAD):
        cognito_managed_login.endpoints.user_info(tokens.access)


@varied(mfa=MFA_NOT_REQUIRED)
def test_user_info_takes_no_token_after_global_sign_out(
    cognito_actions: Actions, cognito_managed_login: ManagedLoginWalker, tokens: OAuthTokens
) -> None:
    """AdminUserGlobalSignOut ends the tokens of the pages too."""
    cognito_actions.admin_user_global_sign_out(unverified_claims(tokens.access)["username"])
    with refused(TOKEN_DEAD):
        cognito_managed_login.endpoints.user_info(tokens.access)
    with refused(GRANT_REFUSED):
        cognito_managed_login.endpoints.refresh(refresh_token_of(tokens))


@requires(MANAGED_LOGIN, WITHOUT_CODES, OPENID)
@varied(mfa=MFA_NOT_REQUIRED)
def test_token_without_the_scope_of_the_api_opens_no_operation(
    cognito_actions: Actions,
    cognito_managed_login: ManagedLoginWalker,
    newcomer: Callable[[], Member],
) -> None:
    """GetUser needs aws.cognito.signin.user.admin, which was not asked for."""
    pages = cognito_managed_login
    tokens = pages.tokens(newcomer().context(), request=pages.request(scopes=("openid",)))
    with refused(SHORT_OF_SCOPES):
        cognito_actions.get_user(tokens.access)


@pytest.mark.cognito_pool(
    managed_login=ManagedLogin(scopes=("openid", "aws.cognito.signin.user.admin")),
    resource_servers=(),
)
@requires(MANAGED_LOGIN, WITHOUT_CODES, login_scopes("openid", "aws.cognito.signin.user.admin"))
@varied(mfa=MFA_NOT_REQUIRED)
def test_token_with_the_scope_of_the_api_opens_its_operations(
    cognito_actions: Actions, tokens: OAuthTokens
) -> None:
    """With aws.cognito.signin.user.admin an access token of the pages calls GetUser."""
    with accepted("a token with the scope of the API", facts="A072"):
        cognito_actions.get_user(tokens.access)
