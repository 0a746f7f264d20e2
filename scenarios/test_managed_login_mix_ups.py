"""Two app clients of a pool, and two pools: what one of them has counts for no other.

The second app client has addresses of its own, which the first one must not be sent to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from harness import Actions, Clock, ManagedLoginWalker, OAuthTokens, ProvisionedPool, WebBrowser
from scenarios.support.acceptance import accepted, code_of_refusal
from scenarios.support.managed_login import (
    API,
    CLASSIC,
    MFA_NOT_REQUIRED,
    TOKEN_DEAD,
    expect_refused_page,
    new_login_client,
    refresh_token_of,
)
from scenarios.support.members import Member
from scenarios.support.pool_under_test import MANAGED_LOGIN, REVOCATION, WITHOUT_CODES, requires
from scenarios.support.refusals import refused
from scenarios.support.variants import Client, varied

pytestmark = [
    pytest.mark.cognito_needs("admin"),
    pytest.mark.cognito_pool(managed_login=CLASSIC, resource_servers=(API,)),
    requires(MANAGED_LOGIN, WITHOUT_CODES),
]

OTHER_CALLBACK = "https://other.example.com/callback"
OTHER_LOGOUT = "https://other.example.com/signed-out"


@pytest.fixture
def signed_in(
    cognito_managed_login: ManagedLoginWalker, newcomer: Callable[[], Member]
) -> ManagedLoginWalker:
    """A browser in which somebody has signed in, so that a wrong Cognito would send it on."""
    cognito_managed_login.sign_in(newcomer().context())
    return cognito_managed_login


@pytest.fixture
def other_pages(
    request: pytest.FixtureRequest, cognito_pool: ProvisionedPool, cognito_clock: Clock
) -> ManagedLoginWalker:
    """The pages of another pool with the same settings."""
    cache: Any = request.getfixturevalue("cognito_pool_cache")
    if cache.given is not None:
        pytest.skip("the scenario needs a second pool, and the run has one given pool")
    pool: ProvisionedPool = cache.get(replace(cognito_pool.spec, name="other"))
    login = pool.spec.managed_login or CLASSIC
    browser = WebBrowser(pool.domain_url, clock=cognito_clock)
    return ManagedLoginWalker(browser, pool.app, login.callback_urls[0], cognito_clock)


@varied(mfa=MFA_NOT_REQUIRED)
def test_redirect_of_another_app_client_is_refused(
    cognito_actions: Actions, cognito_pool: ProvisionedPool, signed_in: ManagedLoginWalker
) -> None:
    """An address that only another app client has registered gets no redirect."""
    new_login_client(cognito_actions, cognito_pool, CallbackURLs=[OTHER_CALLBACK])
    arrived = signed_in.start(signed_in.request(redirect_uri=OTHER_CALLBACK))
    what = "the address of another app client"
    expect_refused_page(arrived, what, facts="H023, H024", status=400)


@varied(mfa=MFA_NOT_REQUIRED)
def test_sign_out_leads_to_no_address_of_another_app_client(
    cognito_actions: Actions, cognito_pool: ProvisionedPool, signed_in: ManagedLoginWalker
) -> None:
    """A sign-out does not redirect to an address that only another app client has registered."""
    new_login_client(cognito_actions, cognito_pool, LogoutURLs=[OTHER_LOGOUT])
    arrived = signed_in.log_out(OTHER_LOGOUT)
    what = "a sign-out to the address of another app client"
    expect_refused_page(arrived, what, facts="H096, H097", status=400)


@varied(mfa=MFA_NOT_REQUIRED)
def test_app_client_without_oauth_is_refused_on_a_page(
    cognito_actions: Actions, cognito_pool: ProvisionedPool, signed_in: ManagedLoginWalker
) -> None:
    """An app client that is not enabled for OAuth 2.0 gets an error page, whatever it has."""
    off = {"AllowedOAuthFlowsUserPoolClient": False}
    app = new_login_client(cognito_actions, cognito_pool, **off)
    arrived = signed_in.for_app(app).start()
    what = "an app client that is not enabled for OAuth 2.0"
    expect_refused_page(arrived, what, facts="H009, H027", status=400)


@requires(MANAGED_LOGIN, WITHOUT_CODES, REVOCATION)
@varied(mfa=MFA_NOT_REQUIRED, client=Client)
def test_refresh_token_is_not_revoked_by_another_app_client(
    cognito_managed_login: ManagedLoginWalker,
    newcomer: Callable[[], Member],
    through_another_client: Actions,
) -> None:
    """Whatever another app client is answered at /oauth2/revoke, the refresh token goes on."""
    pages = cognito_managed_login
    token = refresh_token_of(pages.tokens(newcomer().context()))
    other = pages.for_app(through_another_client.app)
    code_of_refusal(lambda: other.endpoints.revoke(token))
    with accepted("a refresh token that another app client wanted to revoke", facts="H095"):
        pages.endpoints.refresh(token)


@varied(mfa=MFA_NOT_REQUIRED)
def test_session_of_another_pool_does_not_count(
    other_pages: ManagedLoginWalker, signed_in: ManagedLoginWalker
) -> None:
    """The cookie of one pool's pages, sent to those of another, signs nobody in."""
    other_pages.browser.set_cookie("cognito", signed_in.browser.cookies.get("cognito", ""))
    expect_refused_page(other_pages.start(), "the session of another pool", facts="H050")


@varied(mfa=MFA_NOT_REQUIRED)
def test_user_info_takes_no_token_of_another_pool(
    cognito_managed_login: ManagedLoginWalker,
    newcomer: Callable[[], Member],
    other_pages: ManagedLoginWalker,
) -> None:
    """The userInfo of one pool's domain refuses an access token of another pool."""
    tokens: OAuthTokens = cognito_managed_login.tokens(newcomer().context())
    with refused(TOKEN_DEAD):
        other_pages.endpoints.user_info(tokens.access)
