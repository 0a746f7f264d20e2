"""Refusals whose answer says little have their reason in the call log."""

from __future__ import annotations

import pytest

from harness.emulator.engine import Engine
from tests.emulator.managed_login.test_csrf import ALICE
from tests.emulator.support.browser import Site
from tests.emulator.support.oauth import CALLBACK, Place, new_app


def why(engine: Engine) -> str:
    """Return the reason of the newest call, which was refused."""
    log = engine.call_log
    return log.reason_of(log.newest(1)[0].number)


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ({"grant_type": "password"}, "grant_type is not one of authorization_code, refresh_token"),
        ({}, "grant_type is missing from the form"),
    ],
)
def test_a_token_request_that_means_nothing_says_why(
    place: Place, form: dict[str, str], reason: str
) -> None:
    """The error alone would not tell."""
    new_app(place).send("/oauth2/token", form)
    assert reason in why(place.engine)


def test_a_redirect_of_another_request_says_so(place: Place) -> None:
    """``invalid_redirect`` is told apart from a redirect_uri that is not registered."""
    app = new_app(place)
    form = {"code": app.code(), "redirect_uri": f"{CALLBACK}/", "client_id": app.client_id}
    app.send("/oauth2/token", {"grant_type": "authorization_code", **form})
    assert "of the authorize request" in why(place.engine)


def test_json_at_the_token_endpoint_says_what_it_takes(place: Place) -> None:
    """A client that sends JSON learns of the form, not of a parameter that it did send."""
    body = '{"grant_type": "authorization_code"}'
    new_app(place).send("/oauth2/token", body=body, content_type="application/json")
    assert "application/x-www-form-urlencoded" in why(place.engine)


def test_a_token_that_cannot_be_revoked_says_why(place: Place) -> None:
    """Only refresh tokens can."""
    app = new_app(place)
    access = app.signed_in()["access_token"]
    app.send("/oauth2/revoke", {"token": access, "client_id": app.client_id})
    assert "only a refresh token" in why(place.engine)


def test_a_foreign_scope_is_named(site: Site) -> None:
    """Of several scopes it is the one that the app client does not have."""
    site.authorize(scope="openid nothing")
    assert "'nothing'" in why(site.engine)


def test_a_form_that_is_no_longer_good_says_why(site: Site) -> None:
    """A browser without cookies is told apart from a page that is not the newest."""
    page = site.browser.get("/login", site.query)
    site.browser.get("/login", site.query)
    shown = site.browser.submit(page, **ALICE)
    assert (shown.status, "opened another page" in shown.text) == (403, True)
    assert "which every page renews" in why(site.engine)
    site.browser.cookies.clear()
    site.browser.submit(page, **ALICE)
    assert "no cookie XSRF-TOKEN" in why(site.engine)


@pytest.mark.fact("H039")
def test_a_sign_in_that_is_over_says_why(site: Site) -> None:
    """Neither the page nor the redirect tells a sign-in that took too long from a lost one."""
    site.browser.get("/mfa", site.query)
    assert "no cookie page-data" in why(site.engine)
    site.browser.cookies["page-data"] = "from-somewhere"
    site.browser.get("/mfa", site.query)
    assert "more than 300 s" in why(site.engine)
