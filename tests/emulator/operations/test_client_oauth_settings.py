"""The OAuth settings of app clients: flows, scopes, URLs and identity providers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator import Emulator
from harness.emulator.api.validation import name_violations
from tests.emulator.conftest import Call
from tests.emulator.moto_backend.test_installation import cognito
from tests.emulator.support.expect import refused

Carry = Callable[..., dict[str, Any]]

CODE: dict[str, Any] = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid"],
    "CallbackURLs": ["https://shop.example.com/in"],
}
MACHINE: dict[str, Any] = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["client_credentials"],
    "AllowedOAuthScopes": ["api/read"],
}
REQUIRED = (
    "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use "
    "OAuth flows."
)


@pytest.fixture(params=["CreateUserPoolClient", "UpdateUserPoolClient"])
def carry(request: pytest.FixtureRequest, call: Call, pool_id: str) -> Carry:
    """Create an app client with these settings, or change one to them; it gets no secret."""
    scopes = [{"ScopeName": "read", "ScopeDescription": "Read"}]
    call("CreateResourceServer", UserPoolId=pool_id, Identifier="api", Name="API", Scopes=scopes)

    def settings_of(**settings: Any) -> dict[str, Any]:
        named = {"UserPoolId": pool_id, "ClientName": "app"}
        if request.param == "CreateUserPoolClient":
            return dict(call(request.param, **named, **settings)["UserPoolClient"])
        secret = bool(settings.pop("GenerateSecret", False))
        made = call("CreateUserPoolClient", **named, GenerateSecret=secret)["UserPoolClient"]
        changed = call(request.param, **named, ClientId=made["ClientId"], **settings)
        return dict(changed["UserPoolClient"])

    return settings_of


@pytest.mark.fact("H010")
@pytest.mark.parametrize("lacks", ["AllowedOAuthFlows", "AllowedOAuthScopes"])
@pytest.mark.parametrize("empty", [True, False])
def test_allowed_oauth_needs_flows_and_scopes(carry: Carry, lacks: str, *, empty: bool) -> None:
    """AllowedOAuthFlowsUserPoolClient alone says nothing."""
    settings = {**CODE, lacks: []} if empty else {k: v for k, v in CODE.items() if k != lacks}
    with refused("InvalidOAuthFlowException", REQUIRED):
        carry(**settings)


@pytest.mark.fact("H009")
def test_settings_without_permission_are_kept(carry: Carry) -> None:
    """Without AllowedOAuthFlowsUserPoolClient they are shown as given, and it is shown as false."""
    settings = {k: v for k, v in CODE.items() if k != "AllowedOAuthFlowsUserPoolClient"}
    shown = carry(**settings)
    assert settings.items() <= shown.items()
    assert shown["AllowedOAuthFlowsUserPoolClient"] is False


@pytest.mark.fact("H010b", "H013")
@pytest.mark.parametrize("flow", ["code", "implicit"])
def test_flow_of_people_needs_a_callback(carry: Carry, flow: str) -> None:
    """The browser must be sent somewhere."""
    assert carry(**{**CODE, "AllowedOAuthFlows": [flow]})["AllowedOAuthFlows"] == [flow]
    text = "CallbackUrls can not be empty when code flow or implicit flow is selected"
    with refused("InvalidOAuthFlowException", text):
        carry(**{**CODE, "AllowedOAuthFlows": [flow], "CallbackURLs": []})


@pytest.mark.fact("H013")
def test_unknown_flow_is_named_with_the_known_ones() -> None:
    """`token`, which is a response_type, is no flow."""
    body = {"UserPoolId": "us-east-1_a", "ClientName": "app", "AllowedOAuthFlows": ["token"]}
    with refused(
        "InvalidParameterException",
        "1 validation error detected: Value 'token' at 'allowedOAuthFlows.1.member' failed to "
        "satisfy constraint: Member must satisfy enum value set: [implicit, client_credentials, "
        "code]",
    ):
        name_violations("CreateUserPoolClient", body)


@pytest.mark.fact("H011")
@pytest.mark.parametrize("other", ["code", "implicit"])
@pytest.mark.parametrize("allowed", [True, False])
def test_client_credentials_stand_alone(carry: Carry, other: str, *, allowed: bool) -> None:
    """An app of people and a machine are two app clients."""
    flows = {"AllowedOAuthFlows": ["client_credentials", other], "GenerateSecret": True}
    text = "client_credentials flow can not be selected along with code flow or implicit flow."
    with refused("InvalidOAuthFlowException", text):
        carry(**{**CODE, **flows, "AllowedOAuthFlowsUserPoolClient": allowed})


@pytest.mark.fact("H011")
def test_client_credentials_need_a_secret(carry: Carry) -> None:
    """A machine without a secret cannot prove anything."""
    text = "client_credentials flow can not be selected if client does not have a client secret."
    with refused("InvalidOAuthFlowException", text):
        carry(**MACHINE)
    assert MACHINE.items() <= carry(**MACHINE, GenerateSecret=True).items()


def test_given_secret_is_one(call: Call, pool_id: str) -> None:
    """A machine may also be created with a secret that somebody chose."""
    named = {"UserPoolId": pool_id, "ClientName": "app", "ClientSecret": "a" * 24}
    scopes = [{"ScopeName": "read", "ScopeDescription": "Read"}]
    call("CreateResourceServer", UserPoolId=pool_id, Identifier="api", Name="API", Scopes=scopes)
    assert call("CreateUserPoolClient", **named, **MACHINE)


@pytest.mark.fact("H012")
@pytest.mark.parametrize(
    "scope", ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"]
)
def test_client_credentials_have_no_scope_of_people(carry: Carry, scope: str) -> None:
    """Cognito's own scopes are about a user."""
    text = f"{scope} is not supported with client_credentials flow"
    with refused("InvalidOAuthFlowException", text):
        carry(**{**MACHINE, "AllowedOAuthScopes": ["api/read", scope]}, GenerateSecret=True)


