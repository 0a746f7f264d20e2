"""POST /oauth2/revoke."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.support.expect import refused
from tests.emulator.support.oauth import App, Place, add_client, basic, members_of, new_app


@pytest.fixture
def app(place: Place) -> App:
    """An app without a secret, with its user."""
    return new_app(place)


def revoke(app: App, **form: str) -> Any:
    """Call the endpoint with the id of the app client."""
    return app.send("/oauth2/revoke", {"client_id": app.client_id, **form})


def is_good(app: App, tokens: dict[str, Any]) -> bool:
    """Return whether the refresh token of a sign-in still works."""
    return app.token("refresh_token", refresh_token=tokens["refresh_token"]).status == 200


@pytest.mark.fact("H095")
def test_it_ends_the_sign_in(app: App) -> None:
    """The refresh token and its access tokens are dead, and those of other sign-ins are not."""
    tokens, others = app.signed_in(), app.signed_in()
    response = revoke(app, token=tokens["refresh_token"])
    assert (response.status, response.body) == (200, b"")
    assert not is_good(app, tokens)
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        app.call("GetUser", AccessToken=tokens["access_token"])
    assert is_good(app, others)


@pytest.mark.fact("H095")
def test_a_dead_token_is_a_success(app: App) -> None:
    """Revoked and unknown ones are 200, as RFC 7009 says, and so is that of another client."""
    other = App(app.place, app.pool_id, add_client(app.engine, app.pool_id))
    foreign = other.signed_in()
    token = app.signed_in()["refresh_token"]
    for text in (token, token, "unknown", foreign["refresh_token"]):
        response = revoke(app, token=text, token_type_hint="refresh_token")
        assert (response.status, response.body) == (200, b"")
    assert is_good(other, foreign)


@pytest.mark.fact("H095")
def test_a_token_must_be_named(app: App) -> None:
    """Without it, it is invalid_request."""
    for form in ({}, {"token": ""}):
        assert members_of(revoke(app, **form), 400) == {"error": "invalid_request"}


@pytest.mark.fact("H095")
def test_the_client_must_allow_it(app: App) -> None:
    """With EnableTokenRevocation off it is invalid_request, and the token stays good."""
    app.client.settings["EnableTokenRevocation"] = False
    tokens = app.signed_in()
    response = revoke(app, token=tokens["refresh_token"])
    assert members_of(response, 400) == {"error": "invalid_request"}
    assert is_good(app, tokens)


@pytest.mark.fact("H095")
@pytest.mark.parametrize("name", ["access_token", "id_token"])
def test_only_refresh_tokens_are_revoked(app: App, name: str) -> None:
    """Another kind is unsupported_token_type."""
    response = revoke(app, token=app.signed_in()[name])
    assert members_of(response, 400) == {"error": "unsupported_token_type"}


@pytest.mark.fact("H095")
def test_the_client_proves_itself() -> None:
    """An unknown client, and one without its secret, is 401 here."""
    app = new_app(GenerateSecret=True)
    tokens = app.signed_in()
    token = tokens["refresh_token"]
    for response in (
        revoke(app, token=token),
        revoke(app, token=token, client_secret="wrong"),
        app.send("/oauth2/revoke", {"client_id": "nobody", "token": token}),
    ):
        assert members_of(response, 401)["error"] == "invalid_client"
    assert is_good(app, tokens)
    header = basic(app.client_id, str(app.secret))
    assert app.send("/oauth2/revoke", {"token": token}, authorization=header).status == 200
    assert not is_good(app, tokens)


def test_only_post_is_taken(app: App) -> None:
    """Other methods get a 405."""
    assert app.send("/oauth2/revoke", method="GET").status == 405
