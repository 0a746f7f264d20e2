"""Outputs of the AWS CLI: describe-user-pool alone, and with the commands beside it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from harness.errors import ConfigurationError
from harness.pools.configuration.drift import drift
from harness.pools.configuration.pool_configuration import Unknown
from harness.pools.sources import load, read
from harness.pools.sources.snapshot import render
from tests.pools.sources.files import FILES, written

DESCRIBED = FILES / "described"
SECRET = "1s2e3c4r5e6t7EXAMPLE"
BY_MFA_CONFIG = Unknown("aws cognito-idp get-user-pool-mfa-config tells it")
POOL_ID = "us-east-1_AbCdEf123"


def pool_answer(**members: Any) -> dict[str, Any]:
    """Return what describe-user-pool prints about a pool with these members."""
    return {"UserPool": {"Id": POOL_ID, "Name": "x", "MfaConfiguration": "OFF", **members}}


def client_answer(**members: Any) -> dict[str, Any]:
    """Return what describe-user-pool-client prints about an app client with these members."""
    named = {"UserPoolId": POOL_ID, "ClientId": "1example", "ClientName": "web"}
    return {"UserPoolClient": {**named, **members}}


def message(path: Path) -> str:
    """Return the error about a file that cannot be used, which is one line."""
    with pytest.raises(ConfigurationError) as refused:
        load(path)
    assert "\n" not in str(refused.value)
    return str(refused.value)


class TestAlone:
    """describe-user-pool without the other commands."""

    def test_settings_are_at_their_lines(self, tmp_path: Path) -> None:
        """The settings have Cognito's names for requests, and the lines of the file."""
        policy = {"PasswordPolicy": {"MinimumLength": 9}}
        path = tmp_path / "anything.txt"
        path.write_text(json.dumps(pool_answer(Policies=policy), indent=1), encoding="utf-8")
        found = load(path)
        assert found.origin.format == "AWS CLI output"
        assert found.name == found.pool.value("PoolName") == "x"
        assert found.pool.value("Policies.PasswordPolicy.MinimumLength") == 9
        place = found.pool.place("Policies.PasswordPolicy.MinimumLength")
        assert place is not None
        assert (place.path, place.line) == ("UserPool.Policies.PasswordPolicy.MinimumLength", 8)

    def test_factors_are_unknown(self, tmp_path: Path) -> None:
        """Only the MFA configuration tells the factors, and the reason names the command."""
        found = load(written(tmp_path, pool_answer(MfaConfiguration="ON")))
        assert found.mfa.value("MfaConfiguration") == "ON"
        assert found.mfa.unknown() == dict.fromkeys(
            (
                "WebAuthnConfiguration",
                "EmailMfaConfiguration",
                "SmsMfaConfiguration",
                "SoftwareTokenMfaConfiguration",
            ),
            BY_MFA_CONFIG,
        )

    def test_a_pool_without_mfa_has_no_factors(self, tmp_path: Path) -> None:
        """Cognito keeps no factors while MFA is OFF, so only passkeys stay unknown."""
        found = load(written(tmp_path, pool_answer()))
        assert found.mfa.unknown() == {"WebAuthnConfiguration": BY_MFA_CONFIG}

    def test_app_clients_are_unknown(self, tmp_path: Path) -> None:
        """A pool without app clients is not a pool whose app clients the file leaves out."""
        found = load(written(tmp_path, pool_answer()))
        assert found.clients == ()
        with pytest.raises(ConfigurationError, match="describe-user-pool-client"):
            found.client()

    def test_an_attribute_of_the_schema_has_the_name_of_its_creation(self, tmp_path: Path) -> None:
        """Cognito adds sub and a prefix; a mistake in an attribute is at its own line."""
        attributes = [
            {"Name": "sub", "AttributeDataType": "String"},
            {"Name": "custom:plan", "AttributeDataType": "Text"},
        ]
        path = tmp_path / "pool.json"
        path.write_text(json.dumps(pool_answer(SchemaAttributes=attributes), indent=1))
        said = message(path)
        assert "UserPool.SchemaAttributes[1].AttributeDataType" in said
        assert "line 13" in said
        assert "String, Number, DateTime, Boolean" in said

    @pytest.mark.parametrize(
        "value",
        [
            pool_answer()["UserPool"] | {"SchemaAttributes": []},
            [pool_answer()],
            {**pool_answer(), "ResponseMetadata": {"HTTPStatusCode": 200}},
            pool_answer(LambdaConfig=None, Domain=None),
        ],
        ids=["--query UserPool", "--output yaml-stream", "boto3", "null"],
    )
    def test_other_forms(self, tmp_path: Path, value: Any) -> None:
        """The same answer can come without its envelope, in a list, or from boto3."""
        assert load(written(tmp_path, value)).pool.members == {"PoolName": "x"}

    def test_yaml(self, tmp_path: Path) -> None:
        """The output can be YAML."""
        path = tmp_path / "pool"
        path.write_text(f"UserPool:\n  Id: {POOL_ID}\n  Name: x\n  DeletionProtection: ACTIVE\n")
        found = load(path)
        assert found.pool.value("DeletionProtection") == "ACTIVE"
        assert found.mfa.value("MfaConfiguration") == BY_MFA_CONFIG

    def test_a_member_that_botocore_does_not_know(self, tmp_path: Path) -> None:
        """It could decide how users sign in, so it is not passed over."""
        said = message(written(tmp_path, pool_answer(UserPoolTiers="PLUS")))
        assert "UserPool.UserPoolTiers" in said
        assert "did you mean 'UserPoolTier'" in said


