"""Refusals of access and refresh tokens."""

from __future__ import annotations

from harness.emulator.refusals.requests import Refusal


def access_token_invalid() -> Refusal:
    """A malformed token, or a token that is no access token (A274)."""
    return Refusal("NotAuthorizedException", "Invalid Access Token")


def access_token_signature() -> Refusal:
    """A token that no key of ours signed (A274, A275)."""
    return Refusal("NotAuthorizedException", "Could not verify signature for Access Token")


def access_token_expired() -> Refusal:
    """A token past its exp (A274)."""
    return Refusal("NotAuthorizedException", "Access Token has expired")


def access_token_revoked() -> Refusal:
    """A token of a sign-in that was revoked or signed out (A272)."""
    return Refusal("NotAuthorizedException", "Access Token has been revoked")


def access_token_scope() -> Refusal:
    """A token without aws.cognito.signin.user.admin (A072)."""
    return Refusal("NotAuthorizedException", "Access Token does not have required scopes")


def refresh_token_invalid() -> Refusal:
    """A foreign refresh token, or one that needs another device key (A261, D115 to D118)."""
    return Refusal("NotAuthorizedException", "Invalid Refresh Token")


def refresh_token_expired() -> Refusal:
    """A refresh token past RefreshTokenValidity (A262)."""
    return Refusal("NotAuthorizedException", "Refresh Token has expired")


def refresh_token_revoked() -> Refusal:
    """A refresh token that was revoked or signed out (A262)."""
    return Refusal("NotAuthorizedException", "Refresh Token has been revoked")


def refresh_not_enabled() -> Refusal:
    """GetTokensFromRefreshToken for a client that neither refreshes nor rotates (text unknown)."""
    return Refusal("NotAuthorizedException", "Refresh token auth is not enabled for this client")


def refresh_token_reused() -> Refusal:
    """A rotated-out refresh token after its grace period (A267; text unknown)."""
    return Refusal("RefreshTokenReuseException", "Refresh token has already been used.")


def unsupported_token_type() -> Refusal:
    """RevokeToken of something that is no refresh token (A269; text unknown)."""
    return Refusal("UnsupportedTokenTypeException", "Unsupported token type")


def revocation_not_enabled() -> Refusal:
    """RevokeToken for a client without EnableTokenRevocation (A269; text unknown)."""
    return Refusal(
        "UnsupportedOperationException", "Token revocation is not enabled for this client."
    )
