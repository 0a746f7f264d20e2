"""Tokens: header, claims, lifetimes, and the keys that verify them."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from harness.emulator.engine import Engine
from tests.emulator.support.walker import (
    ALL_FLOWS,
    ALWAYS,
    Walker,
    claims_of,
    header_of,
    new_client,
    new_walker,
    tokens_of,
)

UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


@pytest.fixture
def walker(engine: Engine) -> Walker:
    """A confirmed user."""
    return new_walker(engine)


@pytest.fixture
def tokens(walker: Walker) -> dict[str, Any]:
    """The user's tokens."""
    return tokens_of(walker.by_password())


def sub_of(walker: Walker) -> str:
    """Return the user's sub."""
    attributes = walker.administer("AdminGetUser")["UserAttributes"]
    return next(str(item["Value"]) for item in attributes if item["Name"] == "sub")


class TestHeader:
    """The header and the keys (A244, A276)."""

    @pytest.mark.fact("A244")
    @pytest.mark.parametrize("name", ["AccessToken", "IdToken"])
    def test_header_has_only_kid_and_alg(self, tokens: dict[str, Any], name: str) -> None:
        """The header is exactly kid and alg; kid is 44 characters of base64."""
        header = header_of(tokens[name])
        assert list(header) == ["kid", "alg"]
        assert header["alg"] == "RS256"
        assert len(header["kid"]) == 44
        assert len(base64.b64decode(header["kid"], validate=True)) == 32

    @pytest.mark.fact("A244", "A276")
    def test_id_and_access_tokens_use_different_keys(
        self, walker: Walker, tokens: dict[str, Any]
    ) -> None:
        """ID and access tokens are signed by the two keys of the JWKS."""
        keys = walker.engine.pools[walker.user_pool_id].keys.jwks()["keys"]
        kids = {header_of(tokens[name])["kid"] for name in ("AccessToken", "IdToken")}
        assert kids == {key["kid"] for key in keys}
        assert len(kids) == 2

    @pytest.mark.fact("A276")
    def test_key_has_six_members(self, walker: Walker) -> None:
        """A key of the JWKS has six members."""
        for key in walker.engine.pools[walker.user_pool_id].keys.jwks()["keys"]:
            assert set(key) == {"alg", "e", "kid", "kty", "n", "use"}
            assert (key["alg"], key["e"], key["kty"], key["use"]) == ("RS256", "AQAB", "RSA", "sig")
            assert len(base64.urlsafe_b64decode(key["n"] + "==")) == 256

    @pytest.mark.parametrize("name", ["AccessToken", "IdToken"])
    def test_signature_verifies_with_another_library(
        self, walker: Walker, tokens: dict[str, Any], name: str
    ) -> None:
        """joserfc verifies the signature with the served keys."""
        keys = walker.engine.pools[walker.user_pool_id].keys.jwks()
        key_set = KeySet.import_key_set(json.loads(json.dumps(keys)))
        assert jwt.decode(tokens[name], key_set).claims == claims_of(tokens[name])

    def test_keys_stay_the_same(self, walker: Walker, tokens: dict[str, Any]) -> None:
        """A pool's keys are the same at the next sign-in."""
        again = tokens_of(walker.by_password())
        for name in ("AccessToken", "IdToken"):
            assert header_of(again[name]) == header_of(tokens[name])

    def test_two_pools_have_different_keys(self, engine: Engine) -> None:
        """Pools created one after the other do not share keys."""
        walkers = [new_walker(engine) for _ in range(3)]
        kids = {header_of(tokens_of(w.by_password())["AccessToken"])["kid"] for w in walkers}
        assert len(kids) == 3


class TestAccessToken:
    """Claims of the access token (A245)."""

    @pytest.mark.fact("A246", "A245", "A249")
    def test_claims_are_exactly_these(self, walker: Walker, tokens: dict[str, Any]) -> None:
        """The token has these claims and no others; times are the clock's."""
        now = int(walker.engine.clock.time())
        claims = claims_of(tokens["AccessToken"])
        for name in ("origin_jti", "event_id", "jti"):
            assert re.fullmatch(UUID, claims.pop(name))
        assert claims == {
            "sub": sub_of(walker),
            "iss": f"https://cognito-idp.us-east-1.amazonaws.com/{walker.user_pool_id}",
            "client_id": walker.client_id,
            "token_use": "access",
            "scope": "aws.cognito.signin.user.admin",
            "auth_time": now,
            "iat": now,
            "exp": now + 3600,
            "username": "alice",
        }

    @pytest.mark.fact("A020")
    def test_username_is_the_sub_in_email_pools(self, engine: Engine) -> None:
        """If email addresses are usernames, username is the sub."""
        walker = new_walker(engine, username="a@example.com", UsernameAttributes=["email"])
        tokens = tokens_of(walker.by_password())
        access, identity = claims_of(tokens["AccessToken"]), claims_of(tokens["IdToken"])
        assert access["username"] == identity["cognito:username"] == access["sub"]

    @pytest.mark.fact("A253")
    def test_device_key_is_present_with_tracking(self, engine: Engine) -> None:
        """device_key is present if the pool tracks devices."""
        tokens = tokens_of(new_walker(engine, devices=ALWAYS).by_password())
        key = tokens["NewDeviceMetadata"]["DeviceKey"]
        assert claims_of(tokens["AccessToken"])["device_key"] == key


