"""Files with values of parameters: what each tool writes is read, and told from the content."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import Unknown
from harness.pools.sources.parameter_files import given_parameters

SAM = """\
version = 0.1

[default.global.parameters]
stack_name = "app"

[default.deploy.parameters]
capabilities = "CAPABILITY_IAM"
parameter_overrides = "Mfa=\\"ON\\" Name='my users' X=a\\\\ b ParameterKey=Y,ParameterValue=y"

[prod.deploy.parameters]
parameter_overrides = ["Mfa=OFF", "Name=\\"their users\\"", "Quote='it\\\\'s'"]

[test.build.parameters]
cached = true
"""


def values(tmp_path: Path, text: str, ending: str = "") -> dict[str, object]:
    """Return the values in a file with this text."""
    path = tmp_path / "values"
    path.write_text(text, encoding="utf-8")
    found = given_parameters([f"{path}{ending}"], [])
    return {name: one.value for name, one in found.given.items()}


def refusal(tmp_path: Path, text: str, ending: str = "") -> str:
    """Return what is said of a file with this text, and expect one line."""
    with pytest.raises(ConfigurationError) as caught:
        values(tmp_path, text, ending)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        '[{"ParameterKey": "Mfa", "ParameterValue": "ON"}]',
        '[{"ParameterKey": "Mfa", "ParameterValue": "ON", "UsePreviousValue": false}]',
        '{"Parameters": {"Mfa": "ON"}, "Tags": {"team": "sign-in"}}',
        '["Mfa=ON"]',
        '{"Mfa": "ON"}',
        "Mfa: 'ON'\n",
        '[default.deploy.parameters]\nparameter_overrides = "Mfa=ON"\n',
        '[only.global.parameters]\nparameter_overrides = ["Mfa=ON"]\n',
        "only: {deploy: {parameters: {parameter_overrides: {Mfa: 'ON'}}}}\n",
    ],
)
def test_every_form_gives_the_same_value(tmp_path: Path, text: str) -> None:
    """CloudFormation's three forms, SAM's, and plain objects say the same."""
    assert values(tmp_path, text) == {"Mfa": "ON"}


def test_values_are_texts(tmp_path: Path) -> None:
    """Booleans, numbers and lists become the texts that the tools make of them."""
    text = '{"a": true, "b": 8, "c": 1.5, "d": ["x", "y"], "e": [], "f": ""}'
    found = {"a": "true", "b": "8", "c": "1.5", "d": "x,y", "e": "", "f": ""}
    assert values(tmp_path, text) == found


def test_a_value_of_another_stack_is_unknown(tmp_path: Path) -> None:
    """What Amplify fills in only when it deploys stays unknown, with the place."""
    found = values(tmp_path, '{\n"dependsOn": [{"category": "function"}],\n"x": {"Ref": "y"}}')
    path = tmp_path / "values"
    assert found == {
        "dependsOn": Unknown(f"the value of dependsOn in {path}, line 2 is not a text"),
        "x": Unknown(f"the value of x in {path}, line 3 is not a text"),
    }


def test_overrides_of_sam_are_read_with_their_quotes(tmp_path: Path) -> None:
    """The environment ``default`` counts unless another one is chosen."""
    found = {"Mfa": "ON", "Name": "my users", "X": "a b", "Y": "y"}
    assert values(tmp_path, SAM) == found
    found = {"Mfa": "OFF", "Name": "their users", "Quote": "it's"}
    assert values(tmp_path, SAM, ":prod") == found


def test_the_resolved_value_is_kept(tmp_path: Path) -> None:
    """What describe-stacks says about a Systems Manager parameter is kept beside its name."""
    path = tmp_path / "stack.json"
    path.write_text(
        '[{"ParameterKey": "P", "ParameterValue": "/a", "ResolvedValue": "users"}]',
        encoding="utf-8",
    )
    assert given_parameters([str(path)], [])["P"].resolved == "users"


def test_the_last_value_counts_and_says_what_it_replaced(tmp_path: Path) -> None:
    """A later file goes before an earlier one, and a text before every file."""
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    first.write_text('{"Mfa": "OFF", "Stage": "a"}', encoding="utf-8")
    second.write_text('{"Mfa":\n"OPTIONAL",\n"Stage": "b"}', encoding="utf-8")
    found = given_parameters([str(first), str(second)], ["Mfa=OFF", "Mfa=ON", "Url=a=b"])
    assert found["Mfa"].value == "ON"
    assert found["Mfa"].note == "--parameter, instead of the value in --parameter"
    assert found["Stage"].value == "b"
    assert found["Stage"].note == f"{second}, line 3, instead of the value in {first}, line 1"
    assert found["Url"].value == "a=b"


@pytest.mark.parametrize(
    ("text", "ending", "part"),
    [
        ('{"Mfa": null}', "", "parameter Mfa: no value given (from {}, line 1); null is no value"),
        ('["Mfa=ON",\n"hunter2"]', "", "parameter [1]: cannot use '[redacted]' (from {}, line 2)"),
        ('[["hunter2"]]', "", "parameter [0]: cannot use '[redacted]'"),
        (
            '[{"ParameterKey": ["hunter2"], "ParameterValue": "a"}]',
            "",
            "parameter [0]: cannot use '[redacted]'",
        ),
        (
            '[default.deploy.parameters]\nparameter_overrides = [["A=hunter2"]]\n',
            "",
            "parameter_overrides: cannot use '[redacted]' (from {}, line 2)",
        ),
        ("[8]", "", "parameter [0]: cannot use 8"),
        ("[]", "", "it must be one of these"),
        ('"Mfa"', "", "it must be one of these"),
        ("", "", "it is empty"),
        ('[{"ParameterKey": "A", "UsePreviousValue": true}]', "", "there is no earlier stack"),
        ('[{"ParameterKey": "A", "ParametrValue": "b"}]', "", "did you mean 'ParameterValue'?"),
        ('{"Resources": {}}', "", "it is a template, not a file of parameters"),
        ('{"version": "1", "cognitoConfig": {}}', "", "use the parameters.json beside"),
        ('{"Mfa": ', "", "it is neither YAML nor JSON (line 1"),
        ('{"Mfa": "ON"}', ":prod", "only a samconfig.toml has environments"),
        ('mfa = "ON"\n', "", "a plan already has the values of its variables"),
        ('tags = {\n  a = "b"\n}\n', "", "terraform show -json tfplan"),
        (
            SAM,
            ":prdo",
            "environment: cannot use 'prdo' (from {}); did you mean 'prod'? allowed: default, ",
        ),
        (
            SAM,
            ":test",
            "environment test has no parameter_overrides; write {0}:default or {0}:prod",
        ),
        (
            "[a.deploy.parameters]\nx = 1\n[b.deploy.parameters]\n",
            "",
            "it has several environments, none of them default; write {0}:a or {0}:b",
        ),
        (
            '[default.deploy.parameters]\nparameter_overrides = "Secret=hunter2 hunter2"\n',
            "",
            "default.deploy.parameters.parameter_overrides: no value given (from {}, line 2); "
            "no NAME=VALUE after 14 characters",
        ),
        (
            "[default.deploy.parameters]\nparameter_overrides = [8]\n",
            "",
            "or a list of such texts",
        ),
    ],
)
def test_what_cannot_be_used_is_one_message(
    tmp_path: Path, text: str, ending: str, part: str
) -> None:
    """A file that is none of the forms is refused with what is wrong and what helps."""
    message = refusal(tmp_path, text, ending)
    assert part.format(tmp_path / "values") in message
    assert "hunter2" not in message


@pytest.mark.parametrize("text", ["Mfa", "=ON", ""])
def test_a_text_without_a_name_is_refused(text: str) -> None:
    """A value on the command line needs its name."""
    with pytest.raises(ConfigurationError, match=r"--parameter: .*must look like NAME=VALUE") as no:
        given_parameters([], [text])
    # What stands behind the sign could be a secret.
    assert "=ON" not in str(no.value)


def test_a_file_that_cannot_be_read_names_its_option(tmp_path: Path) -> None:
    """A missing file is a mistake in the option that names it."""
    missing = tmp_path / "missing.json"
    with pytest.raises(ConfigurationError, match=r"--parameters: cannot use .*No such file"):
        given_parameters([str(missing)], [])
    missing.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match=r"--parameters: .*not UTF-8"):
        given_parameters([str(missing)], [])


@pytest.mark.parametrize("text", ["[" * 100_000, "a = " + "[" * 100_000])
def test_a_file_that_is_nested_too_deeply(tmp_path: Path, text: str) -> None:
    """Files of parameters in JSON and TOML have the limit that templates have."""
    assert "--parameters: " in refusal(tmp_path, text)
    assert "it is nested too deeply" in refusal(tmp_path, text)


def test_an_environment_with_a_dot_in_its_name(tmp_path: Path) -> None:
    """TOML allows any name for an environment."""
    path = tmp_path / "samconfig.toml"
    path.write_text('["eu.prod".deploy.parameters]\nparameter_overrides = "Mfa=ON"\n')
    assert given_parameters([str(path)], [])["Mfa"].value == "ON"


def test_a_number_of_thousands_of_digits(tmp_path: Path) -> None:
    """A number that Python cannot read or write is no value of a parameter."""
    overrides = "[default.deploy.parameters.parameter_overrides]\nMfa = "
    assert "a number of thousands of digits" in refusal(tmp_path, f"{overrides}{'1' * 5_000}\n")
    assert isinstance(values(tmp_path, f"{overrides}0x{'f' * 5_000}\n")["Mfa"], Unknown)
