"""What an access token authorizes, and every reason to refuse it."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from harness.emulator.engine import Engine
from harness.emulator.rules.tokens import Authorized, authorized_under_lock
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


def authorize(engine: Engine, token: str) -> Authorized:
    """Return what a token authorizes, as the operations of users find it out."""
    with authorized_under_lock(engine, token) as authorized:
        return authorized


def signed(walker: Walker, tokens: dict[str, Any], **changes: Any) -> str:
    """Return a rightly signed access token with other claims."""
    claims = {**claims_of(tokens["AccessToken"]), **changes}
    return walker.engine.pools[walker.user_pool_id].keys.access.sign(claims)


def test_valid_token_gives_its_identity(walker: Walker, tokens: dict[str, Any]) -> None:
    """A valid token gives pool, user, client and sign-in."""
    authorized = authorize(walker.engine, tokens["AccessToken"])
    assert isinstance(authorized, Authorized)
    assert authorized.pool.pool_id == walker.user_pool_id
    assert authorized.user.username == "alice"
    assert authorized.client.client_id == walker.client_id
    assert authorized.grant.user is authorized.user
    assert authorized.claims == claims_of(tokens["AccessToken"])


@pytest.mark.fact("A274")
def test_token_expires_after_its_last_second(walker: Walker, tokens: dict[str, Any]) -> None:
    """A token is valid until its last second and no longer."""
    walker.engine.clock.advance(3599.9)
    assert authorize(walker.engine, tokens["AccessToken"]).user.enabled
    walker.engine.clock.advance(0.1)
    with refused(NOT_AUTHORIZED, "Access Token has expired"):
        authorize(walker.engine, tokens["AccessToken"])


@pytest.mark.fact("A274")
def test_id_token_is_refused(walker: Walker, tokens: dict[str, Any]) -> None:
    """An ID token is not an access token."""
    with refused(NOT_AUTHORIZED, "Invalid Access Token"):
        authorize(walker.engine, tokens["IdToken"])


def test_refresh_token_is_refused(walker: Walker, tokens: dict[str, Any]) -> None:
    """A refresh token is not an access token."""
    with refused(NOT_AUTHORIZED, "Invalid Access Token"):
        authorize(walker.engine, tokens["RefreshToken"])


@pytest.mark.fact("A275")
@pytest.mark.parametrize("text", ["invalidtoken", ""])
def test_plain_word_has_no_signature(walker: Walker, text: str) -> None:
    """A plain word fails signature verification."""
    with refused(NOT_AUTHORIZED, BAD_SIGNATURE):
        authorize(walker.engine, text)


@pytest.mark.fact("A274")
@pytest.mark.parametrize(
    "text", ["a.b", "a.b.c.d", "a.b.c", "..", "bnVsbA.bnVsbA.x", "é.é.é", "W10.W10.x", "e30.A.x"]
)
def test_parts_without_content_are_malformed(walker: Walker, text: str) -> None:
    """Text with the parts of a token but without their content is malformed."""
    with refused(NOT_AUTHORIZED, "Invalid Access Token"):
        authorize(walker.engine, text)


def test_deeply_nested_part_is_malformed(walker: Walker) -> None:
    """A part nested too deeply to parse is malformed, not an internal error."""
    part = base64.urlsafe_b64encode(b"[" * 200_000).decode().rstrip("=")
    with refused(NOT_AUTHORIZED, "Invalid Access Token"):
        authorize(walker.engine, f"{part}.{part}.x")


@pytest.mark.fact("A274")
def test_tampered_claims_fail_the_signature(walker: Walker, tokens: dict[str, Any]) -> None:
    """Changed claims do not match the signature."""
    header, _, signature = tokens["AccessToken"].split(".")
    other = signed(walker, tokens, username="bob").split(".")[1]
    with refused(NOT_AUTHORIZED, BAD_SIGNATURE):
        authorize(walker.engine, f"{header}.{other}.{signature}")


@pytest.mark.fact("A274")
@pytest.mark.parametrize("signature", ["", "AAAA", "!"])
def test_wrong_signature_is_refused(walker: Walker, tokens: dict[str, Any], signature: str) -> None:
    """A wrong signature is refused."""
    content = tokens["AccessToken"].rpartition(".")[0]
    with refused(NOT_AUTHORIZED, BAD_SIGNATURE):
        authorize(walker.engine, f"{content}.{signature}")


def test_token_of_a_deleted_pool_is_refused(walker: Walker, tokens: dict[str, Any]) -> None:
    """A token of a deleted pool cannot be verified."""
    del walker.engine.pools[walker.user_pool_id]
    with refused(NOT_AUTHORIZED, BAD_SIGNATURE):
        authorize(walker.engine, tokens["AccessToken"])


def test_token_signed_by_another_pool_is_refused(walker: Walker, tokens: dict[str, Any]) -> None:
    """A token for this pool signed by another pool's key is refused."""
    other = new_walker(walker.engine)
    key = walker.engine.pools[other.user_pool_id].keys.access
    with refused(NOT_AUTHORIZED, BAD_SIGNATURE):
        authorize(walker.engine, key.sign(claims_of(tokens["AccessToken"])))


