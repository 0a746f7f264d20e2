"""``/oauth2/authorize``: what it checks, whom it tells, and where it leads."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.emulator.support.browser import CALLBACK, CHALLENGE, Shown, Site

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def on_error_page(site: Site, shown: Shown, reason: str) -> None:
    """Check that a response leads to the error page of the domain, with this reason."""
    assert shown.status == 302
    assert shown.location.startswith(f"{site.browser.base}/error?")
    assert shown.query["error"] == reason
    page = site.browser.get(shown.location)
    assert page.status == 400
    assert reason in html.unescape(page.text)


def told(shown: Shown) -> dict[str, str]:
    """Return what the app is told by a redirect to its callback, besides its state."""
    assert shown.status == 302
    assert shown.location.partition("?")[0] == CALLBACK
    assert shown.query["state"] == "st+a te/ü"
    return {name: value for name, value in shown.query.items() if name != "state"}


@pytest.mark.fact("H019", "H020", "H032")
def test_it_leads_to_the_login_page_with_the_same_query(site: Site) -> None:
    """Without a session, authorize redirects to /login of the domain, with every parameter."""
    shown = site.authorize(nonce="n", lang="de", response_mode="query")
    assert shown.status == 302
    parts = urlsplit(shown.location)
    assert shown.location.startswith(f"{site.browser.base}/login?")
    asked = {"nonce": "n", "lang": "de", "response_mode": "query"}
    assert {key: value[0] for key, value in parse_qs(parts.query).items()} == {
        **site.query,
        **asked,
    }


@pytest.mark.fact("H019")
def test_only_get_is_there(site: Site) -> None:
    """Another method is refused, and leads nowhere."""
    shown = site.browser.post("/oauth2/authorize", site.query, {})
    assert (shown.status, shown.location) == (405, "")


@pytest.mark.fact("H020")
def test_cognito_as_the_provider_means_the_local_form(site: Site) -> None:
    """identity_provider=COGNITO changes nothing; any other one is not emulated."""
    assert "/login?" in site.authorize(identity_provider="COGNITO").location
    for other in ({"identity_provider": "Google"}, {"idp_identifier": "corp"}):
        shown = site.authorize(**other)
        assert (shown.status, shown.location) == (501, "")


@pytest.mark.fact("H021", "H033")
def test_a_sign_in_gives_the_app_a_code_and_its_state(site: Site) -> None:
    """The code is a UUID of version 4, and the state comes back as it was."""
    shown = site.sign_in()
    found = told(shown)
    assert list(found) == ["code"]
    assert UUID.fullmatch(found["code"])


@pytest.mark.fact("H021")
def test_without_a_state_there_is_none(site: Site) -> None:
    """No state is invented; an empty one comes back empty."""
    query = {name: value for name, value in site.query.items() if name != "state"}
    assert list(parse_qs(urlsplit(site.sign_in(query).location).query)) == ["code"]
    shown = site.authorize(state="")
    assert shown.location.endswith("&state=")


def test_parameters_of_the_callback_stay(site: Site) -> None:
    """A callback with a query of its own keeps it."""
    callback = f"{CALLBACK}?tenant=1"
    site.configure(CallbackURLs=[callback])
    shown = site.sign_in({**site.query, "redirect_uri": callback})
    assert shown.location.startswith(f"{callback}&code=")


def test_apps_with_a_scheme_of_their_own_get_the_code(site: Site) -> None:
    """A callback of a phone's app is an address too (H014)."""
    site.configure(CallbackURLs=["myapp://signed-in"])
    shown = site.sign_in({**site.query, "redirect_uri": "myapp://signed-in"})
    assert shown.headers["location"].startswith("myapp://signed-in?code=")


@pytest.mark.fact("H023", "H024", "H025")
@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.example/callback",
        f"{CALLBACK}/",
        f"{CALLBACK}?a=b",
        "http://localhost:3001/callback",
        "http://localhost:3000/callback@evil.example",
        "http://localhost:3000",
        "//localhost:3000/callback",
        f" {CALLBACK}",
    ],
)
def test_an_address_that_is_not_registered_is_never_led_to(site: Site, uri: str) -> None:
    """The whole string decides; the error page says why, and has no link."""
    shown = site.authorize(redirect_uri=uri)
    assert shown.query == {"error": "redirect_mismatch", "client_id": site.client_id}
    on_error_page(site, shown, "redirect_mismatch")
    page = site.browser.get(shown.location)
    assert "An error was encountered with the requested page." in page.text
    assert "<a " not in page.text


@pytest.mark.fact("H026")
@pytest.mark.parametrize("missing", ["client_id", "redirect_uri"])
def test_without_client_or_address_the_error_page_says_so(site: Site, missing: str) -> None:
    """Nobody can be told by a redirect that the redirect is missing."""
    on_error_page(site, site.authorize(**{missing: None}), "Required parameters missing")
    on_error_page(site, site.authorize(**{missing: ""}), "Required parameters missing")


