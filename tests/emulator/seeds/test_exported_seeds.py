"""The export: the file again, where nothing has changed, and everything else written out."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from harness.clock import VirtualClock
from harness.emulator.engine import Engine
from harness.emulator.seeds import apply_seed, export_seed
from harness.emulator.seeds.form import schema
from harness.emulator.stores.seed_memory import SeedMemory
from tests.emulator.seeds.documents import CLIENT_SECRET, PASSWORD, POOL_ID, TOTP_SECRET, shop
from tests.emulator.seeds.test_made_pools import by_password, seeded
from tests.emulator.support.expect import START

WHERE = {"UserPoolId": POOL_ID}


def exported(engine: Engine, *, secrets: bool = True) -> dict[str, Any]:
    """Return the exported document, which is valid by the schema."""
    document = export_seed(engine, secrets=secrets).document
    jsonschema.validate(document, schema())
    return document


def again(document: dict[str, Any]) -> Engine:
    """Return another engine with the pools of a document."""
    engine = Engine(clock=VirtualClock(START, frozen=True))
    apply_seed(engine, {"document": document})
    return engine


def users(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the users of the first pool by their usernames."""
    return {user["username"]: user for user in document["pools"][0]["users"]}


class TestUnchanged:
    """What is as the file made it."""

    def test_the_file_comes_back(self) -> None:
        """An export right after the seed has what the file has, in its order."""
        document = exported(seeded())
        assert document == shop()
        assert list(document["pools"][0]) == list(shop()["pools"][0])

    def test_a_sign_in_changes_nothing(self) -> None:
        """Sessions and tokens are not part of a seed."""
        engine = seeded()
        by_password(engine)
        assert exported(engine) == shop()

    def test_a_reference_to_a_template_stays(self) -> None:
        """A pool that is as its template makes it keeps the reference."""
        document = shop()
        pool = document["pools"][0]
        configuration = pool.pop("configuration")
        pool["template"] = {"file": "template.yaml"}
        engine = Engine(clock=VirtualClock(START, frozen=True))
        seed = {"document": document, "configurations": {POOL_ID: configuration}}
        apply_seed(engine, seed)
        assert exported(engine) == document
        engine.call("UpdateUserPool", {**WHERE, "AutoVerifiedAttributes": []})
        found = export_seed(engine, secrets=True)
        assert "template" not in found.document["pools"][0]
        assert found.document["pools"][0]["configuration"]["UserPool"]["PoolName"] == "shop"
        assert found.notes == (
            f"{POOL_ID}: the pool is no longer as template.yaml makes it, so its configuration is "
            "written out",
        )
        assert found.document == exported(again(found.document))


