"""The cookie ``cognito``: what it signs in to, for how long, and what ends it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from harness.emulator import Triggers
from harness.emulator.engine import Engine
from tests.emulator.support.browser import Site, in_process, new_site
from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD


def is_signed_in(site: Site, **changed: str) -> bool:
    """Return whether authorize gives a code at once."""
    return "code" in site.authorize(**changed).query


@pytest.mark.fact("H020", "H049")
def test_the_cookie_gives_the_code_at_once(site: Site) -> None:
    """After a sign-in, authorize shows no page."""
    assert not is_signed_in(site)
    shown = site.sign_in()
    (cookie,) = [line for line in shown.cookies if line.startswith("cognito=")]
    parts = [part.strip() for part in cookie.split(";")]
    assert {"Version=1", "Max-Age=3600", "HttpOnly", "SameSite=Lax"} <= set(parts)
    assert len(parts[0]) > 30
    assert is_signed_in(site)


@pytest.mark.fact("H049")
def test_the_attributes_where_the_host_is_the_domains_own(engine: Engine) -> None:
    """On the host that AWS gives, the cookie is secure, and of the whole host."""
    site = new_site(engine, in_process(engine))
    (cookie,) = [line for line in site.sign_in().cookies if line.startswith("cognito=")]
    host = urlsplit(site.browser.base).netloc
    rest = cookie.partition("; ")[2]
    assert rest == (
        f"Version=1; Domain={host}; Max-Age=3600; Path=/; Secure; HttpOnly; SameSite=Lax"
    )


@pytest.mark.fact("H119")
def test_the_cookie_is_of_its_domain_alone(site: Site) -> None:
    """It has the path of the domain, and counts at no other pool, whoever sends it there."""
    (cookie,) = [line for line in site.sign_in().cookies if line.startswith("cognito=")]
    path = urlsplit(site.browser.base).path or "/"
    assert f"; Path={path};" in cookie
    assert ("Secure" in cookie) == site.browser.base.startswith("https")
    # A host with other pages has it for this path alone, and not for what is below the host.
    assert ("Domain=" in cookie) == (path == "/")
    other = new_site(site.engine, site.browser.send, "others")
    other.browser.cookies.update(site.browser.cookies)
    assert not is_signed_in(other)
    site.browser.cookies["cognito"] = "made-up"
    assert not is_signed_in(site)


@pytest.mark.fact("H050")
def test_it_ends_an_hour_after_the_password(site: Site) -> None:
    """A sign-in by cookie does not extend it, and the emulator's clock decides."""
    site.sign_in()
    site.engine.clock.advance(3_599)
    assert is_signed_in(site)
    site.engine.clock.advance(1)
    assert not is_signed_in(site)


@pytest.mark.fact("H050")
def test_it_is_for_every_app_client_of_the_pool(site: Site) -> None:
    """A second client needs no password, and gets a code of its own."""
    other = site.new_client()
    first = site.sign_in().query["code"]
    shown = site.authorize(client_id=other)
    kept = site.engine.authorization_codes.known(shown.query["code"])
    assert kept is not None
    assert (kept.authorize.client_id, kept.user.username) == (other, "alice")
    assert shown.query["code"] != first


@pytest.mark.fact("H050")
def test_changes_of_the_user_do_not_end_it(site: Site) -> None:
    """Attributes, a password and factors may change meanwhile."""
    site.sign_in()
    named = {"UserPoolId": site.pool_id, "Username": "alice"}
    attributes = [{"Name": "name", "Value": "Alice"}]
    site.engine.call("AdminUpdateUserAttributes", {**named, "UserAttributes": attributes})
    password = {**named, "Password": OTHER_PASSWORD, "Permanent": True}
    site.engine.call("AdminSetUserPassword", password)
    assert is_signed_in(site)


@pytest.mark.fact("H051")
def test_sign_outs_of_the_api_leave_it_alone(site: Site) -> None:
    """GlobalSignOut, RevokeToken and refreshes end tokens, not the session of the browser."""
    site.configure(AllowedOAuthScopes=["openid", "aws.cognito.signin.user.admin"])
    code = site.sign_in({**site.query, "scope": "openid aws.cognito.signin.user.admin"})
    form = {
        "grant_type": "authorization_code",
        "client_id": site.client_id,
        "code": code.query["code"],
        "redirect_uri": site.query["redirect_uri"],
    }
    tokens = json.loads(site.browser.post("/oauth2/token", "", form).body)
    refresh = {"grant_type": "refresh_token", "client_id": site.client_id}
    sent = {**refresh, "refresh_token": tokens["refresh_token"]}
    assert site.browser.post("/oauth2/token", "", sent).status == 200
    site.engine.call("GlobalSignOut", {"AccessToken": tokens["access_token"]})
    site.engine.call("RevokeToken", {"Token": tokens["refresh_token"], "ClientId": site.client_id})
    assert "code" in site.authorize(scope="openid").query


