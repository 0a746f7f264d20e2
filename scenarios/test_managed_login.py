"""Managed login as an app uses it: from its request through the sign-in page to tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote_plus

import pytest

from harness import (
    AskedField,
    Departure,
    ManagedLogin,
    ManagedLoginWalker,
    PageKind,
    PersonFactory,
    Secret,
    WebPage,
    check,
    unverified_claims,
)
from scenarios.support.answers import Claims, expect_equal
from scenarios.support.managed_login import (
    API,
    CLASSIC,
    MFA_NOT_REQUIRED,
    SCOPE_NOT_OF_THE_APP,
    access_claims,
    expect_refused_page,
    fill_in_sign_in,
    id_claims,
)
from scenarios.support.members import Member
from scenarios.support.pool_under_test import (
    IMPLICIT_FLOW,
    MANAGED_LOGIN,
    OPENID,
    WITHOUT_CODES,
    login_scopes,
    requires,
)
from scenarios.support.refusals import Refusal, refused
from scenarios.support.variants import Client, SignInName, varied

pytestmark = [
    pytest.mark.cognito_needs("admin"),
    pytest.mark.cognito_pool(managed_login=CLASSIC, resource_servers=(API,)),
    requires(MANAGED_LOGIN, WITHOUT_CODES),
]

#: What the app gets for an authorization request that it must not send (H031).
INVALID_REQUEST = Refusal("invalid_request", facts="H031")
UNAUTHORIZED = Refusal("unauthorized_client", facts="H031")


@requires(MANAGED_LOGIN, WITHOUT_CODES, OPENID)
@varied(mfa=MFA_NOT_REQUIRED, client=Client, sign_in_name=SignInName)
def test_code_with_pkce_gives_tokens(
    cognito_managed_login: ManagedLoginWalker, newcomer: Callable[[], Member]
) -> None:
    """A person signs in on the page, and the app exchanges its code for the three tokens."""
    pages = cognito_managed_login
    result = pages.sign_in(newcomer().context())
    expect_equal("the pages", [str(page) for page in result.pages], [str(PageKind.SIGN_IN)])
    tokens = pages.exchange(result)
    members = ["id_token", "access_token", "refresh_token", "expires_in", "token_type"]
    expect_equal("the members of the answer", list(tokens.members), members, facts="H080")
    expect_equal("token_type", tokens.token_type, "Bearer", facts="H080")
    access = access_claims(tokens)
    access.expect("client_id", pages.app.client_id)
    access.expect("version", 2, facts="H081")
    username = pages.endpoints.user_info(tokens.access)["username"]
    access.expect("username", username, facts="H091")


@varied(mfa=MFA_NOT_REQUIRED)
def test_state_comes_back_as_it_was_sent(
    cognito_managed_login: ManagedLoginWalker, newcomer: Callable[[], Member]
) -> None:
    """The redirect to the app has the state that the app sent, letter for letter."""
    state = "a b&c=d/é#+%41"
    request = cognito_managed_login.request(state=state)
    result = cognito_managed_login.sign_in(newcomer().context(), request)
    returned = result.departure.query.get("state")
    check(
        returned == state,
        "the state that the app sent does not come back as it was sent",
        facts="H021, H033",
        answered="no state" if returned is None else "another state",
    )


@varied(mfa=MFA_NOT_REQUIRED)
def test_no_state_comes_back_that_was_not_sent(
    cognito_managed_login: ManagedLoginWalker, newcomer: Callable[[], Member]
) -> None:
    """Without a state in the request, the redirect to the app has the code alone."""
    request = cognito_managed_login.request(state=None)
    result = cognito_managed_login.sign_in(newcomer().context(), request)
    expect_equal("the parameters", sorted(result.departure.query), ["code"], facts="H021")


@requires(MANAGED_LOGIN, WITHOUT_CODES, OPENID)
@varied(mfa=MFA_NOT_REQUIRED)
def test_nonce_of_the_app_is_in_the_id_token(
    cognito_managed_login: ManagedLoginWalker, newcomer: Callable[[], Member]
) -> None:
    """The ID token has the nonce of the request, by which the app knows that it asked for it."""
    pages = cognito_managed_login
    result = pages.sign_in(newcomer().context())
    id_claims(pages.exchange(result)).expect("nonce", result.request.nonce, facts="H085")


@requires(MANAGED_LOGIN, WITHOUT_CODES, login_scopes("openid", *API.full_scopes))
@varied(mfa=MFA_NOT_REQUIRED)
def test_tokens_have_the_scopes_that_were_asked(
    cognito_managed_login: ManagedLoginWalker, newcomer: Callable[[], Member]
) -> None:
    """The access token has the scopes of the request, and the ID token comes only with openid."""
    pages, member = cognito_managed_login, newcomer()
    some = (API.full_scopes[0], "openid")
    tokens = pages.tokens(member.context(), request=pages.request(scopes=some))
    scopes = sorted(access_claims(tokens).get("scope").split())
    expect_equal("scope of the access token", scopes, sorted(some), facts="H081, H082")
    asked = pages.request(scopes=(API.full_scopes[1],))
    without = pages.another_browser().tokens(member.context(), request=asked)
    check(without.id is None, "an ID token came without the scope openid", facts="H080")


@varied(mfa=MFA_NOT_REQUIRED)
def test_scope_that_the_app_does_not_have_is_refused(
    cognito_managed_login: ManagedLoginWalker,
) -> None:
    """The app is told invalid_request with the description invalid_scope, and no page comes."""
    pages = cognito_managed_login
    with refused(SCOPE_NOT_OF_THE_APP):
        tell(pages.start(pages.request(scopes=("openid", "offline_access"))))


@varied(mfa=MFA_NOT_REQUIRED)
def test_flow_that_the_app_does_not_have_is_refused(
    cognito_managed_login: ManagedLoginWalker,
) -> None:
    """An app client without the implicit flow gets unauthorized_client for response_type=token."""
    pages = cognito_managed_login
    with refused(UNAUTHORIZED):
        tell(pages.start(pages.request(response_type="token")))


@varied(mfa=MFA_NOT_REQUIRED)
def test_plain_challenge_is_refused(cognito_managed_login: ManagedLoginWalker) -> None:
    """Of the methods of PKCE only S256 is known, so a plain challenge is refused."""
    pages = cognito_managed_login
    plain = pages.request(verifier=None).with_parameters(
        code_challenge="x" * 43, code_challenge_method="plain"
    )
    with refused(INVALID_REQUEST):
        tell(pages.start(plain))


@varied(mfa=MFA_NOT_REQUIRED)
def test_missing_response_type_is_refused(cognito_managed_login: ManagedLoginWalker) -> None:
    """Without response_type the app is told invalid_request."""
    pages = cognito_managed_login
    with refused(INVALID_REQUEST):
        tell(pages.start(pages.request(response_type="")))


def tell(arrival: WebPage | Departure) -> None:
    """Raise the error that the app is told; nothing where it is told none."""
    if isinstance(arrival, Departure):
        arrival.require_no_error()


@varied(
    mfa=MFA_NOT_REQUIRED,
    change=[
        "other_host",
        "longer_path",
        "longer_host",
        "with_a_query",
        "with_a_slash",
        "capitals",
    ],
)
def test_redirect_that_is_not_registered_is_refused_on_a_page(
    change: str, cognito_managed_login: ManagedLoginWalker, newcomer: Callable[[], Member]
) -> None:
    """An address that is not one of the registered ones, letter for letter, gets no redirect."""
    pages = cognito_managed_login
    # Signed in, so that a wrong Cognito would give a code at once.
    pages.sign_in(newcomer().context())
    own = pages.redirect_uri
    scheme, _, rest = own.partition("://")
    changed = {
        "other_host": "https://evil.example.com/callback",
        "longer_path": f"{own}/../../evil",
        "longer_host": f"{scheme}://{rest.replace('/', '.evil.example.com/', 1)}",
        "with_a_query": f"{own}?next=https://evil.example.com",
        "with_a_slash": f"{own}/",
        "capitals": f"{scheme}://{rest.upper()}",
    }[change]
    arrived = pages.start(pages.request(redirect_uri=changed))
    expect_refused_page(arrived, "an address that is not registered", facts="H024", status=400)


@varied(mfa=MFA_NOT_REQUIRED, wrong=["scope", "response_type"])
def test_error_goes_to_no_foreign_address(
    wrong: str, cognito_managed_login: ManagedLoginWalker
) -> None:
    """A request that is wrong in another way too tells its error to no address but its own."""
    pages = cognito_managed_login
    changed: dict[str, Any] = {
        "scope": {"scopes": ("offline_access",)},
        "response_type": {"response_type": ""},
    }
    request = pages.request(redirect_uri="https://evil.example.com/callback", **changed[wrong])
    what = "an address that is not registered"
    expect_refused_page(pages.start(request), what, facts="H024", status=400)


@varied(mfa=MFA_NOT_REQUIRED)
def test_form_with_a_foreign_redirect_gives_no_code(
    cognito_managed_login: ManagedLoginWalker, newcomer: Callable[[], Member]
) -> None:
    """The address that the form is sent to is checked like the one that opened the page."""
    pages, member = cognito_managed_login, newcomer()
    page = pages.page(pages.start(), str(PageKind.SIGN_IN))
    own, foreign = quote_plus(pages.redirect_uri), quote_plus("https://evil.example.com/callback")
    forms = [replace(form, action=form.action.replace(own, foreign)) for form in page.forms]
    arrived = fill_in_sign_in(pages, replace(page, forms=tuple(forms)), member)
    expect_refused_page(arrived, "a form with a foreign redirect_uri", facts="H024")


@varied(mfa=MFA_NOT_REQUIRED)
def test_unknown_app_client_is_refused_on_a_page(
    cognito_managed_login: ManagedLoginWalker,
) -> None:
    """An app client that does not exist gets an error page, and no redirect."""
    pages = cognito_managed_login
    request = pages.request().with_parameters(client_id="0123456789abcdefghijklmnop")
    arrived = pages.start(request)
    expect_refused_page(arrived, "an unknown app client", facts="H026", status=400)


@varied(mfa=MFA_NOT_REQUIRED)
def test_wrong_password_stays_on_the_page(
    cognito_managed_login: ManagedLoginWalker, newcomer: Callable[[], Member]
) -> None:
    """A wrong password shows the page again with an alert, and the right one then signs in."""
    pages, member = cognito_managed_login, newcomer()
    request = pages.request()
    page = pages.page(pages.start(request), str(PageKind.SIGN_IN))
    again = fill_in_sign_in(pages, page, member, password="Wrong-password-1")
    shown = expect_refused_page(again, "a wrong password", facts="H054")
    check(bool(shown.alerts), "the page does not say that the password is wrong", facts="H054")
    arrived = fill_in_sign_in(pages, shown, member)
    check(isinstance(arrived, Departure), "the right password after a wrong one does not sign in")
    request.code_in(arrived)


@varied(mfa=MFA_NOT_REQUIRED)
def test_unknown_user_is_refused_on_the_page(
    cognito_managed_login: ManagedLoginWalker, cognito_people: PersonFactory
) -> None:
    """A person who is no user of the pool does not sign in, and the page comes again."""
    pages = cognito_managed_login
    page = pages.page(pages.start(), str(PageKind.SIGN_IN))
    arrived = fill_in_sign_in(pages, page, Member(cognito_people.make()))
    expect_refused_page(arrived, "a user whom nobody knows", facts="H054")


@varied(mfa=MFA_NOT_REQUIRED, change=["missing", "wrong", "of_another_browser"])
def test_form_of_another_site_is_refused(
    change: str, cognito_managed_login: ManagedLoginWalker, newcomer: Callable[[], Member]
) -> None:
    """A sign-in form without the token of this browser is refused, even with the right password."""
    pages, member = cognito_managed_login, newcomer()
    page = pages.page(pages.start(), str(PageKind.SIGN_IN))
    if change == "missing":
        pages.browser.forget_cookies("XSRF-TOKEN")
    elif change == "wrong":
        pages.browser.set_cookie("XSRF-TOKEN", "00000000-0000-4000-8000-000000000000")
    else:
        pages = pages.another_browser()
        pages.start()
    arrived = fill_in_sign_in(pages, page, member)
    expect_refused_page(arrived, "a form without the browser's token", facts="H047")


@varied(mfa=MFA_NOT_REQUIRED)
def test_typed_text_adds_nothing_to_the_page(cognito_managed_login: ManagedLoginWalker) -> None:
    """HTML in a name, in login_hint and in the query of the error page stays text."""
    pages = cognito_managed_login
    typed = """x'"><form action="/login"><input name="planted"></form>"""
    request = pages.request().with_parameters(login_hint=typed)
    page = pages.page(pages.start(request), str(PageKind.SIGN_IN))
    values = {AskedField.USERNAME: typed, AskedField.PASSWORD: "Wrong-password-1"}
    after = pages.page(pages.fill_in(page, PageKind.SIGN_IN, values), str(PageKind.SIGN_IN))
    error = pages.page(pages.browser.open("/error", {"error": typed}), "the error page")
    shown = [each for one in (page, after, error) for form in one.forms for each in form.fields]
    planted = any(each.name == "planted" for each in shown)
    check(not planted, "a page has the field of a text that was typed", facts="H025, H037, H054")


