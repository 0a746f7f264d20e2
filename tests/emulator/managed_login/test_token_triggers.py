"""PreTokenGeneration for tokens of managed login: when it runs, and what it changes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.support.browser import CALLBACK, in_process, new_site
from tests.emulator.support.oauth import USER_SCOPE, App, Place, members_of, new_app
from tests.emulator.support.trigger_handlers import Recorder, engine_with, raising
from tests.emulator.support.walker import claims_of

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:claims"
LATER = ("V2_0", "V3_0")


def triggered(handler: Any, version: str = "V2_0") -> App:
    """Return an app of a pool with PreTokenGeneration of a version."""
    config = {"PreTokenGenerationConfig": {"LambdaArn": FUNCTION, "LambdaVersion": version}}
    place = Place.in_process(engine_with(pre_token_generation=handler))
    return new_app(place, {"LambdaConfig": config})


def changing(**details: Any) -> Recorder:
    """Return a handler of a later version with these changes."""
    return Recorder({"claimsAndScopeOverrideDetails": details})


@pytest.mark.fact("T016")
@pytest.mark.parametrize(
    ("version", "number", "scopes"),
    [
        ("V1_0", "1", None),
        ("V2_0", "2", [USER_SCOPE, "email", "openid"]),
        ("V3_0", "3", [USER_SCOPE, "email", "openid"]),
    ],
)
def test_the_event_is_that_of_hosted_auth(
    version: str, number: str, scopes: list[str] | None
) -> None:
    """Its source, its client and its scopes are those of the sign-in on the pages."""
    handler = Recorder()
    app = triggered(handler, version)
    app.signed_in()
    (event,) = handler.events
    assert event["triggerSource"] == "TokenGeneration_HostedAuth"
    assert (event["version"], event["userName"]) == (number, "alice")
    assert event["callerContext"]["clientId"] == app.client_id
    assert event["request"].get("scopes") == scopes
    assert event["request"]["userAttributes"]["sub"] == app.user.sub
    assert "clientMetadata" not in event["request"]


@pytest.mark.fact("H079")
def test_it_runs_before_the_code_and_not_again() -> None:
    """The exchange of the code does not run it; it takes what the trigger has said."""
    handler = changing(idTokenGeneration={"claimsToAddOrOverride": {"tenant": "t-1"}})
    app = triggered(handler)
    code = app.code()
    assert len(handler.events) == 1
    tokens = members_of(app.exchange(code))
    assert claims_of(tokens["id_token"])["tenant"] == "t-1"
    assert len(handler.events) == 1


@pytest.mark.fact("H079")
def test_metadata_of_a_code_is_not_passed_on() -> None:
    """aws_client_metadata counts in client_credentials alone, here not even as JSON."""
    handler = Recorder()
    app = triggered(handler, "V3_0")
    members_of(app.exchange(app.code(), aws_client_metadata="no JSON"))
    assert "clientMetadata" not in handler.requests[0]


def test_a_refresh_runs_it_again() -> None:
    """The endpoint and both operations of the API say TokenGeneration_RefreshTokens."""
    handler = Recorder()
    app = triggered(handler)
    token = app.signed_in(scopes=("openid", "profile"))["refresh_token"]
    members_of(app.token("refresh_token", refresh_token=token, aws_client_metadata='{"a":"b"}'))
    members = {"ClientId": app.client_id, "RefreshToken": token}
    app.call("GetTokensFromRefreshToken", **members)
    flow = {"AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": {"REFRESH_TOKEN": token}}
    app.call("InitiateAuth", ClientId=app.client_id, **flow)
    assert handler.sources[1:] == ["TokenGeneration_RefreshTokens"] * 3
    assert [request["scopes"] for request in handler.requests] == [["openid", "profile"]] * 4
    assert "clientMetadata" not in handler.requests[1]


@pytest.mark.fact("H059")
def test_a_refreshed_sign_in_of_the_api_says_so_too() -> None:
    """The source at /oauth2/token does not depend on where the user has signed in."""
    handler = Recorder()
    app = triggered(handler)
    token = app.by_api()["RefreshToken"]
    members_of(app.token("refresh_token", refresh_token=token))
    assert handler.sources == ["TokenGeneration_Authentication", "TokenGeneration_RefreshTokens"]


@pytest.mark.fact("T017", "T019")
@pytest.mark.parametrize("version", LATER)
def test_scopes_are_added_and_removed(version: str) -> None:
    """What the trigger says of scopes counts at userInfo and at the API."""
    changes = {"scopesToAdd": ["orders/read", USER_SCOPE], "scopesToSuppress": ["openid"]}
    app = triggered(changing(accessTokenGeneration=changes), version)
    tokens = app.signed_in(scopes=("openid", "email"))
    claims = claims_of(tokens["access_token"])
    assert set(claims["scope"].split()) == {"email", "orders/read", USER_SCOPE}
    assert app.call("GetUser", AccessToken=tokens["access_token"])["Username"] == "alice"
    header = f"Bearer {tokens['access_token']}"
    response = app.send("/oauth2/userInfo", method="GET", authorization=header)
    assert members_of(response, 401)["error"] == "invalid_token"


@pytest.mark.fact("T017")
@pytest.mark.parametrize("version", LATER)
def test_what_identifies_a_token_stays(version: str) -> None:
    """A handler changes neither version, nonce, at_hash nor username."""
    changed = {"nonce": "x", "at_hash": "x", "version": 9, "username": "x", "tenant": "t-1"}
    changes = {"claimsToAddOrOverride": changed, "claimsToSuppress": ["nonce", "at_hash"]}
    app = triggered(changing(idTokenGeneration=changes, accessTokenGeneration=changes), version)
    tokens = app.signed_in(nonce="n-1")
    identity, access = claims_of(tokens["id_token"]), claims_of(tokens["access_token"])
    assert (identity["nonce"], identity["tenant"]) == ("n-1", "t-1")
    assert identity["at_hash"] != "x"
    assert (access["version"], access["username"], access["tenant"]) == (2, "alice", "t-1")


def test_the_first_version_changes_the_id_token_alone() -> None:
    """Its claims are in the ID token of the pages, and its groups in both."""
    details = {
        "claimsToAddOrOverride": {"tenant": "t-1"},
        "groupOverrideDetails": {"groupsToOverride": ["admins"]},
    }
    app = triggered(Recorder({"claimsOverrideDetails": details}), "V1_0")
    tokens = app.signed_in()
    identity, access = claims_of(tokens["id_token"]), claims_of(tokens["access_token"])
    assert identity["tenant"] == "t-1"
    assert "tenant" not in access
    assert identity["cognito:groups"] == access["cognito:groups"] == ["admins"]


@pytest.mark.fact("H079")
def test_its_error_is_the_apps() -> None:
    """The app gets the text with the redirect, and no code; the browser is not signed in."""
    engine = engine_with(pre_token_generation=raising(ValueError("not on the list")))
    site = new_site(engine, in_process(engine))
    shown = site.sign_in()
    assert shown.location.startswith(f"{CALLBACK}?")
    text = "PreTokenGeneration failed with error not on the list."
    expected = {"error": "invalid_request", "error_description": text}
    assert {name: shown.query.get(name) for name in (*expected, "code")} == {
        **expected,
        "code": None,
    }
    again = site.browser.get("/oauth2/authorize", site.query)
    assert "/login?" in again.location


@pytest.mark.fact("H079")
def test_its_error_stops_a_refresh() -> None:
    """The text is the description; which error Cognito has for it is unknown."""
    answers = iter([None, ValueError("not today")])

    def handler(event: Any, context: Any) -> Any:
        error = next(answers)
        if error is not None:
            raise error
        return event

    app = triggered(handler)
    token = app.signed_in()["refresh_token"]
    response = app.token("refresh_token", refresh_token=token)
    assert members_of(response, 400) == {
        "error": "invalid_request",
        "error_description": "PreTokenGeneration failed with error not today.",
    }


@pytest.mark.parametrize("operation", ["AdminDeleteUser", "AdminUserGlobalSignOut"])
def test_a_handler_can_end_the_sign_in(operation: str) -> None:
    """A user whom the handler deletes or signs out gets no tokens at a refresh."""
    calls: list[Any] = []

    def handler(event: Any, context: Any) -> Any:
        calls.append(event)
        if len(calls) > 1:
            app.administer(operation)
        return event

    app = triggered(handler)
    token = app.signed_in()["refresh_token"]
    response = app.token("refresh_token", refresh_token=token)
    assert members_of(response, 400) == {"error": "invalid_grant"}
