"""Refusals about access and refresh tokens."""

from __future__ import annotations

from harness.emulator.refusals.requests import Refusal


def access_token_invalid() -> Refusal:
    """The token is malformed or not an access token (A274)."""
    return Refusal("NotAuthorizedException", "Invalid Access Token")


def access_token_signature() -> Refusal:
    """No key of the emulator signed the token (A274, A275)."""
    return Refusal("NotAuthorizedException", "Could not verify signature for Access Token")


def access_token_expired() -> Refusal:
    """The access token is past its exp (A274)."""
    return Refusal("NotAuthorizedException", "Access Token has expired")


def access_token_revoked() -> Refusal:
    """The access token was revoked, or its user has signed out (A272)."""
    return Refusal("NotAuthorizedException", "Access Token has been revoked")


def access_token_scope() -> Refusal:
    """The access token lacks the scope aws.cognito.signin.user.admin (A072)."""
    return Refusal("NotAuthorizedException", "Access Token does not have required scopes")


def refresh_token_invalid() -> Refusal:
    """The refresh token is unknown, or needs another device key (A261, D115 to D118)."""
    return Refusal("NotAuthorizedException", "Invalid Refresh Token")


def refresh_token_expired() -> Refusal:
    """The refresh token is older than RefreshTokenValidity (A262)."""
    return Refusal("NotAuthorizedException", "Refresh Token has expired")


def refresh_token_revoked() -> Refusal:
    """The refresh token was revoked, or its user has signed out (A262)."""
    return Refusal("NotAuthorizedException", "Refresh Token has been revoked")


def refresh_not_enabled() -> Refusal:
    """The app client allows neither the refresh flow nor rotation (text unknown)."""
    return Refusal("NotAuthorizedException", "Refresh token auth is not enabled for this client")


def refresh_token_reused() -> Refusal:
    """A replaced refresh token was used after its grace period (A267; text unknown)."""
    return Refusal("RefreshTokenReuseException", "Refresh token has already been used.")


def unsupported_token_type() -> Refusal:
    """RevokeToken has a token that is not a refresh token (A269; text unknown)."""
    return Refusal("UnsupportedTokenTypeException", "Unsupported token type")


def revocation_not_enabled() -> Refusal:
    """RevokeToken names an app client without EnableTokenRevocation (A269; text unknown)."""
    return Refusal(
        "UnsupportedOperationException", "Token revocation is not enabled for this client."
    )
