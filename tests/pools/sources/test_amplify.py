"""Amplify projects of generation 1."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import Unknown
from harness.pools.sources import load
from harness.pools.sources.parameters import GivenParameter, GivenParameters
from tests.pools.sources.files import FILES

PROJECT = FILES / "amplify"
RESOURCE = PROJECT / "backend" / "auth" / "signin"
TEMPLATE = "signin-cloudformation-template.yml"


def project(folder: Path, **parameters: Any) -> Path:
    """Copy the auth resource into a project with more parameters, and return its folder."""
    resource = folder / "amplify" / "backend" / "auth" / "signin"
    shutil.copytree(RESOURCE, resource)
    path = resource / "parameters.json"
    found = {**json.loads(path.read_text(encoding="utf-8")), **parameters}
    path.write_text(json.dumps(found), encoding="utf-8")
    return folder


def message(path: Path) -> str:
    """Return the error about a folder that cannot be used, which is one line."""
    with pytest.raises(ConfigurationError) as refused:
        load(path)
    assert "\n" not in str(refused.value)
    return str(refused.value)


class TestFolders:
    """Which folders of a project can be given."""

    @pytest.mark.parametrize("below", ["", "amplify", "amplify/backend", "amplify/backend/auth"])
    def test_any_of_the_project(self, tmp_path: Path, below: str) -> None:
        """The auth resource is found from every folder above it."""
        found = load(project(tmp_path) / below)
        assert found.origin.format == "Amplify project"
        assert found.pool.value("PoolName") == "cognito-mfa-pool"

    def test_the_auth_resource_itself(self) -> None:
        """The folder of the auth resource can be given, and the template's lines are kept."""
        found = load(RESOURCE)
        place = found.mfa.place("MfaConfiguration")
        assert place is not None
        assert place.path == "Resources.UserPool.Properties.MfaConfiguration"
        text = (RESOURCE / TEMPLATE).read_text(encoding="utf-8")
        assert place.line is not None
        assert "MfaConfiguration: !Ref" in text.splitlines()[place.line - 1]

    def test_the_built_template_counts(self, tmp_path: Path) -> None:
        """Newer versions of the CLI write the template and its parameters into build."""
        resource = project(tmp_path) / "amplify" / "backend" / "auth" / "signin"
        build = resource / "build"
        build.mkdir()
        for name in (TEMPLATE, "parameters.json"):
            shutil.move(resource / name, build / name)
        (resource / "cli-inputs.json").write_text("{}", encoding="utf-8")
        assert load(tmp_path).mfa.value("MfaConfiguration") == "ON"

    def test_a_project_that_was_not_built(self, tmp_path: Path) -> None:
        """The message says which command writes the template."""
        resource = project(tmp_path) / "amplify" / "backend" / "auth" / "signin"
        (resource / TEMPLATE).unlink()
        (resource / "cli-inputs.json").write_text("{}", encoding="utf-8")
        assert "run amplify build" in message(tmp_path)

    def test_other_auth_resources(self, tmp_path: Path) -> None:
        """Groups of users are an auth resource without a pool."""
        groups = project(tmp_path) / "amplify" / "backend" / "auth" / "userPoolGroups"
        groups.mkdir()
        (groups / "userPoolGroups-cloudformation-template.json").write_text(
            '{"Resources": {"Group": {"Type": "AWS::Cognito::UserPoolGroup"}}}'
        )
        assert load(tmp_path).name == "UserPool"


class TestParameters:
    """The parameters beside the template."""

    def test_lists_numbers_and_booleans(self, tmp_path: Path) -> None:
        """The values have the types of the template's parameters; a note says where they are."""
        found = load(project(tmp_path, autoVerifiedAttributes=["email", "phone_number"]))
        assert found.pool.value("AutoVerifiedAttributes") == ["email", "phone_number"]
        assert found.pool.value("UsernameConfiguration.CaseSensitive") is False
        assert "parameters.json" in found.mfa.notes()["MfaConfiguration"]

    def test_what_the_user_gives_wins(self, tmp_path: Path) -> None:
        """A parameter of the command line takes the place of that of the file."""
        given = GivenParameters({"mfaConfiguration": GivenParameter("OPTIONAL", "--parameter")})
        assert load(project(tmp_path), None, given).mfa.value("MfaConfiguration") == "OPTIONAL"
        unused = GivenParameters({"mfaConfig": GivenParameter("ON", "--parameter")})
        with pytest.raises(ConfigurationError, match="did you mean 'mfaConfiguration'"):
            load(tmp_path, None, unused)

    def test_without_the_file(self, tmp_path: Path) -> None:
        """The settings are then unknown."""
        resource = project(tmp_path) / "amplify" / "backend" / "auth" / "signin"
        (resource / "parameters.json").unlink()
        value = load(tmp_path).mfa.value("MfaConfiguration")
        assert isinstance(value, Unknown)
        assert "mfaConfiguration" in value.reason


class TestTotp:
    """Amplify switches TOTP on in a custom resource, not in the user pool."""

    def test_it_is_on(self) -> None:
        """The factor is at the property of that resource."""
        found = load(PROJECT)
        assert found.mfa.value("SoftwareTokenMfaConfiguration.Enabled") is True
        place = found.mfa.place("SoftwareTokenMfaConfiguration.Enabled")
        assert place is not None
        assert place.path == "Resources.MFALambdaInputs.Properties.totpEnabled"
        assert place.line == 50

    def test_in_a_template_alone(self) -> None:
        """The template without its project says the same."""
        found = load(RESOURCE / TEMPLATE)
        assert found.origin.format == "CloudFormation template"
        assert found.mfa.value("SoftwareTokenMfaConfiguration.Enabled") is True

    def test_it_is_off(self, tmp_path: Path) -> None:
        """A project with SMS alone has the resource with totpEnabled false."""
        path = project(tmp_path) / "amplify" / "backend" / "auth" / "signin" / TEMPLATE
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("totpEnabled: true", "totpEnabled: false"), encoding="utf-8")
        assert load(tmp_path).mfa.value("SoftwareTokenMfaConfiguration.Enabled") is not True
