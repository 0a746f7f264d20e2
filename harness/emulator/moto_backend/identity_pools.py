"""Check the login tokens that clients send to moto's identity pools (Cognito federated identities).

moto accepts any text as a token. Only tokens of the emulator's own user pools can be checked here.
The texts are AWS's, from reports of its users:
https://github.com/amazon-archives/amazon-cognito-identity-js/issues/7 (provider, audience),
https://github.com/amazon-archives/amazon-cognito-identity-js/issues/40 (issuer),
https://github.com/amazon-archives/amazon-cognito-identity-js/issues/91 (signature),
https://github.com/aws-amplify/aws-sdk-android/issues/1431 (not a token of Cognito),
https://github.com/qqaatw/JciHitachiHA/issues/33 (expired, five minutes late),
https://github.com/aws/aws-sdk-js-v3/issues/3113 (no login).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from moto.cognitoidentity.models import cognitoidentity_backends
from moto.cognitoidentity.responses import CognitoIdentityResponse
from moto.core.utils import camelcase_to_underscores

from harness.emulator.domain.signing import TokenFormatError, read_token
from harness.emulator.refusals import Refusal, serialization, unknown_operation

if TYPE_CHECKING:
    from moto.cognitoidentity.models import CognitoIdentityPool
    from moto.core.common_types import TYPE_RESPONSE
    from moto.core.request import Request

    from harness.emulator.domain.pools import Pool
    from harness.emulator.engine import Engine

__all__ = ["CheckedIdentityResponse"]

#: moto's methods for the operations that take the tokens of users.
_WITH_LOGINS = frozenset({"get_id", "get_open_id_token", "get_credentials_for_identity"})
#: Operations with logins that cannot be checked, or that moto does not have.
_UNCHECKED = {
    "get_open_id_token_for_developer_identity": "GetOpenIdTokenForDeveloperIdentity",
    "unlink_identity": "UnlinkIdentity",
}
_USER_POOL = re.compile(r"cognito-idp\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/(?P<pool_id>[\w-]+)")
#: How long after its end a token is still accepted.
_LENIENCE_SECONDS = 300


class CheckedIdentityResponse(CognitoIdentityResponse):
    """moto's identity pools, which check the logins of a request before they carry it out.

    moto reads the operation from several places, and in several spellings. So the check is where
    moto has read it, and what is left for moto to read is what was checked: the JSON body.

    Args:
        engine: has the user pools.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine

    def answer(self, request: Request, url: str, headers: dict[str, str]) -> TYPE_RESPONSE:
        """Answer a request.

        Raises:
            Refusal: the request does not name an operation or is not JSON, a token is not valid,
                its provider cannot be checked, or there is none and the identity pool needs one.
        """
        try:
            self.setup_class(request, url, headers)
        except UnicodeDecodeError:
            raise serialization() from None
        if not self.headers.get("x-amz-target"):
            raise unknown_operation()
        # moto would also read the operation and its parameters from an address or a form.
        self.querystring.clear()
        _check_logins(self._engine, camelcase_to_underscores(self._get_action()), self.body)
        return self.call_action()


def _check_logins(engine: Engine, operation: str, body: str) -> None:
    if operation not in _WITH_LOGINS and operation not in _UNCHECKED:
        return
    members = _members(body)
    logins = members.get("Logins") or {}
    if operation in _UNCHECKED and logins:
        raise _not_emulated(f"{_UNCHECKED[operation]} with Logins")
    if not isinstance(logins, dict):
        raise serialization()
    identity_pool = _identity_pool(members)
    if not logins and identity_pool and not identity_pool.allow_unauthenticated_identities:
        raise _not_authorized("Unauthenticated access is not supported for this identity pool.")
    for provider, token in logins.items():
        _check(engine, identity_pool, provider, token)


def _check(
    engine: Engine, identity_pool: CognitoIdentityPool | None, provider: str, token: object
) -> None:
    named = _USER_POOL.fullmatch(provider)
    if named is None:
        raise _not_emulated(f"a login of {provider[:100]!r}")
    try:
        _, claims = read_token(token if isinstance(token, str) else "")
    except TokenFormatError:
        raise _invalid("Not a Cognito token.") from None
    if "aud" not in claims:
        raise _invalid("Missing a required claim: aud")
    pool = engine.pools.get(named["pool_id"])
    # Clients make the provider's name of the region and the pool; whose address the issuer has is a
    # setting of the emulator or the pool, so that the two differ in more than the scheme then.
    if claims.get("iss") != (_issuer(engine, pool, provider) or f"https://{provider}"):
        raise _invalid("Issuer doesn't match providerName")
    if identity_pool and not _is_supported(identity_pool, provider, claims["aud"]):
        text = "Token is not from a supported provider of this identity pool."
        raise _not_authorized(text)
    if pool is None or not pool.keys.id.signed(str(token)):
        raise _invalid("Couldn't verify signed token.")
    end, now = claims.get("exp"), int(engine.clock.time()) - _LENIENCE_SECONDS
    if not isinstance(end, int) or now >= end:
        raise _invalid(f"Token expired: {now} >= {end}")


def _issuer(engine: Engine, pool: Pool | None, provider: str) -> str | None:
    """Return the issuer of the pool that a provider is, if it is the provider of a pool."""
    if pool is None or provider != f"cognito-idp.{pool.region}.amazonaws.com/{pool.pool_id}":
        return None
    return engine.issuer_of(pool)


def _is_supported(identity_pool: CognitoIdentityPool, provider: str, audience: object) -> bool:
    """Return whether the identity pool lists the user pool with the token's app client."""
    listed = identity_pool.cognito_identity_providers or []
    return any(
        found.get("ProviderName") == provider and found.get("ClientId") == audience
        for found in listed
    )


def _identity_pool(members: dict[str, Any]) -> CognitoIdentityPool | None:
    """Return the identity pool that a request names, or whose identity it names.

    The requests are unsigned, so that every account is searched; the ids are random.
    """
    pool_id, identity_id = members.get("IdentityPoolId"), members.get("IdentityId")
    for regions in list(cognitoidentity_backends.values()):
        for backend in list(regions.values()):
            for found_id, found in list(backend.identity_pools.items()):
                identities = backend.pools_identities[found_id]["Identities"]
                if found_id == pool_id or {"IdentityId": identity_id} in identities:
                    return found
    return None


def _members(body: str) -> dict[str, Any]:
    try:
        members = json.loads(body or "{}")
    except (ValueError, RecursionError):
        raise serialization() from None
    if not isinstance(members, dict):
        raise serialization()
    return members


def _not_authorized(text: str) -> Refusal:
    return Refusal("NotAuthorizedException", text)


def _invalid(reason: str) -> Refusal:
    return _not_authorized(f"Invalid login token. {reason}")


def _not_emulated(what: str) -> Refusal:
    """Return the refusal of what cannot be checked; the text is our own."""
    text = f"{what} is not emulated by the Cognito MFA harness; it checks logins of its user pools."
    return Refusal("OperationNotEnabledException", text, 501)
