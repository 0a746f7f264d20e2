"""The parameters of a template: what is given goes first, and is held to CloudFormation's rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import (
    NeededParameter,
    PoolConfiguration,
    Unknown,
)
from harness.pools.sources import load, read
from harness.pools.sources.parameters import GivenParameter, GivenParameters
from tests.pools.sources.files import EVERY_FORMAT, template, written

# As in the smallest template that leaves MFA to whoever deploys it.
OPEN_MFA = """
Parameters:
  Mfa: {Type: String, AllowedValues: ["ON", "OFF"]}
"""
MFA_SETTING = "MfaConfiguration: !Ref Mfa\nEnabledMfas: [SOFTWARE_TOKEN_MFA]"


def given(**values: object) -> GivenParameters:
    """Return values as the command line gives them."""
    return GivenParameters(
        {name: GivenParameter(value, "--parameter") for name, value in values.items()}
    )


def pool_with(tmp_path: Path, parameter: str, **values: object) -> PoolConfiguration:
    """Return the pool whose name is the parameter ``P``, declared like this."""
    path = template(tmp_path, "UserPoolName: !Ref P", f"Parameters:\n  P: {parameter}\n")
    return load(path, parameters=given(**values))


def refusal(tmp_path: Path, parameter: str, **values: object) -> str:
    """Return what is said of a value, and expect one line."""
    with pytest.raises(ConfigurationError) as caught:
        pool_with(tmp_path, parameter, **values)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_given_value_decides_and_its_place_says_so(tmp_path: Path) -> None:
    """The MFA of a template is what is given for its parameter; without it, it is unknown."""
    path = template(tmp_path, MFA_SETTING, OPEN_MFA)
    found = load(path, parameters=given(Mfa="ON"))
    assert found.mfa.value("MfaConfiguration") == "ON"
    assert found.mfa.notes() == {"MfaConfiguration": "parameter Mfa: --parameter"}
    unknown = load(path).mfa.value("MfaConfiguration")
    assert unknown == Unknown("Ref Mfa")
    assert unknown.needs == (NeededParameter("Mfa", ("ON", "OFF")),)


def test_a_given_value_goes_before_the_default(tmp_path: Path) -> None:
    """A Default counts only if nothing is given."""
    declared = "{Type: String, Default: usual}"
    assert pool_with(tmp_path, declared).pool.value("PoolName") == "usual"
    assert pool_with(tmp_path, declared, P="other").pool.value("PoolName") == "other"


@pytest.mark.parametrize(
    ("declared", "text", "part"),
    [
        ("{Type: Number}", "many", "it must be a number"),
        ("{Type: String, AllowedValues: [ab, cd]}", "abc", "did you mean 'ab'? allowed: ab, cd"),
        ("{Type: String, AllowedPattern: '[a-z]+'}", "ab1", "it must match [a-z]+"),
        ("{Type: String, MinLength: 3}", "ab", "its length must be at least 3 (MinLength)"),
        ("{Type: String, MaxLength: '3'}", "abcd", "its length must be at most 3 (MaxLength)"),
        ("{Type: Number, MinValue: 6}", "5", "it must be at least 6 (MinValue)"),
        ("{Type: Number, MaxValue: 99}", "99.5", "it must be at most 99 (MaxValue)"),
        ("{Type: CommaDelimitedList, AllowedValues: [a, b]}", "a, c", "allowed: a, b"),
        ("{Type: List<Number>}", "1,two", "it must be numbers"),
        (
            "{Type: String, MinLength: 3, ConstraintDescription: must be long}",
            "ab",
            "must be long; declared in",
        ),
    ],
)
@pytest.mark.parametrize("way", ["given", "Default"])
def test_what_cloudformation_refuses_is_refused(
    tmp_path: Path, declared: str, text: str, part: str, way: str
) -> None:
    """A value that breaks a rule of its parameter is refused, given or as the Default."""
    if way == "given":
        message = refusal(tmp_path, declared, P=text)
        assert f"parameter P: cannot use {text!r} (from --parameter)" in message
    else:
        message = refusal(tmp_path, declared.replace("{", f"{{Default: '{text}', ", 1))
        assert f"Default of parameter P: cannot use {text!r} (from {tmp_path}" in message
    assert part in message
    assert "line 7" in message


@pytest.mark.parametrize(
    ("declared", "text"),
    [
        ("{Type: Number, MinValue: 1, MaxValue: 9}", "5"),
        ("{Type: String, AllowedPattern: '[\\p{L}-]*', MinLength: 0}", ""),
        ("{Type: 'AWS::EC2::KeyPair::KeyName'}", "key"),
        ("{Type: 'AWS::SSM::Parameter::Name'}", "/names/pool"),
        ("{Type: String, AllowedPattern: '(?<year>[0-9'}", "2026"),
    ],
)
def test_what_cloudformation_takes_is_taken(tmp_path: Path, declared: str, text: str) -> None:
    """A value that keeps all rules is the text that was given."""
    assert pool_with(tmp_path, declared, P=text).pool.value("PoolName") == text


def test_a_pattern_that_only_java_reads_is_noted(tmp_path: Path) -> None:
    """A value that could not be compared with its pattern says so."""
    found = pool_with(tmp_path, "{Type: String, AllowedPattern: '(?<year>[0-9'}", P="2026")
    assert "AllowedPattern could not be compared" in found.pool.notes()["PoolName"]


@pytest.mark.parametrize(
    ("declared", "part"),
    [
        ("{Type: Boolean}", "Parameters.P.Type: cannot use 'Boolean'"),
        ("{Default: a}", "Parameters.P.Type: no value given"),
        ("{Type: String, Defualt: a}", "did you mean 'Default'?"),
        ("{Type: String, Default: [a]}", "Parameters.P.Default: cannot use ['a']"),
        ("{Type: String, AllowedValues: a}", "it must be a list of texts"),
        ("{Type: Number, Default: 1, MinValue: low}", "MinValue: cannot use 'low'"),
        ("String", "it must be an object with a Type"),
    ],
)
def test_a_parameter_that_cloudformation_refuses_is_refused(
    tmp_path: Path, declared: str, part: str
) -> None:
    """A mistake in a declaration is named with its line, before any value is given."""
    message = refusal(tmp_path, declared)
    assert part in message
    assert "pool.yaml, line 7" in message


def test_lists_are_split_at_commas(tmp_path: Path) -> None:
    """A value of a list parameter is its items, without the spaces around them."""
    path = template(
        tmp_path,
        "AutoVerifiedAttributes: !Ref Verified",
        "Parameters:\n  Verified: {Type: CommaDelimitedList}\n",
    )
    found = load(path, parameters=given(Verified="email, phone_number"))
    assert found.pool.value("AutoVerifiedAttributes") == ["email", "phone_number"]


def test_booleans_of_yaml_are_texts(tmp_path: Path) -> None:
    """CloudFormation takes ON without quotes for the text true, and the message helps."""
    declared = "{Type: String, Default: ON, AllowedValues: [ON, OFF]}"
    assert pool_with(tmp_path, declared).pool.value("PoolName") == "true"
    message = refusal(tmp_path, declared, P="ON")
    assert "allowed: true, false" in message
    assert "write 'ON' and 'OFF'" in message
    message = refusal(tmp_path, "{Type: String, Default: ON, AllowedValues: ['ON', 'OFF']}")
    assert "cannot use 'true'" in message
    assert "write 'ON' and 'OFF'" in message
    path = template(
        tmp_path,
        "MfaConfiguration: !Ref Mfa",
        "Parameters:\n  Mfa: {Type: String, Default: ON}\n",
    )
    with pytest.raises(ConfigurationError, match="YAML reads ON without quotes as a boolean"):
        load(path)


def test_a_stored_value_stays_unknown(tmp_path: Path) -> None:
    """What is given for a Systems Manager parameter is its name there, unless it is resolved."""
    declared = "{Type: 'AWS::SSM::Parameter::Value<String>', AllowedValues: [/a, /b]}"
    found = pool_with(tmp_path, declared, P="/a").pool.value("PoolName")
    assert found == Unknown("Ref P")
    assert found.needs[0].obstacle == "the value of parameter P is in Systems Manager"
    path = tmp_path / "pool.yaml"
    resolved = GivenParameters({"P": GivenParameter("/a", "stack.json", resolved="users")})
    assert load(path, parameters=resolved).pool.value("PoolName") == "users"


def test_a_hidden_value_is_never_shown(tmp_path: Path) -> None:
    """The value of a NoEcho parameter is checked, but is in no message and no configuration."""
    declared = "{Type: String, NoEcho: true, MinLength: 9}"
    message = refusal(tmp_path, declared, P="hunter2")
    assert "hunter2" not in message
    assert "[redacted]" in message
    parameters = given(P="hunter2-hunter2")
    found = load(tmp_path / "pool.yaml", parameters=parameters)
    assert found.pool.value("PoolName") == Unknown("parameter P has NoEcho")
    assert "hunter2" not in repr((found, parameters))
    assert "P" in parameters.hidden


def test_a_hidden_value_decides_conditions(tmp_path: Path) -> None:
    """Whether a hidden value is given decides a condition; the value itself stays out."""
    more = """
