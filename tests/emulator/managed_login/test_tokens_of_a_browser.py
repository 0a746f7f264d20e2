"""The whole way of an app: the pages with PKCE, the code, its tokens, a refresh, and their end."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.emulator.support.browser import CALLBACK, CHALLENGE, VERIFIER, Site
from tests.emulator.support.walker import claims_of


def asked(site: Site, **form: str) -> tuple[int, dict[str, Any]]:
    """Call /oauth2/token, as an app does that has no browser."""
    shown = site.another_browser().post("/oauth2/token", "", {"client_id": site.client_id, **form})
    return shown.status, json.loads(shown.body)


@pytest.mark.fact("H021b", "H071", "H080", "H085", "H091", "H095")
def test_a_sign_in_on_the_pages_becomes_tokens(site: Site) -> None:
    """Each step works once, over HTTP as in the process."""
    pkce = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    shown = site.sign_in({**site.query, **pkce, "nonce": "n-1"})
    form = {
        "grant_type": "authorization_code",
        "code": shown.query["code"],
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }
    status, tokens = asked(site, **form)
    assert status == 200
    identity = claims_of(tokens["id_token"])
    assert (identity["nonce"], identity["cognito:username"]) == ("n-1", "alice")
    assert asked(site, **form) == (400, {"error": "invalid_grant"})

    app = site.another_browser()
    header = {"authorization": f"Bearer {tokens['access_token']}"}
    assert json.loads(app.get("/oauth2/userInfo", **header).body)["email"] == "a@b.test"

    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert asked(site, **refresh)[0] == 200
    revoke = {"client_id": site.client_id, "token": tokens["refresh_token"]}
    assert app.post("/oauth2/revoke", "", revoke).status == 200
    assert asked(site, **refresh) == (400, {"error": "invalid_grant"})
    assert app.get("/oauth2/userInfo", **header).status == 401


@pytest.mark.fact("H022")
def test_the_implicit_flow_through_the_pages(site: Site) -> None:
    """The tokens are in the fragment, with the state at the end."""
    site.configure(AllowedOAuthFlows=["implicit"])
    shown = site.sign_in({**site.query, "response_type": "token"})
    fragment = dict(part.split("=", 1) for part in shown.location.partition("#")[2].split("&"))
    assert list(fragment) == ["id_token", "access_token", "expires_in", "token_type", "state"]
    assert claims_of(fragment["id_token"])["at_hash"]


@pytest.mark.fact("H040b", "H047")
def test_an_app_in_a_browser_may_call_from_any_page(site: Site) -> None:
    """A page of another site gets its answer, and no cookie of the domain counts there."""
    foreign = {"origin": "https://app.example.com", "sec_fetch_site": "cross-site"}
    form = {"grant_type": "refresh_token", "client_id": site.client_id, "refresh_token": "x"}
    shown = site.browser.post("/oauth2/token", "", form, **foreign)
    assert (shown.status, json.loads(shown.body)) == (400, {"error": "invalid_grant"})
    assert shown.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in shown.headers