@pytest.mark.fact("H026")
def test_an_unknown_client_is_refused(site: Site) -> None:
    """A client of another pool is unknown at this domain."""
    other = site.engine.call("CreateUserPool", {"PoolName": "other"})["UserPool"]["Id"]
    made = site.engine.call("CreateUserPoolClient", {"UserPoolId": other, "ClientName": "app"})
    for client_id in ("nobody", made["UserPoolClient"]["ClientId"]):
        on_error_page(site, site.authorize(client_id=client_id), "Client does not exist")


@pytest.mark.fact("H009", "H027")
def test_a_client_without_oauth_is_refused(site: Site) -> None:
    """AllowedOAuthFlowsUserPoolClient decides, whatever the other settings are."""
    site.configure(AllowedOAuthFlowsUserPoolClient=False)
    on_error_page(site, site.authorize(), "Client is not enabled for OAuth2.0 flows.")


@pytest.mark.fact("H023", "H027")
def test_the_case_of_letters_counts(site: Site) -> None:
    """An address that differs in the case of letters gets the text that was seen for it."""
    shown = site.authorize(redirect_uri=CALLBACK.replace("callback", "CALLBACK"))
    on_error_page(site, shown, "Client is not enabled for OAuth2.0 flows.")


@pytest.mark.fact("H016")
def test_the_default_address_replaces_a_missing_one(site: Site) -> None:
    """DefaultRedirectURI is taken if the client has one identity provider."""
    site.configure(DefaultRedirectURI=CALLBACK)
    assert "/login?" in site.authorize(redirect_uri=None).location
    shown = site.sign_in({key: text for key, text in site.query.items() if key != "redirect_uri"})
    assert "code" in told(shown)


@pytest.mark.fact("H022", "H031")
@pytest.mark.parametrize("kind", [None, "", "id_token", "code token", "code id_token", "CODE"])
def test_another_response_type_is_an_error(site: Site, kind: str | None) -> None:
    """There is no hybrid flow; the app is told."""
    assert told(site.authorize(response_type=kind)) == {"error": "invalid_request"}


@pytest.mark.fact("H031")
def test_a_flow_that_the_client_lacks_is_an_error(site: Site) -> None:
    """The implicit flow must be among AllowedOAuthFlows."""
    assert told(site.authorize(response_type="token")) == {"error": "unauthorized_client"}


@pytest.mark.fact("H022")
def test_the_implicit_flow_gives_tokens_in_the_fragment(site: Site) -> None:
    """No refresh token, and no code; without openid no ID token either."""
    scopes = ["openid", "aws.cognito.signin.user.admin"]
    site.configure(AllowedOAuthFlows=["implicit"], AllowedOAuthScopes=scopes)
    for scope in scopes:
        site.browser.cookies.clear()
        shown = site.sign_in({**site.query, "response_type": "token", "scope": scope})
        found = parse_qs(urlsplit(shown.location).fragment)
        assert found["state"] == ["st+a te/ü"]
        assert found["token_type"] == ["Bearer"]
        assert found["expires_in"] == ["3600"]
        expected = {"access_token", "expires_in", "token_type", "state"}
        assert set(found) == expected | ({"id_token"} if scope == "openid" else set())
        assert "?" not in shown.location


@pytest.mark.fact("H022b")
def test_response_mode_is_ignored(site: Site) -> None:
    """A form or a fragment that was asked for is not sent."""
    shown = site.sign_in({**site.query, "response_mode": "fragment"})
    assert "code" in told(shown)


@pytest.mark.fact("H028")
@pytest.mark.parametrize(
    "scope", ["openid nothing", "offline_access", "openid groups", "openid phone", "openid,email"]
)
def test_one_scope_that_the_client_lacks_fails_the_request(site: Site, scope: str) -> None:
    """The error is invalid_request, and its description invalid_scope."""
    assert told(site.authorize(scope=scope)) == {
        "error": "invalid_request",
        "error_description": "invalid_scope",
    }


@pytest.mark.fact("H029")
def test_without_a_scope_all_of_the_client_are_granted(site: Site) -> None:
    """The code is for every scope of the app client."""
    query = {name: value for name, value in site.query.items() if name != "scope"}
    code = site.sign_in(query).query["code"]
    kept = site.engine.authorization_codes.known(code)
    assert kept is not None
    assert set(kept.authorize.scopes) == {"openid", "email", "profile"}