Parameters: {Key: {Type: String, NoEcho: true, Default: ""}}
Conditions: {HasKey: !Not [!Equals [!Ref Key, ""]]}
"""
    path = template(tmp_path, "UserPoolName: !If [HasKey, !Sub 'with-${Key}', without]", more)
    assert load(path).pool.value("PoolName") == "without"
    found = load(path, parameters=given(Key="hunter2"))
    assert isinstance(found.pool.value("PoolName"), Unknown)
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize(
    "condition",
    [
        "!Equals [!FindInMap [Tiers, !Ref Key, tier], a]",
        "!Equals [!Select [!Ref Key, [a]], a]",
        "!Equals [!Join ['', !Ref Key], a]",
        "!Equals [!Ref Keys, a]",
        "!Or [!Equals [a, b], !Sub 'a ${Key}']",
    ],
)
def test_a_refused_condition_does_not_show_a_hidden_value(tmp_path: Path, condition: str) -> None:
    """What CloudFormation refuses in a condition is shown without a value of NoEcho."""
    more = f"""
Parameters:
  Key: {{Type: String, NoEcho: true}}
  Keys: {{Type: CommaDelimitedList, NoEcho: true}}
Mappings: {{Tiers: {{a: {{tier: PLUS}}}}}}
Conditions:
  Refused: {condition}
