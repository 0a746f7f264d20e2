"""What a seed may not have: one message with the place and what is allowed, and nothing changes."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from harness.emulator.engine import Engine
from harness.emulator.seeds import SeedRefused, apply_seed
from harness.emulator.seeds.form import schema
from tests.emulator.seeds.documents import (
    CLIENT_ID,
    DEVICE_KEY,
    PASSWORD,
    POOL_ID,
    TOTP_SECRET,
    changed,
    shop,
)

#: Another value at a place of the document, and the beginning and a part of the message.
OF_THE_FORM: list[tuple[str, Any, str, str]] = [
    ("usres", [], "pools[0].usres", "did you mean 'users'?"),
    ("users/0/pasword", "x", "pools[0].users[0].pasword", "did you mean 'password'?"),
    ("users/0/username", 7, "pools[0].users[0].username", "a text; put it in quotes"),
    ("users/0/password", 12345678, "pools[0].users[0].password", "put it in quotes"),
    ("users/0/status", "CONFIRMD", "pools[0].users[0].status", "did you mean 'CONFIRMED'?"),
    ("users/0/status", "EXTERNAL_PROVIDER", "pools[0].users[0].status", "not supported"),
    ("users/0/sub", "1", "pools[0].users[0].sub", "It must match"),
    ("users/0/totp", {}, "pools[0].users[0].totp.secret", "no value given"),
    ("users/0/totp/secret", "JBSWY3DPEHPK3PX1", "pools[0].users[0].totp.secret", "[redacted]"),
    ("users/0/devices/0/key", "x", "pools[0].users[0].devices[0].key", "a UUID"),
    ("users/0/mfa/enabled", ["TOTP"], "pools[0].users[0].mfa.enabled[0]", "SOFTWARE_TOKEN_MFA"),
    ("id", "Shop12345", "pools[0].id", "a region, _ and letters or digits"),
    ("id", "us-east-1_Shop 1", "pools[0].id", "a region"),
    ("clients/0/id", "a b", "pools[0].clients[0].id", "ClientId"),
    ("clients/1/secret", "short", "pools[0].clients[1].secret", "[redacted]"),
    ("groups/0/precedence", -1, "pools[0].groups[0].precedence", "at least 0"),
    ("device_group_key", "Ab12Cd34", "pools[0].device_group_key", "DeviceGroupKey"),
    ("account", "1", "pools[0].account", "AWS account"),
]

#: The same for what only the pool's rules refuse.
OF_THE_POOL: list[tuple[str, Any, str, str]] = [
    ("users/0/password", "shortpw", "pools[0].users[0].password", "InvalidPasswordException"),
    ("users/0/password", None, "pools[0].users[0].password", "no value given"),
    ("users/0/attributes", {}, "pools[0].users[0].attributes", "email: The attribute is required"),
    ("users/0/attributes/emial", "x", "pools[0].users[0].attributes", "emial"),
    ("users/0/attributes/sub", "x", "pools[0].users[0].attributes.sub", "a member of the user"),
    (
        "users/0/attributes/phone_number",
        12065550100,
        "pools[0].users[0].attributes.phone",
        "quotes",
    ),
    ("users/0/attributes/custom:team", "seven", "pools[0].users[0].attributes", "custom:team"),
    ("users/1/username", "alice", "pools[0].users[1].username", "UsernameExistsException"),
    ("users/0/username", "a b", "pools[0].users[0]", "username"),
    ("users/0/groups", ["admin"], "pools[0].users[0].groups[0]", "did you mean 'admins'?"),
    ("users/0/groups", ["admins", "admins"], "pools[0].users[0].groups[1]", "twice"),
    ("users/1/mfa", {"enabled": ["SOFTWARE_TOKEN_MFA"]}, "pools[0].users[1].mfa", "SOFTWARE_TOKEN"),
    ("users/0/mfa", {"enabled": ["WEB_AUTHN_MFA"]}, "pools[0].users[0].mfa", "needs a passkey"),
    ("users/0/mfa", {"preferred": "SMS_MFA"}, "pools[0].users[0].mfa.preferred", "SMS_MFA"),
    ("users/0/devices/0/password", None, "pools[0].users[0].devices[0]", "either a password"),
    ("users/0/devices/0/salt", "AAAA", "pools[0].users[0].devices[0]", "either a password"),
    ("users/0/devices/0/key", f"eu{DEVICE_KEY[2:]}", "pools[0].users[0].devices[0].key", "us-east"),
    ("device_group_key", None, "pools[0].users[0].devices[0]", "device_group_key"),
    ("users/0/password_hash", {"salt": "1", "hash": "1"}, "pools[0].users[0].password_hash", "too"),
    ("users/1/passkeys", [{"credential_id": "AA"}], "pools[0].users[1].passkeys[0]", "private_key"),
    (
        "users/1/passkeys",
        [{"credential_id": "AA", "private_key": "AAAA"}],
        "pools[0].users[1].passkeys[0].private_key",
        "[redacted]",
    ),
    (
        "users/1/passkeys",
        [{"credential_id": "AA", "public_key": "AAAA"}],
        "pools[0].users[1].passkeys[0].public_key",
        "ES256",
    ),
    ("groups", [{"name": "admins"}, {"name": "admins"}], "pools[0].groups[1].name", "twice"),
    ("clients/1/name", "web", "pools[0].clients[1].name", "twice"),
    ("clients/1/id", CLIENT_ID, "pools[0].clients[1].id", "twice"),
    ("clients/0/name", "wbe", "pools[0].clients[0].name", "did you mean 'web'?"),
    ("clients/0/settings", {}, "pools[0].clients[0].settings", "already"),
    ("clients/0/secret", "a" * 30, "pools[0].clients[0].secret", "GenerateSecret"),
    ("clients/1/settings", {"ClientSecret": "x"}, "pools[0].clients[1].settings", "another place"),
    ("clients/1/settings", {"Flows": []}, "pools[0].clients[1].settings.Flows", "allowed"),
    ("configuration/UserPool/PoolNam", "x", "pools[0].configuration.UserPool.PoolNam", "PoolName"),
    ("configuration/UserPool/PoolName", 1, "pools[0].configuration.UserPool", "type"),
    (
        "configuration/UserPool/Policies",
        {"PasswordPolicy": {"MinLength": 8}},
        "pools[0].configuration.UserPool.Policies.PasswordPolicy.MinLength",
        "did you mean 'MinimumLength'?",
    ),
    (
        "configuration/MfaConfig",
        {"MfaConfiguration": "ON"},
        "pools[0].configuration.MfaConfig",
        "InvalidParameterException",
    ),
    ("configuration", None, "pools[0].configuration", "either a template or a configuration"),
]


def message(engine: Engine, document: Any) -> str:
    """Return the message with which a document is refused."""
    with pytest.raises(SeedRefused) as refused:
        apply_seed(engine, {"document": document})
    return str(refused.value)


@pytest.mark.parametrize(("path", "value", "start", "part"), OF_THE_FORM)
def test_the_form_is_checked(engine: Engine, path: str, value: Any, start: str, part: str) -> None:
    """What the schema does not allow is refused with its place, by the schema's own reader too."""
    document = changed(path, value)
    found = message(engine, document)
    assert found.startswith(start), found
    assert part in found
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema())


