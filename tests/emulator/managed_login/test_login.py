"""``/login``: its form, wrong passwords, the five minutes, and the providers."""

from __future__ import annotations

import re

import pytest

from tests.emulator.support.browser import Site
from tests.emulator.support.expect import PASSWORD


@pytest.mark.fact("H044")
def test_the_form_has_the_names_of_the_classic_page(site: Site) -> None:
    """Scrapers find form, fields and button by name, and the query is in the action."""
    page = site.browser.get("/login", site.query)
    form = page.form
    assert (page.status, form.attributes["name"]) == (200, "cognitoSignInForm")
    assert str(form.attributes["method"]).lower() == "post"
    assert str(form.attributes["action"]) == page.url
    assert {"_csrf", "username", "password"} <= set(form.fields)
    for name in ("signInFormUsername", "signInFormPassword"):
        assert f'id="{name}"' in page.text
    assert 'name="signInSubmitButton"' in page.text
    assert "<script" not in page.text


@pytest.mark.fact("H044")
def test_the_fields_of_the_classic_page_are_taken(site: Site) -> None:
    """A suite that sends cognitoAsfData as well signs in."""
    page = site.browser.get("/login", site.query)
    shown = site.browser.submit(
        page, username="alice", password=PASSWORD, cognitoAsfData="x" * 5_000
    )
    assert "code" in shown.query


@pytest.mark.fact("H054")
def test_a_wrong_password_shows_the_page_again(site: Site) -> None:
    """The page has the sentence of the API, the name that was typed, and never the password."""
    shown = site.sign_in(password="wrong-Passw0rd")
    assert shown.status == 200
    assert "Incorrect username or password." in shown.text
    assert shown.form.fields["username"] == "alice"
    assert "wrong-Passw0rd" not in shown.text
    assert "cognito" not in site.browser.cookies
    again = site.browser.submit(shown, password=PASSWORD)
    assert "code" in again.query


def test_the_lockout_of_the_api_holds_on_the_page(site: Site) -> None:
    """After too many wrong passwords, the right one is refused with the sentence of the API."""
    shown = site.browser.get("/login", site.query)
    for _ in range(6):
        shown = site.browser.submit(shown, username="alice", password="wrong-Passw0rd")
    shown = site.browser.submit(shown, username="alice", password=PASSWORD)
    assert "Password attempts exceeded" in shown.text


def test_a_disabled_user_is_refused(site: Site) -> None:
    """The states of users count as in the API."""
    site.engine.call("AdminDisableUser", {"UserPoolId": site.pool_id, "Username": "alice"})
    assert "User is disabled." in site.sign_in().text


def test_explicit_auth_flows_play_no_part(site: Site) -> None:
    """The pages are no flow of the API."""
    site.configure(ExplicitAuthFlows=["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_CUSTOM_AUTH"])
    assert "code" in site.sign_in().query


def test_a_client_with_a_secret_signs_in(site: Site) -> None:
    """Nobody types a secret hash: the pages know the secret."""
    client_id = site.new_client(GenerateSecret=True)
    assert "code" in site.sign_in({**site.query, "client_id": client_id}).query


@pytest.mark.fact("H037")
def test_login_hint_fills_in_the_name(site: Site) -> None:
    """The page shows the hint, escaped."""
    page = site.browser.get("/login", {**site.query, "login_hint": 'a"<b>'})
    assert page.form.fields["username"] == 'a"<b>'
    assert "<b>" not in page.text


def test_a_page_says_that_it_is_in_no_other_language(site: Site) -> None:
    """``lang`` belongs to version 2, and is not obeyed there without a word (H039)."""
    sentence = "The parameter lang is not emulated"
    german = {**site.query, "lang": "de"}
    assert sentence not in site.browser.get("/login", german).text
    site.use_version_two()
    assert sentence in site.browser.get("/login", german).text
    for query in (site.query, {**site.query, "lang": "en"}):
        assert sentence not in site.browser.get("/login", query).text


@pytest.mark.fact("H039")
def test_a_sign_in_has_five_minutes(site: Site) -> None:
    """At five minutes it ends on the login page, which starts anew."""
    page = site.browser.get("/login", site.query)
    site.engine.clock.advance(299)
    assert "code" in site.browser.submit(page, username="alice", password=PASSWORD).query
    page = site.another_browser().get("/login", site.query)
    browser = site.another_browser()
    page = browser.get("/login", site.query)
    site.engine.clock.advance(300)
    shown = browser.submit(page, username="alice", password=PASSWORD)
    assert (shown.status, shown.location) == (200, "")
    assert "Something went wrong" in shown.text
    assert "code" in browser.submit(shown, username="alice", password=PASSWORD).query


