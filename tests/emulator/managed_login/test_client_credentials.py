"""POST /oauth2/token with client_credentials: a token for the app itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.emulator.api.request import Caller
from harness.emulator.stores.quotas import Quotas
from tests.emulator.support.expect import refused
from tests.emulator.support.oauth import (
    App,
    Place,
    add_client,
    basic,
    members_of,
    new_app,
    new_machine,
)
from tests.emulator.support.trigger_handlers import Recorder, engine_with
from tests.emulator.support.walker import claims_of, new_engine

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:claims"


@pytest.fixture
def machine(place: Place) -> App:
    """An app with a secret that gets tokens for itself, with two scopes."""
    return new_machine(place)


def with_trigger(handler: Any, version: str = "V3_0") -> App:
    """Return such an app of a pool with PreTokenGeneration."""
    config = {"PreTokenGenerationConfig": {"LambdaArn": FUNCTION, "LambdaVersion": version}}
    return new_machine(
        Place.in_process(engine_with(pre_token_generation=handler)), {"LambdaConfig": config}
    )


def claims(app: App, **form: str) -> dict[str, Any]:
    """Return the claims of a new token."""
    answer = members_of(app.token("client_credentials", **form))
    return claims_of(answer["access_token"])


@pytest.mark.fact("H078")
def test_the_answer_has_three_members(machine: App) -> None:
    """There is no ID token and no refresh token."""
    answer = members_of(machine.token("client_credentials"))
    assert list(answer) == ["access_token", "expires_in", "token_type"]
    assert (answer["expires_in"], answer["token_type"]) == (3_600, "Bearer")


@pytest.mark.fact("H078")
def test_without_scope_all_are_given(machine: App) -> None:
    """``scope`` is optional, and an empty one is none."""
    assert claims(machine)["scope"].split() == ["orders/read", "orders/write"]
    assert claims(machine, scope="")["scope"].split() == ["orders/read", "orders/write"]
    assert claims(machine, scope="orders/write")["scope"] == "orders/write"


@pytest.mark.fact("H078b")
@pytest.mark.parametrize("scope", ["orders/delete", "openid", "orders/read orders/delete"])
def test_a_foreign_scope_is_refused(machine: App, scope: str) -> None:
    """A scope that the client does not have is invalid_scope, our choice."""
    response = machine.token("client_credentials", scope=scope)
    assert members_of(response, 400) == {"error": "invalid_scope"}


@pytest.mark.fact("H029c")
def test_a_scope_that_is_gone_is_left_out(machine: App) -> None:
    """A scope that its resource server has lost is in no new token."""
    scopes = [{"ScopeName": "read", "ScopeDescription": "read"}]
    server = {"Identifier": "orders", "Name": "Orders", "Scopes": scopes}
    machine.call("UpdateResourceServer", UserPoolId=machine.pool_id, **server)
    assert claims(machine)["scope"] == "orders/read"


@pytest.mark.fact("H078")
def test_without_any_scope_there_is_no_token(machine: App) -> None:
    """An app client whose resource server is gone gets no token that is for nothing."""
    named = {"UserPoolId": machine.pool_id, "Identifier": "orders"}
    machine.call("DeleteResourceServer", **named)
    response = machine.token("client_credentials")
    assert members_of(response, 400) == {"error": "invalid_scope"}


@pytest.mark.fact("H087")
def test_the_token_has_ten_claims(machine: App) -> None:
    """Its subject is the app client; there is neither a user nor an email address."""
    found = claims(machine)
    now = machine.now()
    issuer, jti = found.pop("iss"), found.pop("jti")
    assert issuer.endswith(machine.pool_id)
    assert len(jti) == 36
    assert found == {
        "sub": machine.client_id,
        "token_use": "access",
        "scope": "orders/read orders/write",
        "auth_time": now,
        "exp": now + 3_600,
        "iat": now,
        "version": 2,
        "client_id": machine.client_id,
    }


def test_the_validity_of_the_client_counts(machine: App) -> None:
    """AccessTokenValidity says how long the token lives."""
    units = {"AccessToken": "minutes"}
    machine.client.settings |= {"AccessTokenValidity": 10, "TokenValidityUnits": units}
    answer = members_of(machine.token("client_credentials"))
    found = claims_of(answer["access_token"])
    assert (answer["expires_in"], found["exp"] - found["iat"]) == (600, 600)


@pytest.mark.fact("H067", "H068")
def test_the_client_proves_itself(machine: App) -> None:
    """Basic is as good as the form; a wrong secret is refused."""
    form = {"grant_type": "client_credentials"}
    header = basic(machine.client_id, str(machine.secret))
    members_of(machine.send("/oauth2/token", form, authorization=header))
    wrong = machine.token("client_credentials", client_secret="wrong")
    assert members_of(wrong, 400)["error_description"] == "invalid_client_secret"


@pytest.mark.fact("H077")
def test_the_client_must_have_the_grant(machine: App) -> None:
    """A client of users may not get a token for itself."""
    users = App(machine.place, machine.pool_id, add_client(machine.engine, machine.pool_id))
    response = users.token("client_credentials")
    assert members_of(response, 400) == {"error": "unauthorized_client"}


@pytest.mark.fact("H077b")
def test_a_client_without_oauth_gets_invalid_grant(machine: App) -> None:
    """With AllowedOAuthFlowsUserPoolClient off, the error is another one."""
    machine.client.settings["AllowedOAuthFlowsUserPoolClient"] = False
    assert members_of(machine.token("client_credentials"), 400) == {"error": "invalid_grant"}


def test_the_token_is_no_users(machine: App) -> None:
    """No operation of a user takes it, and neither does userInfo."""
    token = members_of(machine.token("client_credentials"))["access_token"]
    with refused("NotAuthorizedException", "Access Token does not have required scopes"):
        machine.call("GetUser", AccessToken=token)
    response = machine.send("/oauth2/userInfo", method="GET", authorization=f"Bearer {token}")
    assert members_of(response, 401)["error"] == "invalid_token"


@pytest.mark.fact("H079")
def test_the_third_version_of_the_trigger_runs() -> None:
    """The event has no user, and the metadata of the form."""
    handler = Recorder({"claimsAndScopeOverrideDetails": {}})
    app = with_trigger(handler)
    metadata = {"onBehalfOf": "alice", "ip": "192.0.2.252"}
    agent = "aws-sdk-js/3.1"
    form = {"grant_type": "client_credentials", "aws_client_metadata": json.dumps(metadata)}
    header = basic(app.client_id, str(app.secret))
    members_of(app.send("/oauth2/token", form, authorization=header, user_agent=agent))
    (event,) = handler.events
    assert event == {
        "version": "3",
        "triggerSource": "TokenGeneration_ClientCredentials",
        "region": "us-east-1",
        "userPoolId": app.pool_id,
        "userName": "ClientCredentials",
        "callerContext": {
            "awsSdkVersion": "aws-sdk-unknown-unknown",
            "clientId": app.client_id,
        },
        "request": {
            "userAttributes": {},
            "groupConfiguration": None,
            "scopes": ["orders/read", "orders/write"],
            "clientMetadata": metadata,
        },
        "response": {"claimsAndScopeOverrideDetails": None},
    }


@pytest.mark.fact("H079")
@pytest.mark.parametrize("version", ["V1_0", "V2_0"])
def test_earlier_versions_of_the_trigger_do_not_run(version: str) -> None:
    """Only the third version knows tokens without a user."""
    handler = Recorder({})
    claims(with_trigger(handler, version))
    assert handler.events == []


@pytest.mark.fact("H079")
def test_the_trigger_changes_the_token() -> None:
    """It adds and removes claims and scopes, and cannot change who the token is for."""
    changes = {
        "claimsToAddOrOverride": {"tenant": "t-1", "sub": "other", "client_id": "other"},
        "claimsToSuppress": ["auth_time", "jti"],
        "scopesToAdd": ["orders/audit"],
        "scopesToSuppress": ["orders/write"],
    }
    handler = Recorder({"claimsAndScopeOverrideDetails": {"accessTokenGeneration": changes}})
    app = with_trigger(handler)
    found = claims(app)
    assert (found["tenant"], found["sub"]) == ("t-1", app.client_id)
    assert found["scope"].split() == ["orders/read", "orders/audit"]
    assert "jti" in found


@pytest.mark.fact("H079")
def test_the_triggers_error_stops_the_token() -> None:
    """Its text is the description; which error Cognito has for it is unknown."""

    def fail(event: Any, context: Any) -> Any:
        raise ValueError("not today")

    response = with_trigger(fail).token("client_credentials")
    assert members_of(response, 400) == {
        "error": "invalid_request",
        "error_description": "PreTokenGeneration failed with error not today.",
    }


@pytest.mark.fact("H079")
@pytest.mark.parametrize(
    "metadata", ["no JSON", "[]", '"text"', '{"a":1}', '{"a":{"b":"c"}}', "[" * 5_000]
)
def test_metadata_is_an_object_of_texts(machine: App, metadata: str) -> None:
    """Anything else is invalid_request, our choice."""
    response = machine.token("client_credentials", aws_client_metadata=metadata)
    assert members_of(response, 400) == {"error": "invalid_request"}


@pytest.mark.fact("H017", "A281")
def test_the_grant_has_its_own_quota() -> None:
    """The 151st request of one second is refused, and the next second is free."""
    machine = new_machine(Place.in_process(new_engine(quotas=True)))
    machine.engine.clock.advance(1)
    responses = [machine.token("client_credentials").status for _ in range(151)]
    assert responses == [200] * 150 + [429]
    machine.engine.clock.advance(1)
    assert machine.token("client_credentials").status == 200


@pytest.mark.fact("H017")
def test_a_domain_has_rates() -> None:
    """The 301st request of one address, or for one client, is refused, on pages as at endpoints."""
    app = new_app(Place.in_process(new_engine(quotas=True)))
    app.engine.clock.advance(1)
    responses = [app.token("refresh_token", refresh_token="x").status for _ in range(301)]
    assert responses == [400] * 300 + [429]
    refused = app.token("refresh_token", refresh_token="x")
    assert members_of(refused, 429) == {
        "error": "too_many_requests",
        "error_description": "Rate exceeded",
    }
    assert app.send("/login", method="GET").status == 429
    app.engine.clock.advance(1)
    assert app.token("refresh_token", refresh_token="x").status == 400


@pytest.mark.fact("H017")
def test_rates_of_a_domain_count_by_address_and_client() -> None:
    """500 requests a second are the most of a domain, whoever sends them."""
    quotas, client = Quotas(enabled=True), "client-1"

    def spend(address: str, client_id: str = "") -> None:
        quotas.spend_at_domain(Caller(source_ip=address), "people", client_id, 100.0)

    for number in range(300):
        spend(f"192.0.2.{number % 2}", client)
    with refused("TooManyRequestsException"):
        spend("192.0.2.3", client)
    for number in range(200):
        spend(f"192.0.2.{number % 2}")
    with refused("TooManyRequestsException"):
        spend("192.0.2.3")
    quotas.spend_at_domain(Caller(), "others", "", 100.0)