@pytest.mark.fact("A073")
def test_token_of_a_deleted_user_is_refused(walker: Walker, tokens: dict[str, Any]) -> None:
    """The user of the token is not found."""
    walker.administer("AdminDeleteUser")
    with refused("UserNotFoundException", "User does not exist."):
        authorize(walker.engine, tokens["AccessToken"])


@pytest.mark.fact("A073")
def test_token_does_not_pass_to_a_new_user_of_the_name(
    walker: Walker, tokens: dict[str, Any]
) -> None:
    """A deleted user's token is refused for a new user of the same name."""
    walker.administer("AdminDeleteUser")
    client = {"ClientId": walker.client_id}
    new_walker(walker.engine, pool_id=walker.user_pool_id, client=client)
    with refused("UserNotFoundException", "User does not exist."):
        authorize(walker.engine, tokens["AccessToken"])


@pytest.mark.fact("A074", "A068")
def test_token_of_a_disabled_user_is_refused(walker: Walker, tokens: dict[str, Any]) -> None:
    """The token is refused as disabled, and stays invalid once the user is enabled."""
    walker.administer("AdminDisableUser")
    with refused(NOT_AUTHORIZED, "User is disabled."):
        authorize(walker.engine, tokens["AccessToken"])
    walker.administer("AdminEnableUser")
    with refused(NOT_AUTHORIZED, "Access Token has been revoked"):
        authorize(walker.engine, tokens["AccessToken"])


def test_token_of_a_deleted_client_is_refused(walker: Walker, tokens: dict[str, Any]) -> None:
    """The token of a deleted client is refused."""
    names = {"UserPoolId": walker.user_pool_id, "ClientId": walker.client_id}
    new_client(walker.engine, walker.user_pool_id)
    walker.call("DeleteUserPoolClient", **names)
    with refused(NOT_AUTHORIZED, "Access Token has been revoked"):
        authorize(walker.engine, tokens["AccessToken"])


@pytest.mark.fact("A072")
def test_token_without_the_admin_scope_is_refused(walker: Walker, tokens: dict[str, Any]) -> None:
    """Without aws.cognito.signin.user.admin the user operations are refused."""
    with refused(NOT_AUTHORIZED, "Access Token does not have required scopes"):
        authorize(walker.engine, signed(walker, tokens, scope="openid email"))
    both = signed(walker, tokens, scope="openid aws.cognito.signin.user.admin")
    assert authorize(walker.engine, both).user.enabled


@pytest.mark.fact("A251", "A271")
def test_token_without_jti_can_be_signed_out(engine: Engine) -> None:
    """A token without jti is accepted until a global sign-out."""
    walker = new_walker(engine, client_settings={"EnableTokenRevocation": False})
    token = tokens_of(walker.by_password())["AccessToken"]
    assert authorize(engine, token).user.enabled
    walker.administer("AdminUserGlobalSignOut")
    with refused(NOT_AUTHORIZED, "Access Token has been revoked"):
        authorize(engine, token)
