"""The session of a browser on the pages: signing in by cookie, prompt, and signing out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness import (
    Actions,
    Departure,
    ManagedLoginWalker,
    OAuthTokens,
    PageKind,
    PagesResult,
    ProvisionedPool,
    check,
)
from scenarios.support.answers import attributes_of, expect_equal
from scenarios.support.managed_login import (
    API,
    CLASSIC,
    LOGIN_REQUIRED,
    MFA_NOT_REQUIRED,
    VERSION_2,
    access_claims,
    expect_departure,
    expect_refused_page,
)
from scenarios.support.members import Member
from scenarios.support.pool_under_test import MANAGED_LOGIN, PROMPTS, WITHOUT_CODES, requires
from scenarios.support.refusals import refused
from scenarios.support.variants import Client, Mfa, varied
from scenarios.support.watching import TimePasses

pytestmark = [
    pytest.mark.cognito_needs("admin"),
    pytest.mark.cognito_pool(managed_login=CLASSIC, resource_servers=(API,)),
    requires(MANAGED_LOGIN, WITHOUT_CODES),
]

MINUTE = 60
SIGN_IN = str(PageKind.SIGN_IN)


@pytest.fixture
def signed_in(cognito_managed_login: ManagedLoginWalker, member: Member) -> ManagedLoginWalker:
    """A browser in which a member has signed in."""
    cognito_managed_login.sign_in(member.context())
    return cognito_managed_login


@varied(mfa=[Mfa.OFF, Mfa.ON])
def test_second_sign_in_needs_no_page(signed_in: ManagedLoginWalker) -> None:
    """A browser that has signed in gets the next code at once, without a second factor too."""
    request = signed_in.request()
    arrived = expect_departure(signed_in.start(request), "a signed-in browser", facts="H020")
    request.code_in(arrived)


@varied(mfa=MFA_NOT_REQUIRED, client=Client)
def test_other_app_client_signs_in_by_the_same_session(
    signed_in: ManagedLoginWalker, through_another_client: Actions
) -> None:
    """The session of a browser is for all app clients of the pool."""
    other = signed_in.for_app(through_another_client.app)
    request = other.request()
    arrived = expect_departure(other.start(request), "the other app client", facts="H050")
    code = request.code_in(arrived)
    other.endpoints.exchange(code, redirect_uri=request.redirect_uri, verifier=request.verifier)


@varied(mfa=MFA_NOT_REQUIRED)
def test_another_browser_has_no_session(signed_in: ManagedLoginWalker) -> None:
    """A browser without the cookie gets the sign-in page."""
    arrived = signed_in.another_browser().start()
    expect_refused_page(arrived, "a browser that has not signed in", facts="H049")


@pytest.mark.cognito_needs("clock")
@varied(mfa=MFA_NOT_REQUIRED)
def test_session_ends_an_hour_after_the_sign_in(
    signed_in: ManagedLoginWalker, time_passes: TimePasses
) -> None:
    """After 59 minutes the cookie signs in; that does not prolong it, so after 61 it does not."""
    time_passes(59 * MINUTE)
    expect_departure(signed_in.start(), "a session of 59 minutes", facts="H050")
    time_passes(2 * MINUTE)
    expect_refused_page(signed_in.start(), "a session of 61 minutes", facts="H050")


@varied(mfa=MFA_NOT_REQUIRED)
def test_made_up_session_does_not_count(signed_in: ManagedLoginWalker) -> None:
    """A cookie that the pages have not set signs nobody in, while somebody else is signed in."""
    pages = signed_in.another_browser()
    pages.browser.set_cookie("cognito", "H4sIAAAAAAAAAAEwAM__made-up")
    expect_refused_page(pages.start(), "a made-up session", facts="H049")


@varied(mfa=MFA_NOT_REQUIRED)
def test_session_signs_in_its_own_user(
    cognito_actions: Actions,
    cognito_managed_login: ManagedLoginWalker,
    newcomer: Callable[[], Member],
) -> None:
    """Of two browsers each gets the tokens of its own user: with the password, and by cookie."""
    browsers = (cognito_managed_login, cognito_managed_login.another_browser())
    members = (newcomer(), newcomer())
    for pages, member in zip(browsers, members, strict=True):
        expect_user(cognito_actions, pages.tokens(member.context()), member)
    for pages, member in zip(browsers, members, strict=True):
        expect_user(cognito_actions, tokens_by_cookie(pages), member)


@pytest.mark.cognito_pool(managed_login=VERSION_2, resource_servers=())
@requires(MANAGED_LOGIN, WITHOUT_CODES, PROMPTS)
@varied(mfa=MFA_NOT_REQUIRED)
def test_another_sign_in_gives_another_session(
    cognito_actions: Actions, newcomer: Callable[[], Member], signed_in: ManagedLoginWalker
) -> None:
    """Who signs in in a browser of somebody else gets a session and a cookie of their own."""
    second, before = newcomer(), signed_in.browser.cookies.get("cognito")
    again = signed_in.request().with_parameters(prompt="login")
    signed_in.sign_in(second.context(), again)
    # Otherwise whoever put a cookie into this browser has the sessions that follow (RFC 6265, 8.4).
    is_new = signed_in.browser.cookies.get("cognito") != before
    check(is_new, "the cookie after another sign-in is the same", facts="H034")
    expect_user(cognito_actions, tokens_by_cookie(signed_in), second)


@varied(mfa=MFA_NOT_REQUIRED, change=["disabled", "deleted"])
def test_session_of_a_disabled_or_deleted_user_does_not_count(
    change: str, cognito_actions: Actions, member: Member, signed_in: ManagedLoginWalker
) -> None:
    """A browser whose user was disabled or deleted since gets the sign-in page, and no code."""
    actions = cognito_actions
    end = actions.admin_disable_user if change == "disabled" else actions.admin_delete_user
    end(member.person.username)
    expect_refused_page(signed_in.start(), f"the session of a {change} user", facts="A128")


@varied(mfa=MFA_NOT_REQUIRED)
def test_sign_out_of_the_tokens_leaves_the_session(
    cognito_actions: Actions, member: Member, signed_in: ManagedLoginWalker
) -> None:
    """GlobalSignOut ends the tokens of a user, and not the session of their browser."""
    cognito_actions.admin_user_global_sign_out(member.person.username)
    expect_departure(signed_in.start(), "a session after GlobalSignOut", facts="H051")


@pytest.mark.cognito_pool(managed_login=VERSION_2, resource_servers=())
@requires(MANAGED_LOGIN, WITHOUT_CODES, PROMPTS)
@varied(mfa=MFA_NOT_REQUIRED)
def test_prompt_none_gives_a_code_with_a_session_and_an_error_without(
    signed_in: ManagedLoginWalker,
) -> None:
    """A request with prompt=none gets a code, or the error login_required, and never a page."""
    silent = signed_in.request().with_parameters(prompt="none")
    silent.code_in(expect_departure(signed_in.start(silent), "prompt=none", facts="H035"))
    stranger = signed_in.another_browser()
    with refused(LOGIN_REQUIRED):
        arrived = stranger.start(silent)
        if isinstance(arrived, Departure):
            state = arrived.query.get("state")
            check(state == silent.state, "the error has not the state of the request", facts="H035")
            arrived.require_no_error()


@pytest.mark.cognito_pool(managed_login=VERSION_2, resource_servers=())
@requires(MANAGED_LOGIN, WITHOUT_CODES, PROMPTS)
@varied(mfa=MFA_NOT_REQUIRED)
def test_prompt_login_asks_again_and_keeps_the_session(signed_in: ManagedLoginWalker) -> None:
    """A request with prompt=login shows the sign-in page, and the browser stays signed in."""
    again = signed_in.request().with_parameters(prompt="login")
    expect_refused_page(signed_in.start(again), "a session beside prompt=login", facts="H034")
    expect_departure(signed_in.start(), "the session after prompt=login", facts="H034")


@varied(mfa=MFA_NOT_REQUIRED)
def test_sign_out_ends_the_session_and_leads_back_to_the_app(
    cognito_pool: ProvisionedPool, signed_in: ManagedLoginWalker
) -> None:
    """A sign-out redirects to a registered address, without parameters, and the cookie is over."""
    before = signed_in.browser.cookies.get("cognito", "")
    uri = logout_uri_of(cognito_pool)
    arrived = expect_departure(signed_in.log_out(uri), "a sign-out", facts="H096")
    expect_equal("the address after the sign-out", arrived.url, uri, facts="H096")
    expect_refused_page(signed_in.start(), "a browser that has signed out", facts="H096")
    # A copy of the cookie, such as of somebody else at the same computer, is worth nothing either.
    signed_in.browser.set_cookie("cognito", before)
    expect_refused_page(signed_in.start(), "the cookie of a session that is over", facts="H096")


@varied(mfa=MFA_NOT_REQUIRED)
def test_sign_out_can_lead_to_the_sign_in_page(signed_in: ManagedLoginWalker) -> None:
    """A sign-out with a redirect_uri ends the session and shows the sign-in page for that app."""
    query = signed_in.request().parameters
    page = signed_in.page(signed_in.browser.open("/logout", query), SIGN_IN)
    check(page.path.endswith("/login"), "the sign-out did not lead to /login", facts="H096")
    expect_refused_page(signed_in.start(), "a browser that has signed out", facts="H096")


@varied(mfa=MFA_NOT_REQUIRED, change=["other_host", "longer_path"])
def test_sign_out_leads_to_no_foreign_address(
    change: str, cognito_pool: ProvisionedPool, signed_in: ManagedLoginWalker
) -> None:
    """A sign-out never redirects to an address that is not among LogoutURLs."""
    uri = logout_uri_of(cognito_pool)
    changed = {"other_host": "https://evil.example.com/", "longer_path": f"{uri}evil"}[change]
    arrived = signed_in.log_out(changed)
    expect_refused_page(arrived, "a sign-out to a foreign address", facts="H097", status=400)


@pytest.mark.cognito_needs("clock")
@varied(mfa=[Mfa.ON])
def test_sign_in_must_be_finished_in_five_minutes(
    cognito_managed_login: ManagedLoginWalker, member: Member, time_passes: TimePasses
) -> None:
    """A sign-in that stands at its second factor for five minutes begins again."""
    pages = cognito_managed_login
    page = pages.until(PageKind.TOTP_CODE, member.context())
    time_passes(5 * MINUTE + 1)
    arrived = pages.browser.submit(
        page.forms[0], {field.name: member.second_factor.code() for field in page.forms[0].asked}
    )
    expect_refused_page(arrived, "a sign-in of five minutes", facts="H039")


def tokens_by_cookie(pages: ManagedLoginWalker) -> OAuthTokens:
    """Return the tokens that an app gets of a browser which has signed in before."""
    request = pages.request()
    departure = expect_departure(pages.start(request), "a signed-in browser", facts="H020")
    return pages.exchange(PagesResult(departure, request))


def expect_user(actions: Actions, tokens: OAuthTokens, member: Member) -> None:
    """Expect that tokens are those of a member."""
    sub = attributes_of(actions, member.person.username)["sub"]
    access_claims(tokens).expect("sub", sub, facts="H081")


def logout_uri_of(pool: ProvisionedPool) -> str:
    """Return the first logout URL of the app client; skip without one."""
    login = pool.spec.managed_login
    if login is None or not login.logout_urls:
        pytest.skip("the scenario needs a logout URL, and the app client has none")
    return login.logout_urls[0]