class TestTogether:
    """The outputs of several commands, told apart by content."""

    def test_names_of_files_mean_nothing(self, tmp_path: Path) -> None:
        """Each answer is recognized whatever its file is called; other files are passed over."""
        for index, path in enumerate(sorted(DESCRIBED.iterdir())):
            shutil.copy(path, tmp_path / f"{index}{path.suffix}")
        (tmp_path / "broken.json").write_text("{", encoding="utf-8")
        (tmp_path / "notes.md").write_text("# Notes", encoding="utf-8")
        found = load(tmp_path)
        assert [part.members for part in found.parts] == [
            part.members for part in load(DESCRIBED).parts
        ]
        assert found.other_clients is None

    def test_one_file_with_a_list(self, tmp_path: Path) -> None:
        """``jq -s`` puts the answers of several commands into one list."""
        mfa = {"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {"Enabled": True}}
        found = load(written(tmp_path, [client_answer(), mfa, pool_answer()]))
        assert found.mfa.members == mfa
        assert found.client().value("ClientName") == "web"
        place = found.mfa.place("SoftwareTokenMfaConfiguration.Enabled")
        assert place is not None
        assert place.path == "[1].SoftwareTokenMfaConfiguration.Enabled"

    def test_an_app_client_that_is_only_listed(self, tmp_path: Path) -> None:
        """The list alone does not tell its settings, and the reason names it and the command."""
        listed = {"UserPoolClients": [{"ClientName": "tv", "UserPoolId": POOL_ID}]}
        found = load(written(tmp_path, [pool_answer(), client_answer(), listed]))
        assert [part.name for part in found.clients] == ["web"]
        assert str(found.other_clients) == (
            "unknown (aws cognito-idp describe-user-pool-client tells tv)"
        )

    def test_app_clients_of_another_pool_are_not_taken(self, tmp_path: Path) -> None:
        """An app client belongs to the pool whose id it has."""
        found = load(written(tmp_path, [pool_answer(), client_answer(UserPoolId="us-east-1_B")]))
        assert found.clients == ()

    def test_app_clients_of_one_name_go_by_their_ids(self, tmp_path: Path) -> None:
        """Several app clients can have the same name."""
        answers = [pool_answer(), client_answer(), client_answer(ClientId="2example")]
        assert [part.name for part in load(written(tmp_path, answers)).clients] == [
            "1example",
            "2example",
        ]

    def test_two_pools_do_not_share_an_mfa_configuration(self, tmp_path: Path) -> None:
        """The MFA configuration does not say which pool it is of."""
        mfa = {"MfaConfiguration": "ON"}
        second = pool_answer(Id="us-east-1_B", Name="y", MfaConfiguration="OPTIONAL")
        found = read(written(tmp_path, [pool_answer(), second, mfa]))
        assert [pool.mfa.value("MfaConfiguration") for pool in found] == ["OFF", "OPTIONAL"]
        assert found[1].mfa.value("SmsMfaConfiguration") == Unknown(
            "get-user-pool-mfa-config does not say of which pool it is; give a folder for each"
        )

    @pytest.mark.parametrize(
        ("value", "command"),
        [
            (client_answer(), "describe-user-pool-client"),
            ({"MfaConfiguration": "ON"}, "get-user-pool-mfa-config"),
            ({"UserPoolClients": []}, "list-user-pool-clients"),
        ],
    )
    def test_without_the_pool(self, tmp_path: Path, value: Any, command: str) -> None:
        """The other commands do not describe the pool, and the message says which one does."""
        said = message(written(tmp_path, value))
        assert f"aws cognito-idp {command} prints" in said
        assert "output of aws cognito-idp describe-user-pool" in said


class TestSecrets:
    """A description of an app client has its secret."""

    def test_only_that_there_is_one_is_kept(self, tmp_path: Path) -> None:
        """The secret is neither in the configuration nor in a snapshot of it."""
        answers = [pool_answer(), client_answer(ClientSecret=SECRET)]
        found = load(written(tmp_path, answers))
        assert found.client().value("GenerateSecret") is True
        assert SECRET not in render(found)
        assert SECRET not in repr(found)

    @pytest.mark.parametrize(
        "members",
        [
            {"ClientSecret": SECRET, "ClientSecrets": SECRET},
            {"ClientSecret": SECRET, "ExplicitAuthFlows": "ALLOW"},
            {"ClientSecret": {"value": SECRET}, "AccessTokenValidity": "long"},
        ],
    )
    def test_no_message_shows_it(self, tmp_path: Path, members: dict[str, Any]) -> None:
        """A mistake beside a secret is reported without the secret."""
        answers = [pool_answer(), client_answer(**members)]
        assert SECRET not in message(written(tmp_path, answers))


def test_a_snapshot_of_the_description_is_the_same(tmp_path: Path) -> None:
    """What is known in a described pool survives a snapshot."""
    found = load(DESCRIBED)
    path = tmp_path / "snapshot.json"
    path.write_text(render(found), encoding="utf-8")
    assert not drift(found, load(path)).differences


def test_an_app_client_that_the_file_does_not_show_is_no_difference(tmp_path: Path) -> None:
    """Which side of a comparison does not show its app clients makes no difference."""
    alone = load(written(tmp_path, pool_answer()))
    whole = load(written(tmp_path, [pool_answer(), client_answer()], "whole.json"))
    for found in (drift(alone, whole), drift(whole, alone)):
        assert not found.found
        said = [item.sentence for item in found.differences if item.kind == "client"]
        assert len(said) == 1
        assert "the app client web of the" in said[0]
        assert "list-user-pool-clients" in said[0]


def test_each_setting_has_its_place_in_the_file_that_has_it(tmp_path: Path) -> None:
    """In a folder, a place is a line of one file, also in an output without an outer name."""
    (tmp_path / "pool.json").write_text(
        '{"UserPool": {\n"Id": "a_b", "Name": "shop",\n"SchemaAttributes": []}}'
    )
    (tmp_path / "mfa.json").write_text('{\n"MfaConfiguration": "OFF"\n}')
    (tmp_path / "web.json").write_text(
        '{"UserPoolClient": {"UserPoolId": "a_b",\n"ClientName": "web"}}'
    )
    found = load(tmp_path)
    places = [
        found.pool.place("PoolName"),
        found.mfa.place("MfaConfiguration"),
        found.client("web").place("ClientName"),
    ]
    assert [(Path(place.file or "").name, place.line) for place in places if place] == [
        ("pool.json", 2),
        ("mfa.json", 2),
        ("web.json", 2),
    ]
