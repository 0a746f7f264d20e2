"""The same pool, read from every format that there is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.pools.configuration.defaults import completed
from harness.pools.configuration.pool_configuration import PoolConfiguration, Unknown
from harness.pools.sources import load
from harness.pools.sources.documents import read_document
from harness.pools.sources.live import read_live
from harness.pools.sources.snapshot import render
from harness.targets.emulated import EmulatedTarget
from tests.pools.sources.files import EVERY_FORMAT, STACK

#: What decides about signing in, by part; the files differ in other things.
DECIDING = {
    "pool": (
        "AdminCreateUserConfig",
        "AliasAttributes",
        "AutoVerifiedAttributes",
        "DeviceConfiguration",
        "PoolName",
        "Schema",
        "UsernameAttributes",
        "UsernameConfiguration",
    ),
    "mfa": ("MfaConfiguration", "SoftwareTokenMfaConfiguration", "SmsMfaConfiguration"),
    "client": (
        "AccessTokenValidity",
        "ClientName",
        "ExplicitAuthFlows",
        "GenerateSecret",
        "PreventUserExistenceErrors",
        "RefreshTokenValidity",
        "TokenValidityUnits",
    ),
}


def deciding(configuration: PoolConfiguration) -> list[dict[str, Any]]:
    """Return what decides about signing in, with Cognito's defaults."""
    parts = completed(configuration).parts
    return [{name: part.members.get(name) for name in DECIDING[part.kind]} for part in parts]


@pytest.mark.parametrize(("name", "path"), EVERY_FORMAT.items())
def test_a_format_is_told_from_the_file_itself(name: str, path: Path) -> None:
    """Each file is recognized without anybody saying what it is, and says the same pool."""
    found = load(path)
    assert found.origin.format == name
    assert deciding(found) == deciding(load(STACK))


class TestPlaces:
    """Every setting is told where it stands."""

    @pytest.mark.parametrize(
        ("name", "place"),
        [
            ("CloudFormation template", "Resources.UserPool.Properties.DeviceConfiguration"),
            ("SAM template", "Resources.Pool.Properties.DeviceConfiguration"),
            ("CDK assembly", "Resources.Pool10E0F2A7.Properties.DeviceConfiguration"),
            ("Terraform plan", "aws_cognito_user_pool.main.device_configuration"),
            ("Terraform state", "module.sign_in.aws_cognito_user_pool.main.device_configuration"),
        ],
    )
    def test_path_and_line(self, name: str, place: str) -> None:
        """The path is the one in the file, the line the one on which the name stands."""
        found = load(EVERY_FORMAT[name])
        told = found.pool.place("DeviceConfiguration")
        assert told is not None
        assert told.path == place
        assert told.line is not None
        file = Path(found.origin.name).read_text(encoding="utf-8").splitlines()
        assert place.rpartition(".")[2] in file[told.line - 1]

    def test_mfa_stands_where_the_template_says_it(self) -> None:
        """A member of another request is told at the property that it comes from."""
        told = load(STACK).mfa.place("SoftwareTokenMfaConfiguration.Enabled")
        assert told is not None
        assert told.path == "Resources.UserPool.Properties.EnabledMfas"

    def test_what_is_not_given_belongs_to_its_resource(self) -> None:
        """A setting that the file leaves out is told at the nearest thing around it."""
        found = load(STACK)
        told = found.pool.place("Policies.PasswordPolicy.MinimumLength")
        assert told is not None
        assert told.path == "Resources.UserPool.Properties"


class TestUnknown:
    """What only a deployment knows."""

    @pytest.mark.parametrize(
        ("name", "reason"),
        [("SAM template", "Fn::GetAtt Welcome.Arn"), ("Terraform plan", "known after apply")],
    )
    def test_is_reported(self, name: str, reason: str) -> None:
        """The function that is a trigger has no ARN before it is deployed."""
        found = load(EVERY_FORMAT[name])
        assert found.pool.unknown() == {"LambdaConfig.PostConfirmation": Unknown(reason)}

    def test_is_not_what_nobody_has_set(self) -> None:
        """A plan says `known after apply` of what Cognito fills in as well; that is not given."""
        assert load(EVERY_FORMAT["Terraform plan"]).pool.value("SmsConfiguration") is None


def test_a_snapshot_of_a_live_pool_is_read_as_it_was(tmp_path: Path) -> None:
    """A pool that is described, saved and read again is the same, and no secret is in it."""
    target = EmulatedTarget(region="us-east-1")
    target.start()
    client = target.client()
    try:
        pool_id = client.create_user_pool(PoolName="saved")["UserPool"]["Id"]
        app = client.create_user_pool_client(
            UserPoolId=pool_id, ClientName="app", GenerateSecret=True
        )["UserPoolClient"]
        live = read_live(client, pool_id)
    finally:
        target.stop()
    path = tmp_path / "snapshot.json"
    path.write_text(render(live), encoding="utf-8")
    saved = load(path)
    assert app["ClientSecret"] not in path.read_text(encoding="utf-8")
    assert [part.members for part in saved.parts] == [part.members for part in live.parts]
    assert saved.client("app").value("GenerateSecret") is True
    assert read_document(path).lines["UserPool.PoolName"] > 1


def test_an_unknown_value_survives_a_snapshot(tmp_path: Path) -> None:
    """What was unknown in a template is unknown in a snapshot of it, and for the same reason."""
    found = load(EVERY_FORMAT["SAM template"])
    path = tmp_path / "snapshot.json"
    path.write_text(render(found), encoding="utf-8")
    assert load(path).pool.unknown() == found.pool.unknown()
