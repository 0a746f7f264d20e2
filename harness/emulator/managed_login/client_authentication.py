"""How an app proves which app client it is: Basic, or its id and secret in the form (H068)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from urllib.parse import unquote

from harness.emulator.domain.pools import UserPoolClient
from harness.emulator.managed_login.oauth_endpoint import OAuthCall
from harness.emulator.refusals import Refusal, oauth

__all__ = ["authenticated_client"]


@dataclass(frozen=True)
class _Credentials:
    """An id and the secrets that were sent with it; more than one if they are in both places."""

    client_id: str
    secrets: tuple[str, ...] = field(repr=False)


def authenticated_client(call: OAuthCall) -> UserPoolClient:
    """Return the app client of a call, which must be one of the domain's pool.

    Every secret that is sent must be right; a public client may send an empty one (H069).

    Raises:
        Refusal: no client is named, there is no such client, or its secret is missing or wrong.
            The code or token of the call is not used up by that (H073).
    """
    given = _credentials(call)
    client = call.visit.pool.clients.get(given.client_id)
    if client is None or call.visit.engine.clients.get(given.client_id) is not client:
        raise oauth.client_unknown().because("the pool has no app client with this id")
    if client.is_confidential and not given.secrets:
        raise oauth.client_secret_wrong().because("no client secret was sent")
    if not all(_is_secret(client, secret) for secret in given.secrets):
        kind = "is wrong" if client.is_confidential else "was sent, but the app client has none"
        raise oauth.client_secret_wrong().because(f"a client secret {kind}")
    return client


def _credentials(call: OAuthCall) -> _Credentials:
    request = call.visit.request
    form = request.form
    by_header = _basic(request.headers.get("authorization", ""))
    client_id = form.get("client_id") or (by_header[0] if by_header else "")
    if by_header and by_header[0] != client_id:
        raise _invalid("Authorization and client_id name two app clients")
    if not client_id:
        raise _invalid("client_id is missing, and so is Authorization")
    sent = (by_header[1] if by_header else "", form.get("client_secret", ""))
    call.asked(ClientId=client_id, ClientSecret=list(sent))
    return _Credentials(client_id, tuple(secret for secret in sent if secret))


def _basic(header: str) -> tuple[str, str] | None:
    """Return id and secret of a header ``Basic``; ``None`` without a header (RFC 6749, 2.3.1).

    Other schemes are of no use here, and count as no header.
    """
    scheme, _, text = header.strip().partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        decoded = base64.b64decode(text.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        raise oauth.client_unknown().because("Authorization is not base64") from None
    client_id, _, secret = decoded.partition(":")
    # Libraries encode both as in a URL; ids and secrets of Cognito have no percent sign.
    return unquote(client_id), unquote(secret)


def _is_secret(client: UserPoolClient, given: str) -> bool:
    return any(secret.equals(given) for secret in client.secrets)


def _invalid(reason: str) -> Refusal:
    return oauth.request_invalid().because(reason)
