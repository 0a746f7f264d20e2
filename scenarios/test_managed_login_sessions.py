"""The session of a browser on the pages: signing in by cookie, prompt, and signing out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from harness import (
    Actions,
    Clock,
    Departure,
    ManagedLoginWalker,
    PageKind,
    ProvisionedPool,
    WebBrowser,
    check,
)
from scenarios.support.answers import expect_equal
from scenarios.support.managed_login import (
    API,
    CLASSIC,
    LOGIN_REQUIRED,
    MFA_NOT_REQUIRED,
    VERSION_2,
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
def test_session_of_another_pool_does_not_count(
    other_pages: ManagedLoginWalker, signed_in: ManagedLoginWalker
) -> None:
    """The cookie of one pool's pages, sent to those of another, signs nobody in."""
    other_pages.browser.set_cookie("cognito", signed_in.browser.cookies.get("cognito", ""))
    expect_refused_page(other_pages.start(), "the session of another pool", facts="H050")


@varied(mfa=MFA_NOT_REQUIRED)
def test_made_up_session_does_not_count(signed_in: ManagedLoginWalker) -> None:
    """A cookie that the pages have not set signs nobody in, while somebody else is signed in."""
    pages = signed_in.another_browser()
    pages.browser.set_cookie("cognito", "H4sIAAAAAAAAAAEwAM__made-up")
    expect_refused_page(pages.start(), "a made-up session", facts="H049")


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


def logout_uri_of(pool: ProvisionedPool) -> str:
    """Return the first logout URL of the app client; skip without one."""
    login = pool.spec.managed_login
    if login is None or not login.logout_urls:
        pytest.skip("the scenario needs a logout URL, and the app client has none")
    return login.logout_urls[0]
