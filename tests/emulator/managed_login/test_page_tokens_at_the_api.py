"""Tokens of managed login at Cognito's API: scopes, signing out, and users who are gone."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.api.service_model import service_model
from harness.emulator.operations.table import OPERATIONS
from tests.emulator.support.browser import new_site
from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD, refused
from tests.emulator.support.oauth import USER_SCOPE, App, Place, members_of, new_app

NO_SCOPE = "Access Token does not have required scopes"
REVOKED = "Access Token has been revoked"

#: Every operation that takes an access token, with what else it needs.
WITH_A_TOKEN: dict[str, dict[str, Any]] = {
    "AssociateSoftwareToken": {},
    "ChangePassword": {"PreviousPassword": PASSWORD, "ProposedPassword": OTHER_PASSWORD},
    "CompleteWebAuthnRegistration": {"Credential": {}},
    "ConfirmDevice": {"DeviceKey": "us-east-1_key"},
    "DeleteUser": {},
    "DeleteUserAttributes": {"UserAttributeNames": ["name"]},
    "DeleteWebAuthnCredential": {"CredentialId": "id"},
    "ForgetDevice": {"DeviceKey": "us-east-1_key"},
    "GetDevice": {"DeviceKey": "us-east-1_key"},
    "GetUser": {},
    "GetUserAttributeVerificationCode": {"AttributeName": "email"},
    "GetUserAuthFactors": {},
    "GlobalSignOut": {},
    "ListDevices": {},
    "ListWebAuthnCredentials": {},
    "SetUserMFAPreference": {},
    "SetUserSettings": {"MFAOptions": []},
    "StartWebAuthnRegistration": {},
    "UpdateDeviceStatus": {"DeviceKey": "us-east-1_key"},
    "UpdateUserAttributes": {"UserAttributes": [{"Name": "name", "Value": "Al"}]},
    "VerifySoftwareToken": {"UserCode": "123456"},
    "VerifyUserAttribute": {"AttributeName": "email", "Code": "123456"},
}


@pytest.fixture
def app(place: Place) -> App:
    """An app without a secret, with its user."""
    return new_app(place)


@pytest.mark.fact("A072")
@pytest.mark.parametrize("operation", WITH_A_TOKEN)
def test_an_operation_needs_the_scope_of_the_user(operation: str) -> None:
    """A token with openid alone is refused by every operation that takes an access token."""
    app = new_app()
    token = app.signed_in(scopes=("openid", "email"))["access_token"]
    with refused("NotAuthorizedException", NO_SCOPE):
        app.call(operation, AccessToken=token, **WITH_A_TOKEN[operation])
    assert app.call("GetUser", AccessToken=app.by_api()["AccessToken"])["Username"] == "alice"


def test_every_operation_with_a_token_is_listed() -> None:
    """No operation with an AccessToken is left out above."""
    model = service_model()
    found = {
        name
        for name in OPERATIONS
        if (shape := model.operation_model(name).input_shape) and "AccessToken" in shape.members
    }
    assert found == set(WITH_A_TOKEN)


@pytest.mark.fact("A072")
def test_a_token_with_the_scope_is_as_good_as_one_of_the_api() -> None:
    """It reads and changes the user and the password, and signs out."""
    app = new_app()
    token = app.signed_in(scopes=(USER_SCOPE,))["access_token"]
    shown = app.call("GetUser", AccessToken=token)
    assert shown["Username"] == "alice"
    app.call("UpdateUserAttributes", AccessToken=token, **WITH_A_TOKEN["UpdateUserAttributes"])
    assert app.user.attributes["name"] == "Al"
    passwords = WITH_A_TOKEN["ChangePassword"]
    app.call("ChangePassword", AccessToken=token, **passwords)
    app.call("GlobalSignOut", AccessToken=token)
    with refused("NotAuthorizedException", REVOKED):
        app.call("GetUser", AccessToken=token)


@pytest.mark.fact("A271")
@pytest.mark.parametrize("by_user", [True, False])
def test_signing_out_everywhere_ends_all(app: App, by_user: bool) -> None:
    """Tokens of the pages and of the API, and a code on its way, are dead at once."""
    tokens, code, by_api = app.signed_in(), app.code(), app.by_api()
    if by_user:
        app.call("GlobalSignOut", AccessToken=tokens["access_token"])
    else:
        app.administer("AdminUserGlobalSignOut")
    for token in (tokens["access_token"], by_api["AccessToken"]):
        with refused("NotAuthorizedException", REVOKED):
            app.call("GetUser", AccessToken=token)
    for text in (tokens["refresh_token"], by_api["RefreshToken"]):
        assert app.token("refresh_token", refresh_token=text).status == 400
    assert members_of(app.exchange(code), 400) == {"error": "invalid_grant"}
    members_of(app.exchange(app.code()))


@pytest.mark.fact("H051", "A271")
def test_signing_out_everywhere_leaves_the_browser_alone() -> None:
    """The cookie still signs in after GlobalSignOut, RevokeToken and a refresh."""
    place = Place.in_process()
    site = new_site(place.engine, place.sender)
    site.configure(AllowedOAuthScopes=["openid", "email", USER_SCOPE])
    app = App(place, site.pool_id, {"ClientId": site.client_id})
    site.sign_in()
    tokens, others = app.signed_in(), app.signed_in()
    members_of(app.token("refresh_token", refresh_token=tokens["refresh_token"]))
    app.call("RevokeToken", ClientId=site.client_id, Token=tokens["refresh_token"])
    app.call("GlobalSignOut", AccessToken=others["access_token"])
    assert site.browser.get("/oauth2/authorize", site.query).query.get("code")


def test_revoking_a_refresh_token_of_the_pages(app: App) -> None:
    """RevokeToken ends one sign-in on the pages, and leaves the user's other one."""
    first, second = app.signed_in(), app.signed_in()
    app.call("RevokeToken", ClientId=app.client_id, Token=first["refresh_token"])
    with refused("NotAuthorizedException", REVOKED):
        app.call("GetUser", AccessToken=first["access_token"])
    assert app.call("GetUser", AccessToken=second["access_token"])


@pytest.mark.parametrize(
    ("operation", "code"),
    [("AdminDisableUser", "NotAuthorizedException"), ("AdminDeleteUser", "UserNotFoundException")],
)
def test_a_token_ends_with_its_user(app: App, operation: str, code: str) -> None:
    """The API says of page tokens of a disabled or deleted user what it says of its own."""
    token = app.signed_in()["access_token"]
    app.administer(operation)
    with refused(code):
        app.call("GetUser", AccessToken=token)


def test_a_token_ends_with_its_client(app: App) -> None:
    """After DeleteUserPoolClient neither tokens nor codes are good."""
    tokens, code = app.signed_in(), app.code()
    app.call("DeleteUserPoolClient", UserPoolId=app.pool_id, ClientId=app.client_id)
    with refused("NotAuthorizedException", REVOKED):
        app.call("GetUser", AccessToken=tokens["access_token"])
    form = {"grant_type": "authorization_code", "client_id": "", "code": code}
    response = app.send("/oauth2/token", {**form, "client_id": str(app.description["ClientId"])})
    assert members_of(response, 400) == {"error": "invalid_client"}
