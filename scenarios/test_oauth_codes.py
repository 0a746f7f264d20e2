"""/oauth2/token with an authorization code: used once, in time, by the app that asked for it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from harness import (
    Actions,
    Authorization,
    ManagedLoginWalker,
    OAuthEndpoints,
    PagesResult,
    ProvisionedPool,
    Secret,
    check,
)
from scenarios.support.acceptance import accepted
from scenarios.support.managed_login import (
    API,
    CLASSIC,
    CLIENT_UNPROVEN,
    CODE_REFUSED,
    MFA_NOT_REQUIRED,
    WRONG_REDIRECT,
    access_claims,
    id_claims,
    of_app,
)
from scenarios.support.members import Member
from scenarios.support.pool_under_test import MANAGED_LOGIN, OPENID, WITHOUT_CODES, requires
from scenarios.support.refusals import refused
from scenarios.support.variants import Client, varied
from scenarios.support.watching import TimePasses

pytestmark = [
    pytest.mark.cognito_needs("admin"),
    pytest.mark.cognito_pool(managed_login=CLASSIC, resource_servers=(API,)),
    requires(MANAGED_LOGIN, WITHOUT_CODES),
]

MINUTE = 60
#: A verifier that no request of the scenarios has.
OTHER_VERIFIER = Secret("0" * 64)


@pytest.fixture
def signed_in(
    cognito_managed_login: ManagedLoginWalker, newcomer: Callable[[], Member]
) -> PagesResult:
    """The redirect to the app of a member who has signed in on the pages."""
    return cognito_managed_login.sign_in(newcomer().context())


def give(endpoints: OAuthEndpoints, result: PagesResult, **changed: object) -> None:
    """Exchange the code of a result, with ``changed`` replacing what the app sends."""
    request: Authorization = result.request
    own: dict[str, Any] = {"redirect_uri": request.redirect_uri, "verifier": request.verifier}
    endpoints.exchange(request.code_in(result.departure), **{**own, **changed})


@varied(mfa=MFA_NOT_REQUIRED, client=Client)
def test_code_is_good_only_once(
    cognito_managed_login: ManagedLoginWalker, signed_in: PagesResult
) -> None:
    """A code that was exchanged is refused the next time."""
    give(cognito_managed_login.endpoints, signed_in)
    with refused(CODE_REFUSED):
        give(cognito_managed_login.endpoints, signed_in)


@pytest.mark.cognito_needs("clock")
@varied(mfa=MFA_NOT_REQUIRED)
def test_code_lives_for_five_minutes(
    cognito_managed_login: ManagedLoginWalker,
    newcomer: Callable[[], Member],
    time_passes: TimePasses,
) -> None:
    """A code of less than five minutes is taken, and one of more is refused."""
    pages, member = cognito_managed_login, newcomer()
    first = pages.sign_in(member.context())
    second = pages.another_browser().sign_in(member.context())
    time_passes(5 * MINUTE - 5)
    with accepted("a code of less than five minutes", facts="H021"):
        give(pages.endpoints, first)
    time_passes(6)
    with refused(CODE_REFUSED):
        give(pages.endpoints, second)


@varied(mfa=MFA_NOT_REQUIRED, verifier=["another", "none"])
def test_code_needs_the_verifier_of_its_challenge(
    verifier: str, cognito_managed_login: ManagedLoginWalker, signed_in: PagesResult
) -> None:
    """Whoever has the code and not the verifier gets no tokens (PKCE)."""
    sent = OTHER_VERIFIER if verifier == "another" else None
    with refused(CODE_REFUSED):
        give(cognito_managed_login.endpoints, signed_in, verifier=sent)


@varied(mfa=MFA_NOT_REQUIRED)
def test_code_without_a_challenge_needs_no_verifier(
    cognito_managed_login: ManagedLoginWalker, newcomer: Callable[[], Member]
) -> None:
    """PKCE is optional: a request without a challenge gives a code that is exchanged alone."""
    pages = cognito_managed_login
    result = pages.sign_in(newcomer().context(), pages.request(verifier=None))
    with accepted("a code that was asked without a challenge", facts="H032"):
        pages.exchange(result)


@varied(mfa=MFA_NOT_REQUIRED, client=Client)
def test_code_of_another_app_client_is_refused(
    cognito_managed_login: ManagedLoginWalker,
    signed_in: PagesResult,
    through_another_client: Actions,
) -> None:
    """A code is good only for the app client that asked for it."""
    other = cognito_managed_login.for_app(through_another_client.app)
    with refused(CODE_REFUSED):
        give(other.endpoints, signed_in)


@varied(mfa=MFA_NOT_REQUIRED, change=["foreign", "registered"])
def test_code_needs_the_redirect_uri_of_its_request(
    change: str,
    cognito_managed_login: ManagedLoginWalker,
    cognito_pool: ProvisionedPool,
    signed_in: PagesResult,
) -> None:
    """Another redirect_uri than that of the request is refused, also a registered one."""
    uri = "https://evil.example.com/callback"
    if change == "registered":
        login = cognito_pool.spec.managed_login or CLASSIC
        others = [one for one in login.callback_urls if one != signed_in.request.redirect_uri]
        if not others:
            pytest.skip("the scenario needs a second callback URL, and the app client has one")
        uri = others[0]
    with refused(WRONG_REDIRECT):
        give(cognito_managed_login.endpoints, signed_in, redirect_uri=uri)


@varied(mfa=MFA_NOT_REQUIRED)
def test_code_of_a_user_who_was_disabled_is_refused(
    cognito_actions: Actions,
    cognito_managed_login: ManagedLoginWalker,
    newcomer: Callable[[], Member],
) -> None:
    """A code gives no tokens for a user who was disabled after the sign-in."""
    pages, member = cognito_managed_login, newcomer()
    result = pages.sign_in(member.context())
    cognito_actions.admin_disable_user(member.person.username)
    with refused(CODE_REFUSED):
        pages.exchange(result)


@varied(mfa=MFA_NOT_REQUIRED)
def test_made_up_code_is_refused(
    cognito_managed_login: ManagedLoginWalker, newcomer: Callable[[], Member]
) -> None:
    """A code that was never given is refused, also while another one waits for its app."""
    pages = cognito_managed_login
    pages.sign_in(newcomer().context(), pages.request(verifier=None))
    with refused(CODE_REFUSED):
        pages.endpoints.exchange(
            Secret("00000000-0000-4000-8000-000000000000"), redirect_uri=pages.redirect_uri
        )


@varied(mfa=MFA_NOT_REQUIRED, client=[Client.WITH_SECRET], secret=["wrong", "none"])
def test_app_must_prove_its_secret_and_the_code_stays_good(
    secret: str, cognito_managed_login: ManagedLoginWalker, signed_in: PagesResult
) -> None:
    """A wrong or missing client secret gets no tokens, and does not use the code up."""
    pages = cognito_managed_login
    other = of_app(pages.app, Secret("wrong" * 10) if secret == "wrong" else None)
    with refused(CLIENT_UNPROVEN):
        give(pages.for_app(other).endpoints, signed_in)
    with accepted("a code after a wrong client secret", facts="H073"):
        give(pages.endpoints, signed_in)


@varied(mfa=MFA_NOT_REQUIRED, client=[Client.WITH_SECRET])
def test_secret_of_another_app_client_proves_nothing(
    cognito_managed_login: ManagedLoginWalker,
    signed_in: PagesResult,
    through_another_client: Actions,
) -> None:
    """A header that proves one app client gets no tokens for the code of another in the body.

    How Cognito refuses two app clients in one request is unknown.
    """
    pages, other, request = cognito_managed_login, through_another_client.app, signed_in.request
    none = Secret("")
    form = {
        "grant_type": "authorization_code",
        "client_id": pages.app.client_id,
        "code": request.code_in(signed_in.departure).reveal(),
        "redirect_uri": request.redirect_uri,
        "code_verifier": (request.verifier or none).reveal(),
    }
    proof = (other.client_id, (other.client_secret or none).reveal())
    response = pages.browser.request("POST", "/oauth2/token", data=form, auth=proof)
    gave = "access_token" in response.text
    check(not gave, "the secret of another app client gave tokens for a code", facts="H068, H071")


@varied(mfa=MFA_NOT_REQUIRED, client=[Client.WITH_SECRET])
def test_secret_is_taken_in_the_body_too(
    cognito_managed_login: ManagedLoginWalker, signed_in: PagesResult
) -> None:
    """A client secret in the body is as good as a Basic header."""
    pages = cognito_managed_login
    endpoints = OAuthEndpoints(pages.browser, pages.app, authentication="post")
    with accepted("a client secret in the body", facts="H068"):
        give(endpoints, signed_in)


@requires(MANAGED_LOGIN, WITHOUT_CODES, OPENID)
@varied(mfa=MFA_NOT_REQUIRED)
def test_id_token_is_bound_to_its_access_token(
    cognito_managed_login: ManagedLoginWalker, signed_in: PagesResult
) -> None:
    """The claim at_hash of the ID token is the half of a SHA-256 of the access token."""
    tokens = cognito_managed_login.exchange(signed_in)
    digest = hashlib.sha256(tokens.access.reveal().encode()).digest()[:16]
    expected = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    id_claims(tokens).expect("at_hash", expected, facts="H083")
    access_claims(tokens).expect("token_use", "access")
