"""The browser: cookies, redirects on the domain and off it, and what it keeps for reports."""

from __future__ import annotations

import pytest
from requests import Session

from harness.errors import ConfigurationError, ResultUnknown, UnexpectedResult
from harness.flows.managed_login.browser import Departure, WebBrowser, is_loopback
from harness.flows.managed_login.web_errors import OAuthRefusal
from harness.flows.managed_login.web_page import WebPage
from tests.flows.managed_login.small_domain import (
    CALLBACK,
    Answered,
    SmallDomain,
    classic_form,
    page,
    redirect,
)


def test_redirects_on_the_domain_are_followed(domain: SmallDomain) -> None:
    """A redirect below the domain is followed, with the cookies that were set on the way."""
    domain.answers["GET /oauth2/authorize"] = lambda _: redirect(
        "/_domain/shop/login?a=1", "XSRF-TOKEN=abc; Path=/_domain/shop; HttpOnly"
    )
    domain.answers["GET /login"] = lambda _: page(classic_form())
    arrived = domain.browser().open("/oauth2/authorize", {"client_id": "1"})
    assert isinstance(arrived, WebPage)
    assert arrived.url.endswith("/login?a=1")
    assert domain.asked[-1].cookies == {"XSRF-TOKEN": "abc"}


@pytest.mark.parametrize(
    "target",
    [
        CALLBACK,
        "http://127.0.0.1:1/_domain/shop/login",
        "/_domain/shopping/login",
        "//evil.example.com/_domain/shop/login",
        "/login",
        "myapp://callback",
    ],
)
def test_no_redirect_off_the_domain_is_followed(domain: SmallDomain, target: str) -> None:
    """Another host, port, scheme or path is where the browser stops, without a request to it."""
    domain.answers["GET /login"] = lambda _: redirect(f"{target}?code=c0de&state=s")
    arrived = domain.browser().open("/login")
    assert isinstance(arrived, Departure)
    assert arrived.query == {"code": "c0de", "state": "s"}
    assert "c0de" not in repr(arrived)
    assert len(domain.asked) == 1


def test_endless_redirects_end(domain: SmallDomain) -> None:
    """A page that redirects to itself is reported, not followed for ever."""
    domain.answers["GET /login"] = lambda _: redirect("/_domain/shop/login")
    with pytest.raises(UnexpectedResult, match="more than 10 redirects"):
        domain.browser().open("/login")


def test_url_of_another_host_is_not_opened(domain: SmallDomain) -> None:
    """Opening a URL off the domain is a mistake, told without its query."""
    with pytest.raises(ConfigurationError, match="must be below") as error:
        domain.browser().open("https://example.com/login?code=secret")
    assert "secret" not in str(error.value)


def test_form_to_another_site_is_not_sent(domain: SmallDomain) -> None:
    """A form whose action is elsewhere would give the password away, so it is refused."""
    domain.answers["GET /login"] = lambda _: page(
        "<form method=post action='https://evil.example.com/'><input name=username></form>"
    )
    browser = domain.browser()
    arrived = browser.open("/login")
    assert isinstance(arrived, WebPage)
    with pytest.raises(UnexpectedResult, match="another site"):
        browser.submit(arrived.forms[0], {"username": "ann"})


def test_error_of_a_redirect_is_a_refusal() -> None:
    """``error`` and ``error_description`` of the redirect become code and message."""
    departure = Departure(f"{CALLBACK}?error=invalid_request&error_description=invalid_scope")
    with pytest.raises(OAuthRefusal, match="invalid_scope") as error:
        departure.require_no_error()
    assert error.value.response["Error"]["Code"] == "invalid_request"


def test_cookies_can_be_changed_and_dropped(domain: SmallDomain) -> None:
    """A test can send a cookie of its own, replace one, and drop them; another browser has none."""
    domain.answers["GET /login"] = lambda _: page("x", cookies=("cognito=one; Path=/_domain/shop",))
    browser = domain.browser()
    browser.open("/login")
    browser.set_cookie("cognito", "two")
    browser.set_cookie("other", "three")
    browser.open("/login")
    assert domain.asked[-1].cookies == {"cognito": "two", "other": "three"}
    browser.forget_cookies("other")
    browser.open("/login")
    assert domain.asked[-1].cookies == {"cognito": "one"}
    browser.another().open("/login")
    assert domain.asked[-1].cookies == {}
    browser.forget_cookies()
    assert browser.cookies == {}


def test_requests_of_an_app_have_no_cookies(domain: SmallDomain) -> None:
    """An endpoint is called without the browser's cookies, and sets none in it."""
    domain.answers["GET /login"] = lambda _: page("x", cookies=("cognito=one; Path=/_domain/shop",))
    domain.answers["POST /oauth2/token"] = lambda _: Answered(
        "{}", headers=(("Set-Cookie", "XSRF-TOKEN=t; Path=/"),)
    )
    browser = domain.browser()
    browser.open("/login")
    browser.request("POST", "/oauth2/token", data={"a": "b"})
    assert domain.asked[-1].cookies == {}
    assert set(browser.cookies) == {"cognito"}


