"""What an access token allows, and every way in which it is refused."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from harness.emulator.engine import Engine
from harness.emulator.rules.tokens import Authorized, authorize
from tests.emulator.support.expect import refused
from tests.emulator.support.walker import Walker, claims_of, new_client, new_walker, tokens_of

NOT_AUTHORIZED = "NotAuthorizedException"
BAD_SIGNATURE = "Could not verify signature for Access Token"


@pytest.fixture
def walker(engine: Engine) -> Walker:
    """A confirmed user."""
    return new_walker(engine)


@pytest.fixture
def tokens(walker: Walker) -> dict[str, Any]:
    """The user's tokens."""
    return tokens_of(walker.by_password())


def signed(walker: Walker, tokens: dict[str, Any], **changes: Any) -> str:
    """An access token with other claims, rightly signed."""
    claims = {**claims_of(tokens["AccessToken"]), **changes}
    return walker.engine.pools[walker.user_pool_id].keys.access.sign(claims)


def test_good(walker: Walker, tokens: dict[str, Any]) -> None:
    """A good token says pool, user, client and sign-in."""
    authorized = authorize(walker.engine, tokens["AccessToken"])
    assert isinstance(authorized, Authorized)
    assert authorized.pool.pool_id == walker.user_pool_id
    assert authorized.user.username == "alice"
    assert authorized.client.client_id == walker.client_id
    assert authorized.grant.user is authorized.user
    assert authorized.claims == claims_of(tokens["AccessToken"])


@pytest.mark.fact("A274")
def test_expired(walker: Walker, tokens: dict[str, Any]) -> None:
    """A token is good until its last second and no longer."""
    walker.engine.clock.advance(3599.9)
    assert authorize(walker.engine, tokens["AccessToken"]).user.enabled
    walker.engine.clock.advance(0.1)
    with refused(NOT_AUTHORIZED, "Access Token has expired"):
        authorize(walker.engine, tokens["AccessToken"])


@pytest.mark.fact("A274")
def test_id_token(walker: Walker, tokens: dict[str, Any]) -> None:
    """An ID token is no access token."""
    with refused(NOT_AUTHORIZED, "Invalid Access Token"):
        authorize(walker.engine, tokens["IdToken"])


def test_refresh_token(walker: Walker, tokens: dict[str, Any]) -> None:
    """A refresh token is no access token."""
    with refused(NOT_AUTHORIZED, BAD_SIGNATURE):
        authorize(walker.engine, tokens["RefreshToken"])


@pytest.mark.fact("A275")
@pytest.mark.parametrize("text", ["invalidtoken", "", "a.b", "a.b.c.d"])
def test_plain_word(walker: Walker, text: str) -> None:
    """Text without the parts of a token has no signature to verify."""
    with refused(NOT_AUTHORIZED, BAD_SIGNATURE):
        authorize(walker.engine, text)


@pytest.mark.fact("A274")
@pytest.mark.parametrize(
    "text", ["a.b.c", "..", "bnVsbA.bnVsbA.x", "é.é.é", "W10.W10.x", "e30.A.x"]
)
def test_malformed(walker: Walker, text: str) -> None:
    """Text with the parts of a token but without their content is malformed."""
    with refused(NOT_AUTHORIZED, "Invalid Access Token"):
        authorize(walker.engine, text)


def test_deeply_nested(walker: Walker) -> None:
    """A part that nests too deeply to be read is malformed, not an internal error."""
    part = base64.urlsafe_b64encode(b"[" * 200_000).decode().rstrip("=")
    with refused(NOT_AUTHORIZED, "Invalid Access Token"):
        authorize(walker.engine, f"{part}.{part}.x")


@pytest.mark.fact("A274")
def test_tampered_claims(walker: Walker, tokens: dict[str, Any]) -> None:
    """Claims that were changed do not fit the signature."""
    header, _, signature = tokens["AccessToken"].split(".")
    other = signed(walker, tokens, username="bob").split(".")[1]
    with refused(NOT_AUTHORIZED, BAD_SIGNATURE):
        authorize(walker.engine, f"{header}.{other}.{signature}")


