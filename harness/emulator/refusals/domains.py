"""Refusals about the domain of a user pool, and about the styles of its managed login pages.

Most texts are of real deployments, which cdk-preflight (its rules of commit 9dba19e) recorded:
https://github.com/badmintoncryer/cdk-preflight/tree/9dba19e2f006335b6c31f069bccf332c751d5762/rules/cognito
"""

from __future__ import annotations

from harness.emulator.refusals.requests import Refusal, invalid_parameter


def domain_characters_invalid() -> Refusal:
    r"""The prefix of a domain has characters that no label of a host name has (H002).

    The text is of https://github.com/mineiros-io/terraform-aws-cognito-user-pool/issues/69.
    """
    return invalid_parameter(
        "The domain name contains an invalid character. Domain names can only contain lower-case "
        "letters, numbers, and hyphens. Please enter a different name that follows this format: "
        r"^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$"
    )


def domain_reserved(word: str) -> Refusal:
    """The prefix of a domain has one of AWS's names in it (H003)."""
    return invalid_parameter(f"Domain cannot contain reserved word: {word}")


def domain_taken() -> Refusal:
    """Another pool has the domain, of any account (H004)."""
    return invalid_parameter("Domain already associated with another user pool.")


def domain_exists() -> Refusal:
    """The pool has a domain of this kind already (H004)."""
    return invalid_parameter("User pool already has a domain configured.")


def domain_not_subdomain() -> Refusal:
    """A custom domain has no parent, or a top-level domain as its parent (H006)."""
    return invalid_parameter(
        "Custom domain is not a valid subdomain: Was not able to resolve a DNS A record for the "
        "parent domain or domain parent is a top-level domain."
    )


def domain_certificate_invalid() -> Refusal:
    """The certificate of a custom domain is not one of ACM in us-east-1 (H006)."""
    return invalid_parameter(
        "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or "
        "doesn't include a valid certificate chain."
    )


def domain_not_found() -> Refusal:
    """The pool, or a pool with this domain, does not exist; what Update and Delete say.

    Amplify's own tests expect it after a deletion: https://github.com/aws-amplify/amplify-cli/blob/dev/packages/amplify-e2e-tests/src/__tests__/auth_8.test.ts
    """
    return invalid_parameter("No such domain or user pool exists.")


def prefix_domain_with_certificate() -> Refusal:
    """UpdateUserPoolDomain gives a certificate to a prefix domain (text unknown)."""
    return invalid_parameter("Only a custom domain has a CustomDomainConfig.")


def too_many_custom_domains() -> Refusal:
    """The account has as many custom domains as it may have (H017; text unknown)."""
    return Refusal("LimitExceededException", "Number of custom domains exceeds the limit.")


def managed_login_version_invalid() -> Refusal:
    """ManagedLoginVersion is neither 1 nor 2 (text unknown)."""
    return invalid_parameter("Invalid ManagedLoginVersion. It must be 1 or 2.")


def managed_login_in_lite_tier() -> Refusal:
    """ManagedLoginVersion 2 in a pool with the Lite plan (H007; the code is inferred)."""
    return Refusal(
        "FeatureUnavailableInTierException",
        "The following feature is not available for the LITE pricing tier configured: Managed "
        "Login Version 2",
    )


def pool_has_domain() -> Refusal:
    """DeleteUserPool names a pool that has a domain (H005)."""
    return invalid_parameter(
        "User pool cannot be deleted. It has a domain configured that should be deleted first."
    )


def branding_exists(client_id: str) -> Refusal:
    """The app client has a style already; its text, and the next three, were measured.

    https://github.com/floci-io/floci/pull/2869
    """
    return Refusal(
        "ManagedLoginBrandingExistsException",
        f"A ManagedLoginBranding already exists for client {client_id}",
    )


def branding_of_client_not_found(client_id: str) -> Refusal:
    """DescribeManagedLoginBrandingByClient names an app client without a style (H008)."""
    return Refusal(
        "ResourceNotFoundException", f"ManagedLoginBranding for client {client_id} does not exist."
    )


def branding_not_found() -> Refusal:
    """The pool has no style with this id (H008)."""
    return Refusal("ResourceNotFoundException", "ManagedLoginBranding does not exist.")


def branding_values_or_settings() -> Refusal:
    """A style has both UseCognitoProvidedValues and Settings, or neither (H008)."""
    return invalid_parameter(
        "useCognitoProvidedValues or settings should be specified (but not both)"
    )


def branding_settings_too_deep() -> Refusal:
    """Settings of a style have more levels than any real ones (text unknown)."""
    return invalid_parameter("Invalid settings.")