@pytest.mark.parametrize(("path", "value", "start", "part"), OF_THE_POOL)
def test_the_rules_of_the_pool_are_checked(
    engine: Engine, path: str, value: Any, start: str, part: str
) -> None:
    """What Cognito would refuse is refused with its place and Cognito's reason."""
    found = message(engine, changed(path, value))
    assert found.startswith(start), found
    assert part in found


def test_the_schema_allows_what_is_made(engine: Engine) -> None:
    """A document that can be made is valid by an independent reader of the schema."""
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(shop(), schema())
    assert apply_seed(engine, {"document": shop()}).made == (POOL_ID,)


@pytest.mark.parametrize("version", [2, "1", True, 1.0, None, "x" * 5_000])
def test_another_version_is_refused(engine: Engine, version: Any) -> None:
    """A file of another version names the one that this release reads."""
    text = message(engine, {**shop(), "cognito_harness_seed": version})
    assert "version 1" in text
    assert len(text) < 500


def test_nothing_changes_when_the_second_pool_is_refused(engine: Engine) -> None:
    """All pools of a document are made, or none: also those before the mistake."""
    apply_seed(engine, {"document": shop()})
    before = engine.pools[POOL_ID]
    other = {**shop()["pools"][0], "id": "us-east-1_Other1234"}  # with the same app client
    document = {**shop(), "pools": [*shop()["pools"], other]}
    assert message(engine, document).startswith("pools[1].clients[0].id")
    assert engine.pools == {POOL_ID: before}
    assert all(client.pool is before for client in engine.clients.values())


def test_a_client_id_of_a_pool_that_stays_is_refused(engine: Engine) -> None:
    """An app client id belongs to one pool only, as at Cognito (A027)."""
    apply_seed(engine, {"document": shop()})
    other = changed("id", "us-east-1_Other1234")
    assert f"{POOL_ID}, which stays, has this app client" in message(engine, other)


def test_an_alias_of_another_user_is_refused(engine: Engine) -> None:
    """Two users cannot both sign in with one verified email address (A043)."""
    document = changed("configuration/UserPool/AliasAttributes", ["email"])
    twin = {**document["pools"][0]["users"][0], "username": "carol"}
    del twin["sub"], twin["devices"]
    document["pools"][0]["users"].append(twin)
    assert "AliasExistsException" in message(engine, document)


@pytest.mark.parametrize(
    "seed",
    [
        {"document": None},
        {"document": []},
        {"document": "x"},
        {"pools": []},
        {"document": {"cognito_harness_seed": 1}},
        {"document": {"cognito_harness_seed": 1, "pools": [1]}},
        {"document": {"cognito_harness_seed": 1, "pools": [{"id": POOL_ID, "template": {}}]}},
        {"document": shop(), "configurations": []},
        {"document": shop(), "configurations": {POOL_ID: 1}},
    ],
)
def test_any_json_gets_one_message(engine: Engine, seed: dict[str, Any]) -> None:
    """Whatever a client sends, the answer is a refusal and never another error."""
    with pytest.raises(SeedRefused):
        apply_seed(engine, seed)


def test_a_deep_document_is_refused(engine: Engine) -> None:
    """A document that is nested more deeply than any seed is refused, not recursed into."""
    deep: Any = "x"
    for _ in range(10_000):
        deep = [deep]
    assert "levels" in message(engine, {**shop(), "pools": deep})


def test_no_message_shows_a_secret(engine: Engine) -> None:
    """Passwords, TOTP secrets and keys stay out of messages, whatever is wrong with them."""
    wrong = {
        "users/0/password": "tiny-\U0001f600pw",
        "users/0/totp/secret": f"{TOTP_SECRET}1",
        "users/0/devices/0/password": ["device-pw"],
        "clients/1/secret": "client secret with spaces",
        "users/0/password_hash": {"salt": "xyzzy", "hash": "plugh"},
    }
    for path, value in wrong.items():
        found = message(engine, changed(path, value))
        for secret in (PASSWORD, TOTP_SECRET, "tiny-", "device-pw", "client secret", "plugh"):
            assert secret not in found