class TestIdToken:
    """Claims of the ID token (A247)."""

    @pytest.mark.fact("A247", "A249")
    def test_claims_are_exactly_these(self, walker: Walker, tokens: dict[str, Any]) -> None:
        """The token has these claims and no others; verified flags are booleans."""
        now = int(walker.engine.clock.time())
        claims = claims_of(tokens["IdToken"])
        for name in ("origin_jti", "event_id", "jti"):
            assert re.fullmatch(UUID, claims.pop(name))
        assert claims == {
            "sub": sub_of(walker),
            "iss": f"https://cognito-idp.us-east-1.amazonaws.com/{walker.user_pool_id}",
            "aud": walker.client_id,
            "token_use": "id",
            "auth_time": now,
            "iat": now,
            "exp": now + 3600,
            "cognito:username": "alice",
            "email": "alice@example.com",
            "email_verified": True,
        }

    @pytest.mark.fact("A247")
    def test_custom_attributes_are_strings(self, engine: Engine) -> None:
        """Custom attributes are strings, even numbers."""
        schema = [{"Name": "level", "AttributeDataType": "Number", "Mutable": True}]
        walker = new_walker(engine, Schema=schema, attributes={"custom:level": "7"})
        assert claims_of(tokens_of(walker.by_password())["IdToken"])["custom:level"] == "7"

    @pytest.mark.fact("A248")
    def test_read_attributes_limit_the_claims(self, engine: Engine) -> None:
        """ReadAttributes limit which attributes the client sees."""
        settings = {"ReadAttributes": ["given_name"]}
        walker = new_walker(engine, client_settings=settings, attributes={"given_name": "Alice"})
        claims = claims_of(tokens_of(walker.by_password())["IdToken"])
        assert claims["given_name"] == "Alice"
        assert not {"email", "email_verified"} & set(claims)
        assert claims["sub"]

    def test_attributes_are_current(self, walker: Walker) -> None:
        """A changed attribute shows in the next ID token."""
        pairs = [{"Name": "given_name", "Value": "Alicia"}]
        walker.administer("AdminUpdateUserAttributes", UserAttributes=pairs)
        claims = claims_of(tokens_of(walker.by_password())["IdToken"])
        assert claims["given_name"] == "Alicia"


class TestSharedClaims:
    """What the tokens of one sign-in share."""

    @pytest.mark.fact("A250")
    def test_tokens_of_a_sign_in_share_claims(self, tokens: dict[str, Any]) -> None:
        """origin_jti, event_id and auth_time are shared; each token has its own jti."""
        access, identity = claims_of(tokens["AccessToken"]), claims_of(tokens["IdToken"])
        for name in ("origin_jti", "event_id", "auth_time", "sub", "iss"):
            assert access[name] == identity[name]
        assert access["jti"] != identity["jti"]

    @pytest.mark.fact("A250")
    def test_each_sign_in_has_its_own_origin_jti(
        self, walker: Walker, tokens: dict[str, Any]
    ) -> None:
        """Another sign-in has another origin_jti."""
        again = claims_of(tokens_of(walker.by_password())["AccessToken"])
        first = claims_of(tokens["AccessToken"])
        for name in ("origin_jti", "event_id", "jti"):
            assert again[name] != first[name]

    @pytest.mark.fact("A251")
    def test_no_jti_without_revocation(self, engine: Engine) -> None:
        """Without EnableTokenRevocation there is neither jti nor origin_jti."""
        settings = {"EnableTokenRevocation": False}
        tokens = tokens_of(new_walker(engine, client_settings=settings).by_password())
        for name in ("AccessToken", "IdToken"):
            assert not {"jti", "origin_jti"} & set(claims_of(tokens[name]))

    @pytest.mark.fact("A251")
    def test_rotation_restores_jti(self, engine: Engine) -> None:
        """With rotation there are jti and origin_jti even without EnableTokenRevocation."""
        settings = {
            "EnableTokenRevocation": False,
            "ExplicitAuthFlows": [f for f in ALL_FLOWS if "REFRESH" not in f],
            "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0},
        }
        tokens = tokens_of(new_walker(engine, client_settings=settings).by_password())
        assert {"jti", "origin_jti"} <= set(claims_of(tokens["AccessToken"]))


