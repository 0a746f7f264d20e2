"""The refusal of a configuration that does not say how people sign in."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import ConfigurationError
from harness.pools.configuration.undecided import require_decided, undecided
from harness.pools.sources import load
from tests.pools.sources.files import template

MORE = """
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !Ref Pool, GenerateSecret: !Ref Secret}
  Mobile:
    Type: AWS::Cognito::UserPoolClient
    Condition: HasMobile
    Properties: {UserPoolId: !Ref Pool}
Parameters:
  Mfa: {Type: String, AllowedValues: ["ON", "OFF"]}
  Secret: {Type: String}
  Stage: {Type: String}
  Stored: {Type: "AWS::SSM::Parameter::Value<String>"}
  Hidden: {Type: String, NoEcho: true}
Conditions:
  HasMobile: !Equals [!Ref Stage, prod]
"""


def refusal(tmp_path: Path, properties: str, client: str | None = None) -> str:
    """Return what is said of a pool with these properties, and expect one line."""
    configuration = load(template(tmp_path, properties, MORE))
    with pytest.raises(ConfigurationError) as caught:
        require_decided(configuration, client, "--give", "--permit")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_every_setting_is_named_with_its_parameter(tmp_path: Path) -> None:
    """One message has all settings and conditions, and each parameter once."""
    path = tmp_path / "pool.yaml"
    assert refusal(tmp_path, "MfaConfiguration: !Ref Mfa\nAliasAttributes: [!Ref Mfa]") == (
        f"CloudFormation template {path} does not say how people sign in: "
        "whether there is app client Mobile (line 14) is unknown (Condition HasMobile); "
        "AliasAttributes[0] (line 6, Resources.Pool.Properties.AliasAttributes[0]) is unknown "
        "(Ref Mfa); "
        "MfaConfiguration (line 5, Resources.Pool.Properties.MfaConfiguration) is unknown "
        "(Ref Mfa); "
        "GenerateSecret (line 10, Resources.Web.Properties.GenerateSecret) is unknown "
        "(Ref Secret); "
        "give --give Stage=VALUE, --give Mfa=VALUE (allowed: ON, OFF), --give Secret=VALUE, or "
        "--gives FILE; --permit makes the pool without them, and warns"
    )


def test_one_place_is_named_once(tmp_path: Path) -> None:
    """EnabledMfas decides about several settings of Cognito, and stands at one place."""
    message = refusal(tmp_path, "EnabledMfas: [!Ref Secret]\nMfaConfiguration: 'ON'", "Web")
    assert message.count("EnabledMfas[0]") + message.count("EnabledMfas)") == 1


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("!Ref Stored", "the value of parameter Stored is in Systems Manager"),
        ("!Ref Hidden", "the value of parameter Hidden is hidden by NoEcho"),
        ("!ImportValue mfa", "use a snapshot of the deployed pool"),
    ],
)
def test_what_no_parameter_can_make_known(tmp_path: Path, value: str, part: str) -> None:
    """Where giving a parameter does not help, the message says why and what does."""
    message = refusal(tmp_path, f"MfaConfiguration: {value}", "Web")
    assert part in message
    assert "use a snapshot of the deployed pool" in message
    assert "--give Stored" not in message
    assert "--give Hidden" not in message


def test_only_the_client_that_matters_counts(tmp_path: Path) -> None:
    """Settings of another app client decide nothing."""
    configuration = load(template(tmp_path, "UserPoolName: a", MORE))
    found = {(one.part.name, one.path) for one in undecided(configuration, "Web")}
    assert found == {("Web", "GenerateSecret")}
    found = {(one.part.name, one.path) for one in undecided(configuration, "Mobile")}
    assert found == {("Mobile", "")}
    found = {(one.part.name, one.path) for one in undecided(configuration)}
    assert found == {("Web", "GenerateSecret"), ("Mobile", "")}


def test_a_pool_whose_condition_is_unknown_is_undecided(tmp_path: Path) -> None:
    """Whether there is such a pool at all is no guess either."""
    path = template(tmp_path, "UserPoolName: a", MORE)
    text = path.read_text(encoding="utf-8").replace(
        "    Type: AWS::Cognito::UserPool\n",
        "    Type: AWS::Cognito::UserPool\n    Condition: HasMobile\n",
    )
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"whether there is the pool Pool .line 5. is unk"):
        require_decided(load(path), "Web", "--give", None)


def test_a_pool_that_is_known_is_accepted(tmp_path: Path) -> None:
    """Unknown names and texts do not count."""
    configuration = load(
        template(tmp_path, "UserPoolName: !Ref Mfa", MORE.replace("!Ref Secret", "true"))
    )
    require_decided(configuration, "Web", "--give", None)