@varied(mfa=MFA_NOT_REQUIRED)
def test_sign_in_page_is_in_no_frame_and_no_cache(
    cognito_managed_login: ManagedLoginWalker,
) -> None:
    """No other site can show the page in a frame of its own, and no cache keeps it."""
    pages = cognito_managed_login
    headers = pages.page(pages.start(), str(PageKind.SIGN_IN)).headers
    expect_equal("X-Frame-Options", headers.get("x-frame-options"), "DENY", facts="H040")
    kept = "no-store" not in headers.get("cache-control", "")
    check(not kept, "Cache-Control of the sign-in page has no no-store", facts="H053")


@requires(MANAGED_LOGIN, WITHOUT_CODES, IMPLICIT_FLOW)
@varied(mfa=MFA_NOT_REQUIRED)
@pytest.mark.cognito_pool(managed_login=ManagedLogin(flows=("code", "implicit")))
def test_implicit_flow_gives_tokens_in_the_fragment(
    cognito_managed_login: ManagedLoginWalker, newcomer: Callable[[], Member]
) -> None:
    """The response type token brings access and ID token behind the hash, and no refresh token.

    The ID token has the nonce of the request: nothing else tells the app that it asked for it.
    """
    pages = cognito_managed_login
    request = pages.request(response_type="token", verifier=None)
    result = pages.sign_in(newcomer().context(), request)
    fragment = result.departure.fragment
    names = ["access_token", "expires_in", "id_token", "state", "token_type"]
    expect_equal("the parameters of the fragment", sorted(fragment), names, facts="H022")
    expect_equal("the query", sorted(result.departure.query), [], facts="H022")
    same = fragment.get("state") == request.state
    check(same, "the state that the app sent does not come back in the fragment", facts="H022")
    claims = Claims(unverified_claims(Secret(fragment["id_token"])), "the ID token")
    claims.expect("nonce", request.nonce, facts="H085")
