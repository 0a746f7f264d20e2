"""The same pool, read from every format."""

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

#: The members that decide about sign-in, by part; the files differ in others.
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
    """Return the members that decide about sign-in, with Cognito's defaults."""
    parts = completed(configuration).parts
    return [{name: part.members.get(name) for name in DECIDING[part.kind]} for part in parts]


@pytest.mark.parametrize(("name", "path"), EVERY_FORMAT.items())
def test_a_format_is_recognized_from_the_file(name: str, path: Path) -> None:
    """The format of each file is recognized, and all files describe the same pool."""
    found = load(path)
    assert found.origin.format == name
    assert deciding(found) == deciding(load(STACK))


class TestPlaces:
    """Every setting has a location."""

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
        """The path is that in the file, and the line is that of the name."""
        found = load(EVERY_FORMAT[name])
        location = found.pool.place("DeviceConfiguration")
        assert location is not None
        assert location.path == place
        assert location.line is not None
        file = Path(found.origin.name).read_text(encoding="utf-8").splitlines()
        assert place.rpartition(".")[2] in file[location.line - 1]

    def test_mfa_is_at_the_property_in_the_template(self) -> None:
        """A member of another request is at the property that it comes from."""
        location = load(STACK).mfa.place("SoftwareTokenMfaConfiguration.Enabled")
        assert location is not None
        assert location.path == "Resources.UserPool.Properties.EnabledMfas"

    def test_a_missing_setting_is_at_its_resource(self) -> None:
        """A setting that the file leaves out is at the nearest parent."""
        found = load(STACK)
        location = found.pool.place("Policies.PasswordPolicy.MinimumLength")
        assert location is not None
        assert location.path == "Resources.UserPool.Properties"


class TestUnknown:
    """Values that only a deployment knows."""

    @pytest.mark.parametrize(
        ("name", "reason"),
        [("SAM template", "Fn::GetAtt Welcome.Arn"), ("Terraform plan", "known after apply")],
    )
    def test_is_reported(self, name: str, reason: str) -> None:
        """The function of a trigger has no ARN before it is deployed."""
        found = load(EVERY_FORMAT[name])
        assert found.pool.unknown() == {"LambdaConfig.PostConfirmation": Unknown(reason)}

    def test_a_setting_that_is_not_set_is_not_unknown(self) -> None:
        """A plan also says `known after apply` for defaults of Cognito; those are not set."""
        assert load(EVERY_FORMAT["Terraform plan"]).pool.value("SmsConfiguration") is None


def test_a_snapshot_of_a_live_pool_is_read_back(tmp_path: Path) -> None:
    """A live pool that is saved and read back is the same, and contains no secret."""
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
    """An unknown value of a template stays unknown in a snapshot, with the same reason."""
    found = load(EVERY_FORMAT["SAM template"])
    path = tmp_path / "snapshot.json"
    path.write_text(render(found), encoding="utf-8")
    assert load(path).pool.unknown() == found.pool.unknown()