class TestChanged:
    """What the API has changed since."""

    def test_a_new_password_becomes_a_hash(self) -> None:
        """A password of the API is there as the service keeps it, and still signs in."""
        engine = seeded()
        members = {**WHERE, "Username": "alice", "Password": "Another-1", "Permanent": True}
        engine.call("AdminSetUserPassword", members)
        alice = users(exported(engine))["alice"]
        assert "password" not in alice
        assert set(alice["password_hash"]) == {"salt", "hash"}
        other = again(exported(engine))
        assert by_password(other, password="Another-1")["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
        assert users(exported(other)) == users(exported(engine))

    def test_secrets_that_hold_stay_as_given(self) -> None:
        """A user with another attribute keeps the password and the device's of the file."""
        engine = seeded()
        changes = [{"Name": "name", "Value": "Alice"}]
        engine.call(
            "AdminUpdateUserAttributes", {**WHERE, "Username": "alice", "UserAttributes": changes}
        )
        alice = users(exported(engine))["alice"]
        assert alice["attributes"]["name"] == "Alice"
        assert alice["password"] == PASSWORD
        assert alice["devices"] == shop()["pools"][0]["users"][0]["devices"]
        assert users(exported(engine))["bob"] == shop()["pools"][0]["users"][1]

    def test_a_password_that_breaks_the_policy_by_now_is_a_hash(self) -> None:
        """The export can be made again, also if the policy has become stricter."""
        engine = seeded()
        policy = {"PasswordPolicy": {"MinimumLength": 30}}
        engine.call("UpdateUserPool", {**WHERE, "Policies": policy})
        document = exported(engine)
        assert "password_hash" in users(document)["alice"]
        assert exported(again(document)) == document

    def test_new_clients_groups_and_users_come_after_those_of_the_file(self) -> None:
        """What the API has added is written out, and what it has deleted is gone."""
        engine = seeded()
        engine.call("CreateUserPoolClient", {**WHERE, "ClientName": "more", "GenerateSecret": True})
        engine.call("CreateGroup", {**WHERE, "GroupName": "staff"})
        engine.call("AdminCreateUser", {**WHERE, "Username": "carol"})
        engine.call("AdminDeleteUser", {**WHERE, "Username": "bob"})
        document = exported(engine)
        pool = document["pools"][0]
        assert pool["configuration"] == shop()["pools"][0]["configuration"]
        assert [client["name"] for client in pool["clients"]] == ["web", "server", "more"]
        assert [group["name"] for group in pool["groups"]] == ["admins", "staff"]
        assert list(users(document)) == ["alice", "carol"]
        assert exported(again(document)) == document

    def test_two_clients_of_one_name_are_told_apart(self) -> None:
        """Cognito allows one ClientName twice; the export names them by their ids."""
        engine = seeded()
        for _ in range(2):
            engine.call("CreateUserPoolClient", {**WHERE, "ClientName": "twin"})
        document = exported(engine)
        assert exported(again(document)) == document

    def test_a_rotated_secret_is_there(self) -> None:
        """A second secret of an app client is exported too."""
        engine = seeded()
        server = next(one for one in engine.clients.values() if one.secret is not None)
        engine.call("AddUserPoolClientSecret", {**WHERE, "ClientId": server.client_id})
        document = exported(engine)
        assert len(document["pools"][0]["clients"][1]["added_secrets"]) == 1
        assert exported(again(document)) == document


class TestOfTheApi:
    """Pools that only the API has made."""

    @pytest.mark.parametrize(
        "settings",
        [
            {},
            {"UsernameAttributes": ["email"]},
            {"AliasAttributes": ["email", "preferred_username"]},
            {"UsernameConfiguration": {"CaseSensitive": False}},
            {"LambdaConfig": {"PreSignUp": "arn:aws:lambda:us-east-1:123456789012:function:f"}},
            {"DeletionProtection": "ACTIVE", "UserPoolTags": {"stage": "test"}},
            {"EmailVerificationMessage": "Code {####}", "EmailVerificationSubject": "Hello"},
            {"AdminCreateUserConfig": {"UnusedAccountValidityDays": 3}},
            {"Schema": [{"Name": "a", "AttributeDataType": "String", "Mutable": False}]},
            {
                "Schema": [
                    {"Name": "b", "AttributeDataType": "Number", "DeveloperOnlyAttribute": True}
                ]
            },
            {"Schema": [{"Name": "name", "AttributeDataType": "String", "Required": True}]},
        ],
    )
    def test_an_export_makes_the_same_pool(self, engine: Engine, settings: dict[str, Any]) -> None:
        """A pool with any settings is described alike where its export is made."""
        made = engine.call("CreateUserPool", {"PoolName": "pool", **settings})["UserPool"]["Id"]
        engine.call("CreateUserPoolClient", {"UserPoolId": made, "ClientName": "app"})
        engine.call("AdminCreateUser", {"UserPoolId": made, "Username": "alice@example.com"}) if (
            "AliasAttributes" not in settings
        ) else None
        document = exported(engine)
        other = again(document)
        shown = [
            each.call("DescribeUserPool", {"UserPoolId": made})["UserPool"]
            for each in (engine, other)
        ]
        for each in shown:
            del each["CreationDate"], each["LastModifiedDate"]
        assert shown[0] == shown[1]
        assert exported(other) == document

    def test_a_user_without_required_attributes_can_be_moved(self, engine: Engine) -> None:
        """Such a user, whom AdminSetUserPassword has confirmed, says so in the file (A058)."""
        schema_of_pool = [{"Name": "name", "AttributeDataType": "String", "Required": True}]
        params = {"PoolName": "pool", "Schema": schema_of_pool}
        made = {"UserPoolId": engine.call("CreateUserPool", params)["UserPool"]["Id"]}
        engine.call("AdminCreateUser", {**made, "Username": "alice"})
        members = {**made, "Username": "alice", "Password": PASSWORD, "Permanent": True}
        engine.call("AdminSetUserPassword", members)
        document = exported(engine)
        assert users(document)["alice"]["as_is"] is True
        assert exported(again(document)) == document

    def test_a_seed_that_the_emulator_forgot_is_written_out(self) -> None:
        """After a restart without the seed file, nothing but hashes and verifiers is left."""
        engine = seeded()
        engine.seeded = SeedMemory()
        document = exported(engine)
        assert "password_hash" in users(document)["alice"]
        assert set(users(document)["alice"]["devices"][0]) >= {"salt", "verifier"}
        assert exported(again(document)) == document


class TestWithoutSecrets:
    """An export without secrets."""

    def test_it_has_none_and_says_so(self) -> None:
        """No password, TOTP secret, device or client secret is in it; it lists what it lacks."""
        document = exported(seeded(), secrets=False)
        text = str(document)
        for secret in (PASSWORD, TOTP_SECRET, CLIENT_SECRET, "a-device-password", "Temporary-1"):
            assert secret not in text
        kinds = [left.partition(":")[0] for left in document["left_out"]]
        assert kinds == ["passwords", "TOTP secrets", "devices", "client secrets"]

    def test_signing_in_does_not_become_easier(self) -> None:
        """Who had a password must reset it, and an app client still has a secret."""
        other = again(exported(seeded(), secrets=False))
        assert [user.status for user in other.pools[POOL_ID].users] == [
            "RESET_REQUIRED",
            "FORCE_CHANGE_PASSWORD",
        ]
        assert any(client.is_confidential for client in other.clients.values())
        assert not any(user.mfa.enabled for user in other.pools[POOL_ID].users)

    def test_without_any_secret_nothing_is_left_out(self) -> None:
        """A document that has no secrets is the same either way."""
        document = shop()
        document["pools"][0]["users"] = []
        document["pools"][0]["clients"] = document["pools"][0]["clients"][:1]
        assert exported(seeded(document), secrets=False) == document


class TestAsItIs:
    """Pools that have changed under their users."""

    def test_a_pool_can_stop_to_track_devices(self) -> None:
        """Devices of before are exported, and are there again."""
        engine = seeded()
        policies = shop()["pools"][0]["configuration"]["UserPool"]["Policies"]
        engine.call("UpdateUserPool", {**WHERE, "Policies": policies})  # resets the tracking (N013)
        document = exported(engine)
        assert users(document)["alice"]["as_is"] is True
        assert exported(again(document)) == document

    def test_a_pool_can_switch_a_factor_off(self) -> None:
        """Preferences of before are exported, and are there again."""
        engine = seeded()
        where = {**WHERE, "Username": "alice"}
        engine.call("AdminUpdateUserAttributes", {**where, "UserAttributes": _number()})
        engine.call("UpdateUserPool", {**WHERE, "SmsConfiguration": {"SnsCallerArn": _ROLE}})
        engine.call(
            "SetUserPoolMfaConfig",
            {**WHERE, "MfaConfiguration": "OPTIONAL", "SmsMfaConfiguration": {}},
        )
        engine.call("AdminSetUserMFAPreference", {**where, "SMSMfaSettings": {"Enabled": True}})
        engine.call("SetUserPoolMfaConfig", {**WHERE, "MfaConfiguration": "OFF"})
        document = exported(engine)
        assert "SMS_MFA" in users(document)["alice"]["mfa"]["enabled"]
        assert users(document)["alice"]["as_is"] is True
        assert exported(again(document)) == document

    def test_what_no_request_makes_is_said(self) -> None:
        """An app client keeps a scope whose resource server is gone, which no request allows."""
        engine = seeded()
        scopes = [{"ScopeName": "read", "ScopeDescription": "read"}]
        server = {**WHERE, "Identifier": "api", "Name": "api", "Scopes": scopes}
        engine.call("CreateResourceServer", server)
        client = {"ClientName": "m2m", "AllowedOAuthScopes": ["api/read"]}
        engine.call("CreateUserPoolClient", {**WHERE, **client})
        assert export_seed(engine, secrets=True).notes == ()
        engine.call("DeleteResourceServer", {**WHERE, "Identifier": "api"})
        (note,) = export_seed(engine, secrets=True).notes
        assert "clients[2] cannot be made" in note
        assert "this file must be changed" in note


_ROLE = "arn:aws:iam::123456789012:role/sms"


def _number() -> list[dict[str, str]]:
    return [
        {"Name": "phone_number", "Value": "+12065550100"},
        {"Name": "phone_number_verified", "Value": "true"},
    ]