def test_kept_steps_have_no_password_code_or_token(domain: SmallDomain) -> None:
    """What is kept of a step goes under names by which redaction knows its secrets."""
    domain.answers["GET /login"] = lambda _: page(classic_form("client_id=1"))
    domain.answers["POST /login"] = lambda _: redirect(f"{CALLBACK}?code=c0de&state=s")
    browser = domain.browser()
    arrived = browser.open("/login?client_id=1")
    assert isinstance(arrived, WebPage)
    browser.submit(arrived.forms[1], {"username": "ann", "password": "Pass-word-1"})
    opened, sent = domain.exchanges
    assert opened.operation == "GET /login"
    assert opened.parameters == {"client_id": "1"}
    assert opened.answer == {"page": "Signin", "status": 200}
    assert sent.operation == "POST /login"
    assert sent.parameters == {
        "username": "ann",
        "password": ["Pass-word-1"],
        "signInSubmitButton": "Sign in",
    }
    assert sent.answer == {"redirect": CALLBACK, "code": "c0de", "state": "s"}
    assert "Pass-word-1" not in repr(sent)


def test_error_page_is_kept_as_refused(domain: SmallDomain) -> None:
    """A page with an error status counts as refused, with what it says."""
    domain.answers["GET /error"] = lambda _: page(
        "<p role=alert>An error was encountered with the requested page.</p>", status=400
    )
    domain.browser().open("/error")
    assert domain.exchanges[-1].outcome == "HTTP 400"
    assert "An error was encountered" in domain.exchanges[-1].message


def test_alert_after_a_form_is_kept_as_refused(domain: SmallDomain) -> None:
    """A form whose page comes again with an alert counts as refused, with what the alert says."""
    domain.answers["GET /login"] = lambda _: page(classic_form())
    domain.answers["POST /login"] = lambda _: page(classic_form(alert="Wrong."))
    browser = domain.browser()
    arrived = browser.open("/login")
    assert isinstance(arrived, WebPage)
    browser.submit(arrived.forms[0], {"username": "ann"})
    kept = domain.exchanges[-1]
    assert (kept.outcome, kept.message) == ("refused on the page", "Wrong.")


def test_error_that_the_app_gets_is_kept_as_its_outcome(domain: SmallDomain) -> None:
    """A redirect with an error counts as refused, with the words of its description."""
    domain.answers["GET /login"] = lambda _: redirect(
        f"{CALLBACK}?error=invalid_request&error_description=invalid_scope"
    )
    domain.browser().open("/login")
    kept = domain.exchanges[-1]
    assert (kept.outcome, kept.message) == ("invalid_request", "invalid_scope")


@pytest.mark.fact("H024")
def test_redirect_to_the_error_page_is_kept_as_its_error(domain: SmallDomain) -> None:
    """The request that was refused is the one before the error page, so the report names it."""
    domain.answers["GET /oauth2/authorize"] = lambda _: redirect(
        "/_domain/shop/error?error=redirect_mismatch&client_id=1"
    )
    domain.answers["GET /error"] = lambda _: page("<p role=alert>redirect_mismatch</p>", status=400)
    domain.browser().open("/oauth2/authorize", {"client_id": "1"})
    assert [kept.outcome for kept in domain.exchanges] == ["redirect_mismatch", "HTTP 400"]


def test_redirect_on_the_domain_is_kept_without_what_is_known(domain: SmallDomain) -> None:
    """The parameters of the app's request are in the report once, not with every page."""
    domain.answers["GET /oauth2/authorize"] = lambda _: redirect(
        "/_domain/shop/login?client_id=1&error=x"
    )
    domain.answers["GET /login"] = lambda _: page(classic_form())
    domain.browser().open("/oauth2/authorize", {"client_id": "1"})
    assert domain.exchanges[0].answer == {"redirect": "/login", "error": "x"}


def test_silence_is_told_without_the_query() -> None:
    """Where nothing listens, the error has the address and not the query, which can be secret."""
    browser = WebBrowser("http://127.0.0.1:1/_domain/shop")
    with pytest.raises(ResultUnknown, match="GET /login could not be asked") as error:
        browser.open("/login?code=secret")
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("url", ["ftp://x", "shop", "https://", "http://a?b=c"])
def test_domain_must_be_a_url(url: str) -> None:
    """What is no base URL is refused in one line."""
    with pytest.raises(ConfigurationError, match="amazoncognito"):
        WebBrowser(url)


def test_machine_of_its_own_is_told_from_others() -> None:
    """Loopback addresses and ``localhost`` are this machine."""
    own = ("http://127.0.0.1:80", "http://[::1]:80", "http://localhost", "http://a.localhost:1/x")
    others = ("http://10.0.0.1", "https://example.com", "http://localhost.example.com")
    assert [is_loopback(url) for url in (*own, *others)] == [True] * 4 + [False] * 3


def test_proxies_are_for_other_machines_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of the environment does not get requests to the loopback interface."""
    trusted: list[bool] = []

    def refuse(session: Session, *_: object, **__: object) -> None:
        trusted.append(session.trust_env)
        raise ConnectionRefusedError

    monkeypatch.setattr(Session, "request", refuse)
    for url in ("http://127.0.0.1:1", "https://shop.auth.us-east-1.amazoncognito.com"):
        with pytest.raises(ConnectionRefusedError):
            WebBrowser(url).open("/login")
    assert trusted == [False, True]