@pytest.mark.fact("H012", "M083b")
def test_scope_without_a_resource_server_is_refused(carry: Carry) -> None:
    """The scope has no meaning yet; the resource server comes first."""
    with refused("ScopeDoesNotExistException", "Invalid scope requested: api/write"):
        carry(**{**CODE, "AllowedOAuthScopes": ["openid", "api/write"]})


GOOD = [
    "https://shop.example.com",
    "https://shop.example.com:8443/in?from=here",
    "http://localhost",
    "http://localhost:3000/callback",
    "http://127.0.0.1:8080",
    "http://[::1]:3000/in",
    "HTTP://LOCALHOST:3000",
    "myapp://example",
    "com.example.shop:/in",
]


@pytest.mark.fact("H014", "H015")
@pytest.mark.parametrize("url", GOOD)
@pytest.mark.parametrize("member", ["CallbackURLs", "LogoutURLs"])
def test_url_is_accepted(carry: Carry, member: str, url: str) -> None:
    """HTTPS to anywhere, HTTP to the browser's own machine, and the schemes of apps."""
    assert carry(**{**CODE, member: [url]})[member] == [url]


@pytest.mark.fact("H015")
@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example.com/in",
        "http://192.168.1.50:5001",
        "http://localhost.example.com",
        "http://localhost@example.com",
        "http://example.com/?http://localhost",
    ],
)
@pytest.mark.parametrize("member", ["CallbackURLs", "LogoutURLs"])
def test_http_leads_to_the_own_machine_alone(carry: Carry, member: str, url: str) -> None:
    """What only looks like localhost is another host."""
    with refused("InvalidParameterException", f"{url} cannot use the HTTP protocol."):
        carry(**{**CODE, member: [url]})


@pytest.mark.fact("H014", "H014b")
@pytest.mark.parametrize("url", ["https://shop.example.com/in#top", "myapp://in#"])
def test_callback_has_no_fragment(carry: Carry, url: str) -> None:
    """The implicit flow puts the tokens there."""
    with refused("InvalidParameterException", f"{url} cannot use fragment"):
        carry(**{**CODE, "CallbackURLs": [url]})


