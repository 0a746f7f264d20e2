"""The domains of user pools, as the control surface and the page show them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.emulator.control.surface import handle
from harness.emulator.engine import Engine
from tests.emulator.support.page import LOCAL, part, read, words
from tests.emulator.support.walker import Walker, new_client, new_walker

OAUTH: dict[str, Any] = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid"],
    "CallbackURLs": ["http://localhost:3000/", "https://shop.example.com/"],
    "DefaultRedirectURI": "https://shop.example.com/",
    "SupportedIdentityProviders": ["COGNITO"],
}


def listed(engine: Engine, query: str = "") -> dict[str, Any]:
    """Return what the control surface says."""
    found = handle(engine, "GET", "/_harness/domains", query, b"", LOCAL)
    return dict(json.loads(found.body))


@pytest.fixture
def walker(engine: Engine) -> Walker:
    """A user in a pool whose domain is ``shop``."""
    walker = new_walker(engine)
    walker.call("CreateUserPoolDomain", Domain="shop", UserPoolId=walker.user_pool_id)
    return walker


def sign_in(engine: Engine, walker: Walker) -> str:
    """Let a browser have a session, and return its cookie."""
    pool = engine.pools[walker.user_pool_id]
    user = engine.find_user(pool, "alice")
    assert user is not None
    return engine.browser_sessions.open(pool.pool_id, user, engine.clock.time())


class TestControl:
    """``GET /_harness/domains``."""

    def test_an_app_client_has_a_whole_address(self, engine: Engine, walker: Walker) -> None:
        """The address has the default redirect and every scope; others say what they lack."""
        client = new_client(engine, walker.user_pool_id, ClientName="web", **OAUTH)
        (domain,) = listed(engine)["domains"]
        assert domain["url"] == "https://shop.auth.us-east-1.amazoncognito.com"
        first, web = domain["clients"]
        assert (first["login_url"], first["problem"]) == (
            "",
            "set AllowedOAuthFlowsUserPoolClient to true",
        )
        assert web["login_url"] == (
            f"{domain['url']}/oauth2/authorize?client_id={client['ClientId']}&response_type=code"
            "&scope=openid&redirect_uri=https%3A%2F%2Fshop.example.com%2F"
        )

    @pytest.mark.parametrize(
        ("settings", "problem"),
        [
            ({"SupportedIdentityProviders": []}, "SupportedIdentityProviders has no COGNITO"),
            ({"SupportedIdentityProviders": None}, "SupportedIdentityProviders has no COGNITO"),
            ({"CallbackURLs": []}, "it has no CallbackURLs"),
            (
                {"AllowedOAuthFlows": ["client_credentials"]},
                "AllowedOAuthFlows has neither code nor implicit",
            ),
        ],
    )
    def test_an_app_client_without_pages_says_why(
        self, engine: Engine, walker: Walker, settings: dict[str, Any], problem: str
    ) -> None:
        """A link would lead to an error page: the setting that is missing is there in its place."""
        client = new_client(engine, walker.user_pool_id, ClientName="web", **OAUTH)
        engine.clients[client["ClientId"]].settings.update(settings)
        web = listed(engine)["domains"][0]["clients"][1]
        assert (web["login_url"], web["problem"]) == ("", problem)

    def test_one_pool_is_chosen(self, engine: Engine, walker: Walker) -> None:
        """Domains of other pools are left out, and a pool that is not there is named."""
        other = new_walker(engine)
        assert len(listed(engine)["domains"]) == 1
        assert listed(engine, f"user_pool_id={other.user_pool_id}")["domains"] == []
        assert listed(engine, "user_pool_id=nobody")["error"] == "there is no user pool 'nobody'"
        assert listed(engine, "pool=1")["error"] == "unknown: pool; allowed: user_pool_id"

    def test_browsers_are_those_of_now(self, engine: Engine, walker: Walker) -> None:
        """A session is listed for an hour by the emulator's clock, and without its cookie."""
        cookie = sign_in(engine, walker)
        found = listed(engine)
        (browser,) = found["browsers"]
        assert browser["username"] == "alice"
        assert browser["expires_at"] - browser["signed_in_at"] == pytest.approx(3_600, abs=1)
        assert cookie not in json.dumps(found)
        engine.clock.advance(3_601)
        assert listed(engine)["browsers"] == []


class TestPage:
    """The part of the page."""

    def test_a_pool_without_a_domain_says_so(self, engine: Engine) -> None:
        """A pool without a domain has no pages."""
        new_walker(engine)
        assert "No domain yet" in words(part(read(engine), "domains"))

    def test_it_leads_to_the_pages(self, engine: Engine, walker: Walker) -> None:
        """Each app client has a link to sign in, or the setting that it lacks."""
        new_client(engine, walker.user_pool_id, ClientName="<b>web</b>", **OAUTH)
        shown = part(read(engine), "domains")
        (web,) = listed(engine)["domains"][0]["clients"][1:]
        assert [link["href"] for link in shown.select("a")] == [web["login_url"]]
        assert "set AllowedOAuthFlowsUserPoolClient to true" in words(shown)
        assert "<b>web</b>" in words(shown)
        assert not shown.select("b")

    def test_it_shows_who_is_signed_in(self, engine: Engine, walker: Walker) -> None:
        """The newest browsers are listed, without what would sign anybody in."""
        cookies = [sign_in(engine, walker) for _ in range(12)]
        shown = part(read(engine), "domains")
        assert "Showing the newest 10 of 12 browsers." in words(shown)
        assert not any(cookie in str(shown) for cookie in cookies)