"""
    path = template(tmp_path, "UserPoolName: !If [Refused, a, b]", more)
    with pytest.raises(ConfigurationError) as caught:
        load(path, parameters=given(Key="hunter2", Keys="hunter2"))
    assert "cannot use '[redacted]'" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_refused_condition_of_a_pool_has_a_place(tmp_path: Path) -> None:
    """A mistake in a condition that decides about the whole pool is reported with its line."""
    path = tmp_path / "pool.yaml"
    path.write_text(
        "Conditions:\n  Wrong: !Equals [a]\n"
        "Resources: {Pool: {Type: AWS::Cognito::UserPool, Condition: Wrong}}\n"
    )
    with pytest.raises(ConfigurationError, match=r"^Conditions\.Wrong: .*pool\.yaml, line 2"):
        load(path)


def test_a_hidden_value_of_systems_manager_is_never_shown(tmp_path: Path) -> None:
    """NoEcho also hides the value behind the name of a Systems Manager parameter."""
    more = "Parameters: {P: {Type: 'AWS::SSM::Parameter::Value<String>', NoEcho: true}}"
    path = template(tmp_path, "UserPoolName: !Ref P", more)
    resolved = GivenParameters({"P": GivenParameter("/a", "stack.json", resolved="hunter2")})
    found = load(path, parameters=resolved)
    assert found.pool.value("PoolName") == Unknown("parameter P has NoEcho")
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize("no_echo", ["true", "yes", "'TRUE'", "'True'"])
def test_how_no_echo_is_written(tmp_path: Path, no_echo: str) -> None:
    """NoEcho counts in each form of a boolean that a template can have."""
    more = f"Parameters: {{P: {{Type: String, NoEcho: {no_echo}}}}}"
    path = template(tmp_path, "UserPoolName: !Ref P", more)
    found = load(path, parameters=given(P="hunter2"))
    assert found.pool.value("PoolName") == Unknown("parameter P has NoEcho")


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("CloudFormation template", "not a parameter of"),
        ("CDK assembly", "not a parameter of"),
        ("AWS CLI output", "shows what is deployed"),
        ("Pulumi stack", "shows what is deployed"),
        ("Terraform plan", "give them to terraform plan with -var"),
        ("Terraform state", "give them to terraform plan with -var"),
    ],
)
def test_a_value_without_use_is_refused(name: str, part: str) -> None:
    """No format takes a value that it cannot use."""
    with pytest.raises(ConfigurationError, match=part) as caught:
        read(EVERY_FORMAT[name], given(Nobody="x"))
    assert "parameter: cannot use 'Nobody' (from --parameter)" in str(caught.value)


def test_a_misspelled_name_gets_the_nearest_one(tmp_path: Path) -> None:
    """A name that the template does not declare is refused with the nearest match."""
    path = template(tmp_path, MFA_SETTING, OPEN_MFA)
    with pytest.raises(ConfigurationError, match=r"did you mean 'Mfa'\? allowed: Mfa"):
        load(path, parameters=given(Mfaa="ON"))


def test_sources_that_are_read_together_share_the_values(tmp_path: Path) -> None:
    """Inside one check, a value needs to be of use to one source only."""
    path = template(tmp_path, MFA_SETTING, OPEN_MFA)
    parameters = given(Mfa="ON")
    with parameters.checked("both"):
        assert load(path, parameters=parameters).mfa.value("MfaConfiguration") == "ON"
        read(EVERY_FORMAT["Terraform plan"], parameters)
    with pytest.raises(ConfigurationError):
        read(EVERY_FORMAT["Terraform plan"], parameters)


class TestStacks:
    """Folders of cdk synth, with several stacks."""

    @pytest.fixture
    def assembly(self, tmp_path: Path) -> Path:
        """Two stacks, each with a pool that takes its name from the same parameter."""
        for stack in ("First", "Second"):
            found = {
                "Parameters": {"Name": {"Type": "String"}},
                "Resources": {
                    f"{stack}Pool": {
                        "Type": "AWS::Cognito::UserPool",
                        "Properties": {"UserPoolName": {"Ref": "Name"}},
                    }
                },
            }
            written(tmp_path, found, f"{stack}.template.json")
        artifacts = {
            stack: {
                "type": "aws:cloudformation:stack",
                "properties": {"templateFile": f"{stack}.template.json"},
            }
            for stack in ("First", "Second")
        }
        written(tmp_path, {"artifacts": artifacts}, "manifest.json")
        return tmp_path

    def test_a_value_is_for_every_stack_or_for_one(self, assembly: Path) -> None:
        """``Stack:Name`` counts more than the name alone, as in cdk deploy."""
        values = {"Name": "both", "Second:Name": "own"}
        found = read(assembly, given(**values))
        assert [pool.pool.value("PoolName") for pool in found] == ["both", "own"]

    def test_a_stack_that_is_not_there_is_refused(self, assembly: Path) -> None:
        """A value for a stack that does not exist is refused with the nearest one."""
        with pytest.raises(ConfigurationError, match="did you mean 'First:Name'"):
            read(assembly, given(**{"Frist:Name": "x"}))


@pytest.mark.parametrize(
    ("setting", "names"),
    [
        ("!Ref Mfa", ["Mfa"]),
        ("!Sub '${Mfa}'", ["Mfa"]),
        ("!If [IsProd, 'ON', 'OFF']", ["Stage"]),
        ("!If [Either, 'ON', !Ref Mfa]", ["Stage", "Mfa"]),
        ("!ImportValue mfa", []),
        ("!FindInMap [Stages, !Ref Stage, mfa]", ["Stage"]),
    ],
)
def test_an_unknown_value_names_the_parameters_behind_it(
    tmp_path: Path, setting: str, names: list[str]
) -> None:
    """Functions and conditions lead back to the parameters that nobody has given."""
    more = """
Parameters:
  Mfa: {Type: String}
  Stage: {Type: String}
  Known: {Type: String, Default: a}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsKnown: !Equals [!Ref Known, b]
  Either: !Or [!Condition IsProd, !Condition IsKnown]
"""
    found = load(template(tmp_path, f"MfaConfiguration: {setting}", more))
    unknown = found.mfa.value("MfaConfiguration")
    assert isinstance(unknown, Unknown)
    assert [one.name for one in unknown.needs] == names


def test_parts_of_lists_and_whole_structures_name_their_parameters(tmp_path: Path) -> None:
    """An unknown item and an unknown structure say what they need too."""
    found = load(
        template(
            tmp_path,
            "AliasAttributes: [email, !Ref Alias]\nDeviceConfiguration: !If [Given, {}, !Ref X]",
            "Parameters:\n  Alias: {Type: String}\n  Stage: {Type: String}\n"
            "Conditions: {Given: !Equals [!Ref Stage, a]}\n",
        )
    )
    needs = {
        path: [one.name for one in value.needs] for path, value in found.pool.unknown().items()
    }
    assert needs == {"AliasAttributes[1]": ["Alias"], "DeviceConfiguration": ["Stage"]}