class TestGroups:
    """Groups and their roles."""

    ROLE = "arn:aws:iam::123456789012:role/"

    def join(self, walker: Walker, name: str, **settings: Any) -> None:
        """Create a group and add the user."""
        pool = {"UserPoolId": walker.user_pool_id, "GroupName": name}
        walker.call("CreateGroup", **pool, **settings)
        walker.administer("AdminAddUserToGroup", GroupName=name)

    @pytest.mark.fact("A245")
    def test_user_without_groups_has_no_claim(self, tokens: dict[str, Any]) -> None:
        """Without groups there is no groups claim."""
        for name in ("AccessToken", "IdToken"):
            assert not [claim for claim in claims_of(tokens[name]) if claim.startswith("cognito:g")]

    @pytest.mark.fact("A245", "A247")
    def test_both_tokens_list_the_groups(self, walker: Walker) -> None:
        """Both tokens list the groups."""
        self.join(walker, "readers")
        self.join(walker, "writers")
        tokens = tokens_of(walker.by_password())
        for name in ("AccessToken", "IdToken"):
            assert set(claims_of(tokens[name])["cognito:groups"]) == {"readers", "writers"}

    @pytest.mark.fact("A247")
    def test_lowest_precedence_gives_the_preferred_role(self, walker: Walker) -> None:
        """The ID token lists the roles and prefers that of the lowest precedence."""
        self.join(walker, "readers", RoleArn=f"{self.ROLE}read", Precedence=2)
        self.join(walker, "writers", RoleArn=f"{self.ROLE}write", Precedence=1)
        claims = claims_of(tokens_of(walker.by_password())["IdToken"])
        assert set(claims["cognito:roles"]) == {f"{self.ROLE}read", f"{self.ROLE}write"}
        assert claims["cognito:preferred_role"] == f"{self.ROLE}write"

    def test_tie_leaves_no_preferred_role(self, walker: Walker) -> None:
        """If two roles have the same precedence, no role is preferred."""
        self.join(walker, "readers", RoleArn=f"{self.ROLE}read", Precedence=1)
        self.join(walker, "writers", RoleArn=f"{self.ROLE}write", Precedence=1)
        claims = claims_of(tokens_of(walker.by_password())["IdToken"])
        assert "cognito:preferred_role" not in claims

    def test_left_group_is_missing_from_the_next_token(self, walker: Walker) -> None:
        """A group that the user left is missing from the next token."""
        self.join(walker, "readers")
        walker.administer("AdminRemoveUserFromGroup", GroupName="readers")
        tokens = tokens_of(walker.by_password())
        assert "cognito:groups" not in claims_of(tokens["AccessToken"])


class TestLifetime:
    """Validity and its units (A256)."""

    @pytest.mark.fact("A255", "A256")
    @pytest.mark.parametrize(
        ("settings", "access", "identity"),
        [
            ({}, 3600, 3600),
            ({"AccessTokenValidity": 2, "IdTokenValidity": 3}, 7200, 10_800),
            (
                {
                    "AccessTokenValidity": 10,
                    "IdTokenValidity": 600,
                    "TokenValidityUnits": {"AccessToken": "minutes", "IdToken": "seconds"},
                },
                600,
                600,
            ),
            (
                {"AccessTokenValidity": 1, "TokenValidityUnits": {"AccessToken": "days"}},
                86_400,
                3600,
            ),
        ],
        ids=["default", "hours", "minutes-seconds", "days"],
    )
    def test_lifetime_follows_the_client(
        self, engine: Engine, settings: dict[str, Any], access: int, identity: int
    ) -> None:
        """exp and ExpiresIn follow the client's settings."""
        tokens = tokens_of(new_walker(engine, client_settings=settings).by_password())
        claims = claims_of(tokens["AccessToken"])
        assert claims["exp"] - claims["iat"] == tokens["ExpiresIn"] == access
        claims = claims_of(tokens["IdToken"])
        assert claims["exp"] - claims["iat"] == identity

    def test_each_client_has_its_own_lifetimes(self, engine: Engine, walker: Walker) -> None:
        """Two clients of one pool have their own lifetimes."""
        client = new_client(engine, walker.user_pool_id, AccessTokenValidity=5)
        assert tokens_of(walker.by_password())["ExpiresIn"] == 3600
        walker.client_id = client["ClientId"]
        assert tokens_of(walker.by_password())["ExpiresIn"] == 18_000


@pytest.mark.fact("A254")
def test_refresh_token_looks_like_a_jwe(tokens: dict[str, Any]) -> None:
    """A refresh token has five parts and the header of Cognito's."""
    parts = tokens["RefreshToken"].split(".")
    assert len(parts) == 5
    assert header_of(tokens["RefreshToken"]) == {
        "cty": "JWT",
        "enc": "A256GCM",
        "alg": "RSA-OAEP",
    }
    assert all(re.fullmatch(r"[\w-]+", part) for part in parts)
