"""``--parameter`` and ``--parameters``: the values of a deployment, and what needs them."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import boto3
import pytest

from harness.emulator.server import EmulatorServer
from tests.cli.conftest import CommandLine
from tests.docs.test_examples import examples
from tests.pools.sources.files import EVERY_FORMAT
from tests.support.sources import ROOT

# The smallest template that leaves MFA to whoever deploys it.
OPEN_MFA = """\
Parameters:
  Mfa: {Type: String, AllowedValues: ["ON", "OFF"]}
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      MfaConfiguration: !Ref Mfa
      EnabledMfas: [SOFTWARE_TOKEN_MFA]
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !Ref Pool}
"""
# CloudFormation has no emulator of SetUserPoolMfaConfig here, so a name tells what it was given.
OPEN_NAME = """\
Parameters:
  Name: {Type: String}
  Stage: {Type: String, Default: test}
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties: {UserPoolName: !Sub "${Name}-${Stage}"}
Outputs:
  UserPoolId: {Value: !Ref Pool}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a template and files of parameters, in which the commands run."""
    (tmp_path / "pool.yaml").write_text(OPEN_MFA, encoding="utf-8")
    (tmp_path / "prod.json").write_text('{"Mfa": "OFF"}', encoding="utf-8")
    (tmp_path / "samconfig.toml").write_text(
        '[prod.deploy.parameters]\nparameter_overrides = "Mfa=ON"\n', encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def mfa_of_the_pool(served: EmulatorServer) -> str:
    """Return MfaConfiguration of the only pool of an emulator."""
    (pool_id,) = served.emulator.engine.pools
    return str(described(served, "get_user_pool_mfa_config", pool_id).get("MfaConfiguration"))


def described(served: EmulatorServer, operation: str, pool_id: str) -> Any:
    """Return what the emulator says about a pool."""
    client = boto3.client(
        "cognito-idp",
        "us-east-1",
        endpoint_url=served.url,
        aws_access_key_id="made-up",
        aws_secret_access_key="made-up",
    )
    try:
        return getattr(client, operation)(UserPoolId=pool_id)
    finally:
        client.close()


class TestProvision:
    """Making a pool whose template leaves MFA open."""

    def test_mfa_is_never_left_off_silently(self, cli: CommandLine, served: EmulatorServer) -> None:
        """Without the parameter nothing is made, and the message says how to give it."""
        outcome = cli("provision", "--endpoint-url", served.url, "--spec", "pool.yaml")
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err == (
            "cognito-harness: CloudFormation template pool.yaml does not say how people sign in: "
            "MfaConfiguration (line 7, Resources.Pool.Properties.MfaConfiguration) is unknown "
            "(Ref Mfa); give --parameter Mfa=VALUE (allowed: ON, OFF); --allow-unknown makes the "
            "pool without them, and warns\n"
        )
        assert not served.emulator.engine.pools
        page = " ".join((ROOT / "docs" / "pools.md").read_text(encoding="utf-8").split())
        assert outcome.err.removeprefix("cognito-harness: ").strip() in page

    @pytest.mark.parametrize(
        ("arguments", "mfa"),
        [
            (("--parameter", "Mfa=ON"), "ON"),
            (("--parameters", "prod.json"), "OFF"),
            (("--parameters", "samconfig.toml"), "ON"),
            (("--parameter", "Mfa=ON", "--parameters", "prod.json"), "ON"),
            (("--parameters", "samconfig.toml:prod", "--parameters", "prod.json"), "OFF"),
            (("--parameter", "Mfa=ON", "--parameter", "Mfa=OFF"), "OFF"),
        ],
    )
    def test_the_pool_has_what_was_given(
        self, cli: CommandLine, served: EmulatorServer, arguments: tuple[str, ...], mfa: str
    ) -> None:
        """The last value counts, and a parameter more than a file."""
        outcome = cli("provision", "--endpoint-url", served.url, "--spec", "pool.yaml", *arguments)
        assert (outcome.code, outcome.err) == (0, "")
        assert mfa_of_the_pool(served) == mfa

    def test_allow_unknown_warns(self, cli: CommandLine, served: EmulatorServer) -> None:
        """With --allow-unknown the pool is made without MFA, and one line says so."""
        arguments = ("--spec", "pool.yaml", "--allow-unknown")
        outcome = cli("provision", "--endpoint-url", served.url, *arguments)
        assert outcome.code == 0
        assert outcome.err == (
            "cognito-harness: warning: made without knowing how people sign in: MfaConfiguration "
            "(line 7, Resources.Pool.Properties.MfaConfiguration) is unknown (Ref Mfa)\n"
        )
        assert mfa_of_the_pool(served) == "OFF"

    @pytest.mark.parametrize(
        ("properties", "parts"),
        [
            ("EnabledMfas: [!Ref X], MfaConfiguration: 'ON'", ["EnabledMfas) is unknown (Ref X)"]),
            ("AliasAttributes: [email, !Ref X]", ["AliasAttributes[1] (line 4"]),
            ("Policies: !If [C, !Ref X, !Ref AWS::NoValue]", ["Policies (line 4", "Condition C"]),
            ("DeviceConfiguration: {ChallengeRequiredOnNewDevice: !Ref X}", ["OnNewDevice (line"]),
            ("Schema: [{Name: !Ref X, Required: true}]", ["Schema[0].Name (line 4"]),
            (
                "AccountRecoverySetting: {RecoveryMechanisms: [{Name: !Ref X, Priority: 1}]}",
                ["AccountRecoverySetting.RecoveryMechanisms[0].Name"],
            ),
        ],
    )
    def test_parts_of_structures_and_lists_are_found_too(
        self,
        cli: CommandLine,
        served: EmulatorServer,
        folder: Path,
        properties: str,
        parts: list[str],
    ) -> None:
        """Whatever is unknown stops the command, and can be left out on request."""
        (folder / "pool.yaml").write_text(
            f"Resources:\n  Pool:\n    Type: AWS::Cognito::UserPool\n    Properties: {{{properties}"
            "}\nParameters: {X: {Type: String}}\nConditions: {C: !Equals [!Ref X, a]}\n",
            encoding="utf-8",
        )
        arguments = ("provision", "--endpoint-url", served.url, "--spec", "pool.yaml")
        outcome = cli(*arguments)
        assert outcome.code == 2
        for part in (*parts, "give --parameter X=VALUE;"):
            assert part in outcome.err
        outcome = cli(*arguments, "--allow-unknown")
        assert outcome.code == 0, outcome.err
        assert parts[0] in outcome.err

    def test_an_unknown_condition_decides_too(
        self, cli: CommandLine, served: EmulatorServer, folder: Path
    ) -> None:
        """Whether there is an app client is no guess."""
        text = OPEN_MFA.replace("!Ref Mfa", "'OFF'").replace(
            "  Web:\n", "  Web:\n    Condition: HasWeb\n"
        )
        more = "Conditions:\n  HasWeb: !Equals [!Ref Mfa, 'ON']\n"
        (folder / "pool.yaml").write_text(text + more, encoding="utf-8")
        arguments = ("provision", "--endpoint-url", served.url, "--spec", "pool.yaml")
        outcome = cli(*arguments)
        assert outcome.code == 2
        said = "whether there is app client Web (line 12) is unknown (Condition HasWeb); give "
        assert said in outcome.err
        assert "--parameter Mfa=VALUE (allowed: ON, OFF)" in outcome.err
        assert "ClientId=" in cli(*arguments, "--parameter", "Mfa=ON").out
        assert "ClientId=" not in cli(*arguments, "--parameter", "Mfa=OFF").out
        assert "warning: " in cli(*arguments, "--allow-unknown").err

    def test_a_value_that_no_parameter_can_give(
        self, cli: CommandLine, served: EmulatorServer, folder: Path
    ) -> None:
        """An import and a stored value need a snapshot, and the message says why."""
        text = OPEN_MFA.replace(
            "Type: String, AllowedValues",
            "Type: 'AWS::SSM::Parameter::Value<String>', AllowedValues",
        )
        (folder / "pool.yaml").write_text(text, encoding="utf-8")
        outcome = cli("provision", "--endpoint-url", served.url, "--spec", "pool.yaml")
        assert "the value of parameter Mfa is in Systems Manager" in outcome.err
        assert "use a snapshot of the deployed pool" in outcome.err
        assert "--parameter Mfa" not in outcome.err

    @pytest.mark.parametrize(
        ("arguments", "part"),
        [
            (("--parameter", "Mfa"), "--parameter: cannot use 'Mfa'; it must look like NAME=VALUE"),
            (
                ("--parameter", "mfa=ON"),
                "did you mean 'Mfa'? allowed: Mfa; not a parameter of pool.yaml",
            ),
            (("--parameter", "Mfa=on"), "did you mean 'ON'? allowed: ON, OFF"),
            (("--parameters", "no.json"), "--parameters: cannot use 'no.json'; it cannot be read"),
            (("--parameters", "pool.yaml"), "it is a template, not a file of parameters"),
        ],
    )
    def test_misuse_is_one_line(
        self, cli: CommandLine, served: EmulatorServer, arguments: tuple[str, ...], part: str
    ) -> None:
        """What cannot be used ends the command with one line and exit code 2."""
        outcome = cli("provision", "--endpoint-url", served.url, "--spec", "pool.yaml", *arguments)
        assert outcome.code == 2
        assert part in outcome.err
        assert len(outcome.err.splitlines()) == 1


class TestStack:
    """Making a stack."""

    @pytest.fixture(autouse=True)
    def _cloudformation(self, folder: Path) -> None:
        pytest.importorskip("openapi_spec_validator")
        (folder / "pool.yaml").write_text(OPEN_NAME, encoding="utf-8")

    def test_cloudformation_gets_the_values(self, cli: CommandLine, served: EmulatorServer) -> None:
        """A stack takes the values that are given, and the Defaults of the others."""
        # moto keeps its stacks for the whole process.
        arguments = ("--stack", "pool.yaml", "--stack-name", "open", "--parameter", "Name=users")
        outcome = cli("provision", "--endpoint-url", served.url, *arguments)
        assert outcome.code == 0, outcome.err
        pool_id = outcome.out.strip().removeprefix("UserPoolId=")
        pool = described(served, "describe_user_pool", pool_id)["UserPool"]
        assert pool["Name"] == "users-test"

    @pytest.mark.parametrize(
        ("arguments", "part"),
        [
            ((), "parameter Name: no value given (from pool.yaml, line 2); it has no Default"),
            (("--parameter", "Nmae=a"), "did you mean 'Name'?"),
            (("--parameter", "Name=a", "--allow-unknown"), "use it with --spec"),
            (("--parameters", "object.json"), "a stack needs a text"),
        ],
    )
    def test_what_cloudformation_would_refuse_is_refused(
        self,
        cli: CommandLine,
        served: EmulatorServer,
        folder: Path,
        arguments: tuple[str, ...],
        part: str,
    ) -> None:
        """A missing, a misspelled and an unknown value end the command with one line."""
        (folder / "object.json").write_text('{"Name": {"Ref": "Other"}}', encoding="utf-8")
        outcome = cli("provision", "--endpoint-url", served.url, "--stack", "pool.yaml", *arguments)
        assert outcome.code == 2
        assert part in outcome.err
        assert len(outcome.err.splitlines()) == 1
        assert not served.emulator.engine.pools


class TestComparing:
    """``audit`` and ``diff``."""

    def test_audit_checks_the_pool_that_would_be_deployed(self, cli: CommandLine) -> None:
        """The rule about MFA passes or fails by the parameter."""
        rule = ("audit", "pool.yaml", "--preset", "device-tracking", "--parameter")
        assert "MfaConfiguration of Pool is OFF" in cli(*rule, "Mfa=OFF").out
        assert "MfaConfiguration of Pool is OFF" not in cli(*rule, "Mfa=ON").out

    def test_each_side_takes_what_it_declares(self, cli: CommandLine) -> None:
        """Two sides that declare the parameter get it, and one side is enough."""
        assert cli("diff", "pool.yaml", "pool.yaml", "--parameter", "Mfa=ON").code == 0
        plan = str(EVERY_FORMAT["Terraform plan"])
        outcome = cli("diff", "pool.yaml", plan, "--parameter", "Mfa=OFF")
        assert outcome.code == 1
        assert "MfaConfiguration of Pool is OFF in the first and ON in the second" in outcome.out

    def test_a_name_that_neither_side_declares_is_refused(self, cli: CommandLine) -> None:
        """The message has the nearest name, and both sides."""
        plan = str(EVERY_FORMAT["Terraform plan"])
        outcome = cli("diff", "pool.yaml", plan, "--parameter", "Maf=ON")
        assert outcome.code == 2
        assert (
            f"did you mean 'Mfa'? allowed: Mfa; not a parameter of pool.yaml and {plan}"
            in outcome.err
        )
        outcome = cli("diff", plan, plan, "--parameter", "Mfa=ON")
        assert outcome.code == 2
        assert "give them to terraform plan with -var" in outcome.err

    def test_a_live_pool_has_no_parameters(self, cli: CommandLine) -> None:
        """A value for a live pool alone is refused before anything is called."""
        outcome = cli("audit", "us-east-1_AbCdEf123", "--parameter", "Mfa=ON")
        assert outcome.code == 2
        assert "us-east-1_AbCdEf123 is a live pool" in outcome.err


def documented() -> list[str]:
    """Return the commands that the page shows about parameters."""
    return [
        line
        for example in examples("sh")
        if example.page.name == "pools.md"
        for line in example.text.splitlines()
        if line.startswith("cognito-harness") and "--parameter" in line
    ]


def test_the_commands_of_the_page_work(cli: CommandLine, served: EmulatorServer) -> None:
    """Each command of docs/pools.md about parameters runs to its end."""
    lines = documented()
    assert len(lines) == 3
    for line in lines:
        made = [*served.emulator.engine.pools, "none yet"][0]
        here = line.replace("http://127.0.0.1:5000", served.url)
        outcome = cli(*shlex.split(here.replace("us-east-1_AbCdEf123", made))[1:])
        assert outcome.code in (0, 1), outcome.err
        assert not outcome.err
