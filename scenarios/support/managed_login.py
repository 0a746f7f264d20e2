"""Managed login in scenarios: the app clients, what pages refuse, and what comes to the app."""

from __future__ import annotations

from typing import Any

from harness import (
    Actions,
    AppClient,
    AskedField,
    Check,
    Departure,
    ManagedLogin,
    ManagedLoginWalker,
    OAuthTokens,
    PageKind,
    ProvisionedPool,
    RefusalCheck,
    ResourceServer,
    Secret,
    Tokens,
    UnexpectedResult,
    Verdict,
    WebPage,
    check,
    note_check,
    unverified_claims,
)
from scenarios.support.answers import Claims, member_of
from scenarios.support.members import Member
from scenarios.support.refusals import Refusal
from scenarios.support.variants import Mfa

__all__ = [
    "API",
    "CLASSIC",
    "CLIENT_UNPROVEN",
    "CODE_REFUSED",
    "FOR_MACHINES",
    "GRANT_REFUSED",
    "LOGIN_REQUIRED",
    "MFA_NOT_REQUIRED",
    "NO_OPENID",
    "SCOPE_NOT_OF_THE_APP",
    "SHORT_OF_SCOPES",
    "TOKEN_DEAD",
    "VERSION_2",
    "WRONG_REDIRECT",
    "access_claims",
    "expect_departure",
    "expect_refused_page",
    "fill_in_sign_in",
    "id_claims",
    "new_login_client",
    "of_app",
    "refresh_token_of",
    "set_up_on_the_pages",
]

#: The API of the scenarios' app, and its scopes.
API = ResourceServer("https://api.example.com", ("read", "write"))
#: The app client of most scenarios. A second callback URL has the first one as its beginning.
CLASSIC = ManagedLogin(
    callback_urls=("http://localhost:3000/callback", "myapp://signed-in"),
    scopes=("openid", "email", "profile", *API.full_scopes),
)
#: The same with the pages of version 2, which know ``prompt`` (H034).
VERSION_2 = ManagedLogin(version=2)
#: An app client that is its own user (H011).
FOR_MACHINES = ManagedLogin(flows=("client_credentials",), scopes=API.full_scopes)

#: Where a new user signs in with the password alone.
MFA_NOT_REQUIRED = (Mfa.OFF, Mfa.OPTIONAL)

CODE_REFUSED = Refusal("invalid_grant", facts="H071")
GRANT_REFUSED = Refusal("invalid_grant", facts="H074")
WRONG_REDIRECT = Refusal("unauthorized_client", facts="H070")
CLIENT_UNPROVEN = Refusal("invalid_client", ("invalid_client_secret",), "H067")
SCOPE_NOT_OF_THE_APP = Refusal("invalid_request", ("invalid_scope",), "H028")
LOGIN_REQUIRED = Refusal("login_required", facts="H035")
TOKEN_DEAD = Refusal("invalid_token", facts="H093")
NO_OPENID = Refusal("invalid_token", facts="H094")
SHORT_OF_SCOPES = Refusal(
    "NotAuthorizedException", ("Access Token does not have required scopes",), "A072"
)


def expect_refused_page(
    arrival: WebPage | Departure,
    what: str,
    *,
    facts: str,
    status: int | None = None,
    texts: tuple[str, ...] = (),
) -> WebPage:
    """Expect that a page of the domain refuses something, and that no redirect leads to an app.

    Args:
        arrival: where the browser got.
        what: what must be refused, as the subject of a sentence: ``a wrong password``.
        facts: the facts that say so.
        status: the HTTP status of the page, if it is known.
        texts: words of which the page must say one, if they are known.
    """
    expected = f"a page that refuses {what}"
    if isinstance(arrival, Departure) and "error" in arrival.query:
        told = f"{what} was not refused on a page: the app was told {arrival.query['error']}"
        check(False, told, facts=facts)
    if isinstance(arrival, Departure):
        answered = f"a redirect to {arrival.address}"
        note_check(RefusalCheck(expected, Verdict.NOT_REFUSED, facts, expected, answered))
        raise UnexpectedResult(
            f"{what} was accepted: the browser was sent to {arrival.address}",
            verdict=Verdict.NOT_REFUSED,
            facts=facts,
            expected=expected,
            answered=answered,
        )
    note_check(RefusalCheck(expected, Verdict.HOLDS, facts, expected))
    if status is not None:
        sentence = f"the page that refuses {what} has HTTP {arrival.status}, expected {status}"
        check(arrival.status == status, sentence, facts=facts)
    if texts:
        said = " ".join((arrival.title, *arrival.alerts, arrival.text))
        sentence = f"the page that refuses {what} does not say {' or '.join(map(repr, texts))}"
        check(any(text in said for text in texts), sentence, facts=facts)
    return arrival