@pytest.mark.fact("A274")
@pytest.mark.parametrize("signature", ["", "AAAA", "!"])
def test_other_signature(walker: Walker, tokens: dict[str, Any], signature: str) -> None:
    """Another signature is refused."""
    content = tokens["AccessToken"].rpartition(".")[0]
    with refused(NOT_AUTHORIZED, BAD_SIGNATURE):
        authorize(walker.engine, f"{content}.{signature}")


def test_unknown_pool(walker: Walker, tokens: dict[str, Any]) -> None:
    """A token of a pool that is gone cannot be verified."""
    del walker.engine.pools[walker.user_pool_id]
    with refused(NOT_AUTHORIZED, BAD_SIGNATURE):
        authorize(walker.engine, tokens["AccessToken"])


def test_keys_of_another_pool(walker: Walker, tokens: dict[str, Any]) -> None:
    """A token for this pool signed by another pool's key is refused."""
    other = new_walker(walker.engine)
    key = walker.engine.pools[other.user_pool_id].keys.access
    with refused(NOT_AUTHORIZED, BAD_SIGNATURE):
        authorize(walker.engine, key.sign(claims_of(tokens["AccessToken"])))


@pytest.mark.fact("A073")
def test_deleted_user(walker: Walker, tokens: dict[str, Any]) -> None:
    """The token of a deleted user finds nobody."""
    walker.administer("AdminDeleteUser")
    with refused("UserNotFoundException", "User does not exist."):
        authorize(walker.engine, tokens["AccessToken"])


@pytest.mark.fact("A073")
def test_user_of_the_same_name(walker: Walker, tokens: dict[str, Any]) -> None:
    """The token of a deleted user is nothing to a new user of the same name."""
    walker.administer("AdminDeleteUser")
    client = {"ClientId": walker.client_id}
    new_walker(walker.engine, pool_id=walker.user_pool_id, client=client)
    with refused("UserNotFoundException", "User does not exist."):
        authorize(walker.engine, tokens["AccessToken"])


@pytest.mark.fact("A074", "A068")
def test_disabled_user(walker: Walker, tokens: dict[str, Any]) -> None:
    """The token of a disabled user says so, and is dead after enabling."""
    walker.administer("AdminDisableUser")
    with refused(NOT_AUTHORIZED, "User is disabled."):
        authorize(walker.engine, tokens["AccessToken"])
    walker.administer("AdminEnableUser")
    with refused(NOT_AUTHORIZED, "Access Token has been revoked"):
        authorize(walker.engine, tokens["AccessToken"])


def test_deleted_client(walker: Walker, tokens: dict[str, Any]) -> None:
    """The token of a deleted client is dead."""
    names = {"UserPoolId": walker.user_pool_id, "ClientId": walker.client_id}
    new_client(walker.engine, walker.user_pool_id)
    walker.call("DeleteUserPoolClient", **names)
    with refused(NOT_AUTHORIZED, "Access Token has been revoked"):
        authorize(walker.engine, tokens["AccessToken"])


@pytest.mark.fact("A072")
def test_scope(walker: Walker, tokens: dict[str, Any]) -> None:
    """Without aws.cognito.signin.user.admin the API is closed."""
    with refused(NOT_AUTHORIZED, "Access Token does not have required scopes"):
        authorize(walker.engine, signed(walker, tokens, scope="openid email"))
    assert authorize(
        walker.engine, signed(walker, tokens, scope="openid"), scope="openid"
    ).user.enabled


@pytest.mark.fact("A251", "A271")
def test_without_revocation(engine: Engine) -> None:
    """Tokens without jti are found as well, and a global sign-out kills them."""
    walker = new_walker(engine, client_settings={"EnableTokenRevocation": False})
    token = tokens_of(walker.by_password())["AccessToken"]
    assert authorize(engine, token).user.enabled
    walker.administer("AdminUserGlobalSignOut")
    with refused(NOT_AUTHORIZED, "Access Token has been revoked"):
        authorize(engine, token)
