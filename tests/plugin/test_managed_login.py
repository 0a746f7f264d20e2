"""The fixtures of managed login: a walk through the pages, and the callback of an app."""

from __future__ import annotations

import pytest

from tests.plugin.conftest import Inner

POOL = """
import pytest
from harness import ManagedLogin, PageKind, AskedField

pytestmark = pytest.mark.cognito_pool(mfa="ON", managed_login=ManagedLogin())
"""
WALKS = """
def test_walks(cognito_managed_login, cognito_confirmed):
    pages = cognito_managed_login
    first = pages.sign_in(cognito_confirmed)
    assert first.pages == (PageKind.SIGN_IN, PageKind.TOTP_SET_UP)
    second = pages.another_browser().sign_in(
        cognito_confirmed, authenticator=first.authenticator
    )
    assert second.pages == (PageKind.SIGN_IN, PageKind.TOTP_CODE)
    pages.exchange(second)

def test_takes_the_address_of_an_app(cognito_managed_login, cognito_confirmed):
    pages = cognito_managed_login
    request = pages.request()
    url = request.url(pages.browser.domain_url)
    result = pages.go_on(pages.start(url), cognito_confirmed, request)
    assert "code=" in result.departure.url

def test_callback(cognito_managed_login, cognito_app_callback, cognito_confirmed, cognito_actions):
    pages = cognito_managed_login
    request = pages.request(redirect_uri=cognito_app_callback.url)
    result = pages.sign_in(cognito_confirmed, request)
    assert pages.deliver(result) == 200
    assert request.code_in(cognito_app_callback.wait(5))

def test_callback_is_gone_afterwards(cognito_managed_login, cognito_actions):
    app = cognito_actions.app
    client = cognito_actions.admin.describe_user_pool_client(
        UserPoolId=app.user_pool_id, ClientId=app.client_id
    )["UserPoolClient"]
    assert client["CallbackURLs"] == ["http://localhost:3000/callback"]
    assert client["LogoutURLs"] == ["http://localhost:3000/"]
    assert client["AllowedOAuthScopes"] and client["ExplicitAuthFlows"]
"""
FAILS = """
def test_wrong_code(cognito_managed_login, cognito_enrolled):
    pages, person = cognito_managed_login, cognito_enrolled.person
    page = pages.until(PageKind.TOTP_CODE, person, authenticator=cognito_enrolled.authenticator)
    code = cognito_enrolled.authenticator.peek(2)
    open("secrets.txt", "w").write(code + "\\n" + person.password.reveal() + "\\n")
    again = pages.fill_in(page, PageKind.TOTP_CODE, {AskedField.CODE: code})
    pages.go_on(again, person, pages.request(), authenticator=cognito_enrolled.authenticator)

def test_used_code(cognito_managed_login, cognito_enrolled):
    pages = cognito_managed_login
    result = pages.sign_in(cognito_enrolled.person, authenticator=cognito_enrolled.authenticator)
    with open("secrets.txt", "a") as file:
        file.write(result.departure.query["code"] + "\\n")
        file.write(result.request.verifier.reveal() + "\\n")
    pages.exchange(result)
    pages.exchange(result)
"""


def test_person_walks_through_the_pages(inner: Inner) -> None:
    """Sign-in, set-up, code, an app's own address and its callback work, and nothing is left."""
    inner(source=POOL + WALKS).assert_outcomes(passed=4)


def test_failing_walk_explains_itself_without_secrets(
    inner: Inner, pytester: pytest.Pytester
) -> None:
    """The report has each page with what was sent to it, and no password, code or verifier."""
    result = inner(source=POOL + FAILS)
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            "expected a page without an alert, but the page*Invalid code*",
            "*POST /mfa: refused on the page*",
            "*sent     {code: ?redacted?}*",
            "*answered refused on the page: Invalid code received for user*",
            "POST /oauth2/token was refused: invalid_grant*",
            "*POST /oauth2/token: invalid_grant*",
        ]
    )
    shown = result.stdout.str()
    secrets = (pytester.path / "secrets.txt").read_text(encoding="utf-8").split()
    assert len(secrets) == 4
    assert [secret for secret in secrets if secret in shown] == []


ELSEWHERE = """
def test_elsewhere(cognito_managed_login, cognito_confirmed):
    request = cognito_managed_login.request(redirect_uri="http://localhost:3000/other")
    cognito_managed_login.sign_in(cognito_confirmed, request)
"""


def test_error_page_has_the_reason_of_the_request_before_it(inner: Inner) -> None:
    """The error page is an answer of its own, and knows nothing but the words in its address."""
    result = inner(source=POOL + ELSEWHERE)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*GET /oauth2/authorize: redirect_mismatch*",
            "*GET /error: HTTP 400*",
            "  emulator  it refused because redirect_uri is not one of the app client's *",
        ]
    )


def test_pool_without_managed_login_is_told(inner: Inner) -> None:
    """A pool without a domain is a mistake of the test, and the error says what to write."""
    result = inner(source="def test_it(cognito_managed_login): pass")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*the pool has no managed login; use another one with*"])


def test_stub_has_no_pages(inner: Inner) -> None:
    """A target without a service skips the test in one line."""
    result = inner("--cognito-target=stub", "-rs", source=POOL + WALKS)
    assert result.parseoutcomes().get("skipped") == 4