def expect_departure(arrival: WebPage | Departure, what: str, *, facts: str) -> Departure:
    """Expect that the browser is sent to the app at once, without a page.

    Args:
        arrival: where the browser got.
        what: what must lead to the app, as the subject of a sentence.
        facts: the facts that say so.
    """
    if isinstance(arrival, WebPage):
        raise _otherwise(f"{what} led to the page {arrival.title!r}, not to the app", facts)
    check(True, f"{what} led to a page, not to the app", facts=facts)
    return arrival.require_no_error()


def fill_in_sign_in(pages: ManagedLoginWalker, page: WebPage, member: Member, **more: str) -> Any:
    """Send the sign-in page for a member; ``password`` can be another one."""
    values = {
        AskedField.USERNAME: member.person.sign_in_as,
        AskedField.PASSWORD: more.get("password", member.person.password.reveal()),
    }
    return pages.fill_in(page, PageKind.SIGN_IN, values)


def set_up_on_the_pages(pages: ManagedLoginWalker, member: Member) -> Member:
    """Sign a member in where the pages ask to set an authenticator up; return them with it."""
    result = pages.sign_in(member.context())
    asked = PageKind.TOTP_SET_UP in result.pages
    check(asked, "the pages did not ask to set up an authenticator", facts="H055")
    return Member(member.person, result.authenticator)


def access_claims(tokens: OAuthTokens | Tokens) -> Claims:
    """Return the claims of the access token."""
    return Claims(unverified_claims(tokens.access), "the access token")


def id_claims(tokens: OAuthTokens | Tokens) -> Claims:
    """Return the claims of the ID token, and fail without one."""
    if tokens.id is None:
        raise _otherwise("the token endpoint answered without id_token", "H080")
    return Claims(unverified_claims(tokens.id), "the ID token")


def new_login_client(actions: Actions, pool: ProvisionedPool, **changed: Any) -> AppClient:
    """Create another app client of a pool, with the settings of its first one.

    It is deleted with the pool.

    Args:
        actions: the operations of an administrator.
        pool: the pool.
        changed: other members of CreateUserPoolClient.
    """
    request: Any = {**pool.spec.create_client_request(pool.user_pool_id), **changed}
    answer = actions.admin.create_user_pool_client(**request)
    client_id = member_of(answer, "UserPoolClient.ClientId", of="CreateUserPoolClient")
    secret = answer["UserPoolClient"].get("ClientSecret")
    return AppClient(pool.user_pool_id, client_id, None if secret is None else Secret(secret))


def of_app(app: AppClient, secret: Secret | None) -> AppClient:
    """Return an app client with another secret, or without one."""
    return AppClient(app.user_pool_id, app.client_id, secret)


def _otherwise(sentence: str, facts: str) -> UnexpectedResult:
    note_check(Check(f"not: {sentence}", Verdict.ANSWERED_OTHERWISE, facts))
    return UnexpectedResult(sentence, facts=facts)


def refresh_token_of(tokens: OAuthTokens) -> Secret:
    """Return the refresh token, and fail without one; it comes with and without an ID token."""
    if tokens.refresh is None:
        raise _otherwise("the token endpoint gave no refresh token", "H080")
    return tokens.refresh
