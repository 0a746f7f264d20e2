"""App clients of templates belong to the pool that their UserPoolId leads to."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import PoolConfiguration
from harness.pools.sources import load, read

FRAME = """
Parameters:
  Stage: {{Type: String, Default: prod}}
  Existing: {{Type: String, Default: eu-west-1_AbCdEf123}}
  Empty: {{Type: String, Default: ''}}
  Secret: {{Type: String, Default: hush-hush, NoEcho: true}}
  Asked: {{Type: String}}
Mappings:
  Pools:
    prod: {{Id: eu-west-1_Mapped123}}
Conditions:
  Prod: !Equals [!Ref Stage, prod]
  Test: !Equals [!Ref Stage, test]
  Open: !Equals [!Ref Asked, x]
Resources:
  Users: {{Type: AWS::Cognito::UserPool}}
  Staff: {{Type: AWS::Cognito::UserPool}}
  Absent: {{Type: AWS::Cognito::UserPool, Condition: Test}}
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties: {{{pool_id}}}
Outputs:
  Staff:
    Value: !GetAtt Staff.UserPoolId
    Export: {{Name: !Sub '${{Stage}}-staff'}}
  Existing:
    Value: !Ref Existing
    Export: {{Name: existing}}
  Circle:
    Value: !ImportValue circle
    Export: {{Name: circle}}
"""


def both(folder: Path, pool_id: str) -> dict[str, PoolConfiguration]:
    """Return the pools of a template with two pools and one app client."""
    path = folder / "pools.yaml"
    written = f"UserPoolId: {pool_id}" if pool_id else ""
    path.write_text(FRAME.format(pool_id=written), encoding="utf-8")
    return {pool.name: pool for pool in read(path)}


def owners(pools: dict[str, PoolConfiguration]) -> list[str]:
    """Return the names of the pools that have the app client."""
    return [name for name, pool in pools.items() if pool.clients]


@pytest.mark.parametrize(
    "pool_id",
    [
        "!Ref Staff",
        "{Ref: Staff}",
        "!GetAtt Staff.UserPoolId",
        "!GetAtt [Staff, UserPoolId]",
        "{'Fn::GetAtt': Staff.UserPoolId}",
        "!Sub '${Staff}'",
        "!Sub '${Staff.UserPoolId}'",
        "!Sub '${ Staff }'",
        "!Sub ['${Id}', {Id: !Ref Staff}]",
        "!Sub ['${Users}', {Users: !Ref Staff}]",
        "!Join ['', [!Ref Staff]]",
        "!If [Prod, !Ref Staff, !Ref Users]",
        "!If [Test, !Ref Users, !If [Prod, !Sub '${Staff}', !Ref Users]]",
        "!Select [1, [!Ref Users, !Ref Staff]]",
        "!Select [!If [Prod, 1, 0], [!Ref Users, !Ref Staff]]",
        "!Select [0, !Split [',', !Sub '${Staff},${Users}']]",
        "!Select [1, !Split ['/', !GetAtt Staff.Arn]]",
        "!Select [1, !Split ['/', !GetAtt Staff.ProviderName]]",
        "!ImportValue prod-staff",
        "!ImportValue {'Fn::Sub': '${Stage}-staff'}",
        "!If [Prod, !ImportValue prod-staff, !Ref Existing]",
    ],
)
def test_an_expression_leads_to_a_pool(tmp_path: Path, pool_id: str) -> None:
    """Whatever gives the id of a pool of the template ties the app client to that pool."""
    pools = both(tmp_path, pool_id)
    assert owners(pools) == ["Staff"]
    assert not pools["Users"].unassigned
    assert not pools["Staff"].unassigned


@pytest.mark.parametrize(
    "pool_id",
    [
        "eu-west-1_AbCdEf123",
        "!Ref Existing",
        "!Sub '${Existing}'",
        "!If [Test, !Ref Users, !Ref Existing]",
        "!FindInMap [Pools, !Ref Stage, Id]",
        "!Select [0, [!Ref Existing, !Ref Users]]",
        "!ImportValue theirs",
        "!ImportValue {'Fn::Sub': '${Asked}-users'}",
        "!ImportValue existing",
        "!If [Prod, !ImportValue theirs, !Ref Users]",
    ],
)
def test_a_pool_elsewhere_is_none_of_ours(tmp_path: Path, pool_id: str) -> None:
    """An app client of an existing pool or of another stack belongs to no pool of the template."""
    pools = both(tmp_path, pool_id)
    assert not owners(pools)
    assert not any(pool.unassigned for pool in pools.values())


@pytest.mark.parametrize(
    ("pool_id", "reason"),
    [
        ("!Ref Asked", "unknown (Ref Asked)"),
        ("!Ref Absent", "unknown (Ref Absent)"),
        ("!GetAtt Staff.Id", "unknown (Fn::GetAtt Staff.Id)"),
        ("!If [Open, !Ref Users, !Ref Staff]", "unknown (Condition Open)"),
        ("!GetAtt Nested.Outputs.UserPoolId", "unknown (Fn::GetAtt Nested.Outputs.UserPoolId)"),
        ("!ImportValue circle", "unknown (Fn::ImportValue circle)"),
        ("Staff", "unknown ('Staff', which is not the id of a user pool)"),
        ("!Ref Empty", "unknown (Ref Empty, which is not the id of a user pool)"),
        ("!Sub 'x${Staff}'", "which is not the id of a user pool)"),
        ("!GetAtt Staff.Arn", "which is not the id of a user pool)"),
        ("!Ref AWS::NoValue", "unknown (not set)"),
        ("", "unknown (not set)"),
        ("[!Ref Staff]", "unknown (a value, which is not the id of a user pool)"),
    ],
)
def test_an_unknown_pool_is_never_guessed(tmp_path: Path, pool_id: str, reason: str) -> None:
    """An app client whose pool cannot be known is listed with each pool, and belongs to none."""
    pools = both(tmp_path, pool_id)
    assert not owners(pools)
    for name in ("Users", "Staff"):
        (client,) = pools[name].unassigned
        assert client.name == "Web"
        assert reason in str(client)
        assert f"write UserPoolId: !Ref {name}" in str(client)
        assert "\ufffc" not in str(client)


def test_the_value_of_a_parameter_is_not_shown(tmp_path: Path) -> None:
    """A parameter can be secret, so that only its name is in the reason."""
    (client,) = both(tmp_path, "!Ref Secret")["Users"].unassigned
    assert "hush" not in str(client)
    assert "Secret" in str(client)


def test_the_only_pool_is_not_guessed_either(tmp_path: Path) -> None:
    """An app client of an unknown pool is not taken for one of the only pool in the template."""
    path = tmp_path / "one.yaml"
    path.write_text(
        "Parameters: {UserPoolIdParameter: {Type: String}}\n"
        "Resources:\n"
        "  Users: {Type: AWS::Cognito::UserPool}\n"
        "  Web:\n"
        "    Type: AWS::Cognito::UserPoolClient\n"
        "    Properties:\n"
        "      UserPoolId: !Ref UserPoolIdParameter\n",
        encoding="utf-8",
    )
    found = load(path)
    assert not found.clients
    with pytest.raises(ConfigurationError) as refused:
        found.client()
    said = str(refused.value)
    assert f"({path}, line 7) is unknown (Ref UserPoolIdParameter)" in said
    assert "if it is this pool, write UserPoolId: !Ref Users, or name it" in said
    assert found.client("Web").name == "Web"


CASE = """
Parameters:
  Stage: {Type: String, Default: prod}
