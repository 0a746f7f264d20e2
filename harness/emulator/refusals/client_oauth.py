"""Refusals about the OAuth settings of an app client.

Where nothing else is said, the text is of a real deployment, which cdk-preflight recorded:
https://github.com/badmintoncryer/cdk-preflight/tree/9dba19e2f006335b6c31f069bccf332c751d5762/rules/cognito
"""

from __future__ import annotations

from harness.emulator.refusals.requests import Refusal, invalid_parameter


def _invalid_flow(message: str) -> Refusal:
    """Return InvalidOAuthFlowException, which https://github.com/cisagov/crossfeed/pull/440 has."""
    return Refusal("InvalidOAuthFlowException", message)


def oauth_flows_and_scopes_required() -> Refusal:
    """AllowedOAuthFlowsUserPoolClient is true, without flows or without scopes (H010)."""
    return _invalid_flow(
        "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to "
        "use OAuth flows."
    )


def callback_urls_required() -> Refusal:
    """The flows code and implicit need a callback URL."""
    return _invalid_flow(
        "CallbackUrls can not be empty when code flow or implicit flow is selected"
    )


def client_credentials_with_other_flow() -> Refusal:
    """client_credentials is the only flow of an app client that has it (H011)."""
    return _invalid_flow(
        "client_credentials flow can not be selected along with code flow or implicit flow."
    )


def client_credentials_without_secret() -> Refusal:
    """client_credentials needs a client secret (H011)."""
    return _invalid_flow(
        "client_credentials flow can not be selected if client does not have a client secret."
    )


def scope_not_for_client_credentials(scope: str) -> Refusal:
    """client_credentials has no scope that is about a user (H012).

    https://github.com/hashicorp/terraform-provider-aws/issues/4984
    """
    return _invalid_flow(f"{scope} is not supported with client_credentials flow")


def scope_invalid(scope: str) -> Refusal:
    """An AllowedOAuthScopes that no resource server has (M083; the code is inferred)."""
    return Refusal("ScopeDoesNotExistException", f"Invalid scope requested: {scope}")


def url_with_http(url: str) -> Refusal:
    """A callback or logout URL with http leads to another host than the browser's own (H015)."""
    return invalid_parameter(f"{url} cannot use the HTTP protocol.")


def url_with_fragment(url: str) -> Refusal:
    """A callback URL has a fragment (H014)."""
    return invalid_parameter(f"{url} cannot use fragment")


def url_not_absolute(url: str) -> Refusal:
    """A callback or logout URL has no scheme or no host (H014; text unknown)."""
    return invalid_parameter(f"{url} is not an absolute URI.")


def default_redirect_not_in_callbacks(url: str) -> Refusal:
    """DefaultRedirectURI is none of CallbackURLs (H016)."""
    return invalid_parameter(f"The default redirect URI {url} is not in the callback URIs list.")


def provider_not_found(provider: str, user_pool_id: str) -> Refusal:
    """SupportedIdentityProviders names a provider that the pool does not have (H018)."""
    return invalid_parameter(
        f"The provider {provider} does not exist for User Pool {user_pool_id}."
    )