@pytest.mark.fact("H029c")
def test_a_scope_that_its_resource_server_lost_is_ignored(site: Site) -> None:
    """A scope deleted at the resource server is left out; one that the client lost is an error."""
    server = {"UserPoolId": site.pool_id, "Identifier": "api", "Name": "api"}
    scope = {"ScopeName": "read", "ScopeDescription": "read"}
    site.engine.call("CreateResourceServer", {**server, "Scopes": [scope]})
    site.configure(AllowedOAuthScopes=["openid", "api/read"])
    site.engine.call("DeleteResourceServer", {"UserPoolId": site.pool_id, "Identifier": "api"})
    code = site.sign_in({**site.query, "scope": "openid api/read"}).query["code"]
    kept = site.engine.authorization_codes.known(code)
    assert kept is not None
    assert kept.authorize.scopes == ("openid",)
    site.configure(AllowedOAuthScopes=["openid"])
    assert told(site.authorize(scope="openid api/read"))["error_description"] == "invalid_scope"


@pytest.mark.fact("H030", "H030b")
@pytest.mark.parametrize("scope", ["email", "profile", "email profile"])
def test_email_and_its_like_need_openid(site: Site, scope: str) -> None:
    """They are refused without openid, like a scope that is not there."""
    assert told(site.authorize(scope=scope))["error_description"] == "invalid_scope"


@pytest.mark.fact("H031", "H031b", "H032")
@pytest.mark.parametrize(
    "pkce",
    [
        {"code_challenge": CHALLENGE},
        {"code_challenge": CHALLENGE, "code_challenge_method": "plain"},
        {"code_challenge": CHALLENGE, "code_challenge_method": "s256"},
        {"code_challenge_method": "S256"},
    ],
)
def test_pkce_is_s256_or_nothing(site: Site, pkce: dict[str, str]) -> None:
    """A challenge without its method, or with another one, is told to the app."""
    assert told(site.authorize(**pkce)) == {"error": "invalid_request"}


@pytest.mark.fact("H032")
def test_pkce_is_bound_to_the_code(site: Site) -> None:
    """The code keeps the challenge; without one it has none."""
    pkce = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    kept = site.engine.authorization_codes.known(site.sign_in({**site.query, **pkce}).query["code"])
    assert kept is not None
    assert kept.authorize.code_challenge == CHALLENGE


@pytest.mark.fact("H033")
def test_json_is_no_state(site: Site) -> None:
    """JSON must be encoded as base64; a text that only begins like it is fine."""
    shown = site.authorize(state='{"to": "/home"}')
    assert (shown.query["error"], shown.query["state"]) == ("invalid_request", '{"to": "/home"}')
    assert "/login?" in site.authorize(state="{not json").location


@pytest.mark.fact("H037b")
def test_parameters_of_openid_connect_that_cognito_lacks_are_ignored(site: Site) -> None:
    """max_age and its like change nothing."""
    others = {"max_age": "0", "ui_locales": "de", "acr_values": "2", "claims": "{}", "request": "x"}
    assert "/login?" in site.authorize(**others).location


@pytest.mark.fact("H038", "H038b")
@pytest.mark.parametrize("resource", ["http://api.example", "api", "https://", "", "urn:api"])
def test_a_resource_has_a_scheme_of_its_own_or_https(site: Site, resource: str) -> None:
    """Another resource is told to the app as an invalid request."""
    for good in ("https://api.example", "http://localhost:8080/x", "myapp://api"):
        assert "/login?" in site.authorize(resource=good).location
    assert told(site.authorize(resource=resource)) == {"error": "invalid_request"}


@pytest.mark.fact("H008")
def test_version_two_without_a_style_shows_no_page(site: Site) -> None:
    """The app client needs a branding style; then the page is there."""
    site.use_version_two(styled=False)
    for path in ("/oauth2/authorize", "/login", "/signup", "/forgotPassword"):
        shown = site.browser.get(path, site.query)
        assert shown.status == 403
        assert "Login pages unavailable. Please contact an administrator." in shown.text
        assert "CreateManagedLoginBranding" in shown.text
    site.use_version_two()
    assert site.browser.get("/login", site.query).status == 200


@pytest.mark.fact("H034", "H035")
def test_prompt_belongs_to_version_two(site: Site) -> None:
    """The classic pages know no prompt: none leads to the login page, login to the code."""
    assert "/login?" in site.authorize(prompt="none").location
    site.sign_in()
    assert "code" in told(site.authorize(prompt="login"))


@pytest.mark.fact("H034", "H035")
def test_prompt_in_version_two(site: Site) -> None:
    """None gives the code or login_required; login asks again, and the session stays."""
    site.use_version_two()
    assert told(site.authorize(prompt="none")) == {"error": "login_required"}
    site.sign_in()
    before = site.browser.cookies["cognito"]
    assert "code" in told(site.authorize(prompt="none"))
    for prompt in ("login", "select_account login"):
        assert "/login?" in site.authorize(prompt=prompt).location
    assert "code" in told(site.authorize(prompt="select_account consent"))
    # The old session is not ended by the question, and a sign-in gives a new cookie.
    assert site.browser.cookies["cognito"] == before
    shown = site.sign_in({**site.query, "prompt": "login"})
    assert "code" in told(shown)
    assert site.browser.cookies["cognito"] != before