Conditions:
  Prod: !Equals [!Ref Stage, prod]
Resources:
  Users: {Type: AWS::Cognito::UserPool}
  Staff: {Type: AWS::Cognito::UserPool}
  ByRef:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !Ref Users}
  ByAttribute:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !GetAtt Users.UserPoolId}
  BySub:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !Sub '${Staff}'}
  ByIf:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !If [Prod, !Ref Staff, !Ref Users]}
"""


def test_two_pools_share_the_app_clients_of_a_template(tmp_path: Path) -> None:
    """Each pool has the app clients that refer to it, in whatever way."""
    path = tmp_path / "two.yaml"
    path.write_text(CASE, encoding="utf-8")
    found = {pool.name: [client.name for client in pool.clients] for pool in read(path)}
    assert found == {"Users": ["ByRef", "ByAttribute"], "Staff": ["BySub", "ByIf"]}


SAM = """
Transform: AWS::Serverless-2016-10-31
Parameters: {{Asked: {{Type: String}}, Off: {{Type: String, Default: 'no'}}}}
Conditions: {{Never: !Equals [!Ref Off, 'yes']}}
Resources:
  Users: {{Type: AWS::Cognito::UserPool}}
  Staff: {{Type: AWS::Cognito::UserPool}}
  Check:
    Type: AWS::Serverless::Function
    {condition}
    Properties:
      Events:
        SignUp:
          Type: Cognito
          Properties: {{UserPool: {pool}, Trigger: [PreSignUp, PostConfirmation]}}
"""


@pytest.mark.parametrize(
    ("pool", "condition", "triggers"),
    [
        ("!Ref Staff", "", {"Users": None, "Staff": "unknown (Fn::GetAtt Check.Arn)"}),
        ("!Sub '${Staff}'", "", {"Users": None, "Staff": "unknown (Fn::GetAtt Check.Arn)"}),
        ("eu-west-1_AbCdEf123", "", {"Users": None, "Staff": None}),
        ("!Ref Staff", "Condition: Never", {"Users": None, "Staff": None}),
        (
            "!Ref Asked",
            "",
            dict.fromkeys(
                ("Users", "Staff"), "unknown (the UserPool of the event SignUp of Check: Ref Asked)"
            ),
        ),
    ],
)
def test_an_event_of_a_function_names_its_pool(
    tmp_path: Path, pool: str, condition: str, triggers: dict[str, str | None]
) -> None:
    """The trigger of a SAM function is set in the pool of its event, and unknown with that pool."""
    path = tmp_path / "sam.yaml"
    path.write_text(SAM.format(pool=pool, condition=condition), encoding="utf-8")
    found = {one.name: one.pool.value("LambdaConfig.PreSignUp") for one in read(path)}
    shown = {name: None if value is None else str(value) for name, value in found.items()}
    assert shown == triggers


def test_the_default_of_a_parameter_is_noted_in_an_app_client(tmp_path: Path) -> None:
    """A note says that a Default was used in an app client, as in the pool."""
    path = tmp_path / "pool.yaml"
    path.write_text(
        "Parameters: {Flows: {Type: CommaDelimitedList, Default: ALLOW_USER_SRP_AUTH}}\n"
        "Resources:\n"
        "  Users: {Type: AWS::Cognito::UserPool}\n"
        "  Web:\n"
        "    Type: AWS::Cognito::UserPoolClient\n"
        "    Properties: {UserPoolId: !Ref Users, ExplicitAuthFlows: !Ref Flows}\n",
        encoding="utf-8",
    )
    notes = load(path).client().notes()
    assert notes == {"ExplicitAuthFlows": "Default of parameter Flows"}