@pytest.mark.fact("H039")
def test_a_step_without_its_sign_in_leads_back_to_the_login_page(site: Site) -> None:
    """The login page says once that something went wrong."""
    shown = site.browser.get("/mfa", site.query)
    assert shown.location.startswith(f"{site.browser.base}/login?")
    assert "Something went wrong" in site.browser.get(shown.location).text
    assert "Something went wrong" not in site.browser.get(shown.location).text


def test_two_tabs_do_not_mix(site: Site) -> None:
    """A form of the first tab does not go on with the sign-in of the second one."""
    other = site.new_client()
    first = site.browser.get("/login", site.query)
    second = site.browser.get("/login", {**site.query, "client_id": other})
    token = second.form.fields["_csrf"]
    shown = site.browser.submit(first, username="alice", password=PASSWORD, _csrf=token)
    assert "Something went wrong" in shown.text


@pytest.mark.fact("H018")
def test_without_cognito_among_the_providers_there_is_no_form(site: Site) -> None:
    """The page says that there is no way to sign in, and the API still signs in."""
    site.configure(SupportedIdentityProviders=[], ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"])
    for method in ("get", "post"):
        shown = (
            site.browser.get("/login", site.query)
            if method == "get"
            else site.browser.post("/login", site.query, {})
        )
        assert shown.status in (400, 403)
        assert "<form" not in shown.text
    asked = {"USERNAME": "alice", "PASSWORD": PASSWORD}
    request = {"ClientId": site.client_id, "AuthFlow": "USER_PASSWORD_AUTH"}
    assert site.engine.call("InitiateAuth", {**request, "AuthParameters": asked})[
        "AuthenticationResult"
    ]


@pytest.mark.fact("H042")
@pytest.mark.parametrize("path", ["/login", "/signup", "/forgotPassword"])
def test_pages_take_the_same_query_as_authorize(site: Site, path: str) -> None:
    """Each can be linked directly, and checks its query as authorize does."""
    assert site.browser.get(path, site.query).status == 200
    wrong = site.browser.get(path, {**site.query, "redirect_uri": "https://evil.example"})
    assert wrong.query["error"] == "redirect_mismatch"


@pytest.mark.fact("H041")
@pytest.mark.parametrize("version", [1, 2])
def test_the_paths_of_managed_login(site: Site, version: int) -> None:
    """Every path of the pages is there in both versions; what is not emulated says so."""
    if version == 2:
        site.use_version_two()
    for path in ("/login", "/logout", "/signup", "/confirm", "/resendcode", "/confirmUser",
                 "/forgotPassword", "/confirmforgotPassword"):  # fmt: skip
        assert site.browser.get(path, site.query).status in (200, 302, 400, 405), path
    for path in ("/passkeys/add", "/oauth2/idpresponse", "/saml2/idpresponse", "/saml2/logout"):
        shown = site.browser.get(path, site.query)
        assert shown.status == 501
        assert "not emulated" in shown.text
    assert site.browser.get("/nothing", site.query).status == 404


@pytest.mark.fact("H053", "H040", "H040b")
def test_every_page_has_the_common_headers(site: Site) -> None:
    """Nothing is cached or framed, every response has an id, and no page has CORS."""
    ids = set()
    for path in ("/oauth2/authorize", "/login", "/error", "/logout", "/nothing"):
        headers = site.browser.get(path, site.query).headers
        ids.add(headers["x-amz-cognito-request-id"])
        assert headers["cache-control"] == "no-cache, no-store, max-age=0, must-revalidate"
        assert (headers["pragma"], headers["expires"]) == ("no-cache", "0")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-xss-protection"] == "1; mode=block"
        assert headers["server"] == "Server"
        assert "access-control-allow-origin" not in headers
    assert len(ids) == 5
    headers = site.browser.get("/login", site.query).headers
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.fact("H118")
def test_pages_say_nothing_about_where_forms_go(site: Site) -> None:
    """form-action would keep Chromium from following the redirect to the app."""
    policy = site.browser.get("/login", site.query).headers["content-security-policy"]
    assert "form-action" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"script-src|unsafe", policy)