@pytest.mark.parametrize(
    "operation", ["AdminDisableUser", "AdminDeleteUser", "AdminResetUserPassword"]
)
def test_nobody_signs_in_who_may_not(site: Site, operation: str) -> None:
    """However young the cookie is, it counts as none: the login page says what is the matter."""
    site.sign_in()
    named = {"UserPoolId": site.pool_id, "Username": "alice"}
    verified = [{"Name": "email_verified", "Value": "true"}]
    site.engine.call("AdminUpdateUserAttributes", {**named, "UserAttributes": verified})
    site.engine.call(operation, named)
    assert site.authorize().location.startswith(f"{site.browser.base}/login?")


@pytest.mark.fact("H018", "H050")
def test_it_is_not_for_an_app_client_without_local_users(site: Site) -> None:
    """Where the pool's own users may not sign in, the cookie of one does not either."""
    other = site.new_client(SupportedIdentityProviders=[])
    site.sign_in()
    assert site.authorize(client_id=other).location.startswith(f"{site.browser.base}/login?")


@pytest.mark.fact("H050")
def test_another_sign_in_ends_the_session_before(site: Site) -> None:
    """A browser has one session: whoever kept the cookie of the first one is signed out."""
    site.sign_in()
    before = site.browser.cookies["cognito"]
    site.sign_in()
    assert is_signed_in(site)
    site.browser.cookies["cognito"] = before
    assert not is_signed_in(site)


@pytest.mark.fact("H039", "H052")
def test_a_browser_has_one_sign_in_under_way(site: Site) -> None:
    """Another one takes the place of the one before, and none is left at the end."""
    under_way = site.engine.login_transactions
    page = site.browser.get("/login", site.query)
    for _ in range(2):
        page = site.browser.submit(page, username="alice", password="wrong-Passw0rd")
        assert len(under_way.exported()) == 1
    site.browser.submit(page, username="alice", password=PASSWORD)
    assert not under_way.exported()


@pytest.mark.parametrize("removal", ["forget", "reset"])
def test_nothing_is_left_of_users_who_are_forgotten(site: Site, removal: str) -> None:
    """Sessions, codes and sign-ins under way go with their users, and with a reset."""
    site.sign_in()
    page = site.browser.get("/login", site.query)
    site.browser.submit(page, username="alice", password="wrong-Passw0rd")
    engine = site.engine
    stores = (engine.browser_sessions, engine.authorization_codes, engine.login_transactions)
    assert all(len(store.exported()) == 1 for store in stores)
    if removal == "reset":
        engine.reset()
    else:
        engine.forget_users(site.pool_id, ["alice"])
    assert not any(store.exported() for store in stores)


@pytest.mark.fact("H008")
def test_a_switch_of_the_version_ends_it(site: Site) -> None:
    """Version 1 to 2 drops every browser session."""
    site.sign_in()
    site.use_version_two()
    assert not is_signed_in(site)


@pytest.mark.fact("H052")
def test_the_sign_in_under_way_has_a_cookie(site: Site) -> None:
    """The cookie page-data is there between two steps, and not after them."""
    page = site.browser.get("/login", site.query)
    assert site.browser.cookies["page-data"]
    site.browser.submit(page, username="alice", password="wrong-Passw0rd")
    assert site.browser.cookies["page-data"]
    site.sign_in()
    assert "page-data" not in site.browser.cookies


@pytest.mark.fact("H085b")
def test_auth_time_of_a_sign_in_by_cookie_is_that_of_the_password(site: Site) -> None:
    """The tokens say when a person proved who they are."""
    site.sign_in()
    then = site.engine.clock.time()
    site.engine.clock.advance(600)
    kept = site.engine.authorization_codes.known(site.authorize().query["code"])
    assert kept is not None
    assert kept.auth_time == int(then)


def test_a_trigger_that_stops_the_tokens_leaves_no_session(engine: Engine) -> None:
    """The app is told what the trigger said, and the browser is not signed in (H063)."""

    def stop(_event: dict[str, Any], _context: Any) -> dict[str, Any]:
        raise ValueError("not today")

    stopped = Engine(clock=engine.clock, triggers=Triggers(pre_token_generation=stop))
    site = new_site(stopped, in_process(stopped))
    shown = site.sign_in()
    assert shown.query["error"] == "invalid_request"
    assert "not today" in shown.query["error_description"]
    assert "cognito" not in site.browser.cookies