@pytest.mark.fact("H014", "H014c")
@pytest.mark.parametrize(
    "url",
    ["/in", "shop.example.com/in", "//shop.example.com", "https://", "http://[::1", "a:", ":"],
)
@pytest.mark.parametrize("member", ["CallbackURLs", "LogoutURLs"])
def test_url_is_absolute(carry: Carry, member: str, url: str) -> None:
    """A browser must know where to go without the page that it is on."""
    with refused("InvalidParameterException"):
        carry(**{**CODE, member: [url]})


@pytest.mark.fact("H014c")
def test_logout_url_may_have_a_fragment(carry: Carry) -> None:
    """Nothing is added to it, so nothing is in the way."""
    url = "https://shop.example.com/out#top"
    assert carry(**CODE, LogoutURLs=[url])["LogoutURLs"] == [url]


@pytest.mark.fact("H016", "H016b")
def test_default_redirect_is_one_of_the_callbacks(carry: Carry) -> None:
    """It stands for a callback URL, so it is one."""
    (own,) = CODE["CallbackURLs"]
    assert carry(**CODE, DefaultRedirectURI=own)["DefaultRedirectURI"] == own
    for other in (own + "/", "https://other.example.com"):
        text = f"The default redirect URI {other} is not in the callback URIs list."
        with refused("InvalidParameterException", text):
            carry(**CODE, DefaultRedirectURI=other)


@pytest.mark.fact("H017")
@pytest.mark.parametrize(
    ("member", "most"),
    [("CallbackURLs", 100), ("LogoutURLs", 100), ("AllowedOAuthScopes", 50)],
)
def test_lists_have_a_limit(member: str, most: int) -> None:
    """One more than the limit is a violation of the model."""
    body = {"UserPoolId": "us-east-1_a", "ClientName": "app"}
    items = [f"https://shop.example.com/{number}" for number in range(most + 1)]
    assert name_violations("CreateUserPoolClient", {**body, member: items[:most]})
    with pytest.raises(Exception, match=f"must have length less than or equal to {most}"):
        name_violations("CreateUserPoolClient", {**body, member: items})


@pytest.mark.fact("H018")
def test_provider_of_the_pool_itself_is_accepted(carry: Carry) -> None:
    """COGNITO is in every pool, and need not be in the list."""
    for names in (["COGNITO"], []):
        shown = carry(**CODE, SupportedIdentityProviders=names)
        assert shown.get("SupportedIdentityProviders", []) == names


@pytest.mark.fact("H018b")
def test_unknown_provider_is_refused(carry: Carry, pool_id: str) -> None:
    """The provider comes first, as with resource servers."""
    text = f"The provider Google does not exist for User Pool {pool_id}."
    with refused("InvalidParameterException", text):
        carry(**CODE, SupportedIdentityProviders=["COGNITO", "Google"])


@pytest.mark.fact("H018")
def test_provider_of_the_pool_is_accepted_until_it_is_deleted() -> None:
    """An app client without COGNITO has the pool's users at the API all the same."""
    with Emulator():
        client = cognito()
        pool_id = client.create_user_pool(PoolName="pool")["UserPool"]["Id"]
        named = {"UserPoolId": pool_id, "ProviderName": "Company"}
        details = {"client_id": "a"}
        client.create_identity_provider(**named, ProviderType="OIDC", ProviderDetails=details)
        app = {"UserPoolId": pool_id, "ClientName": "app"}
        own = client.create_user_pool_client(
            **app,
            SupportedIdentityProviders=["Company"],
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )["UserPoolClient"]
        assert own["SupportedIdentityProviders"] == ["Company"]
        client.admin_create_user(UserPoolId=pool_id, Username="ada")
        password = {"Password": "Correct-Horse-7", "Permanent": True}
        client.admin_set_user_password(UserPoolId=pool_id, Username="ada", **password)
        parameters = {"USERNAME": "ada", "PASSWORD": "Correct-Horse-7"}
        assert client.initiate_auth(
            ClientId=own["ClientId"],
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters=parameters,
        )["AuthenticationResult"]
        client.delete_identity_provider(**named)
        with pytest.raises(client.exceptions.InvalidParameterException, match="Company does not"):
            client.create_user_pool_client(**app, SupportedIdentityProviders=["Company"])
